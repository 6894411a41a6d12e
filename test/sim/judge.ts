// What a run is measured by. The judge works on true round trips and on its own arithmetic of the model: one-way = RTT
// / 2 + 1 ms per SFU + 1 ms per relay. Every pair of a room counts once (both directions are equal here), every room
// the same.

import type { Rng } from '@meridian/runtime';
import { percentile } from '../support/case.ts';
import type { OracleAnswer } from './oracle.ts';
import { Fleet, type Mode, type Placed, type Running, type Strategy } from './strategies/strategy.ts';
import { linkMs, type Person, type Room, type World } from './world.ts';

/** The names that `--json` promises, plus the regret against the oracle of the same run. */
export interface StrategyMetrics {
  readonly onewayMsMean: number;
  readonly onewayMsP95: number;
  readonly shareUnder150Ms: number;
  readonly nodesPerRoom: number;
  /** Re-homings. */
  readonly movesPerRoom: number;
  /** Participants moved because their own timings showed their first pick to be wrong; beside `movesPerRoom`. */
  readonly correctionsPerRoom: number;
  readonly ingressOver10MsShare: number;
  readonly relayedShare: number;
  readonly costPerUserHour: number;
  readonly maxOverMeanLoad: number;
}

export interface RoomRun {
  readonly room: Room;
  readonly placed: Placed;
  /** One-way delay of each pair. */
  readonly onewayMs: readonly number[];
}

export interface StrategyRun {
  readonly strategy: Strategy;
  readonly running: Running;
  readonly fleet: Fleet;
  readonly rooms: readonly RoomRun[];
}

/**
 * What one stream of a camera carries on average: the middle layer and audio. An assumption; it scales all strategies
 * alike.
 */
const STREAM_MBPS = 1;
/** Price of traffic out of a host, per GB: Cloudflare Calls' public price. */
const USD_PER_GB = 0.05;
/** An hour of an 8-core machine: an assumption; the fleet is the same for all strategies. */
const USD_PER_HOST_HOUR = 0.2;
const GB_PER_MBPS_HOUR = 3600 / 8 / 1000;
const UNDER_MS = 150;
const INGRESS_OVER_MS = 10;
/** A packet through a router, and through a forwarder. */
const SFU_MS = 1;
const RELAY_MS = 1;

/** Runs one strategy over all rooms of a world. */
export function runStrategy(strategy: Strategy, world: World, rng: Rng, mode: Mode): StrategyRun {
  const fleet = new Fleet(world);
  const running = strategy.start(world, fleet, rng.fork(strategy.name), mode);
  const rooms = world.rooms.map((room): RoomRun => {
    const placed = running.place(room);
    return { room, placed, onewayMs: pairDelays(world, room, placed.hosts, running) };
  });
  return { strategy, running, fleet, rooms };
}

/** One-way delay of every pair of a room with its participants on these hosts. */
export function pairDelays(
  world: World,
  room: Room,
  hosts: readonly number[],
  running: Pick<Running, 'via'>,
): number[] {
  const delays: number[] = [];
  for (const [p, a] of hosts.entries()) {
    for (const [q, b] of hosts.slice(0, p).entries()) {
      const access = (accessMs(world, room.people[p], a) + accessMs(world, room.people[q], b)) / 2;
      delays.push(access + betweenMs(world, a, b, running));
    }
  }
  return delays;
}

function accessMs(world: World, person: Person | undefined, host: number): number {
  return person?.trueRttMs[world.hosts[host]?.city ?? -1] ?? Number.NaN;
}

/** Mean of both directions: each may have a path of its own. */
function betweenMs(world: World, a: number, b: number, running: Pick<Running, 'via'>): number {
  return a === b ? SFU_MS : (pathMs(world, a, b, running) + pathMs(world, b, a, running)) / 2 + 2 * SFU_MS;
}

function pathMs(world: World, from: number, to: number, running: Pick<Running, 'via'>): number {
  const relay = running.via(from, to);
  return relay < 0 ? linkMs(world, from, to) : linkMs(world, from, relay) + RELAY_MS + linkMs(world, relay, to);
}

export function metricsOf(run: StrategyRun, world: World): StrategyMetrics {
  const delays = run.rooms.flatMap((row) => row.onewayMs);
  const rooms = run.rooms.length;
  const traffic = trafficOf(run);
  const people = run.rooms.flatMap((row) =>
    row.room.people.map((person, at) => ({ person, host: row.placed.firstHosts[at] ?? -1 })),
  );
  const late = people.filter(({ person, host }) => isOver(person, world.hosts[host]?.city ?? -1));
  const usd = USD_PER_HOST_HOUR * world.hosts.length + USD_PER_GB * GB_PER_MBPS_HOUR * traffic.egressMbps;
  return {
    onewayMsMean: mean(delays),
    onewayMsP95: percentile(delays, 0.95),
    shareUnder150Ms: delays.filter((ms) => ms < UNDER_MS).length / delays.length,
    nodesPerRoom: mean(run.rooms.map((row) => new Set(row.placed.hosts).size)),
    movesPerRoom: run.rooms.reduce((sum, row) => sum + row.placed.moves, 0) / rooms,
    correctionsPerRoom: run.rooms.reduce((sum, row) => sum + row.placed.corrections, 0) / rooms,
    ingressOver10MsShare: late.length / people.length,
    relayedShare: traffic.betweenMbps > 0 ? traffic.relayedMbps / traffic.betweenMbps : 0,
    costPerUserHour: usd / people.length,
    maxOverMeanLoad: maxOverMean([...world.hosts.keys()].map((host) => run.fleet.utilisation(host))),
  };
}

/** Whether a city is more than 10 ms of round trip worse for a person than their best one. */
export function isOver(person: Person, city: number): boolean {
  return (person.trueRttMs[city] ?? Number.POSITIVE_INFINITY) - Math.min(...person.trueRttMs) > INGRESS_OVER_MS;
}

/**
 * Share of people whose first pick is wrong when others of their prefix have had so many sessions; undefined: the
 * strategy does not learn.
 */
export function ingressOverShareAfter(run: StrategyRun, world: World, sessions: number): number | undefined {
  const hosts = run.running.firstHostsAfter?.(sessions);
  if (hosts === undefined) return undefined;
  const flat = hosts.flat();
  const people = run.rooms.flatMap(({ room }) => room.people);
  const late = people.filter((person, at) => isOver(person, world.hosts[flat[at] ?? -1]?.city ?? -1));
  return late.length / people.length;
}

/**
 * Corrections per room when everybody of the rooms has joined without having timed anything; undefined: the strategy
 * does not correct.
 */
export function correctionsPerRoomUntimed({ running, rooms }: StrategyRun): number | undefined {
  const corrections = running.correctionsUntimed?.();
  return corrections === undefined ? undefined : corrections / rooms.length;
}

/**
 * Bytes between hosts: everybody's stream goes once to every other host of the room; a relay sends it on, and pays for
 * it again.
 */
export function trafficOf(run: StrategyRun): { egressMbps: number; betweenMbps: number; relayedMbps: number } {
  let [egressMbps, betweenMbps, relayedMbps] = [0, 0, 0];
  for (const { placed } of run.rooms) {
    egressMbps += placed.hosts.length * (placed.hosts.length - 1) * STREAM_MBPS;
    for (const from of placed.hosts) {
      for (const to of new Set(placed.hosts)) {
        if (from === to) continue;
        const isRelayed = run.running.via(from, to) >= 0;
        betweenMbps += STREAM_MBPS;
        if (isRelayed) relayedMbps += STREAM_MBPS;
        egressMbps += (isRelayed ? 2 : 1) * STREAM_MBPS;
      }
    }
  }
  return { egressMbps, betweenMbps, relayedMbps };
}

/** Σ of a strategy / Σ of the oracle − 1, over all pairs of all rooms. */
export function regretOf(run: StrategyRun, answers: readonly OracleAnswer[]): number {
  const sum = run.rooms.reduce((total, row) => total + row.onewayMs.reduce((a, b) => a + b, 0), 0);
  return sum / answers.reduce((total, answer) => total + answer.totalMs, 0) - 1;
}

/**
 * What no run may show, in words: a room without delays, or one that is better than the best there is. Empty: nothing.
 */
export function violationsOf(run: StrategyRun, answers: readonly OracleAnswer[] | undefined): string[] {
  const said: string[] = [];
  const unknown = roomsWithoutDelay(run, answers);
  if (unknown.length > 0)
    said.push(
      `${unknown.length} rooms have no finite delay, first room ${unknown[0]}: somebody is on no host, or nowhere near one`,
    );
  const beaten = answers === undefined ? [] : roomsBeatingOracle(run, answers);
  if (beaten.length > 0)
    said.push(`beats the oracle in ${beaten.length} rooms, first in room ${beaten[0]}: one of the two is wrong`);
  return said.map((text) => `${run.strategy.name}: ${text}`);
}

/**
 * Rooms of which not every pair has a finite delay, or the oracle has none: such a sum is neither better nor worse than
 * another.
 */
export function roomsWithoutDelay({ rooms }: StrategyRun, answers: readonly OracleAnswer[] | undefined): number[] {
  return [...rooms.entries()].flatMap(([index, { room, onewayMs }]) => {
    const size = room.people.length;
    const isWhole = onewayMs.length === (size * (size - 1)) / 2 && onewayMs.every(Number.isFinite);
    const isAnswered = answers === undefined || Number.isFinite(answers[index]?.totalMs);
    return isWhole && isAnswered ? [] : [index];
  });
}

/**
 * Rooms in which a strategy is better than the best there is: a mistake in one of the two. Those of `roomsWithoutDelay`
 * are none of them.
 */
export function roomsBeatingOracle(run: StrategyRun, answers: readonly OracleAnswer[]): number[] {
  const toleranceMs = 1e-6;
  return [...run.rooms.entries()].flatMap(([index, { onewayMs }]) => {
    const sum = onewayMs.reduce((a, b) => a + b, 0);
    return sum < (answers[index]?.totalMs ?? Number.NaN) - toleranceMs ? [index] : [];
  });
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const maxOverMean = (values: readonly number[]): number => Math.max(...values) / mean(values);
