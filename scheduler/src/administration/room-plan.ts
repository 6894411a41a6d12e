// Plan of a room for the operator who has to explain a call: where each participant is and why, the paths between the
// room's hosts, its mode, and its past and coming moves. As data and in words. Reads only.
import { isInFence, nodeKind } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Centre } from '../centre/centre.ts';
import type { NodeDescription } from '../fleet/core/node.ts';
import { siteKeyOf } from '../fleet/core/node.ts';
import type { Belief } from '../locating/core/ingress/index.ts';
import type { Lease } from '../owning/core/leases.ts';
import { pairPath } from '../routing/core/plan.ts';
import { figure, rounded } from './link-report.ts';
import { movesView } from './move-report.ts';
import { leaseView } from './reports.ts';

/** People named in words; the data name all. */
const NAMED_MAX = 50;

export function roomPlan(centre: Centre, roomKey: string, clock: Pick<Clock, 'nowMs' | 'wallMs'>) {
  const plan = planOf(centre, roomKey, clock.nowMs(), clock.wallMs());
  return { ...plan, words: wordsOf(plan) };
}

function planOf(centre: Centre, roomKey: string, nowMs: number, wallMs: number) {
  const lease = ownedLease(centre, roomKey);
  const record = centre.rooms.get(roomKey);
  centre.placementIndex.refresh(nowMs);
  const holders = centre.fleet
    .holdersOf(roomKey, nodeKind.media)
    .map((id) => centre.fleet.get(id)?.description)
    .filter((node) => node !== undefined);
  const members = membersOf(centre, roomKey);
  const requestedMode = members
    .map(({ sessionId }) => centre.clients.get(sessionId)?.mode)
    .find((mode) => mode !== undefined);
  const mode = centre.modeOf(roomKey, requestedMode);
  const { running, waiting, ended } = movesView(centre, nowMs);
  const isOfRoom = (move: { roomKey: string }): boolean => move.roomKey === roomKey;
  const moves = {
    running: running.filter(isOfRoom),
    waiting: waiting.filter(isOfRoom),
    ended: ended.filter(isOfRoom),
    /** Moves for the room's delay, in the last hour. */
    madeMsAgo: (record?.made ?? []).map(({ atWallMs }) => Math.max(0, Math.round(wallMs - atWallMs))),
  };
  const sameSinceMs = centre.roomWatcher.sameSinceMs(roomKey);
  return {
    roomKey,
    regions: centre.fleet
      .fenceOf(roomKey)
      .split(',')
      .filter((region) => region !== ''),
    mode,
    modeFrom: centre.modeSourceOf(roomKey, requestedMode),
    isModeConverging: record?.isConverging === true,
    lease: lease === undefined ? null : leaseView(centre, lease, nowMs),
    nodeIds: holders.map((node) => node.nodeId),
    members,
    sameMembersMs: sameSinceMs === undefined ? null : Math.max(0, Math.round(nowMs - sameSinceMs)),
    tree: {
      chosenBy: lease?.ownerId ?? null,
      rule: 'each track is pulled from its origin, or from a host that has it already when that is nearer; at most 3 deep and 30 ms longer than direct',
    },
    paths: pathsOf(centre, holders, centre.fleet.fenceOf(roomKey)),
    moves,
  };
}

/** A released lease does not count, though its epoch is remembered. */
function ownedLease(centre: Centre, roomKey: string): Lease | undefined {
  const lease = centre.leases.get(roomKey);
  return lease?.ownerId === '' ? undefined : lease;
}

type Plan = ReturnType<typeof planOf>;

function membersOf(centre: Centre, roomKey: string) {
  const { fleet, clients, placementIndex, access } = centre;
  const decisionOf = decisionsOf(centre, roomKey);
  return fleet.sessionsOf(roomKey).map(({ sessionId, nodeId }) => {
    const node = fleet.get(nodeId)?.description;
    const client = clients.get(sessionId);
    const siteKey = node === undefined ? '' : siteKeyOf(node.region, node.city);
    const site = placementIndex.siteOf(siteKey);
    const times = [...(client?.times ?? [])].map(([key, rttMs]) => ({ siteKey: key, rttMs }));
    const belief: Belief | undefined =
      client === undefined ? undefined : access.believe({ ip: client.ip, location: client.location, times });
    return {
      sessionId,
      nodeId,
      hostId: node?.hostId ?? '',
      siteKey,
      place: client?.location.label ?? null,
      rttMs: belief === undefined || site === undefined ? null : rounded(belief.meanMs[site] ?? Number.NaN),
      isTimed: site !== undefined && (belief?.timed.has(site) ?? false),
      decisionId: decisionOf.get(nodeId)?.get(sessionId) ?? null,
    };
  });
}

/** Goes through each node once: looking up each member of a full room separately would hold up the centre. */
function decisionsOf({ fleet, ledger }: Centre, roomKey: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byNode = new Map<string, Map<string, string>>();
  for (const nodeId of fleet.holdersOf(roomKey, nodeKind.media)) {
    const bySession = new Map<string, string>();
    for (const { sessionId, decisionId } of ledger.list(nodeId).reverse()) bySession.set(sessionId, decisionId);
    byNode.set(nodeId, bySession);
  }
  return byNode;
}

/** A relay outside the room's fence does not count: the room's packets go direct. */
function pathsOf(centre: Centre, holders: readonly NodeDescription[], fence: string) {
  const { placementIndex } = centre;
  const isInside = (hostId: string): boolean =>
    isInFence(fence, placementIndex.sites[placementIndex.hostOf(hostId)?.site ?? -1]?.region ?? '');

  return holders.flatMap((a, index) =>
    holders.slice(index + 1).map((b) => {
      const path = pairPath(a, b, centre.routing.pathOf);
      const delays = {
        delayMs: rounded(delayOf(centre, a.hostId, b.hostId)),
        rttMs: figure(centre.routing.rttMs(a.hostId, b.hostId)),
      };
      if (path === undefined) return { a: a.nodeId, b: b.nodeId, via: null, ...delays };
      return { ...path, via: path.via === '' || isInside(path.via) ? path.via : '', ...delays };
    }),
  );
}

function delayOf({ routing }: Centre, a: string, b: string): number {
  return (routing.delayMs(a, b) + routing.delayMs(b, a)) / 2;
}

function wordsOf(plan: Plan): string[] {
  const { roomKey, members, mode, modeFrom: from, lease } = plan;
  if (members.length === 0) return [`Room ${roomKey} is empty. Its mode would be ${mode} (${from}).`];
  const hosts = new Set(members.map(({ hostId }) => hostId));
  const owner = lease?.isLive === true ? `${lease.ownerId} owns it under epoch ${lease.epoch}` : 'it has no owner now';
  const changing = plan.isModeConverging ? ', to which it is being changed' : '';
  return [
    `Room ${roomKey}: ${members.length} in it, on ${hosts.size} ${hosts.size === 1 ? 'host' : 'hosts'}; mode ${mode} (${from})${changing}; ${owner}.`,
    ...(plan.regions.length > 0
      ? [`It is bound to ${plan.regions.join(', ')}: no media node and no relay outside has anything of it.`]
      : []),
    ...members.slice(0, NAMED_MAX).map(memberWords),
    ...(members.length > NAMED_MAX ? [`… and ${members.length - NAMED_MAX} more.`] : []),
    ...plan.paths.map(pathWords),
    ...(plan.paths.some(({ via }) => via !== null && via !== '') && mode !== 'relay'
      ? [
          `Mode ${mode} asks for no relay; a pipe serves all rooms of its two hosts, and another room or a missing direct path needs this one.`,
        ]
      : []),
    ...(hosts.size > 1
      ? [
          `Which node pulls a track from which other is chosen by ${plan.tree.chosenBy ?? 'the owner'}: ${plan.tree.rule}.`,
        ]
      : []),
    ...moveWords(plan),
  ];
}

function memberWords({
  sessionId,
  nodeId,
  siteKey,
  place,
  rttMs,
  isTimed,
  decisionId,
}: Plan['members'][number]): string {
  const why = decisionId === null ? '' : `; why: decision ${decisionId}`;
  if (place === null)
    return `${sessionId} at ${nodeId} (${siteKey}); where it is itself is not known since this centre leads${why}.`;
  const timing = isTimed ? `${rttMs} ms, timed` : `about ${Math.round(rttMs ?? 0)} ms`;
  const rtt = rttMs === null ? 'not known' : timing;
  return `${sessionId}, taken to be in ${place}, at ${nodeId} (${siteKey}), round trip ${rtt}${why}.`;
}

function pathWords({ a, b, via, delayMs }: Plan['paths'][number]): string {
  if (via === null) return `${a} and ${b} do not reach one another.`;
  return `${a} to ${b}: ${via === '' ? 'direct' : `by way of ${via}`}, ${delayMs} ms one way.`;
}

function moveWords({ moves, members, sameMembersMs }: Plan): string[] {
  const lines = [
    ...moves.ended.map(({ sessionId, outcome, fromNodeId, toNodeId, reason, code, endedMsAgo }) => {
      const outcomeText = outcome === 'failed' ? `failed (${code})` : outcome;
      return `${Math.round(endedMsAgo / 1000)} s ago: ${sessionId} from ${fromNodeId || '?'} to ${toNodeId || '?'}: ${outcomeText}; ${reason}.`;
    }),
    ...moves.running.map(
      ({ sessionId, fromNodeId, toNodeId, reason }) =>
        `Now: ${sessionId} from ${fromNodeId} to ${toNodeId || 'where placement says'}; ${reason}.`,
    ),
    ...moves.waiting.map(({ sessionId, startsInMs, lastCode, reason }) => {
      const lastFailureText = lastCode === '' ? '' : `, the last attempt failed with ${lastCode}`;
      return `In ${Math.round(startsInMs / 1000)} s at the earliest: ${sessionId}${lastFailureText}; ${reason}.`;
    }),
  ];
  const lastMsAgo = moves.madeMsAgo.at(-1);
  if (lastMsAgo !== undefined) {
    const count = moves.madeMsAgo.length;
    lines.push(`Moves for its delay in the last hour: ${count}, the last ${Math.round(lastMsAgo / 1000)} s ago.`);
  } else if (members.length > 1 && sameMembersMs !== null)
    lines.push(`The same people at the same nodes for ${Math.round(sameMembersMs / 1000)} s; no move for its delay.`);
  return lines;
}
