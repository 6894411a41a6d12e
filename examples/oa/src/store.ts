// Data of the office system: known meetings, the secret of its webhook, and all received events of rooms.
import { DatabaseSync } from 'node:sqlite';
import type { MeetingEvent, RoomEvent } from './meridian.ts';

export interface Booking {
  readonly id: string;
  readonly room: string;
  readonly title: string;
  readonly status: MeetingEvent['meeting']['status'];
}

/** Kept data of a meeting; `version` rises with each of its events. */
type KnownMeeting = Pick<MeetingEvent['meeting'], 'id' | 'room' | 'title' | 'status' | 'version'>;

export interface LiveState {
  readonly isRunning: boolean;
  readonly isLocked: boolean;
  readonly people: readonly { identity: string; name: string }[];
  readonly events: readonly RoomEvent[];
}

const EVENTS_SHOWN = 200;

export class OaStore {
  readonly #db: DatabaseSync;

  /** `file`: ':memory:' for tests. */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      create table if not exists settings (name text primary key, value text not null) strict;
      create table if not exists meetings (
        id text primary key, room text not null, title text not null, status text not null, version integer not null
      ) strict;
      create table if not exists events (
        id text primary key, room text not null, sid text not null, sequence integer not null, body text not null
      ) strict;
      create index if not exists events_by_room on events (room, sid, sequence);
    `);
  }

  setting(name: string): string | undefined {
    const row = this.#db.prepare('select value from settings where name = ?').get(name);
    return row && String(row['value']);
  }

  set(name: string, value: string): void {
    this.#db.prepare('insert or replace into settings (name, value) values (?, ?)').run(name, value);
  }

  /** Returns false when the known version is as new. Events may be repeated, or come after the answer of a request. */
  saveMeeting({ id, room, title, status, version }: KnownMeeting): boolean {
    const { changes } = this.#db
      .prepare(
        `insert into meetings (id, room, title, status, version) values (?, ?, ?, ?, ?)
        on conflict (id) do update set title = excluded.title, status = excluded.status, version = excluded.version
        where excluded.version > version`,
      )
      .run(id, room, title, status, version);
    return changes > 0;
  }

  bookings(): Booking[] {
    return this.#db.prepare('select * from meetings order by rowid desc').all().map(bookingOf);
  }

  booking(id: string): Booking | undefined {
    const row = this.#db.prepare('select * from meetings where id = ?').get(id);
    return row && bookingOf(row);
  }

  /** Returns false for a known event. Webhooks may come twice, under the same id. */
  saveEvent(event: RoomEvent): boolean {
    const { changes } = this.#db
      .prepare('insert or ignore into events (id, room, sid, sequence, body) values (?, ?, ?, ?, ?)')
      .run(event.id, event.room.name, event.room.sid, event.sequence, JSON.stringify(event));
    return changes > 0;
  }

  /** Returns the present state from the events of the room's latest life. */
  live(room: string): LiveState {
    const latest = this.#db.prepare('select sid from events where room = ? order by rowid desc limit 1').get(room);
    const rows = this.#db
      .prepare('select body from events where room = ? and sid = ? order by sequence')
      .all(room, String(latest?.['sid'] ?? ''));
    const events = rows.map((row) => JSON.parse(String(row['body'])) as RoomEvent);
    const people = new Map<string, string>();
    for (const { event, participant } of events) {
      if (event === 'participant_joined' && participant) people.set(participant.identity, participant.name);
      if (event === 'participant_left' && participant) people.delete(participant.identity);
    }
    const last = events.at(-1);
    const isRunning = last !== undefined && last.event !== 'room_finished';
    const present = isRunning ? [...people].map(([identity, name]) => ({ identity, name })) : [];
    const isLocked = isRunning && last.room.locked;
    return { isRunning, isLocked, people: present, events: events.slice(-EVENTS_SHOWN) };
  }

  close(): void {
    this.#db.close();
  }
}

const bookingOf = (row: Record<string, unknown>): Booking => ({
  id: String(row['id']),
  room: String(row['room']),
  title: String(row['title']),
  status: row['status'] === 'cancelled' ? 'cancelled' : 'scheduled',
});
