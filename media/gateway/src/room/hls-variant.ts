// What is asked of one playlist of a stream, answered when it is there: the playlist, its segments and their parts.
import { type AddressPlaces, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { mediaPlaylist, waitMsMax } from '../core/hls/playlist.ts';
import type { Reload, SegmentWindow } from '../core/hls/window.ts';

/** A player that may not wait asks again, as players of plain HLS do. */
const RETRY_MS = 1000;

/** What is waited for: undefined as long as it is not there. */
type Look<T> = () => T | undefined;

/** The client of a request, which may wait. */
export interface Asker {
  readonly address: string;
  /** The request has ended. */
  readonly gone: AbortSignal;
}

export interface HlsVariantOptions {
  readonly clock: Clock;
  /** Undefined: there is nothing yet. */
  readonly window: () => SegmentWindow | undefined;
  /** Undefined: it is not known yet. */
  readonly targetS: () => number | undefined;
  /** Of the stream's time 0. */
  readonly zeroWallMs: number;
  readonly waiting: AddressPlaces;
}

/** All that wait throw OVERLOADED when too many do, and end with their signal; undefined: that is not there. */
export class HlsVariant {
  readonly #o: HlsVariantOptions;
  /** Each looks whether it has what it waits for. */
  readonly #waiting = new Set<() => void>();
  /** Until something changes. */
  #playlist: string | undefined;
  #isClosed = false;

  constructor(o: HlsVariantOptions) {
    this.#o = o;
  }

  /** There is something for players that take whole segments too. */
  get hasBegun(): boolean {
    return this.#o.window()?.listed[0]?.bytes !== undefined;
  }

  /** Its window or target duration has: waiting requests look again. */
  changed(): void {
    this.#playlist = undefined;
    for (const look of [...this.#waiting]) look();
  }

  /** Answers all waiting requests with undefined; idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const look of [...this.#waiting]) look();
  }

  /**
   * The playlist when it has what is asked for, or as it is after three target durations. Rejects with REQUEST_INVALID
   * for what is too far ahead.
   */
  async media(reload: Reload | undefined, asker: Asker): Promise<string | undefined> {
    const present = await this.until(() => this.#media(), waitMsMax(), asker);
    if (present === undefined || reload === undefined) return present;
    const verdict = this.#o.window()?.verdict(reload);
    if (verdict === 'refuse') throw new MeridianError('REQUEST_INVALID', 'no playlist will have that soon');
    const isThere: Look<true> = () => (this.#o.window()?.verdict(reload) === 'wait' ? undefined : true);
    await this.until(isThere, waitMsMax(this.#o.targetS()), asker);
    return this.#isClosed ? undefined : this.#media();
  }

  /** Whether the playlist has what was waited for; false for one that no player waits for. */
  has(reload: Reload | undefined): boolean {
    return reload !== undefined && this.#o.window()?.verdict(reload) === 'answer';
  }

  init(number: number): Uint8Array | undefined {
    return this.#o.window()?.init(number);
  }

  /** A segment that has ended. */
  segment(number: number): Uint8Array | undefined {
    return this.#o.window()?.segment(number);
  }

  /** A part that is there, or the next one, when it is there. */
  async part(msn: number, part: number, asker: Asker): Promise<Uint8Array | undefined> {
    const look: Look<Uint8Array | null> = () => {
      const window = this.#o.window();
      const isHinted = window?.hint.msn === msn && window.hint.part === part;
      return window?.part(msn, part) ?? (isHinted ? undefined : null);
    };
    return (await this.until(look, waitMsMax(this.#o.targetS()), asker)) ?? undefined;
  }

  /** What `look` gives, as soon as it gives something; undefined after this time, or when stream or request end. */
  async until<T>(look: Look<T>, waitMs: number, asker: Asker): Promise<T | undefined> {
    const present = look();
    if (present !== undefined || this.#isClosed || asker.gone.aborted) return present;
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const leave = this.#o.waiting.enter(asker.address, () => reject(tooMany()));
    if (leave === undefined) throw tooMany();
    const again = (): void => {
      const found = look();
      if (found !== undefined || this.#isClosed) resolve(found);
    };
    const giveUp = (): void => resolve(undefined);
    const timer = this.#o.clock.after(waitMs, giveUp);
    this.#waiting.add(again);
    asker.gone.addEventListener('abort', giveUp);
    try {
      return await promise;
    } finally {
      timer.cancel();
      this.#waiting.delete(again);
      asker.gone.removeEventListener('abort', giveUp);
      leave();
    }
  }

  #media(): string | undefined {
    const [window, targetS] = [this.#o.window(), this.#o.targetS()];
    if (window === undefined || targetS === undefined || !this.hasBegun) return undefined;
    this.#playlist ??= mediaPlaylist(window, { targetS, zeroWallMs: this.#o.zeroWallMs });
    return this.#playlist;
  }
}

const tooMany = (): MeridianError =>
  new MeridianError('OVERLOADED', 'too many players wait', { retryAfterMs: RETRY_MS });
