// What placement is measured against: each person at the city that answered soonest of those they timed. It has the
// machines, capacities, charges, timings and relays of `ours`.
import { BUSY_UTILISATION } from '@meridian/scheduler/core';
import type { Person, World } from '../world.ts';
import { Clients } from './clients.ts';
import { Placer } from './placer.ts';
import { planRoutes } from './route-trace.ts';
import type { Routes } from './routes.ts';
import { hostsOf, type LiveRoom, type Move, type Running, type Seat, type Setting, type Strategy } from './strategy.ts';
import { WatchedRooms } from './watched-rooms.ts';

/** All of them are full: a move there fails. */
const NO_HOST = -1;

/** In the city it takes the host that holds the room, else the least used. */
class Nearest implements Running {
  readonly #o: Setting;
  readonly #clients: Clients;
  readonly #routes: Routes;
  readonly #rooms: WatchedRooms | undefined;
  /** Hosts of each city. */
  readonly #hostsIn: readonly (readonly number[])[];

  constructor(o: Setting, hasMoves: boolean) {
    const { world, mode, rng } = o;
    this.#o = o;
    this.#routes = planRoutes(world, true);
    this.#hostsIn = hostsByCity(world);
    // For its index of the fleet alone: it places no session.
    const placer = new Placer({ world, delays: this.#routes.delays, mode, rng });
    this.#clients = new Clients(world, placer.placementIndex);
    if (!hasMoves) return;
    this.#rooms = new WatchedRooms({
      ...o,
      clients: this.#clients,
      sites: (nowMs) => ({ ...placer.sites(nowMs), isOpen: (city) => this.#isOpen(city) }),
      hostFor: ({ room, hosts }) => this.#oneOf(hosts, hostsOf(room)),
    });
  }

  via(from: number, to: number): number {
    return this.#routes.via(from, to);
  }

  advance(nowMs: number): boolean {
    return this.#routes.advance(nowMs);
  }

  join(room: LiveRoom, person: Person): number {
    const { fleet } = this.#o;
    const session = this.#clients.arrive(person);
    const { order, timed } = this.#clients.belief(session);
    const city = order.find((site) => timed.has(site) && this.#hasRoom(site));
    const hosts = city === undefined ? fleet.among(() => true) : (this.#hostsIn[city] ?? []);
    // Every host is full: the simulation goes on with the least used one, as with ours.
    const free = this.#oneOf(hosts, hostsOf(room));
    const host = free === NO_HOST ? fleet.leastUsed(hosts) : free;
    this.#rooms?.joined(room, session, host);
    return host;
  }

  leave(room: LiveRoom, seat: Seat): void {
    this.#rooms?.left(room, seat);
  }

  look(room: LiveRoom, nowMs: number): readonly Move[] {
    return this.#rooms?.look(room, nowMs) ?? [];
  }

  #isOpen(city: number): boolean {
    const { fleet } = this.#o;
    return (this.#hostsIn[city] ?? []).some((host) => fleet.utilisation(host) < BUSY_UTILISATION);
  }

  #hasRoom(city: number): boolean {
    const { fleet } = this.#o;
    return (this.#hostsIn[city] ?? []).some((host) => !fleet.isFull(host));
  }

  #oneOf(hosts: readonly number[], members: readonly number[]): number {
    const { fleet } = this.#o;
    const open = hosts.filter((host) => !fleet.isFull(host));
    if (open.length === 0) return NO_HOST;
    return open.find((host) => members.includes(host)) ?? fleet.leastUsed(open);
  }
}

const nearest = (name: string, how: string, hasMoves: boolean): Strategy => ({
  name,
  says: `each person in the city that answered soonest of those they timed, ${how}`,
  start: (setting) => new Nearest(setting, hasMoves),
});

export const nearestRelay = nearest('nearest-relay', 'with the relays of ours', false);
export const nearestRelayMoves = nearest('nearest-relay-moves', 'with the relays and the moves of ours', true);

function hostsByCity(world: World): number[][] {
  const hosts = world.cities.map((): number[] => []);
  for (const [host, { city }] of world.hosts.entries()) hosts[city]?.push(host);
  return hosts;
}
