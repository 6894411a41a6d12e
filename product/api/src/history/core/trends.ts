export interface FleetTrends {
  /** Usual round trip of links in use, by "SITE SITE", sorted. */
  readonly usualRttMs: ReadonlyMap<string, number>;
  /** Memory trend by node; absent for nodes that started only a few hours ago. */
  readonly memory: ReadonlyMap<string, MemoryTrend>;
  readonly capacity: ReadonlyMap<string, CapacityTrend>;
}

export interface MemoryTrend {
  /** Slope of a robust line through the samples. */
  readonly bytesPerHour: number;
  /** Share of the hours in which memory rose by at least half of that slope, 0 to 1. */
  readonly risingShare: number;
  readonly hours: number;
  readonly rssBytes: number;
  /**
   * Hourly slope of the node's sessions, or of their maximum so far if that is steeper, as a share; for a node without
   * sessions, the cloud's.
   */
  readonly loadPerHour: number;
}

export interface CapacityTrend {
  /** Sessions as a share of those that open media nodes can hold, 0 to 1. */
  readonly share: number;
  /** Time until all sessions are taken if the last hour's trend continues; absent without a rise. */
  readonly fullInMs?: number;
}
