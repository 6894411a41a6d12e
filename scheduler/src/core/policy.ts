// Every number and every rule of placement in one literal. Filters in order of cheapness and of what is most worth saying first;
// weights add up to 1, so a total is 0..100 and one point of it is 5 ms of round trip (geography: 4 ms a point, weight 0.8).
import { limits } from '@meridian/protocol';
import { alive } from './filters/alive.ts';
import { avoidList } from './filters/avoid-list.ts';
import { capacity } from './filters/capacity.ts';
import { honest } from './filters/honest.ts';
import { notDraining } from './filters/not-draining.ts';
import { regionPin } from './filters/region-pin.ts';
import { version } from './filters/version.ts';
import type { Filter, Score } from './rules.ts';
import { geography } from './scores/geography.ts';
import { load } from './scores/load.ts';
import { roomAffinity } from './scores/room-affinity.ts';

export interface Policy {
  readonly filters: readonly Filter[];
  readonly scores: readonly { readonly rule: Score; readonly weight: number }[];
  readonly shortlistMax: number; // hosts that are scored
  readonly rejectionsMax: number; // rows kept for the explanation, nearest first
  readonly nearEqualPoints: number; // hosts within this of the best total are drawn from by power of two choices
}

export const policy: Policy = {
  filters: [regionPin, avoidList, alive, honest, notDraining, version, capacity],
  scores: [
    { rule: geography, weight: 0.8 },
    { rule: load, weight: 0.15 }, // a full host is worth 75 ms less: never enough to leave the continent
    { rule: roomAffinity, weight: 0.05 }, // above nearEqualPoints, below anything geography says across regions
  ],
  shortlistMax: limits.shortlistMax,
  rejectionsMax: 32,
  nearEqualPoints: 1, // 5 ms
};
