// Ids are strings with a brand, so that one kind is never passed for another. Each has a parser that says no.
import { limits } from './limits.ts';

declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type NodeId = Branded<'NodeId'>;
export type HostId = Branded<'HostId'>;
// tenant/room: what services use; a room name alone never leaves the signaling node
export type RoomKey = Branded<'RoomKey'>;
export type SessionId = Branded<'SessionId'>; // one participant's stay in a room: PA_…
export type TrackId = Branded<'TrackId'>; // TR_…, chosen by the publisher
export type DecisionId = Branded<'DecisionId'>;

/** Of the rooms of connection checks, in place of a room's name: no name has a '/', so no token names one. */
const checkPrefix = 'check/';
const checkPattern = /^check\/[A-Za-z0-9_-]{43}$/;
const noncePattern = /^[A-Za-z0-9_-]{22,64}$/;
const nodePattern = /^[A-Za-z0-9._-]{1,64}$/;
const tenantPattern = /^[A-Za-z0-9_-]{1,64}$/;
/** Names of these characters, without a blank at either end. */
const nameOf = (character: string): RegExp => new RegExp(`^(?! )${character}{1,${limits.nameLengthMax}}(?<! )$`, 'u');
// Any language may name a room or a person; control characters (Unicode's Cc), line breaks, '/', surrounding blanks and
// characters that turn the direction of the text around them (U+202A–202E, U+2066–2069) may not: with those a name
// shows as another one.
const namePattern = nameOf(String.raw`[^\p{Cc}\u2028-\u202e\u2066-\u2069/]`);
// Participants are distinguished by the identity: what is not seen (format and other ignorable characters, blanks but
// the plain one) would make another of the same.
const identityPattern = nameOf(String.raw`(?:[^\p{Cc}\p{Cf}\p{DI}\p{Z}/]| )`);
const displayPattern = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u;
// Blanks, ignorable characters (U+3164 is one), and the Braille pattern without dots: alone they show nothing.
const blankPattern = /^[\s\p{DI}\u2800]*$/u;
const sessionPattern = /^PA_[A-Za-z0-9]{16,32}$/;
const decisionPattern = /^DE_[A-Za-z0-9._-]{1,61}$/;
const trackPattern = /^TR_[A-Za-z0-9]{12,32}$/;

export const isNodeId = (text: string): text is NodeId => nodePattern.test(text);
export const isSessionId = (text: string): text is SessionId => sessionPattern.test(text);
export const isDecisionId = (text: string): text is DecisionId => decisionPattern.test(text);
export const isTrackId = (text: string): text is TrackId => trackPattern.test(text);
export const isRoomName = (text: string): boolean => namePattern.test(text);
export const isIdentity = (text: string): boolean => identityPattern.test(text);
/**
 * What people and tracks may be called on a screen: any text of limited length, also none, without control and
 * direction characters.
 */
export const isDisplayName = (text: string): boolean =>
  text.length <= limits.nameLengthMax && displayPattern.test(text);

/** Whether a text shows nothing on a screen: where a name is needed, this is none. */
export const isBlank = (text: string): boolean => blankPattern.test(text);

/** The key of a room among all tenants; undefined when either part is not a legal name. */
export function roomKeyOf(tenant: string, room: string): RoomKey | undefined {
  return tenantPattern.test(tenant) && isRoomName(room) ? (`${tenant}/${room}` as RoomKey) : undefined;
}

/** Splits a room key; undefined when it is none. */
export function partsOf(key: string): { tenant: string; room: string } | undefined {
  const at = key.indexOf('/');
  const tenant = key.slice(0, at);
  const room = key.slice(at + 1);
  return at > 0 && roomKeyOf(tenant, room) !== undefined ? { tenant, room } : undefined;
}

/**
 * The key of a room that one connection check has for itself; undefined when either part is not legal. `opaque`: 43
 * characters of base64url, a SHA-256.
 */
export function checkRoomKeyOf(tenant: string, opaque: string): RoomKey | undefined {
  const isLegal = tenantPattern.test(tenant) && checkPattern.test(`${checkPrefix}${opaque}`);
  return isLegal ? (`${tenant}/${checkPrefix}${opaque}` as RoomKey) : undefined;
}

/** Whether this is the key of a connection check's room: no tenant's REST, journal, policy or quota knows it. */
export function isCheckRoom(key: string): boolean {
  const at = key.indexOf('/');
  return (
    key.startsWith(checkPrefix, at + 1) && tenantPattern.test(key.slice(0, at)) && checkPattern.test(key.slice(at + 1))
  );
}

/** Whether services may speak of a room by this key. */
export const isRoomKey = (key: string): boolean => partsOf(key) !== undefined || isCheckRoom(key);

/** What makes the rooms of two checks of one identity different: `Join.check`. */
export const isCheckNonce = (text: string): boolean => noncePattern.test(text);

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * `prefix` + `length` base-62 characters made from random bytes (log2(62) bits each; the slight bias of % 62 costs <
 * 0.2 bit in 16 characters).
 */
export function newId(prefix: `${Uppercase<string>}_`, bytes: (count: number) => Uint8Array, length = 16): string {
  let text: string = prefix;
  for (const byte of bytes(length)) text += alphabet[byte % 62];
  return text;
}

/**
 * The id of a track's producer on one node: ids are unique per worker and a track may be produced anew by another
 * carrier.
 */
export function producerIdOf(trackId: string, nodeId: string, epoch: number): string {
  return `${trackId}@${nodeId}#${epoch}`;
}
