// What clients measured of the network, on its way to the centre, which learns from it where they are: round trips to
// signaling nodes (by receipts of those signaling nodes), and to their media node. Nothing here decides, and nothing
// waits for it.
import { limits, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Receipts } from '../adapters/receipts.ts';
import { bounds } from '../limits.ts';
import type { Opener, ServerMessage } from '../ports.ts';
import { personOf } from './person.ts';

/** A session as far as its times go. */
export interface TimedSession {
  readonly sessionId: string;
  readonly identity: string;
  readonly nodeId: string;
  readonly clientIp: string;
  /** Its times are this node's, not of the address that it is opened for: they say nothing. */
  readonly opener?: Opener | undefined;
  /** The place it pretends (development), else ''. */
  readonly fromCity: string;
  readonly room: { readonly roomKey: string };
  sendMessage(message: ServerMessage): void;
}

export interface TimingsOptions {
  readonly receipts: Pick<Receipts, 'open'>;
  readonly clock: Clock;
  /** To the centre; false when the centre cannot be reached: these times are lost, there will be newer ones. */
  send(times: wire.AccessTimes.$Properties): boolean;
  /**
   * Where a signaling node's echo socket is, for a client at this address that is asked to time it; undefined when
   * there is none.
   */
  echoUrlOf(signalingId: string, clientIp: string): string | undefined;
  counted(what: 'echo' | 'echoRefused' | 'node'): void;
}

interface Kept {
  reportsLeft: number;
  askedAtMs: number;
  /** Least round trip to the media node since the last report, and what was reported. */
  nodeRttMs: number;
  toldRttMs: number;
  toldAtMs: number;
}

export class Timings {
  readonly #o: TimingsOptions;
  readonly #kept = new WeakMap<TimedSession, Kept>();

  constructor(o: TimingsOptions) {
    this.#o = o;
  }

  /**
   * Those whose receipt holds, with the round trip that the receipt says; of one signaling node the first. The rest is
   * counted. None for a pretended place: its times are of another. Only a client that was asked to time a signaling
   * node has a receipt of it (adapters/echo.ts).
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
      const counts = rttMs !== undefined && !found.has(id);
      this.#o.counted(counts ? 'echo' : 'echoRefused');
      if (counts) found.set(id, rttMs);
    }
    if (times.length > bounds.echoTimesMax) this.#o.counted('echoRefused');
    return [...found].map(([signalingId, rttMs]) => ({ signalingId, rttMs }));
  }

  /** Measured since the Join. The first `echoReportsMax` of a session count. */
  echoes(session: TimedSession, times: readonly wire.EchoTime.$Properties[]): void {
    const kept = this.#of(session);
    if (kept.reportsLeft === 0 || session.opener !== undefined) {
      this.#o.counted('echoRefused');
      return;
    }
    kept.reportsLeft -= 1;
    const echoTimes = this.verified(times, session);
    if (echoTimes.length > 0) this.#o.send({ ...about(session), echoTimes });
  }

  /**
   * The round trip to the media node by the client's own statistics. Reported at once, then every ten seconds when it
   * has changed, else every minute: the least since the last time, because a busy moment says nothing about the path.
   */
  node(session: TimedSession, rttMs: number): void {
    if (session.opener !== undefined || !(rttMs > 0 && rttMs <= bounds.nodeRttMsMax)) return;
    const kept = this.#of(session);
    kept.nodeRttMs = Math.min(kept.nodeRttMs, rttMs);
    const sinceMs = this.#o.clock.nowMs() - kept.toldAtMs;
    if (sinceMs < bounds.nodeRttEveryMs) return;
    const changeMs = Math.abs(kept.nodeRttMs - kept.toldRttMs);
    const hasChanged = changeMs > Math.max(bounds.nodeRttChangeMs, kept.toldRttMs * bounds.nodeRttChangeShare);
    if (!hasChanged && sinceMs < bounds.nodeRttAtLeastEveryMs) return;
    if (!this.#o.send({ ...about(session), nodeId: session.nodeId, nodeRttMs: kept.nodeRttMs })) return;
    this.#o.counted('node');
    kept.toldRttMs = kept.nodeRttMs;
    kept.toldAtMs = this.#o.clock.nowMs();
    kept.nodeRttMs = Number.POSITIVE_INFINITY;
  }

  /**
   * The centre would like these signaling nodes timed; asked of the client at most every `echoAskMs`, unless it
   * pretends to be elsewhere or is opened by a gateway.
   */
  wanted(session: TimedSession, signalingIds: readonly string[]): void {
    const kept = this.#of(session);
    const nowMs = this.#o.clock.nowMs();
    if (session.opener !== undefined || session.fromCity !== '') return;
    if (kept.reportsLeft === 0 || nowMs - kept.askedAtMs < bounds.echoAskMs) return;
    const targets = signalingIds.slice(0, limits.echoSitesMax).flatMap((signalingId) => {
      const url = this.#o.echoUrlOf(signalingId, session.clientIp);
      return url === undefined ? [] : [{ signalingId, url }];
    });
    if (targets.length === 0) return;
    kept.askedAtMs = nowMs;
    session.sendMessage({ echoTargets: { targets } });
  }

  #of(session: TimedSession): Kept {
    const known = this.#kept.get(session);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const kept = {
      reportsLeft: bounds.echoReportsMax,
      askedAtMs: never,
      nodeRttMs: Number.POSITIVE_INFINITY,
      toldRttMs: 0,
      toldAtMs: never,
    };
    this.#kept.set(session, kept);
    return kept;
  }
}

const about = ({ room, sessionId, identity, clientIp, fromCity }: TimedSession): wire.AccessTimes.$Properties => ({
  roomKey: room.roomKey,
  sessionId,
  person: personOf(room.roomKey, identity),
  clientIp,
  fromCity,
});
