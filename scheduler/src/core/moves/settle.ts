// What is done for a room once it is settled, by its mode, in two steps: which timings to ask for, and when they are
// there what to move. The centre and the simulator both go through here. `relay`: at most one re-homing. `single`: the
// room as a whole, once. `direct`: nothing; nearest ingress is what it promises, and a wrong first ingress is corrected
// in any case (`betterIngress`).
// Hosts are numbers of the caller's: machines in the simulator, sites in the centre.
import {
  bestRehoming,
  bestRoomMove,
  type Rehoming,
  type RoomMember,
  rehomingsWorthTiming,
  type SettledRoom,
} from '../rehome.ts';
import type { RoomMode } from '../view.ts';

/** Sites that all participants of a `single` room time before it may move. */
export const ROOM_TIMINGS = 3;
/** A first ingress this much worse than another that the participant has timed itself was wrong. */
export const WRONG_INGRESS_MS = 10;

export interface Timing {
  readonly member: number;
  readonly host: number;
}

export type Settlement =
  | { readonly kind: 'stay' }
  | { readonly kind: 'member'; readonly move: Rehoming }
  | { readonly kind: 'room'; readonly host: number; readonly gainMs: number };

/** Timings without which nothing can be decided, the most hopeful first. */
export function timingsWanted(
  mode: RoomMode,
  room: SettledRoom,
  isSameSite: (a: number, b: number) => boolean,
): Timing[] {
  if (mode === 'relay') return rehomingsWorthTiming(room, isSameSite);
  if (mode === 'direct' || room.members.length === 0) return [];
  return roomSites(room, isSameSite).flatMap((host) =>
    room.members.flatMap(({ isTimed }, member) => (isTimed(host) ? [] : [{ member, host }])),
  );
}

/** What the room is worth moving, by what was timed. */
export function settlementOf(mode: RoomMode, room: SettledRoom): Settlement {
  if (mode === 'relay') {
    const move = bestRehoming(room);
    return move === undefined ? STAY : { kind: 'member', move };
  }
  if (mode === 'direct') return STAY;
  // A host whose site somebody has not timed is a guess.
  const isTimed = (host: number): boolean => room.members.every((member) => member.isTimed(host));
  const move = bestRoomMove({ ...room, isOpen: (host) => room.isOpen(host) && isTimed(host) });
  return move === undefined ? STAY : { kind: 'room', ...move };
}

/**
 * By its own timings: the site that is better than the present one by more than `WRONG_INGRESS_MS`; undefined: there is
 * none, or the present one is not timed.
 */
export function betterIngress<Site>(
  present: Site,
  times: ReadonlyMap<Site, number>,
  isOpen: (site: Site) => boolean,
): { readonly site: Site; readonly gainMs: number } | undefined {
  const presentMs = times.get(present);
  if (presentMs === undefined) return undefined;
  let best: { site: Site; gainMs: number } | undefined;
  for (const [site, rttMs] of times) {
    const gainMs = presentMs - rttMs;
    if (gainMs > WRONG_INGRESS_MS && gainMs > (best?.gainMs ?? 0) && isOpen(site)) best = { site, gainMs };
  }
  return best;
}

/** The hosts with the least mean access over all members, one a site. */
function roomSites({ members, paths, isOpen }: SettledRoom, isSameSite: (a: number, b: number) => boolean): number[] {
  const sumMs = (host: number): number => members.reduce((sum, one) => sum + accessOf(one, host), 0);
  const order = Array.from({ length: paths.hosts }, (_, host) => ({ host, ms: sumMs(host) }))
    .filter(({ host }) => isOpen(host))
    .sort((a, b) => a.ms - b.ms || a.host - b.host);
  const chosen: number[] = [];
  for (const { host } of order) {
    if (chosen.length >= ROOM_TIMINGS) break;
    if (!chosen.some((other) => isSameSite(other, host))) chosen.push(host);
  }
  return chosen;
}

const accessOf = ({ accessRttMs }: RoomMember, host: number): number => accessRttMs[host] ?? Number.POSITIVE_INFINITY;
const STAY: Settlement = { kind: 'stay' };
