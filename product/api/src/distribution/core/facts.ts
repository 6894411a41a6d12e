// Facts about deliveries for alarms and the morning report.

export interface RecentFailures {
  readonly region: string;
  readonly tenant: string;
  readonly code: string;
  readonly count: number;
}

interface DeliveryCount {
  readonly count: number;
  readonly bytes: number;
}

/** Deliveries of a region that were ordered or ended in the last 25 min. */
export interface RegionQueue {
  readonly region: string;
  readonly ordered: DeliveryCount;
  readonly ended: DeliveryCount;
}

/** Enabled receiver with open deliveries that was not seen in the last minute. */
export interface AwayReceiver {
  readonly tenant: string;
  readonly receiver: string;
  readonly name: string;
  readonly region: string;
  readonly open: number;
}

/** Deliveries of files that ended yesterday. */
export interface DeliveryDay {
  /** Yesterday in UTC, as 2026-11-23. */
  readonly day: string;
  readonly regions: readonly {
    readonly region: string;
    readonly done: number;
    readonly failed: number;
    readonly late: number;
    readonly bytes: number;
  }[];
  /** Busiest of the 30 days before; absent if they had no delivery. */
  readonly peak?: { readonly day: string; readonly done: number };
  /** Enabled receivers. Absent: no channel answered. */
  readonly receivers?: { readonly enabled: number; readonly away: number };
}
