// Where the epochs of a term begin. Each term of a centre draws room epochs from a range of its own, above those of all
// earlier terms. The term is kept by the nodes as well as by the store: they say at registration which they have
// obeyed. So a centre whose store has come back empty grants no epoch a second time, although no node may hold the room
// any more and grants of its former owner are good still.
import { limits } from './limits.ts';

/** Terms beyond it share the last range: only a node that lies about its centre gets there. */
const TERMS_MAX = 2 ** 25;

/** Epochs that a term of a centre grants are above this one; 0 for the first term, and without one. */
export function roomEpochFloor(term: number): number {
  return Math.max(0, Math.min(term, TERMS_MAX) - 1) * limits.roomEpochsPerTerm;
}
