// The production placement on the simulated world: a real fleet, ledger and placement index, charged as the centre
// charges, asked as the centre asks. The figures of hosts never age here: what is simulated is who goes where, not how
// reports travel.
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
import type { World } from '../world.ts';
import { hostIdOf } from './routes.ts';
import type { Mode } from './strategy.ts';

export interface PlacerOptions {
  readonly world: World;
  /** Between hosts, named as `hostIdOf` does. */
  readonly delays: HostDelays;
  readonly mode: Mode;
  readonly rng: Rng;
}

/** Everybody is long there. */
const NOW_MS = 10 * SLOW_START_MS;
const digits = (index: number): string => String(index).padStart(6, '0');

export class Placer {
  readonly #o: PlacerOptions;
  readonly #fleet: Fleet;
  readonly #ledger = new Ledger({ chargesMax: Number.POSITIVE_INFINITY });
  readonly #young = new YoungRooms();
  /** Sites are the cities of the world, in their order. */
  readonly placementIndex: PlacementIndex;
  readonly #draw: () => number;
  readonly #hostOf = new Map<string, number>();
  #rooms = 0;
  #charges = 0;

  constructor(o: PlacerOptions) {
    this.#o = o;
    this.#fleet = new Fleet({ nodesMax: o.world.hosts.length });
    this.#draw = drawsOf(o.rng.int(2 ** 32));
    for (const index of o.world.hosts.keys()) this.#register(index);
    this.placementIndex = new PlacementIndex({
      fleet: this.#fleet,
      ledger: this.#ledger,
      young: this.#young,
      delays: o.delays,
    });
    this.placementIndex.refresh(NOW_MS);
  }

  /** A key for the next room. */
  newRoom(): string {
    this.#rooms += 1;
    return `sim/${this.#rooms}`;
  }

  /** Host of the next participant, charged; undefined: all that are proposed are full. */
  place(roomKey: string, belief: Belief): number | undefined {
    const want = {
      roomKey,
      sessionId: '',
      location: { latitude: 0, longitude: 0 },
      avoidNodeIds: [],
      regionPin: '',
      protocolVersion: limits.protocolVersion,
      routerVersion: routerConstant.version,
      mode: this.#o.mode,
    };
    const proposal = {
      placementIndex: this.placementIndex,
      belief,
      room: this.#room(roomKey),
      want,
      policy,
      version: 1,
      nowMs: NOW_MS,
    };
    const view = propose(proposal, this.#draw);
    const decision = place(view, want, policy, this.#draw);
    if (!decision.ok) return undefined;
    const host = this.#hostOf.get(decision.nodeId) ?? -1;
    this.#charge(roomKey, decision.nodeId, belief.meanMs[this.#o.world.hosts[host]?.city ?? -1] ?? 0);
    return host;
  }

  /** Sessions of the last room went from one host to another. */
  moved(from: number, to: number, sessions: number): void {
    const roomKey = `sim/${this.#rooms}`;
    const leaving = this.#ledger.list(`n${digits(from)}`).filter((charge) => charge.roomKey === roomKey);
    for (const charge of leaving.slice(0, sessions)) {
      this.#ledger.release(charge.decisionId);
      this.#charge(roomKey, `n${digits(to)}`, charge.accessRttMs ?? 0);
    }
  }

  #charge(roomKey: string, nodeId: string, accessRttMs: number): void {
    this.#charges += 1;
    const decisionId = `DE_${this.#charges}`;
    this.#ledger.assume({ decisionId, nodeId, roomKey, sessionId: decisionId, accessRttMs, expiresAtMs: NOW_MS * 2 });
  }

  #room(roomKey: string): RoomView {
    const seats = this.#ledger.seatsOf(roomKey) ?? [];
    const members = seats.map(({ nodeId, sessions, accessRttMs }) => {
      return { hostId: nodeId.replace('n', 'h'), sessions, accessRttMs: accessRttMs / sessions };
    });
    return { holders: seats.map(({ nodeId }) => nodeId), routerVersion: routerConstant.version, members };
  }

  #register(index: number): void {
    const host = this.#o.world.hosts[index];
    const city = this.#o.world.cities[host?.city ?? -1];
    if (host === undefined || city === undefined) throw new Error('a host is in a city');
    const description: NodeDescription = {
      nodeId: `n${digits(index)}`,
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
