// From which node a puller takes a track: a node of the puller's own host that carries it already (the copy over the ocean is paid for),
// else the node its publisher is attached to. Ties go to the lower id, so that every owner answers alike.
//
// Invariant: the answer never leads back to the puller. A node that itself got the track through the puller is no candidate.

/** trackId of one track: which node carries it, and from which node each got it ('' at the origin). */
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
    (nodeId) => nodeId !== wish.puller && wish.hostOf(nodeId) === host && wish.serves(nodeId) && !leadsTo(wish.carriers, nodeId, wish.puller),
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
