// Proposes the hosts that a decision looks at. Sites are in the order of belief (timed sites first); each site gives
// the hosts that hold the room and a few others from a random start, so that a site of fifty hosts does not always show
// the same eight. A few hosts without a node for this session are kept for the explanation. `place` sees the result and
// nothing else, and the result is stored.
import { isInFence } from '@meridian/protocol';
import type { Belief } from '../../locating/core/ingress/belief.ts';
import { NEARLY_AS_NEAR_MS } from './near.ts';
import type { HostSlot, PlacementIndex } from './placement-index.ts';
import type { Policy } from './policy.ts';
import { passes } from './shortlist.ts';
import { type Sieve, sieveOf } from './sieve.ts';
import type { Approach, ClusterView, HostView, NodeView, PlaceRequest, RoomView } from './view.ts';

/** Limit of hosts of a site: enough for power of two choices among hosts without the room, and the room's own. */
const HOSTS_PER_SITE = 4;
/** Limit of hosts beyond the near ones, in case these refuse, and to explain the alternatives. */
const RUNNERS_UP = 3;
/** Limit of hosts looked at, so that a full continent is passed over in bounded time. */
const LOOKS_MAX = 128;

export interface Proposal {
  readonly placementIndex: PlacementIndex;
  readonly belief: Belief;
  readonly room: RoomView;
  readonly want: PlaceRequest;
  readonly policy: Policy;
  readonly version: number;
  readonly nowMs: number;
}

/** Builds the view of a decision. `rand` is drawn from once per site. */
export function propose(o: Proposal, rand: () => number): ClusterView {
  const { placementIndex, belief, room, want, policy, version, nowMs } = o;
  const approaches: Approach[] = [];
  const view: ClusterView = { version, nowMs, freshShare: placementIndex.freshShare, approaches, room };
  const { memberHosts, leadingHosts, preferredHosts } = whereaboutsOf(placementIndex, room, want);
  const { sites } = placementIndex;
  const { meanMs, sdMs, timed } = belief;
  const sieve = sieveOf(policy.filters, want);
  const order = sitesInOrder(belief, leadingHosts);
  let openHosts = 0;
  let rejectedHosts = 0;
  let hostsLookedAt = 0;
  let runnersUp = 0;
  let nearestMs = Number.POSITIVE_INFINITY;
  let hasTimed = false;
  for (let orderIndex = 0; orderIndex < order.length; orderIndex += 1) {
    const site = order[orderIndex] as number;
    const hosts = sites[site]?.hosts;
    if (hosts === undefined) continue;
    // Hosts outside the fence are skipped once enough are kept for the explanation; otherwise a fleet mostly outside it
    // would use up the looks.
    if (rejectedHosts >= policy.rejectedHostsMax && !isInFence(want.regionPin, sites[site]?.region ?? '')) continue;
    const rttMs = meanMs[site] ?? Number.NaN;
    // A guess beside timed sites is a runner-up, whatever its value.
    const isTimed = timed.has(site);
    const isBeyond = rttMs > nearestMs + NEARLY_AS_NEAR_MS || (hasTimed && !isTimed);
    if (openHosts >= policy.shortlistMax || hostsLookedAt >= LOOKS_MAX || (isBeyond && runnersUp >= RUNNERS_UP)) break;
    const start = hosts.length < 2 ? 0 : Math.floor(rand() * hosts.length);
    let hostsOfSite = 0;
    // First pass: hosts with the room or seats for it, in order. Second pass: all others, from a random start.
    for (let step = preferredHosts.length > 0 ? -hosts.length : 0; step < hosts.length; step += 1) {
      const slot = hosts[step < 0 ? step + hosts.length : (start + step) % hosts.length] as HostSlot;
      if (preferredHosts.length > 0 && preferredHosts.includes(slot) !== step < 0) continue;
      if (hostsOfSite >= HOSTS_PER_SITE || openHosts >= policy.shortlistMax || (isBeyond && runnersUp >= RUNNERS_UP))
        break;
      hostsLookedAt += 1;
      const host = placementIndex.view(slot);
      const isOpen = hasOpenNode(view, want, host, sieve);
      if (!isOpen && rejectedHosts >= policy.rejectedHostsMax) continue;
      if (isOpen) {
        openHosts += 1;
        hostsOfSite += 1;
        if (isBeyond) runnersUp += 1;
        if (isTimed || !hasTimed) nearestMs = Math.min(nearestMs, rttMs);
        if (isTimed) hasTimed = true;
      } else rejectedHosts += 1;
      const toMembersMs = memberHosts.length === 0 ? NO_MEMBERS : delaysTo(placementIndex, slot, memberHosts);
      approaches.push({ host, rttMs, sdMs: sdMs[site] ?? 0, isTimed, toMembersMs });
    }
  }
  return view;
}

const NO_MEMBERS: readonly number[] = [];
interface Whereabouts {
  /** Host of each entry of the room's `members`; undefined: the index does not know the host any more. */
  readonly memberHosts: readonly (HostSlot | undefined)[];
  /** Hosts whose sites are looked at before all other sites, however far they are. */
  readonly leadingHosts: readonly HostSlot[];
  /** Hosts that are looked at before the other hosts of their site. */
  readonly preferredHosts: readonly HostSlot[];
}

const NO_SLOTS: readonly HostSlot[] = [];
const NOWHERE: Whereabouts = { memberHosts: [], leadingHosts: NO_SLOTS, preferredHosts: NO_SLOTS };

/**
 * Returns the hosts to look at early. `ahead`: the targets of a move, otherwise the opener's host and the hosts of a
 * `single` room. `preferredHosts`: these, the hosts that hold the room, and those with seats kept for it.
 */
function whereaboutsOf(
  placementIndex: PlacementIndex,
  { members, holders, reserved }: RoomView,
  { mode, move, opener }: PlaceRequest,
): Whereabouts {
  const isNew = holders.length === 0 && members.length === 0 && reserved === undefined;
  if (isNew && move === undefined && opener === undefined) return NOWHERE;
  const openerSlot = opener === undefined ? undefined : placementIndex.hostOf(opener.hostId);
  const targets = move === undefined ? NO_SLOTS : slotsOf(placementIndex, move.toNodeIds);
  const beside = openerSlot === undefined ? NO_SLOTS : [openerSlot];
  const holding = slotsOf(placementIndex, holders);
  const reservedSlots = reserved === undefined ? NO_SLOTS : slotsOf(placementIndex, reserved.map(nodeIdOf));
  const memberHosts = members.map(({ hostId }) => placementIndex.hostOf(hostId));
  const roomFirstSlots = mode === 'single' ? concatenated(beside, holding) : beside;
  const leadingHosts = targets.length > 0 ? targets : roomFirstSlots;
  return {
    memberHosts,
    leadingHosts,
    preferredHosts: concatenated(concatenated(targets, beside), concatenated(holding, reservedSlots)),
  };
}

const nodeIdOf = ({ nodeId }: { readonly nodeId: string }): string => nodeId;
/** Returns both lists as one; makes no new list when one of them is empty, as is usual. */
function concatenated(a: readonly HostSlot[], b: readonly HostSlot[]): readonly HostSlot[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...a, ...b];
}

function slotsOf(placementIndex: PlacementIndex, nodeIds: readonly string[]): HostSlot[] {
  const slots: HostSlot[] = [];
  for (let index = 0; index < nodeIds.length; index += 1) {
    const slot = placementIndex.hostOfNode(nodeIds[index] as string);
    if (slot !== undefined) slots.push(slot);
  }
  return slots;
}

function hasOpenNode(view: ClusterView, want: PlaceRequest, { nodes }: HostView, sieve: Sieve): boolean {
  for (let index = 0; index < nodes.length; index += 1) {
    if (passes(view, want, nodes[index] as NodeView, sieve)) return true;
  }
  return false;
}

function delaysTo(placementIndex: PlacementIndex, slot: HostSlot, homes: readonly (HostSlot | undefined)[]): number[] {
  const [only] = homes;
  // Most rooms are on a single host.
  if (homes.length === 1) return [delayTo(placementIndex, slot, only)];
  return homes.map((home) => delayTo(placementIndex, slot, home));
}

function delayTo(placementIndex: PlacementIndex, slot: HostSlot, home: HostSlot | undefined): number {
  return home === undefined ? 0 : placementIndex.betweenMs(slot, home);
}

/** Returns the sites of `ahead`, then the others in the order of belief. */
function sitesInOrder({ order }: Belief, ahead: readonly HostSlot[]): readonly number[] {
  if (ahead.length === 0) return order;
  const sites = new Set(ahead.map((slot) => slot.site));
  return [...sites, ...order.filter((site) => !sites.has(site))];
}
