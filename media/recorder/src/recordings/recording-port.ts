// Stint as the recordings see it: this recorder's work on one recording, by order of the centre.
import type { RecordingMode } from '@meridian/protocol';

export interface StintOrder {
  readonly recordingId: string;
  readonly roomKey: string;
  /** Participant whose tracks are recorded; `''` for the whole room. */
  readonly identity: string;
  readonly mode: RecordingMode;
  /** True for a composed recording whose tracks are kept and composed after the end. */
  readonly isLater: boolean;
  /** URL of a page, else `''`. */
  readonly pageUrl: string;
  /** Returns a token for each join of the hidden session. */
  readonly token: () => Promise<string>;
  /** Called once when the stint ends: `ended`, `elsewhere` or `lost`; `code` is the reason. */
  onEnded(why: string, code?: string): void;
}

export interface RunningStint {
  /** Cost in recorded participants, at least 1. */
  readonly slots: number;
  /** Leaves the room; resolves when everything received is on the disk, or after a time limit. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when the recorder is in the room and records; rejects if it cannot. */
export type OpenStint = (order: StintOrder) => Promise<RunningStint>;
