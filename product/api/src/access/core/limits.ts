// In every limit, 0 means no limit.

export interface TenantLimits {
  readonly seats: number;
  readonly rooms: number;
  /** Highest total bit rate that the tenant's participants send, per media node (docs/design/bandwidth.md). */
  readonly publishBps: number;
  /** Calls per second of each API key and each user; 0 means the default rate. */
  readonly apiPerSecond: number;
  /** Modes of recording that are allowed: none, tracks as published, or also composed pictures. */
  readonly recording: RecordingLimit;
  readonly recordingBytes: number;
  /** Minutes that may be recorded in each calendar month (UTC). */
  readonly recordingMinutes: number;
  /** Includes uploads under way, transcripts and chosen covers. */
  readonly libraryBytes: number;
}

export const recordingLimits = ['off', 'tracks', 'composed'] as const;
export type RecordingLimit = (typeof recordingLimits)[number];

const none: TenantLimits = {
  seats: 0,
  rooms: 0,
  publishBps: 0,
  apiPerSecond: 0,
  recording: 'composed',
  recordingBytes: 0,
  recordingMinutes: 0,
  libraryBytes: 0,
};

/** Parses limits; a missing limit is 0. */
export const limitsOf = (json: string, changes: Partial<TenantLimits> = {}): TenantLimits => ({
  ...none,
  ...(JSON.parse(json) as Partial<TenantLimits>),
  ...changes,
});
