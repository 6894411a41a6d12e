// HLS of a programme, made once for all its viewers, from the first request until none has come for a while.
import { AddressPlaces } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { RUNGS_MAX, variantsOf } from '../core/hls/ladder.ts';
import { shiftedPicture, shiftedSound } from '../core/hls/pictures.ts';
import { multivariantPlaylist, waitMsMax } from '../core/hls/playlist.ts';
import { FIRST_NUMBER_UNIT_MS, TIMELINE_WRAP_MS } from '../core/hls/rules.ts';
import { type Cut, Segmenter } from '../core/hls/segmenter.ts';
import { StartDelay } from '../core/hls/start-delay.ts';
import { SegmentWindow } from '../core/hls/window.ts';
import { ShownKinds } from '../core/shown-kinds.ts';
import { HlsRung, IDLE_MS } from './hls-rung.ts';
import { type Asker, HlsVariant } from './hls-variant.ts';
import type { Programme, ProgrammeItem, Viewer } from './programme.ts';

/** Bound of waiting requests over all streams: two for each player that fits in the gateway's connections. */
export const WAITING_MAX = 4000;
/** Bound of one address, such as an office. With all places taken, the address with most loses its first. */
export const WAITING_PER_ADDRESS_MAX = 1000;

export interface HlsStreamsOptions {
  readonly clock: Clock;
}

export class HlsStreams {
  readonly #o: HlsStreamsOptions;
  readonly #streams = new Map<Programme, HlsStream>();
  readonly #waiting = new AddressPlaces({ total: WAITING_MAX, perAddress: WAITING_PER_ADDRESS_MAX });

  constructor(o: HlsStreamsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#streams.size;
  }
  get waiting(): number {
    return this.#waiting.total;
  }

  has(programme: Programme): boolean {
    return this.#streams.has(programme);
  }

  /** Returns the stream of a programme for one request; call its `leave` when that has ended. */
  enter(programme: Programme): HlsStream {
    let stream = this.#streams.get(programme);
    if (stream === undefined) {
      stream = new HlsStream({
        programme,
        clock: this.#o.clock,
        waiting: this.#waiting,
        onClosed: () => void this.#streams.delete(programme),
      });
      // A programme that has just ended has closed the stream already.
      if (!stream.isClosed) this.#streams.set(programme, stream);
    }
    stream.enter();
    return stream;
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }
}

interface HlsStreamOptions {
  readonly programme: Programme;
  readonly clock: Clock;
  readonly waiting: AddressPlaces;
  onClosed(): void;
}

export class HlsStream implements Viewer {
  readonly #o: HlsStreamOptions;
  readonly #startDelay: StartDelay<ProgrammeItem>;
  readonly #segmenter = new Segmenter();
  readonly #window: SegmentWindow;
  readonly #variant: HlsVariant;
  readonly #rungs = new Map<number, HlsRung>();
  readonly #zeroWallMs: number;
  /** The programme's time 0, in the stream's time. */
  readonly #offsetMs: number;
  readonly #shownKinds = new ShownKinds();
  #stopWatching: (() => void) | undefined;
  #users = 0;
  #idle: Timer | undefined;
  #isClosed = false;

  constructor(o: HlsStreamOptions) {
    this.#o = o;
    const { programme, clock, waiting } = o;
    const wallMs = clock.wallMs();
    this.#window = new SegmentWindow(Math.floor(wallMs / FIRST_NUMBER_UNIT_MS));
    const zeroWallMs = wallMs - programme.nowMs;
    this.#offsetMs = Math.floor(zeroWallMs % TIMELINE_WRAP_MS);
    this.#zeroWallMs = zeroWallMs - this.#offsetMs;
    this.#startDelay = new StartDelay(clock.nowMs());
    const base = { clock, zeroWallMs: this.#zeroWallMs, waiting };
    this.#variant = new HlsVariant({ ...base, window: () => this.#window, targetS: () => this.#segmenter.targetS });
    this.#stopWatching = programme.watch(this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  enter(): void {
    this.#users += 1;
    this.#idle?.cancel();
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users === 0 && !this.#isClosed) this.#idle = this.#o.clock.after(IDLE_MS, () => this.close());
  }

  take(item: ProgrammeItem): void {
    for (const one of this.#startDelay.take(item, this.#o.clock.nowMs())) this.#segment(one);
    if (!this.#segmenter.takeDemand()) return;
    this.#o.programme.demandKeyFrame();
    for (const rung of this.#rungs.values()) rung.demandKeyFrame();
  }

  ended(): void {
    this.close();
  }

  /** Stops watching and answers all waiting requests with undefined. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#stopWatching?.();
    this.#o.onClosed();
    for (const rung of [...this.#rungs.values()]) rung.close();
    this.#variant.close();
  }

  /** Returns the multivariant playlist; undefined if nothing is played. Waits and throws as `HlsVariant` does. */
  multivariant(asker: Asker): Promise<string | undefined> {
    const look = (): string | undefined => {
      if (!this.#variant.hasBegun) return undefined;
      const made = [...this.#rungs].flatMap(([rung, { window }]) =>
        window === undefined ? [] : [[rung, window] as const],
      );
      const variants = variantsOf({
        stream: this.#window,
        rungs: new Map(made),
        layers: this.#o.programme.layers,
      });
      return variants.length === 0 ? undefined : multivariantPlaylist(variants, this.#segmenter.frameRate);
    };
    return this.#variant.waitFor(look, waitMsMax(), asker);
  }

  /**
   * Serves a request for the stream or for a rung, which is made from then on. Returns undefined for an unknown rung.
   * Rejects with errors of the rung.
   */
  async use<T>(spatialLayer: number | undefined, ask: (variant: HlsVariant) => Promise<T>): Promise<T | undefined> {
    if (spatialLayer === undefined) return ask(this.#variant);
    const rung = this.#rungs.get(spatialLayer) ?? this.#addRung(spatialLayer);
    return rung?.use(ask);
  }

  /** The picture may change to one with fewer layers, whose best layer then replaces the missing ones. */
  #addRung(spatialLayer: number): HlsRung | undefined {
    const { programme, clock, waiting } = this.#o;
    if (this.#isClosed || spatialLayer >= RUNGS_MAX - 1 || programme.expects !== 'picture') return undefined;
    const rung: HlsRung = new HlsRung({
      programme,
      clock,
      spatialLayer,
      waiting,
      zeroWallMs: this.#zeroWallMs,
      offsetMs: this.#offsetMs,
      targetS: () => this.#segmenter.targetS,
      onInterruption: () => this.#segmenter.interrupt(),
      onClosed: () => void (this.#rungs.get(spatialLayer) === rung && this.#rungs.delete(spatialLayer)),
    });
    this.#rungs.set(spatialLayer, rung);
    return rung;
  }

  #segment({ content }: ProgrammeItem): void {
    if ('videoFormat' in content) this.#segmenter.videoFormat(content.videoFormat);
    else if ('audioFormat' in content) this.#segmenter.audioFormat(content.audioFormat);
    else if (content.unit.kind === 'video')
      this.#apply(this.#segmenter.picture(shiftedPicture(content.unit, this.#offsetMs)));
    else if (content.unit.kind === 'audio') {
      if (this.#isSoundAlone()) this.#segmenter.beginWithoutPicture();
      this.#apply(this.#segmenter.sound(shiftedSound(content.unit, this.#offsetMs)));
    }
  }

  #isSoundAlone(): boolean {
    const nowMs = this.#o.clock.nowMs();
    this.#shownKinds.note(this.#o.programme.expects, nowMs);
    return this.#shownKinds.isSoundAlone(nowMs);
  }

  #apply(cuts: readonly Cut[]): void {
    for (const cut of cuts) {
      this.#window.apply(cut, this.#segmenter.targetS);
      if (cut.kind === 'end') for (const rung of this.#rungs.values()) rung.segmentEnded(this.#window);
    }
    if (cuts.length === 0) return;
    for (const rung of this.#rungs.values()) rung.follow(cuts);
    this.#variant.changed();
  }
}
