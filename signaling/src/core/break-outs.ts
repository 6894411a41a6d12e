// Decides which break-out of a room a participant may enter.
import {
  type BreakOut,
  breakOutAttribute,
  breakOutRoomOf,
  type ErrorCode,
  isBreakOutOpen,
  type Participant,
  type RoomPolicy,
  type wire,
} from '@meridian/protocol';
import { type Act, rankOf } from './policy.ts';

export type BreakOutEntry =
  | { readonly ok: true; readonly room: string; readonly breakOut: BreakOut }
  | { readonly ok: false; readonly code: ErrorCode };

/**
 * Returns the break-out if the participant may enter it. BREAK_OUT_CLOSED: the break-out is unknown or over.
 * NOT_PERMITTED: the participant is not assigned to it and is neither host nor cohost.
 */
export function breakOutEntry(
  { breakOuts }: Pick<RoomPolicy, 'breakOuts'>,
  self: Pick<Participant, 'identity' | 'role' | 'admin'>,
  request: { readonly room: string; readonly breakOutId: string; readonly nowWallMs: number },
): BreakOutEntry {
  const breakOut = breakOuts.find(({ breakOutId }) => breakOutId === request.breakOutId);
  const room = breakOutRoomOf(request.room, request.breakOutId);
  if (breakOut === undefined || room === undefined || !isBreakOutOpen(breakOut, request.nowWallMs))
    return { ok: false, code: 'BREAK_OUT_CLOSED' };
  const mayEnter = breakOut.identities.includes(self.identity) || rankOf(self) !== 'none';
  return mayEnter ? { ok: true, room, breakOut } : { ok: false, code: 'NOT_PERMITTED' };
}

/** Returns the rooms of the open break-outs. `room`: the main room. */
export function openBreakOutRooms(
  { breakOuts }: Pick<RoomPolicy, 'breakOuts'>,
  { room, nowWallMs }: { readonly room: string; readonly nowWallMs: number },
): ReadonlySet<string> {
  const openBreakOuts = breakOuts.filter((one) => isBreakOutOpen(one, nowWallMs));
  return new Set(openBreakOuts.flatMap(({ breakOutId }) => breakOutRoomOf(room, breakOutId) ?? []));
}

/**
 * Returns how a person that was removed from the main room is removed from its break-outs. Unless it may return, it is
 * banned there for the life of a break-out token, `tokenMs`, since it may hold an unused one.
 */
export function removalInBreakOuts(
  { identity, reason, bannedFor, mayReturn }: Omit<Extract<Act, { readonly type: 'remove' }>, 'type'>,
  tokenMs: number,
): wire.ActRemove.$Properties {
  const forever = bannedFor === 'forever';
  const banMs = forever || mayReturn ? 0 : tokenMs;
  const banS = Math.ceil(Math.max(banMs, forever ? 0 : bannedFor) / 1000);
  return { identity, reason, banS, forever, mayReturn };
}

/** Returns whether an update only sets the participant's break-out, by which hosts see who came: it needs no right. */
export function isBreakOutMark(
  { name, metadata, attributes }: wire.UpdateSelf.$Properties,
  { breakOuts }: Pick<RoomPolicy, 'breakOuts'>,
  self: Pick<Participant, 'identity' | 'role' | 'admin'>,
  context: { readonly room: string; readonly nowWallMs: number },
): boolean {
  const [change, ...more] = Object.entries(attributes ?? {});
  if (name != null || metadata != null || change?.[0] !== breakOutAttribute || more.length > 0) return false;
  const marked = breakOuts.find((one) => one.name === change[1]);
  const request = { ...context, breakOutId: marked?.breakOutId ?? '' };
  return change[1] === '' || breakOutEntry({ breakOuts }, self, request).ok;
}
