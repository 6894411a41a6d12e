// A peer host: makes requests, answers the peer's requests, and estimates the link from the peer's answers. A datagram
// must be complete, addressed to us, authentic, of the current session and new; any other datagram changes nothing and
// is counted by reason. A request gets at most one answer, which has the same size.
import { KeyRing } from '@meridian/protocol';
import { Arrivals } from './arrivals.ts';
import { BODY_BYTES, type Datagram, encodeDatagram } from './datagram.ts';
import { type Estimate, LinkEstimator } from './estimator.ts';
import { FAST_PER_SECOND } from './rates.ts';
import { TokenBucket } from './token-bucket.ts';

export interface Mac {
  /** Returns the MAC, 16 bytes, that follows the body in a datagram. */
  sign(key: Uint8Array, body: Uint8Array): Uint8Array;
  isValid(key: Uint8Array, body: Uint8Array, mac: Uint8Array): boolean;
}

/** Limit on answers to a peer: four times the requests of an honest peer. */
const ANSWER_LIMIT = { perSecond: 4 * FAST_PER_SECOND, burst: 40 };
/**
 * Limit on answers to old sessions. They inform a peer whose clock was set back, but replayed requests cause them too.
 */
const REMINDER_LIMIT = { perSecond: 0.2, burst: 1 };
/**
 * A peer is silent when no authentic datagram has arrived for two of its periods (in which it sends two requests and
 * two answers) plus this time. A host that receives nothing finds this before it would count its own probes of most of
 * a second (three of five) as lost and report its own direction as cut.
 */
const SILENCE_EXTRA_MS = 50;
const US_PER_MS = 1_000;

export type Refusal = 'malformed' | 'unknown' | 'forged' | 'replayed' | 'late' | 'old_session' | 'over_budget';
export type ReceiveResult =
  | { readonly kind: 'measured' }
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: Refusal };

export interface PeerOptions {
  readonly ownTag: bigint;
  readonly peerTag: bigint;
  readonly mac: Mac;
  /** Our session with the peer: wall-clock ms at its start, higher than that of every earlier session. */
  readonly session: number;
  readonly nowMs: number;
}

export class Peer {
  readonly #o: PeerOptions;
  readonly #keys = new KeyRing();
  readonly #link = new LinkEstimator();
  readonly #arrivals = new Arrivals();
  readonly #answerBudget: TokenBucket;
  readonly #reminderBudget: TokenBucket;
  #session: number;
  #seq = 0;
  #lastReceivedMs = Number.NEGATIVE_INFINITY;
  #requestCount = 0;

  constructor(o: PeerOptions) {
    this.#o = o;
    this.#session = o.session;
    this.#answerBudget = new TokenBucket({ ...ANSWER_LIMIT, nowMs: o.nowMs });
    this.#reminderBudget = new TokenBucket({ ...REMINDER_LIMIT, nowMs: o.nowMs });
  }

  setKey(key: Uint8Array, nowMs: number): void {
    this.#keys.set(key, nowMs);
  }

  request(nowMs: number): Uint8Array | undefined {
    const key = this.#keys.keyForSending(nowMs);
    if (key === undefined) return undefined;
    this.#seq += 1;
    this.#requestCount += 1;
    this.#link.recordSent(this.#seq, nowMs);
    return this.#signed(key, {
      ...EMPTY_FIELDS,
      type: 'request',
      session: this.#session,
      seq: this.#seq,
      sentUs: microseconds(nowMs),
    });
  }

  /** Handles a datagram; `bytes` are all its bytes. */
  receive(datagram: Datagram, bytes: Uint8Array, nowMs: number): ReceiveResult {
    // Refuses also our own datagrams that someone sends back to us.
    const isAddressedToUs = datagram.fromTag === this.#o.peerTag && datagram.toTag === this.#o.ownTag;
    if (!isAddressedToUs) return { kind: 'refused', reason: 'unknown' };
    const body = bytes.subarray(0, BODY_BYTES);
    const mac = bytes.subarray(BODY_BYTES);
    const key = this.#keys.acceptedKeys(nowMs).find((candidate) => this.#o.mac.isValid(candidate, body, mac));
    if (key === undefined) return { kind: 'refused', reason: 'forged' };
    return datagram.type === 'request' ? this.#onRequest(datagram, key, nowMs) : this.#onAnswer(datagram, nowMs);
  }

  /**
   * Returns the estimate; undefined before the first answer. `isSilent`: nothing arrives, so one of the directions is
   * cut. `probes`: number of requests since `resetProbeCount`.
   */
  estimate(nowMs: number, periodMs: number): (Estimate & { isSilent: boolean; probes: number }) | undefined {
    const estimate = this.#link.estimate(nowMs);
    if (estimate === undefined) return undefined;
    const isSilent = nowMs - this.#lastReceivedMs >= 2 * periodMs + SILENCE_EXTRA_MS;
    return { ...estimate, isSilent, probes: this.#requestCount };
  }

  resetProbeCount(): void {
    this.#requestCount = 0;
  }

  #onRequest(request: Datagram, key: Uint8Array, nowMs: number): ReceiveResult {
    const arrival = this.#arrivals.accept(request.session, request.seq);
    if (arrival === 'replayed') return { kind: 'refused', reason: 'replayed' };
    if (arrival === 'old_session') {
      if (!this.#reminderBudget.take(nowMs)) return { kind: 'refused', reason: 'old_session' };
      return { kind: 'answer', bytes: this.#answerTo(request, key, nowMs) };
    }
    this.#lastReceivedMs = nowMs;
    if (!this.#answerBudget.take(nowMs)) return { kind: 'refused', reason: 'over_budget' };
    return { kind: 'answer', bytes: this.#answerTo(request, key, nowMs) };
  }

  #answerTo({ session, seq, sentUs }: Datagram, key: Uint8Array, nowMs: number): Uint8Array {
    const times = { receivedUs: microseconds(nowMs), answeredUs: microseconds(nowMs) };
    return this.#signed(key, {
      ...EMPTY_FIELDS,
      ...this.#arrivals.report,
      ...times,
      type: 'answer',
      session,
      seq,
      sentUs,
    });
  }

  #onAnswer(answer: Datagram, nowMs: number): ReceiveResult {
    if (answer.session !== this.#session) return { kind: 'refused', reason: 'old_session' };
    if (answer.heldSession > this.#session) {
      // The peer knows a later session of ours, begun when our clock was ahead: ours continues above it. The MAC and
      // the repeated session prove that this is an answer to a request of ours.
      this.#session = answer.heldSession + 1;
      this.#link.forgetProbes();
      return { kind: 'refused', reason: 'old_session' };
    }
    const { seq, arrivedHigh, arrived, span } = answer;
    const times = { receivedMs: answer.receivedUs / US_PER_MS, answeredMs: answer.answeredUs / US_PER_MS };
    const verdict = this.#link.recordAnswer({ seq, arrivedHigh, arrived, span, ...times }, nowMs);
    if (verdict !== 'measured') return { kind: 'refused', reason: verdict };
    this.#lastReceivedMs = nowMs;
    return { kind: 'measured' };
  }

  #signed(key: Uint8Array, datagram: Omit<Datagram, 'fromTag' | 'toTag'>): Uint8Array {
    const bytes = encodeDatagram({ ...datagram, fromTag: this.#o.ownTag, toTag: this.#o.peerTag });
    bytes.set(this.#o.mac.sign(key, bytes.subarray(0, BODY_BYTES)), BODY_BYTES);
    return bytes;
  }
}

const EMPTY_FIELDS = { span: 0, arrivedHigh: 0, arrived: 0n, receivedUs: 0, answeredUs: 0, heldSession: 0 } as const;

function microseconds(ms: number): number {
  return Math.max(0, Math.round(ms * US_PER_MS));
}
