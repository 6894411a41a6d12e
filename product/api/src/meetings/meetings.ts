// Changes meetings: the document, its occurrences and its persons change in one transaction.
import { createHash } from 'node:crypto';
import type { Clock, Rng } from '@meridian/runtime';
import { isAdminRole, type Principal } from '../access/core/scopes.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import {
  isFullOfChanges,
  type Meeting,
  type MeetingFields,
  meetingFrom,
  nextVersion,
  withBooker,
  withEnd,
} from './core/meeting.ts';
import { type Occurrence, occurrenceAt } from './core/occurrences.ts';
import { OPENS_BEFORE_MS } from './core/policy.ts';
import {
  allToIndex,
  changedIndex,
  extendIndex,
  INDEXED_MS,
  indexedUntil,
  insertOccurrences,
  insertPersons,
  occurrenceOfRow,
} from './indexing.ts';
import { type CurrentMeeting, presentMeeting, StoredMeetings } from './reading.ts';

/** Two bookers of a tenant do not collide. */
const BOOKER_CHARS = 16;
/** Attempts to find a free meeting number; the database detects used ones. */
const NUMBER_TRIES = 20;

export type ChangeAuthor = Pick<Principal, 'tenant'> & Partial<Pick<Principal, 'kind' | 'id' | 'user'>>;

export interface MeetingChange {
  /** User who made the change; '' for an API key, or the service itself. */
  readonly by: string;
  readonly before: Meeting | undefined;
  readonly after: Meeting;
}

export interface MeetingsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface MeetingFollower {
  /** Runs in the transaction, after the meeting was written. Rejects with a Problem to refuse the change. */
  changed(db: Transaction, change: MeetingChange): Promise<void>;
}

export type NewMeeting = MeetingFields & Pick<Meeting, 'invitees' | 'passwordHash'>;

export class Meetings extends StoredMeetings {
  readonly #o: MeetingsOptions;
  #followers: readonly MeetingFollower[] = [];

  constructor(o: MeetingsOptions) {
    super(o);
    this.#o = o;
  }

  /**
   * Sets followers, which are called in this order after each change. Most of them need a Meetings to be constructed.
   */
  followBy(followers: readonly MeetingFollower[]): void {
    this.#followers = followers;
  }

  /** Runs in the caller's transaction. */
  async create(db: Transaction, by: ChangeAuthor, fields: NewMeeting): Promise<Meeting> {
    return this.#create(db, by, fields, 0);
  }

  /** Creates a meeting, of whose occurrences those that end by `endedMs` are not listed. */
  async #create(db: Transaction, by: ChangeAuthor, fields: NewMeeting, endedMs: number): Promise<Meeting> {
    const { tenant } = by;
    const nowMs = this.#o.clock.wallMs();
    for (let tries = 0; tries < NUMBER_TRIES; tries++) {
      const id = this.#newId();
      const number = String(100_000_000 + this.#o.rng.int(900_000_000));
      const born = { id, tenant, number, room: id, status: 'scheduled', version: 1, sequence: 0 } as const;
      const bookedBy = bookerOf(by);
      const invitees = fields.invitees.map((one) => ({ ...one, bookedBy }));
      const booked = { bookedBy, leadersBookedBy: bookedBy, invitees };
      const meeting: Meeting = { ...fields, ...born, ...booked, createdMs: nowMs, updatedMs: nowMs };
      const untilMs = nowMs + INDEXED_MS;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('meetings')
        .values({
          id,
          tenant,
          number,
          room: id,
          title: meeting.title,
          status: meeting.status,
          version: 1,
          indexed_until_ms: indexedUntil(meeting, untilMs),
          created_ms: nowMs,
          body: JSON.stringify(meeting),
        })
        .onConflict((on) => on.column('number').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) continue;
      const found = allToIndex(meeting, nowMs, untilMs).filter(({ endsMs }) => endsMs > endedMs);
      await insertOccurrences(db, meeting, found);
      await insertPersons(db, meeting, found);
      await this.#notifyFollowers(db, { by: userOf(by), before: undefined, after: meeting });
      return meeting;
    }
    throw new Problem('INTERNAL', 'no free number was found');
  }

  /** Changes a meeting; concurrent changes run in turn. `change` may throw to refuse. Rejects with NOT_FOUND. */
  async change(by: ChangeAuthor, id: string, change: (meeting: Meeting) => Meeting): Promise<Meeting> {
    return transact(this.#o.db, async (db) => {
      const before = await lockedMeeting(db, by.tenant, id);
      const next = change(before);
      if (next === before) return before;
      const after = nextVersion(before, withBooker(before, next, bookerOf(by)), this.#o.clock.wallMs());
      await this.#replace(db, userOf(by), { before, after });
      return after;
    });
  }

  /**
   * Moves the end of the current occurrence, without mails; `endOf` may throw. Rejects with NOT_FOUND, or CONFLICT (not
   * running, too long).
   */
  async extendPresent(
    db: Transaction,
    { tenant, id }: Pick<Meeting, 'tenant' | 'id'>,
    endOf: (meeting: Meeting, endsMs: number) => number,
  ): Promise<{ readonly meeting: Meeting; readonly occurrence: Occurrence }> {
    const present = await presentMeeting(db, await lockedMeeting(db, tenant, id), this.#o.clock.wallMs());
    return this.#extend(db, present, endOf(present.meeting, present.occurrence?.endsMs ?? 0));
  }

  /** Must be called in the transaction that stores an end which a host moved; a later end extends the booking. */
  async endMoved(db: Transaction, tenant: string, room: string, endsMs: number): Promise<void> {
    try {
      const present = await presentMeeting(db, await lockedMeeting(db, tenant, room), this.#o.clock.wallMs());
      const isLater = present.occurrence !== undefined && endsMs > present.occurrence.endsMs;
      if (isLater) await this.#extend(db, present, endsMs);
    } catch (error) {
      // If the meeting does not run, is gone, or cannot be that long, the room still follows the host.
      const isExpected = error instanceof Problem && (error.code === 'CONFLICT' || error.code === 'NOT_FOUND');
      if (!isExpected) throw error;
    }
  }

  async #extend(db: Transaction, { meeting: before, occurrence, isOver }: CurrentMeeting, endsMs: number) {
    const nowMs = this.#o.clock.wallMs();
    const isOn = before.status === 'scheduled' && !isOver;
    if (!isOn || occurrence === undefined || occurrence.startsMs - OPENS_BEFORE_MS > nowMs)
      throw new Problem('CONFLICT', 'the meeting is not running now');
    const changed = withEnd(before, occurrence, endsMs);
    const after = changed && occurrenceAt(changed, occurrence.originalStart);
    if (changed === undefined || after === undefined || isFullOfChanges(changed))
      throw new Problem('CONFLICT', 'the meeting cannot have this end, or has too many changed occurrences');
    const meeting = { ...nextVersion(before, changed, nowMs), sequence: before.sequence };
    await this.#replace(db, '', { before, after: meeting });
    return { meeting, occurrence: after };
  }

  /** Runs in the caller's transaction. */
  async split(
    db: Transaction,
    by: ChangeAuthor,
    id: string,
    divide: (meeting: Meeting) => { readonly before: Meeting; readonly from: NewMeeting },
  ): Promise<{ readonly before: Meeting; readonly from: Meeting }> {
    const undivided = await lockedMeeting(db, by.tenant, id);
    const parts = divide(undivided);
    const nowMs = this.#o.clock.wallMs();
    const before = nextVersion(undivided, parts.before, nowMs);
    await this.#replace(db, userOf(by), { before: undivided, after: before });
    // The first part keeps the occurrences that have ended.
    return { before, from: await this.#create(db, by, parts.from, nowMs) };
  }

  /** Extends the index of series. Returns their number. */
  async extend(): Promise<number> {
    return extendIndex(this.#o.db, this.#o.clock.wallMs());
  }

  async #replace(
    db: Transaction,
    by: string,
    { before, after }: { readonly before: Meeting; readonly after: Meeting },
  ): Promise<void> {
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
    const rows = await db.deleteFrom('meeting_occurrences').where('meeting', '=', id).returningAll().execute();
    const found = changedIndex({ before, after, indexed: rows.map(occurrenceOfRow), nowMs, untilMs });
    await insertOccurrences(db, after, found);
    await db.deleteFrom('meeting_persons').where('meeting', '=', id).execute();
    await insertPersons(db, after, found);
    await this.#notifyFollowers(db, { by, before, after });
  }

  async #notifyFollowers(db: Transaction, change: MeetingChange): Promise<void> {
    for (const follower of this.#followers) await follower.changed(db, change);
  }

  #newId(): string {
    return `mt_${Buffer.from(this.#o.rng.bytes(12)).toString('hex')}`;
  }
}

const userOf = ({ kind, id = '' }: ChangeAuthor): string => (kind === 'user' ? id : '');

function bookerOf(by: ChangeAuthor): string {
  const user = userOf(by);
  if (user === '' || (by.user !== undefined && isAdminRole(by.user.role))) return '';
  // A digest stays when the person is erased, and names no person.
  return createHash('sha256').update(`${by.tenant}\0${user}`).digest('base64url').slice(0, BOOKER_CHARS);
}

/** Locks a meeting by writing its row, which works in either database, until the transaction ends. */
async function lockedMeeting(db: Database, tenant: string, id: string): Promise<Meeting> {
  const row = await db
    .updateTable('meetings')
    .set(({ ref }) => ({ version: ref('version') }))
    .where('id', '=', id)
    .where('tenant', '=', tenant)
    .returning('body')
    .executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  return meetingFrom(row.body);
}
