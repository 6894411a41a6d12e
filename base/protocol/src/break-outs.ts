// Break-out rooms, for groups of a room's participants (docs/rooms.md, "Break-out rooms"): a part of its policy. A
// break-out's room name consists of the main room's name and an id that is used once.
import { isBlank, isDisplayName, isIdentity, isRoomName, newId } from './ids.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

export interface BreakOut {
  /** BO_…, given by the owner of the room; a break-out that reopens under an old name gets a new id. */
  readonly breakOutId: string;
  /** Displayed name, unique in the room. */
  readonly name: string;
  /** Members. Hosts and cohosts may enter all break-outs. */
  readonly identities: readonly string[];
  /** Time of the automatic end, 0 for none. */
  readonly endsWallMs: number;
}

/** Attribute of a participant of the main room: the name of the break-out that the participant is in. */
export const breakOutAttribute = 'breakout';
const idPattern = /^BO_[A-Za-z0-9]{12}$/;
const roomPattern = /~BO_[A-Za-z0-9]{12}$/;
const ID_LENGTH = 12;

export const newBreakOutId = (bytes: (count: number) => Uint8Array): string => newId('BO_', bytes, ID_LENGTH);
export const isBreakOutId = (text: string): boolean => idPattern.test(text);
/** Returns whether the room is a break-out: only a token with the claim `breakOut` opens it. */
export const isBreakOutRoom = (room: string): boolean => roomPattern.test(room);

/** Returns the room name of a break-out, undefined when this room is a break-out itself or its name is too long. */
export function breakOutRoomOf(room: string, breakOutId: string): string | undefined {
  const name = `${room}~${breakOutId}`;
  return isBreakOutId(breakOutId) && !isBreakOutRoom(room) && isRoomName(name) ? name : undefined;
}

/** Returns whether a room can have break-outs: a show cannot, nor can a room without a result of `breakOutRoomOf`. */
export const mayHaveBreakOuts = (room: string, kind: string): boolean =>
  kind !== 'show' && breakOutRoomOf(room, `BO_${'0'.repeat(ID_LENGTH)}`) !== undefined;

/**
 * Gives a new list its ids. A break-out that is present and open keeps its id, matched by id or else by name; every
 * other break-out gets a new id, so that no token of a closed or expired break-out opens it.
 */
export function identifiedBreakOuts(
  list: readonly BreakOut[],
  present: readonly BreakOut[],
  { nowWallMs, idOf }: { readonly nowWallMs: number; idOf(): string },
): readonly BreakOut[] {
  const openBreakOuts = present.filter((one) => isBreakOutOpen(one, nowWallMs));
  const openIds = new Set(openBreakOuts.map(({ breakOutId }) => breakOutId));
  const takenIds = new Set(list.map(({ breakOutId }) => breakOutId).filter((id) => openIds.has(id)));
  return list.map((one) => {
    if (openIds.has(one.breakOutId)) return one;
    const same = openBreakOuts.find(({ name, breakOutId }) => name === one.name && !takenIds.has(breakOutId));
    return { ...one, breakOutId: same?.breakOutId ?? idOf() };
  });
}

export function breakOutsFault(list: readonly BreakOut[]): string | undefined {
  const { breakOutsMax, breakOutNameLengthMax, breakOutIdentitiesMax, breakOutsBytesMax } = limits;
  if (list.length > breakOutsMax) return `break_outs: at most ${breakOutsMax}`;
  if (!list.every(({ name }) => isDisplayName(name) && !isBlank(name) && [...name].length <= breakOutNameLengthMax))
    return `name: 1 to ${breakOutNameLengthMax} characters`;
  if (new Set(list.map(({ name }) => name)).size < list.length) return 'name: another break-out has it';
  const ids = list.map(({ breakOutId }) => breakOutId).filter((id) => id !== '');
  if (!ids.every(isBreakOutId) || new Set(ids).size < ids.length)
    return 'break_out_id: BO_ and 12 characters, each once';
  const identities = list.flatMap((one) => one.identities);
  if (identities.length > breakOutIdentitiesMax) return `identities: at most ${breakOutIdentitiesMax} in all`;
  if (!identities.every(isIdentity)) return 'identities: not an identity';
  if (new Set(identities).size < identities.length) return 'identities: each belongs to one break-out only';
  const bytes = new TextEncoder().encode(JSON.stringify(list)).byteLength;
  return bytes > breakOutsBytesMax ? `break_outs: at most ${breakOutsBytesMax} bytes in all` : undefined;
}

export const isBreakOutOpen = ({ endsWallMs }: Pick<BreakOut, 'endsWallMs'>, nowWallMs: number): boolean =>
  endsWallMs === 0 || endsWallMs > nowWallMs;

/** Deals the identities to `groups` groups in turn, so sizes differ by one at most. */
export function spreadEvenly(identities: readonly string[], groups: number): string[][] {
  const spread: string[][] = Array.from({ length: groups }, () => []);
  for (const [index, identity] of identities.entries()) spread[index % groups]?.push(identity);
  return spread;
}

export const breakOutFromWire = ({
  breakOutId,
  name,
  identities,
  endsWallMs,
}: wire.BreakOut.$Properties): BreakOut => ({
  breakOutId: breakOutId ?? '',
  name: name ?? '',
  identities: (identities ?? []).slice(0, limits.breakOutIdentitiesMax + 1),
  endsWallMs: endsWallMs != null && Number.isFinite(endsWallMs) && endsWallMs > 0 ? Math.round(endsWallMs) : 0,
});
export const breakOutToWire = ({ breakOutId, name, identities, endsWallMs }: BreakOut): wire.BreakOut.$Properties => ({
  breakOutId,
  name,
  identities: [...identities],
  endsWallMs,
});
