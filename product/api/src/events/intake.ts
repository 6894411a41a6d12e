// Stores journals in one transaction with the events for companies. Each life of a room numbers its events (`sequence`)
// from 1, without gaps.
import { emptyRoomInfo, MeridianError, newId, type Participant, type RoomInfo, type wire } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Insertable, Selectable } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { bodyOf, type EventBody } from './body.ts';
import { type Journal, journalOf } from './core/entries.ts';
import type { RecordingEntry } from './core/recording-story.ts';
import { type EventType, type Life, type Stay, Story, type StoryEvent } from './core/story.ts';

export interface StoredEvent {
  readonly id: string;
  readonly tenant: string;
  readonly sid: string;
  readonly room: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly atMs: number;
  readonly body: EventBody;
}

export interface IntakeOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Runs in the transaction that stores the events; if it fails, nothing is stored. */
  onStored(trx: Transaction, events: readonly StoredEvent[]): Promise<void>;
  /** Runs in the same transaction as `onStored`. */
  onRecordings(trx: Transaction, recordingsReport: RecordingsReport): Promise<void>;
}

export interface RecordingsReport {
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly startedMs: number;
  /** New entries, in order. */
  readonly entries: readonly RecordingEntry[];
  /** End of the life, at which running recordings have ended, too; null while the life goes on. */
  readonly endedMs: number | null;
}

/** SQLite accepts 32,766 values in a statement. */
const ROWS_PER_STATEMENT = 500;
/** Epoch of an owner without a centre; a split network can have two such owners (docs/design/ownership.md). */
const PROVISIONAL_EPOCH = 1;

export class Intake {
  readonly #o: IntakeOptions;

  constructor(o: IntakeOptions) {
    this.#o = o;
  }

  /** Returns the last stored position. Rejects with REQUEST_INVALID, or the database's error if nothing was stored. */
  async take(message: wire.Journal): Promise<{ seq: number }> {
    const journal = journalOf(message);
    await transact(this.#o.db, (trx) => this.#store(trx, journal, message.lost));
    return { seq: Math.max(0, ...journal.seqs) };
  }

  /** Ends a life, unless an owner has reported since `heardMs`. */
  async abandon(sid: string, heardMs: number): Promise<void> {
    await transact(this.#o.db, async (trx) => {
      const row = await trx
        .updateTable('room_lives')
        .set({ unowned_ms: null })
        .where('sid', '=', sid)
        .where('heard_ms', '=', heardMs)
        .where('ended_ms', 'is', null)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return [];
      const story = new Story(lifeOf(row), await this.#stays(trx, sid, []), () => this.#id('ST_'));
      // The story ends at the time of the last report.
      return this.#storeStory(trx, row, story, story.abandon(heardMs));
    });
  }

  async #store(trx: Transaction, journal: Journal & { seqs: readonly number[] }, lost: number) {
    // `#lockedLife` locks the row, so messages about the same life run one after another.
    const row = await this.#lockedLife(trx, journal);
    if (row.tenant !== journal.tenant || row.room !== journal.room)
      throw new MeridianError('REQUEST_INVALID', 'this life belongs to another room');
    if (lost > 0) await this.#storeLost(trx, journal, lost);
    const isNew = await this.#takeNew(trx, journal);
    const entries = journal.entries.filter(({ seq }) => isNew.has(seq));
    const recordings = journal.recordings.filter(({ seq }) => isNew.has(seq));
    if (entries.length === 0) {
      if (recordings.length > 0) await this.#recordings(trx, row, { entries: recordings, endedMs: row.ended_ms });
      return [];
    }
    const sessions = entries.flatMap((entry) =>
      'participants' in entry
        ? entry.participants.map(({ sessionId }) => sessionId)
        : 'participant' in entry
          ? [entry.participant.sessionId]
          : [],
    );
    const stays = await this.#stays(trx, journal.sid, sessions);
    const story = new Story(lifeOf(row), stays, () => this.#id('ST_'));
    const ofEarlier = story.life.isOpened ? [] : await this.#endEarlier(trx, journal);
    const events = entries.flatMap((entry) => story.take(entry));
    return [...ofEarlier, ...(await this.#storeStory(trx, row, story, events, recordings))];
  }

  /**
   * Ends the room's previous life at an estimated time: a later epoch shows that its owner died without reporting the
   * end.
   */
  async #endEarlier(trx: Transaction, { sid, tenant, room, epoch, startedMs }: Journal) {
    const rows = await trx
      .updateTable('room_lives')
      .set({ unowned_ms: null })
      .where('tenant', '=', tenant)
      .where('room', '=', room)
      .where('started_ms', '<=', startedMs)
      .where('sid', '!=', sid)
      .where('ended_ms', 'is', null)
      .where('epoch', '>', PROVISIONAL_EPOCH)
      .where('epoch', '<', epoch)
      .returningAll()
      .execute();
    const events: StoredEvent[] = [];
    for (const row of rows) {
      const story = new Story(lifeOf(row), await this.#stays(trx, row.sid, []), () => this.#id('ST_'));
      const endedMs = Math.max(row.started_ms, Math.min(row.heard_ms, startedMs));
      events.push(...(await this.#storeStory(trx, row, story, story.abandon(endedMs))));
    }
    return events;
  }

  async #lockedLife(trx: Transaction, { sid, tenant, room, startedMs }: Journal) {
    await trx
      .deleteFrom('reserved_room_sids')
      .where('tenant', '=', tenant)
      .where('room', '=', room)
      .where('sid', '=', sid)
      .execute();
    const heard_ms = this.#o.clock.wallMs();
    return await trx
      .insertInto('room_lives')
      .values({
        sid,
        tenant,
        room,
        started_ms: startedMs,
        ended_ms: null,
        end_reason: '',
        estimated: 0,
        epoch: 0,
        roster_ms: 0,
        opened: 0,
        finished: 0,
        info: JSON.stringify(emptyRoomInfo),
        sequence: 0,
        lost: 0,
        unowned_ms: null,
        heard_ms,
      })
      .onConflict((on) => on.column('sid').doUpdateSet({ heard_ms, unowned_ms: null }))
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Stores the number of entries that the owner lost. */
  async #storeLost(trx: Transaction, { sid, epoch }: Journal, lost: number): Promise<void> {
    await trx
      .insertInto('journal_losses')
      .values({ sid, epoch, lost })
      .onConflict((on) => on.columns(['sid', 'epoch']).doUpdateSet({ lost }))
      .execute();
    const losses = await trx.selectFrom('journal_losses').select('lost').where('sid', '=', sid).execute();
    const sum = losses.reduce((total, loss) => total + loss.lost, 0);
    await trx.updateTable('room_lives').set({ lost: sum }).where('sid', '=', sid).execute();
  }

  async #takeNew(trx: Transaction, { sid, epoch, seqs }: Journal & { seqs: readonly number[] }) {
    const isNew = new Set<number>();
    for (const seqsChunk of chunks([...new Set(seqs)])) {
      const rows = await trx
        .insertInto('journal_entries')
        .values(seqsChunk.map((seq) => ({ sid, epoch, seq })))
        .onConflict((on) => on.doNothing())
        .returning('seq')
        .execute();
      for (const { seq } of rows) isNew.add(seq);
    }
    return isNew;
  }

  /** Returns all open stays, and every stay of the given sessions. */
  async #stays(trx: Transaction, sid: string, sessions: readonly string[]): Promise<Stay[]> {
    const open = trx.selectFrom('room_stays').selectAll().where('sid', '=', sid).where('left_ms', 'is', null);
    const rows = await open.execute();
    for (const some of chunks([...new Set(sessions)]))
      rows.push(
        ...(await trx
          .selectFrom('room_stays')
          .selectAll()
          .where('sid', '=', sid)
          .where('left_ms', 'is not', null)
          .where('session_id', 'in', some)
          .execute()),
      );
    return rows.map(stayOf);
  }

  async #storeStory(
    trx: Transaction,
    row: Selectable<Tables['room_lives']>,
    story: Story,
    fromStory: readonly StoryEvent[],
    recordings: readonly RecordingEntry[] = [],
  ): Promise<StoredEvent[]> {
    const { sid, tenant, room } = row;
    const startedMs = row.started_ms;
    const events = fromStory.map(
      (each, index): StoredEvent => ({
        id: this.#id('EV_'),
        tenant,
        sid,
        room,
        sequence: row.sequence + index + 1,
        type: each.type,
        atMs: each.atMs,
        body: bodyOf({ sid, room, startedMs }, each),
      }),
    );
    const created_ms = this.#o.clock.wallMs();
    for (const some of chunks(events))
      await trx
        .insertInto('events')
        .values(
          some.map(({ atMs, body, ...event }) => ({ ...event, at_ms: atMs, created_ms, body: JSON.stringify(body) })),
        )
        .execute();
    for (const some of chunks(story.changed)) {
      await trx
        .deleteFrom('room_stays')
        .where(
          'id',
          'in',
          some.map(({ id }) => id),
        )
        .execute();
      await trx
        .insertInto('room_stays')
        .values(some.map((stay) => rowOf(row, stay)))
        .execute();
    }
    const { life } = story;
    await trx
      .updateTable('room_lives')
      .set({
        ended_ms: life.endedMs,
        end_reason: life.endReason,
        estimated: Number(life.isEstimated),
        epoch: life.epoch,
        roster_ms: life.rosterMs,
        opened: Number(life.isOpened),
        finished: Number(life.isFinished),
        info: JSON.stringify(life.info),
        sequence: row.sequence + events.length,
      })
      .where('sid', '=', sid)
      .execute();
    const { endedMs } = life;
    if (recordings.length > 0 || endedMs !== null) await this.#recordings(trx, row, { entries: recordings, endedMs });
    await this.#o.onStored(trx, events);
    return events;
  }

  #recordings(
    trx: Transaction,
    { tenant, room, sid, started_ms: startedMs }: Selectable<Tables['room_lives']>,
    { entries, endedMs }: Pick<RecordingsReport, 'entries' | 'endedMs'>,
  ): Promise<void> {
    return this.#o.onRecordings(trx, { tenant, room, sid, startedMs, entries, endedMs });
  }

  #id(prefix: 'EV_' | 'ST_'): string {
    return newId(prefix, (count) => this.#o.rng.bytes(count), 20);
  }
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += ROWS_PER_STATEMENT) yield all.slice(at, at + ROWS_PER_STATEMENT);
}

const lifeOf = (row: Selectable<Tables['room_lives']>): Life => ({
  startedMs: row.started_ms,
  endedMs: row.ended_ms,
  endReason: row.end_reason,
  isEstimated: row.estimated === 1,
  epoch: row.epoch,
  rosterMs: row.roster_ms,
  isOpened: row.opened === 1,
  isFinished: row.finished === 1,
  info: JSON.parse(row.info) as RoomInfo,
});

const stayOf = (row: Selectable<Tables['room_stays']>): Stay => ({
  id: row.id,
  sessionId: row.session_id,
  participant: JSON.parse(row.participant) as Participant,
  joinedMs: row.joined_ms,
  joined: { epoch: row.joined_epoch, seq: row.joined_seq },
  leftMs: row.left_ms,
  left: row.left_ms === null ? undefined : { epoch: row.left_epoch, seq: row.left_seq },
  leftReason: row.left_reason,
  isEstimated: row.estimated === 1,
  epoch: row.epoch,
});

function rowOf(
  { sid, tenant }: Selectable<Tables['room_lives']>,
  { participant, joined, left, ...stay }: Stay,
): Insertable<Tables['room_stays']> {
  const { identity, name, kind, protocol, region } = participant;
  return {
    id: stay.id,
    sid,
    tenant,
    session_id: stay.sessionId,
    identity,
    name,
    kind,
    protocol,
    region,
    node_id: participant.nodeId,
    joined_ms: stay.joinedMs,
    joined_epoch: joined.epoch,
    joined_seq: joined.seq,
    left_ms: stay.leftMs,
    left_epoch: left?.epoch ?? 0,
    left_seq: left?.seq ?? 0,
    left_reason: stay.leftReason,
    estimated: Number(stay.isEstimated),
    epoch: stay.epoch,
    participant: JSON.stringify({ ...participant, tracks: [] }),
  };
}
