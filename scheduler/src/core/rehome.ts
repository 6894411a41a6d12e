// Moving one participant of a settled room to another host. Nearest ingress for everybody is not the room's optimum:
// two people of one country may do better on a third country's host. One move captures 92 % of what any number would
// gain for two, 84 % for five.
//
// "At most one re-homing per room" is read strictly: one participant, one time. Moving several at once, even if one
// decision, would be as many media switches, and the published figures (one move: 101.3 -> 97.1 ms, all moves: 96.3)
// count participants. Only in mode `single`, where a room is one host, the room moves as a whole (`bestRoomMove`),
// once.
//
// Access to a host where nobody of this prefix has been is a guess, and the best of many guesses is an overestimate
// (the winner's curse). So: `rehomingsWorthTiming` names the guesses that may turn out best, their participants time
// them, and `bestRehoming` goes only where was timed. Figures are delays, or costs in ms-equivalents where loss shall
// count; the caller's matter, as long as all are the same.
import { assert } from '@meridian/protocol';

export interface RoomMember {
  readonly host: number;
  /** Round trip to every host. */
  readonly accessRttMs: Float64Array;
  /** How good each may turn out to be (`boldMs`); of a timed host its round trip. */
  readonly hopeRttMs: Float64Array;
  /** Whether the participant has timed the host's site. */
  readonly isTimed: (host: number) => boolean;
  /** False for who was moved already, or must not be. */
  readonly mayMove: boolean;
}

/**
 * One-way delay between every two hosts of a room, SFUs included, mean of both directions; own host × own host is the
 * one SFU.
 */
export interface RoomPaths {
  readonly hosts: number;
  readonly delayMs: Float64Array;
}

export interface SettledRoom {
  readonly members: readonly RoomMember[];
  readonly paths: RoomPaths;
  /** May take one more: inside the tenant's fence, not draining, below three quarters of its capacity. */
  readonly isOpen: (host: number) => boolean;
}

export interface Rehoming {
  readonly member: number;
  readonly host: number;
  /** Of the mean felt delay (`feltMs`) over all pairs of the room. */
  readonly gainMs: number;
}

/** What one SFU adds to a packet's delay. */
export const SFU_MS = 1;
/**
 * Least gain of a move, felt, as a mean over all pairs of the room: in a room of five 1.25 ms on each pair of who
 * moves, or one late pair mended. A move is make-before-break and costs its participant at most 100 ms of audio, once.
 */
export const REHOMING_GAIN_MS_MIN = 0.5;
const LATE_MS = 140;
/** What a millisecond above the line counts on top of itself. */
const LATE_WEIGHT = 1.75;
/** Timings a room is asked for before its move; in a room of five about as many a person as at its first contact. */
export const TIMINGS_MAX = 24;
export const ROOM_MOVE_GAIN_MS_MIN = 15;
const ROOM_MOVE_WINNERS_MIN = 3;

/**
 * One-way delay as it is felt. Up to 150 ms (ITU-T G.114) delay hardly disturbs, above it conversation suffers more
 * with every ms (E-model, G.107: more than five times as much), so ms above the line count nearly three times: enough
 * to prefer a room without late pairs, too little to ruin the mean for one pair. The line is drawn 10 ms early, because
 * what is believed of an access wanders by that much.
 */
export function feltMs(onewayMs: number): number {
  return onewayMs + LATE_WEIGHT * Math.max(0, onewayMs - LATE_MS);
}

/**
 * Delays between hosts from one-way path costs (from × hosts + to, relays included): both directions' mean, plus the
 * SFU at each end.
 */
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

/** Mean one-way delay over all pairs of members; 0 for fewer than two. */
export function meanDelayMs(members: readonly RoomMember[], { hosts, delayMs }: RoomPaths): number {
  let sum = 0;
  for (const [index, a] of members.entries()) {
    sum += ((members.length - 1) * (a.accessRttMs[a.host] ?? 0)) / 2;
    for (let other = 0; other < index; other += 1) sum += delayMs[a.host * hosts + (members[other]?.host ?? 0)] ?? 0;
  }
  return members.length < 2 ? 0 : sum / pairsOf(members.length);
}

/**
 * Moves that may be the best one and whose target the participant has not timed, the most hopeful first, at most
 * `TIMINGS_MAX`; one host a site is enough, so a host is left out when `isSameSite` says that an earlier one for the
 * same participant stands for it.
 */
export function rehomingsWorthTiming(room: SettledRoom, isSameSite: (a: number, b: number) => boolean): Rehoming[] {
  const rehomings: Rehoming[] = [];
  const hopes = [...allMoves(room, 'hopeRttMs')].filter(({ gainMs }) => gainMs >= REHOMING_GAIN_MS_MIN).sort(byGain);
  for (const hope of hopes) {
    if (rehomings.length >= TIMINGS_MAX) break;
    const isTimed = room.members[hope.member]?.isTimed(hope.host) ?? false;
    const isAsked = rehomings.some(
      (rehoming) => rehoming.member === hope.member && isSameSite(rehoming.host, hope.host),
    );
    if (!isTimed && !isAsked) rehomings.push(hope);
  }
  return rehomings;
}

/** The best move to a timed host, if it gains `REHOMING_GAIN_MS_MIN`; undefined: the room stays as it is. */
export function bestRehoming(room: SettledRoom): Rehoming | undefined {
  let best: Rehoming | undefined;
  for (const move of allMoves(room, 'accessRttMs')) {
    const isTimed = room.members[move.member]?.isTimed(move.host) ?? false;
    if (isTimed && move.gainMs >= REHOMING_GAIN_MS_MIN && (best === undefined || byGain(move, best) < 0)) best = move;
  }
  return best;
}

/**
 * The host to which a room of mode `single` moves as a whole: least mean access, if that gains 15 ms and at least three
 * members (in smaller rooms: all but one) are better off. Undefined: it stays.
 */
export function bestRoomMove(room: SettledRoom): { readonly host: number; readonly gainMs: number } | undefined {
  const { members } = room;
  const present = members[0]?.host;
  if (present === undefined || !members.every((member) => member.mayMove)) return undefined;
  const winnersMin = Math.min(ROOM_MOVE_WINNERS_MIN, Math.max(1, members.length - 1));
  let best: { host: number; gainMs: number } | undefined;
  for (let host = 0; host < room.paths.hosts; host += 1) {
    if (host === present || !room.isOpen(host)) continue;
    const gains = members.map((member) => (member.accessRttMs[member.host] ?? 0) - (member.accessRttMs[host] ?? 0));
    // Of each pair both halves of two round trips change: the mean over pairs is the mean over members.
    const gainMs = gains.reduce((sum, gain) => sum + gain, 0) / members.length;
    const winners = gains.filter((gain) => gain > 0).length;
    if (gainMs < ROOM_MOVE_GAIN_MS_MIN || winners < winnersMin) continue;
    if (best === undefined || gainMs > best.gainMs) best = { host, gainMs };
  }
  return best;
}

/** Every move to an open host that gains something, with access as hoped or as believed. */
function* allMoves({ members, paths, isOpen }: SettledRoom, access: 'hopeRttMs' | 'accessRttMs'): Generator<Rehoming> {
  const { hosts, delayMs } = paths;
  const pairs = pairsOf(members.length);
  if (pairs === 0) return;
  const open = Array.from({ length: hosts }, (_, host) => host).filter(isOpen);
  for (const [index, member] of members.entries()) {
    if (!member.mayMove) continue;
    const presentMs = shareMs(members, index, member.host, member.accessRttMs[member.host] ?? 0, delayMs, hosts);
    for (const host of open) {
      if (host === member.host) continue;
      const gainMs = (presentMs - shareMs(members, index, host, member[access][host] ?? 0, delayMs, hosts)) / pairs;
      if (gainMs > 0) yield { member: index, host, gainMs };
    }
  }
}

/** What one member's pairs weigh, with the member at a host. */
function shareMs(
  members: readonly RoomMember[],
  index: number,
  host: number,
  accessRttMs: number,
  delayMs: Float64Array,
  hosts: number,
): number {
  let sum = 0;
  for (const [other, member] of members.entries()) {
    if (other === index) continue;
    const otherMs = member.accessRttMs[member.host] ?? 0;
    sum += feltMs((accessRttMs + otherMs) / 2 + (delayMs[host * hosts + member.host] ?? 0));
  }
  return sum;
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** The larger gain first; of equals the earlier member, then the earlier host. */
function byGain(a: Rehoming, b: Rehoming): number {
  return b.gainMs - a.gainMs || a.member - b.member || a.host - b.host;
}
