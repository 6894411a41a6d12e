import { nearestRelay, nearestRelayMoves } from './nearest.ts';
import { neverMove, ours } from './ours.ts';
import type { Strategy } from './strategy.ts';

/** Ours, and what it is measured against, in the order of the output. */
export const strategies: readonly Strategy[] = [ours, neverMove, nearestRelay, nearestRelayMoves];
