// Measures by datagrams: decides when each peer is probed, and reports to the centre. It owns its socket and timers.
import { type ControlLink, note, post, type wire } from '@meridian/protocol';
import type { Clock, Logger, Metrics, Rng, Timer } from '@meridian/runtime';
import { pairMac, probeKeyOf, tagOf } from './adapters/pair-mac.ts';
import { ProbeSocket } from './adapters/probe-socket.ts';
import { decodeDatagram } from './core/datagram.ts';
import { Peer, type ReceiveResult } from './core/peer.ts';
import { periodsMs } from './core/rates.ts';
import { RouteView } from './core/route-view.ts';
import { familyOf, type UdpTarget } from './core/udp-targets.ts';
import { proberMetrics } from './metrics.ts';

/** Least time between two wake-ups, a quarter of the shortest period. A probe is at most this late. */
const TICK_MS = 50;
/** Period of reports. The centre works in batches of 200 ms, so a probe's result takes effect within a second. */
const REPORT_MS = 500;

interface Target {
  readonly hostId: string;
  readonly peer: Peer;
  address: UdpTarget;
  dueMs: number;
}

export interface ProberOptions {
  readonly ownId: string;
  readonly ownHostId: string;
  readonly listen: { readonly ip: string; readonly port: number };
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: Metrics;
  centre(): ControlLink | undefined;
}

export class Prober {
  readonly #o: ProberOptions;
  readonly #metrics: ReturnType<typeof proberMetrics>;
  readonly #routes = new RouteView();
  readonly #targets = new Map<string, Target>(); // by host
  readonly #byTag = new Map<bigint, Target>();
  readonly #ownTag: bigint;
  #lastSession = 0;
  #udpTargets: ReadonlyMap<string, UdpTarget> = new Map();
  #periods = periodsMs({ used: 0, others: 0 });
  #socket: ProbeSocket | undefined;
  #reportTimer: Timer | undefined;
  #sendTimer: Timer | undefined;

  static async listen(o: ProberOptions): Promise<Prober> {
    const prober = new Prober(o);
    const { clock, log } = o;
    prober.#socket = await ProbeSocket.listen({ ...o.listen, log, onDatagram: (bytes) => prober.#onDatagram(bytes) });
    prober.#reportTimer = clock.every(REPORT_MS, () => prober.#report());
    return prober;
  }

  private constructor(o: ProberOptions) {
    this.#o = o;
    this.#metrics = proberMetrics(o.metrics);
    this.#ownTag = tagOf(o.ownHostId);
  }

  get port(): number {
    return this.#socket?.port ?? 0;
  }

  get family(): 4 | 6 {
    return familyOf(this.#o.listen.ip) ?? 4;
  }

  get hostIds(): string[] {
    return [...this.#targets.keys()];
  }

  setUdpTargets(wanted: ReadonlyMap<string, UdpTarget>): void {
    this.#udpTargets = wanted;
    this.#updateTargets();
  }

  /** Applies the centre's routes. Returns false when a message was missed, and the caller must register again. */
  applyRoutes({ version, since, rows }: wire.Routes): boolean {
    const routeRows = rows.map(({ toHostId, pairKey, inUse }) => ({
      toHostId: toHostId ?? '',
      key: pairKey ?? new Uint8Array(0),
      isInUse: inUse ?? false,
    }));
    const isApplied = this.#routes.apply({ version, since, rows: routeRows });
    this.#updateTargets();
    return isApplied;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#reportTimer?.cancel();
    this.#sendTimer?.cancel();
    await socket?.close();
  }

  /** Probes each host with a known address and a shared key, and forgets the others. */
  #updateTargets(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [hostId, target] of this.#targets) if (!this.#isWanted(hostId)) this.#drop(target);
    for (const [hostId, to] of this.#udpTargets) {
      const routedHost = this.#routes.hosts.get(hostId);
      if (routedHost === undefined) continue;
      const target = this.#targets.get(hostId) ?? this.#add(hostId, to, nowMs);
      // When another probe of the same host takes over, the estimate continues under the new probe's name.
      if (target.address.nodeId !== to.nodeId) this.#metrics.forget(this.#pairTo(target));
      target.address = to;
      target.peer.setKey(probeKeyOf(routedHost.key), nowMs);
    }
    const used = [...this.#targets.keys()].filter((hostId) => this.#isInUse(hostId)).length;
    this.#periods = periodsMs({ used, others: this.#targets.size - used });
    for (const target of this.#targets.values())
      target.dueMs = Math.min(target.dueMs, nowMs + this.#periodMs(target.hostId));
    this.#scheduleSend();
  }

  #isWanted(hostId: string): boolean {
    return this.#udpTargets.has(hostId) && this.#routes.hosts.has(hostId);
  }

  #isInUse(hostId: string): boolean {
    return this.#routes.hosts.get(hostId)?.isInUse === true;
  }

  #add(hostId: string, to: UdpTarget, nowMs: number): Target {
    const peerTag = tagOf(hostId);
    const options = { ownTag: this.#ownTag, peerTag, mac: pairMac, session: this.#nextSession(), nowMs };
    // The first probe of each target is sent at a random time, so that the probes of all targets do not leave together.
    const dueMs = nowMs + this.#o.rng.next() * this.#periods.used;
    const target = { hostId, peer: new Peer(options), address: to, dueMs };
    this.#targets.set(hostId, target);
    this.#byTag.set(peerTag, target);
    this.#o.log.info({ hostId, ip: to.ip, port: to.port }, 'probing');
    return target;
  }

  /**
   * Returns a session number above all earlier ones. Under an earlier number, a peer that remembers it would refuse all
   * probes as replays until their sequence passes the last one of that session.
   */
  #nextSession(): number {
    this.#lastSession = Math.max(this.#lastSession + 1, this.#o.clock.wallMs());
    return this.#lastSession;
  }

  #drop(target: Target): void {
    this.#targets.delete(target.hostId);
    this.#byTag.delete(tagOf(target.hostId));
    this.#metrics.forget(this.#pairTo(target));
    this.#o.log.info({ hostId: target.hostId }, 'no longer probing');
  }

  #pairTo({ address: to }: Target): { from: string; to: string } {
    return { from: this.#o.ownId, to: to.nodeId };
  }

  #periodMs(hostId: string): number {
    return this.#isInUse(hostId) ? this.#periods.used : this.#periods.others;
  }

  #scheduleSend(): void {
    this.#sendTimer?.cancel();
    this.#sendTimer = undefined;
    if (this.#targets.size === 0 || this.#socket === undefined) return;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const target of this.#targets.values()) dueMs = Math.min(dueMs, target.dueMs);
    const delayMs = Math.max(TICK_MS, Math.ceil(dueMs - this.#o.clock.nowMs()));
    this.#sendTimer = this.#o.clock.after(delayMs, () => this.#sendDue());
  }

  #sendDue(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const target of this.#targets.values()) {
      // A timer may fire a fraction of a millisecond early.
      if (nowMs + 1 < target.dueMs) continue;
      // Missed probes are skipped, so that a process that was held up sends no burst.
      target.dueMs = Math.max(nowMs, target.dueMs + this.#periodMs(target.hostId));
      const request = target.peer.request(this.#o.clock.nowMs());
      if (request === undefined) continue;
      this.#metrics.sent.inc();
      this.#socket?.send(request, target.address.port, target.address.ip);
    }
    this.#scheduleSend();
  }

  #onDatagram(bytes: Uint8Array): void {
    const received = this.#receive(bytes);
    if (received.kind === 'measured') this.#metrics.answered.inc();
    if (received.kind === 'refused') this.#metrics.refused.inc({ reason: received.reason });
  }

  #receive(bytes: Uint8Array): ReceiveResult {
    const nowMs = this.#o.clock.nowMs();
    const datagram = decodeDatagram(bytes);
    if (datagram === undefined) return { kind: 'refused', reason: 'malformed' };
    const target = this.#byTag.get(datagram.fromTag);
    if (target === undefined) return { kind: 'refused', reason: 'unknown' };
    const received = target.peer.receive(datagram, bytes, nowMs);
    // The answer goes to the peer's address in the plan, not to the datagram's source, which may be forged: no other
    // host can be flooded.
    if (received.kind === 'answer') this.#socket?.send(received.bytes, target.address.port, target.address.ip);
    return received;
  }

  #report(): void {
    const nowMs = this.#o.clock.nowMs();
    const samples: wire.LinkSample.$Properties[] = [];
    const reportedPeers: Peer[] = [];
    for (const target of this.#targets.values()) {
      const { hostId, peer } = target;
      const estimate = peer.estimate(nowMs, this.#periodMs(hostId));
      if (estimate === undefined) continue;
      this.#metrics.show(this.#pairTo(target), estimate);
      const { isSilent: silent, probes, ...figures } = estimate;
      // Without a request since the last report, the estimate has not changed.
      if (probes === 0) continue;
      samples.push({ toHostId: hostId, silent, ...figures });
      reportedPeers.push(peer);
    }
    const link = this.#o.centre();
    if (samples.length === 0 || link === undefined || !post(link, note.probeReport, { samples })) return;
    for (const peer of reportedPeers) peer.resetProbeCount();
  }
}
