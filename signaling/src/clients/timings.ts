// Clients' measurements of the network for the centre, which learns from them where clients are: round trips to
// signaling nodes (by receipts of those nodes), and to their media node. No decision here depends on them.
import { limits, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Receipts } from '../adapters/receipts.ts';
import { bounds } from '../limits.ts';
import type { Opener, ServerMessage } from '../ports.ts';
import { personOf } from './person.ts';

export interface TimedSession {
  readonly sessionId: string;
  readonly identity: string;
  readonly nodeId: string;
  readonly clientIp: string;
  /** Times of an opened session are its opener's, and therefore ignored. */
  readonly opener?: Opener | undefined;
  /** Pretended place (development), else ''. */
  readonly fromCity: string;
  readonly room: { readonly roomKey: string };
  sendMessage(message: ServerMessage): void;
}

export interface TimingsOptions {
  readonly receipts: Pick<Receipts, 'open'>;
  readonly clock: Clock;
  /** Sends to the centre; false when it is unreachable: these times are lost, newer ones will come. */
  send(times: wire.AccessTimes.$Properties): boolean;
  /** Returns the echo address of a signaling node for a client at this address; undefined without one. */
  echoUrlOf(signalingId: string, clientIp: string): string | undefined;
  countTime(what: 'echo' | 'echoRefused' | 'node'): void;
}

interface TimingState {
  reportsLeft: number;
  requestedAtMs: number;
  /** Least round trip to the media node since the last report, and the reported one. */
  nodeRttMs: number;
  reportedRttMs: number;
  reportedAtMs: number;
}

export class Timings {
  readonly #o: TimingsOptions;
  readonly #states = new WeakMap<TimedSession, TimingState>();

  constructor(o: TimingsOptions) {
    this.#o = o;
  }

  /**
   * Returns the first time of each signaling node that has a valid receipt, with the receipt's round trip; counts the
   * refused times. A client that pretends a place has no valid times, since it measures from its real place. Only a
   * client that was asked to measure a signaling node gets a receipt from it (adapters/echo.ts).
   */
  verified(
    times: readonly wire.EchoTime.$Properties[],
    client: { clientIp: string; fromCity: string },
  ): wire.EchoTime.$Properties[] {
    if (client.fromCity !== '') return [];
    const found = new Map<string, number>();
    for (const { signalingId, receipt } of times.slice(0, bounds.echoTimesMax)) {
      const id = signalingId ?? '';
      const rttMs = this.#o.receipts.open(receipt ?? new Uint8Array(), { signalingId: id, clientIp: client.clientIp });
      const isCounted = rttMs !== undefined && !found.has(id);
      this.#o.countTime(isCounted ? 'echo' : 'echoRefused');
      if (isCounted) found.set(id, rttMs);
    }
    if (times.length > bounds.echoTimesMax) this.#o.countTime('echoRefused');
    return [...found].map(([signalingId, rttMs]) => ({ signalingId, rttMs }));
  }

  /** Takes times measured since the Join; the first `echoReportsMax` of a session count. */
  takeEchoTimes(session: TimedSession, times: readonly wire.EchoTime.$Properties[]): void {
    const state = this.#stateOf(session);
    if (state.reportsLeft === 0 || session.opener !== undefined) {
      this.#o.countTime('echoRefused');
      return;
    }
    state.reportsLeft -= 1;
    const echoTimes = this.verified(times, session);
    if (echoTimes.length > 0) this.#o.send({ ...accessTimesOf(session), echoTimes });
  }

  /**
   * Takes a round trip to the media node from the client's statistics. It is reported at once, then every ten seconds
   * if it has changed, else every minute. A report has the least round trip since the last one, because a busy moment
   * is no property of the path.
   */
  takeNodeRtt(session: TimedSession, rttMs: number): void {
    if (session.opener !== undefined || !(rttMs > 0 && rttMs <= bounds.nodeRttMsMax)) return;
    const state = this.#stateOf(session);
    state.nodeRttMs = Math.min(state.nodeRttMs, rttMs);
    const sinceMs = this.#o.clock.nowMs() - state.reportedAtMs;
    if (sinceMs < bounds.nodeRttEveryMs) return;
    const changeMs = Math.abs(state.nodeRttMs - state.reportedRttMs);
    const hasChanged = changeMs > Math.max(bounds.nodeRttChangeMs, state.reportedRttMs * bounds.nodeRttChangeShare);
    if (!hasChanged && sinceMs < bounds.nodeRttAtLeastEveryMs) return;
    if (!this.#o.send({ ...accessTimesOf(session), nodeId: session.nodeId, nodeRttMs: state.nodeRttMs })) return;
    this.#o.countTime('node');
    state.reportedRttMs = state.nodeRttMs;
    state.reportedAtMs = this.#o.clock.nowMs();
    state.nodeRttMs = Number.POSITIVE_INFINITY;
  }

  /** Asks a client now and then to measure signaling nodes, unless it pretends a place or has an opener. */
  requestEchoes(session: TimedSession, signalingIds: readonly string[]): void {
    const state = this.#stateOf(session);
    const nowMs = this.#o.clock.nowMs();
    if (session.opener !== undefined || session.fromCity !== '') return;
    if (state.reportsLeft === 0 || nowMs - state.requestedAtMs < bounds.echoRequestEveryMs) return;
    const targets = signalingIds.slice(0, limits.echoSitesMax).flatMap((signalingId) => {
      const url = this.#o.echoUrlOf(signalingId, session.clientIp);
      return url === undefined ? [] : [{ signalingId, url }];
    });
    if (targets.length === 0) return;
    state.requestedAtMs = nowMs;
    session.sendMessage({ echoTargets: { targets } });
  }

  #stateOf(session: TimedSession): TimingState {
    const known = this.#states.get(session);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const state = {
      reportsLeft: bounds.echoReportsMax,
      requestedAtMs: never,
      nodeRttMs: Number.POSITIVE_INFINITY,
      reportedRttMs: 0,
      reportedAtMs: never,
    };
    this.#states.set(session, state);
    return state;
  }
}

const accessTimesOf = ({
  room,
  sessionId,
  identity,
  clientIp,
  fromCity,
}: TimedSession): wire.AccessTimes.$Properties => ({
  roomKey: room.roomKey,
  sessionId,
  person: personOf(room.roomKey, identity),
  clientIp,
  fromCity,
});
