// The timeline of one session: its quality, its events, its placement decisions.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { Problem } from '../http/problems.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { PeriodRow, PeriodTable } from '../quality/core/period.ts';
import { longerPeriods } from '../quality/periods.ts';
import type { DecisionStories } from '../quality/stories.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { POINTS_MAX, pointOf, resolutionOf, type Span, spanWithin } from './core/points.ts';
import { nodesOf, personOf, type SessionRow } from './people.ts';
import type { CentrePaths } from './ports.ts';
import type { QualityPoint, SessionTimeline, TimelineEvent } from './schemas.ts';

/** Even a person who mutes and unmutes all day causes fewer events; beyond the limit, the earliest are left out. */
const EVENTS_MAX = 2000;

export const timelineQuery = Type.Object({
  from: Type.Optional({ ...Time, description: 'Start of the span of points. Default: the join.' }),
  to: Type.Optional({ ...Time, description: 'End of the span of points. Default: the end of the session, or now.' }),
});
export const TIMELINE_DESCRIPTION =
  'At most the last 2000 points and 2000 events. With `from` or `to`, points of that span have the finest resolution that is still stored.';

/** Throws REQUEST_INVALID for a span that does not end after it begins. */
export function requestedSpan({ from, to }: { from?: string; to?: string }): Partial<Span> {
  const span = { ...(from !== undefined && { fromMs: timeMs(from) }), ...(to !== undefined && { toMs: timeMs(to) }) };
  if (Number.isNaN(span.fromMs)) throw queryProblem('from', 'is not a valid time');
  if (Number.isNaN(span.toMs)) throw queryProblem('to', 'is not a valid time');
  if (span.fromMs !== undefined && span.toMs !== undefined && span.fromMs >= span.toMs)
    throw queryProblem('to', 'must be after `from`');
  return span;
}

const queryProblem = (field: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: `?${field}`, detail }] });

export interface TimelineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly stories: Pick<DecisionStories, 'storiesOf'>;
}

export const sessionBy = (db: Database, sessionId: string): Promise<SessionRow | undefined> =>
  db.selectFrom('quality_sessions').selectAll().where('session_id', '=', sessionId).executeTakeFirst();

/** Reads the points of the span `asked`. Tenants get no `paths`. */
export async function timelineOf(
  { db, clock, stories }: TimelineDeps,
  row: SessionRow,
  { asked = {}, paths }: { readonly asked?: Partial<Span>; readonly paths?: CentrePaths } = {},
): Promise<SessionTimeline> {
  const nowMs = clock.wallMs();
  const person = personOf(row, nowMs);
  const endMs = person.leftAt === undefined ? nowMs : Date.parse(person.leftAt);
  const session = { fromMs: row.joined_ms, toMs: endMs };
  const { stepS, points } = await pointsOf(db, row, { session, span: spanWithin(session, asked), nowMs });
  const events = await eventsOf(db, row.key);
  const decisionIds = [row.decision_id, ...events.map(({ decision_id }) => decision_id)];
  const meeting = await db
    .selectFrom('meetings')
    .select('title')
    .where('id', '=', row.room)
    .where('tenant', '=', row.tenant)
    .executeTakeFirst();
  return {
    person,
    roomTitle: meeting?.title ?? '',
    signalingId: row.signaling_id,
    sdk: row.sdk,
    device: row.device,
    transport: row.transport,
    network: row.network,
    stepS,
    points,
    events: events.map(shownEvent),
    decisions: await stories.storiesOf(row.key, decisionIds),
    paths:
      paths !== undefined && person.leftAt === undefined
        ? await paths.pathsTo(row.node_id, nodesOf(row.from_nodes))
        : [],
  };
}

interface PointsQuery {
  readonly session: Span;
  /** Undefined: the whole session. */
  readonly span: Span | undefined;
  readonly nowMs: number;
}

async function pointsOf(
  db: Database,
  { key, last_ms }: SessionRow,
  { session, span, nowMs }: PointsQuery,
): Promise<{ stepS: number; points: QualityPoint[] }> {
  const { table, tableStepS, finer, stepS } = resolutionOf({ ...(span ?? session), nowMs });
  const isWhole = stepS === tableStepS;
  const bounds = span === undefined ? { afterMs: 0, untilMs: Number.MAX_SAFE_INTEGER } : boundsOf(span, stepS * 1000);
  const rows = await periodsOf(db, key, { table, ...bounds, ...(isWhole ? {} : { stepS }) });
  // The newest rows, which no longer period contains yet.
  const afterMs = rows.at(-1)?.at_ms ?? bounds.afterMs;
  const newest =
    isWhole && finer !== undefined
      ? await periodsOf(db, key, { table: finer, stepS, afterMs, untilMs: bounds.untilMs })
      : [];
  const points = [...rows, ...newest].slice(-POINTS_MAX);
  // A running period ends at its last record.
  return { stepS, points: points.map((row) => pointOf({ ...row, at_ms: Math.min(row.at_ms, last_ms) })) };
}

/** Uses whole periods, so that the first and last points are not partial. */
const boundsOf = ({ fromMs, toMs }: Span, stepMs: number) => ({
  afterMs: Math.floor(fromMs / stepMs) * stepMs,
  untilMs: Math.ceil(toMs / stepMs) * stepMs,
});

interface Rows {
  readonly table: PeriodTable;
  readonly stepS?: number;
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Returns the last POINTS_MAX rows, sorted by time. */
async function periodsOf(db: Database, key: number, { table, stepS, afterMs, untilMs }: Rows): Promise<PeriodRow[]> {
  const columns = stepS === undefined ? sql`r.*` : longerPeriods(stepS * 1000);
  const grouped = stepS === undefined ? sql`` : sql`group by 1, 2`;
  const { rows } = await sql<PeriodRow>`
    select ${columns} from ${sql.table(table)} as r
    where r.session = ${key} and r.at_ms > ${afterMs} and r.at_ms <= ${untilMs} ${grouped}
    order by ${sql.raw(stepS === undefined ? 'r.at_ms' : '2')} desc limit ${sql.lit(POINTS_MAX)}`.execute(db);
  return rows.reverse();
}

type EventRow = Tables['session_events'];

async function eventsOf(db: Database, key: number): Promise<EventRow[]> {
  const events = db.selectFrom('session_events').selectAll().where('session', '=', key);
  return (await events.orderBy('at_ms', 'desc').limit(EVENTS_MAX).execute()).reverse();
}

const shownEvent = ({ at_ms, kind, source, from_node, to_node, reason, decision_id }: EventRow): TimelineEvent => ({
  at: timeText(at_ms),
  kind,
  ...(source !== '' && { source }),
  ...(from_node !== '' && { from: from_node }),
  ...(to_node !== '' && { to: to_node }),
  ...(reason !== '' && { reason }),
  ...(decision_id !== '' && { decisionId: decision_id }),
});
