// Calendars that other programs fetch again and again. Whoever knows a feed's address sees it: the address holds 128
// random bits, and the database only their hash.
import { createHash } from 'node:crypto';
import type { Clock, Rng } from '@meridian/runtime';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { Database } from '../store/store.ts';

declare module '../store/tables.ts' {
  interface Tables {
    calendar_feeds: {
      id: string;
      tenant: string;
      /** SHA-256 in hex. */
      token_hash: string;
      /** One of the two says whose meetings it has. */
      user_id: string | null;
      room: string | null;
      created_ms: number;
    };
  }
}

export interface CalendarFeed {
  readonly id: string;
  readonly userId?: string;
  readonly room?: string;
  readonly createdMs: number;
}

/** Of a user: the meetings that take place next, and those of the last weeks. */
const MEETINGS_MAX = 500;
const PAST_MS = 31 * 86_400_000;
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

export interface CalendarFeedsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly meetings: Meetings;
}

export class CalendarFeeds {
  readonly #o: CalendarFeedsOptions;

  constructor(o: CalendarFeedsOptions) {
    this.#o = o;
  }

  /** The token is told once. */
  async create(
    db: Database,
    tenant: string,
    of: { readonly userId?: string; readonly room?: string },
  ): Promise<{ feed: CalendarFeed; token: string }> {
    const { clock, rng } = this.#o;
    const token = Buffer.from(rng.bytes(16)).toString('base64url');
    const id = `cf_${Buffer.from(rng.bytes(9)).toString('hex')}`;
    const created_ms = clock.wallMs();
    const { userId: user_id = null, room = null } = of;
    await db
      .insertInto('calendar_feeds')
      .values({ id, tenant, token_hash: hashOf(token), user_id, room, created_ms })
      .execute();
    return { feed: { id, ...of, createdMs: created_ms }, token };
  }

  async list(tenant: string, page: PageRequest): Promise<{ data: CalendarFeed[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('calendar_feeds')
      .select(['id', 'user_id', 'room', 'created_ms'])
      .where('tenant', '=', tenant)
      .where(newestFirst.after(page))
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(newestFirst.rows(page))
      .execute();
    return newestFirst.page(page, rows, ({ id, user_id, room, created_ms: createdMs }) => ({
      id,
      ...(user_id !== null && { userId: user_id }),
      ...(room !== null && { room }),
      createdMs,
    }));
  }

  /** Its address answers 404 from now on. Rejects with NOT_FOUND. */
  async revoke(tenant: string, id: string): Promise<void> {
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('calendar_feeds')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Problem('NOT_FOUND');
  }

  /** Meetings of a feed. Rejects with NOT_FOUND. */
  async read(token: string): Promise<readonly Meeting[]> {
    if (!TOKEN.test(token)) throw new Problem('NOT_FOUND');
    const feed = await this.#o.db
      .selectFrom('calendar_feeds')
      .select(['tenant', 'user_id', 'room'])
      .where('token_hash', '=', hashOf(token))
      .executeTakeFirst();
    if (feed === undefined) throw new Problem('NOT_FOUND');
    const { meetings, clock } = this.#o;
    if (feed.room !== null) {
      const found = await meetings.ofRoom(feed.tenant, feed.room);
      return found === undefined || found.meeting.status === 'cancelled' ? [] : [found.meeting];
    }
    return meetings.ofPerson(feed.tenant, `id:${feed.user_id}`, clock.wallMs() - PAST_MS, MEETINGS_MAX);
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
