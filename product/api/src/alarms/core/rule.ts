// The form of an alarm rule, and the facts that rules judge.
import type { FleetNode, HostLink, RecordingQueue } from '../../console/core/fleet.ts';
import type { StrengthCounts } from '../../console/core/world.ts';
import type { DialledRegion } from '../../dial/core/facts.ts';
import type { AwayReceiver, RecentFailures, RegionQueue } from '../../distribution/core/facts.ts';
import type { FleetTrends } from '../../history/core/trends.ts';
import type { JoinTally } from '../../quality/core/joins.ts';
import type { SeenRoom } from '../../wall/core/facts.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Sources of facts. An unavailable source has no facts, and its alarms stay as they are. */
export const sources = ['centre', 'quality', 'webhooks', 'own', 'history', 'dial', 'wall', 'distribution'] as const;
export type Source = (typeof sources)[number];

export interface RegionDeliveries {
  readonly region: string;
  readonly open: number;
  /** `late`: number of deliveries past their deadline; `oldestLateMs` is 0 if there are none. */
  readonly late: number;
  readonly oldestLateMs: number;
}

export interface AlarmFacts {
  /** Wall time of the api; comparable only with other wall times, such as the end of a certificate. */
  readonly wallMs: number;
  readonly isCentreReachable: boolean;
  /** Absent if no centre answers. */
  readonly cloud?: {
    readonly nodes: readonly FleetNode[];
    readonly links: readonly HostLink[];
    readonly recordingQueue?: RecordingQueue;
  };
  /** Earlier figures of nodes and links. Absent if there are too few, or if the database did not answer. */
  readonly trends?: FleetTrends;
  /** Joins of the last minutes, by region of the signaling node. Absent: the database did not answer. */
  readonly joins?: readonly JoinTally[];
  /** Regions with dial tests. Absent: the database did not answer. */
  readonly dialled?: readonly DialledRegion[];
  /** Watched rooms. Absent: no recorder answered. */
  readonly watched?: readonly SeenRoom[];
  /** Sessions by media node and strength of their connection. Absent: the database did not answer. */
  readonly strengths?: ReadonlyMap<string, StrengthCounts>;
  /** Age of the oldest due delivery. Absent if the database did not answer. */
  readonly webhooks?: { readonly oldestDueMs: number };
  /** Open deliveries of files with a deadline, by region. Absent: the database did not answer. */
  readonly deliveries?: readonly RegionDeliveries[];
  /** Deliveries that failed in the last hour. Absent: the database did not answer. */
  readonly failures?: readonly RecentFailures[];
  /** Absent: the database did not answer. */
  readonly queues?: readonly RegionQueue[];
  /** Absent: no channel answered. */
  readonly awayReceivers?: readonly AwayReceiver[];
  /** Channels of notices; none where distribution is not configured. */
  readonly channels?: readonly { readonly name: string; readonly isUp: boolean }[];
}

export interface JudgedSubject {
  /** Rule and subject identify an alarm. */
  readonly subject: string;
  readonly value: number;
  readonly isBad: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface AlarmRule {
  readonly id: string;
  readonly source: Source;
  readonly severity: Severity;
  readonly reason: string;
  readonly limit: number;
  readonly unit: string;
  readonly limitSource: string;
  /** Time that a subject must be bad before the alarm fires. */
  readonly forMs: number;
  /** A relapse within this time belongs to the same alarm. */
  readonly clearForMs: number;
  /** Returns undefined if the facts are unknown. A subject missing in the result counts as good. */
  judge(facts: AlarmFacts, limit: number): readonly JudgedSubject[] | undefined;
}

export const labelsOf = ({ nodeId, hostId, site, region, kind }: FleetNode): Record<string, string> => ({
  node: nodeId,
  host: hostId,
  site,
  region,
  kind,
});

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
