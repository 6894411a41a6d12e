// One picture and one sound of a whole room, with a constant frame rate, whatever its tracks do. Tracks are decoded at
// the size of their tiles by an ffmpeg each; this process copies what changed onto a canvas; one more ffmpeg encodes
// the canvas (docs/adr/0031-composition.md).

import { composing, MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import type { OpusThreads } from '../adapters/opus-worker/threads.ts';
import type { CodedFrame } from '../core/frames.ts';
import { type LayoutKind, type LayoutParticipant, layoutOf, type Size, type Tile } from '../core/layouts/layout.ts';
import { nextSpeaker, noSpeaker, type Speaker } from '../core/layouts/speaker.ts';
import type { AudioFormat } from '../core/units.ts';
import { type Canvas, colourOf } from './core/canvas.ts';
import type { ComposedParticipant } from './core/shown.ts';
import { LabelCache } from './label-cache.ts';
import { MixedSound } from './mixed-sound.ts';
import { makeBackground } from './one-shot.ts';
import { Painter, tileHex } from './painter.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { type TimedPicture, TrackPictures } from './track-pictures.ts';

export interface ComposedVideo {
  /** H.264 as Annex B, without B-frames; before a key frame its parameter sets. */
  readonly data: Uint8Array;
  readonly ptsMs: number;
  readonly isKey: boolean;
}
export interface ComposedAudio {
  /** AAC without ADTS header, or one Opus packet; 48 kHz stereo. */
  readonly data: Uint8Array;
  readonly ptsMs: number;
  readonly format: AudioFormat;
}

export interface ComposerOptions {
  readonly size: Size;
  readonly fps: number;
  readonly layout: LayoutKind;
  /** Behind the tiles: `#rrggbb`, or a PNG or JPEG of at most 8 MB. */
  readonly background: string | Uint8Array;
  readonly bitrateKbps: number;
  readonly soundCodec: 'aac' | 'opus';
  readonly supervisor: FfmpegSupervisor;
  /** Of `findSandbox`. */
  readonly sandbox: readonly string[];
  readonly opus: OpusThreads;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** All times are those of `clock`, and of the frames that are pushed. */
  onVideo(video: ComposedVideo): void;
  onAudio(audio: ComposedAudio): void;
  /** Pictures between these times are missing: the encoder was replaced, or this process stood still. */
  onGap(gap: { readonly fromMs: number; readonly toMs: number }): void;
  /** Ask the publisher of this track for a key frame. */
  onKeyNeeded(trackId: string): void;
  /** The tiles have changed: ask the room for pictures of their sizes. */
  onLayout(tiles: readonly Tile[]): void;
  /** Picture or sound cannot be made; it is tried again until `close`. Called once. */
  onFailed(error: MeridianError): void;
}

/** 720p at 30 pictures a second is what costs are planned by; faces and slides are clean with this bitrate. */
export const composedOutput = {
  size: { width: 1280, height: 720 },
  fps: 30,
  bitrateKbps: 2500,
  soundCodec: 'aac',
} as const satisfies Partial<ComposerOptions>;

/** A composed picture is made so long after its time: for frames that come late, and to decode them. */
export const COMPOSE_DELAY_MS = 400;
/** A tile of another size is decoded anew when the layout has stood still so long; until then it is stretched. */
const RESIZE_AFTER_MS = 400;
/** A camera that has sent nothing for so long shows the name instead of its last picture. */
export const STALE_MS = 5000;
/** After a longer standstill the missing pictures are a gap. */
const CATCH_UP_S = 1;
/** The cost of other outputs is by pixels. */
const PIXELS_720P30 = 1280 * 720 * 30;
/** Until the room says the size of a picture: that of nearly all cameras. */
const usualPicture: Size = { width: 640, height: 360 };

interface Track {
  readonly pictures: TrackPictures;
  last: TimedPicture | undefined;
  /** Its picture is newer than what is painted. */
  isNew: boolean;
  isStale: boolean;
}

/**
 * Composes until it is closed: without participants the background alone, with silence. `open` rejects with
 * MeridianError: REQUEST_INVALID (size, rate, background), OVERLOADED beyond the supervisor's capacity,
 * NO_PICTURE_TRANSCODER or NO_SOUND_TRANSCODER where ffmpeg cannot encode.
 */
export class Composer {
  readonly #o: ComposerOptions;
  readonly #startMs: number;
  readonly #painter: Painter;
  readonly #labels: LabelCache;
  readonly #encoder: PictureEncoder;
  readonly #sound: MixedSound;
  readonly #timer: Timer;
  readonly #tracks = new Map<string, Track>();
  readonly #closing = new Set<Promise<void>>();
  #participants: readonly ComposedParticipant[] = [];
  #kind: LayoutKind;
  #speaker: Speaker = noSpeaker;
  #tiles: readonly Tile[] = [];
  #resizeAtMs: number | undefined;
  /** Of the next picture. */
  #number = 0;
  /** Of the last that came out of the encoder. */
  #encoded = -1;
  #isFailed = false;
  #closed: Promise<void> | undefined;

  static async open(o: ComposerOptions): Promise<Composer> {
    const { width, height } = o.size;
    const isSide = (side: number): boolean => Number.isInteger(side) && side % 2 === 0 && side >= 160 && side <= 1920;
    if (!isSide(width) || !isSide(height) || !Number.isInteger(o.fps) || o.fps < 1 || o.fps > 60)
      throw new MeridianError('REQUEST_INVALID', `a composed picture of ${width}x${height} at ${o.fps}`);
    return new Composer(o, await backgroundOf(o));
  }

  private constructor(o: ComposerOptions, background: Background) {
    this.#o = o;
    this.#kind = o.layout;
    this.#startMs = o.clock.nowMs();
    this.#labels = new LabelCache({
      sandbox: o.sandbox,
      width: o.size.width,
      log: o.log,
      onReady: () => this.#painter.repaint(),
    });
    this.#painter = new Painter({ size: o.size, background, labels: this.#labels });
    const { supervisor, size, bitrateKbps } = o;
    const cost = Math.ceil((composing.picture * size.width * size.height * o.fps) / PIXELS_720P30);
    this.#encoder = new PictureEncoder({
      size,
      supervisor,
      cost,
      bitrateKbps,
      picturesPerSecond: o.fps,
      onPicture: ({ number, isKey, data }) => this.#heard(number, isKey, data),
      onDegraded: (isDegraded) => this.#degraded(isDegraded, 'picture'),
    });
    try {
      this.#sound = this.#openSound();
    } catch (error) {
      void this.#encoder.close();
      throw error;
    }
    this.#timer = o.clock.every(1000 / o.fps, () => this.#run(o.clock.nowMs()));
  }

  /** Of the encoder of the pictures. */
  get encoderPid(): number | undefined {
    return this.#encoder.pid;
  }

  /** All participants that are to be seen and heard, in the order of their tiles. What is not named is dropped. */
  setTracks(participants: readonly ComposedParticipant[]): void {
    if (this.#closed !== undefined) return;
    const sounds = new Set(participants.flatMap((one) => one.sounds));
    for (const trackId of this.#participants.flatMap((one) => one.sounds))
      if (!sounds.has(trackId)) this.#sound.remove(trackId);
    this.#participants = participants;
    const videos = new Set(participants.flatMap(({ camera, screen }) => [camera, screen]));
    for (const [trackId, track] of this.#tracks) {
      if (videos.has(trackId)) continue;
      this.#tracks.delete(trackId);
      this.#end(track.pictures);
    }
    for (const trackId of videos)
      if (trackId !== undefined && !this.#tracks.has(trackId)) this.#tracks.set(trackId, this.#begin(trackId));
    this.#arrange(this.#o.clock.nowMs());
  }

  /** A frame of a track of `setTracks`; others are ignored. */
  push(trackId: string, frame: CodedFrame): void {
    if (this.#closed !== undefined) return;
    if ('isKey' in frame) this.#tracks.get(trackId)?.pictures.push(frame);
    else if (this.#participants.some(({ sounds }) => sounds.includes(trackId))) this.#sound.push(trackId, frame);
  }

  /** From the next picture on. */
  setLayout(kind: LayoutKind): void {
    this.#kind = kind;
    if (this.#closed === undefined) this.#arrange(this.#o.clock.nowMs());
  }

  /** Nothing comes out once it is called; resolves when no process is left. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#timer.cancel();
    for (const { pictures } of this.#tracks.values()) this.#end(pictures);
    this.#tracks.clear();
    await Promise.all([this.#encoder.close(), this.#sound.close(), this.#labels.close(), ...this.#closing]);
  }

  #openSound(): MixedSound {
    const { soundCodec, supervisor, opus, log } = this.#o;
    return new MixedSound({
      codec: soundCodec,
      supervisor,
      opus,
      log,
      startMs: this.#startMs,
      delayMs: COMPOSE_DELAY_MS,
      onUnit: ({ ptsMs, data }, format) => {
        // An encoder's first unit is from before its first sample.
        if (this.#closed === undefined && ptsMs >= this.#startMs) this.#o.onAudio({ ptsMs, data, format });
      },
      onDegraded: (isDegraded) => this.#degraded(isDegraded, 'sound'),
    });
  }

  #begin(trackId: string): Track {
    const { supervisor, clock, log, fps, onKeyNeeded } = this.#o;
    const pictures = new TrackPictures({
      supervisor,
      clock,
      log,
      startMs: this.#startMs,
      picturesPerSecond: fps,
      padding: tileHex,
      onKeyNeeded: () => onKeyNeeded(trackId),
    });
    return { pictures, last: undefined, isNew: false, isStale: true };
  }

  #end(pictures: TrackPictures): void {
    const closing = pictures.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #run(nowMs: number): void {
    this.#sound.mix(nowMs);
    this.#follow(nowMs);
    if (this.#resizeAtMs !== undefined && nowMs >= this.#resizeAtMs) this.#resize();
    const { fps } = this.#o;
    const due = Math.floor(((nowMs - COMPOSE_DELAY_MS - this.#startMs) * fps) / 1000);
    if (due - this.#number > CATCH_UP_S * fps) this.#number = due;
    for (; this.#number <= due; this.#number += 1) {
      const ptsMs = this.#ptsMs(this.#number);
      // A picture is shown with the composed one that is nearest to its time.
      this.#take(ptsMs, ptsMs + 500 / fps);
      this.#encoder.write(
        this.#number,
        this.#painter.paint(this.#tiles, (tile) => this.#pictureOf(tile)),
      );
      for (const track of this.#tracks.values()) track.isNew = false;
    }
    this.#labels.make();
  }

  #ptsMs(number: number): number {
    return this.#startMs + (number * 1000) / this.#o.fps;
  }

  #take(ptsMs: number, untilMs: number): void {
    for (const track of this.#tracks.values()) {
      const picture = track.pictures.take(untilMs);
      if (picture !== undefined) track.last = picture;
      const isStale = track.last === undefined || ptsMs - track.last.ptsMs > STALE_MS;
      track.isNew ||= picture !== undefined || isStale !== track.isStale;
      track.isStale = isStale;
    }
  }

  #pictureOf({ source, identity }: Tile): { picture: Canvas | undefined; isNew: boolean } {
    const track = this.#trackOf(source, identity);
    const picture = track === undefined || track.isStale ? undefined : track.last?.picture;
    return { picture, isNew: track?.isNew === true };
  }

  #trackOf(source: Tile['source'], identity: string): Track | undefined {
    const participant = this.#participants.find((one) => one.identity === identity);
    const trackId = source === 'screen' ? participant?.screen : participant?.camera;
    return trackId === undefined ? undefined : this.#tracks.get(trackId);
  }

  /** The speaker may change with time alone. */
  #follow(nowMs: number): void {
    const speaker = nextSpeaker(this.#speaker, this.#shown(), nowMs);
    if (speaker.identity === this.#speaker.identity) return;
    this.#speaker = speaker;
    this.#arrange(nowMs);
  }

  #shown(): LayoutParticipant[] {
    return this.#participants.map(({ identity, name, isMuted, speakingSinceMs, camera, screen }) => ({
      identity,
      name,
      isMuted,
      speakingSinceMs,
      picture: camera === undefined ? undefined : usualPicture,
      screen: screen === undefined ? undefined : usualPicture,
    }));
  }

  #arrange(nowMs: number): void {
    this.#speaker = nextSpeaker(this.#speaker, this.#shown(), nowMs);
    const state = { participants: this.#shown(), speaker: this.#speaker.identity };
    const tiles = layoutOf(state, { kind: this.#kind, size: this.#o.size });
    const isMoved = JSON.stringify(tiles.map(placed)) !== JSON.stringify(this.#tiles.map(placed));
    this.#tiles = tiles;
    this.#painter.repaint();
    if (!isMoved) return;
    // What was not seen is decoded at once, what has a picture when the layout stands still.
    for (const tile of tiles) {
      const track = this.#trackOf(tile.source, tile.identity);
      if (track?.isStale === true) track.pictures.setSize(sizeOf(tile));
    }
    this.#resizeAtMs = nowMs + RESIZE_AFTER_MS;
    this.#o.onLayout(tiles);
  }

  #resize(): void {
    this.#resizeAtMs = undefined;
    const sizes = new Map<Track, Size>();
    for (const tile of this.#tiles) {
      const track = this.#trackOf(tile.source, tile.identity);
      if (track !== undefined) sizes.set(track, sizeOf(tile));
    }
    for (const track of this.#tracks.values()) track.pictures.setSize(sizes.get(track));
  }

  #heard(number: number, isKey: boolean, data: Uint8Array): void {
    if (this.#closed !== undefined) return;
    const expected = this.#encoded + 1;
    this.#encoded = number;
    if (number > expected) this.#o.onGap({ fromMs: this.#ptsMs(expected), toMs: this.#ptsMs(number) });
    this.#o.onVideo({ data, ptsMs: this.#ptsMs(number), isKey });
  }

  #degraded(isDegraded: boolean, what: string): void {
    if (!isDegraded || this.#isFailed || this.#closed !== undefined) return;
    this.#isFailed = true;
    this.#o.onFailed(new MeridianError('WORKER_DIED', `the composed ${what} cannot be encoded`));
  }
}

const placed = ({ key, x, y, width, height }: Tile): unknown => [key, x, y, width, height];
const sizeOf = ({ width, height }: Tile): Size => ({ width, height });

type Background = ConstructorParameters<typeof Painter>[0]['background'];

async function backgroundOf({ background, size, sandbox }: ComposerOptions): Promise<Background> {
  if (typeof background !== 'string') return makeBackground(background, size, sandbox);
  const colour = colourOf(background);
  if (colour === undefined) throw new MeridianError('REQUEST_INVALID', 'a background colour is #rrggbb');
  return colour;
}
