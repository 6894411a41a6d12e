// Delay inside a room: between hosts, and as people feel it.
import { assert } from '@meridian/protocol';

/** One-way delays between hosts, each the mean of both directions with both SFUs; a host to itself: one SFU. */
export interface RoomPaths {
  readonly hosts: number;
  readonly delayMs: Float64Array;
}

export const SFU_MS = 1;
const LATE_MS = 140;
/** Extra weight of each millisecond above LATE_MS. */
const LATE_WEIGHT = 1.75;

/**
 * Returns the one-way delay as it is felt. Up to 150 ms (ITU-T G.114) delay hardly disturbs, above it conversation
 * suffers more with every ms (E-model, G.107: more than five times as much), so ms above the line count nearly three
 * times: enough to prefer a room without late pairs, too little to ruin the mean for a single pair. The line is 10 ms
 * early, because the belief of an access delay varies by that much.
 */
export function feltMs(onewayMs: number): number {
  return onewayMs + LATE_WEIGHT * Math.max(0, onewayMs - LATE_MS);
}

/** Takes one-way path costs (from × hosts + to, relays included) and adds the SFU at each end. */
export function roomPaths(hosts: number, pathMs: Float64Array): RoomPaths {
  assert(pathMs.length === hosts * hosts, `${pathMs.length} paths between ${hosts} hosts`);
  const delayMs = new Float64Array(hosts * hosts);
  for (let a = 0; a < hosts; a += 1) {
    for (let b = 0; b < hosts; b += 1) {
      const bothMs = (pathMs[a * hosts + b] ?? 0) + (pathMs[b * hosts + a] ?? 0);
      delayMs[a * hosts + b] = a === b ? SFU_MS : bothMs / 2 + 2 * SFU_MS;
    }
  }
  return { hosts, delayMs };
}
