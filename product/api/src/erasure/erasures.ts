// Replaces one person by a pseudonym in all stored data. Each step may run again, since an interrupted job starts over.
import { newId, policyFromWire, type RoomInfo } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { type SqlBool, sql } from 'kysely';
import type { Revocations } from '../access/revocations.ts';
import type { EventBody } from '../events/body.ts';
import { itemEventTypes } from '../events/core/item-events.ts';
import { orderEventTypes } from '../events/core/order-events.ts';
import type { ItemEventBody } from '../events/item-body.ts';
import type { MeetingEventBody } from '../events/meeting-body.ts';
import type { OrderEventBody } from '../events/order-body.ts';
import { eventSidOf, type RecordingEventBody, type RecordingRow } from '../events/recording-body.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Items } from '../library/items.ts';
import type { ItemRow } from '../library/rows.ts';
import { forgetViewer } from '../library/watch-rows.ts';
import { type Meeting, meetingFrom, personsOf } from '../meetings/core/meeting.ts';
import type { RecordingErasing } from '../recordings/erasing.ts';
import type { RoomPolicies } from '../rooms/room-policies.ts';
import { readRows } from '../store/read-rows.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import {
  ERASED,
  erasedEvent,
  erasedItemEvent,
  erasedMeeting,
  erasedMeetingEvent,
  erasedOrderEvent,
  erasedParticipant,
  erasedRecordingEvent,
  type Person,
  withPseudonym,
} from './core/pseudonymise.ts';
import { eraseFromFiles } from './recorded-files.ts';

export type ErasureRow = Selectable<Tables['erasures']>;
type Counts = Record<string, number>;
interface Step {
  readonly id: string;
  readonly tenant: string;
  readonly person: Person;
  readonly invitees: Set<string>;
  readonly counts: Counts;
}

/** Delay until revoked sessions have ended, and the journals of their rooms have arrived. */
const BEGINS_AFTER_MS = 10_000;
/** Delay while the person is still in a room, since leaving it would store personal data again. */
const LOOKS_AGAIN_MS = 60_000;
/** Longer than any join token is valid. */
const REVOKED_MS = 90 * 86_400_000;
const ROWS = 500;

export interface ErasuresOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly jobs: Jobs;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly policies: Pick<RoomPolicies, 'act'>;
  readonly recordings: Pick<RecordingErasing, 'delete'>;
  readonly items: Pick<Items, 'change' | 'delete' | 'setTranscript'>;
}

export class Erasures {
  readonly #o: ErasuresOptions;
  readonly #kind: JobKind<{ readonly id: string }> = {
    name: 'erasure',
    concurrency: 1,
    leaseMs: 30 * 60_000,
    run: ({ id }) => this.#run(id),
  };

  constructor(o: ErasuresOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Runs in the caller's transaction. `email` must be in lower case. */
  async begin(db: Transaction, o: { tenant: string; identity: string; email: string }): Promise<ErasureRow> {
    const { clock, rng, jobs, revocations } = this.#o;
    const { tenant, identity } = o;
    const nowMs = clock.wallMs();
    const id = newId('ER_', (count) => rng.bytes(count), 20);
    const row: ErasureRow = {
      ...o,
      id,
      invitees: '[]',
      counts: '{}',
      created_ms: nowMs,
      done_ms: null,
      pseudonym: newId('ERASED_', (count) => rng.bytes(count), 16),
    };
    await db.insertInto('erasures').values(row).execute();
    if (identity !== '') {
      const untilMs = nowMs + REVOKED_MS;
      await revocations.add(db, { tenant, id: `user:${identity}`, beforeMs: Math.floor(nowMs) + 1, untilMs });
    }
    await jobs.add(db, this.#kind, { payload: { id }, key: id, tenant, inMs: BEGINS_AFTER_MS });
    return row;
  }

  get(tenant: string, id: string): Promise<ErasureRow | undefined> {
    const rows = this.#o.db.selectFrom('erasures').selectAll();
    return rows.where('tenant', '=', tenant).where('id', '=', id).executeTakeFirst();
  }

  async #run(id: string): Promise<{ againMs: number } | undefined> {
    const { db, clock } = this.#o;
    const row = await db.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined || row.done_ms !== null) return undefined;
    const { tenant, identity, email, pseudonym } = row;
    const counts = JSON.parse(row.counts) as Counts;
    const invitees = new Set(JSON.parse(row.invitees) as string[]);
    const step: Step = { id, tenant, person: { identity, email, pseudonym }, invitees, counts };
    await this.#eraseFromMeetings(step);
    const identities = [...(identity === '' ? [] : [identity]), ...invitees];
    for (const each of identities) {
      await this.#eraseFromStays(step, { ...step.person, identity: each });
      await this.#eraseFromRecordings(step, { ...step.person, identity: each });
      await this.#eraseWatches(step, each);
    }
    if (identity !== '') {
      await this.#eraseFromItems(step);
      await this.#eraseFromOrders(step);
      await this.#eraseLinks(step);
      await this.#eraseFeeds(step);
      await this.#eraseFromPolicies(step);
    }
    const erasureUpdate = db.updateTable('erasures').where('id', '=', id);
    for (const each of identities)
      if (await this.#isPresent(tenant, each)) {
        await erasureUpdate.set({ counts: JSON.stringify(counts) }).execute();
        return { againMs: LOOKS_AGAIN_MS };
      }
    const erased = { identity: '', email: '', invitees: '[]' };
    await erasureUpdate.set({ ...erased, counts: JSON.stringify(counts), done_ms: clock.wallMs() }).execute();
    return undefined;
  }

  /** Erases the person from meetings. Sends no mail, since the meeting itself does not change. */
  async #eraseFromMeetings(step: Step): Promise<void> {
    const { tenant, person } = step;
    const { identity, email } = person;
    const persons = [...(identity === '' ? [] : [`id:${identity}`]), ...(email === '' ? [] : [`mail:${email}`])];
    for (;;) {
      const { rows } = await sql<{ id: string; body: string }>`
        select m.id, m.body from meetings m where m.tenant = ${tenant} and m.id in (
          select p.meeting from meeting_persons p
          where p.tenant = ${tenant} and p.person in (${sql.join(persons)})
        ) order by m.id limit 100`.execute(this.#o.db);
      for (const { body } of rows) await this.#eraseFromMeeting(meetingFrom(body), step);
      if (rows.length === 0) return;
    }
  }

  async #eraseFromMeeting(before: Meeting, step: Step): Promise<void> {
    const { id, tenant } = before;
    const { meeting, invitees } = erasedMeeting(before, step.person);
    const found = new Set([...step.invitees, ...invitees]);
    await transact(this.#o.db, async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('meetings')
        .set({ body: JSON.stringify(meeting), version: meeting.version })
        .where('id', '=', id)
        .where('version', '=', before.version)
        .executeTakeFirst();
      // The meeting changed meanwhile; the loop will find it again.
      if (numUpdatedRows === 0n) return;
      const persons = db.deleteFrom('meeting_persons').where('meeting', '=', id);
      const [times] = await persons.returning(['starts_ms', 'ends_ms']).execute();
      const rows = personsOf(meeting).map((each) => ({ ...times, tenant, person: each, meeting: id }));
      if (rows.length > 0) await db.insertInto('meeting_persons').values(rows).execute();
      for (const invitee of invitees) {
        const links = db.selectFrom('join_links').select(['id', 'expires_ms', 'uses']).where('meeting', '=', id);
        for (const link of await links.where('invitee', '=', invitee).execute()) await this.#revoke(db, tenant, link);
        // Waiting mails name the person, too. Job keys begin with the invitee's id and a colon; the upper bound has a
        // semicolon, the next character.
        await db
          .deleteFrom('jobs')
          .where('kind', '=', 'meeting-mail')
          .where('key', '>=', `${invitee}:`)
          .where('key', '<', `${invitee};`)
          .execute();
      }
      await eraseMeetingEvents(db, id, (body) => erasedMeetingEvent(body, step.person, invitees));
      // After this transaction, only this row tells which stays belong to the person.
      const inviteesUpdate = db.updateTable('erasures').set({ invitees: JSON.stringify([...found]) });
      await inviteesUpdate.where('id', '=', step.id).execute();
      for (const invitee of invitees) step.invitees.add(invitee);
      step.counts['meetings'] = (step.counts['meetings'] ?? 0) + 1;
    });
  }

  async #eraseFromStays({ tenant, counts }: Step, person: Person): Promise<void> {
    const { db } = this.#o;
    for (;;) {
      const stays = await db
        .selectFrom('room_stays')
        .select(['id', 'sid', 'session_id', 'name', 'participant'])
        .where('tenant', '=', tenant)
        .where('identity', '=', person.identity)
        .where('left_ms', 'is not', null)
        .limit(ROWS)
        .execute();
      if (stays.length === 0) return;
      // Events are found by stays, so stays are erased last.
      for (const [sid, ofLife] of Map.groupBy(stays, (stay) => stay.sid)) {
        const names = new Set([person.identity, ...ofLife.map(({ name }) => name)].filter(Boolean));
        await eraseFromFiles(this.#o, { tenant, sid, person, names });
        await this.#eraseFromLife(sid, person, counts);
      }
      await this.#eraseFromSessions(tenant, person, [...new Set(stays.map(({ session_id }) => session_id))]);
      for (const { id, participant } of stays) {
        const erased = erasedParticipant(JSON.parse(participant) as { identity: string }, person);
        await db
          .updateTable('room_stays')
          .set({ identity: person.pseudonym, name: ERASED, participant: JSON.stringify(erased) })
          .where('id', '=', id)
          .execute();
      }
      counts['stays'] = (counts['stays'] ?? 0) + stays.length;
    }
  }

  /** Keeps quality data under the pseudonym, but removes the person's devices. */
  async #eraseFromSessions(tenant: string, { pseudonym }: Person, ids: readonly string[]): Promise<void> {
    const { db } = this.#o;
    const keys = await db
      .updateTable('quality_sessions')
      .set({ identity: pseudonym, name: ERASED })
      .where('tenant', '=', tenant)
      .where('session_id', 'in', ids)
      .returning('key')
      .execute();
    if (keys.length === 0) return;
    const sessionKeys = keys.map(({ key }) => key);
    await db.deleteFrom('session_events').where('session', 'in', sessionKeys).where('kind', '=', 'device').execute();
  }

  async #eraseFromLife(sid: string, person: Person, counts: Counts): Promise<void> {
    const { db } = this.#o;
    const quoted = JSON.stringify(person.identity);
    for await (const rows of readRows(db, 'events', { order: ['sequence'], where: sql`sid = ${sid}` })) {
      for (const { id, body } of rows as unknown as Tables['events'][]) {
        if (!body.includes(quoted)) continue;
        const erased = erasedEvent(JSON.parse(body) as EventBody, person);
        if (erased.participant?.identity !== person.pseudonym) continue;
        await db
          .updateTable('events')
          .set({ body: JSON.stringify(erased) })
          .where('id', '=', id)
          .execute();
        counts['events'] = (counts['events'] ?? 0) + 1;
      }
    }
    const life = await db
      .selectFrom('room_lives')
      .select(['info', 'ended_ms'])
      .where('sid', '=', sid)
      .executeTakeFirst();
    if (life === undefined || life.ended_ms === null || !life.info.includes(quoted)) return;
    const info = JSON.parse(life.info) as RoomInfo;
    const erased: RoomInfo = { ...info, spotlight: withPseudonym(info.spotlight, person) };
    await db
      .updateTable('room_lives')
      .set({ info: JSON.stringify(erased) })
      .where('sid', '=', sid)
      .execute();
  }

  /**
   * Deletes recordings of only the person's tracks, and those that the person alone had, with their files; others lose
   * the person's name.
   */
  async #eraseFromRecordings({ tenant, counts }: Step, person: Person): Promise<void> {
    for (;;) {
      const rows = await this.#o.db
        .selectFrom('recordings')
        .selectAll()
        .where('tenant', '=', tenant)
        .where((eb) => eb.or([eb('identity', '=', person.identity), eb('made_by', '=', person.identity)]))
        .where('state', '!=', 'running')
        .limit(ROWS)
        .execute();
      if (rows.length === 0) return;
      for (const row of rows) await transact(this.#o.db, (trx) => this.#eraseFromRecording(trx, row, person));
      counts['recordings'] = (counts['recordings'] ?? 0) + rows.length;
    }
  }

  async #eraseFromRecording(trx: Transaction, row: RecordingRow, person: Person): Promise<void> {
    const { tenant, id } = row;
    const isTheirs = row.identity === person.identity || (await isPrivateOf(trx, row, person));
    if (isTheirs && row.deleted_ms === null) await this.#o.recordings.delete(trx, row);
    const [identity = '', made_by = ''] = withPseudonym([row.identity, row.made_by], person);
    await trx
      .updateTable('recordings')
      .set({ identity, made_by })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    const ofRecording = sql<SqlBool>`sid = ${eventSidOf(tenant, id)}`;
    for await (const rows of readRows(trx, 'events', { order: ['sequence'], where: ofRecording }))
      for (const event of rows as unknown as Tables['events'][]) {
        const erased = erasedRecordingEvent(JSON.parse(event.body) as RecordingEventBody, person);
        const body = JSON.stringify(erased);
        await trx.updateTable('events').set({ body }).where('id', '=', event.id).execute();
      }
  }

  /**
   * Deletes private and trashed items with their files; other items, and recordings of meetings, stay under the
   * pseudonym.
   */
  async #eraseFromItems(step: Step): Promise<void> {
    const { tenant, person, counts } = step;
    for (;;) {
      const rows = await this.#o.db
        .selectFrom('library_items')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('owner', '=', person.identity)
        .where('deleted_ms', 'is', null)
        .limit(ROWS)
        .execute();
      if (rows.length === 0) break;
      for (const row of rows) await transact(this.#o.db, (trx) => this.#eraseFromItem(trx, row, person));
      counts['items'] = (counts['items'] ?? 0) + rows.length;
    }
    await this.#o.db
      .updateTable('library_items')
      .set({ trashed_by: person.pseudonym })
      .where((eb) => eb.and({ tenant, trashed_by: person.identity }))
      .execute();
    await this.#o.db
      .deleteFrom('library_item_readers')
      .where((eb) => eb.and({ tenant, kind: 'user', reader: person.identity }))
      .execute();
    // The fingerprint would identify the person's device and file.
    await this.#o.db
      .updateTable('library_uploads')
      .set({ owner: person.pseudonym, fingerprint: '' })
      .where('tenant', '=', tenant)
      .where('owner', '=', person.identity)
      .execute();
    await this.#eraseFromEvents(tenant, person, itemEventTypes, (body: ItemEventBody) => erasedItemEvent(body, person));
  }

  /** Deletes all playbacks: even without the person, they would show when and how an item was watched. */
  async #eraseWatches({ tenant, counts }: Step, viewer: string): Promise<void> {
    const gone = await forgetViewer(this.#o.db, { tenant, viewer });
    if (gone > 0) counts['watches'] = (counts['watches'] ?? 0) + gone;
  }

  /** Orders stay, including running ones, whose events have the pseudonym from now on. */
  async #eraseFromOrders({ tenant, person, counts }: Step): Promise<void> {
    const { db } = this.#o;
    const { identity, pseudonym } = person;
    for (;;) {
      const orders = db.selectFrom('distribution_orders').select('id').where('tenant', '=', tenant);
      const rows = await orders.where('made_by', '=', identity).limit(ROWS).execute();
      if (rows.length === 0) break;
      for (const { id } of rows)
        await db
          .updateTable('distribution_orders')
          .set({ made_by: pseudonym })
          .where((eb) => eb.and({ tenant, id }))
          .execute();
      counts['orders'] = (counts['orders'] ?? 0) + rows.length;
    }
    await this.#eraseFromEvents(tenant, person, orderEventTypes, (body: OrderEventBody) =>
      erasedOrderEvent(body, person),
    );
  }

  async #eraseFromItem(trx: Transaction, { tenant, id }: ItemRow, person: Person): Promise<void> {
    // The item may have been restored or shown to all since it was found, so it is read again under its lock.
    const row = await trx
      .updateTable('library_items')
      .set((eb) => ({ id: eb.ref('id') }))
      .where((eb) => eb.and({ tenant, id, owner: person.identity }))
      .where('deleted_ms', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return;
    const isPrivate = row.visibility === 'private' || row.trashed_ms !== null;
    if (isPrivate && !(await isOfMeeting(trx, row))) await this.#o.items.delete(trx, row);
    else await this.#o.items.change(trx, { tenant, id }, { owner: person.pseudonym });
  }

  /** Erases the person from events of these types, even if the item or order no longer exists. */
  async #eraseFromEvents<B extends object>(
    tenant: string,
    { identity }: Person,
    types: Iterable<string>,
    erased: (body: B) => B,
  ): Promise<void> {
    const { db } = this.#o;
    const quoted = JSON.stringify(identity);
    const where = sql<SqlBool>`tenant = ${tenant} and type in (${sql.join([...types])})`;
    for await (const rows of readRows(db, 'events', { order: ['created_ms', 'id'], where }))
      for (const { id, body } of rows as unknown as Tables['events'][]) {
        if (!body.includes(quoted)) continue;
        const next = JSON.stringify(erased(JSON.parse(body) as B));
        await db.updateTable('events').set({ body: next }).where('id', '=', id).execute();
      }
  }

  async #eraseLinks({ tenant, person, counts }: Step): Promise<void> {
    const { db } = this.#o;
    for (;;) {
      const links = await db
        .selectFrom('join_links')
        .select(['id', 'expires_ms', 'uses'])
        .where('tenant', '=', tenant)
        .where((eb) => {
          const invitations = eb.selectFrom('join_link_makers').select('link');
          return eb.or([
            eb('identity', '=', person.identity),
            eb('made_by', '=', person.identity),
            eb('id', 'in', invitations.where('join_link_makers.identity', '=', person.identity)),
          ]);
        })
        .limit(ROWS)
        .execute();
      if (links.length === 0) return;
      for (const link of links) await transact(db, (trx) => this.#revoke(trx, tenant, link));
      counts['joinLinks'] = (counts['joinLinks'] ?? 0) + links.length;
    }
  }

  /** Removes the link's browsers, too, and ends sessions of its tokens. */
  async #revoke(
    db: Transaction,
    tenant: string,
    { id, expires_ms, uses }: { id: string; expires_ms: number; uses: number },
  ): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    const untilMs = Math.min(expires_ms, nowMs + REVOKED_MS);
    if (uses > 0 && untilMs > nowMs) await this.#o.revocations.add(db, { tenant, id, untilMs });
    await db.deleteFrom('join_links').where('id', '=', id).execute();
  }

  async #eraseFeeds({ tenant, person, counts }: Step): Promise<void> {
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('calendar_feeds')
      .where('tenant', '=', tenant)
      .where((eb) => eb.or([eb('user_id', '=', person.identity), eb('made_by', '=', person.identity)]))
      .executeTakeFirst();
    await this.#o.db.deleteFrom('quotas').where('tenant', '=', tenant).where('who', '=', person.identity).execute();
    if (numDeletedRows > 0n) counts['calendarFeeds'] = (counts['calendarFeeds'] ?? 0) + Number(numDeletedRows);
  }

  async #eraseFromPolicies({ tenant, person: { identity }, counts }: Step): Promise<void> {
    const quoted = JSON.stringify(identity);
    for await (const rows of readRows(this.#o.db, 'rooms', { order: ['name'], where: sql`tenant = ${tenant}` })) {
      for (const { name, policy } of rows as unknown as Tables['rooms'][]) {
        if (!policy.includes(quoted)) continue;
        const { spotlight } = policyFromWire(JSON.parse(policy));
        const otherIdentities = spotlight.filter((each) => each !== identity);
        await this.#o.policies.act(tenant, name, {
          actor: { kind: 'service', id: 'erasure' },
          acts: [
            { member: { identity, reset: true } },
            { unban: { identity } },
            ...(spotlight.includes(identity) ? [{ setRoom: { setSpotlight: true, spotlight: otherIdentities } }] : []),
          ],
        });
        counts['rooms'] = (counts['rooms'] ?? 0) + 1;
      }
    }
  }

  async #isPresent(tenant: string, identity: string): Promise<boolean> {
    const row = await this.#o.db
      .selectFrom('room_stays')
      .select('id')
      .where('tenant', '=', tenant)
      .where('identity', '=', identity)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
    // The end of a running recording would store the person again.
    const recorded = await this.#o.db
      .selectFrom('recordings')
      .select('id')
      .where('tenant', '=', tenant)
      .where((eb) => eb.or([eb('identity', '=', identity), eb('made_by', '=', identity)]))
      .limit(1)
      .executeTakeFirst();
    return recorded !== undefined;
  }
}

/** Returns whether the person alone had the recording: it is of no meeting, and no file of it is shown to all. */
async function isPrivateOf(trx: Transaction, { tenant, id, meeting, made_by }: RecordingRow, person: Person) {
  if (made_by !== person.identity || meeting !== '') return false;
  const shown = await trx
    .selectFrom('library_items')
    .select('id')
    .where((eb) => eb.and({ tenant, recording: id, visibility: 'tenant' }))
    .where('trashed_ms', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return shown === undefined;
}

/** Returns whether hosts of a meeting have the item, which is a file of its recording. */
async function isOfMeeting(trx: Transaction, { tenant, id: item }: ItemRow): Promise<boolean> {
  const reader = await trx
    .selectFrom('library_item_readers')
    .select('reader')
    .where((eb) => eb.and({ tenant, item, kind: 'meeting' }))
    .limit(1)
    .executeTakeFirst();
  return reader !== undefined;
}

async function eraseMeetingEvents(db: Database, meeting: string, erased: (body: MeetingEventBody) => MeetingEventBody) {
  for await (const rows of readRows(db, 'events', { order: ['sequence'], where: sql`sid = ${meeting}` }))
    for (const { id, body } of rows as unknown as Tables['events'][]) {
      const next = JSON.stringify(erased(JSON.parse(body) as MeetingEventBody));
      if (next !== body) await db.updateTable('events').set({ body: next }).where('id', '=', id).execute();
    }
}
