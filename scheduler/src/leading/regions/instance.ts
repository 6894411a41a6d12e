// Applies the leader's feed to the centre of a region's instance: puts other regions' nodes into the fleet as if they
// reported here, and looks delays and leases up in the feed. The process has a single `RegionInstance`, which fills
// the centre of each new term.
import { digestOf, MeridianError, nodeKind } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Centre } from '../../centre/centre.ts';
import type { LeaderData } from '../../centre/options.ts';
import type { LeaseAnswer } from '../../owning/ownership.ts';
import type { Charged, RegionsPort } from '../../placing/charging.ts';
import type { Placed } from '../../placing/placing.ts';
import { type Delta, decisionSuffix, type WorldNode, type WorldValue, WorldView } from '../core/regions/index.ts';

/** Assumed life of a lease in the leader's feed; a node that finds its owner gone asks the leader. */
const LEASE_KNOWN_MS = 10_000;

export interface InstanceOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly log: Logger;
  epoch(): number;
  centre(): Centre;
  cut(nodeId: string): void;
  chargeByLeader(record: Placed): Promise<Charged>;
}

export class RegionInstance implements RegionsPort, LeaderData {
  readonly ownRegion: string;
  readonly decisionSuffix: string;
  readonly world = new WorldView();
  readonly #o: InstanceOptions;
  #isFed = false;
  #fedAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: InstanceOptions) {
    this.#o = o;
    this.ownRegion = o.region;
    this.decisionSuffix = decisionSuffix(o.region);
  }

  get isFed(): boolean {
    return this.#isFed;
  }

  /** Time since the leader's feed last arrived; Infinity: never. */
  get feedAgeMs(): number {
    return this.#o.clock.nowMs() - this.#fedAtMs;
  }

  ready(): undefined {
    return undefined;
  }

  charge(record: Placed, region: string): Charged | Promise<Charged> {
    if (region === this.ownRegion) return { ok: true, regionEpoch: this.#o.epoch() };
    if (!this.#isFed) return { ok: false, why: 'unanswered', reason: 'the leader is away' };
    return this.#o.chargeByLeader(record);
  }

  get delays() {
    const { world } = this;
    return {
      get version() {
        return world.delaysVersion;
      },
      delayMs: (from: string, to: string): number => (from === to ? 0 : (world.delay(from, to)?.delayMs ?? Number.NaN)),
      rttMs: (a: string, b: string): number => world.delay(a, b)?.rttMs ?? Number.NaN,
    };
  }

  knownLease(roomKey: string): LeaseAnswer | undefined {
    const worldLease = this.world.lease(roomKey);
    if (worldLease === undefined) return undefined;
    const { clock, centre } = this.#o;
    const lease = { ...worldLease, expiresAtMs: clock.nowMs() + LEASE_KNOWN_MS, seenEpoch: 0 };
    const nodeIds = centre().fleet.holdersOf(roomKey, nodeKind.media);
    return { lease, expiresInMs: LEASE_KNOWN_MS, created: false, nodeIds };
  }

  /** Applies a delta of the leader's feed. Throws REQUEST_INVALID after a gap: the link has to restart. */
  applyDelta(delta: Delta<WorldValue>): { newLeases: readonly string[] } {
    const { ok, touched } = this.world.apply(delta);
    if (!ok) throw new MeridianError('REQUEST_INVALID', 'changes of the feed are missing');
    const isNew = !this.#isFed;
    this.#isFed = true;
    this.#fedAtMs = this.#o.clock.nowMs();
    const centre = this.#o.centre();
    if (isNew || delta.since === 0) this.fill(centre);
    else for (const nodeId of touched) this.#applyNode(centre, nodeId);
    this.#applyDenials(centre);
    const newLeases = [...delta.changed.values()].flatMap((value) =>
      value.what === 'lease' ? [value.lease.roomKey] : [],
    );
    return { newLeases };
  }

  /** Excludes other regions' nodes until the leader is back, and keeps its leases. Idempotent. */
  leaderLost(): void {
    this.world.restart();
    if (!this.#isFed) return;
    this.#isFed = false;
    const { fleet } = this.#o.centre();
    for (const { description } of this.world.nodes())
      if (!this.#isOwn(description.region)) fleet.linkDown(description.nodeId);
  }

  fill(centre: Centre): void {
    for (const { description } of this.world.nodes()) this.#applyNode(centre, description.nodeId);
    const fed = new Set(this.world.nodes().map(({ description }) => description.nodeId));
    for (const { description } of centre.fleet.list())
      if (!this.#isOwn(description.region) && !fed.has(description.nodeId)) centre.fleet.linkDown(description.nodeId);
    this.#applyDenials(centre);
  }

  /** Applies the leader's drain to a node of the own region that has registered. */
  registered(nodeId: string): void {
    const node = this.world.node(nodeId);
    if (node !== undefined) this.#applyCommands(this.#o.centre(), node);
  }

  #isOwn(region: string): boolean {
    return region === this.ownRegion;
  }

  #applyNode(centre: Centre, nodeId: string): void {
    const { fleet } = centre;
    const node = this.world.node(nodeId);
    const record = fleet.get(nodeId);
    if (node === undefined) {
      if (record !== undefined && !this.#isOwn(record.description.region)) fleet.linkDown(nodeId);
      return;
    }
    this.#applyCommands(centre, node);
    if (this.#isOwn(node.description.region)) return; // it reports here itself
    if (!node.isUsable || !this.#isFed) {
      fleet.linkDown(nodeId);
      return;
    }
    this.#report(centre, node);
  }

  #report(centre: Centre, node: WorldNode): void {
    const { description, load, state } = node;
    const { fleet } = centre;
    const { nodeId, incarnation } = description;
    const rooms = this.world.roomsOf(nodeId);
    const record = fleet.get(nodeId);
    const nowMs = this.#o.clock.nowMs();
    if (record === undefined || record.description.incarnation !== incarnation || !record.isLinked) {
      const registration = fleet.register({ description, rooms: [...rooms.values()], load }, nowMs);
      if (!registration.ok) {
        this.#o.log.warn({ nodeId }, 'the instance holds as many nodes as it can');
        return;
      }
      this.#applyCommands(centre, node);
    }
    const heldRooms = fleet.get(nodeId)?.rooms ?? new Map();
    const sessionIds = [...rooms.values()].flatMap((room) => room.sessionIds);
    const report = {
      incarnation,
      load,
      sessionCount: sessionIds.length,
      sessionHash: digestOf(sessionIds),
      roomsChanged: [...rooms.values()].filter((room) => heldRooms.get(room.roomKey) !== room),
      roomsGone: [...heldRooms.keys()].filter((roomKey) => !rooms.has(roomKey)),
      state,
    };
    centre.report(nodeId, report, []);
  }

  /** Nodes that an administrator has drained or cordoned at the leader get no new sessions here either. */
  #applyCommands({ fleet }: Centre, { description: { nodeId }, drainReason, cordonReason }: WorldNode): void {
    const record = fleet.get(nodeId);
    if (record === undefined) return;
    if (record.drainReason !== drainReason) fleet.drain(nodeId, drainReason);
    if (record.cordonReason !== cordonReason) fleet.cordon(nodeId, cordonReason);
  }

  #applyDenials(centre: Centre): void {
    const denied = new Set(this.world.deniedIds());
    const { log } = this.#o;
    const failed = (error: unknown): void => log.error({ err: error }, 'a node could not be shut out or let in');
    for (const nodeId of denied) {
      if (centre.denied.has(nodeId)) continue;
      centre.deny(nodeId, 'the leader has shut it out').catch(failed);
      this.#o.cut(nodeId);
    }
    for (const nodeId of centre.denied.ids) if (!denied.has(nodeId) && this.#isFed) centre.allow(nodeId).catch(failed);
  }
}
