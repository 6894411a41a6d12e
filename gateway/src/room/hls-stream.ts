// A programme as HLS, made once for all who play it so. It is watched from the first request on and until nobody has
// asked for a while: players have no connection that would say that they are there.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { Opening } from '../core/hls/opening.ts';
import { mediaPlaylist, multivariantPlaylist, waitMsMax } from '../core/hls/playlist.ts';
import { NUMBER_MS } from '../core/hls/rules.ts';
import { type Cut, Segmenter } from '../core/hls/segmenter.ts';
import { type Reload, SegmentWindow } from '../core/hls/window.ts';
import type { Programme, ProgrammeItem, Viewer } from './programme.ts';

/** Requests that wait, of all streams of a gateway: two of each player that fits in its connections. */
export const WAITING_MAX = 4000;
/** After the last request: players of playlists with segments of 10 s ask every 10 s at least. */
const IDLE_MS = 30_000;
/** Somebody who publishes sound may turn on the camera at once. */
const SOUND_ALONE_MS = 1500;
/** A publisher that makes key frames every 10 s makes one by then. */
const PICTURE_MS_MAX = 12_000;

export interface HlsStreamsOptions {
  readonly clock: Clock;
}

/** What is waited for: undefined as long as it is not there. */
type Look<T> = () => T | undefined;

export class HlsStreams {
  readonly #o: HlsStreamsOptions;
  readonly #streams = new Map<Programme, HlsStream>();
  #waiting = 0;

  constructor(o: HlsStreamsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#streams.size;
  }
  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether somebody plays it. */
  has(programme: Programme): boolean {
    return this.#streams.has(programme);
  }

  /** The stream of a programme, for one request; `leave` it when that is answered or given up. */
  enter(programme: Programme): HlsStream {
    let stream = this.#streams.get(programme);
    if (stream === undefined) {
      stream = new HlsStream({
        ...{ programme, clock: this.#o.clock },
        onWaiting: (by) => this.#count(by),
        onClosed: () => void this.#streams.delete(programme),
      });
      // A programme that was just over has closed it.
      if (!stream.isClosed) this.#streams.set(programme, stream);
    }
    stream.enter();
    return stream;
  }

  /** Ends all; idempotent. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #count(by: 1 | -1): void {
    if (by > 0 && this.#waiting >= WAITING_MAX) throw new MeridianError('OVERLOADED', 'too many players wait');
    this.#waiting += by;
  }
}

interface HlsStreamOptions {
  readonly programme: Programme;
  readonly clock: Clock;
  /** Throws OVERLOADED when no more may wait. */
  onWaiting(by: 1 | -1): void;
  onClosed(): void;
}

export class HlsStream implements Viewer {
  readonly #o: HlsStreamOptions;
  readonly #opening: Opening<ProgrammeItem>;
  readonly #segmenter = new Segmenter();
  readonly #window: SegmentWindow;
  /** Of the programme's time 0. */
  readonly #zeroWallMs: number;
  readonly #startMs: number;
  /** Each looks whether it has what it waits for. */
  readonly #waiting = new Set<() => void>();
  #stop: (() => void) | undefined;
  #users = 0;
  #idle: Timer | undefined;
  /** Until something changes. */
  #playlist: string | undefined;
  #isClosed = false;

  constructor(o: HlsStreamOptions) {
    this.#o = o;
    const wallMs = o.clock.wallMs();
    this.#window = new SegmentWindow(Math.floor(wallMs / NUMBER_MS));
    this.#zeroWallMs = wallMs - o.programme.nowMs;
    this.#startMs = o.clock.nowMs();
    this.#opening = new Opening(this.#startMs);
    this.#stop = o.programme.watch(this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A request begins. */
  enter(): void {
    this.#users += 1;
    this.#idle?.cancel();
  }

  /** A request is over. */
  leave(): void {
    this.#users -= 1;
    if (this.#users === 0 && !this.#isClosed) this.#idle = this.#o.clock.after(IDLE_MS, () => this.close());
  }

  take(item: ProgrammeItem): void {
    for (const one of this.#opening.take(item, this.#o.clock.nowMs())) this.#put(one);
    if (this.#segmenter.takeDemand()) this.#o.programme.demandKeyFrame();
  }

  ended(): void {
    this.close();
  }

  /** Stops watching, and answers all who wait with undefined; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#idle?.cancel();
    this.#stop?.();
    this.#o.onClosed();
    for (const look of [...this.#waiting]) look();
  }

  /** Undefined: nothing is played. All that wait throw OVERLOADED above `WAITING_MAX`, and end with their signal. */
  multivariant(gone: AbortSignal): Promise<string | undefined> {
    const look = (): string | undefined =>
      this.#hasBegun() ? multivariantPlaylist(this.#window, this.#segmenter.frameRate) : undefined;
    return this.#until(look, waitMsMax(), gone);
  }

  /**
   * The playlist when it has what is asked for, or as it is after three target durations. Undefined: nothing is played.
   * Rejects with REQUEST_INVALID for what is too far ahead.
   */
  async media(reload: Reload | undefined, gone: AbortSignal): Promise<string | undefined> {
    const present = await this.#until(() => this.#media(), waitMsMax(), gone);
    if (present === undefined || reload === undefined) return present;
    const verdict = this.#window.verdict(reload);
    if (verdict === 'refuse') throw new MeridianError('REQUEST_INVALID', 'no playlist will have that soon');
    const isThere: Look<true> = () => (this.#window.verdict(reload) === 'wait' ? undefined : true);
    await this.#until(isThere, waitMsMax(this.#segmenter.targetS), gone);
    return this.#isClosed ? undefined : this.#media();
  }

  init(number: number): Uint8Array | undefined {
    return this.#window.init(number);
  }

  /** A segment that has ended. */
  segment(number: number): Uint8Array | undefined {
    return this.#window.segment(number);
  }

  /** A part that is there, or the next one, when it is there. */
  async part(msn: number, part: number, gone: AbortSignal): Promise<Uint8Array | undefined> {
    const isHinted = (): boolean => this.#window.hint.msn === msn && this.#window.hint.part === part;
    const look: Look<Uint8Array | null> = () => this.#window.part(msn, part) ?? (isHinted() ? undefined : null);
    return (await this.#until(look, waitMsMax(this.#segmenter.targetS), gone)) ?? undefined;
  }

  #put({ content }: ProgrammeItem): void {
    if ('videoFormat' in content) this.#segmenter.videoFormat(content.videoFormat);
    else if ('audioFormat' in content) this.#segmenter.audioFormat(content.audioFormat);
    else if (content.unit.kind === 'video') this.#apply(this.#segmenter.picture(content.unit));
    else {
      if (this.#isSoundAlone()) this.#segmenter.beginWithoutPicture();
      this.#apply(this.#segmenter.sound(content.unit));
    }
  }

  #media(): string | undefined {
    const { targetS } = this.#segmenter;
    if (targetS === undefined || !this.#hasBegun()) return undefined;
    this.#playlist ??= mediaPlaylist(this.#window, { targetS, zeroWallMs: this.#zeroWallMs });
    return this.#playlist;
  }

  /** There is something for players that take whole segments too. */
  #hasBegun(): boolean {
    return this.#window.listed[0]?.bytes !== undefined;
  }

  #isSoundAlone(): boolean {
    const { expects } = this.#o.programme;
    const sinceMs = this.#o.clock.nowMs() - this.#startMs;
    if (expects === 'nothing') return false;
    return sinceMs > (expects === 'sound' ? SOUND_ALONE_MS : PICTURE_MS_MAX);
  }

  #apply(cuts: readonly Cut[]): void {
    for (const cut of cuts) this.#window.apply(cut, this.#segmenter.targetS);
    if (cuts.length === 0) return;
    this.#playlist = undefined;
    for (const look of [...this.#waiting]) look();
  }

  /** What `look` gives, as soon as it gives something; undefined after this time, or when stream or request end. */
  async #until<T>(look: Look<T>, waitMs: number, gone: AbortSignal): Promise<T | undefined> {
    const present = look();
    if (present !== undefined || this.#isClosed || gone.aborted) return present;
    this.#o.onWaiting(1);
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    const again = (): void => {
      const found = look();
      if (found !== undefined || this.#isClosed) resolve(found);
    };
    const giveUp = (): void => resolve(undefined);
    const timer = this.#o.clock.after(waitMs, giveUp);
    this.#waiting.add(again);
    gone.addEventListener('abort', giveUp);
    try {
      return await promise;
    } finally {
      timer.cancel();
      this.#waiting.delete(again);
      gone.removeEventListener('abort', giveUp);
      this.#o.onWaiting(-1);
    }
  }
}
