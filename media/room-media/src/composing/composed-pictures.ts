// Makes the pictures of a composer: one ffmpeg per track decodes at the size of the tile, changes are copied onto a
// canvas, and one ffmpeg encodes the canvases (docs/adr/0031-composition.md). The caller of `run` gives the time.
import { composing } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type JobStarter, STUCK_MS } from '../adapters/ffmpeg/supervisor.ts';
import { Changes } from '../changes.ts';
import type { Size, Tile } from '../core/layouts/layout.ts';
import type { Canvas, Colour } from './core/canvas.ts';
import { LabelCache } from './label-cache.ts';
import { Painter, tileHex } from './painter.ts';
import { type EncodedPicture, PictureEncoder } from './picture-encoder.ts';
import { type CodedPicture, type TimedPicture, TrackPictures } from './track-pictures.ts';

export interface ShownTile extends Tile {
  readonly trackId: string | undefined;
}

export interface PicturesSettings {
  readonly size: Size;
  readonly fps: number;
  readonly bitrateKbps: number;
  /** Canvas of the output size, or a colour. */
  readonly background: Canvas | Colour;
  readonly startMs: number;
  readonly sandbox: readonly string[];
}

export interface PicturesOptions extends PicturesSettings {
  readonly supervisor: JobStarter;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Logger, 'warn'>;
  onPicture(picture: EncodedPicture): void;
  onKeyNeeded(trackId: string): void;
  /** True when the encoder keeps ending, false when it runs again. */
  onDegraded(isDegraded: boolean): void;
}

/** Delay between a picture's time and its composition, for late frames and their decoding. */
export const COMPOSE_DELAY_MS = 400;
/** Time of a stable layout before tiles of a new size are decoded anew; until then pictures are stretched. */
const RESIZE_AFTER_MS = 400;
/** A camera that sends nothing for this time shows the name instead of its last picture. */
export const STALE_MS = 5000;
/** Standstill whose missing pictures are made afterwards; those of a longer standstill become a gap. */
const CATCH_UP_S = 1;
/** Pixels a second of 720p at 30 fps; other outputs cost in proportion. */
const PIXELS_720P30 = 1280 * 720 * 30;

export const encoderCost = ({ size, fps }: Pick<PicturesSettings, 'size' | 'fps'>): number =>
  Math.ceil((composing.picture * size.width * size.height * fps) / PIXELS_720P30);

export const pictureMs = ({ startMs, fps }: Pick<PicturesSettings, 'startMs' | 'fps'>, number: number): number =>
  startMs + (number * 1000) / fps;

interface Track {
  readonly pictures: TrackPictures;
  last: TimedPicture | undefined;
  isStale: boolean;
  /** Number of changes of what its tile shows. */
  version: number;
}

/** Throws MeridianError OVERLOADED beyond the capacity, NO_PICTURE_TRANSCODER without an encoder. */
export class ComposedPictures {
  readonly #o: PicturesOptions;
  readonly #painter: Painter;
  readonly #labels: LabelCache;
  readonly #encoder: PictureEncoder;
  readonly #tracks = new Map<string, Track>();
  readonly #changes: Changes;
  readonly #closing = new Set<Promise<void>>();
  #nowMs: number;
  #tiles: readonly ShownTile[] = [];
  #resizeAtMs: number | undefined;
  #number = 0;

  constructor(o: PicturesOptions) {
    const { size, supervisor, sandbox, bitrateKbps, fps, log, background } = o;
    this.#o = o;
    this.#changes = new Changes(o.clock);
    this.#nowMs = o.startMs;
    this.#labels = new LabelCache({ sandbox, width: size.width, log, onReady: () => this.#painter.repaint() });
    this.#painter = new Painter({ size, background, labels: this.#labels });
    this.#encoder = new PictureEncoder({
      size,
      supervisor,
      cost: encoderCost(o),
      bitrateKbps,
      picturesPerSecond: fps,
      onPicture: o.onPicture,
      onDegraded: o.onDegraded,
    });
  }

  get encoderPid(): number | undefined {
    return this.#encoder.pid;
  }

  /** Sets the shown tiles and the tracks that they may show. `isMoved`: places or sizes have changed. */
  show(tiles: readonly ShownTile[], trackIds: readonly string[], isMoved: boolean): void {
    for (const [trackId, track] of this.#tracks) {
      if (trackIds.includes(trackId)) continue;
      this.#tracks.delete(trackId);
      this.#end(track.pictures);
    }
    for (const trackId of trackIds) if (!this.#tracks.has(trackId)) this.#tracks.set(trackId, this.#begin(trackId));
    this.#tiles = tiles;
    this.#painter.repaint();
    // A track that was not shown is decoded at once; a track with a picture is decoded anew when the layout is stable.
    for (const tile of tiles) {
      const track = this.#trackOf(tile);
      if (track?.isStale === true) track.pictures.setSize(sizeOf(tile));
    }
    if (isMoved) this.#resizeAtMs = this.#nowMs + RESIZE_AFTER_MS;
  }

  push(trackId: string, picture: CodedPicture): void {
    this.#tracks.get(trackId)?.pictures.push(picture);
  }

  run(nowMs: number): void {
    this.#nowMs = nowMs;
    if (this.#resizeAtMs !== undefined && nowMs >= this.#resizeAtMs) this.#resize();
    const { fps, startMs } = this.#o;
    const due = Math.floor(((nowMs - COMPOSE_DELAY_MS - startMs) * fps) / 1000);
    if (due - this.#number > CATCH_UP_S * fps) this.#number = due;
    for (; this.#number <= due; this.#number += 1) {
      const ptsMs = pictureMs(this.#o, this.#number);
      // Each composed picture takes the track pictures that are nearest to its time.
      this.#takePictures(ptsMs, ptsMs + 500 / fps);
      const canvas = this.#encoder.canvas();
      this.#painter.paint(canvas, this.#tiles, (tile) => this.#stateOf(tile));
      this.#encoder.write(this.#number, canvas);
    }
    this.#labels.make();
  }

  /**
   * Runs once the decoders have returned what is due; resolves when the encoder has taken it. A decoder that returns
   * nothing for `STUCK_MS`, or `COMPOSE_DELAY_MS` where nothing follows, is not awaited again before it has returned
   * something.
   */
  async step(nowMs: number): Promise<void> {
    this.#nowMs = nowMs;
    const untilMs = nowMs - COMPOSE_DELAY_MS + 500 / this.#o.fps;
    for (const { pictures } of [...this.#tracks.values()]) {
      const limitMs = pictures.isFedAfter(untilMs) ? STUCK_MS : COMPOSE_DELAY_MS;
      if (!(await this.#changes.until(() => !pictures.isBehind(untilMs), limitMs))) pictures.giveUp();
    }
    this.run(nowMs);
    await Promise.all([this.#labels.made(), this.#encoder.taken()]);
  }

  /** Resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    for (const { pictures } of this.#tracks.values()) this.#end(pictures);
    this.#tracks.clear();
    await Promise.all([this.#encoder.close(), this.#labels.close(), ...this.#closing]);
  }

  #begin(trackId: string): Track {
    const { supervisor, log, fps, startMs, onKeyNeeded } = this.#o;
    const pictures = new TrackPictures({
      supervisor,
      log,
      startMs,
      picturesPerSecond: fps,
      padding: tileHex,
      nowMs: () => this.#nowMs,
      onDecoded: () => this.#changes.note(),
      onKeyNeeded: () => onKeyNeeded(trackId),
    });
    return { pictures, last: undefined, isStale: true, version: 0 };
  }

  #end(pictures: TrackPictures): void {
    const closing = pictures.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #takePictures(ptsMs: number, untilMs: number): void {
    for (const track of this.#tracks.values()) {
      const picture = track.pictures.take(untilMs);
      if (picture !== undefined) track.last = picture;
      const isStale = track.last === undefined || ptsMs - track.last.ptsMs > STALE_MS;
      if (picture !== undefined || isStale !== track.isStale) track.version += 1;
      track.isStale = isStale;
    }
  }

  #stateOf(tile: ShownTile): { picture: Canvas | undefined; version: number } {
    const track = this.#trackOf(tile);
    const picture = track === undefined || track.isStale ? undefined : track.last?.picture;
    return { picture, version: track?.version ?? 0 };
  }

  #trackOf({ trackId }: ShownTile): Track | undefined {
    return trackId === undefined ? undefined : this.#tracks.get(trackId);
  }

  #resize(): void {
    this.#resizeAtMs = undefined;
    const sizes = new Map<Track, Size>();
    for (const tile of this.#tiles) {
      const track = this.#trackOf(tile);
      if (track !== undefined) sizes.set(track, sizeOf(tile));
    }
    for (const track of this.#tracks.values()) track.pictures.setSize(sizes.get(track));
  }
}

const sizeOf = ({ width, height }: Tile): Size => ({ width, height });
