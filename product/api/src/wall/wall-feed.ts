// Pictures of live rooms for viewers; each room is requested once for all viewers. The audit log records each view
// before its first picture.
import { MeridianError, newId } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { EventStream } from '../console/event-stream.ts';
import type { CutCause, Watcher } from '../console/world-feed.ts';
import type { AuditWriter, NewAuditEntry } from '../http/audit-entries.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { SeenRoom } from './core/facts.ts';
import type { RecorderAnswer, RecorderRequests } from './recorder-requests.ts';
import { keyOf, type RoomFacts, type RoomFactsReader, type RoomName } from './room-facts.ts';

export const LOOK_EVERY_MS = 500;
/** Longest delay until the end of a room, a tenant's refusal or a lost right takes effect. */
const CHECK_MS = 5000;
const BEAT_MS = 15_000;
/** Twice the number of rooms on a page of the wall. */
export const ROOMS_PER_STREAM_MAX = 25;
/** Limit, since each stream holds up to a megabyte of unread events. */
export const STREAMS_MAX = 20;
/**
 * Limit of rooms of an instance, each with a picture of up to 128 KiB; more than the recorders of a large cloud watch.
 */
export const ROOMS_MAX = 100;
/** Limit of unread bytes above which no pictures are sent: a quarter of the limit at which a reader is cut. */
const SKIP_BYTES = 262_144;

export interface WallViewer extends Watcher {
  /** Rooms to view: at most ROOMS_PER_STREAM_MAX, each once. */
  readonly rooms: readonly RoomName[];
  entryFor(tenant: string): Omit<NewAuditEntry, 'targets'>;
}

export interface WallFeedOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly facts: Pick<RoomFactsReader, 'factsOf'>;
  readonly asks: Pick<RecorderRequests, 'ask'>;
  readonly audit: Pick<AuditWriter, 'write' | 'writeAfter'>;
  onCut(cause: CutCause): void;
}

interface OpenStream {
  readonly stream: EventStream;
  readonly wallViewer: WallViewer;
  readonly id: string;
  /** Rooms whose view is in the audit log; only these are shown. */
  readonly begun: RoomName[];
  readonly sent: Map<string, string>;
  seq: number;
}

interface ShownRoom {
  readonly name: RoomName;
  readonly key: string;
  readonly lookers: Set<OpenStream>;
  facts: RoomFacts;
  seen: SeenRoom | undefined;
  picture: { readonly nodeId: string; readonly seq: number; readonly base64: string } | undefined;
  isAsking: boolean;
  answeredMs: number;
}

export class WallFeed {
  readonly #o: WallFeedOptions;
  readonly #open = new Set<OpenStream>();
  readonly #rooms = new Map<string, ShownRoom>();
  readonly #endedViewWrites = new Set<Promise<void>>();
  #timers: Timer[] = [];
  #isClosed = false;

  constructor(o: WallFeedOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens a stream of `room` events. Throws OVERLOADED or SHUTTING_DOWN; rejects if the audit log fails. */
  async watch(wallViewer: WallViewer): Promise<EventStream> {
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    const newRoomCount = wallViewer.rooms.filter((name) => !this.#rooms.has(keyOf(name))).length;
    if (this.#open.size >= STREAMS_MAX || this.#rooms.size + newRoomCount > ROOMS_MAX)
      throw new MeridianError('OVERLOADED', 'this instance already shows as many rooms as it can', {
        retryAfterMs: 5000,
      });
    const { clock, rng } = this.#o;
    const stream = new EventStream({ clock, sink: wallViewer.sink, onGone: () => this.#removeStream(one) });
    const id = newId('WL_', (count) => rng.bytes(count));
    const one: OpenStream = { stream, wallViewer, id, begun: [], sent: new Map(), seq: 0 };
    this.#open.add(one);
    if (this.#open.size === 1) this.#start();
    try {
      await this.#begin(one);
    } catch (error) {
      stream.cut();
      this.#removeStream(one);
      throw error;
    }
    return stream;
  }

  /** Ends all streams. Resolves when the audit log has their ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const one of [...this.#open]) {
      one.stream.end();
      this.#removeStream(one);
    }
    await Promise.all(this.#endedViewWrites);
  }

  async #begin(one: OpenStream): Promise<void> {
    const { db, facts, audit } = this.#o;
    const { rooms } = one.wallViewer;
    const factsByRoom = await facts.factsOf(rooms);
    // The same order everywhere prevents deadlocks between views of the same tenants.
    const allowed = rooms
      .filter((name) => factsByRoom.get(keyOf(name))?.isAllowed === true)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    await transact(db, async (trx) => {
      for (const name of allowed) await audit.write(trx, this.#entry(one, name, 'began'));
    });
    one.begun.push(...allowed);
    if (!this.#open.has(one)) return this.#writeEnd(one); // The reader has left meanwhile.
    for (const name of rooms) {
      const key = keyOf(name);
      const found = factsByRoom.get(key);
      if (found?.isAllowed === true) this.#join(one, name, found);
      else this.#send(one, key, refusedRoom(name, found?.isAllowed === undefined ? 'NOT_FOUND' : 'WALL_REFUSED'));
    }
    this.#requestDue();
  }

  #join(one: OpenStream, name: RoomName, facts: RoomFacts): void {
    const key = keyOf(name);
    const shownRoom: ShownRoom = this.#rooms.get(key) ?? {
      name,
      key,
      lookers: new Set(),
      facts,
      seen: undefined,
      picture: undefined,
      isAsking: false,
      answeredMs: Number.NEGATIVE_INFINITY,
    };
    this.#rooms.set(key, shownRoom);
    shownRoom.lookers.add(one);
    this.#send(one, key, closedBy(name, facts) ?? shownRoom.seen ?? { ...refusedRoom(name, ''), state: 'joining' });
  }

  #entry({ wallViewer, id }: OpenStream, { tenant, room }: RoomName, phase: 'began' | 'ended'): NewAuditEntry {
    return { ...wallViewer.entryFor(tenant), targets: { tenant, room, look: id, phase } };
  }

  #start(): void {
    const { clock } = this.#o;
    this.#timers = [
      clock.every(LOOK_EVERY_MS, () => this.#runOnce()),
      clock.every(CHECK_MS, () => this.#check()),
      clock.every(BEAT_MS, () => {
        for (const { stream } of this.#open) stream.beat();
      }),
    ];
  }

  #removeStream(one: OpenStream): void {
    if (!this.#open.delete(one)) return;
    for (const shown of this.#rooms.values()) {
      shown.lookers.delete(one);
      if (shown.lookers.size === 0) this.#rooms.delete(shown.key);
    }
    if (this.#open.size === 0) {
      for (const timer of this.#timers) timer.cancel();
      this.#timers = [];
    }
    this.#writeEnd(one);
  }

  /** Empties the list, so that each end is written once. */
  #writeEnd(one: OpenStream): void {
    const names = one.begun.splice(0);
    const written = (async () => {
      for (const name of names) await this.#o.audit.writeAfter(this.#entry(one, name, 'ended'));
    })().finally(() => this.#endedViewWrites.delete(written));
    this.#endedViewWrites.add(written);
  }

  #runOnce(): void {
    for (const one of [...this.#open]) if (one.stream.isStuck) this.#cut(one, 'slow');
    this.#requestDue();
  }

  /** Requests rooms without a pending request. Rooms that were left out of an answer come first. */
  #requestDue(): void {
    const { asks, clock } = this.#o;
    const due = [...this.#rooms.values()]
      .filter(({ isAsking, name, facts }) => !isAsking && closedBy(name, facts) === undefined)
      .sort((a, b) => a.answeredMs - b.answeredMs);
    if (due.length === 0) return;
    for (const shown of due) shown.isAsking = true;
    const requestedRooms = due.map(({ name, key, facts: { fence = '', streams }, picture }) => ({
      ...name,
      roomKey: key,
      fence,
      streams,
      heldPicture: picture,
    }));
    const byKey = new Map(due.map((shown) => [shown.key, shown]));
    const onAnswer = (key: string, answer: RecorderAnswer): void => {
      const shown = byKey.get(key);
      if (shown === undefined) return;
      shown.isAsking = false;
      shown.answeredMs = clock.nowMs();
      // The room may have ended meanwhile, or its tenant may have refused the wall.
      if (closedBy(shown.name, shown.facts) === undefined) this.#take(shown, answer);
    };
    void asks.ask(requestedRooms, { withPicture: true, onAnswer }).finally(() => {
      for (const shown of due) shown.isAsking = false;
    });
  }

  #take(shown: ShownRoom, { nodeId, seen, picture }: RecorderAnswer): void {
    shown.seen = seen;
    if (seen.state === 'refused' || seen.state === 'over' || seen.code !== '') shown.picture = undefined;
    else if (picture !== undefined)
      shown.picture = { nodeId, seq: picture.seq, base64: Buffer.from(picture.bytes).toString('base64') };
    for (const one of shown.lookers) this.#send(one, shown.key, seen, shown.picture);
  }

  #send(one: OpenStream, key: string, seen: SeenRoom, picture?: ShownRoom['picture']): void {
    const id = picture && `${picture.nodeId} ${picture.seq}`;
    const isNew = id !== undefined && one.sent.get(key) !== id && one.stream.unreadBytes < SKIP_BYTES;
    if (isNew) one.sent.set(key, id);
    one.seq += 1;
    one.stream.send('room', one.seq, JSON.stringify({ ...seen, ...(isNew && { picture: picture?.base64 }) }));
  }

  /** Checks the rights of viewers, and refreshes the facts of rooms. */
  #check(): void {
    for (const one of [...this.#open]) void this.#checkRight(one);
    this.#refresh().catch((err: unknown) =>
      this.#o.log.warn({ err }, 'facts of rooms on the wall could not be refreshed'),
    );
  }

  async #refresh(): Promise<void> {
    const known = await this.#o.facts.factsOf([...this.#rooms.values()].map(({ name }) => name));
    for (const shown of this.#rooms.values()) {
      const facts = known.get(shown.key);
      if (facts === undefined) continue; // The room was added meanwhile.
      shown.facts = facts;
      const closed = closedBy(shown.name, facts);
      if (closed !== undefined) this.#take(shown, { nodeId: '', seen: closed });
    }
  }

  async #checkRight(one: OpenStream): Promise<void> {
    let isStillAllowed = false;
    try {
      isStillAllowed = await one.wallViewer.mayWatch();
    } catch (error) {
      this.#o.log.info({ err: error }, "a stream of the wall ends: its viewer's right could not be confirmed");
    }
    if (isStillAllowed || !this.#open.has(one)) return;
    this.#o.onCut('refused');
    one.stream.end();
    this.#removeStream(one);
  }

  #cut(one: OpenStream, cause: CutCause): void {
    this.#o.onCut(cause);
    one.stream.cut();
    this.#removeStream(one);
  }
}

/** Returns the state of a room for which no recorder is asked; undefined if a recorder is to be asked. */
function closedBy(name: RoomName, { isAllowed, sessions, fence }: RoomFacts): SeenRoom | undefined {
  if (isAllowed === undefined) return refusedRoom(name, 'NOT_FOUND');
  if (!isAllowed) return refusedRoom(name, 'WALL_REFUSED');
  if (sessions === 0) return { ...refusedRoom(name, ''), state: 'over' };
  return fence === undefined ? refusedRoom(name, 'CENTRE_UNREACHABLE') : undefined;
}

const refusedRoom = ({ tenant, room }: RoomName, code: string): SeenRoom => ({
  tenant,
  room,
  state: 'refused',
  code,
  participants: 0,
  tracks: [],
});
