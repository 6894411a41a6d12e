// Types of responses, taken from the API's description; `Fixed` makes them readonly.
import type { components } from '@meridian/api-client';

type Schemas = components['schemas'];
type Fixed<T> = T extends readonly (infer One)[]
  ? readonly Fixed<One>[]
  : T extends object
    ? { readonly [K in keyof T]: Fixed<T[K]> }
    : T;

export type StrengthCounts = Fixed<Schemas['StrengthCounts']>;
export type Strength = keyof StrengthCounts;
/** Strengths of a participant's connection (base/protocol/src/quality-rating.ts), best first. */
export const strengths = ['strong', 'medium', 'weak', 'unknown'] as const satisfies readonly Strength[];

export type WorldSite = Fixed<Schemas['WorldSite']>;
export type WorldLink = Fixed<Schemas['WorldLink']>;
export type WorldPlace = Fixed<Schemas['WorldPlace']>;
export type World = Fixed<Schemas['World']>;
export type WorldChange = Fixed<Schemas['WorldChange']>;
export type ConsoleNode = Fixed<Schemas['ConsoleNode']>;
export type NodeState = ConsoleNode['state'];
export type ConsoleRoom = Fixed<Schemas['ConsoleRoom']>;
export type ConsolePastRoom = Fixed<Schemas['ConsolePastRoom']>;
export type ConsolePastPeople = Fixed<Schemas['ConsolePastPeople']>;
export type ConsolePerson = Fixed<Schemas['ConsolePerson']>;
export type TrackHop = Fixed<Schemas['TrackHop']>;
export type WallRoom = Fixed<Schemas['WallRoom']>;
export type WallTrack = Fixed<Schemas['WallTrack']>;
export type KeptWallRoom = Fixed<Schemas['KeptWallRoom']>;
export type PathSeen = Fixed<Schemas['PathSeen']>;
export type RoomPlan = Fixed<Schemas['ConsoleRoomPlan']>;
export type TimelineEvent = Fixed<Schemas['TimelineEvent']>;
export type QualityPoint = Fixed<Schemas['QualityPoint']>;
export type DecisionCandidate = Fixed<Schemas['DecisionCandidate']>;
export type DecisionStory = Fixed<Schemas['DecisionStory']>;
export type SessionTimeline = Fixed<Schemas['SessionTimeline']>;
export type LogSearch = Fixed<Schemas['LogSearch']>;
export type DialState = Fixed<Schemas['DialState']>;
export type DialCell = Fixed<Schemas['DialCell']>;
export type DialFault = Fixed<Schemas['DialFault']>;
export type DialHistory = Fixed<Schemas['DialHistory']>;
export type Inspection = Fixed<Schemas['Inspection']>;
export type InspectionDays = Fixed<Schemas['InspectionDays']>;
export type InspectionSettings = Fixed<Schemas['InspectionSettings']>;
export type InspectionMailed = Fixed<Schemas['InspectionMailed']>;
export type SlaReport = Fixed<Schemas['SlaReport']>;
export type SlaObjective = Fixed<Schemas['SlaObjective']>;
export type SlaFigure = Fixed<Schemas['SlaFigure']>;
export type SlaRow = Fixed<Schemas['SlaRow']>;
export type SlaTakenOut = Fixed<Schemas['SlaTakenOut']>;
export type TenantSlaReport = Fixed<Schemas['TenantSlaReport']>;
/** Prices in `currency` (product/api/src/cost/schemas.ts describes all cost types). */
export interface CostPrices {
  /** Currency code of ISO 4217. */
  readonly currency: string;
  /** A line without kind or region applies to all that have no line of their own. */
  readonly nodeHours: readonly { readonly kind?: string; readonly region?: string; readonly price: number }[];
  readonly traffic: readonly { readonly region?: string; readonly unit: 'GB' | 'Mbps95'; readonly price: number }[];
}
export interface CostSettings {
  readonly prices: CostPrices;
  readonly isAssumed: boolean;
  readonly updatedAt?: string;
}
export interface CostRow {
  /** Region, tenant ('' for none) or pair of regions with ` > ` between, by the list that has the row. */
  readonly key: string;
  readonly nodeHours: number;
  readonly nodeCost: number;
  readonly sentBytes: number;
  /** 95th percentile of the bit rate; absent for a tenant. */
  readonly peakBps?: number;
  readonly trafficCost: number;
  readonly cost: number;
  readonly userHours: number;
  /** Cost per hour; absent without hours. */
  readonly costPerUserHour?: number;
}
export interface CostReport {
  readonly month: string;
  readonly from: string;
  readonly to: string;
  readonly isRunning: boolean;
  readonly by: string;
  readonly currency: string;
  readonly isAssumed: boolean;
  readonly total: CostRow;
  readonly kinds: readonly { readonly kind: string; readonly nodeHours: number; readonly nodeCost: number }[];
  /** Rows, most expensive first. */
  readonly rows: readonly CostRow[];
  readonly complete: boolean;
}
export type Alarm = Fixed<Schemas['Alarm']>;
export type AlarmSeverity = Alarm['severity'];
/** Severities, worst first. */
export const alarmSeverities = ['critical', 'warning', 'info'] as const satisfies readonly AlarmSeverity[];
export type OpenAlarms = Fixed<Schemas['OpenAlarms']>;
export type AlarmPage = Fixed<Schemas['AlarmPage']>;
export type AlarmStory = Fixed<Schemas['AlarmStory']>;
export type AlarmNotification = Fixed<Schemas['AlarmNotification']>;
export type AlarmMatcher = Fixed<Schemas['AlarmMatcher']>;
export type AlarmReceiver = Fixed<Schemas['AlarmReceiver']>;
export type AlarmReceiverWithSecret = Fixed<Schemas['AlarmReceiverWithSecret']>;
export type NewAlarmReceiver = Fixed<Schemas['NewAlarmReceiver']>;
export type AlarmReceiverChange = Fixed<Schemas['AlarmReceiverChange']>;
export type AlarmAttempt = Fixed<Schemas['AlarmAttempt']>;
export type AlarmSilence = Fixed<Schemas['AlarmSilence']>;
export type NewAlarmSilence = Fixed<Schemas['NewAlarmSilence']>;
export type AlarmRule = Fixed<Schemas['AlarmRule']>;
export type AlarmRuleChange = Fixed<Schemas['AlarmRuleChange']>;
