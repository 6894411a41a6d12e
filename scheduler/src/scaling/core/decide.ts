// The autoscaler's decision: a pure function of state, need and earlier orders. Every order is safe to repeat. Up:
// takes back drains first, then starts machines in batches, without waiting for the last batch. Down: only after a
// surplus has lasted for a while and the load does not rise: the emptiest nodes are drained first, never below the
// need, and a drained node is stopped when it has been empty for a while. A drain by an administrator, or by the node
// itself, is neither taken back nor followed by a stop. Machines of an old version are replaced one at a time
// (replace.ts); while there are any, there is no surplus.
import { endable, returnable } from './end-order.ts';
import { nodeMemories, standingOf, whyStopped } from './machines.ts';
import { type Need, needs } from './need.ts';
import { isCalm, nextReplaced, outdatedOf, renewals, upgradeMemory, withoutReplacedAbsence } from './replace.ts';
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
  UpgradeMemory,
} from './types.ts';

export const noMemory: ScaleMemory = { regions: new Map(), nodes: new Map() };
/** Growth within the horizon that counts as a rise; less is the noise of people coming and going. */
const RISE_SHARE = 0.05;
const blankRegion: RegionMemory = {
  startedAtMs: undefined,
  drainedAtMs: undefined,
  surplusSinceMs: undefined,
  upgrade: undefined,
};

interface Region {
  readonly name: string;
  readonly need: Need;
  readonly nodes: readonly ScaleNode[];
  readonly machines: readonly Machine[];
  readonly memory: RegionMemory;
}

export function decide(view: ScaleView, memory: ScaleMemory, policy: ScalePolicy): ScaleDecision {
  const memories = nodeMemories(view, memory);
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
    const regionDecision = decideRegion(region, view, memories, policy);
    actions.push(...regionDecision.actions);
    regions.push(regionDecision.scale);
    remembered.set(name, regionDecision.memory);
  }
  return {
    actions,
    regions,
    memory: { regions: remembered, nodes: withoutReplacedAbsence(memories, actions, view.nowMs) },
  };
}

function decideRegion(
  region: Region,
  view: ScaleView,
  memories: ReadonlyMap<string, NodeMemory>,
  policy: ScalePolicy,
): { actions: ScaleAction[]; scale: RegionScale; memory: RegionMemory } {
  const { name, need, machines } = region;
  const { nowMs } = view;
  const renewalOrders = renewals(region, memories, nowMs, policy);
  const dueStops = stopsDue(region, renewalOrders, memories, nowMs, policy);
  const ends = endable(dueStops, machines, ({ state }) => state === 'stopping');
  const ending = new Set(ends.map((action) => action.nodeId));
  const standings = standingsOf(region, { renewed: renewalOrders, due: dueStops, ending }, memories, nowMs, policy);
  const serving = region.nodes.filter((node) => node.state === 'serving');
  const draining = region.nodes.filter(({ nodeId, state }) => {
    return state === 'draining' && isOurs(nodeId, machines) && standings.get(nodeId) !== 'starting';
  });
  const silent = [...standings].filter(([, standing]) => standing === 'silent').map(([nodeId]) => nodeId);
  const starting = [...standings.values()].filter((standing) => standing === 'starting').length;
  const presentCount = serving.length + starting;
  const drainedByUs = draining.filter((node) => node.isDrainOurs);
  const scaleUpOrders = scaleUp(
    region,
    view,
    { missing: need.nodes - presentCount, draining: drainedByUs, ending, silent },
    policy,
  );
  const outdated = outdatedOf(machines).length;
  const surplus = presentCount - Math.ceil(need.nodes * (1 + policy.surplusShare));
  const isRising = need.forecast.rise > RISE_SHARE * Math.max(1, need.load);
  const hasSurplus = surplus > 0 && starting === 0 && !isRising && outdated === 0;
  const surplusSinceMs = hasSurplus ? (region.memory.surplusSinceMs ?? nowMs) : undefined;
  const scaleDownOrders = scaleDown(region, { serving, ending, surplus, surplusSinceMs, nowMs }, policy);
  const notedUpgrade = upgradeMemory(region, region.memory.upgrade, dueStops, memories);
  const isQuiet = [renewalOrders, ends, scaleUpOrders, scaleDownOrders].every((orders) => orders.length === 0);
  const { orders: next, upgrade } = isQuiet
    ? upgradeOrders(region, view, notedUpgrade, policy)
    : { orders: [], upgrade: notedUpgrade };
  return {
    actions: [...renewalOrders, ...ends, ...scaleUpOrders, ...scaleDownOrders, ...next],
    scale: {
      region: name,
      load: need.load,
      forecastP95: need.forecast.p95,
      booked: need.booked,
      need: need.nodes,
      needReason: need.reason,
      serving: serving.length,
      starting,
      draining: draining.length,
      outdated,
      isUpgradeHeld: upgrade?.isHeld === true,
      silent,
      isAtBound: need.isAtBound,
      overdue: overdueOf(draining, memories, nowMs, policy),
    },
    memory: {
      startedAtMs: [...scaleUpOrders, ...next].some((action) => action.verb === 'start')
        ? nowMs
        : region.memory.startedAtMs,
      drainedAtMs: scaleDownOrders.length > 0 ? nowMs : region.memory.drainedAtMs,
      surplusSinceMs,
      upgrade,
    },
  };
}

function standingsOf(
  { nodes: fleet, machines }: Region,
  o: { renewed: readonly ScaleAction[]; due: readonly ScaleAction[]; ending: ReadonlySet<string> },
  memories: ReadonlyMap<string, NodeMemory>,
  nowMs: number,
  policy: ScalePolicy,
): ReadonlyMap<string, ReturnType<typeof standingOf>> {
  const remainingMachines = machines.filter(({ nodeId, state }) => !o.ending.has(nodeId) && state !== 'stopping');
  return new Map(
    remainingMachines.map(({ nodeId, state }) => {
      if (o.renewed.some((action) => action.nodeId === nodeId)) return [nodeId, 'starting'];
      const node = fleet.find((one) => one.nodeId === nodeId);
      const standing = standingOf(state, node, memories.get(nodeId), nowMs, policy);
      // A machine that should end and cannot yet is replaced like a silent machine.
      const isStuck = standing === 'starting' && o.due.some((action) => action.nodeId === nodeId);
      return [nodeId, isStuck ? 'silent' : standing];
    }),
  );
}

function overdueOf(
  draining: readonly ScaleNode[],
  memories: ReadonlyMap<string, NodeMemory>,
  nowMs: number,
  { drainLimitMs }: ScalePolicy,
): string[] {
  const overdue = draining.filter(({ nodeId, sessions }) => {
    const since = memories.get(nodeId)?.drainingSinceMs;
    return since !== undefined && nowMs - since > drainLimitMs && sessions > 0;
  });
  return overdue.map(({ nodeId }) => nodeId);
}

/** Returns the next step of an upgrade of a region without other orders in this round. */
function upgradeOrders(
  region: Region,
  view: ScaleView,
  upgrade: UpgradeMemory | undefined,
  policy: ScalePolicy,
): { orders: ScaleAction[]; upgrade: UpgradeMemory | undefined } {
  if (upgrade === undefined || !isCalm(region)) return { orders: [], upgrade };
  const order = nextReplaced(region, upgrade, region.need.nodes, () => {
    if (isPausing(region, view.nowMs, policy)) return 'later';
    return freshNames(region, view, { count: 1, ending: new Set(), silent: [] }, policy)[0];
  });
  if (order === undefined) return { orders: [], upgrade };
  const isSpare = order.verb === 'start';
  return { orders: [order], upgrade: isSpare ? Object.assign({}, upgrade, { spare: order.nodeId }) : upgrade };
}

/** Stops machines drained and empty for a while, failed, not serving in time, or silent beyond a session's life. */
function stopsDue(
  { name, nodes: fleet, machines }: Region,
  renewed: readonly ScaleAction[],
  memories: ReadonlyMap<string, NodeMemory>,
  nowMs: number,
  policy: ScalePolicy,
): ScaleAction[] {
  return machines.flatMap((machine): ScaleAction[] => {
    const { nodeId, state } = machine;
    if (state === 'stopping' || renewed.some((action) => action.nodeId === nodeId)) return [];
    const reason = whyStopped(
      state,
      { node: fleet.find((one) => one.nodeId === nodeId), memory: memories.get(nodeId) },
      nowMs,
      policy,
    );
    return reason === undefined ? [] : [{ verb: 'stop', nodeId, region: name, reason }];
  });
}

/** Takes back the fullest drained nodes first (the emptiest may be stopped next), then starts new machines. */
function scaleUp(
  region: Region,
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
  const { name, need, machines } = region;
  const drained = o.draining
    .filter((node) => !o.ending.has(node.nodeId))
    .sort((a, b) => b.sessions - a.sessions || compare(a.nodeId, b.nodeId));
  const returnOrders = returnable(drained, machines, o.missing).map(
    ({ nodeId }): ScaleAction => ({ verb: 'undrain', nodeId, region: name, reason: need.reason }),
  );
  if (isPausing(region, view.nowMs, policy)) return returnOrders;
  const count = Math.min(o.missing - returnOrders.length, policy.startBatch);
  const { ending, silent } = o;
  return [
    ...returnOrders,
    ...freshNames(region, view, { count, ending, silent }, policy).map(
      (nodeId): ScaleAction => ({ verb: 'start', nodeId, region: name, reason: need.reason }),
    ),
  ];
}

const isPausing = ({ memory: { startedAtMs } }: Region, nowMs: number, { startPauseMs }: ScalePolicy): boolean =>
  startedAtMs !== undefined && nowMs - startedAtMs < startPauseMs;

/** Returns names of machines that may be started now, at most `count`. */
function freshNames(
  { name, nodes, machines }: Region,
  view: ScaleView,
  o: { count: number; ending: ReadonlySet<string>; silent: readonly string[] },
  policy: ScalePolicy,
): readonly string[] {
  const used = new Set([...view.nodes, ...view.machines].map((one) => one.nodeId).concat(view.reservedNames ?? []));
  const count = Math.min(o.count, roomFor({ nodes, machines }, o.silent, policy));
  return count <= 0 ? [] : (view.freeNames ?? lowestNumbers)(name, count, { used, ending: o.ending });
}

/** Returns how many machines may be started: up to the bound of nodes, plus the replacements of silent machines. */
function roomFor(
  { nodes, machines }: Pick<Region, 'nodes' | 'machines'>,
  silent: readonly string[],
  { nodesMax }: ScalePolicy,
): number {
  const idCount = new Set([...nodes, ...machines].map((one) => one.nodeId)).size;
  return Math.max(0, nodesMax - idCount + Math.min(silent.length, nodesMax));
}

/** Drains the emptiest machines that can end, among equals the oldest name first, no more than the surplus. */
function scaleDown(
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
  const hasSurplusLasted = o.surplusSinceMs !== undefined && o.nowMs - o.surplusSinceMs >= policy.surplusHoldMs;
  const isTooSoon = memory.drainedAtMs !== undefined && o.nowMs - memory.drainedAtMs < policy.drainPauseMs;
  if (!hasSurplusLasted || isTooSoon) return [];
  const heardNodes = o.serving.filter((node) => !node.isLate);
  // Late nodes may be about to die, so the need must be met without them.
  const drainsMax = Math.max(0, o.surplus - (o.serving.length - heardNodes.length));
  const emptiest = heardNodes
    .filter((node) => isOurs(node.nodeId, machines))
    .sort((a, b) => a.sessions - b.sessions || a.load - b.load || compare(a.nodeId, b.nodeId));
  const drained = new Set(nodes.filter((node) => node.state === 'draining' && node.isDrainOurs).map(idOf));
  const isEnding = ({ nodeId, state }: Machine): boolean =>
    state === 'stopping' || o.ending.has(nodeId) || drained.has(nodeId);
  return endable(emptiest, machines, isEnding, Math.min(drainsMax, policy.drainBatch)).map(({ nodeId }) => ({
    verb: 'drain',
    nodeId,
    region: name,
    reason: 'more nodes than needed; of those that can end it has fewest sessions',
  }));
}

const idOf = ({ nodeId }: ScaleNode): string => nodeId;

/** Returns `sfu-<region>-auto-1` and so on, the lowest free numbers. */
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
