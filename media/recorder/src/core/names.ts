// Names of what recorders keep, in their spool and in stores: keys of stores have lower-case letters alone.
import { isNodeId, isRecordingId, partsOf, roomKeyOf } from '@meridian/protocol';

/** As many digits of base 36 as a time of this millennium needs: names sort by time. */
const TIME_DIGITS = 9;

/** A capital becomes `.` and its small letter, a dot becomes two: `tenantOfPart` undoes it. */
const lowered = (text: string): string => text.replaceAll(/[.A-Z]/g, (one) => `.${one.toLowerCase()}`);

/** The first part of a tenant's keys. It begins with `t-`: no tenant's name is one of ours, or begins with a dot. */
export const tenantPart = (tenant: string): string => `t-${lowered(tenant)}`;

/** The tenant of a `tenantPart`. Undefined for everything else. */
export function tenantOfPart(part: string): string | undefined {
  if (!part.startsWith('t-')) return undefined;
  const tenant = part.slice(2).replaceAll(/\.([.a-z])/g, (_, one: string) => one.toUpperCase());
  return roomKeyOf(tenant, 'room') !== undefined && tenantPart(tenant) === part ? tenant : undefined;
}

/** The id of a stint: it sorts by its beginning, and no two recorders make the same one. */
export const stintIdOf = (startedWallMs: number, recorderId: string): string =>
  `${Math.floor(startedWallMs).toString(36).padStart(TIME_DIGITS, '0')}-${lowered(recorderId)}`;

const stintPattern = /^[0-9a-z]{9}-[a-z0-9._-]{1,128}$/;
export const isStintId = (text: string): boolean => stintPattern.test(text);

/** The prefix of the keys of all stints of a recording. Throws a `RangeError` for names that are none. */
export function recordingPrefix(tenant: string, recordingId: string): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isRecordingId(recordingId))
    throw new RangeError('neither tenant nor recording may have such a name');
  return `${tenantPart(tenant)}/${recordingId}/`;
}

/** The prefix of the keys of one stint. Throws a `RangeError` for names that are none. */
export function stintPrefix(o: {
  readonly roomKey: string;
  readonly recordingId: string;
  readonly startedWallMs: number;
  readonly recorderId: string;
}): string {
  const room = partsOf(o.roomKey);
  if (room === undefined || !isNodeId(o.recorderId)) throw new RangeError('no room or recorder has such a name');
  return `${recordingPrefix(room.tenant, o.recordingId)}${stintIdOf(o.startedWallMs, o.recorderId)}/`;
}

export const JOURNAL_NAME = 'journal.jsonl';

/** The name of the journal's lines of about one minute. */
export const sliceName = (number: number): string => `journal-${String(number).padStart(6, '0')}.jsonl`;

/** The name of a track's file; both count from 1. */
export const fileName = (track: number, file: number): string =>
  `track-${String(track).padStart(4, '0')}-${String(file).padStart(6, '0')}.mp4`;
