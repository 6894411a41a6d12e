// Replaces machines of another version than their orchestrator's. Case 1: a machine that has never served, or has
// failed and carries nothing, is made anew at once, so a broken version goes. Case 2: the others are drained one at a
// time in each region, and made anew when empty, or after the drain limit. This happens only while the region is calm:
// all others serve, and nothing else is ordered there. So a version that does not start costs a region a single node;
// the upgrade is held then until another version is wanted. Case 3: where one less would be too few, a spare is started
// first; without a place for it, the upgrade goes on without. Case 4: a machine of the wanted version that is still
// drained for replacement serves again: it is new, or the upgrade was taken back.
import { hasLasted, isThere } from './machines.ts';
import type { Machine, NodeMemory, ScaleAction, ScaleNode, ScalePolicy, UpgradeMemory } from './types.ts';

interface RegionFleet {
  readonly name: string;
  readonly nodes: readonly ScaleNode[];
  readonly machines: readonly Machine[];
}
type Memories = ReadonlyMap<string, NodeMemory>;

/** Returns orders that wait for no other machine: cases 1 and 4, and the end of the drain of case 2. */
export function renewals(
  { name: region, nodes, machines }: RegionFleet,
  memories: Memories,
  nowMs: number,
  policy: ScalePolicy,
): ScaleAction[] {
  return machines.flatMap((machine): ScaleAction[] => {
    const { nodeId } = machine;
    const node = nodes.find((one) => one.nodeId === nodeId);
    if (machine.isOutdated !== true) {
      const isBack = node?.isReplaced === true && isHeard(node) && machine.state === 'running';
      return isBack ? [{ verb: 'undrain', nodeId, region, reason: 'its machine is of the wanted version' }] : [];
    }
    const reason = whyReplaced(machine.state, node, memories.get(nodeId), nowMs, policy);
    return reason === undefined ? [] : [{ verb: 'replace', nodeId, region, reason }];
  });
}

function whyReplaced(
  state: Machine['state'],
  node: ScaleNode | undefined,
  memory: NodeMemory | undefined,
  nowMs: number,
  policy: ScalePolicy,
): string | undefined {
  if (state === 'failed') return isHeard(node) && node.sessions > 0 ? undefined : 'outdated, and it has failed';
  if (state === 'starting') return isThere(node) ? undefined : 'outdated, and it has never served';
  if (state === 'stopping' || !isHeard(node) || !node.isReplaced) return undefined;
  if (hasLasted(memory?.emptySinceMs, policy.emptyHoldMs, nowMs)) return 'outdated, drained and empty';
  if (!hasLasted(memory?.drainingSinceMs, policy.drainLimitMs, nowMs)) return undefined;
  return `outdated, and not empty after ${Math.round(policy.drainLimitMs / 1000)} s of drain`;
}

/** Forgets the absence of replaced machines, which their successors must not inherit. */
export function withoutReplacedAbsence(memories: Memories, actions: readonly ScaleAction[], nowMs: number): Memories {
  const replaced = new Set(actions.filter(({ verb }) => verb === 'replace').map(({ nodeId }) => nodeId));
  return new Map(
    [...memories].map(([nodeId, memory]) => {
      const isMissed = replaced.has(nodeId) && memory.absentSinceMs !== undefined;
      return [nodeId, isMissed ? Object.assign({}, memory, { absentSinceMs: nowMs }) : memory];
    }),
  );
}

export const outdatedOf = (machines: readonly Machine[]): Machine[] =>
  machines.filter(({ isOutdated, state }) => isOutdated === true && state !== 'stopping');

/** Returns the memory of an upgrade after a look; `due`: machines that end now. */
export function upgradeMemory(
  { nodes, machines }: RegionFleet,
  upgradeBefore: UpgradeMemory | undefined,
  due: readonly { readonly nodeId: string }[],
  memories: Memories,
): UpgradeMemory | undefined {
  const outdated = outdatedOf(machines);
  if (outdated.length === 0) return undefined;
  const versionsWanted = new Set(outdated.map(({ wantedVersion = '' }) => wantedVersion));
  const isSame =
    upgradeBefore !== undefined && [...versionsWanted].every((version) => upgradeBefore.wantedVersions.has(version));
  let { spare, hasNoSpare, isHeld } = isSame ? upgradeBefore : nothingYet;
  for (const { nodeId } of due) {
    const machine = machines.find((one) => one.nodeId === nodeId);
    const node = nodes.find((one) => one.nodeId === nodeId);
    const hasCome = machine?.state === 'running' || (machine?.state === 'starting' && isThere(node));
    if (machine === undefined || machine.isOutdated === true || hasCome) continue;
    // A machine that waits for a place, or that an earlier leader has started, says nothing about its version.
    const isWaiting = machine.state === 'starting' && (nodeId === spare || memories.get(nodeId)?.isNew !== true);
    if (isWaiting) hasNoSpare = true;
    else isHeld = true;
  }
  return { wantedVersions: isSame ? upgradeBefore.wantedVersions : versionsWanted, spare, hasNoSpare, isHeld };
}

const nothingYet = { spare: undefined, hasNoSpare: false, isHeld: false };

/** Whether no machine ends, starts, is silent or is drained by the autoscaler, and all up-to-date machines serve. */
export function isCalm({ nodes, machines }: RegionFleet): boolean {
  return machines.every(({ nodeId, state, isOutdated }) => {
    const node = nodes.find((one) => one.nodeId === nodeId);
    if (state !== 'running' || !isHeard(node) || (node.state === 'draining' && node.isDrainOurs)) return false;
    return isOutdated === true || node.state === 'serving';
  });
}

/**
 * Returns the next order of a calm region: the machine with fewest sessions is drained, after a spare has been started
 * when the region can spare none. `freeName`: for the spare; undefined when there can be none, 'later' while starts
 * pause.
 */
export function nextReplaced(
  { name: region, nodes, machines }: RegionFleet,
  upgrade: UpgradeMemory,
  need: number,
  freeName: () => string | undefined | 'later',
): ScaleAction | undefined {
  const outdated = new Set(outdatedOf(machines).map(({ nodeId }) => nodeId));
  const serving = nodes.filter((node) => isHeard(node) && node.state === 'serving');
  const [least] = serving
    .filter(({ nodeId }) => outdated.has(nodeId))
    .sort((a, b) => a.sessions - b.sessions || a.load - b.load || (a.nodeId < b.nodeId ? -1 : 1));
  if (upgrade.isHeld || least === undefined) return undefined;
  if (serving.length - 1 < need && !upgrade.hasNoSpare) {
    const nodeId = freeName();
    if (nodeId === 'later') return undefined;
    const reason = 'a spare, so that outdated nodes can be drained one by one';
    if (nodeId !== undefined) return { verb: 'start', nodeId, region, reason };
  }
  const reason = 'it runs another version than is wanted; of those that do it has fewest sessions';
  return { verb: 'drain', nodeId: least.nodeId, region, reason, isReplaced: true };
}

function isHeard(node: ScaleNode | undefined): node is ScaleNode {
  return isThere(node) && !node.isLate;
}
