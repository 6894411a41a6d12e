// Distributes nodes' messages (registrations, reports, whole lists, closed links, probes) to all parts that need them:
// the fleet, the leases of rooms, the charges (ledger and copy), the paths between hosts.
import { MeridianError, nodeKind } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Copy } from '../copying/copy.ts';
import type { Denied } from '../fleet/core/denied.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { PeerReports, Reachability } from '../fleet/core/liveness.ts';
import type { NodeDescription, NodeRecord, NodeReport, ReportedLoad, RoomHeld } from '../fleet/core/node.ts';
import type { WarmUp } from '../fleet/warm-up.ts';
import type { Moves } from '../moving/moves.ts';
import type { Ownership } from '../owning/ownership.ts';
import type { ClientBook } from '../placing/core/client-book.ts';
import type { Ledger } from '../placing/core/ledger.ts';
import { listedBy, provesAbsence, SessionLeases } from '../placing/core/session-leases.ts';
import type { Routing } from '../routing/routing.ts';

export interface Registration {
  readonly description: NodeDescription;
  readonly rooms: readonly RoomHeld[];
  readonly load: ReportedLoad;
}

export interface FullReport {
  readonly incarnation: string;
  readonly rooms: readonly RoomHeld[];
  readonly load: ReportedLoad;
}

/** Result of a machine's probes of another machine; `lossFast`: lost within the last second, 0 to 1. */
export interface ProbeSample {
  readonly toHostId: string;
  readonly lossFast: number;
}

export interface ReportIngestOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<CentreMetrics, 'reportsIgnored'>;
  readonly copy: Copy;
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly denied: Denied;
  readonly ownership: Ownership;
  readonly warmUp: WarmUp;
  readonly routing: Routing;
  readonly moves: Moves;
  readonly clients: ClientBook;
  readonly peers: PeerReports;
}

export class ReportIngest {
  readonly #o: ReportIngestOptions;
  readonly #sessions = new SessionLeases();
  /** Versions of a node's list and charges when the two last agreed. */
  readonly #agreedVersions = new Map<string, { readonly listVersion: number; readonly charges: number }>();
  #knownHosts: { readonly planVersion: number; readonly hostIds: ReadonlySet<string> } | undefined;

  constructor(o: ReportIngestOptions) {
    this.#o = o;
  }

  /** Registers a node, also repeatedly. Throws NODE_DENIED, RATE_LIMITED when there are too many. */
  register(o: Registration): { isDraining: boolean } {
    const { fleet, denied, ownership, warmUp, routing, copy, clock, log } = this.#o;
    const { nodeId, kind, incarnation } = o.description;
    if (denied.has(nodeId)) throw new MeridianError('NODE_DENIED');
    const { description: descriptionBefore, drainReason } = fleet.get(nodeId) ?? {};
    const registration = fleet.register(o, clock.nowMs());
    if (!registration.ok) throw new MeridianError('RATE_LIMITED', 'the centre holds as many nodes as it can');
    if (kind === nodeKind.signaling && registration.isRestart) ownership.restarted(nodeId, o.rooms);
    ownership.observe(o.description, o.rooms);
    if (registration.isRestart) this.#sessions.forget(nodeId);
    // The node runs on another machine than before.
    if (descriptionBefore !== undefined && descriptionBefore.hostId !== o.description.hostId)
      this.forget(descriptionBefore);
    this.#correctCharges(nodeId, [], true);
    warmUp.arrived(nodeId);
    routing.fleetChanged();
    copy.saveNode(o.description);
    const isDraining = registeredNode(fleet, nodeId).drainReason !== undefined;
    if (drainReason !== undefined && !isDraining) void copy.saveDrain(nodeId, undefined);
    log.info(
      { nodeId, kind, incarnation, newIncarnation: registration.isRestart, rooms: o.rooms.length },
      'registered',
    );
    return { isDraining };
  }

  /** Returns whether the node's full list is wanted. Unknown nodes and old incarnations are counted and ignored. */
  report(nodeId: string, report: NodeReport, confirmedDecisionIds: readonly string[]): boolean {
    const { fleet, ownership, metrics, clock } = this.#o;
    const result = fleet.report(nodeId, report, clock.nowMs());
    if (result === 'ignored') {
      metrics.reportsIgnored.inc();
      return false;
    }
    ownership.observe(registeredNode(fleet, nodeId).description, report.roomsChanged);
    this.#correctCharges(nodeId, confirmedDecisionIds, false);
    return result.wantsFull;
  }

  /** Takes the node's whole list on request; a list of another incarnation is ignored. */
  fullReport(nodeId: string, report: FullReport): void {
    const { fleet, ownership, clock } = this.#o;
    if (!fleet.fullReport(nodeId, report, clock.nowMs())) return;
    ownership.observe(registeredNode(fleet, nodeId).description, report.rooms);
    this.#correctCharges(nodeId, [], true);
  }

  /** Notes a closed link. `hasEnded`: the kernel of the node's machine closed it, because the process is gone. */
  linkDown(nodeId: string, hasEnded: boolean): void {
    const { fleet, ownership, clock, log } = this.#o;
    fleet.linkDown(nodeId, hasEnded ? clock.nowMs() : undefined);
    log.info({ nodeId, freedRooms: ownership.down(nodeId) }, 'link down');
  }

  /** Takes a machine's probes of other machines, which may be all that reaches a silent node. */
  probed(nodeId: string, samples: readonly ProbeSample[]): void {
    const { fleet, peers, clock } = this.#o;
    const reporterHostId = fleet.get(nodeId)?.description.hostId;
    if (reporterHostId === undefined) return;
    const knownHostIds = this.#currentHostIds();
    for (const { toHostId, lossFast } of samples) {
      if (knownHostIds.has(toHostId)) peers.reported(reporterHostId, toHostId, lossFast, clock.nowMs());
    }
  }

  /** Returns a function for the reachability of machines at this moment, by other machines' reports. */
  peersAt(nowMs: number): (hostId: string) => Reachability {
    let reportingHosts: ReadonlySet<string> | undefined;
    const isReporting = (hostId: string): boolean => {
      reportingHosts ??= this.#reportingHosts();
      return reportingHosts.has(hostId);
    };
    return (hostId) => this.#o.peers.reachability(hostId, nowMs, isReporting);
  }

  releaseCharges(nodeId: string): number {
    this.#sessions.forget(nodeId);
    this.#agreedVersions.delete(nodeId);
    return this.#o.ledger.nodeGone(nodeId).length;
  }

  /** Forgets the machine of a departed node, unless another node of the fleet is on it. */
  forget({ hostId }: NodeDescription): void {
    if (!this.#currentHostIds().has(hostId)) this.#o.peers.forget(hostId);
  }

  /** Returns the fleet's machines; the set is rebuilt only after a change of nodes, because every probe needs it. */
  #currentHostIds(): ReadonlySet<string> {
    const { planVersion } = this.#o.fleet;
    if (this.#knownHosts?.planVersion !== planVersion) {
      const hostIds = new Set(this.#o.fleet.list().map(({ description }) => description.hostId));
      this.#knownHosts = { planVersion, hostIds };
    }
    return this.#knownHosts.hostIds;
  }

  #reportingHosts(): ReadonlySet<string> {
    const reportingNodes = this.#o.fleet.list().filter((node) => node.isLinked && node.liveness === 'alive');
    return new Set(reportingNodes.map(({ description }) => description.hostId));
  }

  /** Corrects the node's charges by its list. `isFull`: the node has just sent its whole list. */
  #correctCharges(nodeId: string, confirmedDecisionIds: readonly string[], isFull: boolean): void {
    const { fleet, ledger, copy, clock, moves, clients } = this.#o;
    const node = registeredNode(fleet, nodeId);
    if (node.description.kind !== nodeKind.media) return;
    // Most reports are unchanged, and nothing has been charged since, so list and charges still agree.
    const agreed = confirmedDecisionIds.length > 0 ? undefined : this.#agreedVersions.get(nodeId);
    const isSame = agreed?.listVersion === node.listVersion && agreed.charges === ledger.versionOf(nodeId);
    if (isSame && this.#sessions.renew(nodeId, clock.nowMs())) return;
    const isProven = provesAbsence(node, isFull);
    const held = this.#sessions.held(nodeId, listedBy(node), {
      provesAbsence: isProven,
      nowMs: clock.nowMs(),
      isCharged: (decisionId) => ledger.get(decisionId) !== undefined,
    });
    // Sessions that came and went between two reports are taken from the node's confirmations, unless its figures
    // contradict each other.
    const endedDecisionIds = isProven ? confirmedDecisionIds : [];
    const { confirmed, released, isWhole } = ledger.reported(nodeId, {
      ...held,
      confirmedDecisionIds: endedDecisionIds,
    });
    if (isWhole) this.#agreedVersions.set(nodeId, { listVersion: node.listVersion, charges: ledger.versionOf(nodeId) });
    else this.#agreedVersions.delete(nodeId);
    for (const charge of [...confirmed, ...released]) copy.dropCharge(charge.decisionId);
    for (const { sessionId, roomKey } of released) {
      if (moves.nodeOf(sessionId, roomKey) === undefined) clients.drop(sessionId);
    }
  }
}

export function registeredNode(fleet: Fleet, nodeId: string): NodeRecord {
  const node = fleet.get(nodeId);
  if (node === undefined) throw new MeridianError('NOT_REGISTERED');
  return node;
}
