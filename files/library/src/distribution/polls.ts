// Receivers that wait for notices at this node.
import { POLL_MS, type Poll, type PollAnswer } from '@meridian/distribution';
import { type Holding, type Hub, type InboxPort, inboxText } from '@meridian/distribution/streams';
import type { TokenOrigin } from '@meridian/node-shell';
import { isInFence, MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { ReceiverToken } from '../serving/tokens.ts';
import type { Surroundings } from './surroundings.ts';

/** Bound of waiting polls with a token; hosted receivers are bounded in hosted.ts. */
export const WAITING_MAX = 5000;
/** A waiting poll reads the channels again after this time, as a notification may be lost with its channel. */
const RECHECK_MS = 10_000;
/** A receiver with running transfers polls this often, so that its presence shows their progress. */
const BUSY_POLL_MS = 5000;
const HUBS_LISTED_MAX = 16;

/** Receiver of a poll. A hosted receiver has no `origin`, as it has no token that could end. */
export type PollSession = Pick<ReceiverToken, 'tenant' | 'receiver' | 'region' | 'fence'> & {
  readonly origin?: TokenOrigin;
};

interface WaitingPoll {
  readonly session: PollSession;
  readonly end: AbortController;
  wake(): void;
}

export interface PollsOptions {
  readonly port: Pick<InboxPort, 'poll' | 'onNotice' | 'seen'>;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  onGiven(count: number): void;
}

export class Polls {
  readonly #o: PollsOptions;
  readonly #waiting = new Map<string, WaitingPoll>();
  readonly #stop: () => void;
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
   * Waits for notices or changes, up to `POLL_MS`. A newer poll of the receiver ends this one without notices. Throws
   * OVERLOADED above the bound, TOKEN_REVOKED when the token ended.
   */
  async poll(
    session: PollSession,
    { holding, revisions, ratesVersion, presence, now }: Poll,
    signal: AbortSignal,
    handed = 0,
  ): Promise<PollAnswer> {
    const { port, clock, onGiven } = this.#o;
    const key = inboxText(session);
    const before = this.#waiting.get(key);
    before?.end.abort();
    const isByToken = session.origin !== undefined;
    const isFull = isByToken && before === undefined && this.#byToken >= WAITING_MAX;
    if (this.#isClosed || isFull) throw new MeridianError('OVERLOADED');
    const end = new AbortController();
    const ends = AbortSignal.any([signal, end.signal]);
    const waitMs = presence.running > 0 ? BUSY_POLL_MS : POLL_MS;
    const untilMs = clock.nowMs() + (now === true ? 0 : waitMs);
    let woken = Promise.withResolvers<void>();
    const waiting: WaitingPoll = { session, end, wake: () => woken.resolve() };
    // The poll is registered before the first await, so that a newer poll or a revocation finds it.
    this.#waiting.set(key, waiting);
    this.#byToken += Number(isByToken);
    ends.addEventListener('abort', waiting.wake, { once: true });
    try {
      await port.seen(session, presence);
      for (;;) {
        woken = Promise.withResolvers<void>();
        const held: Holding = { holding, revisions, handed };
        const found = await port.poll(session, ratesVersion === undefined ? held : { ...held, ratesVersion });
        if (end.signal.reason instanceof MeridianError) throw end.signal.reason;
        const leftMs = untilMs - clock.nowMs();
        const { notices, gone, changes = [], rates } = found;
        const isOver = leftMs <= 0 || rates !== undefined || notices.length + gone.length + changes.length > 0;
        if (ends.aborted) return this.#answer({ notices: [], gone: [] }, session);
        if (isOver) {
          onGiven(found.notices.length);
          return await this.#answer(found, session);
        }
        const timer = clock.after(Math.min(RECHECK_MS, leftMs), () => woken.resolve());
        await woken.promise;
        timer.cancel();
      }
    } finally {
      this.#byToken -= Number(isByToken);
      if (this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    }
  }

  endRevoked(isEnded: (origin: TokenOrigin) => boolean): void {
    for (const { session, end } of this.#waiting.values())
      if (session.origin !== undefined && isEnded(session.origin)) end.abort(new MeridianError('TOKEN_REVOKED'));
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    for (const { end } of this.#waiting.values()) end.abort();
  }

  /** Adds library nodes: those of the receiver's region first, among them this node. */
  async #answer(found: Omit<PollAnswer, 'hubs'>, { fence, region: home }: PollSession): Promise<PollAnswer> {
    const { surroundings } = this.#o;
    const { self } = surroundings;
    const rank = ({ id, region }: Hub): number => 2 * Number(region === home) + Number(id === self.id);
    const knownHubs = await surroundings.hubs();
    const hubs = (knownHubs.some(({ id }) => id === self.id) ? knownHubs : [self, ...knownHubs])
      .filter(({ region }) => isInFence(fence, region))
      .toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
      .slice(0, HUBS_LISTED_MAX);
    return Object.assign({}, found, { hubs: hubs.map(({ publicUrl }) => publicUrl) });
  }
}
