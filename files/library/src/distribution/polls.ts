// Receivers that wait for notices at this node.
import { POLL_MS, type Poll, type PollAnswer } from '@meridian/distribution';
import { type Hub, type InboxPort, inboxText } from '@meridian/distribution/streams';
import type { TokenOrigin } from '@meridian/node-shell';
import { isInFence, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { ReceiverToken } from '../serving/tokens.ts';
import type { Surroundings } from './surroundings.ts';

/** By tokens: hosted receivers are bounded elsewhere. */
export const WAITING_MAX = 5000;
/** A ring may be lost with its channel. */
const LOOK_MS = 10_000;
const HUBS_SHOWN = 16;

/** Of a receiver; hosted ones have no token that could end. */
export type Polling = Pick<ReceiverToken, 'tenant' | 'receiver' | 'region' | 'fence'> & {
  readonly origin?: TokenOrigin;
};

interface Waiting {
  readonly session: Polling;
  readonly end: AbortController;
  wake(): void;
}

export interface PollsOptions {
  readonly port: Pick<InboxPort, 'poll' | 'onNotice' | 'seen'>;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  /** Notices that were handed out. */
  onGiven(count: number): void;
}

export class Polls {
  readonly #o: PollsOptions;
  /** By inbox: the latest. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #stop: () => void;
  /** Polls by tokens that are under way. */
  #byToken = 0;
  #isClosed = false;

  constructor(o: PollsOptions) {
    this.#o = o;
    this.#stop = o.port.onNotice((inbox) => {
      if (inbox !== undefined) this.#waiting.get(inboxText(inbox))?.wake();
      else for (const one of this.#waiting.values()) one.wake();
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for notices, up to `POLL_MS`. One receiver has one poll: a newer one ends it, without notices. Throws
   * OVERLOADED when too many wait, TOKEN_REVOKED when its token ended. `handed`: as `InboxPort.poll` has it.
   */
  async poll(session: Polling, { holding, presence, now }: Poll, signal: AbortSignal, handed = 0): Promise<PollAnswer> {
    const { port, clock, onGiven } = this.#o;
    const key = inboxText(session);
    const before = this.#waiting.get(key);
    before?.end.abort();
    const isByToken = session.origin !== undefined;
    const isFull = isByToken && before === undefined && this.#byToken >= WAITING_MAX;
    if (this.#isClosed || isFull) throw new MeridianError('OVERLOADED');
    const end = new AbortController();
    const ends = AbortSignal.any([signal, end.signal]);
    const untilMs = clock.nowMs() + (now === true ? 0 : POLL_MS);
    let ring = Promise.withResolvers<void>();
    const waiting: Waiting = { session, end, wake: () => ring.resolve() };
    // Before anything is awaited: a newer poll and a revocation find it.
    this.#waiting.set(key, waiting);
    this.#byToken += Number(isByToken);
    ends.addEventListener('abort', waiting.wake, { once: true });
    try {
      await port.seen(session, presence);
      for (;;) {
        ring = Promise.withResolvers<void>();
        const found = await port.poll(session, holding, handed);
        if (end.signal.reason instanceof MeridianError) throw end.signal.reason;
        const leftMs = untilMs - clock.nowMs();
        const isOver = leftMs <= 0 || found.notices.length + found.gone.length > 0;
        if (ends.aborted) return this.#answer({ notices: [], gone: [] }, session);
        if (isOver) {
          onGiven(found.notices.length);
          return await this.#answer(found, session);
        }
        const timer = clock.after(Math.min(LOOK_MS, leftMs), () => ring.resolve());
        await ring.promise;
        timer.cancel();
      }
    } finally {
      this.#byToken -= Number(isByToken);
      if (this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    }
  }

  /** Tokens that count no more. */
  cut(isEnded: (origin: TokenOrigin) => boolean): void {
    for (const { session, end } of this.#waiting.values())
      if (session.origin !== undefined && isEnded(session.origin)) end.abort(new MeridianError('TOKEN_REVOKED'));
  }

  /** Polls that wait end without notices. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    for (const { end } of this.#waiting.values()) end.abort();
  }

  /** Library nodes: those of the receiver's region first, of them this one. */
  async #answer(found: Pick<PollAnswer, 'notices' | 'gone'>, { fence, region: home }: Polling): Promise<PollAnswer> {
    const { surroundings } = this.#o;
    const { self } = surroundings;
    const rank = ({ id, region }: Hub): number => 2 * Number(region === home) + Number(id === self.id);
    const known = await surroundings.hubs();
    const hubs = (known.some(({ id }) => id === self.id) ? known : [self, ...known])
      .filter(({ region }) => isInFence(fence, region))
      .toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
      .slice(0, HUBS_SHOWN);
    return { notices: [...found.notices], gone: [...found.gone], hubs: hubs.map(({ publicUrl }) => publicUrl) };
  }
}
