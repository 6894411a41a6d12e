// Runs one strategy in all rooms on one clock, so that rooms share load and routes. People join, leave and return as
// the meetings say, whatever the strategy. The strategy looks at every room with two people or more once a second.
// During a move its person hears the others over the old host.
import type { Rng } from '@meridian/runtime';
import { Agenda } from './agenda.ts';
import { BEGIN_WITHIN_MS, type Meeting, type Stay, WARM_UP_MS } from './arrivals.ts';
import { pairDelays } from './delays.ts';
import { Fleet, type LiveRoom, type Move, type Running, type Strategy } from './strategies/strategy.ts';
import { type RoomTally, TallyCollector } from './tally.ts';
import type { Person, Room, World } from './world.ts';

/** Assumed time from the decision to media over the new host. */
export const MOVE_MS = 1500;
const LOOK_MS = 1000;
const ADVANCE_MS = 20_000;

export interface RoomRun {
  readonly room: Room;
  readonly tally: RoomTally;
  /** First host of each participant; -1 for a participant who never came. */
  readonly firstHosts: readonly number[];
  readonly hosts: readonly number[];
  /** One-way delays, at the end of the meeting, of the pairs that are present then. */
  readonly endMs: readonly number[];
}

export interface StrategyRun {
  /** Whether everybody is present from the beginning to the end of their meeting. */
  readonly isTogether: boolean;
  readonly strategy: Strategy;
  readonly running: Running;
  readonly rooms: readonly RoomRun[];
  /** Sessions when all rooms have begun, or later, just before the first room ends. */
  readonly fleet: Fleet;
  readonly peakUtilisation: readonly number[];
}

export interface TimelineOptions {
  readonly world: World;
  readonly meetings: readonly Meeting[];
  readonly rng: Rng;
}

export function runStrategy(strategy: Strategy, o: TimelineOptions): StrategyRun {
  return new Timeline(strategy, o).run();
}

interface MutableSeat {
  readonly person: Person;
  readonly number: number;
  host: number;
  movingTo: number;
}

class LiveRoomState implements LiveRoom {
  readonly index: number;
  readonly room: Room;
  readonly meeting: Meeting;
  readonly tally = new TallyCollector();
  readonly firstHosts: number[];
  readonly hosts: number[];
  seats: MutableSeat[] = [];
  version = 0;
  endMs: readonly number[] = [];
  ended: RoomTally | undefined;

  constructor(index: number, room: Room, meeting: Meeting) {
    this.index = index;
    this.room = room;
    this.meeting = meeting;
    this.firstHosts = room.people.map(() => -1);
    this.hosts = room.people.map(() => -1);
  }
}

const isWhole = ({ startMs, endMs, stays }: Meeting, people: number): boolean =>
  stays.length === people && stays.every(({ fromMs, toMs }) => fromMs === startMs && toMs === endMs);

class Timeline {
  readonly #o: TimelineOptions;
  readonly #strategy: Strategy;
  readonly #agenda = new Agenda();
  readonly #fleet: Fleet;
  readonly #running: Running;
  readonly #rooms: readonly LiveRoomState[];
  readonly #live = new Set<LiveRoomState>();
  readonly #peak: Float64Array;
  readonly #endMs: number;
  #snapshot: Fleet | undefined;

  constructor(strategy: Strategy, o: TimelineOptions) {
    const { world, meetings, rng } = o;
    this.#o = o;
    this.#strategy = strategy;
    this.#fleet = new Fleet(world);
    this.#peak = new Float64Array(world.hosts.length);
    this.#rooms = world.rooms.map((room, index) => {
      const meeting = meetings[index];
      if (meeting === undefined) throw new Error(`${world.rooms.length} rooms, ${meetings.length} meetings`);
      return new LiveRoomState(index, room, meeting);
    });
    this.#endMs = Math.max(...meetings.map(({ endMs }) => endMs));
    this.#running = strategy.start({
      world,
      fleet: this.#fleet,
      rng: rng.fork(strategy.name),
      after: (ms, run) => this.#agenda.after(ms, run),
    });
  }

  run(): StrategyRun {
    for (const room of this.#rooms) {
      for (const stay of room.meeting.stays) this.#agenda.at(stay.fromMs, () => this.#join(room, stay));
      this.#agenda.at(room.meeting.endMs, () => this.#end(room));
    }
    const firstEndMs = Math.min(...this.#rooms.map(({ meeting }) => meeting.endMs));
    const allBegunMs = WARM_UP_MS + BEGIN_WITHIN_MS;
    this.#agenda.at(Math.max(allBegunMs, firstEndMs - 1), () => {
      this.#snapshot = this.#fleet.copy();
    });
    this.#advance(0);
    if (this.#running.look !== undefined) this.#agenda.at(WARM_UP_MS, () => this.#lookAtAll());
    this.#agenda.run();
    return {
      isTogether: this.#rooms.every(({ room, meeting }) => isWhole(meeting, room.people.length)),
      strategy: this.#strategy,
      running: this.#running,
      rooms: this.#rooms.map(({ room, ended, tally, firstHosts, hosts, endMs, meeting }) => {
        return { room, tally: ended ?? tally.end(meeting.endMs), firstHosts, hosts, endMs };
      }),
      fleet: this.#snapshot ?? this.#fleet,
      peakUtilisation: [...this.#peak],
    };
  }

  #advance(nowMs: number): void {
    if (this.#running.advance?.(nowMs) === true) for (const room of this.#live) this.#measure(room);
    if (nowMs < this.#endMs) this.#agenda.after(ADVANCE_MS, () => this.#advance(this.#agenda.nowMs));
  }

  #lookAtAll(): void {
    const { nowMs } = this.#agenda;
    for (const room of this.#live) {
      if (room.seats.length < 2) continue;
      for (const move of this.#running.look?.(room, nowMs) ?? []) this.#beginMove(room, move);
    }
    if (nowMs < this.#endMs) this.#agenda.after(LOOK_MS, () => this.#lookAtAll());
  }

  #join(room: LiveRoomState, stay: Stay): void {
    const { nowMs } = this.#agenda;
    const person = room.room.people[stay.person];
    if (person === undefined) throw new Error('a stay must belong to a person of the room');
    const host = this.#running.join(room, person, nowMs);
    const seat: MutableSeat = { person, number: stay.person, host, movingTo: -1 };
    this.#charge(host);
    room.seats.push(seat);
    room.firstHosts[stay.person] = room.hosts[stay.person] === -1 ? host : (room.firstHosts[stay.person] ?? -1);
    room.hosts[stay.person] = host;
    room.version += 1;
    this.#live.add(room);
    room.tally.changed(nowMs);
    this.#measure(room);
    if (stay.toMs < room.meeting.endMs) this.#agenda.at(stay.toMs, () => this.#leave(room, seat, true));
  }

  #leave(room: LiveRoomState, seat: MutableSeat, isChange: boolean): void {
    const { nowMs } = this.#agenda;
    room.seats = room.seats.filter((other) => other !== seat);
    room.version += 1;
    this.#charge(seat.host, -1);
    if (seat.movingTo >= 0) this.#charge(seat.movingTo, -1);
    this.#running.leave?.(room, seat, nowMs);
    if (!isChange) return;
    room.tally.changed(nowMs);
    this.#measure(room);
  }

  #end(room: LiveRoomState): void {
    const { nowMs } = this.#agenda;
    room.endMs = this.#delays(room);
    room.ended = room.tally.end(nowMs);
    for (const seat of [...room.seats]) this.#leave(room, seat, false);
    this.#live.delete(room);
  }

  #beginMove(room: LiveRoomState, { seat: of, to }: Move): void {
    const { nowMs } = this.#agenda;
    const seat = room.seats.find(({ person }) => person === of.person);
    if (seat === undefined || seat.movingTo >= 0)
      throw new Error('a person who moves must be in the room, and must not be moving already');
    const cityOf = (host: number): number => this.#o.world.hosts[host]?.city ?? -1;
    room.tally.moved(seat.number, cityOf(seat.host), cityOf(to), nowMs);
    if (to < 0) return;
    this.#charge(to);
    seat.movingTo = to;
    this.#agenda.after(MOVE_MS, () => this.#finishMove(room, seat));
  }

  #finishMove(room: LiveRoomState, seat: MutableSeat): void {
    if (!room.seats.includes(seat)) return; // the session has left, so the move is void
    const from = seat.host;
    this.#charge(from, -1);
    seat.host = seat.movingTo;
    seat.movingTo = -1;
    room.hosts[seat.number] = seat.host;
    room.version += 1;
    this.#running.switched?.(room, seat, from, this.#agenda.nowMs);
    this.#measure(room);
  }

  #charge(host: number, sessions = 1): void {
    this.#fleet.charge(host, sessions);
    this.#peak[host] = Math.max(this.#peak[host] ?? 0, this.#fleet.utilisation(host));
  }

  #measure(room: LiveRoomState): void {
    room.tally.setDelays(this.#agenda.nowMs, { people: room.seats.length, onewayMs: this.#delays(room) });
  }

  #delays({ seats }: LiveRoomState): number[] {
    return pairDelays(
      this.#o.world,
      seats.map(({ person }) => person),
      seats.map(({ host }) => host),
      this.#running,
    );
  }
}
