// The index at work: which hosts a decision looks at. Sites in the order of belief (timed ones first), of a site who holds the room and a few
// others from a random place on, so that a site of fifty hosts does not always show the same eight. Hosts without a node for this session
// are kept for the explanation, a few of them. What comes out is all that `place` sees and all that is stored.
import type { Board, HostSlot, SiteSlot } from './board.ts';
import type { Belief } from './ingress/belief.ts';
import { NEARLY_AS_NEAR_MS } from './near.ts';
import type { Policy } from './policy.ts';
import type { Approach, ClusterView, PlaceWish, RoomView } from './view.ts';

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
  const homes = room.members.map(({ hostId }) => board.hostOf(hostId));
  const held = room.holders.map((nodeId) => board.hostOfNode(nodeId));
  let [open, shut, looks, beyond] = [0, 0, 0, 0];
  let nearestMs = Number.POSITIVE_INFINITY;
  let hasTimed = false;
  for (const site of sitesInOrder(belief, want, held)) {
    const place = board.sites[site];
    if (place === undefined) continue;
    const rttMs = belief.meanMs[site] ?? Number.NaN;
    // A guess beside timed sites is a runner-up, whatever it says.
    const isTimed = belief.timed.has(site);
    const isBeyond = rttMs > nearestMs + NEARLY_AS_NEAR_MS || (hasTimed && !isTimed);
    if (open >= policy.shortlistMax || looks >= LOOKS_MAX || (isBeyond && beyond >= RUNNERS_UP)) break;
    let ofSite = 0;
    for (const slot of hostsOf(place, held, rand)) {
      if (ofSite >= HOSTS_PER_SITE || open >= policy.shortlistMax || (isBeyond && beyond >= RUNNERS_UP)) break;
      looks += 1;
      const host = board.view(slot);
      const isOpen = host.nodes.some((node) =>
        policy.filters.every((filter) => filter.reject(view, want, node) === undefined),
      );
      if (!isOpen && shut >= policy.rejectedHostsMax) continue;
      if (isOpen) {
        open += 1;
        ofSite += 1;
        if (isBeyond) beyond += 1;
        if (isTimed || !hasTimed) nearestMs = Math.min(nearestMs, rttMs);
        if (isTimed) hasTimed = true;
      } else shut += 1;
      approaches.push({
        host,
        rttMs,
        sdMs: belief.sdMs[site] ?? 0,
        isTimed,
        toMembersMs: homes.map((home) => (home === undefined ? 0 : board.betweenMs(slot, home))),
      });
    }
  }
  return view;
}

/** As believed; in mode `single` the site of the room's host goes first, however far it is. */
function sitesInOrder(
  { order }: Belief,
  { mode }: PlaceWish,
  held: readonly (HostSlot | undefined)[],
): readonly number[] {
  if (mode !== 'single' || held.length === 0) return order;
  const homes = new Set(held.map((slot) => slot?.site ?? -1));
  return [...homes, ...order.filter((site) => !homes.has(site))];
}

/** Hosts of a site: first who holds the room, then all others from a random one on. */
function* hostsOf(site: SiteSlot, held: readonly (HostSlot | undefined)[], rand: () => number): Generator<HostSlot> {
  const { hosts } = site;
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) {
    yield only;
    return;
  }
  for (const slot of hosts) if (held.includes(slot)) yield slot;
  const start = Math.floor(rand() * hosts.length);
  for (let index = 0; index < hosts.length; index += 1) {
    const slot = hosts[(start + index) % hosts.length];
    if (slot !== undefined && !held.includes(slot)) yield slot;
  }
}
