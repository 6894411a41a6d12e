// Names of recordings and of their recorders' hidden sessions, and the costs of recordings.
import { newId } from './ids.ts';
import { limits } from './limits.ts';
import type { RecordingMode } from './policy.ts';

const recordingPattern = /^[a-z0-9_-]{1,64}$/;
/** Lower case, because the id is part of a key in a store. */
export const isRecordingId = (text: string): boolean => recordingPattern.test(text);

/** Returns a new id: 16 letters and digits of random bytes, 80 bits or more. */
export const newRecordingId = (bytes: (count: number) => Uint8Array): string => newId('RE_', bytes).toLowerCase();

/** Returns the identity of a recorder's hidden session, by which a room's owner sees the running recordings. */
export const recorderIdentity = (recordingId: string, recorderId: string): string =>
  `recorder ${recordingId} at ${recorderId}`;

const recorderPattern = /^recorder ([a-z0-9_-]{1,64}) at (.+)$/;

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

/**
 * Participants that a core of a recorder can record, as media is copied and not transcoded. `npm run bench -- recorder`
 * gives the figure for pictures of 1.2 Mbit/s in the clear; this is less than half of it, because larger pictures,
 * sealed media of other hosts and making files cost more.
 */
export const recorderSlotsPerCore = 60;

/** Cost of a composed recording, 720p at 30 pictures a second, in thousandths of a core (ADR 0031). */
export const composing = {
  picture: 700,
  sound: 40,
  /** Decoding a tile: VP8 and H.264 of 640x360 take 30 to 60. */
  tile: 60,
  /** More tiles are too small to see, and each costs a decoder. */
  tilesMax: 25,
} as const;

/** Cost of a recorded web page, in thousandths of a core: a browser, and an encoder of 720p. */
export const PAGE_MILLICORES = 2000;

/** Returns the cost of a recording for a recorder, in participants whose tracks are copied. */
export function recordingSlots(mode: RecordingMode, participants: number): number {
  if (mode === '') return Math.max(1, participants);
  const tiles = Math.min(composing.tilesMax, participants);
  const millicores = mode === 'page' ? PAGE_MILLICORES : composing.picture + composing.sound + tiles * composing.tile;
  return Math.ceil((millicores * recorderSlotsPerCore) / 1000);
}

export function isPageUrl(text: string): boolean {
  const url = text.length <= limits.pageUrlLengthMax ? URL.parse(text) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '';
}
