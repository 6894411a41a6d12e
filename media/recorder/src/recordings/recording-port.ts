// What an order of the centre becomes: one stint, the work of this recorder on one recording.
import type { RecordingMode } from '@meridian/protocol';

export interface StintOrder {
  readonly recordingId: string;
  readonly roomKey: string;
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  readonly mode: RecordingMode;
  /** Of a page, else ''. */
  readonly pageUrl: string;
  /** For each join of the hidden session. */
  readonly token: () => Promise<string>;
  /**
   * Called once when the stint takes nothing more, with why: `ended`, `elsewhere` or `lost`; `code`: of what ended it.
   */
  onEnded(why: string, code?: string): void;
}

export interface RunningStint {
  /** What it costs, in participants that are recorded, at least 1. */
  readonly slots: number;
  /** Leaves the room and resolves when everything that came is on the disk, or that takes too long. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when the recorder is in the room and records; rejects with what prevents it. */
export type OpenStint = (order: StintOrder) => Promise<RunningStint>;
