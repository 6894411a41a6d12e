// From which node a puller takes a track (dynamic back-to-source, research of the field: HERMES, VIA; the numbers are
// starting points).
//
// Case 1, candidates are the origin and every carrier that serves, whose chain of pulls ends at the origin, and within
//         which the puller does not occur: a loop cannot come about. `depthMax` pulls at most lie between origin and
//         puller, and the path over the carriers is at most `detourMsMax` longer than the direct one.
// Case 2, of several: one of the puller's host (the copy over the ocean is paid for), else of its region, else any;
//         among these the shortest path, then the fewest pulls, then the lower id, so that every owner answers alike.
// Case 3, a carrier that serves `fanOutMax` nodes already is passed over while there is another.
// Case 4, none is left: any other carrier with a sound chain, else the origin, whatever it costs.
// Case 5, the room has a fence: carriers outside it are none. Without an origin inside there is nothing to pull from.
import { isInFence, limits } from '@meridian/protocol';

/** Of one track: which nodes carry it beside its origin, and from which node each got it. */
export type Carriers = ReadonlyMap<string, string>;

export interface CarrierRequest {
  readonly puller: string;
  readonly origin: string;
  readonly carriers: Carriers;
  /** Host and region of a node; undefined when the fleet does not know it (any more). */
  placeOf(nodeId: string): { readonly hostId: string; readonly region: string } | undefined;
  /** Of the room. */
  readonly fence: string;
  /** In the room, alive and not draining. */
  serves(nodeId: string): boolean;
  /** One way from node to node, measured or estimated. */
  delayMs(from: string, to: string): number;
  /** How many nodes pull the track from a node, or were granted to. */
  pullersOf(nodeId: string): number;
  /** Nodes that have just failed the puller. */
  readonly avoid: ReadonlySet<string>;
}

export const carrierRules = {
  depthMax: 3, // each pull adds a node's work and a chance to fail
  detourMsMax: 30, // about what people do not notice in a conversation
  fanOutMax: 8, // a node that feeds more has less for its own people
} as const;

/**
 * Nodes that one node was allowed to pull one track from: its origin, and carriers of its host. Beyond it the node is
 * not a carrier to others.
 */
const grantedFromMax = 64;
/** Longest chain of pulls that is followed. */
const chainMax = 16;

interface Candidate {
  readonly nodeId: string;
  readonly depth: number;
  readonly tier: number;
  readonly totalMs: number;
  readonly full: boolean;
}

/** Undefined when the origin, or the puller itself, is outside the room's fence. */
export function chooseCarrier(request: CarrierRequest): string | undefined {
  const { puller, origin } = request;
  if (!isInside(request, puller) || !isInside(request, origin)) return undefined;
  if (puller === origin || request.placeOf(puller) === undefined) return origin;
  const directMs = request.delayMs(origin, puller);
  const sound = [origin, ...request.carriers.keys()]
    .flatMap((nodeId) => candidateOf(request, nodeId) ?? [])
    .sort(better);
  const near = sound.filter(
    ({ nodeId, totalMs }) => nodeId === origin || totalMs <= directMs + carrierRules.detourMsMax,
  );
  return (near.find(({ full }) => !full) ?? near[0] ?? sound[0])?.nodeId ?? origin;
}

function candidateOf(request: CarrierRequest, nodeId: string): Candidate | undefined {
  const { puller, origin, carriers } = request;
  if (request.avoid.has(nodeId) || (nodeId !== origin && !request.serves(nodeId))) return undefined;
  const chain = chainOf(carriers, nodeId, origin);
  if (chain?.some((at) => !isInside(request, at))) return undefined;
  if (chain === undefined || chain.includes(puller) || chain.length > carrierRules.depthMax) return undefined;
  let totalMs = request.delayMs(nodeId, puller);
  for (const [index, at] of chain.slice(0, -1).entries()) totalMs += request.delayMs(chain[index + 1] ?? origin, at);
  const [here, there] = [request.placeOf(puller), request.placeOf(nodeId)];
  const tier = there === undefined ? 2 : there.hostId === here?.hostId ? 0 : there.region === here?.region ? 1 : 2;
  return { nodeId, depth: chain.length, tier, totalMs, full: request.pullersOf(nodeId) >= carrierRules.fanOutMax };
}

/** A node that the fleet does not know is inside no fence. */
const isInside = ({ fence, placeOf }: Pick<CarrierRequest, 'fence' | 'placeOf'>, nodeId: string): boolean =>
  isInFence(fence, placeOf(nodeId)?.region ?? '');

const better = (a: Candidate, b: Candidate): number =>
  a.tier - b.tier || a.totalMs - b.totalMs || a.depth - b.depth || (a.nodeId < b.nodeId ? -1 : 1);

/** From a carrier up to the origin, both included; undefined when the chain breaks off or goes round in a circle. */
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
 * Carriers deeper than allowed, the deepest first: two pulls were granted at the same time, and the upper one came to
 * hang lower than it was. They are to be moved up; a carrier cannot move before those below it have.
 */
export function tooDeep(carriers: Carriers, origin: string): string[] {
  const depthOf = (nodeId: string): number => (chainOf(carriers, nodeId, origin)?.length ?? 1) - 1;
  return [...carriers.keys()]
    .filter((nodeId) => depthOf(nodeId) > carrierRules.depthMax)
    .sort((a, b) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1));
}

/**
 * Which nodes carry which track of a room. A node is believed that it carries a track, and from which node it has it,
 * when the owner has granted it just that pull: no node becomes a carrier by saying so. Bounded by the tracks of the
 * room and the nodes of the fleet.
 */
export class CarrierBook {
  readonly #byTrack = new Map<string, Map<string, string>>();
  readonly #granted = new Map<string, Map<string, Set<string>>>(); // track id -> puller -> serving nodes
  readonly #pullers = new Map<string, Map<string, string>>(); // track id -> puller -> the node it was granted last

  of(trackId: string): Carriers {
    return this.#byTrack.get(trackId) ?? new Map();
  }

  /** All that is carried: a node that has a track, and from which other. */
  *paths(): Iterable<{ readonly trackId: string; readonly nodeId: string; readonly fromNodeId: string }> {
    for (const [trackId, carriers] of this.#byTrack)
      for (const [nodeId, fromNodeId] of carriers) yield { trackId, nodeId, fromNodeId };
  }

  /** The owner lets a node pull a track from another. */
  granted(trackId: string, puller: string, serving: string): void {
    const pullers = this.#granted.get(trackId) ?? new Map<string, Set<string>>();
    const from = pullers.get(puller) ?? new Set<string>();
    if (!pullers.has(puller) && pullers.size >= limits.nodesMax) return;
    if (from.size < grantedFromMax) from.add(serving);
    this.#granted.set(trackId, pullers.set(puller, from));
    this.#pullers.set(trackId, (this.#pullers.get(trackId) ?? new Map<string, string>()).set(puller, serving));
  }

  /**
   * How many nodes pull a track from a node, or were granted to, `except` one; of those in the room, where that is
   * said: one that died says nothing.
   */
  pullersOf(trackId: string, nodeId: string, except: string, inRoom?: ReadonlySet<string>): number {
    const servedTo = new Set<string>();
    for (const map of [this.#byTrack.get(trackId), this.#pullers.get(trackId)])
      for (const [puller, serving] of map ?? [])
        if (serving === nodeId && puller !== except && inRoom?.has(puller) !== false) servedTo.add(puller);
    return servedTo.size;
  }

  /**
   * Nodes that get a track through this one, or may soon: by the pulls that they were granted last. Two nodes whose
   * carrier fails at the same time would else be sent to each other.
   */
  below(trackId: string, nodeId: string): string[] {
    const pullers = this.#pullers.get(trackId) ?? new Map<string, string>();
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

  /** A node says that it carries a track, or no more. False: it was granted no such pull, nothing changes. */
  said(trackId: string, nodeId: string, o: { carries: boolean; fromNodeId: string }): boolean {
    if (!o.carries) this.#drop(trackId, nodeId, o.fromNodeId);
    else if (this.of(trackId).get(nodeId) === o.fromNodeId) return true;
    else if (this.#granted.get(trackId)?.get(nodeId)?.has(o.fromNodeId) !== true) return false;
    else this.#put(trackId, nodeId, o.fromNodeId);
    return true;
  }

  /**
   * For a new owner, which has granted nothing yet: the carriers of a track by the word of the nodes that serve it,
   * from its origin on. Each of them has checked the grant of an owner before; what a node says of itself does not
   * count. `servedBy`: the pullers that a node names.
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

  /** The track has another origin: no node carries it from there yet. Answers the nodes that carried it. */
  restart(trackId: string): string[] {
    const carried = [...this.of(trackId).keys()];
    this.forget(trackId);
    return carried;
  }

  forget(trackId: string): void {
    this.#byTrack.delete(trackId);
    this.#granted.delete(trackId);
    this.#pullers.delete(trackId);
  }

  #put(trackId: string, nodeId: string, fromNodeId: string): void {
    const carriers = this.#byTrack.get(trackId) ?? new Map<string, string>();
    if (carriers.size >= limits.nodesMax && !carriers.has(nodeId)) return;
    this.#byTrack.set(trackId, carriers.set(nodeId, fromNodeId));
  }

  /** A word about an earlier pull does not end what is pulled from elsewhere since. */
  #drop(trackId: string, nodeId: string, fromNodeId: string): void {
    const carriers = this.#byTrack.get(trackId);
    if (fromNodeId === '' || carriers?.get(nodeId) === fromNodeId) carriers?.delete(nodeId);
    if (carriers?.size === 0) this.#byTrack.delete(trackId);
    const pullers = this.#pullers.get(trackId);
    if (pullers?.get(nodeId) === fromNodeId) pullers.delete(nodeId);
  }
}
