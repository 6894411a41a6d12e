import { hindsight } from './hindsight.ts';
import { neverMove, ours } from './ours.ts';
import {
  edumeetGeo,
  jicofoCity,
  jicofoRegion,
  livekitRegionaware,
  nearestDirect,
  nearestRelay,
  nearestRelayMoves,
  randomInRegion,
} from './rivals.ts';
import type { Strategy } from './strategy.ts';

/** All strategies, in the order of the output. */
export const strategies: readonly Strategy[] = [
  ours,
  neverMove,
  randomInRegion,
  nearestDirect,
  nearestRelay,
  nearestRelayMoves,
  livekitRegionaware,
  jicofoRegion,
  jicofoCity,
  edumeetGeo,
  hindsight,
];
