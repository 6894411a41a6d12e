// A tenant with very many meetings. A thousand of them are made as the service makes them; the others are copies of
// their rows, moved in time, which the database makes by itself.
import { seededRng, systemClock } from '@meridian/runtime';
import { sql } from 'kysely';
// The table of tenants is declared there.
import type {} from '../../src/access/keys.ts';
import { localOf } from '../../src/meetings/core/local-time.ts';
import { usualSettings } from '../../src/meetings/core/meeting.ts';
import { Meetings } from '../../src/meetings/meetings.ts';
import type { Database, Store } from '../../src/store/store.ts';
import { transact } from '../../src/store/transaction.ts';

const MADE = 1000;
/** In one statement: it takes a second or so, and the service's own bound of a statement is five. */
const COPIES_AT_ONCE = 20;
const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;
/** A meeting and its copies are spread over about a year. */
const SPREAD_QUARTERS = 35_000;
/** Meetings begin at so many different times of theirs. */
const TIMES = 35;
/** One series of ten weeks among so many meetings. */
const SERIES_EVERY = 100;

/** Takes part in every hundredth; `person-N` in about one of a thousand. */
export const BUSY_PERSON = 'assistant';
export const personOf = (index: number): string => `person-${index % MADE}`;

/**
 * `count` (whole thousands) meetings of one tenant, half a year back and ahead, in an empty database that no other test
 * has open.
 */
export async function fillWithMeetings(store: Store, tenant: string, count: number): Promise<void> {
  const { db } = store;
  // Nothing here has to outlive a crash, and the pages of four million rows in the order of random keys are many.
  if (store.kind === 'sqlite')
    for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -2000000'])
      await sql.raw(`pragma ${pragma}`).execute(db);
  await db.insertInto('tenants').values({ id: tenant, name: tenant, limits: '{}', created_ms: 0 }).execute();
  await makeSome(db, tenant);
  const stepMs = Math.max(1, Math.floor((SPREAD_QUARTERS * MADE) / count)) * QUARTER_MS;
  await db.connection().execute(async (connection) => {
    for (const table of ['meetings', 'meeting_occurrences', 'meeting_persons']) {
      const made = sql.table(`made_${table}`);
      await sql`create temporary table ${made} as select * from ${sql.table(table)}`.execute(connection);
      await sql`delete from ${sql.table(table)}`.execute(connection);
    }
    for (let from = 0; from < count / MADE; from += COPIES_AT_ONCE)
      await copy(connection, { from, to: Math.min(count / MADE, from + COPIES_AT_ONCE), stepMs });
  });
  if (store.kind === 'sqlite') await sql`pragma journal_mode = wal`.execute(db);
  await sql`analyze`.execute(db);
}

async function makeSome(db: Database, tenant: string): Promise<void> {
  const [clock, rng] = [systemClock(), seededRng('many meetings')];
  const meetings = new Meetings({ db, clock, rng });
  const firstMs = Math.ceil(clock.wallMs() / QUARTER_MS) * QUARTER_MS - 182 * DAY_MS;
  await transact(db, async (transaction) => {
    for (let index = 0; index < MADE; index += 1)
      await meetings.create(
        transaction,
        { tenant },
        {
          title: `Review ${index}`,
          description: 'What has been done, and what comes next.',
          localStart: localOf(firstMs + (index % TIMES) * QUARTER_MS, 'Europe/Berlin'),
          timeZone: 'Europe/Berlin',
          durationMinutes: 45,
          exceptions: [],
          overrides: [],
          recurrence: index % SERIES_EVERY === 1 ? 'FREQ=WEEKLY;COUNT=10' : '',
          hosts: [personOf(index)],
          cohosts: index % SERIES_EVERY === 0 ? [BUSY_PERSON] : [],
          settings: usualSettings,
          passwordHash: '',
          invitees: [1, 2].map((at) => ({
            id: `in_${at}`,
            email: `guest${rng.int(MADE)}@example.org`,
            name: 'Guest',
            userId: personOf(index + at),
            role: '',
            language: 'en',
            status: 'needsAction',
          })),
        },
      );
  });
}

/** Rows of the meetings that were made, under other ids and numbers and at other times. */
async function copy(db: Database, { from, to, stepMs }: { from: number; to: number; stepMs: number }): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, at) => sql`(cast(${from + at} as bigint))`);
  const copies = sql`n(j) as (values ${sql.join(numbers)})`;
  const idOf = (column: string) => sql`'mt_' || cast(n.j as text) || '_' || substr(${sql.ref(column)}, 4)`;
  const later = (column: string) => sql`${sql.ref(column)} + n.j * ${sql.lit(stepMs)}`;
  await sql`
    insert into meetings (id, tenant, number, room, title, status, version, indexed_until_ms, created_ms, body)
    with ${copies}, m as (select t.*, row_number() over (order by id) - 1 as place from made_meetings t)
    select ${idOf('m.id')}, m.tenant, cast(100000000 + n.j * ${sql.lit(MADE)} + m.place as text), ${idOf('m.id')},
      m.title, m.status, m.version, m.indexed_until_ms, m.created_ms - n.j, m.body
    from m cross join n`.execute(db);
  await sql`
    insert into meeting_occurrences (meeting, original_start, tenant, starts_ms, ends_ms, title)
    with ${copies}
    select ${idOf('o.meeting')}, o.original_start, o.tenant, ${later('o.starts_ms')}, ${later('o.ends_ms')}, o.title
    from made_meeting_occurrences o cross join n`.execute(db);
  await sql`
    insert into meeting_persons (tenant, person, meeting, starts_ms, ends_ms)
    with ${copies}
    select p.tenant, p.person, ${idOf('p.meeting')}, ${later('p.starts_ms')}, ${later('p.ends_ms')}
    from made_meeting_persons p cross join n`.execute(db);
}
