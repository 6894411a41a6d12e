// 0: no limit.

export interface TenantLimits {
  readonly seats: number;
  readonly rooms: number;
  /** Sum of everything that the tenant's participants send, per media node (docs/design/bandwidth.md). */
  readonly publishBps: number;
  /** Calls of each API key and each user; 0: the usual rate. */
  readonly apiPerSecond: number;
  /** Recordings that are allowed: none, tracks as published, or composed pictures too. */
  readonly recording: RecordingLimit;
  readonly recordingBytes: number;
  /** Minutes in each calendar month (UTC). */
  readonly recordingMinutes: number;
  /** Includes uploads under way. */
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

/** Reads limits; unnamed ones are 0. */
export const limitsOf = (json: string, changes: Partial<TenantLimits> = {}): TenantLimits => ({
  ...none,
  ...(JSON.parse(json) as Partial<TenantLimits>),
  ...changes,
});
