// Gain of a room when a participant, or several of the same host, move to another host. The nearest ingress for each
// participant is not the room's optimum: two people of one country may do better on a third country's host. Access to a
// host that no client of the prefix has timed is a guess, and the best of many guesses is an overestimate (the winner's
// curse). So `timingsWanted` names the guesses that may turn out best, their participants time them, and gains count
// only between two timed hosts. The centre and the simulator both use this code. Hosts are the caller's numbers:
// machines in the simulator, sites in the centre.
import { limits } from '@meridian/protocol';
import { feltMs, type RoomPaths } from '../../placing/core/felt-delay.ts';
import type { RoomMode } from '../../placing/core/view.ts';

export interface RoomMember {
  readonly host: number;
  readonly accessRttMs: Float64Array;
  /** Optimistic round trip to every host (`boldMs`); for a timed host its round trip. Read only for `timingsWanted`. */
  readonly hopeRttMs: Float64Array;
  /** Whether the host's site was timed, by the participant or by enough others of its prefix. */
  readonly isTimed: (host: number) => boolean;
}

export interface RoomSnapshot {
  readonly members: readonly RoomMember[];
  readonly paths: RoomPaths;
  /** Whether the host may take one more: not draining, below three quarters of its capacity. */
  readonly isOpen: (host: number) => boolean;
}

export interface Gain {
  /** Indices of the moving members: one, or several of the same host. */
  readonly members: readonly number[];
  readonly host: number;
  /** Gain in felt ms (`feltMs`), summed over the pairs that change. */
  readonly sumMs: number;
}

export interface Timing {
  readonly member: number;
  readonly host: number;
}

/**
 * Least gain of a move, as a mean over all pairs of the room. A move is make-before-break and costs its participant at
 * most 100 ms of audio. In a room of three this is 3.75 ms on each pair of the mover, or a single late pair mended.
 * Smaller gains are soon undone by the next participant that comes or goes: with 1.5 ms `npm run sim` made more moves
 * for the same delay.
 */
export const GAIN_MEAN_MS_MIN = 2.5;
/** Least gain on each pair of the mover from four people on; 10 ms of round trip count as a nearer ingress. */
export const GAIN_OWN_MS_MIN = 5;
/** Work grows with the square of the members: in larger rooms only a nearer ingress counts as a gain. */
export const PAIRED_MEMBERS_MAX = 32;
export const TIMINGS_MAX = 24;
/** Number of sites that all members of a `single` room time before it may move. */
export const ROOM_TIMINGS = 3;
export const ROOM_MOVE_GAIN_MS_MIN = 15;
const ROOM_MOVE_WINNERS_MIN = 3;

/**
 * Returns the worthwhile moves by timed hosts, all above the least gain. Mode `relay`: the best move of each
 * participant, and joint moves of participants at the same host, because two that have gathered gain nothing by leaving
 * alone. Mode `direct`, and rooms above `PAIRED_MEMBERS_MAX`: the move of each to its nearest ingress. Mode `single`:
 * the move of the whole room.
 */
export function gainsOf(mode: RoomMode, room: RoomSnapshot): Gain[] {
  const { members } = room;
  if (members.length < 2) return [];
  if (mode === 'single') return [wholeRoomGain(room)].filter((gain) => gain !== undefined);
  const byPairs = mode === 'relay' && isPaired(room);
  if (!byPairs) return bestOfEach(room, accessGains(room), GAIN_OWN_MS_MIN * (members.length - 1));
  const leastMs = leastSumMs(members.length);
  return [...bestOfEach(room, pairedGains(room, 'accessRttMs'), leastMs), ...groupGains(room, leastMs)];
}

/**
 * Returns the timings needed to know a room's gains: the most hopeful first, at most `TIMINGS_MAX` of a room and
 * `limits.echoSitesMax` of a participant; none of rooms above `PAIRED_MEMBERS_MAX`. In mode `single`, in a room of any
 * size, `ROOM_TIMINGS` of a participant. A single host of a site is enough, so a host is left out when `isSameSite`
 * says that an earlier host stands for it.
 */
export function timingsWanted(
  mode: RoomMode,
  room: RoomSnapshot,
  isSameSite: (a: number, b: number) => boolean,
): Timing[] {
  if (mode === 'direct' || room.members.length < 2) return [];
  if (mode === 'single') {
    return wholeRoomSites(room, isSameSite).flatMap((host) =>
      room.members.flatMap(({ isTimed }, member) => (isTimed(host) ? [] : [{ member, host }])),
    );
  }
  if (!isPaired(room)) return [];
  const leastMs = leastSumMs(room.members.length);
  const wantedTimings: Timing[] = [];
  const hopes = [...pairedGains(room, 'hopeRttMs')].filter(({ sumMs }) => sumMs >= leastMs).sort(byGain);
  for (const { members, host } of hopes) {
    const [member = -1] = members;
    if (wantedTimings.length >= TIMINGS_MAX) break;
    if (room.members[member]?.isTimed(host)) continue;
    const timingsOfMember = wantedTimings.filter((timing) => timing.member === member);
    if (
      timingsOfMember.length >= limits.echoSitesMax ||
      timingsOfMember.some((timing) => isSameSite(timing.host, host))
    )
      continue;
    wantedTimings.push({ member, host });
  }
  return wantedTimings;
}

/** Returns the number of pairs whose delay changes when so many of a room's members move together. */
export function pairsChanged(movers: number, members: number): number {
  return movers * (members - movers) + (movers * (movers - 1)) / 2;
}

/** Returns the felt ms that a participant's move must gain over its pairs. */
function leastSumMs(members: number): number {
  return Math.min((GAIN_MEAN_MS_MIN * members * (members - 1)) / 2, GAIN_OWN_MS_MIN * (members - 1));
}

const isPaired = ({ members }: RoomSnapshot): boolean => members.length <= PAIRED_MEMBERS_MAX;

function bestOfEach({ members }: RoomSnapshot, gains: Iterable<Gain>, leastMs: number): Gain[] {
  const best: (Gain | undefined)[] = members.map(() => undefined);
  for (const gain of gains) {
    const [index = -1] = gain.members;
    const { isTimed, host } = members[index] as RoomMember;
    if (gain.sumMs < leastMs || !isTimed(gain.host) || !isTimed(host)) continue;
    if (gain.sumMs > (best[index]?.sumMs ?? 0)) best[index] = gain;
  }
  return best.filter((gain) => gain !== undefined);
}

/** Returns the best joint move from each host with several participants that have timed it and the target. */
function groupGains(room: RoomSnapshot, leastMs: number): Gain[] {
  const { members, paths, isOpen } = room;
  const targets = openHosts(paths.hosts, isOpen);
  return [...new Set(members.map(({ host }) => host))].flatMap((from) => {
    const membersAtHost = [...members.keys()].filter((index) => {
      const { host, isTimed } = members[index] as RoomMember;
      return host === from && isTimed(from);
    });
    if (membersAtHost.length < 2) return [];
    let best: Gain | undefined;
    for (const host of targets) {
      const group = membersAtHost.filter((index) => members[index]?.isTimed(host));
      if (host === from || group.length < 2) continue;
      const sumMs = groupSumMs(room, group, host);
      if (sumMs >= leastMs * group.length && sumMs > (best?.sumMs ?? 0)) best = { members: group, host, sumMs };
    }
    return best ?? [];
  });
}

function groupSumMs(
  { members, paths: { hosts, delayMs } }: RoomSnapshot,
  group: readonly number[],
  to: number,
): number {
  const isMoving = members.map((_, index) => group.includes(index));
  let sumMs = 0;
  for (const index of group) {
    const mover = members[index] as RoomMember;
    for (const [other, { host, accessRttMs }] of members.entries()) {
      if (other === index || (isMoving[other] && other < index)) continue; // each pair once
      const otherTo = isMoving[other] ? to : host;
      const beforeMs = ((mover.accessRttMs[mover.host] ?? 0) + (accessRttMs[host] ?? 0)) / 2;
      const afterMs = ((mover.accessRttMs[to] ?? 0) + (accessRttMs[otherTo] ?? 0)) / 2;
      sumMs += feltMs(beforeMs + (delayMs[mover.host * hosts + host] ?? 0));
      sumMs -= feltMs(afterMs + (delayMs[to * hosts + otherTo] ?? 0));
    }
  }
  return sumMs;
}

/** Yields every move to an open host that gains something over the pairs of the room, with hoped or believed access. */
function* pairedGains({ members, paths, isOpen }: RoomSnapshot, access: 'hopeRttMs' | 'accessRttMs'): Generator<Gain> {
  const targets = openHosts(paths.hosts, isOpen);
  for (const [index, member] of members.entries()) {
    const others = othersOf(members, index);
    const hopedMs = member[access];
    const presentMs = pairsMs(others, member.host, member.accessRttMs[member.host] ?? 0, paths);
    for (const host of targets) {
      if (host === member.host) continue;
      const sumMs = presentMs - pairsMs(others, host, hopedMs[host] ?? 0, paths);
      if (sumMs > 0) yield { members: [index], host, sumMs };
    }
  }
}

/** Yields every move to a nearer ingress: half a round trip less on each pair, whatever the other end is. */
function* accessGains({ members, paths, isOpen }: RoomSnapshot): Generator<Gain> {
  const targets = openHosts(paths.hosts, isOpen);
  for (const [index, { host: present, accessRttMs }] of members.entries()) {
    for (const host of targets) {
      const sumMs = (((accessRttMs[present] ?? 0) - (accessRttMs[host] ?? 0)) / 2) * (members.length - 1);
      if (sumMs > 0) yield { members: [index], host, sumMs };
    }
  }
}

/**
 * Returns the move of a room from a host to another as a whole: to the least mean access among hosts that every member
 * has timed, if that gains 15 ms and at least three members (in smaller rooms: all but one) are better off.
 */
function wholeRoomGain({ members, paths, isOpen }: RoomSnapshot): Gain | undefined {
  const present = members[0]?.host ?? -1;
  if (members.some(({ host }) => host !== present)) return undefined;
  const winnersMin = Math.min(ROOM_MOVE_WINNERS_MIN, Math.max(1, members.length - 1));
  let [best, bestMs] = [-1, 0];
  for (const host of openHosts(paths.hosts, isOpen)) {
    if (host === present || !members.every(({ isTimed }) => isTimed(host) && isTimed(present))) continue;
    const gains = members.map(({ accessRttMs }) => (accessRttMs[present] ?? 0) - (accessRttMs[host] ?? 0));
    // The mean over pairs is the mean over members, because both halves of each pair's round trips change.
    const meanMs = gains.reduce((sum, gain) => sum + gain, 0) / members.length;
    if (meanMs < ROOM_MOVE_GAIN_MS_MIN || gains.filter((gain) => gain > 0).length < winnersMin) continue;
    if (meanMs > bestMs) [best, bestMs] = [host, meanMs];
  }
  if (best < 0) return undefined;
  return { members: [...members.keys()], host: best, sumMs: bestMs * pairsChanged(members.length, members.length) };
}

/** Returns the hosts with the least mean access over all members, a single host per site. */
function wholeRoomSites(
  { members, paths, isOpen }: RoomSnapshot,
  isSameSite: (a: number, b: number) => boolean,
): number[] {
  const sumMs = (host: number): number => members.reduce((sum, { accessRttMs }) => sum + (accessRttMs[host] ?? 0), 0);
  const order = openHosts(paths.hosts, isOpen)
    .map((host) => ({ host, ms: sumMs(host) }))
    .sort((a, b) => a.ms - b.ms || a.host - b.host);
  const chosen: number[] = [];
  for (const { host } of order) {
    if (chosen.length >= ROOM_TIMINGS) break;
    if (!chosen.some((other) => isSameSite(other, host))) chosen.push(host);
  }
  return chosen;
}

interface OtherMember {
  readonly host: number;
  readonly rttMs: number;
}

const othersOf = (members: readonly RoomMember[], index: number): OtherMember[] =>
  members
    .filter((_, other) => other !== index)
    .map(({ host, accessRttMs }) => ({ host, rttMs: accessRttMs[host] ?? 0 }));

/** Returns the felt delay of a member's pairs with the others, with the member at a host. */
function pairsMs(
  others: readonly OtherMember[],
  host: number,
  accessRttMs: number,
  { hosts, delayMs }: RoomSnapshot['paths'],
): number {
  let sum = 0;
  for (const other of others)
    sum += feltMs((accessRttMs + other.rttMs) / 2 + (delayMs[host * hosts + other.host] ?? 0));
  return sum;
}

const openHosts = (hosts: number, isOpen: (host: number) => boolean): number[] =>
  Array.from({ length: hosts }, (_, host) => host).filter(isOpen);

/** Orders larger gains first, equal gains by member and then by host. */
function byGain(a: Gain, b: Gain): number {
  return b.sumMs - a.sumMs || (a.members[0] ?? 0) - (b.members[0] ?? 0) || a.host - b.host;
}
