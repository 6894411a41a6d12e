// Facts for the morning inspection. Those of a source that did not answer are absent.
import type { FleetNode, RecordingQueue } from '../../console/core/fleet.ts';
import type { DeliveryDay } from '../../distribution/core/facts.ts';
import type { CapacityTrend } from '../../history/core/trends.ts';

export interface InspectionFacts {
  readonly nowMs: number;
  /** Alarms that began, or were open, in the last 24 h, by rule. */
  readonly alarms?: readonly AlarmSum[];
  /** Quality of the last 24 h, by region of the media node and hour. */
  readonly quality?: readonly QualityHour[];
  /** Joins by region of the signaling node. */
  readonly joins?: readonly JoinSum[];
  readonly dial?: readonly DialSum[];
  readonly capacity?: readonly CapacityPeak[];
  /** Absent for too few samples. */
  readonly forecast?: ReadonlyMap<string, CapacityTrend>;
  /** Absent if no centre answers. */
  readonly nodes?: readonly FleetNode[];
  readonly recordingQueue?: RecordingQueue;
  /** Wall time at which the HTTPS certificate expires; absent without HTTPS. */
  readonly httpsEndsMs?: number;
  readonly quotas?: QuotaFacts;
  readonly webhooks?: { readonly oldestDueMs: number };
  readonly deliveries?: DeliveryDay;
  readonly databaseBytes?: number;
  /** Wall time since when nodes have been cordoned or draining, by node id. */
  readonly closedSince?: ReadonlyMap<string, number>;
  readonly testers?: readonly { readonly region: string; readonly silentMs: number; readonly everyMs: number }[];
  readonly receivers?: {
    readonly enabled: number;
    readonly delivered: number;
    readonly failing: readonly { readonly name: string; readonly failed: number; readonly error: string }[];
  };
  /** Last backup; `atMs` is absent if the api's own command has never made one. */
  readonly backup?: { readonly atMs?: number };
  readonly silences?: readonly { readonly endsMs: number; readonly reason: string }[];
}

export const quotaNames = ['seats', 'rooms', 'recordingBytes', 'recordingMinutes', 'meetings', 'mails'] as const;
export type QuotaName = (typeof quotaNames)[number];
export interface QuotaFacts {
  /** Use of quotas by tenants that have a limit. */
  readonly uses: readonly {
    readonly tenant: string;
    readonly what: QuotaName;
    readonly used: number;
    /** Limit of the tenant; at least 1. */
    readonly most: number;
  }[];
  /** Joins of the last 24 h refused with QUOTA_EXCEEDED. */
  readonly refused: readonly { readonly tenant: string; readonly joins: number }[];
}

export interface AlarmSum {
  readonly rule: string;
  readonly severity: string;
  readonly count: number;
  readonly longestMs: number;
  readonly open: number;
  readonly acknowledged: number;
}
export interface QualityHour {
  readonly region: string;
  /** End of the hour, as wall time. */
  readonly atMs: number;
  readonly weak: number;
  readonly measured: number;
}
export interface JoinSum {
  readonly region: string;
  readonly joins: number;
  readonly failed: number;
}
export interface DialSum {
  readonly region: string;
  readonly tried: number;
  readonly failed: Readonly<Record<string, number>>;
}
export interface CapacityPeak {
  readonly region: string;
  readonly atMs: number;
  readonly share: number;
  readonly most: number;
}
