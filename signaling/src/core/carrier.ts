// From which node a puller takes a track: a node of the puller's own host that carries it already (the copy over the ocean is paid for),
// else the node its publisher is attached to. Ties go to the lower id, so that every owner answers alike.
//
// Invariant: the answer never leads back to the puller. A node that itself got the track through the puller is no candidate.
import { limits } from '@meridian/protocol';

/** Of one track: which nodes carry it beside its origin, and from which node each got it. */
export type Carriers = ReadonlyMap<string, string>;

export interface CarrierWish {
  readonly puller: string;
  readonly origin: string;
  readonly carriers: Carriers;
  /** Host of a node; undefined when the fleet does not know it (any more). */
  hostOf(nodeId: string): string | undefined;
  /** In the room, alive and not draining. */
  serves(nodeId: string): boolean;
}

/** Nodes that one node was allowed to pull one track from: its origin, and carriers of its host. Beyond it the node is not a carrier to others. */
const grantedFromMax = 64;
/** Longest chain of pulls that is followed; a real tree is two or three deep. */
const CHAIN_MAX = 16;

export function chooseCarrier(wish: CarrierWish): string {
  if (wish.puller === wish.origin) return wish.origin;
  const host = wish.hostOf(wish.puller);
  if (host === undefined || host === wish.hostOf(wish.origin)) return wish.origin;
  const neighbours = [...wish.carriers.keys()].filter(
    (nodeId) =>
      nodeId !== wish.puller &&
      wish.hostOf(nodeId) === host &&
      wish.serves(nodeId) &&
      !leadsTo(wish.carriers, nodeId, wish.puller),
  );
  return neighbours.sort()[0] ?? wish.origin;
}

/** Whether `nodeId` got the track, directly or not, through `target`. A chain that does not end counts as yes. */
export function leadsTo(carriers: Carriers, nodeId: string, target: string): boolean {
  let at = nodeId;
  for (let depth = 0; depth < CHAIN_MAX; depth += 1) {
    if (at === target) return true;
    const from = carriers.get(at);
    if (from === undefined || from === '') return false;
    at = from;
  }
  return true;
}

/**
 * Which nodes carry which track of a room. A node is believed that it carries a track, and from whom it has it, when the owner has granted it
 * just that pull: nobody becomes a carrier by saying so. Bounded by the tracks of the room and the nodes of the fleet.
 */
export class CarrierBook {
  readonly #byTrack = new Map<string, Map<string, string>>();
  readonly #granted = new Map<string, Map<string, Set<string>>>(); // track id -> puller -> serving nodes

  of(trackId: string): Carriers {
    return this.#byTrack.get(trackId) ?? new Map();
  }

  /** The owner lets a node pull a track from another. */
  granted(trackId: string, puller: string, serving: string): void {
    const pullers = this.#granted.get(trackId) ?? new Map<string, Set<string>>();
    const from = pullers.get(puller) ?? new Set<string>();
    if (!pullers.has(puller) && pullers.size >= limits.nodesMax) return;
    if (from.size < grantedFromMax) from.add(serving);
    this.#granted.set(trackId, pullers.set(puller, from));
  }

  /** A node says that it carries a track, or no more. False: it was granted no such pull, nothing changes. */
  said(trackId: string, nodeId: string, o: { carries: boolean; fromNodeId: string }): boolean {
    if (!o.carries) this.#drop(trackId, nodeId);
    else if (this.#granted.get(trackId)?.get(nodeId)?.has(o.fromNodeId) !== true) return false;
    else this.#put(trackId, nodeId, o.fromNodeId);
    return true;
  }

  /**
   * For a new owner, who has granted nothing yet: who carries a track by the word of those who serve it, from its origin on. Each of them has
   * checked the grant of an owner before; what a node says of itself does not count. `servedBy`: the pullers that a node names.
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

  forget(trackId: string): void {
    this.#byTrack.delete(trackId);
    this.#granted.delete(trackId);
  }

  #put(trackId: string, nodeId: string, fromNodeId: string): void {
    const carriers = this.#byTrack.get(trackId) ?? new Map<string, string>();
    if (carriers.size >= limits.nodesMax && !carriers.has(nodeId)) return;
    this.#byTrack.set(trackId, carriers.set(nodeId, fromNodeId));
  }

  #drop(trackId: string, nodeId: string): void {
    const carriers = this.#byTrack.get(trackId);
    carriers?.delete(nodeId);
    if (carriers?.size === 0) this.#byTrack.delete(trackId);
  }
}
