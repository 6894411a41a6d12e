// Measures over links to hosts that datagrams cannot reach (without a UDP address, or with one of another family): once
// a second, the time from a request to its answer. This time includes TCP's retransmissions, and a lost probe may be
// lost in either direction, so datagrams are preferred (ADR 0010).
import { type ControlLink, note, post, type wire } from '@meridian/protocol';
import type { Clock, Logger, Metrics, Timer } from '@meridian/runtime';
import type { PeerLinks } from './adapters/peer-links.ts';
import { hasChanged, initialRoundTrips, lossOf, type RoundTrips, withSample } from './core/round-trips.ts';
import { linkProberMetrics } from './metrics.ts';

const PROBE_EVERY_MS = 1000;
/** Longer than any round trip on Earth, and shorter than the period, so that a peer has at most one probe under way. */
const PROBE_LIMIT_MS = 900;

interface Peer {
  roundTrips: RoundTrips;
  reportedMs: number | undefined;
}

export interface LinkProberOptions {
  readonly ownId: string;
  readonly links: PeerLinks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  centre(): ControlLink | undefined;
  hostOf(peerId: string): string | undefined;
}

export class LinkProber {
  readonly #o: LinkProberOptions;
  readonly #timer: Timer;
  readonly #gauges;
  readonly peers = new Map<string, Peer>();

  constructor(o: LinkProberOptions) {
    this.#o = o;
    this.#gauges = linkProberMetrics(o.metrics);
    this.#timer = o.clock.every(PROBE_EVERY_MS, () => this.#runRound());
  }

  close(): void {
    this.#timer.cancel();
  }

  #runRound(): void {
    const linkedIds = new Set(this.#o.links.peerIds);
    for (const id of this.peers.keys()) if (!linkedIds.has(id)) this.#drop(id);
    this.#report();
    for (const id of linkedIds) {
      const peer = this.peers.get(id) ?? { roundTrips: initialRoundTrips, reportedMs: undefined };
      this.peers.set(id, peer);
      void this.#probe(id, peer);
    }
  }

  async #probe(peerId: string, peer: Peer): Promise<void> {
    const { links, log, ownId } = this.#o;
    peer.roundTrips = withSample(peer.roundTrips, await links.measure(peerId, PROBE_LIMIT_MS));
    if (this.peers.get(peerId) !== peer) return;
    const pair = { from: ownId, to: peerId };
    const { rttMs } = peer.roundTrips;
    if (rttMs !== undefined) this.#gauges.rtt.set(pair, rttMs);
    this.#gauges.deviation.set(pair, peer.roundTrips.deviationMs);
    this.#gauges.loss.set(pair, lossOf(peer.roundTrips));
    if (rttMs === undefined || !hasChanged(peer.reportedMs, peer.roundTrips)) return;
    const wasMs = Math.round((peer.reportedMs ?? 0) * 10) / 10;
    log.debug({ ...pair, rttMs: Math.round(rttMs * 10) / 10, wasMs }, 'round trip');
    peer.reportedMs = rttMs;
  }

  #drop(id: string): void {
    this.peers.delete(id);
    for (const gauge of Object.values(this.#gauges)) gauge.remove({ from: this.#o.ownId, to: id });
    this.#o.log.info({ from: this.#o.ownId, to: id }, 'peer gone');
  }

  #report(): void {
    const samples: wire.LinkSample.$Properties[] = [];
    for (const [id, { roundTrips }] of this.peers) {
      const toHostId = this.#o.hostOf(id);
      if (toHostId === undefined || roundTrips.rttMs === undefined) continue;
      samples.push({
        toHostId,
        rttMs: roundTrips.rttMs,
        jitterMs: roundTrips.deviationMs,
        lossSlow: lossOf(roundTrips),
        slowProbes: roundTrips.outcomes.length,
      });
    }
    const link = this.#o.centre();
    if (link !== undefined && samples.length > 0) post(link, note.probeReport, { samples });
  }
}
