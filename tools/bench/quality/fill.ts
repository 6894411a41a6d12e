// A year of sessions of an hour each, with their rolled-up rows, and some that are live: all made by the database.
import { type RawBuilder, sql } from 'kysely';
import { periodColumns } from '../../../api/src/quality/periods.ts';
import type { Database, Store } from '../../../api/src/store/store.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** In one statement: the service's own bound of a statement is five seconds. */
const ROWS = 60_000;
/** Of each kind, so that each of them has some sessions of every kind of the others. */
export const [NODES, PLACES, ROOM_PEOPLE] = [120, 300, 10];

export interface Filled {
  readonly hours: number;
  readonly live: number;
  readonly nowMs: number;
}

/** When the session began, of those that are over. */
export const joinedMsOf = ({ hours, nowMs }: Filled, index: number): number =>
  nowMs - 366 * DAY_MS + 2 * HOUR_MS + Math.floor(index * stepOf(hours));
const stepOf = (hours: number): number => Math.floor((366 * DAY_MS - 4 * HOUR_MS) / hours);
export const sessionIdOf = (index: number): string => `PA_${String(index).padStart(20, '0')}`;
export const liveIdOf = (index: number): string => `PA_L${String(index).padStart(19, '0')}`;

export async function fillWithSessions({ db }: Pick<Store, 'db'>, o: Filled): Promise<void> {
  await inParts(0, o.hours, 1, (from, to) => sessions(db, o, { from, to }));
  const [first1m, first10s] = [31, 1].map((days) => Math.max(0, Math.ceil(o.hours * (1 - days / 366))));
  await inParts(0, o.hours, 1, (from, to) => periods(db, o, { table: 'quality_1h', stepMs: HOUR_MS, from, to }));
  await inParts(first1m ?? 0, o.hours, 60, (from, to) =>
    periods(db, o, { table: 'quality_1m', stepMs: 60_000, from, to }),
  );
  await inParts(first10s ?? 0, o.hours, 360, (from, to) =>
    periods(db, o, { table: 'quality_10s', stepMs: 10_000, from, to }),
  );
  await inParts(0, o.live, 1, (from, to) => live(db, o, { from, to }));
}

export async function inParts(
  from: number,
  to: number,
  rowsEach: number,
  make: (from: number, to: number) => Promise<void>,
): Promise<void> {
  const some = Math.ceil(ROWS / rowsEach);
  for (let at = from; at < to; at += some) await make(at, Math.min(to, at + some));
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Whole numbers from `from` to before `to`. */
const numbers = ({ from, to }: Part) =>
  sql.raw(`recursive n(i) as (select cast(${from} as bigint) union all select i + 1 from n where i + 1 < ${to})`);
const joined = (o: Filled) => sql.raw(`(${joinedMsOf(o, 0)} + n.i * ${stepOf(o.hours)})`);
export const keyAt = (ms: RawBuilder<unknown>, number = sql.raw('n.i')) =>
  sql`(((${ms} - 1577836800000) / 1000) * 1048576 + ${number} % 1048576)`;

/** Columns of a session `n.i`, in the order of `columns`. */
export const columns = sql.raw(
  'key, session_id, tenant, room, sid, identity, name, joined_ms, left_ms, place, country_code, latitude_tenths, longitude_tenths, last_ms, node_id, from_nodes, strength, rtt_us, loss_ppm, is_live, device, sdk',
);
const described = sql.raw(
  `case n.i % 4 when 0 then 'globex' else 'acme' end, 'room-' || cast(n.i / ${ROOM_PEOPLE} as text), 'RM_' || cast(n.i / ${ROOM_PEOPLE} as text), 'person-' || cast(n.i % 5000 as text), 'Person'`,
);
const placed = sql.raw(
  `'City ' || cast(n.i % ${PLACES} as text), 'DE', cast(n.i % 1200 - 600 as integer), cast(n.i % 3000 - 1500 as integer)`,
);
const measured = sql.raw(
  `'sfu-' || cast(n.i % ${NODES} as text), 'sfu-' || cast((n.i + 1) % ${NODES} as text) || ' sfu-' || cast((n.i * 7 + 3) % ${NODES} as text), cast(n.i % 4 as integer), cast(20000 + n.i % 90000 as integer), 1000`,
);
/** A number with zeros before it. SQLite and PostgreSQL cut from the beginning alike. */
const padded = (prefix: string, digits: number) =>
  sql.raw(`'${prefix}${'0'.repeat(digits - 14)}' || substr(cast(${10 ** 14} + n.i as text), 2)`);

async function sessions(db: Database, o: Filled, part: Part): Promise<void> {
  await sql`
    insert into quality_sessions (${columns})
    with ${numbers(part)}
    select ${keyAt(joined(o))}, ${padded('PA_', 20)}, ${described}, ${joined(o)}, ${joined(o)} + ${sql.lit(HOUR_MS)}, ${placed},
      ${joined(o)} + ${sql.lit(HOUR_MS)}, ${measured}, 0, 'Chromium', 'web/1'
    from n`.execute(db);
}

/** They began half an hour ago, and their last record is of an hour ahead: they stay live while this runs. */
async function live(db: Database, o: Filled, part: Part): Promise<void> {
  const began = sql.raw(`${o.nowMs - HOUR_MS / 2}`);
  await sql`
    insert into quality_sessions (${columns})
    with ${numbers(part)}
    select ${keyAt(began)} + 500000, ${padded('PA_L', 19)}, ${described}, ${began}, null, ${placed},
      ${sql.raw(`${o.nowMs + HOUR_MS}`)}, ${measured}, 1, 'Chromium', 'web/1'
    from n`.execute(db);
}

async function periods(
  db: Database,
  o: Filled,
  part: Part & { readonly table: string; readonly stepMs: number },
): Promise<void> {
  const { table, stepMs } = part;
  const of = HOUR_MS / stepMs;
  const each = Math.max(1, stepMs / 10_000);
  const bad = '(n.i + p.k) % 17';
  const values: Readonly<Record<string, string>> = {
    period_ms: `${stepMs}`,
    measured_ms: `${stepMs}`,
    strong: `${each} - case when ${bad} = 0 then 1 else 0 end`,
    weak: `case when ${bad} = 0 then 1 else 0 end`,
    node_id: `'sfu-' || cast(n.i % ${NODES} as text)`,
    source: '2',
    rtt_us: 'cast(20000 + (n.i + p.k * 31) % 9000 as integer)',
    jitter_us: 'cast(1000 + p.k % 3000 as integer)',
    inbound_loss_ppm: `case when ${bad} = 0 then 60000 else 0 end`,
    sent_bps: '1200000',
    received_bps: '2400000',
    available_bps: '4000000',
    sent_height: '720',
    received_height: '720',
    received_fps_tenths: '300',
    layer: '2',
  };
  const figures = periodColumns.slice(2).map((name) => values[name] ?? '0');
  const at = sql`(((${joined(o)} / ${sql.lit(stepMs)}) + p.k) * ${sql.lit(stepMs)})`;
  await sql`
    insert into ${sql.table(table)} (${sql.join(periodColumns.map((name) => sql.ref(name)))})
    with ${numbers(part)}, p(k) as (select cast(1 as bigint) union all select k + 1 from p where k < ${sql.lit(of)})
    select ${keyAt(joined(o))}, ${at}, ${sql.raw(figures.join(', '))} from n cross join p`.execute(db);
}
