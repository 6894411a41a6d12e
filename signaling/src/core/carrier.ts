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
  /** Alive and not draining. */
  serves(nodeId: string): boolean;
}

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

/** What the nodes of a room have said about who carries what. Bounded by the tracks of the room and the nodes of the fleet. */
export class CarrierBook {
  readonly #byTrack = new Map<string, Map<string, string>>();

  of(trackId: string): Carriers {
    return this.#byTrack.get(trackId) ?? new Map();
  }

  changed(trackId: string, nodeId: string, fromNodeId: string | undefined): void {
    const carriers = this.#byTrack.get(trackId) ?? new Map<string, string>();
    if (fromNodeId !== undefined && (carriers.size < limits.nodesMax || carriers.has(nodeId)))
      carriers.set(nodeId, fromNodeId);
    else carriers.delete(nodeId);
    if (carriers.size > 0) this.#byTrack.set(trackId, carriers);
    else this.#byTrack.delete(trackId);
  }

  forget(trackId: string): void {
    this.#byTrack.delete(trackId);
  }
}
