// Branded id strings, so that different kinds cannot be confused, and their parsers.
import { limits } from './limits.ts';
import { characterCount } from './texts.ts';

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type NodeId = Branded<'NodeId'>;
export type HostId = Branded<'HostId'>;
/** `TENANT/ROOM`, the form that services use; a room name alone never leaves the signaling node. */
export type RoomKey = Branded<'RoomKey'>;
export type SessionId = Branded<'SessionId'>; // a participant's stay in a room: PA_…
export type TrackId = Branded<'TrackId'>; // TR_…, chosen by the publisher
export type DecisionId = Branded<'DecisionId'>;

/** Prefix of a connection check's room, in place of a name: names have no '/', so no token names such a room. */
const checkPrefix = 'check/';
const checkPattern = /^check\/[A-Za-z0-9_-]{43}$/;
const noncePattern = /^[A-Za-z0-9_-]{22,64}$/;
const nodePattern = /^[A-Za-z0-9._-]{1,64}$/;
const tenantPattern = /^[A-Za-z0-9_-]{1,64}$/;
// Any language may name a room or a person. Control characters (Unicode's Cc), lone surrogates, line breaks, '/',
// surrounding blanks and direction controls (U+202A–202E, U+2066–2069) are refused, because a name with them displays
// as another name, or is one of a path.
const roomCharacter = String.raw`[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069/]`;
const namePattern = new RegExp(`^(?! )${roomCharacter}+(?<! )$`, 'u');
// Identities distinguish participants, so invisible characters (format and other ignorable characters, unusual blanks)
// are refused: they would allow a second identity of the same look. Some are parts of a visible character: a variation
// selector after a pictograph or in a keycap, the tags of a flag. A joiner (U+200C, U+200D) is part of the spelling of
// Persian and Hindi, and of emoji, so one may stand between two visible characters.
const visibleCharacter = [
  String.raw`[^\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Z}\u2800]`,
  String.raw`\p{Extended_Pictographic}\ufe0f`,
  String.raw`[0-9#*]\ufe0f\u20e3`,
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
].join('|');
const identityPattern = new RegExp(
  String.raw`^(?:${visibleCharacter})(?:(?:[\u200c\u200d]| +)?(?:${visibleCharacter}))*$`,
  'u',
);
const identityCharacter = String.raw`[^\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Z}\u2800]|[ \u200c\u200d\ufe0f]|[\u{e0030}-\u{e007f}]`;
const directionPattern = /[\p{Bidi_Control}\p{Cc}\p{Cs}]/gu;
const displayPattern = /^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]*$/u;
// Characters that show nothing: blanks, ignorable characters (U+3164 is one), and the Braille pattern without dots.
const blankPattern = /^[\s\p{DI}\u2800]*$/u;
const sessionPattern = /^PA_[A-Za-z0-9]{16,32}$/;
const decisionPattern = /^DE_[A-Za-z0-9._-]{1,61}$/;
const trackPattern = /^TR_[A-Za-z0-9]{12,32}$/;

export const isNodeId = (text: string): text is NodeId => nodePattern.test(text);
export const isSessionId = (text: string): text is SessionId => sessionPattern.test(text);
export const isDecisionId = (text: string): text is DecisionId => decisionPattern.test(text);
export const isTrackId = (text: string): text is TrackId => trackPattern.test(text);
const hasNameLength = (text: string): boolean => characterCount(text) <= limits.nameLengthMax;
export const isRoomName = (text: string): boolean => hasNameLength(text) && namePattern.test(text);
export const isIdentity = (text: string): boolean => hasNameLength(text) && identityPattern.test(text);
/** Returns whether a text may be displayed as a name: of limited length, without control and direction characters. */
export const isDisplayName = (text: string): boolean => hasNameLength(text) && displayPattern.test(text);

/**
 * Returns a name as it may be displayed: tabs and line breaks become blanks; direction and control characters and
 * surrounding blanks go. It may be blank, or longer than `limits.nameLengthMax`.
 */
export const cleanDisplayName = (text: string): string =>
  text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(directionPattern, '')
    .trim();

export const roomNameRule = `1 to ${limits.nameLengthMax} characters without "/", control or direction characters, and no blank at an end`;
export const identityRule = `1 to ${limits.nameLengthMax} characters without control, direction or invisible characters, and no blank at an end`;
export const displayNameRule = `at most ${limits.nameLengthMax} characters`;

/** Describes what is wrong with the name of a room, without showing it. */
export const roomNameFault = (text: string): string => faultOf(text, roomCharacter);

/** Describes what is wrong with an identity, without showing it. */
export const identityFault = (text: string): string => faultOf(text, identityCharacter);

function faultOf(text: string, character: string): string {
  if (text === '') return 'it is empty';
  if (!hasNameLength(text)) return `it is a text of ${characterCount(text)} characters`;
  const allowed = new RegExp(`^(?:${character})$`, 'u');
  const bad = Array.from(text).find((one) => !allowed.test(one));
  if (bad !== undefined) return `it contains ${bad === '/' ? '"/"' : codePointName(bad)}`;
  if (text !== text.trim()) return 'it begins or ends with a blank';
  return 'it contains a joiner, variation selector or tag that is not within a visible character or between two';
}

const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Returns whether a text shows nothing on a screen, so that it cannot serve as a name. */
export const isBlank = (text: string): boolean => blankPattern.test(text);

/** Returns the key of a room among all tenants, undefined when either part is invalid. */
export function roomKeyOf(tenant: string, room: string): RoomKey | undefined {
  return tenantPattern.test(tenant) && isRoomName(room) ? (`${tenant}/${room}` as RoomKey) : undefined;
}

export function partsOfRoomKey(key: string): { tenant: string; room: string } | undefined {
  const at = key.indexOf('/');
  const tenant = key.slice(0, at);
  const room = key.slice(at + 1);
  return at > 0 && roomKeyOf(tenant, room) !== undefined ? { tenant, room } : undefined;
}

/** Returns the key of a connection check's room. `opaque`: 43 characters of base64url, a SHA-256. */
export function checkRoomKeyOf(tenant: string, opaque: string): RoomKey | undefined {
  const isLegal = tenantPattern.test(tenant) && checkPattern.test(`${checkPrefix}${opaque}`);
  return isLegal ? (`${tenant}/${checkPrefix}${opaque}` as RoomKey) : undefined;
}

/** Returns whether this is a connection check's room, which no tenant's REST, journal, policy or quota knows. */
export function isCheckRoom(key: string): boolean {
  const at = key.indexOf('/');
  return (
    key.startsWith(checkPrefix, at + 1) && tenantPattern.test(key.slice(0, at)) && checkPattern.test(key.slice(at + 1))
  );
}

export const isRoomKey = (key: string): boolean => partsOfRoomKey(key) !== undefined || isCheckRoom(key);

/** A nonce distinguishes the rooms of two checks of the same identity: `Join.check`. */
export const isCheckNonce = (text: string): boolean => noncePattern.test(text);

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const alphabetCodes = codesOf(alphabet);

/** Returns `prefix` and `length` base-62 characters (5.95 bits each; the bias of % 62 costs < 0.2 bit in 16). */
export function newId(prefix: `${Uppercase<string>}_`, bytes: (count: number) => Uint8Array, length = 16): string {
  // Characters that are added one by one would stay apart in memory, with 32 bytes each.
  const codes = codesOf(prefix);
  for (const byte of bytes(length)) codes.push(alphabetCodes[byte % 62] as number);
  return String.fromCharCode(...codes);
}

function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** Returns the id of a track's producer on a node: unique per worker, as another carrier may produce it too. */
export function producerIdOf(trackId: string, nodeId: string, epoch: number): string {
  return `${trackId}@${nodeId}#${epoch}`;
}
