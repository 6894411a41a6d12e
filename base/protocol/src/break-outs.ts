// Rooms beside a room, for groups of its participants (docs/rooms.md, "Break-out rooms"): a part of its policy. Each
// has a room of its own whose name follows from the room and an id that is used once. No clock and no IO.
import { isBlank, isDisplayName, isIdentity, isRoomName, newId } from './ids.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

export interface BreakOut {
  /** BO_…, by the owner of the room; one that opens under a name that was used before has another. */
  readonly breakOutId: string;
  /** Shown; no two of a room have the same. */
  readonly name: string;
  /** Those that belong there. Hosts and cohosts may enter all. */
  readonly identities: readonly string[];
  /** When it closes by itself; 0: it does not. */
  readonly endsWallMs: number;
}

/** The attribute of a participant of the main room that is in a break-out: its name. */
export const breakOutAttribute = 'breakout';
const idPattern = /^BO_[A-Za-z0-9]{12}$/;
const roomPattern = /~BO_[A-Za-z0-9]{12}$/;
const ID_LENGTH = 12;

/** An id that no other break-out has: 12 letters and digits of random bytes. */
export const newBreakOutId = (bytes: (count: number) => Uint8Array): string => newId('BO_', bytes, ID_LENGTH);
export const isBreakOutId = (text: string): boolean => idPattern.test(text);
/** Whether a room of this name is the break-out of another: only a token with the claim `breakOut` opens it. */
export const isBreakOutRoom = (room: string): boolean => roomPattern.test(room);

/** The name of the room of a break-out. Undefined: this room can have none, being one itself or too long in name. */
export function breakOutRoomOf(room: string, breakOutId: string): string | undefined {
  const name = `${room}~${breakOutId}`;
  return isBreakOutId(breakOutId) && !isBreakOutRoom(room) && isRoomName(name) ? name : undefined;
}

/** Whether a room can have break-outs: a show has none, nor has a room for which `breakOutRoomOf` finds no name. */
export const mayHaveBreakOuts = (room: string, kind: string): boolean =>
  kind !== 'show' && breakOutRoomOf(room, `BO_${'0'.repeat(ID_LENGTH)}`) !== undefined;

/**
 * A list that is set, with ids: that of a break-out which is there (`present`) and open, by its id, else by its name;
 * else a new one, so that no token of one that was closed, or is over, opens it.
 */
export function identifiedBreakOuts(
  list: readonly BreakOut[],
  present: readonly BreakOut[],
  { nowWallMs, idOf }: { readonly nowWallMs: number; idOf(): string },
): readonly BreakOut[] {
  const open = present.filter((one) => isBreakOutOpen(one, nowWallMs));
  const known = new Set(open.map(({ breakOutId }) => breakOutId));
  const taken = new Set(list.map(({ breakOutId }) => breakOutId).filter((id) => known.has(id)));
  return list.map((one) => {
    if (known.has(one.breakOutId)) return one;
    const same = open.find(({ name, breakOutId }) => name === one.name && !taken.has(breakOutId));
    return { ...one, breakOutId: same?.breakOutId ?? idOf() };
  });
}

/** What is wrong with a list of break-outs; undefined: nothing. An id may be missing. */
export function breakOutsFault(list: readonly BreakOut[]): string | undefined {
  const { breakOutsMax, breakOutNameLengthMax, breakOutIdentitiesMax, breakOutsBytesMax } = limits;
  if (list.length > breakOutsMax) return `break_outs: at most ${breakOutsMax}`;
  if (!list.every(({ name }) => isDisplayName(name) && !isBlank(name) && [...name].length <= breakOutNameLengthMax))
    return `name: 1 to ${breakOutNameLengthMax} characters`;
  if (new Set(list.map(({ name }) => name)).size < list.length) return 'name: another one has it';
  const ids = list.map(({ breakOutId }) => breakOutId).filter((id) => id !== '');
  if (!ids.every(isBreakOutId) || new Set(ids).size < ids.length)
    return 'break_out_id: BO_ and 12 characters, each once';
  const identities = list.flatMap((one) => one.identities);
  if (identities.length > breakOutIdentitiesMax) return `identities: at most ${breakOutIdentitiesMax} in all`;
  if (!identities.every(isIdentity)) return 'identities: not an identity';
  if (new Set(identities).size < identities.length) return 'identities: each belongs to one';
  const bytes = new TextEncoder().encode(JSON.stringify(list)).byteLength;
  return bytes > breakOutsBytesMax ? `break_outs: at most ${breakOutsBytesMax} bytes in all` : undefined;
}

/** Whether it is open at this time. */
export const isBreakOutOpen = ({ endsWallMs }: Pick<BreakOut, 'endsWallMs'>, nowWallMs: number): boolean =>
  endsWallMs === 0 || endsWallMs > nowWallMs;

/** These identities over so many groups, in turn: sizes differ by one at most. */
export function spreadEvenly(identities: readonly string[], groups: number): string[][] {
  const spread: string[][] = Array.from({ length: groups }, () => []);
  for (const [index, identity] of identities.entries()) spread[index % groups]?.push(identity);
  return spread;
}

/** A time that is none is read as none. */
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
