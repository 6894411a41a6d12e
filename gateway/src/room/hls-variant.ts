// What is asked of one playlist of a stream, answered when it is there: the playlist, its segments and their parts.
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { mediaPlaylist, waitMsMax } from '../core/hls/playlist.ts';
import type { Reload, SegmentWindow } from '../core/hls/window.ts';

/** What is waited for: undefined as long as it is not there. */
type Look<T> = () => T | undefined;

export interface HlsVariantOptions {
  readonly clock: Clock;
  /** Undefined: there is nothing yet. */
  readonly window: () => SegmentWindow | undefined;
  /** Undefined: it is not known yet. */
  readonly targetS: () => number | undefined;
  /** Of the stream's time 0. */
  readonly zeroWallMs: number;
  /** Throws OVERLOADED when no more may wait. */
  onWaiting(by: 1 | -1): void;
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

  /** Its window or target duration has: whoever waits looks again. */
  changed(): void {
    this.#playlist = undefined;
    for (const look of [...this.#waiting]) look();
  }

  /** Answers all who wait with undefined; idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const look of [...this.#waiting]) look();
  }

  /**
   * The playlist when it has what is asked for, or as it is after three target durations. Rejects with REQUEST_INVALID
   * for what is too far ahead.
   */
  async media(reload: Reload | undefined, gone: AbortSignal): Promise<string | undefined> {
    const present = await this.until(() => this.#media(), waitMsMax(), gone);
    if (present === undefined || reload === undefined) return present;
    const verdict = this.#o.window()?.verdict(reload);
    if (verdict === 'refuse') throw new MeridianError('REQUEST_INVALID', 'no playlist will have that soon');
    const isThere: Look<true> = () => (this.#o.window()?.verdict(reload) === 'wait' ? undefined : true);
    await this.until(isThere, waitMsMax(this.#o.targetS()), gone);
    return this.#isClosed ? undefined : this.#media();
  }

  init(number: number): Uint8Array | undefined {
    return this.#o.window()?.init(number);
  }

  /** A segment that has ended. */
  segment(number: number): Uint8Array | undefined {
    return this.#o.window()?.segment(number);
  }

  /** A part that is there, or the next one, when it is there. */
  async part(msn: number, part: number, gone: AbortSignal): Promise<Uint8Array | undefined> {
    const look: Look<Uint8Array | null> = () => {
      const window = this.#o.window();
      const isHinted = window?.hint.msn === msn && window.hint.part === part;
      return window?.part(msn, part) ?? (isHinted ? undefined : null);
    };
    return (await this.until(look, waitMsMax(this.#o.targetS()), gone)) ?? undefined;
  }

  /** What `look` gives, as soon as it gives something; undefined after this time, or when stream or request end. */
  async until<T>(look: Look<T>, waitMs: number, gone: AbortSignal): Promise<T | undefined> {
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

  #media(): string | undefined {
    const [window, targetS] = [this.#o.window(), this.#o.targetS()];
    if (window === undefined || targetS === undefined || !this.hasBegun) return undefined;
    this.#playlist ??= mediaPlaylist(window, { targetS, zeroWallMs: this.#o.zeroWallMs });
    return this.#playlist;
  }
}
