// Facts that are needed before a recorder is asked for a room.
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { CentreViews } from '../console/centre-views.ts';
import { roomPlanFrom } from '../console/core/room-plan.ts';
import { isLive } from '../console/people.ts';
import type { Database } from '../store/store.ts';
import { tenantsOnWall } from '../tenant/wall.ts';

export interface RoomName {
  readonly tenant: string;
  readonly room: string;
}
export const keyOf = ({ tenant, room }: RoomName): string => `${tenant}/${room}`;

export interface RoomFacts {
  /** Absent for an unknown tenant. */
  readonly isAllowed?: boolean;
  /** Number of participants, including encoders; 0 if the room is not live. */
  readonly sessions: number;
  readonly streams: ReadonlySet<string>;
  /** Undefined if the room is not live, or the centre does not answer now. */
  readonly fence: string | undefined;
}

/**
 * Time until a fence is read again. It is valid for a whole life of the room, but the first read may come too early.
 */
const FENCE_MS = 60_000;
/** Fences requested in a look; the rest follow in the next one. */
const FENCES_AT_ONCE = 25;
/** Twice the number of rooms that an instance watches. */
const FENCES_MAX = 1000;
/** Protocols of people; any other is that of an encoder (gateway). */
const ofPeople = ['', 'webrtc', 'miniprogram', 'h5'];

export interface RoomFactsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly views: Pick<CentreViews, 'roomPlan'>;
}

export class RoomFactsReader {
  readonly #o: RoomFactsOptions;
  readonly #fences = new Map<string, { readonly sid: string; readonly fence: string; readonly untilMs: number }>();

  constructor(o: RoomFactsOptions) {
    this.#o = o;
  }

  /** Returns facts by `keyOf`. Rejects with the database's error. */
  async factsOf(rooms: readonly RoomName[]): Promise<ReadonlyMap<string, RoomFacts>> {
    const { db, clock } = this.#o;
    if (rooms.length === 0) return new Map();
    const [allowed, live] = await Promise.all([
      tenantsOnWall(
        db,
        rooms.map(({ tenant }) => tenant),
      ),
      liveOf(db, rooms, clock.wallMs()),
    ]);
    const watchedRooms = rooms.flatMap((name) => {
      const found = live.get(keyOf(name));
      return found !== undefined && allowed.get(name.tenant) === true ? [{ key: keyOf(name), sid: found.sid }] : [];
    });
    await this.#askFences(watchedRooms);
    return new Map(
      rooms.map((name) => {
        const key = keyOf(name);
        const isAllowed = allowed.get(name.tenant);
        const { sid, sessions = 0, streams = new Set<string>() } = live.get(key) ?? {};
        const known = this.#fences.get(key);
        const fence = sid !== undefined && known?.sid === sid ? known.fence : undefined;
        return [key, { ...(isAllowed !== undefined && { isAllowed }), sessions, streams, fence }];
      }),
    );
  }

  /** Requests fences of rooms from the centre. A fence of another life of the room is not used. */
  async #askFences(rooms: readonly { readonly key: string; readonly sid: string }[]): Promise<void> {
    const { clock, log, views } = this.#o;
    const nowMs = clock.nowMs();
    const due = rooms.filter(({ key, sid }) => {
      const known = this.#fences.get(key);
      return known?.sid !== sid || known.untilMs <= nowMs;
    });
    await Promise.all(
      due.slice(0, FENCES_AT_ONCE).map(async ({ key, sid }) => {
        try {
          const { regions } = roomPlanFrom(await views.roomPlan(key));
          this.#fences.delete(key);
          this.#fences.set(key, { sid, fence: regions.join(','), untilMs: nowMs + FENCE_MS });
        } catch (err) {
          log.debug({ err, roomKey: key }, 'the fence of a room could not be read');
        }
      }),
    );
    for (const [oldest] of this.#fences) {
      if (this.#fences.size <= FENCES_MAX) break;
      this.#fences.delete(oldest);
    }
  }
}

interface Live {
  /** Life of the newest session, since the previous life may have ended a moment ago. */
  sid: string;
  newest: number;
  sessions: number;
  readonly streams: Set<string>;
}

interface LiveRow extends RoomName {
  readonly sid: string;
  readonly stream: string;
  readonly sessions: number;
  readonly newest: number;
}

async function liveOf(db: Database, rooms: readonly RoomName[], wallMs: number): Promise<ReadonlyMap<string, Live>> {
  const names = sql.join(rooms.map(({ tenant, room }) => sql`(${tenant}, ${room})`));
  const { rows } = await sql<LiveRow>`
    select tenant, room, sid, stream, cast(count(*) as bigint) as sessions, max(key) as newest from (
      select tenant, room, sid, key,
        case when protocol in (${sql.join(ofPeople.map((name) => sql.lit(name)))}) then '' else identity end as stream
      from quality_sessions where (tenant, room) in (values ${names}) and ${isLive(wallMs)}) s
    group by tenant, room, sid, stream`.execute(db);
  const live = new Map<string, Live>();
  for (const { sid, stream, sessions, newest, ...name } of rows) {
    const one = live.get(keyOf(name)) ?? { sid, newest: 0, sessions: 0, streams: new Set<string>() };
    if (Number(newest) > one.newest) Object.assign(one, { sid, newest: Number(newest) });
    one.sessions += Number(sessions);
    if (stream !== '') one.streams.add(stream);
    live.set(keyOf(name), one);
  }
  return live;
}
