// How figures of nodes and links have changed. Pure.

export interface FleetTrends {
  /** By "SITE SITE" of links in use, the smaller site first: the usual round trip. */
  readonly usualRttMs: ReadonlyMap<string, number>;
  /** By node: how its memory has grown. Nodes that run for some hours at most are not in it. */
  readonly memory: ReadonlyMap<string, MemoryTrend>;
  /** By region: how its free sessions change. */
  readonly capacity: ReadonlyMap<string, CapacityTrend>;
}

export interface MemoryTrend {
  /** Slope of a robust line through the samples. */
  readonly bytesPerHour: number;
  /** The part of the hours in which it rose by half of that or more, 0 … 1. */
  readonly risingShare: number;
  readonly hours: number;
  readonly rssBytes: number;
  /**
   * Slope of its sessions, or of the most that it has had so far if that is steeper, as a share of them, per hour; of a
   * node without any, of those of the cloud. Memory that sessions take rises by no larger share.
   */
  readonly loadPerHour: number;
}

export interface CapacityTrend {
  /** 0 … 1, of the sessions that media nodes which take new ones can have. */
  readonly share: number;
  /** Until all are taken, if it goes on as in the last hour; absent: it does not rise. */
  readonly fullInMs?: number;
}
