// `npm run sim -- --suite growth` adds 100 hosts under load and removes them again, with the production centre in a
// simulated world. It measures the time from the order of the machines (which boot for 90 s) until each has its full
// weight in placement. It checks that no person loses a session while these nodes are drained and stopped, and that
// every rule of the judge holds.
import { SLOW_START_MS, slowStartWeight } from '../../../scheduler/src/placing/core/slow-start.ts';
import type { LabResult, Say } from '../../support/case.ts';
import { percentile } from '../../support/case.ts';
import { SCAN_MS } from './judge.ts';
import type { NodeSpec } from './media-node.ts';
import { runUntil } from './run-seed.ts';
import { type Size, smallSize } from './size.ts';
import { World } from './world.ts';

export interface GrowthOptions {
  readonly hosts: number;
  readonly more: number;
  readonly people: number;
  readonly seed: string;
}

const BOOT_MS = 90_000;
/** Time within which the second half of the people comes, and later leaves. The old hosts have no room for them. */
const COMING_MS = 120_000;
/** Time by which the first half has joined and nodes are past their slow start. */
const ORDERED_AT_MS = SLOW_START_MS + 30_000;
const SAMPLE_MS = 250;
export const FULL_WEIGHT_MS_MAX = 300_000;
const EMPTY_MS = 2000;
/** Time limit of all drains. At most 32 moves run at once, which in an hour are far more than this suite needs. */
const DRAIN_MS_MAX = 3_600_000;

export async function growthSuite(o: GrowthOptions, say: Say): Promise<LabResult> {
  const world = new World({ seed: `growth ${o.seed}`, size: sizeOf(o) });
  const { clock, judge } = world;
  clock.every(SCAN_MS, () => judge.scan());
  await runUntil(world, ORDERED_AT_MS);
  const before = world.seated;
  const added = world.boot(o.more, BOOT_MS);
  world.crowd.scheduleJoins(COMING_MS);
  const fullMs = await fullWeights(world, added);
  const { length: atFull } = fullMs;
  say(`${atFull} of ${o.more} hosts have their full weight, ${world.seated - before} people more have a seat`);
  const seated = world.seated;
  const onNew = added.reduce((sum, { nodeId }) => sum + (world.nodes.get(nodeId)?.homes ?? 0), 0);
  world.crowd.scheduleLeaves(world.size.surge, COMING_MS);
  await runUntil(world, clock.nowMs() + COMING_MS + SAMPLE_MS);
  const moved = world.moved;
  const drainMs = await drainAll(world, added);
  const dropped = world.people.reduce((sum, { stays }) => sum + Math.max(0, stays - 1), 0);
  if (judge.violation === undefined) judge.atEnd();
  const metrics = {
    hosts: o.hosts,
    added: o.more,
    bootMs: BOOT_MS,
    atFullWeight: atFull,
    fullWeightMsP50: percentile(fullMs, 0.5),
    fullWeightMsMax: Math.max(0, ...fullMs),
    peopleBefore: before,
    peopleAfter: seated,
    sessionsOnAdded: onNew,
    drained: drainMs.length,
    sessionsMoved: world.moved - moved,
    drainMsMax: Math.max(0, ...drainMs),
    dropped,
    violations: judge.violation === undefined ? 0 : 1,
  };
  return {
    params: { hosts: o.hosts, more: o.more, people: o.people, seed: o.seed },
    metrics,
    missed: missedOf(metrics, o, judge.violation?.rule),
  };
}

export function missedOf(
  m: { atFullWeight: number; fullWeightMsMax: number; drained: number; dropped: number; sessionsOnAdded: number },
  { more }: GrowthOptions,
  rule: string | undefined,
): string[] {
  const missed: string[] = [];
  if (m.atFullWeight < more || m.fullWeightMsMax > FULL_WEIGHT_MS_MAX)
    missed.push(`${m.atFullWeight} of ${more} hosts at full weight, the last after ${m.fullWeightMsMax} ms`);
  if (m.sessionsOnAdded === 0) missed.push('no person sits at the hosts that came');
  if (m.drained < more) missed.push(`${m.drained} of ${more} hosts are empty and stopped`);
  if (m.dropped > 0) missed.push(`${m.dropped} sessions dropped`);
  if (rule !== undefined) missed.push(rule);
  return missed;
}

async function fullWeights(world: World, added: readonly NodeSpec[]): Promise<number[]> {
  const sinceMs = world.clock.nowMs();
  const atMs = new Map<string, number>();
  const sampler = world.clock.every(SAMPLE_MS, () => {
    for (const { nodeId } of added) {
      const node = world.centre?.fleet.get(nodeId);
      if (node?.isLinked !== true || node.state !== 'serving' || atMs.has(nodeId)) continue;
      if (slowStartWeight(node.freshSinceMs, world.centreNowMs) === 1) atMs.set(nodeId, world.clock.nowMs() - sinceMs);
    }
  });
  await runUntil(world, sinceMs + FULL_WEIGHT_MS_MAX, () => atMs.size === added.length);
  sampler.cancel();
  return [...atMs.values()];
}

/** Drains all nodes at once, and stops each when it is empty. Resolves with the time of each in ms. */
async function drainAll(world: World, nodes: readonly NodeSpec[]): Promise<number[]> {
  const sinceMs = world.clock.nowMs();
  for (const { nodeId } of nodes) world.drain(nodeId, true);
  const emptySinceMs = new Map<string, number>();
  const goneMs = new Map<string, number>();
  const sampler = world.clock.every(SAMPLE_MS, () => {
    const nowMs = world.clock.nowMs();
    for (const { nodeId } of nodes) {
      if (goneMs.has(nodeId)) continue;
      if ((world.nodes.get(nodeId)?.sessionCount ?? 0) > 0 || (world.centre?.ledger.assumedOn(nodeId) ?? 0) > 0)
        emptySinceMs.delete(nodeId);
      else if (!emptySinceMs.has(nodeId)) emptySinceMs.set(nodeId, nowMs);
      else if (nowMs - (emptySinceMs.get(nodeId) ?? nowMs) >= EMPTY_MS) {
        goneMs.set(nodeId, nowMs - sinceMs);
        world.remove(nodeId);
      }
    }
  });
  await runUntil(world, sinceMs + DRAIN_MS_MAX, () => goneMs.size === nodes.length);
  sampler.cancel();
  return [...goneMs.values()];
}

/** Returns the size of a world in which half of the people come at the beginning, and half with the new machines. */
function sizeOf({ hosts, people }: GrowthOptions): Size {
  const untilMs = 2 * DRAIN_MS_MAX;
  return {
    ...smallSize,
    name: 'large',
    hostsMin: hosts,
    hostsMax: hosts,
    signalingNodes: Math.max(3, Math.ceil(hosts / 10)),
    rooms: Math.max(10, Math.ceil(people / 10)),
    seatsMin: Math.max(1, Math.ceil(people / (2 * hosts))), // least seats of a node; a node has at most twice as many
    peopleMin: Math.ceil(people / 2),
    surge: Math.ceil(people / 2),
    stayMsMax: 0,
    joinsUntilMs: ORDERED_AT_MS / 2,
    quietFromMs: 0,
    endMs: untilMs,
  };
}
