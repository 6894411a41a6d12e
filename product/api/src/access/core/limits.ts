// What a tenant may use at most. 0: no limit.

export interface TenantLimits {
  /** Participants at a time. */
  readonly seats: number;
  /** Rooms at a time. */
  readonly rooms: number;
  /** Of everything that its participants send together, per media node (docs/design/bandwidth.md). */
  readonly publishBps: number;
  /** Calls of each of its API keys and users; 0: the usual rate. */
  readonly apiPerSecond: number;
  /** What may be recorded: nothing, tracks as they are published, those and composed pictures. */
  readonly recording: RecordingLimit;
  /** Of all recordings that are kept. */
  readonly recordingBytes: number;
  /** Of each calendar month (UTC). */
  readonly recordingMinutes: number;
  /** Of all that its library keeps, and of uploads under way. */
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

/** Of the database's JSON, and what is changed in it. What is not named has no limit. */
export const limitsOf = (json: string, changes: Partial<TenantLimits> = {}): TenantLimits => ({
  ...none,
  ...(JSON.parse(json) as Partial<TenantLimits>),
  ...changes,
});
