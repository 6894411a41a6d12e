// What an alarm rule is, and what it judges. Pure.
import type { FleetNode, HostLink, RecordingQueue } from '../../console/core/fleet.ts';
import type { StrengthCounts } from '../../console/core/world.ts';
import type { DialledRegion } from '../../dial/core/facts.ts';
import type { FleetTrends } from '../../history/core/trends.ts';
import type { JoinTally } from '../../quality/core/joins.ts';
import type { SeenRoom } from '../../wall/core/facts.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Where facts come from. Those of a source that is away are absent: its alarms stay as they are. */
export const sources = ['centre', 'quality', 'webhooks', 'own', 'history', 'dial', 'wall', 'distribution'] as const;
export type Source = (typeof sources)[number];

export interface RegionDeliveries {
  readonly region: string;
  readonly open: number;
  /** Of these, with the one that has been late for longest; 0: none is. */
  readonly late: number;
  readonly oldestLateMs: number;
}

export interface AlarmFacts {
  /** By the wall of the api: only for times that are wall times themselves, as the end of a certificate. */
  readonly wallMs: number;
  readonly isCentreReachable: boolean;
  /** Absent: no centre answers now. */
  readonly cloud?: {
    readonly nodes: readonly FleetNode[];
    readonly links: readonly HostLink[];
    readonly recordingQueue?: RecordingQueue;
  };
  /** How figures of nodes and links were before. Absent: too little is known, or the database did not say. */
  readonly trends?: FleetTrends;
  /** Joins of the last minutes, by region of the signaling node. Absent: the database did not say. */
  readonly joins?: readonly JoinTally[];
  /** Regions with dial tests. Absent: the database did not say. */
  readonly dialled?: readonly DialledRegion[];
  /** Rooms that are watched. Absent: no recorder said anything. */
  readonly watched?: readonly SeenRoom[];
  /** Sessions by media node, by how good their connection is. Absent: the database did not say. */
  readonly strengths?: ReadonlyMap<string, StrengthCounts>;
  /** Absent: the database did not say. */
  readonly webhooks?: { readonly oldestDueMs: number };
  /** Open deliveries of files that have a deadline, by region. Absent: the database did not say. */
  readonly deliveries?: readonly RegionDeliveries[];
}

export interface Judged {
  /** Node, host, link or region: with the rule, what one alarm is about. */
  readonly subject: string;
  readonly value: number;
  readonly isBad: boolean;
  /** What silences, receivers and inhibition match. */
  readonly labels: Readonly<Record<string, string>>;
  /** A sentence for operators, in English. */
  readonly text: string;
}

export interface AlarmRule {
  readonly id: string;
  readonly source: Source;
  readonly severity: Severity;
  /** What it means. */
  readonly reason: string;
  readonly limit: number;
  readonly unit: string;
  /** Where the limit comes from. */
  readonly limitSource: string;
  /** It is bad for so long before it fires. */
  readonly forMs: number;
  /** It is good for so long before it is over: what comes back within this is the same alarm. */
  readonly clearForMs: number;
  /** Undefined: nothing is known now. A subject that is missing is good. */
  judge(facts: AlarmFacts, limit: number): readonly Judged[] | undefined;
}

/** Labels of a node. */
export const labelsOf = ({ nodeId, hostId, site, region, kind }: FleetNode): Record<string, string> => ({
  node: nodeId,
  host: hostId,
  site,
  region,
  kind,
});

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
