// Compares a media node's own session figures: its load, the digest of its report and its list. When they differ by
// more than 20 % for 10 s, the node is distrusted until they agree.
import { nodeKind } from '@meridian/protocol';
import type { NodeRecord } from './node.ts';

/** Time that a contradiction must last; two reports that cross each other do not count. */
export const DISTRUST_AFTER_MS = 10_000;
/** Forgiven difference: a share of the largest figure, or a session, as when a session starts while another ends. */
const DISAGREEMENT_SHARE = 0.2;
const DISAGREEMENT_SESSIONS = 1;

/** Updates the record's distrust and its reason. Returns whether trust has changed, which changes the plan. */
export function judgeFigures(node: NodeRecord, nowMs: number): boolean {
  const contradiction = node.description.kind === nodeKind.media ? contradictionOf(node) : undefined;
  if (contradiction === undefined) {
    node.disagreesSinceMs = undefined;
    return setDistrust(node, undefined);
  }
  node.disagreesSinceMs ??= nowMs;
  return nowMs - node.disagreesSinceMs >= DISTRUST_AFTER_MS && setDistrust(node, contradiction);
}

function setDistrust(node: NodeRecord, distrust: string | undefined): boolean {
  const isChanged = (node.distrust === undefined) !== (distrust === undefined);
  if (node.distrust !== distrust) node.revision += 1;
  node.distrust = distrust;
  return isChanged;
}

/** Returns undefined when the three session figures agree within 20 % and one session. */
function contradictionOf(node: NodeRecord): string | undefined {
  if (node.digest === undefined) return undefined; // before the first report there is no digest to compare
  const { digest, listed } = node;
  // Runs for every node many times a second: it builds text and looks at rooms only after a difference.
  if (isApart(node.load.sessions, digest.count, listed.count)) {
    const claimed = homesClaimed(node);
    const figuresText = `claimed load ${claimed}, digest ${digest.count}, list ${listed.count}`;
    if (isApart(claimed, digest.count, listed.count))
      return `its figures of sessions contradict one another: ${figuresText}`;
  }
  // Equal counts may still name different sessions.
  if (digest.count === listed.count && digest.hash !== listed.hash)
    return 'its digest names other sessions than its list';
  return undefined;
}

function isApart(claimed: number, digest: number, listed: number): boolean {
  const largest = Math.max(claimed, digest, listed);
  const difference = largest - Math.min(claimed, digest, listed);
  return difference > DISAGREEMENT_SESSIONS && difference > largest * DISAGREEMENT_SHARE;
}

/**
 * Returns the sessions that live at the node by its load. Second homes (participants that move in, or have moved away
 * and wait for their release) count in the load but are not listed (docs/design/moves.md); without this correction a
 * drain would make its target nodes look dishonest. The node reports their number; at most as many are believed as the
 * node names decisions. For an older node, which does not report them, the surplus of decisions over sessions in its
 * rooms counts.
 */
function homesClaimed({ load, listed, rooms }: NodeRecord): number {
  if (load.sessions <= listed.count) return load.sessions;
  let namedDecisions = 0;
  let surplusDecisions = 0;
  for (const { decisionIds, sessionIds } of rooms.values()) {
    namedDecisions += decisionIds.length;
    surplusDecisions += Math.max(0, decisionIds.length - sessionIds.length);
  }
  return Math.max(listed.count, load.sessions - Math.max(surplusDecisions, Math.min(load.secondHomes, namedDecisions)));
}
