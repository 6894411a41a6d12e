export interface FleetTrends {
  /** Usual round trip of links in use, by "SITE SITE" with the smaller site first. */
  readonly usualRttMs: ReadonlyMap<string, number>;
  /** Memory trend by node. Nodes that have run for a few hours at most are absent. */
  readonly memory: ReadonlyMap<string, MemoryTrend>;
  readonly capacity: ReadonlyMap<string, CapacityTrend>;
}

export interface MemoryTrend {
  /** Slope of a robust line through the samples. */
  readonly bytesPerHour: number;
  /** Share of the hours in which memory rose by half of that slope or more, 0 … 1. */
  readonly risingShare: number;
  readonly hours: number;
  readonly rssBytes: number;
  /** Hourly slope of the node's sessions, or of their maximum so far if steeper, as a share; else the cloud's. */
  readonly loadPerHour: number;
}

export interface CapacityTrend {
  /** 0 … 1, of the sessions that open media nodes can have. */
  readonly share: number;
  /** Time until all are taken, if the last hour's trend continues; absent: no rise. */
  readonly fullInMs?: number;
}
