// Whether a media node's own figures of its sessions fit one another: what its load claims, the digest of its report,
// its list. Where they differ by more than 20 % for 10 s, the node is distrusted until they agree.
// No clock: times are arguments. Changed in place, deterministic.
import { nodeKind } from '@meridian/protocol';
import type { NodeRecord } from './node.ts';

/** A contradiction must last; what two reports cross over does not count. */
export const DISTRUST_AFTER_MS = 10_000;
/** A difference of one session arises when one comes while another goes; it is not a lie. */
const DISAGREEMENT_SHARE = 0.2;
const DISAGREEMENT_SESSIONS = 1;

/**
 * Writes into the record whether the node is distrusted now, and why. True: trusted or not has changed, so the plan
 * reads differently.
 */
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

/** What is wrong with the node's three figures of its sessions; undefined: they agree, within 20 % and one session. */
function contradictionOf(node: NodeRecord): string | undefined {
  if (node.digest === undefined) return undefined; // nothing to compare with before the first report
  const { digest, listed } = node;
  // Asked of every node many times a second: no words, and no look at rooms, unless there is something to say.
  if (isApart(node.load.sessions, digest.count, listed.count)) {
    const claimed = homesClaimed(node);
    const named = `claimed load ${claimed}, digest ${digest.count}, list ${listed.count}`;
    if (isApart(claimed, digest.count, listed.count)) return `its figures of sessions contradict one another: ${named}`;
  }
  // Equal counts of other sessions: the sessions named are as wrong as they can be.
  if (digest.count === listed.count && digest.hash !== listed.hash)
    return 'its digest names other sessions than its list';
  return undefined;
}

function isApart(claimed: number, digest: number, listed: number): boolean {
  const most = Math.max(claimed, digest, listed);
  const apart = most - Math.min(claimed, digest, listed);
  return apart > DISAGREEMENT_SESSIONS && apart > most * DISAGREEMENT_SHARE;
}

/**
 * Sessions that live at the node by its load. Second homes, of participants that move in or have moved away and are let
 * go, count in the load and are not on the list (docs/design/moves.md): a drain must not make its target nodes look
 * dishonest. The node says how many they are; no more of them are believed than it names decisions, and an older node,
 * which says nothing, has those that its rooms name more decisions than sessions.
 */
function homesClaimed({ load, listed, rooms }: NodeRecord): number {
  if (load.sessions <= listed.count) return load.sessions;
  let named = 0;
  let beside = 0;
  for (const { decisionIds, sessionIds } of rooms.values()) {
    named += decisionIds.length;
    beside += Math.max(0, decisionIds.length - sessionIds.length);
  }
  return Math.max(listed.count, load.sessions - Math.max(beside, Math.min(load.secondHomes, named)));
}
