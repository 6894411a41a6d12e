// Production placement on the simulated world, with the real fleet, ledger and placement index, used as by the centre.
// Hosts' figures do not age, since the simulation covers the choice of hosts, not the delay of reports.
import { limits, routerConstant } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import {
  type Belief,
  drawsOf,
  Fleet,
  type HostDelays,
  Ledger,
  type NodeDescription,
  noLoad,
  PlacementIndex,
  place,
  policy,
  propose,
  type RoomView,
  SLOW_START_MS,
  YoungRooms,
} from '@meridian/scheduler/core';
import { type Sites, sitesOf } from '../../../scheduler/src/moving/sites.ts';
import type { World } from '../world.ts';
import { hostIdOf } from './routes.ts';

export interface PlacerOptions {
  readonly world: World;
  /** Delays between hosts, named by `hostIdOf`. */
  readonly delays: HostDelays;
  readonly rng: Rng;
}

/** Host and charge of a session. */
export interface Placement {
  readonly host: number;
  readonly decisionId: string;
}

export interface MoveTo {
  readonly from: number;
  /** Hosts to choose from. */
  readonly hosts: readonly number[];
}

/** Time by which all hosts are past their slow start. */
const BEGIN_MS = 10 * SLOW_START_MS;
const digits = (index: number): string => String(index).padStart(6, '0');
const nodeOf = (host: number): string => `n${digits(host)}`;

export class Placer {
  readonly #o: PlacerOptions;
  readonly #fleet: Fleet;
  readonly #ledger = new Ledger({ chargesMax: Number.POSITIVE_INFINITY });
  readonly #youngRooms = new YoungRooms();
  /** Index whose sites are the cities of the world, in their order. */
  readonly placementIndex: PlacementIndex;
  readonly #random: () => number;
  readonly #hostOf = new Map<string, number>();
  #sites: { readonly made: string; readonly sites: Sites } | undefined;
  #charges = 0;
  #releases = 0;

  constructor(o: PlacerOptions) {
    this.#o = o;
    this.#fleet = new Fleet({ nodesMax: o.world.hosts.length });
    this.#random = drawsOf(o.rng.int(2 ** 32));
    for (const index of o.world.hosts.keys()) this.#register(index);
    this.placementIndex = new PlacementIndex({
      fleet: this.#fleet,
      ledger: this.#ledger,
      young: this.#youngRooms,
      delays: o.delays,
    });
    this.placementIndex.refresh(BEGIN_MS);
  }

  /** Returns the centre's view of the fleet, rebuilt when a session or a delay has changed. */
  sites(nowMs: number): Sites {
    const made = `${this.#charges} ${this.#releases} ${this.#o.delays.version}`;
    if (this.#sites?.made !== made) {
      const { placementIndex } = this;
      this.#sites = { made, sites: sitesOf({ placementIndex, fleet: this.#fleet, nowMs: BEGIN_MS + nowMs }) };
    }
    return this.#sites.sites;
  }

  /** Chooses and charges a host; undefined if all proposed ones are full. `move`: for a session in the room already. */
  place(roomKey: string, belief: Belief, nowMs: number, move?: MoveTo): Placement | undefined {
    const atMs = BEGIN_MS + nowMs;
    this.placementIndex.refresh(atMs);
    this.#youngRooms.tick(nowMs);
    const want = {
      roomKey,
      sessionId: '',
      location: { latitude: 0, longitude: 0 },
      avoidNodeIds: [],
      regionPin: '',
      protocolVersion: limits.protocolVersion,
      routerVersion: routerConstant.version,
      mode: 'relay' as const,
      ...(move && { move: { fromNodeId: nodeOf(move.from), toNodeIds: move.hosts.map(nodeOf), reason: '' } }),
    };
    const proposal = {
      placementIndex: this.placementIndex,
      belief,
      room: this.#room(roomKey, move?.from),
      want,
      policy,
      version: 1,
      nowMs: atMs,
    };
    const view = propose(proposal, this.#random);
    const decision = place(view, want, policy, this.#random);
    if (!decision.ok) return undefined;
    const host = this.#hostOf.get(decision.nodeId) ?? -1;
    const accessRttMs = belief.meanMs[this.#o.world.hosts[host]?.city ?? -1] ?? 0;
    if (move === undefined)
      this.#youngRooms.placed(roomKey, decision.nodeId, proposal.room.members.length === 0, nowMs);
    return this.#charge(roomKey, host, accessRttMs);
  }

  #charge(roomKey: string, host: number, accessRttMs: number): Placement {
    this.#charges += 1;
    const decisionId = `DE_${this.#charges}`;
    const expiresAtMs = Number.POSITIVE_INFINITY;
    this.#ledger.assume({ decisionId, nodeId: nodeOf(host), roomKey, sessionId: decisionId, accessRttMs, expiresAtMs });
    return { host, decisionId };
  }

  release(decisionId: string): void {
    this.#ledger.release(decisionId);
    this.#releases += 1;
  }

  /** Returns the people of the room by host, without one person on the host `leaving`. */
  #room(roomKey: string, leaving = -1): RoomView {
    const seats = this.#ledger.seatsOf(roomKey) ?? [];
    const members = seats.flatMap(({ nodeId, sessions, accessRttMs }) => {
      const staying = sessions - Number(nodeId === nodeOf(leaving));
      if (staying === 0) return [];
      return [{ hostId: nodeId.replace('n', 'h'), sessions: staying, accessRttMs: accessRttMs / sessions }];
    });
    return { holders: seats.map(({ nodeId }) => nodeId), routerVersion: routerConstant.version, members };
  }

  #register(index: number): void {
    const host = this.#o.world.hosts[index];
    const city = this.#o.world.cities[host?.city ?? -1];
    if (host === undefined || city === undefined) throw new Error('a host must be in a city');
    const description: NodeDescription = {
      nodeId: nodeOf(index),
      kind: 'sfu',
      region: 'world',
      city: digits(host.city),
      hostId: hostIdOf(index),
      latitude: city.latitude,
      longitude: city.longitude,
      addresses: [],
      capacity: { sessions: host.capacity, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
      versions: { software: 'sim', protocol: limits.protocolVersion, router: routerConstant.version },
      incarnation: 'sim',
      publicUrl: '',
    };
    this.#fleet.register({ description, rooms: [], load: noLoad }, 0);
    this.#hostOf.set(description.nodeId, index);
  }
}
