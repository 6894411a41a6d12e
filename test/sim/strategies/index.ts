import { ours } from './ours.ts';
import { edumeetGeo, jicofoRegion, livekitRegionaware, nearestDirect, nearestRelay, randomInRegion } from './rivals.ts';
import type { Strategy } from './strategy.ts';

/** All strategies, in the order of the output. */
export const strategies: readonly Strategy[] = [
  ours,
  randomInRegion,
  nearestDirect,
  nearestRelay,
  livekitRegionaware,
  jicofoRegion,
  edumeetGeo,
];
