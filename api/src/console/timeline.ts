// One session in time: how it was, what happened, why it was where it was.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { timeText } from '../http/time.ts';
import type { PeriodRow, PeriodTable } from '../quality/core/period.ts';
import { longerPeriods } from '../quality/periods.ts';
import type { DecisionStories } from '../quality/stories.ts';
import '../quality/tables.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { cutOf, POINTS_MAX, pointOf } from './core/points.ts';
import { nodesOf, personOf, type SessionRow } from './people.ts';
import type { CentrePaths } from './ports.ts';
import type { QualityPoint, SessionTimeline, TimelineEvent } from './schemas.ts';

/** A person that mutes and unmutes all day has fewer; beyond it the earliest are left out. */
const EVENTS_MAX = 2000;

export interface TimelineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly stories: Pick<DecisionStories, 'of'>;
}

/** Undefined: no such session is known. */
export const sessionBy = (db: Database, sessionId: string): Promise<SessionRow | undefined> =>
  db.selectFrom('quality_sessions').selectAll().where('session_id', '=', sessionId).executeTakeFirst();

/** `paths`: absent for tenants. */
export async function timelineOf(
  { db, clock, stories }: TimelineDeps,
  row: SessionRow,
  paths?: CentrePaths,
): Promise<SessionTimeline> {
  const nowMs = clock.wallMs();
  const person = personOf(row, nowMs);
  const endMs = person.leftAt === undefined ? nowMs : Date.parse(person.leftAt);
  const { stepS, points } = await pointsOf(db, row, { endMs, nowMs });
  const events = await eventsOf(db, row.key);
  const decisionIds = [row.decision_id, ...events.map(({ decision_id }) => decision_id)];
  return {
    person,
    signalingId: row.signaling_id,
    sdk: row.sdk,
    device: row.device,
    transport: row.transport,
    network: row.network,
    stepS,
    points,
    events: events.map(shownEvent),
    decisions: await stories.of(row.key, decisionIds),
    paths:
      paths !== undefined && person.leftAt === undefined
        ? await paths.pathsTo(row.node_id, nodesOf(row.from_nodes))
        : [],
  };
}

async function pointsOf(
  db: Database,
  { key, joined_ms, last_ms }: SessionRow,
  { endMs, nowMs }: { endMs: number; nowMs: number },
): Promise<{ stepS: number; points: QualityPoint[] }> {
  const { table, tableStepS, finer, stepS } = cutOf({ joinedMs: joined_ms, endMs, nowMs });
  const isWhole = stepS === tableStepS;
  const rows = await periodsOf(db, key, { table, ...(isWhole ? {} : { stepS }) });
  // What is in no longer period yet.
  const afterMs = rows.at(-1)?.at_ms ?? 0;
  const newest = isWhole && finer !== undefined ? await periodsOf(db, key, { table: finer, stepS, afterMs }) : [];
  const points = [...rows, ...newest].slice(-POINTS_MAX);
  // A period that has not ended goes as far as its last record.
  return { stepS, points: points.map((row) => pointOf({ ...row, at_ms: Math.min(row.at_ms, last_ms) })) };
}

/** In order of time, the last ones. `stepS`: made longer. */
async function periodsOf(
  db: Database,
  key: number,
  { table, stepS, afterMs = 0 }: { table: PeriodTable; stepS?: number; afterMs?: number },
): Promise<PeriodRow[]> {
  const columns = stepS === undefined ? sql`r.*` : longerPeriods(stepS * 1000);
  const grouped = stepS === undefined ? sql`` : sql`group by 1, 2`;
  const { rows } = await sql<PeriodRow>`
    select ${columns} from ${sql.table(table)} as r where r.session = ${key} and r.at_ms > ${afterMs} ${grouped}
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
