// Room epochs of the terms of centres. Each term has its own range, above those of all earlier terms. The nodes keep
// the term as well as the store does: at registration they report the epoch that they have obeyed. So a centre whose
// store was lost never grants a room epoch twice, even when no node holds the room any more and grants of its former
// owner are still valid.
import { limits } from './limits.ts';

/** Further terms share the last range; only a node that lies about its centre gets there. */
const TERMS_MAX = 2 ** 25;

/** Returns the number below all room epochs of a term; 0 for the first term, and without a term. */
export function roomEpochFloor(term: number): number {
  return Math.max(0, Math.min(term, TERMS_MAX) - 1) * limits.roomEpochsPerTerm;
}
