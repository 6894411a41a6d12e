// Every rule of placement, its weight and its order in one literal; what a rule is made of stands in its file (scores/,
// filters/), what counts as near in near.ts, how delay is felt in felt-delay.ts. Filters in order of cheapness and of
// what is most worth saying first; weights add up to 1, so a total is 0..100. The scores are made so that the order of
// totals is: near before far, among near ones free before busy, then the least delay to the room, then hosts that hold
// the room (a test holds this for random views).
import { limits } from '@meridian/protocol';
import { alive } from './filters/alive.ts';
import { avoidList } from './filters/avoid-list.ts';
import { capacity, degradedCapacity } from './filters/capacity.ts';
import { honest } from './filters/honest.ts';
import { moveTarget } from './filters/move-target.ts';
import { notDraining } from './filters/not-draining.ts';
import { onHost } from './filters/on-host.ts';
import { regionPin } from './filters/region-pin.ts';
import { reserved } from './filters/reserved.ts';
import { slowStart } from './filters/slow-start.ts';
import { version } from './filters/version.ts';
import type { Filter, Score } from './rules.ts';
import { access } from './scores/access.ts';
import { load } from './scores/load.ts';
import { room } from './scores/room.ts';

export interface Policy {
  readonly filters: readonly Filter[];
  /** The same where every other host refuses: a node that has just come takes all it can. */
  readonly lastFilters: readonly Filter[];
  /** The same for a fleet without a free host. */
  readonly degradedFilters: readonly Filter[];
  readonly scores: readonly { readonly rule: Score; readonly weight: number }[];
  readonly shortlistMax: number; // hosts that are scored
  readonly rejectedHostsMax: number; // hosts kept for the explanation although no node of them may take the session
  readonly nearEqualPoints: number; // hosts within this of the best total are drawn from by power of two choices
}

const before = [regionPin, moveTarget, onHost, avoidList, alive, honest, notDraining, version];

export const policy: Policy = {
  filters: [...before, capacity, reserved, slowStart],
  lastFilters: [...before, capacity, reserved],
  degradedFilters: [...before, degradedCapacity, reserved],
  scores: [
    { rule: access, weight: 0.68 },
    { rule: room, weight: 0.16 },
    { rule: load, weight: 0.16 },
  ],
  shortlistMax: limits.shortlistMax,
  rejectedHostsMax: 8,
  nearEqualPoints: 0.05, // 0.3 ms of delay to the room
};
