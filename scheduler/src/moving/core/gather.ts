// Placement of the members after a change of mode. `single`: all to a single host, one that has the room already unless
// another is much nearer to all. `direct` and `relay`: a member far from its host goes to a near ingress; the others
// stay, so that a change back and forth moves no member twice.
import { NEARLY_AS_NEAR_MS } from '../../placing/core/near.ts';
import { ROOM_MOVE_GAIN_MS_MIN, type RoomMember } from './gains.ts';

/**
 * Returns the host for all: the best of those that have the room, or the best of those that every member has timed when
 * it gains as much as a `single` room's move must. When no host with the room is open: the best of all. A host that
 * already has all members needs no more capacity, so it counts as open while they may stay: none of them is at a
 * drained node.
 */
export function gatheringHost(
  members: readonly RoomMember[],
  hosts: number,
  isOpen: (host: number) => boolean,
  mayStay: boolean,
): number | undefined {
  const present = new Set(members.map(({ host }) => host));
  const hasAll = (host: number): boolean => present.size === 1 && present.has(host);
  const meanMs = (host: number): number => members.reduce((sum, one) => sum + msTo(one, host), 0) / members.length;
  const openHosts = Array.from({ length: hosts }, (_, host) => host)
    .filter((host) => isOpen(host) || (mayStay && hasAll(host)))
    .map((host) => ({ host, ms: meanMs(host) }))
    .sort((a, b) => a.ms - b.ms || a.host - b.host);
  const home = openHosts.find(({ host }) => present.has(host));
  if (home === undefined) return openHosts[0]?.host;
  const timed = openHosts.find(({ host }) => members.every(({ isTimed }) => isTimed(host)));
  return timed !== undefined && home.ms - timed.ms >= ROOM_MOVE_GAIN_MS_MIN ? timed.host : home.host;
}

/** Whether another open host is much nearer: among timed hosts when there are any, otherwise by belief. */
export function isFar(member: RoomMember, hosts: number, isOpen: (host: number) => boolean): boolean {
  let [nearestMs, hasTimed] = [Number.POSITIVE_INFINITY, false];
  for (let host = 0; host < hosts; host += 1) {
    if (!isOpen(host) && host !== member.host) continue;
    const isTimed = member.isTimed(host);
    if (hasTimed && !isTimed) continue;
    if (isTimed && !hasTimed) [nearestMs, hasTimed] = [Number.POSITIVE_INFINITY, true];
    nearestMs = Math.min(nearestMs, msTo(member, host));
  }
  return msTo(member, member.host) > nearestMs + NEARLY_AS_NEAR_MS;
}

const msTo = ({ accessRttMs }: RoomMember, host: number): number => accessRttMs[host] ?? Number.POSITIVE_INFINITY;
