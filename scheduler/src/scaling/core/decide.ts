// The autoscaler's decision: a pure function of what is there, what is needed and what was ordered before. Every order
// is safe to repeat. Up: take back drains first, then start, in batches, without waiting for the batch before. Down:
// only when there have been too many for a while and the load does not rise; emptiest first; never below the need; a
// drained node is stopped when it has been empty for a while. What an administrator drains, or a node that drains by
// itself, is theirs: it is neither taken back nor stopped.
import { endable, returnable } from './end-order.ts';
import { nodeMemories, standingOf, whyStopped } from './machines.ts';
import { type Need, needs } from './need.ts';
import type {
  FreeNames,
  Machine,
  NodeMemory,
  RegionMemory,
  RegionScale,
  ScaleAction,
  ScaleDecision,
  ScaleMemory,
  ScaleNode,
  ScalePolicy,
  ScaleView,
} from './types.ts';

export const noMemory: ScaleMemory = { regions: new Map(), nodes: new Map() };
/**
 * A slope that adds this share of the load within the horizon is a rise; less is the noise of people coming and going.
 */
const RISE_SHARE = 0.05;
const blankRegion: RegionMemory = { startedAtMs: undefined, drainedAtMs: undefined, surplusSinceMs: undefined };

/** One region with everything that is decided about it. */
interface Region {
  readonly name: string;
  readonly need: Need;
  readonly nodes: readonly ScaleNode[];
  readonly machines: readonly Machine[];
  readonly memory: RegionMemory;
}

export function decide(view: ScaleView, memory: ScaleMemory, policy: ScalePolicy): ScaleDecision {
  const nodes = nodeMemories(view, memory);
  const byRegion = needs(view.regions, view.nodes, policy);
  const actions: ScaleAction[] = [];
  const regions: RegionScale[] = [];
  const remembered = new Map<string, RegionMemory>();
  for (const [name, need] of byRegion) {
    const region: Region = {
      name,
      need,
      nodes: view.nodes.filter((node) => node.region === name),
      machines: view.machines.filter((machine) => machine.region === name),
      memory: memory.regions.get(name) ?? blankRegion,
    };
    const decided = decideRegion(region, view, nodes, policy);
    actions.push(...decided.actions);
    regions.push(decided.scale);
    remembered.set(name, decided.memory);
  }
  return { actions, regions, memory: { regions: remembered, nodes } };
}

function decideRegion(
  region: Region,
  view: ScaleView,
  nodes: ReadonlyMap<string, NodeMemory>,
  policy: ScalePolicy,
): { actions: ScaleAction[]; scale: RegionScale; memory: RegionMemory } {
  const { name, need, machines } = region;
  const { nowMs } = view;
  const serving = region.nodes.filter((node) => node.state === 'serving');
  const draining = region.nodes.filter((node) => node.state === 'draining' && isOurs(node.nodeId, machines));
  const due = stops(region, nodes, nowMs, policy);
  const ends = endable(due, machines, ({ state }) => state === 'stopping');
  const ending = new Set(ends.map((action) => action.nodeId));
  const stuck = new Set(due.map((action) => action.nodeId).filter((nodeId) => !ending.has(nodeId)));
  const left = machines.filter((machine) => !ending.has(machine.nodeId) && machine.state !== 'stopping');
  const standings = left.map(({ nodeId, state }) => {
    const node = region.nodes.find((one) => one.nodeId === nodeId);
    const standing = standingOf(state, node, nodes.get(nodeId), nowMs, policy);
    // What should end and cannot yet is replaced as what is silent.
    return { nodeId, standing: standing === 'starting' && stuck.has(nodeId) ? 'silent' : standing };
  });
  const starting = standings.filter(({ standing }) => standing === 'starting');
  const silent = standings.filter(({ standing }) => standing === 'silent').map(({ nodeId }) => nodeId);
  const have = serving.length + starting.length;
  const back = draining.filter((node) => node.isDrainOurs);
  const up = more(region, view, { missing: need.nodes - have, draining: back, ending, silent }, policy);
  const surplus = have - Math.ceil(need.nodes * (1 + policy.surplusShare));
  const isRising = need.forecast.rise > RISE_SHARE * Math.max(1, need.load);
  const tooMany = surplus > 0 && starting.length === 0 && !isRising;
  const surplusSinceMs = tooMany ? (region.memory.surplusSinceMs ?? nowMs) : undefined;
  const down = fewer(region, { serving, ending, surplus, surplusSinceMs, nowMs }, policy);
  const overdue = draining.filter((node) => {
    const since = nodes.get(node.nodeId)?.drainingSinceMs;
    return since !== undefined && nowMs - since > policy.drainLimitMs && node.sessions > 0;
  });
  return {
    actions: [...ends, ...up, ...down],
    scale: {
      region: name,
      load: need.load,
      forecastP95: need.forecast.p95,
      booked: need.booked,
      need: need.nodes,
      needReason: need.reason,
      serving: serving.length,
      starting: starting.length,
      draining: draining.length,
      silent,
      isAtBound: need.isAtBound,
      overdue: overdue.map((node) => node.nodeId),
    },
    memory: {
      startedAtMs: up.some((action) => action.verb === 'start') ? nowMs : region.memory.startedAtMs,
      drainedAtMs: down.length > 0 ? nowMs : region.memory.drainedAtMs,
      surplusSinceMs,
    },
  };
}

/**
 * What is removed: drained and empty for a while, failed, not serving in time, or unheard of for longer than a session
 * may last there.
 */
function stops(
  { name, nodes: fleet, machines }: Region,
  nodes: ReadonlyMap<string, NodeMemory>,
  nowMs: number,
  policy: ScalePolicy,
): ScaleAction[] {
  return machines.flatMap((machine): ScaleAction[] => {
    const { nodeId, state } = machine;
    if (state === 'stopping') return [];
    const reason = whyStopped(
      state,
      { node: fleet.find((one) => one.nodeId === nodeId), memory: nodes.get(nodeId) },
      nowMs,
      policy,
    );
    return reason === undefined ? [] : [{ verb: 'stop', nodeId, region: name, reason }];
  });
}

/**
 * What is added while nodes are missing: the fullest drained ones first (the emptiest may be stopped next), then new
 * ones.
 */
function more(
  { name, need, machines, nodes, memory }: Region,
  view: ScaleView,
  o: {
    missing: number;
    draining: readonly ScaleNode[];
    ending: ReadonlySet<string>;
    silent: readonly string[];
  },
  policy: ScalePolicy,
): ScaleAction[] {
  if (o.missing <= 0) return [];
  const drained = o.draining
    .filter((node) => !o.ending.has(node.nodeId))
    .sort((a, b) => b.sessions - a.sessions || compare(a.nodeId, b.nodeId));
  const back = returnable(drained, machines, o.missing).map(
    ({ nodeId }): ScaleAction => ({ verb: 'undrain', nodeId, region: name, reason: need.reason }),
  );
  const isPausing = memory.startedAtMs !== undefined && view.nowMs - memory.startedAtMs < policy.startPauseMs;
  if (isPausing) return back;
  const used = new Set([...view.nodes, ...view.machines].map((one) => one.nodeId).concat(view.namesKept ?? []));
  const count = Math.min(o.missing - back.length, policy.startBatch, roomFor({ nodes, machines }, o.silent, policy));
  const fresh = (view.freeNames ?? lowestNumbers)(name, count, { used, ending: o.ending });
  return [
    ...back,
    ...fresh.map((nodeId): ScaleAction => ({ verb: 'start', nodeId, region: name, reason: need.reason })),
  ];
}

/**
 * How many more may be started. Silent machines must not keep their own replacements out; they come on top, as many
 * again at most.
 */
function roomFor(
  { nodes, machines }: Pick<Region, 'nodes' | 'machines'>,
  silent: readonly string[],
  { nodesMax }: ScalePolicy,
): number {
  const all = new Set([...nodes, ...machines].map((one) => one.nodeId)).size;
  return Math.max(0, nodesMax - all + Math.min(silent.length, nodesMax));
}

/** What is drained: of what can end the emptiest, oldest name first, as many as are too many and no more. */
function fewer(
  { name, nodes, machines, memory }: Region,
  o: {
    serving: readonly ScaleNode[];
    ending: ReadonlySet<string>;
    surplus: number;
    surplusSinceMs: number | undefined;
    nowMs: number;
  },
  policy: ScalePolicy,
): ScaleAction[] {
  const held = o.surplusSinceMs !== undefined && o.nowMs - o.surplusSinceMs >= policy.surplusHoldMs;
  const isPausing = memory.drainedAtMs !== undefined && o.nowMs - memory.drainedAtMs < policy.drainPauseMs;
  if (!held || isPausing) return [];
  const heard = o.serving.filter((node) => !node.isLate);
  // Late nodes may be about to die: the need has to be met without them.
  const most = Math.max(0, o.surplus - (o.serving.length - heard.length));
  const emptiest = heard
    .filter((node) => isOurs(node.nodeId, machines))
    .sort((a, b) => a.sessions - b.sessions || a.load - b.load || compare(a.nodeId, b.nodeId));
  const drained = new Set(nodes.filter((node) => node.state === 'draining' && node.isDrainOurs).map(idOf));
  const isEnding = ({ nodeId, state }: Machine): boolean =>
    state === 'stopping' || o.ending.has(nodeId) || drained.has(nodeId);
  return endable(emptiest, machines, isEnding, Math.min(most, policy.drainBatch)).map(({ nodeId }) => ({
    verb: 'drain',
    nodeId,
    region: name,
    reason: 'more nodes than needed; of those that can end it has fewest sessions',
  }));
}

const idOf = ({ nodeId }: ScaleNode): string => nodeId;

/** `sfu-<region>-auto-1` and so on, the lowest numbers that are free. */
const lowestNumbers: FreeNames = (region, count, { used }) => {
  const names: string[] = [];
  for (let number = 1; names.length < count; number += 1) {
    const name = `sfu-${region}-auto-${number}`;
    if (!used.has(name)) names.push(name);
  }
  return names;
};

function isOurs(nodeId: string, machines: readonly Machine[]): boolean {
  return machines.some((machine) => machine.nodeId === nodeId && machine.state !== 'stopping');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
