// Names of recordings and of the hidden sessions by which recorders make them, and what they cost.
import { newId } from './ids.ts';
import { limits } from './limits.ts';
import type { RecordingMode } from './policy.ts';

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

/** Participants that one core of a recorder is planned to record, as media is copied and not transcoded. */
export const recorderSlotsPerCore = 60;

/**
 * What a composed recording of 720p at 30 pictures a second takes, in thousandths of a core
 * (docs/adr/0031-composition.md).
 */
export const composing = {
  /** To paint and encode the picture. */
  picture: 700,
  /** To mix and encode the sound. */
  sound: 40,
  /** To decode one tile: VP8 and H.264 of 640x360 take 30 to 60. */
  tile: 60,
  /** More are too small to see, and each costs a decoder. */
  tilesMax: 25,
} as const;

/** What a recorded web page takes, in thousandths of a core: a browser, and an encoder of 720p. */
export const PAGE_MILLICORES = 2000;

/** What a recording costs of a recorder, in participants whose tracks are copied. */
export function recordingSlots(mode: RecordingMode, participants: number): number {
  if (mode === '') return Math.max(1, participants);
  const tiles = Math.min(composing.tilesMax, participants);
  const millicores = mode === 'page' ? PAGE_MILLICORES : composing.picture + composing.sound + tiles * composing.tile;
  return Math.ceil((millicores * recorderSlotsPerCore) / 1000);
}

/** A web page that may be recorded, as far as its text says: of http or https, without a name and password. */
export function isPageUrl(text: string): boolean {
  const url = text.length <= limits.pageUrlLengthMax ? URL.parse(text) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '';
}
