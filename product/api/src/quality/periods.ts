import { type RawBuilder, sql } from 'kysely';
import type { PeriodRow } from './core/period.ts';

const sum = (column: string) => sql.raw(`cast(sum(r.${column}) as bigint)`);
const max = (column: string) => sql.raw(`max(r.${column})`);
/** SQL of a mean, weighted by measured time; the products need 8 bytes. */
const mean = (column: string) =>
  sql.raw(
    `cast(coalesce(sum(cast(r.${column} as bigint) * r.measured_ms) / nullif(sum(r.measured_ms), 0), 0) as bigint)`,
  );
/** SQL of a mean that ignores 0, which means unknown. */
const meanOfKnown = (column: string) =>
  sql.raw(
    `cast(coalesce(sum(cast(r.${column} as bigint) * r.measured_ms) / nullif(sum(case when r.${column} > 0 then r.measured_ms else 0 end), 0), 0) as bigint)`,
  );
/** SQL of the latest value: times have 13 digits until 2286, so the largest text has the latest time. */
const last = (column: string) => sql.raw(`substr(max(cast(r.at_ms as text) || r.${column}), 14)`);

type Figure = Exclude<keyof PeriodRow, 'session' | 'at_ms'>;
const figures: Readonly<Record<Figure, RawBuilder<unknown>>> = {
  period_ms: sum('period_ms'),
  measured_ms: sum('measured_ms'),
  strong: sum('strong'),
  medium: sum('medium'),
  weak: sum('weak'),
  unknown: sum('unknown'),
  node_id: last('node_id'),
  source: max('source'),
  rtt_us: meanOfKnown('rtt_us'),
  jitter_us: mean('jitter_us'),
  outbound_loss_ppm: mean('outbound_loss_ppm'),
  inbound_loss_ppm: mean('inbound_loss_ppm'),
  concealed_ppm: mean('concealed_ppm'),
  freeze_count: sum('freeze_count'),
  freeze_ms: sum('freeze_ms'),
  sent_bps: mean('sent_bps'),
  received_bps: mean('received_bps'),
  available_bps: mean('available_bps'),
  sent_height: max('sent_height'),
  received_height: max('received_height'),
  received_fps_tenths: meanOfKnown('received_fps_tenths'),
  layer: max('layer'),
  layer_switches: sum('layer_switches'),
};

const figureNames = Object.keys(figures) as readonly Figure[];
export const periodColumns: readonly (keyof PeriodRow)[] = ['session', 'at_ms', ...figureNames];

/** SQL of aggregates for `select … from TABLE as r … group by 1, 2`, in periods of `stepMs` at whole steps of UTC. */
export const longerPeriods = (stepMs: number): RawBuilder<unknown> => {
  const named = Object.entries(figures).map(([name, value]) => sql`${value} as ${sql.ref(name)}`);
  return sql`r.session as session, ${endOf(stepMs)} as at_ms, ${sql.join(named)}`;
};
/** A period that ends exactly at a step belongs to that step. */
const endOf = (stepMs: number) => sql.raw(`((r.at_ms - 1) / ${stepMs} + 1) * ${stepMs}`);

/** SQL that replaces earlier aggregates: for `insert … on conflict (session, at_ms) do update set`. */
export const replacedFigures: RawBuilder<unknown> = sql.join(
  figureNames.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
);
