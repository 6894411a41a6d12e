// Chooses the carrier from which a node (the puller) pulls a track (dynamic back-to-source, from the papers on HERMES
// and VIA; the numbers are starting points). Origin: the media node of the publisher.
//
// Case 1: candidates are the origin and every serving carrier whose chain of pulls ends at the origin without the
//         puller in it, so no loop can arise. At most `depthMax` pulls lie between origin and puller, and the path over
//         the carriers is at most `detourMsMax` longer than the direct path.
// Case 2: a candidate on the puller's host wins (the track has crossed the ocean already), then one of its region.
//         Ties go to the shortest path, then the fewest pulls, then the lower id: every owner decides alike.
// Case 3: a carrier that already serves `fanOutMax` nodes is chosen only if every candidate does.
// Case 4: without a candidate, a carrier whose path is a longer detour is taken, else the origin.
// Case 5: a fence excludes carriers outside its regions; with the origin outside, there is no carrier.
import { isInFence, limits } from '@meridian/protocol';

/** Nodes that carry a track beside its origin, each with the node that it pulls from. */
export type Carriers = ReadonlyMap<string, string>;

export interface CarrierRequest {
  readonly puller: string;
  readonly origin: string;
  readonly carriers: Carriers;
  /** Returns the host and region of a node; undefined when the fleet does not know the node. */
  placeOf(nodeId: string): { readonly hostId: string; readonly region: string } | undefined;
  readonly fence: string;
  /** Returns whether a node is in the room, alive and not draining. */
  serves(nodeId: string): boolean;
  /** Returns the one-way delay between two nodes, measured or estimated. */
  delayMs(from: string, to: string): number;
  /** Returns how many nodes pull the track from a node, or have a grant to do so. */
  pullersOf(nodeId: string): number;
  /** Nodes that have just failed the puller. */
  readonly avoidedNodeIds: ReadonlySet<string>;
}

export const carrierRules = {
  depthMax: 3, // each pull adds a node's work and another chance to fail
  detourMsMax: 30, // people hardly notice this much in a conversation
  fanOutMax: 8, // a node that feeds more has too little left for its own people
} as const;

/** Granted serving nodes remembered for each puller of a track; after a pull from any other it is no carrier. */
const grantedFromMax = 64;
/** Longest chain of pulls that is followed. */
const chainMax = 16;

interface Candidate {
  readonly nodeId: string;
  readonly depth: number;
  readonly tier: number;
  readonly totalMs: number;
  readonly isFull: boolean;
}

/** Returns the node to pull from; undefined when the origin or the puller is outside the room's fence. */
export function chooseCarrier(request: CarrierRequest): string | undefined {
  const { puller, origin } = request;
  if (!isInside(request, puller) || !isInside(request, origin)) return undefined;
  if (puller === origin || request.placeOf(puller) === undefined) return origin;
  const directMs = request.delayMs(origin, puller);
  const usable = [origin, ...request.carriers.keys()]
    .flatMap((nodeId) => candidateOf(request, nodeId) ?? [])
    .sort(comparePreference);
  const near = usable.filter(
    ({ nodeId, totalMs }) => nodeId === origin || totalMs <= directMs + carrierRules.detourMsMax,
  );
  return (near.find(({ isFull }) => !isFull) ?? near[0] ?? usable[0])?.nodeId ?? origin;
}

function candidateOf(request: CarrierRequest, nodeId: string): Candidate | undefined {
  const { puller, origin, carriers } = request;
  if (request.avoidedNodeIds.has(nodeId) || (nodeId !== origin && !request.serves(nodeId))) return undefined;
  const chain = chainOf(carriers, nodeId, origin);
  if (chain?.some((at) => !isInside(request, at))) return undefined;
  if (chain === undefined || chain.includes(puller) || chain.length > carrierRules.depthMax) return undefined;
  let totalMs = request.delayMs(nodeId, puller);
  for (const [index, at] of chain.slice(0, -1).entries()) totalMs += request.delayMs(chain[index + 1] ?? origin, at);
  const [here, there] = [request.placeOf(puller), request.placeOf(nodeId)];
  const tier = there === undefined ? 2 : there.hostId === here?.hostId ? 0 : there.region === here?.region ? 1 : 2;
  return { nodeId, depth: chain.length, tier, totalMs, isFull: request.pullersOf(nodeId) >= carrierRules.fanOutMax };
}

/** Returns whether a node is inside the fence; a node that the fleet does not know is outside every fence. */
const isInside = ({ fence, placeOf }: Pick<CarrierRequest, 'fence' | 'placeOf'>, nodeId: string): boolean =>
  isInFence(fence, placeOf(nodeId)?.region ?? '');

const comparePreference = (a: Candidate, b: Candidate): number =>
  a.tier - b.tier || a.totalMs - b.totalMs || a.depth - b.depth || (a.nodeId < b.nodeId ? -1 : 1);

/** Returns the nodes from a carrier up to the origin, inclusive; undefined when the chain breaks off or has a loop. */
export function chainOf(carriers: Carriers, nodeId: string, origin: string): string[] | undefined {
  const chain = [nodeId];
  for (let at = nodeId; at !== origin; chain.push(at)) {
    const from = carriers.get(at);
    if (from === undefined || chain.includes(from) || chain.length >= chainMax) return undefined;
    at = from;
  }
  return chain;
}

/**
 * Returns carriers deeper than allowed, the deepest first. They come about when two pulls are granted at the same time
 * and the upper carrier ends up lower than before. A carrier can move up only after the nodes below it.
 */
export function carriersTooDeep(carriers: Carriers, origin: string): string[] {
  const depthOf = (nodeId: string): number => (chainOf(carriers, nodeId, origin)?.length ?? 1) - 1;
  return [...carriers.keys()]
    .filter((nodeId) => depthOf(nodeId) > carrierRules.depthMax)
    .sort((a, b) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1));
}

/**
 * Nodes that carry each track of a room. A node counts as a carrier only of a pull that the owner has granted, never by
 * its own claim. Bounded by the tracks of the room and the nodes of the fleet.
 */
export class TrackCarriers {
  readonly #byTrack = new Map<string, Map<string, string>>();
  readonly #granted = new Map<string, Map<string, Set<string>>>(); // track id -> puller -> serving nodes
  readonly #latestGrants = new Map<string, Map<string, string>>(); // track id -> puller -> node of its latest grant

  carriersOf(trackId: string): Carriers {
    return this.#byTrack.get(trackId) ?? new Map();
  }

  /** Yields every carried track with its carrier and the node that the carrier pulls from. */
  *paths(): Iterable<{ readonly trackId: string; readonly nodeId: string; readonly fromNodeId: string }> {
    for (const [trackId, carriers] of this.#byTrack)
      for (const [nodeId, fromNodeId] of carriers) yield { trackId, nodeId, fromNodeId };
  }

  /** Records that the owner lets a node pull a track from another. */
  recordGrant(trackId: string, puller: string, serving: string): void {
    const pullers = this.#granted.get(trackId) ?? new Map<string, Set<string>>();
    const from = pullers.get(puller) ?? new Set<string>();
    if (!pullers.has(puller) && pullers.size >= limits.nodesMax) return;
    if (from.size < grantedFromMax) from.add(serving);
    this.#granted.set(trackId, pullers.set(puller, from));
    this.#latestGrants.set(
      trackId,
      (this.#latestGrants.get(trackId) ?? new Map<string, string>()).set(puller, serving),
    );
  }

  /** Returns how many nodes of the room, except one, pull a track from a node or have a grant to. */
  pullersOf(trackId: string, nodeId: string, exceptNodeId: string, roomNodeIds?: ReadonlySet<string>): number {
    const servedTo = new Set<string>();
    for (const map of [this.#byTrack.get(trackId), this.#latestGrants.get(trackId)])
      for (const [puller, serving] of map ?? [])
        if (serving === nodeId && puller !== exceptNodeId && roomNodeIds?.has(puller) !== false) servedTo.add(puller);
    return servedTo.size;
  }

  /**
   * Returns the nodes that get a track through this node, or may soon, by their latest grants. Two nodes whose carrier
   * fails at the same time would otherwise be sent to each other.
   */
  nodesBelow(trackId: string, nodeId: string): string[] {
    const pullers = this.#latestGrants.get(trackId) ?? new Map<string, string>();
    const isBelow = (puller: string): boolean => {
      let at: string | undefined = puller;
      for (let length = 0; at !== undefined && length < chainMax; length += 1) {
        at = pullers.get(at);
        if (at === nodeId) return true;
      }
      return false;
    };
    return [...pullers.keys()].filter(isBelow);
  }

  /** Takes a node's report that it carries a track, or no longer. Returns false if no such pull was granted. */
  takeReport(trackId: string, nodeId: string, o: { carries: boolean; fromNodeId: string }): boolean {
    if (!o.carries) this.#drop(trackId, nodeId, o.fromNodeId);
    else if (this.carriersOf(trackId).get(nodeId) === o.fromNodeId) return true;
    else if (this.#granted.get(trackId)?.get(nodeId)?.has(o.fromNodeId) !== true) return false;
    else this.#put(trackId, nodeId, o.fromNodeId);
    return true;
  }

  /**
   * Restores the carriers of a track for a new owner, which has granted nothing yet, from the reports of the nodes that
   * serve it, beginning at the origin. Each serving node has checked the grant of an earlier owner; a node's claim
   * about itself does not count. `servedBy` returns the pullers that a node names.
   */
  restore(trackId: string, origin: string, servedBy: (nodeId: string) => readonly string[]): void {
    const reached = new Set([origin]);
    for (const nodeId of reached) {
      for (const puller of servedBy(nodeId)) {
        if (reached.has(puller) || reached.size > limits.nodesMax) continue;
        reached.add(puller);
        this.#put(trackId, puller, nodeId);
      }
    }
  }

  /** Forgets the carriers of a track with a new origin, and returns them. */
  restart(trackId: string): string[] {
    const carried = [...this.carriersOf(trackId).keys()];
    this.forget(trackId);
    return carried;
  }

  forget(trackId: string): void {
    this.#byTrack.delete(trackId);
    this.#granted.delete(trackId);
    this.#latestGrants.delete(trackId);
  }

  #put(trackId: string, nodeId: string, fromNodeId: string): void {
    const carriers = this.#byTrack.get(trackId) ?? new Map<string, string>();
    if (carriers.size >= limits.nodesMax && !carriers.has(nodeId)) return;
    this.#byTrack.set(trackId, carriers.set(nodeId, fromNodeId));
  }

  /** Ends a pull, but not when the report is about an earlier pull and the node pulls from elsewhere by now. */
  #drop(trackId: string, nodeId: string, fromNodeId: string): void {
    const carriers = this.#byTrack.get(trackId);
    if (fromNodeId === '' || carriers?.get(nodeId) === fromNodeId) carriers?.delete(nodeId);
    if (carriers?.size === 0) this.#byTrack.delete(trackId);
    const pullers = this.#latestGrants.get(trackId);
    if (pullers?.get(nodeId) === fromNodeId) pullers.delete(nodeId);
  }
}
