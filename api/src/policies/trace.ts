// Sessions of a time, of some rooms, from the database. Rooms are taken in the order of the ids of their lives, which
// are random: the first ones are a fair sample, and an index has them in this order.
import { sql } from 'kysely';
import { firstKeyAt } from '../quality/core/session-keys.ts';
import type { Database } from '../store/store.ts';
import { RoomsTaken, type Span, type Trace, type TraceSession } from './rooms-taken.ts';
import '../quality/tables.ts';

const HOUR_MS = 3_600_000;
export const SPAN_MS_MAX = 24 * HOUR_MS;
export const SESSIONS_MAX = 100_000;
/** Sessions that began longer before the span are left out: hardly any lasts so long, and each hour more costs time. */
export const BEGUN_BEFORE_MS = 12 * HOUR_MS;
/** A session gets its key when it is first heard of, which may be later than its join. */
const HEARD_LATE_MS = HOUR_MS;
/** Without a record for longer a session is over, though no node said so. */
const SILENT_MS = 60_000;
const LIVES_AT_ONCE = 200;
/** Lives that are looked at, most of which may be of one person alone. */
const LIVES_MAX = 20_000;
/** Of one life: the first ones. Twenty of each of fifty people. */
const LIFE_SESSIONS_MAX = 1000;

export interface TraceRooms extends Pick<Trace, 'rooms' | 'places' | 'share'> {}

interface Life {
  readonly sid: string;
  /** Sessions, of any time that is looked at. */
  readonly count: number;
}

/** At most `roomsMax` rooms with two people or more whose places are known. */
export async function traceRooms(
  db: Database,
  { span, nodes, roomsMax, nowMs }: { span: Span; nodes: Trace['nodes']; roomsMax: number; nowMs: number },
): Promise<TraceRooms> {
  const taken = new RoomsTaken(span, nodes);
  const [low, high] = [firstKeyAt(span.fromMs - BEGUN_BEFORE_MS), firstKeyAt(span.toMs + HEARD_LATE_MS)];
  const isFull = (): boolean => taken.rooms.length >= roomsMax || taken.sessions >= SESSIONS_MAX;
  let [looked, live, walked] = [0, 0, 0];
  let isOver = false;
  for (let after = ''; !isOver && !isFull() && looked < LIVES_MAX; ) {
    const lives = await livesAfter(db, after, [low, high]);
    const sessions = await sessionsOf(db, lives, { span, nowMs, keys: [low, high] });
    for (const { sid, count } of lives) {
      if (isFull()) break;
      after = sid;
      looked += 1;
      walked += count;
      const found = sessions.get(sid);
      if (found === undefined) continue;
      live += 1;
      taken.take(found.filter(({ isPlaced }) => isPlaced));
    }
    isOver = lives.length < LIVES_AT_ONCE;
  }
  const all = isOver && !isFull() ? walked : await countOf(db, [low, high]);
  const share = live === 0 ? 1 : Math.min(1, (taken.rooms.length / live) * (all === 0 ? 1 : walked / all));
  return { rooms: taken.rooms, places: taken.places, share };
}

/** From the index of `sid` alone: `+key` keeps both databases from the index of keys. */
async function livesAfter(db: Database, after: string, [low, high]: [number, number]): Promise<Life[]> {
  const { rows } = await sql<Life>`
    select sid, count(*) as count from quality_sessions
    where sid > ${after} and +key >= ${low} and +key < ${high}
    group by sid order by sid limit ${sql.lit(LIVES_AT_ONCE)}`.execute(db);
  return rows.map(({ sid, count }) => ({ sid, count: Number(count) }));
}

async function countOf(db: Database, [low, high]: [number, number]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from quality_sessions where key >= ${low} and key < ${high}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

type Found = TraceSession & { readonly isPlaced: boolean };
interface SessionRow {
  readonly sid: string;
  readonly identity: string;
  readonly joined_ms: number;
  readonly left_ms: number | null;
  readonly last_ms: number;
  readonly place: string;
  readonly latitude_tenths: number;
  readonly longitude_tenths: number;
  readonly node_id: string;
  readonly rtt_us: number;
}

/** Those that overlap the time, by life. */
async function sessionsOf(
  db: Database,
  lives: readonly Life[],
  { span, nowMs, keys: [low, high] }: { span: Span; nowMs: number; keys: [number, number] },
): Promise<ReadonlyMap<string, readonly Found[]>> {
  const ofLife = new Map<string, Found[]>();
  if (lives.length === 0) return ofLife;
  const { rows } = await sql<SessionRow>`
    select * from (
      select sid, identity, joined_ms, left_ms, last_ms, place, latitude_tenths, longitude_tenths, node_id, rtt_us,
        row_number() over (partition by sid order by key) as number
      from quality_sessions where sid in (${sql.join(lives.map(({ sid }) => sid))})
        and key >= ${low} and key < ${high} and joined_ms < ${span.toMs}
    ) as numbered where number <= ${sql.lit(LIFE_SESSIONS_MAX)}`.execute(db);
  for (const row of rows) {
    const endMs = row.left_ms ?? (row.last_ms < nowMs - SILENT_MS ? row.last_ms : nowMs);
    if (endMs <= Math.max(span.fromMs, row.joined_ms)) continue;
    const found = ofLife.get(row.sid) ?? [];
    ofLife.set(row.sid, found);
    found.push({
      identity: row.identity,
      joinedMs: row.joined_ms,
      endMs,
      latitudeTenths: row.latitude_tenths,
      longitudeTenths: row.longitude_tenths,
      nodeId: row.node_id,
      rttUs: row.rtt_us,
      isPlaced: row.place !== '',
    });
  }
  return ofLife;
}
