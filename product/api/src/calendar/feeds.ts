// Feeds that other programs fetch regularly. Whoever knows the URL may read the feed: it holds 128 random bits, of
// which the database has only the hash.
import { createHash } from 'node:crypto';
import type { Clock, Rng } from '@meridian/runtime';
import type { UserRole } from '../access/core/scopes.ts';
import { lockTenant } from '../access/tenants.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { meetingRights, namesOf, type Person, partOf } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { Database } from '../store/store.ts';

export interface CalendarFeed {
  readonly id: string;
  readonly userId?: string;
  readonly room?: string;
  readonly createdMs: number;
}

/** Limit of meetings in a user's feed: the next ones, and those of the last weeks. */
const MEETINGS_MAX = 500;
/** Limit of addresses that a user makes: one for each program and device, and one for each of some rooms. */
export const FEEDS_OF_USER_MAX = 100;
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

  /**
   * Returns the token, which no later call shows. `createdBy`: user that creates the feed. Rejects with QUOTA_EXCEEDED
   * for a user with too many.
   */
  async create(
    db: Database,
    tenant: string,
    subject: { readonly userId?: string; readonly room?: string },
    createdBy?: string,
  ): Promise<{ feed: CalendarFeed; token: string }> {
    const { clock, rng } = this.#o;
    const token = Buffer.from(rng.bytes(16)).toString('base64url');
    const id = `cf_${Buffer.from(rng.bytes(9)).toString('hex')}`;
    const created_ms = clock.wallMs();
    const { userId: user_id = null, room = null } = subject;
    if (createdBy !== undefined) await refuseTooMany(db, tenant, createdBy);
    await db
      .insertInto('calendar_feeds')
      .values({ id, tenant, token_hash: hashOf(token), user_id, room, made_by: createdBy ?? null, created_ms })
      .execute();
    return { feed: { id, ...subject, createdMs: created_ms }, token };
  }

  /** Lists the feeds of the user `owner`; without it, those of the whole tenant. */
  async list(
    tenant: string,
    owner: string | undefined,
    page: PageRequest,
  ): Promise<{ data: CalendarFeed[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('calendar_feeds')
      .select(['id', 'user_id', 'room', 'created_ms'])
      .where('tenant', '=', tenant)
      .$if(owner !== undefined, (query) =>
        query.where((eb) => eb.or([eb('user_id', '=', owner ?? ''), eb('made_by', '=', owner ?? '')])),
      )
      .$call(newestFirst.ofPage(page))
      .execute();
    return newestFirst.page(page, rows, ({ id, user_id, room, created_ms: createdMs }) => ({
      id,
      ...(user_id !== null && { userId: user_id }),
      ...(room !== null && { room }),
      createdMs,
    }));
  }

  /** Revokes a feed; with `owner`, only one of this user. Rejects with NOT_FOUND. */
  async revoke(tenant: string, id: string, owner?: string): Promise<void> {
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('calendar_feeds')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .$if(owner !== undefined, (query) =>
        query.where((eb) => eb.or([eb('user_id', '=', owner ?? ''), eb('made_by', '=', owner ?? '')])),
      )
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Problem('NOT_FOUND');
  }

  /** Rejects with NOT_FOUND, also if the user is inactive, or the feed's maker may no longer see the meeting. */
  async read(token: string): Promise<{ readonly meetings: readonly Meeting[]; readonly person?: Person }> {
    if (!TOKEN.test(token)) throw new Problem('NOT_FOUND');
    const feed = await this.#o.db
      .selectFrom('calendar_feeds')
      .select(['tenant', 'user_id', 'room', 'made_by'])
      .where('token_hash', '=', hashOf(token))
      .executeTakeFirst();
    if (feed === undefined) throw new Problem('NOT_FOUND');
    const { meetings, clock } = this.#o;
    const maker = feed.made_by === null ? undefined : await this.#user(feed.tenant, feed.made_by);
    if (feed.made_by !== null && maker?.active !== 1) throw new Problem('NOT_FOUND');
    if (feed.room !== null) {
      const found = await meetings.ofRoom(feed.tenant, feed.room);
      if (found === undefined || found.meeting.status === 'cancelled') return { meetings: [] };
      if (maker !== undefined && meetingRights[maker.role as UserRole][partOf(found.meeting, maker)] === '')
        throw new Problem('NOT_FOUND');
      return { meetings: [found.meeting] };
    }
    const id = feed.user_id ?? '';
    const user = await this.#user(feed.tenant, id);
    // An identity without a user may belong to the company's own system.
    if (user?.active === 0) throw new Problem('NOT_FOUND');
    const person = { id, email: user?.email ?? '' };
    const fromMs = clock.wallMs() - PAST_MS;
    return { meetings: await meetings.ofPersons(feed.tenant, namesOf(person), fromMs, MEETINGS_MAX), person };
  }

  #user(tenant: string, id: string) {
    return this.#o.db
      .selectFrom('users')
      .select(['id', 'email', 'role', 'active'])
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

async function refuseTooMany(db: Database, tenant: string, made_by: string): Promise<void> {
  await lockTenant(db, tenant);
  const { n } = await db
    .selectFrom('calendar_feeds')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where((eb) => eb.and({ tenant, made_by }))
    .executeTakeFirstOrThrow();
  if (Number(n) >= FEEDS_OF_USER_MAX)
    throw new Problem('QUOTA_EXCEEDED', `You already have ${n} calendar addresses. Revoke some.`);
}
