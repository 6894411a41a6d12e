// Requests of room owners to the centre, and reports of recorders.
import type { Point } from '@meridian/protocol';

/** Limit of a recording's participants: more than any recorder has slots for. */
export const SLOTS_MAX = 1_000;
/** Limit of recordings in a recorder's report each second: with a slot each, more than any machine can run. */
export const RECORDINGS_LISTED_MAX = 1_000;
export const PRIORITY_MAX = 9;

/** A room key names its tenant, so recordings of two rooms never collide, whatever ids their owners choose. */
export const recordingKeyOf = (roomKey: string, recordingId: string): string => `${roomKey} ${recordingId}`;
/** Returns the room of a recording's key: recording ids contain no space. */
export const roomKeyOf = (recordingKey: string): string => recordingKey.slice(0, recordingKey.lastIndexOf(' '));

export interface RecordingAsk {
  /** By `recordingKeyOf`. */
  readonly key: string;
  readonly tenant: string;
  readonly fence: string;
  /** 0 to PRIORITY_MAX, the highest first. */
  readonly priority: number;
  readonly slots: number;
  /** Recorders that have lost the recording. Not empty: it ran before, and goes ahead of its priority. */
  readonly avoidIds: readonly string[];
  readonly place: RecordingPlace;
}

export interface RecordingPlace extends Point {
  readonly hostId: string;
  readonly region: string;
}

export interface Recorder extends RecordingPlace {
  readonly nodeId: string;
  readonly slots: number;
  /** Slots neither used by its report nor handed out recently. */
  readonly freeSlots: number;
}
