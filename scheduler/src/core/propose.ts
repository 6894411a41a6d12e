// The index at work: which hosts a decision looks at. Sites in the order of belief (timed ones first), of a site who holds the room and a few
// others from a random place on, so that a site of fifty hosts does not always show the same eight. Hosts without a node for this session
// are kept for the explanation, a few of them. What comes out is all that `place` sees and all that is stored.
import type { Board, HostSlot } from './board.ts';
import type { Belief } from './ingress/belief.ts';
import { NEARLY_AS_NEAR_MS } from './near.ts';
import type { Policy } from './policy.ts';
import type { Filter } from './rules.ts';
import { passes } from './shortlist.ts';
import type { Approach, ClusterView, HostView, PlaceWish, RoomView } from './view.ts';

/** Of one site: enough for power of two choices among strangers, and the room's own. */
const HOSTS_PER_SITE = 4;
/** Hosts beyond the near ones that are looked at, for the case that the near ones refuse, and for whoever asks what else there was. */
const RUNNERS_UP = 3;
/** Hosts looked at in all: a full continent is passed over in bounded time. */
const LOOKS_MAX = 128;

export interface Proposal {
  readonly board: Board;
  readonly belief: Belief;
  readonly room: RoomView;
  readonly want: PlaceWish;
  readonly policy: Policy;
  readonly version: number;
  readonly nowMs: number;
}

/** The view for one decision. `rand` is drawn from once a site. */
export function propose(o: Proposal, rand: () => number): ClusterView {
  const { board, belief, room, want, policy, version, nowMs } = o;
  const approaches: Approach[] = [];
  const view: ClusterView = { version, nowMs, freshShare: board.freshShare, approaches, room };
  const { homes, targets, held, first } = whereIs(board, room, want);
  const { sites } = board;
  const { meanMs, sdMs, timed } = belief;
  let [open, shut, looks, beyond] = [0, 0, 0, 0];
  let nearestMs = Number.POSITIVE_INFINITY;
  let hasTimed = false;
  for (const site of sitesInOrder(belief, want, targets.length > 0 ? targets : held)) {
    const place = sites[site];
    if (place === undefined) continue;
    const rttMs = meanMs[site] ?? Number.NaN;
    // A guess beside timed sites is a runner-up, whatever it says.
    const isTimed = timed.has(site);
    const isBeyond = rttMs > nearestMs + NEARLY_AS_NEAR_MS || (hasTimed && !isTimed);
    if (open >= policy.shortlistMax || looks >= LOOKS_MAX || (isBeyond && beyond >= RUNNERS_UP)) break;
    const order = hostsInOrder(place.hosts, first, rand);
    let ofSite = 0;
    for (const slot of order) {
      if (ofSite >= HOSTS_PER_SITE || open >= policy.shortlistMax || (isBeyond && beyond >= RUNNERS_UP)) break;
      looks += 1;
      const host = board.view(slot);
      const isOpen = hasOpenNode(view, want, host, policy.filters);
      if (!isOpen && shut >= policy.rejectedHostsMax) continue;
      if (isOpen) {
        open += 1;
        ofSite += 1;
        if (isBeyond) beyond += 1;
        if (isTimed || !hasTimed) nearestMs = Math.min(nearestMs, rttMs);
        if (isTimed) hasTimed = true;
      } else shut += 1;
      const toMembersMs = homes.length === 0 ? NOBODY : delaysTo(board, slot, homes);
      approaches.push({ host, rttMs, sdMs: sdMs[site] ?? 0, isTimed, toMembersMs });
    }
  }
  return view;
}

const NOBODY: readonly number[] = [];
interface Whereabouts {
  readonly homes: readonly (HostSlot | undefined)[];
  readonly targets: readonly HostSlot[];
  readonly held: readonly HostSlot[];
  readonly first: readonly HostSlot[];
}

const NOWHERE: Whereabouts = { homes: [], targets: [], held: [], first: [] };

/** The hosts of the members, in their order; where a move may go; that with those that hold the room; and all these with those that keep seats for it. */
function whereIs(board: Board, { members, holders, reserved }: RoomView, { move }: PlaceWish): Whereabouts {
  if (holders.length === 0 && members.length === 0 && reserved === undefined && move === undefined) return NOWHERE;
  const targets = slotsOf(board, move?.toNodeIds ?? []);
  const holding = slotsOf(board, holders);
  const held = targets.length === 0 ? holding : [...targets, ...holding];
  const kept = slotsOf(
    board,
    (reserved ?? []).map(({ nodeId }) => nodeId),
  );
  const homes = members.map(({ hostId }) => board.hostOf(hostId));
  return { homes, targets, held, first: kept.length === 0 ? held : [...held, ...kept] };
}

function slotsOf(board: Board, nodeIds: readonly string[]): HostSlot[] {
  const slots: HostSlot[] = [];
  for (const nodeId of nodeIds) {
    const slot = board.hostOfNode(nodeId);
    if (slot !== undefined) slots.push(slot);
  }
  return slots;
}

function hasOpenNode(view: ClusterView, want: PlaceWish, { nodes }: HostView, filters: readonly Filter[]): boolean {
  for (const node of nodes) if (passes(view, want, node, filters)) return true;
  return false;
}

function delaysTo(board: Board, slot: HostSlot, homes: readonly (HostSlot | undefined)[]): number[] {
  const delays: number[] = [];
  for (const home of homes) delays.push(home === undefined ? 0 : board.betweenMs(slot, home));
  return delays;
}

/** As believed; where a move goes, and in mode `single` the site of the room's host, go first, however far they are. */
function sitesInOrder({ order }: Belief, { mode, move }: PlaceWish, held: readonly HostSlot[]): readonly number[] {
  const hasTarget = (move?.toNodeIds.length ?? 0) > 0;
  if ((mode !== 'single' && !hasTarget) || held.length === 0) return order;
  const homes = new Set(held.map((slot) => slot.site));
  return [...homes, ...order.filter((site) => !homes.has(site))];
}

/** Hosts of a site: first who holds the room or seats for it, then all others from a random one on. */
function hostsInOrder(hosts: readonly HostSlot[], held: readonly HostSlot[], rand: () => number): readonly HostSlot[] {
  if (hosts.length < 2) return hosts;
  const order: HostSlot[] = [];
  if (held.length > 0) for (const slot of hosts) if (held.includes(slot)) order.push(slot);
  const start = Math.floor(rand() * hosts.length);
  for (let index = 0; index < hosts.length; index += 1) {
    const at = start + index;
    const slot = hosts[at < hosts.length ? at : at - hosts.length] as HostSlot;
    if (held.length === 0 || !held.includes(slot)) order.push(slot);
  }
  return order;
}
