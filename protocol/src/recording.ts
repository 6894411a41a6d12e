// Names of recordings, and of the hidden sessions by which recorders make them.
import { newId } from './ids.ts';

const recordingPattern = /^[a-z0-9_-]{1,64}$/;
/** Lower case: it is part of a key in a store. */
export const isRecordingId = (text: string): boolean => recordingPattern.test(text);

/** An id that no other recording has: 16 letters and digits of random bytes, 80 bits or more. */
export const newRecordingId = (bytes: (count: number) => Uint8Array): string => newId('RE_', bytes).toLowerCase();

/** The identity of a recorder's hidden session: it names the recording, so a room's owner sees which ones run. */
export const recorderIdentity = (recordingId: string, recorderId: string): string =>
  `recorder ${recordingId} at ${recorderId}`;

const recorderPattern = /^recorder ([a-z0-9_-]{1,64}) at (.+)$/;

/** What `recorderIdentity` was made of. Undefined for other identities, and for participants that are not hidden. */
export function recorderOf({
  identity,
  hidden,
}: {
  readonly identity: string;
  readonly hidden: boolean;
}): { readonly recordingId: string; readonly recorderId: string } | undefined {
  const [, recordingId, recorderId] = (hidden && recorderPattern.exec(identity)) || [];
  return recordingId === undefined || recorderId === undefined ? undefined : { recordingId, recorderId };
}
