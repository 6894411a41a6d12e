// A surge of joins in one city while reports are stale and one host is new: whether joins herd. Production code
// decides (index, filters, scores, charges, slow start); what is modelled is how late the centre hears of a session: a
// node's report of each second arrives `staleMs` later.
import { digestOf, limits, routerConstant } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import {
  drawsOf,
  Fleet,
  Ledger,
  type NodeDescription,
  noLoad,
  orderedBelief,
  PlacementIndex,
  place,
  policy,
  propose,
  type RoomHeld,
  type RoomView,
  YoungRooms,
} from '@meridian/scheduler/core';

export interface SurgeOptions {
  /** That are there, equally loaded; one more comes, empty, when the surge begins. */
  readonly hosts: number;
  readonly joins: number;
  readonly overMs: number;
  readonly staleMs: number;
  readonly seed: string;
  /** People of a room; 5 unless said. */
  readonly roomSize?: number;
}

export interface SurgeResult {
  /**
   * Load of the fullest host over the mean of those that were shortlisted, at the worst moment; load: sessions by what
   * slow start gives.
   */
  readonly maxOverMean: number;
  /** The same by sessions alone, as if the new host had its whole share at once. */
  readonly maxOverMeanSessions: number;
  readonly onNewHost: number;
  /** Rooms that sit on more than one host. */
  readonly splitRooms: number;
  /** Hosts with more sessions than they may have at that time, at the worst moment. */
  readonly overLimit: number;
  readonly placed: number;
  readonly refused: number;
}

/** The row of the table: 1,000 joins in 30 s, reports 10 s old. */
export const SURGE = { hosts: 20, joins: 1000, overMs: 30_000, staleMs: 10_000 } as const;

const CAPACITY = 200;
/** Of each host that is there: what came in the surge is then about as much again. */
const BEFORE = 60;
const ROOM_SIZE = 5;
/** The people of a meeting come within this. */
const MEETING_MS = 5000;
const TICK_MS = 100;
const REPORT_MS = 1000;
const INCARNATION = 'sim';
/**
 * What is promised of slow start, said once more and not taken from the code that it judges: a tenth, growing to all of
 * it in a minute.
 */
const SLOW_START = { ms: 60_000, shareMin: 0.1, sessionsMin: 32 } as const;
/** Everybody but the new host is long there. */
const BEGIN_MS = 10 * SLOW_START.ms;
const here = { latitude: 0, longitude: 0 };
const nodeOf = (index: number): string => `n${String(index).padStart(4, '0')}`;

/** Runs one surge. The same options make the same surge. */
export function joinSurge(o: SurgeOptions): SurgeResult {
  const surge = new Surge(o);
  const endMs = BEGIN_MS + o.overMs + MEETING_MS + o.staleMs;
  const moments: HostLoad[][] = [];
  for (let nowMs = BEGIN_MS; nowMs <= endMs; nowMs += TICK_MS) {
    surge.step(nowMs);
    moments.push(surge.loads(nowMs));
  }
  const worst = (of: (loads: readonly HostLoad[]) => number): number =>
    Math.max(...moments.map((loads) => of(loads.filter(({ nodeId }) => surge.shortlisted.has(nodeId)))));
  const [onNewHost = 0] = surge.sessions.slice(-1);
  return {
    maxOverMean: worst((loads) => peak(loads.map(({ sessions, limit }) => sessions / limit))),
    maxOverMeanSessions: worst((loads) => peak(loads.map(({ sessions }) => sessions))),
    overLimit: worst((loads) => loads.filter(({ sessions, limit }) => sessions > limit).length),
    onNewHost,
    splitRooms: surge.splitRooms,
    placed: surge.placed,
    refused: surge.refused,
  };
}

interface HostLoad {
  readonly nodeId: string;
  readonly sessions: number;
  /** That it may have at this time. */
  readonly limit: number;
}

/** The largest over the mean; 0 of none. */
function peak(loads: readonly number[]): number {
  const sum = loads.reduce((before, load) => before + load, 0);
  return sum === 0 ? 0 : (Math.max(...loads) * loads.length) / sum;
}

/** A placed person: people do not leave, so a node's list of some time ago is the beginning of its list of now. */
interface Held {
  readonly sessionId: string;
  readonly decisionId: string;
  readonly roomKey: string;
}

/** What a node will be heard to say: it has the first so many of its sessions. */
interface Report {
  readonly arrivesAtMs: number;
  readonly node: number;
  readonly count: number;
}

class Surge {
  readonly #o: SurgeOptions;
  readonly #fleet: Fleet;
  readonly #ledger = new Ledger();
  readonly #young = new YoungRooms();
  readonly #placementIndex: PlacementIndex;
  readonly #draw: () => number;
  readonly #joins: { readonly atMs: number; readonly room: string }[] = [];
  readonly #reports: Report[] = [];
  readonly #held: Held[][];
  /** Nodes that were among the candidates of a decision. */
  readonly shortlisted = new Set<string>();
  placed = 0;
  refused = 0;

  constructor(o: SurgeOptions) {
    this.#o = o;
    const count = o.hosts + 1;
    const rng = seededRng(`surge ${o.seed}`);
    this.#draw = drawsOf(rng.int(2 ** 32));
    this.#fleet = new Fleet({ nodesMax: count });
    this.#held = Array.from({ length: count }, (_, node) =>
      Array.from({ length: node < o.hosts ? BEFORE : 0 }, (_, at) => heldBefore(node, at)),
    );
    for (const node of this.#held.keys()) {
      const registeredMs = node < o.hosts ? 0 : BEGIN_MS;
      this.#fleet.register({ description: descriptionOf(node), rooms: [], load: noLoad }, registeredMs);
      this.#hear({ node, count: this.#held[node]?.length ?? 0 }, BEGIN_MS);
    }
    const delays = { version: 1, delayMs: () => 0.5, rttMs: () => 1 };
    this.#placementIndex = new PlacementIndex({ fleet: this.#fleet, ledger: this.#ledger, young: this.#young, delays });
    for (let join = 0; join < o.joins; join += 1) {
      const room = Math.floor(join / (o.roomSize ?? ROOM_SIZE));
      const beginsMs = seededRng(`room ${o.seed} ${room}`).next() * Math.max(0, o.overMs - MEETING_MS);
      this.#joins.push({ atMs: BEGIN_MS + beginsMs + rng.next() * MEETING_MS, room: `sim/${room}` });
    }
    this.#joins.sort((a, b) => b.atMs - a.atMs); // the next one last
  }

  get sessions(): number[] {
    return this.#held.map(({ length }) => length);
  }

  get splitRooms(): number {
    const hosts = new Map<string, number>();
    for (const held of this.#held)
      for (const roomKey of new Set(held.map((one) => one.roomKey))) hosts.set(roomKey, (hosts.get(roomKey) ?? 0) + 1);
    return [...hosts.values()].filter((count) => count > 1).length;
  }

  loads(nowMs: number): HostLoad[] {
    return this.#held.map(({ length }, node) => ({
      nodeId: nodeOf(node),
      sessions: length,
      limit: this.#limit(node, nowMs),
    }));
  }

  #limit(node: number, nowMs: number): number {
    if (node < this.#o.hosts) return CAPACITY;
    const share = Math.min(1, Math.max(SLOW_START.shareMin, (nowMs - BEGIN_MS) / SLOW_START.ms));
    return Math.min(CAPACITY, Math.max(SLOW_START.sessionsMin, Math.floor(CAPACITY * share)));
  }

  step(nowMs: number): void {
    if ((nowMs - BEGIN_MS) % REPORT_MS === 0) {
      for (const [node, count] of this.sessions.entries())
        this.#reports.push({ arrivesAtMs: nowMs + this.#o.staleMs, node, count });
    }
    while ((this.#reports[0]?.arrivesAtMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const report = this.#reports.shift();
      if (report !== undefined) this.#hear(report, nowMs);
    }
    this.#ledger.expire(nowMs);
    while ((this.#joins.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const join = this.#joins.pop();
      if (join !== undefined) this.#join(join.room, nowMs);
    }
  }

  /** As the centre takes a report: the fleet's figures, and charges whose sessions it shows are confirmed. */
  #hear({ node, count }: Omit<Report, 'arrivesAtMs'>, nowMs: number): void {
    const held = this.#held[node]?.slice(0, count) ?? [];
    const rooms = new Map<string, Held[]>();
    for (const one of held) rooms.set(one.roomKey, [...(rooms.get(one.roomKey) ?? []), one]);
    const list = [...rooms].map(([roomKey, people]): RoomHeld => {
      const [sessionIds, decisionIds] = [people.map((one) => one.sessionId), people.map((one) => one.decisionId)];
      return { roomKey, epoch: 1, ownerId: '', sessionIds, decisionIds };
    });
    const load = { ...noLoad, sessions: count };
    const sessionIds = held.map((one) => one.sessionId);
    this.#fleet.fullReport(nodeOf(node), { incarnation: INCARNATION, rooms: list, load }, nowMs);
    const digest = { sessionCount: count, sessionHash: digestOf(sessionIds) };
    const report = { incarnation: INCARNATION, load, ...digest, roomsChanged: [], roomsGone: [], state: 'serving' };
    this.#fleet.report(nodeOf(node), report, nowMs);
    const decisions = new Map(held.map((one) => [one.decisionId, one.roomKey]));
    this.#ledger.reported(nodeOf(node), { decisions, sessionIds: new Set(sessionIds), confirmedDecisionIds: [] });
  }

  #join(roomKey: string, nowMs: number): void {
    this.#placementIndex.refresh(nowMs);
    const belief = orderedBelief(this.#placementIndex.map, { ...here, radiusKm: 0 }, [{ site: 0, rttMs: 10 }]);
    const want = {
      roomKey,
      sessionId: '',
      location: here,
      avoidNodeIds: [],
      regionPin: '',
      protocolVersion: limits.protocolVersion,
      routerVersion: routerConstant.version,
      mode: 'relay' as const,
    };
    const seen = {
      placementIndex: this.#placementIndex,
      belief,
      room: this.#room(roomKey),
      want,
      policy,
      version: 1,
      nowMs,
    };
    const view = propose(seen, this.#draw);
    for (const { host } of view.approaches) for (const { nodeId } of host.nodes) this.shortlisted.add(nodeId);
    const decision = place(view, want, policy, this.#draw);
    if (!decision.ok) {
      this.refused += 1;
      return;
    }
    this.placed += 1;
    const { nodeId } = decision;
    const decisionId = `DE_${this.placed}`;
    this.#young.placed(roomKey, nodeId, seen.room.members.length === 0, nowMs);
    const expiresAtMs = nowMs + limits.decisionConfirmMs;
    const sessionId = `SE_${this.placed}`;
    this.#ledger.assume({ decisionId, nodeId, roomKey, sessionId, accessRttMs: 10, expiresAtMs });
    this.#held[Number(nodeId.slice(1))]?.push({ sessionId, decisionId, roomKey });
  }

  #room(roomKey: string): RoomView {
    const seats = this.#ledger.seatsOf(roomKey) ?? [];
    const members = seats.map(({ nodeId, sessions }) => ({
      hostId: nodeId.replace('n', 'h'),
      sessions,
      accessRttMs: 10,
    }));
    return { holders: seats.map(({ nodeId }) => nodeId), routerVersion: routerConstant.version, members };
  }
}

function heldBefore(node: number, at: number): Held {
  const name = `${node}_${at}`;
  return { sessionId: `SE_${name}`, decisionId: `DE_${name}`, roomKey: `before/${node}_${Math.floor(at / ROOM_SIZE)}` };
}

function descriptionOf(index: number): NodeDescription {
  return {
    nodeId: nodeOf(index),
    kind: 'sfu',
    region: 'world',
    city: 'city',
    hostId: nodeOf(index).replace('n', 'h'),
    ...here,
    addresses: [],
    capacity: { sessions: CAPACITY, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
    versions: { software: 'sim', protocol: limits.protocolVersion, router: routerConstant.version },
    incarnation: INCARNATION,
    publicUrl: '',
  };
}
