// Answers requests for one playlist of a stream, its segments and parts, waiting if necessary.
import { type AddressPlaces, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { mediaPlaylist, waitMsMax } from '../core/hls/playlist.ts';
import type { Reload, SegmentWindow } from '../core/hls/window.ts';

/** Time after which a player without a place to wait may ask again, as players of plain HLS do. */
const RETRY_MS = 1000;

/** Returns undefined while the value is not available. */
type Lookup<T> = () => T | undefined;

export interface Asker {
  readonly address: string;
  readonly gone: AbortSignal;
}

export interface HlsVariantOptions {
  readonly clock: Clock;
  readonly window: () => SegmentWindow | undefined;
  readonly targetS: () => number | undefined;
  readonly zeroWallMs: number;
  readonly waiting: AddressPlaces;
}

/** Waiting methods throw OVERLOADED when too many wait, and return undefined when their request or the stream ends. */
export class HlsVariant {
  readonly #o: HlsVariantOptions;
  readonly #waiting = new Set<() => void>();
  #playlist: string | undefined;
  #isClosed = false;

  constructor(o: HlsVariantOptions) {
    this.#o = o;
  }

  /** True when players without support for parts have a segment. */
  get hasBegun(): boolean {
    return this.#o.window()?.listed[0]?.bytes !== undefined;
  }

  /** Notes a change of the window or target duration: waiting requests check again. */
  changed(): void {
    this.#playlist = undefined;
    for (const look of [...this.#waiting]) look();
  }

  /** Answers all waiting requests with undefined. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Returns the playlist once it has the requested part, or as it is after three target durations. Rejects with
   * REQUEST_INVALID for a part too far ahead.
   */
  async media(reload: Reload | undefined, asker: Asker): Promise<string | undefined> {
    const present = await this.waitFor(() => this.#media(), waitMsMax(), asker);
    if (present === undefined || reload === undefined) return present;
    const verdict = this.#o.window()?.verdict(reload);
    if (verdict === 'refuse') throw new MeridianError('REQUEST_INVALID', 'no playlist will have that soon');
    const isThere: Lookup<true> = () => (this.#o.window()?.verdict(reload) === 'wait' ? undefined : true);
    await this.waitFor(isThere, waitMsMax(this.#o.targetS()), asker);
    return this.#isClosed ? undefined : this.#media();
  }

  has(reload: Reload | undefined): boolean {
    return reload !== undefined && this.#o.window()?.verdict(reload) === 'answer';
  }

  init(number: number): Uint8Array | undefined {
    return this.#o.window()?.init(number);
  }

  segment(number: number): Uint8Array | undefined {
    return this.#o.window()?.segment(number);
  }

  async part(msn: number, part: number, asker: Asker): Promise<Uint8Array | undefined> {
    const look: Lookup<Uint8Array | null> = () => {
      const window = this.#o.window();
      const isHinted = window?.hint.msn === msn && window.hint.part === part;
      return window?.part(msn, part) ?? (isHinted ? undefined : null);
    };
    return (await this.waitFor(look, waitMsMax(this.#o.targetS()), asker)) ?? undefined;
  }

  /** Returns the first value of `look`; undefined after `waitMs`, or when stream or request end. */
  async waitFor<T>(look: Lookup<T>, waitMs: number, asker: Asker): Promise<T | undefined> {
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
