// Meetings in the database: each as one document, and beside it what lists are made of: its occurrences for about a
// year, and its persons. All three change in one transaction.
import type { Clock, Rng } from '@meridian/runtime';
import { type PageRequest, Paging } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Meeting, type MeetingFields, nextVersion, personsOf } from './core/meeting.ts';
import { lastStartMs, type Occurrence, occurrenceAt, occurrencesOf } from './core/occurrences.ts';

declare module '../store/tables.ts' {
  interface Tables {
    meetings: {
      id: string;
      tenant: string;
      number: string;
      room: string;
      title: string;
      status: string;
      version: number;
      /** Later occurrences are not in `meeting_occurrences` yet; null: there are none. */
      indexed_until_ms: number | null;
      created_ms: number;
      /** The whole `Meeting` as JSON. */
      body: string;
    };
    meeting_occurrences: {
      meeting: string;
      original_start: string;
      tenant: string;
      starts_ms: number;
      ends_ms: number;
      /** Null: the meeting's. */
      title: string | null;
    };
    /** `id:IDENTITY` and `mail:ADDRESS` of hosts and invitees. */
    meeting_persons: { tenant: string; person: string; meeting: string };
  }
}

const DAY_MS = 86_400_000;
/** Occurrences are in the index for so long back and ahead when a series is written. */
const INDEXED_MS = 366 * DAY_MS;
/** A series is extended when it is indexed for less: once a month each, so that lists show this much at least. */
export const LISTED_AHEAD_MS = 336 * DAY_MS;
const OCCURRENCES_MAX = 1000;
const ROWS_PER_STATEMENT = 500;
const EXTENDED_AT_ONCE = 200;
/** Of 900 million numbers: taken ones are found by the database. */
const NUMBER_TRIES = 20;

export interface MeetingChange {
  /** Undefined: it is new. */
  readonly before: Meeting | undefined;
  readonly after: Meeting;
}

export interface MeetingsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  /** In the transaction of a change, before it is committed: mails are queued here. */
  changed?(db: Database, change: MeetingChange): Promise<void>;
}

export interface ListedOccurrence extends Omit<Occurrence, 'localStart'> {
  readonly meeting: string;
  readonly number: string;
  readonly room: string;
  readonly title: string;
}

export type NewMeeting = MeetingFields & Pick<Meeting, 'invitees' | 'passwordHash'>;

const byTime = new Paging(
  [
    { column: 'o.starts_ms', type: 'number' },
    { column: 'o.meeting', type: 'string' },
    { column: 'o.original_start', type: 'string' },
  ],
  'ascending',
);

export class Meetings {
  readonly #o: MeetingsOptions;

  constructor(o: MeetingsOptions) {
    this.#o = o;
  }

  /** Within a transaction of the caller's. */
  async create(db: Database, tenant: string, fields: NewMeeting): Promise<Meeting> {
    const nowMs = this.#o.clock.wallMs();
    for (let tries = 0; tries < NUMBER_TRIES; tries++) {
      const id = this.#newId();
      const number = String(100_000_000 + this.#o.rng.int(900_000_000));
      const born = { id, tenant, number, room: id, status: 'scheduled', version: 1, sequence: 0 } as const;
      const meeting: Meeting = { ...fields, ...born, createdMs: nowMs, updatedMs: nowMs };
      const untilMs = nowMs + INDEXED_MS;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('meetings')
        .values({
          ...{ id, tenant, number, room: id, title: meeting.title, status: meeting.status, version: 1 },
          ...{ indexed_until_ms: indexedUntil(meeting, untilMs), created_ms: nowMs, body: JSON.stringify(meeting) },
        })
        .onConflict((on) => on.column('number').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) continue;
      await insertOccurrences(db, meeting, allToIndex(meeting, nowMs, untilMs));
      await insertPersons(db, meeting);
      await this.#o.changed?.(db, { before: undefined, after: meeting });
      return meeting;
    }
    throw new Problem('INTERNAL', 'no free number was found');
  }

  /** Rejects with NOT_FOUND, also for another tenant's. */
  async get(tenant: string, id: string, db: Database = this.#o.db): Promise<Meeting> {
    const row = await db
      .selectFrom('meetings')
      .select('body')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return JSON.parse(row.body) as Meeting;
  }

  /** By its nine digits, of whatever tenant. */
  async byNumber(number: string): Promise<Meeting | undefined> {
    const row = await this.#o.db.selectFrom('meetings').select('body').where('number', '=', number).executeTakeFirst();
    return row && (JSON.parse(row.body) as Meeting);
  }

  /** Of one tenant's room, the meeting and its running, next or else last occurrence. */
  async ofRoom(tenant: string, room: string): Promise<{ meeting: Meeting; occurrence?: Occurrence } | undefined> {
    const row = await this.#o.db
      .selectFrom('meetings')
      .select('body')
      .where('id', '=', room)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const meeting = JSON.parse(row.body) as Meeting;
    const ofMeeting = this.#o.db.selectFrom('meeting_occurrences').selectAll().where('meeting', '=', meeting.id);
    const found =
      (await ofMeeting
        .where('ends_ms', '>', this.#o.clock.wallMs())
        .orderBy('starts_ms')
        .limit(1)
        .executeTakeFirst()) ?? (await ofMeeting.orderBy('starts_ms', 'desc').limit(1).executeTakeFirst());
    if (found === undefined) return { meeting };
    const { original_start: originalStart, starts_ms: startsMs, ends_ms: endsMs } = found;
    return { meeting, occurrence: { originalStart, localStart: originalStart, startsMs, endsMs } };
  }

  /**
   * The next version of a meeting, as `change` makes it of the present one, which it may refuse. Rejects with
   * NOT_FOUND, and with VERSION_CONFLICT if somebody else was faster.
   */
  async change(tenant: string, id: string, change: (meeting: Meeting) => Meeting): Promise<Meeting> {
    const before = await this.get(tenant, id);
    const after = nextVersion(before, change(before), this.#o.clock.wallMs());
    await this.#o.db.transaction().execute((db) => this.#replace(db, before, after));
    return after;
  }

  /** A meeting changed, and another made; within a transaction of the caller's. */
  async split(
    db: Database,
    { tenant, id }: { readonly tenant: string; readonly id: string },
    divide: (meeting: Meeting) => { readonly before: Meeting; readonly from: NewMeeting },
  ): Promise<Meeting> {
    const whole = await this.get(tenant, id, db);
    const { before, from } = divide(whole);
    await this.#replace(db, whole, nextVersion(whole, before, this.#o.clock.wallMs()));
    return this.create(db, tenant, from);
  }

  /** Occurrences of a tenant that start in [fromMs, toMs), of one person if one is named, in order of time. */
  async list(
    tenant: string,
    o: { readonly fromMs: number; readonly toMs: number; readonly person?: string },
    page: PageRequest,
  ): Promise<{ data: ListedOccurrence[]; nextCursor?: string }> {
    const { fromMs, toMs, person } = o;
    let query = this.#o.db
      .selectFrom('meeting_occurrences as o')
      .innerJoin('meetings as m', 'm.id', 'o.meeting')
      .select(['o.meeting', 'o.original_start', 'o.starts_ms', 'o.ends_ms', 'o.title', 'm.title as meeting_title'])
      .select(['m.number', 'm.room'])
      .where('o.tenant', '=', tenant)
      .where('o.starts_ms', '>=', fromMs)
      .where('o.starts_ms', '<', toMs)
      .where(byTime.after(page));
    if (person !== undefined)
      query = query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('meeting_persons as p')
            .select('p.meeting')
            .whereRef('p.meeting', '=', 'o.meeting')
            .where('p.tenant', '=', tenant)
            .where('p.person', '=', person),
        ),
      );
    const rows = await query
      .orderBy('o.starts_ms')
      .orderBy('o.meeting')
      .orderBy('o.original_start')
      .limit(byTime.rows(page))
      .execute();
    return byTime.page(page, rows, listed);
  }

  /** Meetings of one person with an occurrence that ends after an instant, the next ones first. */
  async ofPerson(tenant: string, person: string, fromMs: number, most: number): Promise<Meeting[]> {
    const next = this.#o.db
      .selectFrom('meeting_persons as p')
      .innerJoin('meeting_occurrences as o', 'o.meeting', 'p.meeting')
      .select(({ fn }) => ['p.meeting', fn.min('o.starts_ms').as('next_ms')])
      .where('p.tenant', '=', tenant)
      .where('p.person', '=', person)
      .where('o.ends_ms', '>', fromMs)
      .groupBy('p.meeting')
      .orderBy('next_ms')
      .orderBy('p.meeting')
      .limit(most)
      .as('n');
    const rows = await this.#o.db
      .selectFrom(next)
      .innerJoin('meetings as m', 'm.id', 'n.meeting')
      .select('m.body')
      .orderBy('n.next_ms')
      .orderBy('m.id')
      .execute();
    return rows.map(({ body }) => JSON.parse(body) as Meeting);
  }

  /**
   * Occurrences of other meetings in which a host or invitee of this one takes part at the same time, for occurrences
   * of this one that start in [fromMs, toMs); at most `most`.
   */
  async conflicts(meeting: Meeting, fromMs: number, toMs: number, most: number): Promise<ListedOccurrence[]> {
    const { id, tenant } = meeting;
    const rows = await this.#o.db
      .selectFrom('meeting_occurrences as mine')
      .innerJoin('meeting_persons as me', 'me.meeting', 'mine.meeting')
      .innerJoin('meeting_persons as them', (join) =>
        join.onRef('them.tenant', '=', 'me.tenant').onRef('them.person', '=', 'me.person'),
      )
      .innerJoin('meeting_occurrences as o', (join) =>
        join
          .onRef('o.meeting', '=', 'them.meeting')
          .onRef('o.starts_ms', '<', 'mine.ends_ms')
          .onRef('o.ends_ms', '>', 'mine.starts_ms'),
      )
      .innerJoin('meetings as m', 'm.id', 'o.meeting')
      .select(['o.meeting', 'o.original_start', 'o.starts_ms', 'o.ends_ms', 'o.title', 'm.title as meeting_title'])
      .select(['m.number', 'm.room'])
      .distinct()
      .where('mine.meeting', '=', id)
      .where('mine.tenant', '=', tenant)
      .where('mine.starts_ms', '>=', fromMs)
      .where('mine.starts_ms', '<', toMs)
      .where('o.meeting', '!=', id)
      .orderBy('o.starts_ms')
      .orderBy('o.meeting')
      .limit(most)
      .execute();
    return rows.map(listed);
  }

  /** Writes later occurrences of series that are indexed for less than `LISTED_AHEAD_MS`. Returns how many series. */
  async extend(): Promise<number> {
    const nowMs = this.#o.clock.wallMs();
    let extended = 0;
    for (;;) {
      const rows = await this.#o.db
        .selectFrom('meetings')
        .select(['id', 'body', 'indexed_until_ms', 'version'])
        .where('indexed_until_ms', '<', nowMs + LISTED_AHEAD_MS)
        .orderBy('indexed_until_ms')
        .limit(EXTENDED_AT_ONCE)
        .execute();
      for (const { body, indexed_until_ms: fromMs } of rows)
        if (fromMs !== null) await this.#extendOne(JSON.parse(body) as Meeting, fromMs, nowMs + INDEXED_MS);
      extended += rows.length;
      if (rows.length < EXTENDED_AT_ONCE) return extended;
    }
  }

  async #extendOne(meeting: Meeting, fromMs: number, untilMs: number): Promise<void> {
    const moved = new Set(meeting.overrides.map(({ originalStart }) => originalStart));
    // Those that are moved were written with the series, wherever they are.
    const found = occurrencesOf(meeting, fromMs, untilMs, OCCURRENCES_MAX).filter(
      (one) => !moved.has(one.originalStart),
    );
    await this.#o.db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('meetings')
        .set({ indexed_until_ms: indexedUntil(meeting, untilMs) })
        .where('id', '=', meeting.id)
        .where('version', '=', meeting.version)
        .where('indexed_until_ms', '=', fromMs)
        .executeTakeFirst();
      // Somebody else has changed or extended it.
      if (numUpdatedRows > 0n) await insertOccurrences(db, meeting, found);
    });
  }

  async #replace(db: Database, before: Meeting, after: Meeting): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    const untilMs = nowMs + INDEXED_MS;
    const { id, title, status, version } = after;
    const { numUpdatedRows } = await db
      .updateTable('meetings')
      .set({ title, status, version, indexed_until_ms: indexedUntil(after, untilMs), body: JSON.stringify(after) })
      .where('id', '=', id)
      .where('version', '=', before.version)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Problem('VERSION_CONFLICT');
    await db.deleteFrom('meeting_occurrences').where('meeting', '=', id).execute();
    await insertOccurrences(db, after, allToIndex(after, nowMs, untilMs));
    await db.deleteFrom('meeting_persons').where('meeting', '=', id).execute();
    await insertPersons(db, after);
    await this.#o.changed?.(db, { before, after });
  }

  #newId(): string {
    return `mt_${Buffer.from(this.#o.rng.bytes(12)).toString('hex')}`;
  }
}

/** Once a day: few series are due, each is written on for a month. */
export const extendingOf = (meetings: Meetings): JobKind<unknown> => ({
  name: 'meeting-occurrences',
  concurrency: 1,
  leaseMs: 30 * 60_000,
  cron: '17 3 * * *',
  run: async () => {
    await meetings.extend();
    return undefined;
  },
});

/** Null: nothing comes later, or nothing at all any more. */
function indexedUntil(meeting: Meeting, untilMs: number): number | null {
  const lastMs = lastStartMs(meeting);
  return meeting.status === 'cancelled' || (lastMs !== undefined && lastMs < untilMs) ? null : untilMs;
}

function allToIndex(meeting: Meeting, nowMs: number, untilMs: number): Occurrence[] {
  if (meeting.status === 'cancelled') return [];
  // A meeting that takes place once is listed however far ahead it is.
  if (meeting.recurrence === '') return occurrencesOf(meeting, 0, Number.MAX_SAFE_INTEGER, 1);
  const found = occurrencesOf(meeting, nowMs - INDEXED_MS, untilMs, OCCURRENCES_MAX);
  const names = new Set(found.map(({ originalStart }) => originalStart));
  const moved = meeting.overrides
    .filter(({ originalStart }) => !names.has(originalStart))
    .flatMap(({ originalStart }) => occurrenceAt(meeting, originalStart) ?? []);
  return [...found, ...moved];
}

async function insertOccurrences(
  db: Database,
  { id: meeting, tenant }: Meeting,
  found: readonly Occurrence[],
): Promise<void> {
  const rows = found.map(({ originalStart: original_start, startsMs: starts_ms, endsMs: ends_ms, title = null }) => ({
    ...{ meeting, original_start, tenant, starts_ms, ends_ms, title },
  }));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await db
      .insertInto('meeting_occurrences')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
}

async function insertPersons(db: Database, meeting: Meeting): Promise<void> {
  const rows = personsOf(meeting).map((person) => ({ tenant: meeting.tenant, person, meeting: meeting.id }));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await db
      .insertInto('meeting_persons')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
}

interface ListedRow {
  readonly meeting: string;
  readonly original_start: string;
  readonly starts_ms: number;
  readonly ends_ms: number;
  readonly title: string | null;
  readonly meeting_title: string;
  readonly number: string;
  readonly room: string;
}

const listed = (row: ListedRow): ListedOccurrence => ({
  meeting: row.meeting,
  number: row.number,
  room: row.room,
  title: row.title ?? row.meeting_title,
  originalStart: row.original_start,
  startsMs: row.starts_ms,
  endsMs: row.ends_ms,
});
