// Cuts a timeline into periods and converts each period into a point.
import type { Strength } from '@meridian/protocol';
import type { PeriodRow, PeriodTable } from '../../quality/core/period.ts';
import { sourceOfCode } from '../../quality/core/records.ts';

/** Charts have fewer columns than this. */
export const POINTS_MAX = 2000;
const DAY_S = 86_400;
const steps = [10, 60, 3600, DAY_S] as const;
/** Tables of periods, each with how long its rows are kept. */
const tables: readonly { readonly table: PeriodTable; readonly stepS: number; readonly keptS: number }[] = [
  { table: 'quality_10s', stepS: 10, keptS: DAY_S },
  { table: 'quality_1m', stepS: 60, keptS: 31 * DAY_S },
  { table: 'quality_1h', stepS: 3600, keptS: Number.POSITIVE_INFINITY },
];

export interface PointResolution {
  /** The finest table that covers the whole span. */
  readonly table: PeriodTable;
  readonly tableStepS: number;
  /** Table with rows that are not yet rolled up into `table`. */
  readonly finer: PeriodTable | undefined;
  /** Chosen so that at most POINTS_MAX points fit. */
  readonly stepS: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns undefined for a request without a span. */
export function spanWithin(session: Span, { fromMs, toMs }: Partial<Span>): Span | undefined {
  if (fromMs === undefined && toMs === undefined) return undefined;
  const from = Math.max(session.fromMs, fromMs ?? session.fromMs);
  return { fromMs: from, toMs: Math.max(from, Math.min(session.toMs, toMs ?? session.toMs)) };
}

export function resolutionOf({ fromMs, toMs, nowMs }: Span & { readonly nowMs: number }): PointResolution {
  const ageS = (nowMs - fromMs) / 1000;
  const at = tables.findIndex(({ keptS }) => ageS < keptS);
  const { table, stepS: tableStepS } = tables[at] ?? { table: 'quality_1h', stepS: 3600 };
  const lengthS = (toMs - fromMs) / 1000;
  const stepS = steps.find((step) => step >= tableStepS && lengthS / step <= POINTS_MAX) ?? DAY_S;
  return { table, tableStepS, finer: tables[at - 1]?.table, stepS };
}

/** A period counts as bad from this share on: one record of a minute's six, but not a few of an hour's 360. */
const BAD_SHARE = 0.1;

/** Returns the strength that at least a tenth of the measured records had or fell below. */
export function strengthOfPeriods(row: Pick<PeriodRow, 'strong' | 'medium' | 'weak'>): Strength {
  const { strong, medium, weak } = row;
  const measured = strong + medium + weak;
  if (measured === 0) return 'unknown';
  if (weak >= BAD_SHARE * measured) return 'weak';
  return weak + medium >= BAD_SHARE * measured ? 'medium' : 'strong';
}

export function pointOf(row: Omit<PeriodRow, 'session'>) {
  const source = sourceOfCode(row.source);
  return {
    at: new Date(row.at_ms).toISOString(),
    strength: strengthOfPeriods(row),
    nodeId: row.node_id,
    source,
    ...(source !== '' && {
      ...(row.rtt_us > 0 && { rttMs: row.rtt_us / 1000 }),
      outboundLoss: shareOf(row.outbound_loss_ppm),
      inboundLoss: shareOf(row.inbound_loss_ppm),
      jitterMs: row.jitter_us / 1000,
      freezeMs: row.freeze_ms,
      concealed: shareOf(row.concealed_ppm),
      sentBps: row.sent_bps,
      receivedBps: row.received_bps,
      ...(row.sent_height > 0 && { sentHeight: row.sent_height }),
      ...(row.received_height > 0 && { receivedHeight: row.received_height }),
      ...(row.received_fps_tenths > 0 && { receivedFps: row.received_fps_tenths / 10 }),
      ...(row.layer >= 0 && { layer: row.layer }),
    }),
  };
}

const shareOf = (ppm: number): number => ppm / 1e6;
