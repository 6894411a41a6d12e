// The first host of a session. Nearest by belief, because choosing for the room's sake alone is worse than that when people join one by one
// (measured: greedy joint choice 93.4 ms, nearest 85.2); but of sites that are nearly as near, the one best for who is already there.
// 1. Sites with an open host, timed ones only if there is any. 2. Those within 8 ms of the nearest, without the busy ones if that leaves any.
// 3. The least sum of delays to the members. 4. In the site: the host that holds the room, unless it is busy, else power of two choices.
import { assert } from '@meridian/protocol';
import { feltMs, type RoomPaths } from '../rehome.ts';
import type { AccessBelief } from './belief.ts';

export interface HostState {
  readonly site: number;
  /** Charged + reported share of its slow-start capacity. */
  readonly utilisation: number;
  /** May take a session: alive, not draining, inside the tenant's fence, not full. */
  readonly isOpen: boolean;
}

export interface FirstPick {
  readonly belief: AccessBelief;
  readonly timed: ReadonlySet<number>;
  readonly hosts: readonly HostState[];
  readonly paths: RoomPaths;
  /** Members already in the room: where, and their round trip to there. */
  readonly members: readonly { readonly host: number; readonly accessRttMs: number }[];
}

/** Under the 10 ms from which on a first pick counts as wrong, with room for the timing's own error. */
export const NEARLY_AS_NEAR_MS = 8;
/** From here on a host is left for the next one where that costs nothing: what is left is for members of its own rooms. */
export const BUSY_UTILISATION = 0.75;

/** Index of the host to take; undefined: none is open. At most two numbers are drawn from `rand`. */
export function firstPick(pick: FirstPick, rand: () => number): number | undefined {
  const bySite = new Map<number, number[]>();
  for (const [index, host] of pick.hosts.entries()) {
    if (!host.isOpen) continue;
    const list = bySite.get(host.site);
    if (list === undefined) bySite.set(host.site, [index]);
    else list.push(index);
  }
  const open = [...bySite.keys()];
  const timed = open.filter((site) => pick.timed.has(site));
  const sites = timed.length > 0 ? timed : open;
  const meanMs = (site: number): number => pick.belief.meanMs[site] ?? Number.POSITIVE_INFINITY;
  const nearestMs = Math.min(...sites.map(meanMs));
  const near = sites.filter((site) => meanMs(site) <= nearestMs + NEARLY_AS_NEAR_MS);
  const free = near.filter((site) => (bySite.get(site) ?? []).some((index) => !isBusy(pick, index)));
  const candidates = (free.length > 0 ? free : near).map((site) => {
    const hosts = bySite.get(site) ?? [];
    const holders = hosts.filter(
      (index) => pick.members.some((member) => member.host === index) && !isBusy(pick, index),
    );
    return { hosts: holders.length > 0 ? holders : hosts, meanMs: meanMs(site) };
  });
  const best = candidates.reduce<{ hosts: number[]; totalMs: number } | undefined>((least, { hosts, meanMs }) => {
    const totalMs = delayToMembers(pick, hosts[0], meanMs);
    return least === undefined || totalMs < least.totalMs ? { hosts, totalMs } : least;
  }, undefined);
  return best === undefined ? undefined : powerOfTwo(pick, best.hosts, rand);
}

const isBusy = (pick: FirstPick, index: number): boolean => (pick.hosts[index]?.utilisation ?? 1) >= BUSY_UTILISATION;

/** Delay from the newcomer to all members together, as it is felt; to nobody: the way to the host. */
function delayToMembers({ paths, members }: FirstPick, host: number | undefined, meanMs: number): number {
  assert(host !== undefined, 'a site with an open host has one');
  if (members.length === 0) return meanMs / 2;
  return members.reduce((totalMs, member) => {
    const betweenMs = paths.delayMs[host * paths.hosts + member.host] ?? 0;
    return totalMs + feltMs((meanMs + member.accessRttMs) / 2 + betweenMs);
  }, 0);
}

/** Two drawn at random, the less used one wins (Mitzenmacher): never the least used of all on figures that may be old. */
function powerOfTwo(pick: FirstPick, hosts: readonly number[], rand: () => number): number {
  const first = Math.floor(rand() * hosts.length);
  const offset = hosts.length > 1 ? 1 + Math.floor(rand() * (hosts.length - 1)) : 0;
  const a = hosts[first];
  const b = hosts[(first + offset) % hosts.length];
  assert(a !== undefined && b !== undefined, 'rand() is within [0, 1)');
  return (pick.hosts[b]?.utilisation ?? 1) < (pick.hosts[a]?.utilisation ?? 1) ? b : a;
}
