// Names in spools and stores; keys of stores have only lower-case letters.
import { isNodeId, isRecordingId, partsOfRoomKey, roomKeyOf } from '@meridian/protocol';

/** Base 36 digits of a time in this millennium, so that names sort by time. */
const TIME_DIGITS = 9;

/** Replaces a capital by `.` and its small letter, and a dot by two; `tenantOfPart` reverts it. */
const escapedLowerCase = (text: string): string => text.replaceAll(/[.A-Z]/g, (one) => `.${one.toLowerCase()}`);
const unescaped = (text: string): string => text.replaceAll(/\.([.a-z])/g, (_, one: string) => one.toUpperCase());

/** Returns the first part of a tenant's keys. The `t-` avoids reserved names and leading dots. */
export const tenantPart = (tenant: string): string => `t-${escapedLowerCase(tenant)}`;

/** Returns the tenant of a `tenantPart`; undefined for other parts. */
export function tenantOfPart(part: string): string | undefined {
  if (!part.startsWith('t-')) return undefined;
  const tenant = unescaped(part.slice(2));
  return roomKeyOf(tenant, 'room') !== undefined && tenantPart(tenant) === part ? tenant : undefined;
}

/** Returns the id of a stint, which sorts by its beginning and is unique to the recorder. */
export const stintIdOf = (startedWallMs: number, recorderId: string): string =>
  `${Math.floor(startedWallMs).toString(36).padStart(TIME_DIGITS, '0')}-${escapedLowerCase(recorderId)}`;

const stintPattern = /^([0-9a-z]{9})-([a-z0-9._-]{1,128})$/;
export const isStintId = (text: string): boolean => stintPattern.test(text);

/** Returns the begin and the recorder that a stint's id names; 0 and '' for other texts. */
export function partsOfStintId(text: string): { readonly startedWallMs: number; readonly recorderId: string } {
  const [, time = '', recorder = ''] = stintPattern.exec(text) ?? [];
  return { startedWallMs: time === '' ? 0 : Number.parseInt(time, 36), recorderId: unescaped(recorder) };
}

/** Returns the key prefix of a recording's stints. Throws RangeError for invalid names. */
export function recordingPrefix(tenant: string, recordingId: string): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isRecordingId(recordingId))
    throw new RangeError('neither tenant nor recording may have such a name');
  return `${tenantPart(tenant)}/${recordingId}/`;
}

/** Returns the key prefix of one stint. Throws RangeError for invalid names. */
export function stintPrefix(o: {
  readonly roomKey: string;
  readonly recordingId: string;
  readonly startedWallMs: number;
  readonly recorderId: string;
}): string {
  const room = partsOfRoomKey(o.roomKey);
  if (room === undefined || !isNodeId(o.recorderId)) throw new RangeError('no room or recorder has such a name');
  return `${recordingPrefix(room.tenant, o.recordingId)}${stintIdOf(o.startedWallMs, o.recorderId)}/`;
}

export const JOURNAL_NAME = 'journal.jsonl';

export const sliceName = (number: number): string => `journal-${String(number).padStart(6, '0')}.jsonl`;

/** Returns the name of a track's file; both numbers begin at 1. */
export const fileName = (track: number, file: number): string =>
  `track-${String(track).padStart(4, '0')}-${String(file).padStart(6, '0')}.mp4`;

const journalPattern = /^journal(-\d{6,})?\.jsonl$/;
export const isJournalName = (text: string): boolean => journalPattern.test(text);

const filePattern = /^track-\d{4,}-\d{6,}\.mp4$/;
/** Returns whether a stint may have an object of this name. */
export const isObjectName = (text: string): boolean =>
  text.length < 100 && (journalPattern.test(text) || filePattern.test(text));
