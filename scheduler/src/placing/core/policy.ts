// Every rule of placement with its weight and order, in a single literal; each rule is defined in its file (scores/,
// filters/), nearness in near.ts, felt delay in felt-delay.ts. Filters are in order of cost and of the importance of
// their reason; weights add up to 1, so a total is 0..100. The scores order totals so: near before far, among near
// hosts free before busy, then the least delay to the room, then hosts that hold the room (a test holds this for random
// views).
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
  /** Filters for the case that every other host refuses: a fresh node then takes its full capacity. */
  readonly lastFilters: readonly Filter[];
  /** Filters for a fleet without a free host. */
  readonly degradedFilters: readonly Filter[];
  readonly scores: readonly { readonly rule: Score; readonly weight: number }[];
  readonly shortlistMax: number; // hosts that are scored
  readonly rejectedHostsMax: number; // hosts kept for the explanation although no node of them may take the session
  readonly nearEqualPoints: number; // hosts within this of the best total enter the power of two choices
}

const commonFilters = [regionPin, moveTarget, onHost, avoidList, alive, honest, notDraining, version];

export const policy: Policy = {
  filters: [...commonFilters, capacity, reserved, slowStart],
  lastFilters: [...commonFilters, capacity, reserved],
  degradedFilters: [...commonFilters, degradedCapacity, reserved],
  scores: [
    { rule: access, weight: 0.68 },
    { rule: room, weight: 0.16 },
    { rule: load, weight: 0.16 },
  ],
  shortlistMax: limits.shortlistMax,
  rejectedHostsMax: 8,
  nearEqualPoints: 0.05, // 0.3 ms of delay to the room
};
