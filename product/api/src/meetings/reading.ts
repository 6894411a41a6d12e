// Reads meetings: each is one document, with index rows for lists.
import type { Clock } from '@meridian/runtime';
import { type Expression, type SqlBool, sql } from 'kysely';
import { type PageRequest, Paging, type SortKey } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { DURATION_MINUTES_MAX, type Meeting, meetingFrom } from './core/meeting.ts';
import { type Occurrence, occurrenceAt } from './core/occurrences.ts';
import { type BookedPolicy, currentOccurrence, leadersOf, OPENS_BEFORE_MS, policyOfMeeting } from './core/policy.ts';
import { occurrenceOfRow } from './indexing.ts';
import { meetingsOfPersons } from './meetings-of-persons.ts';

export const LONGEST_MS = DURATION_MINUTES_MAX * 60_000;
const ROWS_PER_STATEMENT = 500;

/** Meeting with its current occurrence; `occurrence` is absent if the meeting does not take place. */
export interface CurrentMeeting {
  readonly meeting: Meeting;
  readonly occurrence?: Occurrence;
  /** True if the last occurrence ended long ago. */
  readonly isOver: boolean;
}

export interface ListedOccurrence extends Omit<Occurrence, 'localStart'> {
  readonly meeting: string;
  readonly number: string;
  readonly room: string;
  readonly title: string;
}

export interface ListOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Persons as in `personsOf`; undefined for all. */
  readonly persons?: readonly string[] | undefined;
  /** Text in the title, or digits of the number; '' for all. */
  readonly words?: string;
  /** Include occurrences that began before `fromMs` and end after it. */
  readonly withRunning?: boolean;
  readonly meeting?: string | undefined;
  /** Include only the first occurrence of each meeting that starts at `fromMs` or later. */
  readonly nextOnly?: boolean;
  /** Include only occurrences that start at `fromMs` or later and have ended at `toMs`, the latest first. */
  readonly isPast?: boolean;
}

const timeKeys: readonly SortKey[] = [
  { column: 'o.starts_ms', type: 'number' },
  { column: 'o.meeting', type: 'string' },
  { column: 'o.original_start', type: 'string' },
];
const earliestFirst = new Paging(timeKeys, 'ascending');
const latestFirst = new Paging(timeKeys, 'descending');

export class StoredMeetings {
  readonly #o: { readonly db: Database; readonly clock: Clock };

  constructor(o: { readonly db: Database; readonly clock: Clock }) {
    this.#o = o;
  }

  /** Rejects with NOT_FOUND, also for a meeting of another tenant. */
  async get(tenant: string, id: string, db: Database = this.#o.db): Promise<Meeting> {
    const row = await db
      .selectFrom('meetings')
      .select('body')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return meetingFrom(row.body);
  }

  /** Returns an occurrence of the meeting's rule, or one that ended before the rule changed. */
  async occurrence(meeting: Meeting, originalStart: string): Promise<Occurrence | undefined> {
    const row = await this.#o.db
      .selectFrom('meeting_occurrences')
      .selectAll()
      .where('meeting', '=', meeting.id)
      .where('original_start', '=', originalStart)
      .executeTakeFirst();
    return occurrenceAt(meeting, originalStart) ?? (row && occurrenceOfRow(row));
  }

  /** Finds a meeting of any tenant by its number. */
  async byNumber(number: string): Promise<CurrentMeeting | undefined> {
    const row = await this.#o.db.selectFrom('meetings').select('body').where('number', '=', number).executeTakeFirst();
    return row && presentMeeting(this.#o.db, meetingFrom(row.body), this.#o.clock.wallMs());
  }

  /** Does the same work for every number, known or not. */
  async idByNumber(number: string): Promise<string | undefined> {
    const row = await this.#o.db.selectFrom('meetings').select('id').where('number', '=', number).executeTakeFirst();
    return row?.id;
  }

  async ofRoom(tenant: string, room: string): Promise<CurrentMeeting | undefined> {
    const row = await this.#o.db
      .selectFrom('meetings')
      .select('body')
      .where('id', '=', room)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    return row && presentMeeting(this.#o.db, meetingFrom(row.body), this.#o.clock.wallMs());
  }

  /** Returns undefined for a room without a meeting. */
  async policyOf(tenant: string, room: string): Promise<BookedPolicy | undefined> {
    const found = await this.ofRoom(tenant, room);
    if (found === undefined) return undefined;
    const { meeting, occurrence } = found;
    if (occurrence === undefined) return { policy: policyOfMeeting(meeting, undefined) };
    const { originalStart, endsMs } = occurrence;
    const isPast = endsMs <= this.#o.clock.wallMs();
    const booked = isPast ? occurrenceAt(meeting, originalStart) : undefined;
    const wasEnded = booked !== undefined && endsMs < booked.endsMs;
    const reopensWithHost = wasEnded && (await this.#hasActiveLeader(meeting));
    return { occurrence: originalStart, policy: policyOfMeeting(meeting, occurrence, reopensWithHost) };
  }

  /** Returns whether the meeting has a host or cohost that is not a deactivated user. */
  async #hasActiveLeader(meeting: Meeting): Promise<boolean> {
    const leaders = leadersOf(meeting);
    if (leaders.length === 0) return false;
    const inactive = await this.#o.db
      .selectFrom('users')
      .select('id')
      .where((eb) => eb.and({ tenant: meeting.tenant, active: 0 }))
      .where('id', 'in', leaders)
      .execute();
    return inactive.length < leaders.length;
  }

  /** Returns the meetings with these ids, except unknown ones. */
  async byIds(tenant: string, ids: readonly string[], db = this.#o.db): Promise<ReadonlyMap<string, Meeting>> {
    const found = new Map<string, Meeting>();
    for (let at = 0; at < ids.length; at += ROWS_PER_STATEMENT) {
      const rows = await db
        .selectFrom('meetings')
        .select('body')
        .where('tenant', '=', tenant)
        .where('id', 'in', ids.slice(at, at + ROWS_PER_STATEMENT))
        .execute();
      for (const { body } of rows) {
        const meeting = meetingFrom(body);
        found.set(meeting.id, meeting);
      }
    }
    return found;
  }

  /** Returns occurrences that start in [fromMs, toMs), the earliest first unless `isPast`. */
  async list(
    tenant: string,
    options: ListOptions,
    page: PageRequest,
  ): Promise<{ data: ListedOccurrence[]; nextCursor?: string }> {
    const {
      fromMs,
      toMs,
      persons,
      words = '',
      withRunning = false,
      meeting,
      nextOnly = false,
      isPast = false,
    } = options;
    const byTime = isPast ? latestFirst : earliestFirst;
    const seen = byTime.last(page);
    // Without a plain bound on the start, SQLite would scan from the list's first row to the cursor.
    const seenMs = seen === undefined ? undefined : Number(seen[0]);
    const firstMs = Math.max(withRunning ? fromMs - LONGEST_MS : fromMs, isPast ? 0 : (seenMs ?? 0));
    const lastMs = isPast ? Math.min(toMs, seenMs ?? toMs) : toMs - 1;
    let query = this.#o.db
      .selectFrom('meeting_occurrences as o')
      .innerJoin('meetings as m', 'm.id', 'o.meeting')
      .select(['o.meeting', 'o.original_start', 'o.starts_ms', 'o.ends_ms', 'o.title', 'm.title as meeting_title'])
      .select(['m.number', 'm.room'])
      .where('o.tenant', '=', tenant)
      .where('o.starts_ms', '>=', firstMs)
      .where('o.starts_ms', '<=', lastMs)
      .where(byTime.after(page));
    if (withRunning) query = query.where('o.ends_ms', '>', fromMs);
    if (isPast) query = query.where('o.ends_ms', '<=', toMs);
    if (words !== '') query = query.where(matchesWords(words));
    if (meeting !== undefined) query = query.where('o.meeting', '=', meeting);
    if (nextOnly)
      query = query.where(({ not, exists, selectFrom }) => {
        const earlier = selectFrom('meeting_occurrences as e')
          .select('e.meeting')
          .whereRef('e.meeting', '=', 'o.meeting');
        return not(exists(earlier.where('e.starts_ms', '>=', fromMs).whereRef('e.starts_ms', '<', 'o.starts_ms')));
      });
    if (persons !== undefined) {
      const personsQuery = {
        tenant,
        persons,
        startsMs: [firstMs, lastMs] as const,
        endsMs: [withRunning ? fromMs + 1 : 0, isPast ? toMs : Number.MAX_SAFE_INTEGER] as const,
        order: isPast ? ('desc' as const) : ('asc' as const),
        seen: seenMs === undefined ? undefined : { startsMs: seenMs, meeting: String(seen?.[1]) },
        first: words === '' ? byTime.rowLimit(page) + 1 : undefined, // Includes the cursor's row.
      };
      query = query.where('o.meeting', 'in', meetingsOfPersons(this.#o.db, personsQuery));
    }
    const rows = await query
      .orderBy('o.starts_ms', isPast ? 'desc' : 'asc')
      .orderBy('o.meeting', isPast ? 'desc' : 'asc')
      .orderBy('o.original_start', isPast ? 'desc' : 'asc')
      .limit(byTime.rowLimit(page))
      .execute();
    return byTime.page(page, rows, listedOccurrence);
  }

  /** Returns the number of occurrences that start in [fromMs, toMs), by meeting; meetings without one are left out. */
  async countOf(
    meetings: readonly string[],
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): Promise<ReadonlyMap<string, number>> {
    if (meetings.length === 0) return new Map();
    const rows = await this.#o.db
      .selectFrom('meeting_occurrences')
      .select(({ fn }) => ['meeting', fn.countAll().as('count')])
      .where('meeting', 'in', meetings)
      .where('starts_ms', '>=', fromMs)
      .where('starts_ms', '<', toMs)
      .groupBy('meeting')
      .execute();
    return new Map(rows.map(({ meeting, count }) => [meeting, Number(count)]));
  }

  /** Returns meetings with an occurrence that ends after `fromMs`, the next ones first. */
  async ofPersons(tenant: string, persons: readonly string[], fromMs: number, most: number): Promise<Meeting[]> {
    const next = this.#o.db
      .selectFrom('meeting_persons as p')
      .innerJoin('meeting_occurrences as o', 'o.meeting', 'p.meeting')
      .select(({ fn }) => ['p.meeting', fn.min('o.starts_ms').as('next_ms')])
      .where('p.tenant', '=', tenant)
      .where('p.person', 'in', persons)
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
    return rows.map(({ body }) => meetingFrom(body));
  }

  /**
   * Returns occurrences of other meetings at the same time with the same hosts or invitees, for occurrences in [fromMs,
   * toMs).
   */
  async conflicts(
    { id, tenant }: Pick<Meeting, 'id' | 'tenant'>,
    { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
    db: Database = this.#o.db,
  ): Promise<ListedOccurrence[]> {
    const rows = await db
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
    return rows.map(listedOccurrence);
  }
}

export async function presentMeeting(db: Database, meeting: Meeting, nowMs: number): Promise<CurrentMeeting> {
  const opensMs = nowMs + OPENS_BEFORE_MS;
  const rows = db.selectFrom('meeting_occurrences').selectAll().where('meeting', '=', meeting.id).limit(1);
  const opened = await rows.where('starts_ms', '<=', opensMs).orderBy('starts_ms', 'desc').executeTakeFirst();
  const next = await rows.where('starts_ms', '>', opensMs).orderBy('starts_ms').executeTakeFirst();
  const found = currentOccurrence(opened && occurrenceOfRow(opened), next && occurrenceOfRow(next), nowMs);
  return found === undefined ? { meeting, isOver: true } : { meeting, ...found };
}

/** Ignores case, of ASCII letters only in both databases. */
function matchesWords(words: string): Expression<SqlBool> {
  const text = words.toLowerCase().replaceAll(/[\\%_]/g, '\\$&');
  const digits = words.replaceAll(/[\s-]/g, '');
  const title = sql<SqlBool>`lower(coalesce(o.title, m.title)) like ${`%${text}%`} escape '\\'`;
  return /^\d{3,9}$/.test(digits) ? sql<SqlBool>`(${title} or m.number like ${`${digits}%`})` : title;
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

const listedOccurrence = (row: ListedRow): ListedOccurrence => ({
  meeting: row.meeting,
  number: row.number,
  room: row.room,
  title: row.title ?? row.meeting_title,
  originalStart: row.original_start,
  startsMs: row.starts_ms,
  endsMs: row.ends_ms,
});
