// What a room's owner asks of the centre, and what recorders say of themselves.
import type { Point } from '@meridian/protocol';

/** Participants of one recording; more than one recorder has slots for. */
export const SLOTS_MAX = 1_000;
/** Of one recorder, in a report each second: one slot each, on a machine far larger than any. */
export const RECORDINGS_LISTED_MAX = 1_000;
export const PRIORITY_MAX = 9;

/** Recordings of two rooms never meet, whatever ids their owners choose: a room key names its tenant. */
export const recordingKeyOf = (roomKey: string, recordingId: string): string => `${roomKey} ${recordingId}`;
/** The room of a recording's key: recording ids contain no space. */
export const roomKeyOf = (recordingKey: string): string => recordingKey.slice(0, recordingKey.lastIndexOf(' '));

/** A recording that is to begin. */
export interface RecordingAsk {
  /** By `recordingKeyOf`. */
  readonly key: string;
  readonly tenant: string;
  readonly fence: string;
  /** 0 to PRIORITY_MAX, the highest first. */
  readonly priority: number;
  readonly slots: number;
  /** Recorders that have lost it. Not empty: it ran before, and goes ahead of its priority. */
  readonly avoidIds: readonly string[];
  /** The media node near which it is wanted. */
  readonly place: RecordingPlace;
}

export interface RecordingPlace extends Point {
  readonly hostId: string;
  readonly region: string;
}

/** A recorder that lives and takes work. */
export interface Recorder extends RecordingPlace {
  readonly nodeId: string;
  readonly slots: number;
  /** Neither reported as used nor handed out a moment ago. */
  readonly freeSlots: number;
}
