// A trace from sessions, the fleet and its links, without identities and addresses. Pure.
import type { Static } from 'typebox';
import { type FleetNode, type HostLink, isMedia } from '../console/core/fleet.ts';
import type { PolicyTrace } from './schemas.ts';

export type Trace = Static<typeof PolicyTrace>;

/** Of larger rooms the first to come: pairs grow with the square of people, and shows are not compared. */
export const PEOPLE_MAX = 50;

export interface TraceSession {
  readonly identity: string;
  readonly joinedMs: number;
  readonly endMs: number;
  readonly latitudeTenths: number;
  readonly longitudeTenths: number;
  /** '': none is known. */
  readonly nodeId: string;
  /** 0: not measured. */
  readonly rttUs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Media nodes that are not dead, and the links between their hosts, each pair once. */
export function fleetOf(all: readonly FleetNode[], links: readonly HostLink[]): Pick<Trace, 'nodes' | 'links'> {
  const nodes = all.filter((node) => isMedia(node) && node.state !== 'dead');
  const indexOf = new Map<string, number>();
  for (const [index, { hostId }] of nodes.entries()) if (!indexOf.has(hostId)) indexOf.set(hostId, index);
  const least = new Map<string, Trace['links'][number]>();
  for (const { fromHostId, toHostId, rttMs } of links) {
    const [a, b] = [indexOf.get(fromHostId), indexOf.get(toHostId)];
    if (a === undefined || b === undefined || a === b || rttMs === undefined || rttMs <= 0) continue;
    const [from, to] = a < b ? [a, b] : [b, a];
    const known = least.get(`${from} ${to}`)?.rttMs ?? Number.POSITIVE_INFINITY;
    if (rttMs < known) least.set(`${from} ${to}`, { from, to, rttMs });
  }
  return {
    nodes: nodes.map(({ nodeId, region, city, latitude, longitude, sessionsMax }) => {
      return { nodeId, region, city, latitude, longitude, sessionsMax };
    }),
    links: [...least.values()],
  };
}

/** Gathers the rooms of a trace, with numbers in place of identities and of places. */
export class RoomsTaken {
  readonly rooms: Trace['rooms'] = [];
  readonly places: Trace['places'] = [];
  readonly #span: Span;
  readonly #nodeAt: ReadonlyMap<string, number>;
  readonly #placeAt = new Map<string, number>();
  #sessions = 0;

  constructor(span: Span, nodes: Trace['nodes']) {
    this.#span = span;
    this.#nodeAt = new Map(nodes.map(({ nodeId }, index) => [nodeId, index]));
  }

  get sessions(): number {
    return this.#sessions;
  }

  /** Of one life of a room. One with fewer than two people is left out. */
  take(sessions: readonly TraceSession[]): void {
    const { fromMs, toMs } = this.#span;
    const personOf = new Map<string, number>();
    const inOrder = [...sessions].sort((a, b) => a.joinedMs - b.joinedMs);
    for (const { identity } of inOrder)
      if (personOf.size < PEOPLE_MAX && !personOf.has(identity)) personOf.set(identity, personOf.size);
    if (personOf.size < 2) return;
    const room = inOrder.flatMap((one) => {
      const person = personOf.get(one.identity);
      if (person === undefined) return [];
      return [
        {
          person,
          place: this.#placeOf(one),
          node: this.#nodeAt.get(one.nodeId) ?? -1,
          fromS: (Math.max(fromMs, one.joinedMs) - fromMs) / 1000,
          toS: (Math.min(toMs, one.endMs) - fromMs) / 1000,
          ...(one.rttUs > 0 && { rttMs: one.rttUs / 1000 }),
        },
      ];
    });
    this.rooms.push(room);
    this.#sessions += room.length;
  }

  #placeOf({ latitudeTenths, longitudeTenths }: TraceSession): number {
    const key = `${latitudeTenths} ${longitudeTenths}`;
    const known = this.#placeAt.get(key) ?? this.places.length;
    if (known === this.places.length) {
      this.#placeAt.set(key, known);
      this.places.push({ latitude: latitudeTenths / 10, longitude: longitudeTenths / 10 });
    }
    return known;
  }
}
