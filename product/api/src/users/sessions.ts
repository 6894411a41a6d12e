// Sessions of signed-in users are queried at each request, so an ended session is invalid everywhere at once.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import { mustStoreUse, sessionEndMs } from './core/user.ts';
import { newSessionId, newSessionSecret, sessionHash } from './secrets.ts';
import { type User, userOf } from './user.ts';

export interface Session {
  readonly id: string;
  readonly browser: string;
  readonly address: string;
  readonly createdMs: number;
  readonly usedMs: number;
  readonly endsMs: number;
}

/** Limit per user, beyond which the session that was unused for longest ends. */
const SESSIONS_MAX = 50;
const BROWSER_CHARACTERS_MAX = 256;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const FORGET_MS = 3_600_000;

export interface SessionsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface NewSession {
  readonly browser: string;
  readonly address: string;
}

export class Sessions {
  readonly #o: SessionsOptions;
  #timer: Timer | undefined;

  constructor(o: SessionsOptions) {
    this.#o = o;
  }

  start(): void {
    this.#timer = this.#o.clock.every(FORGET_MS, () => this.#forget());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Creates a session, in the caller's transaction. Returns the secret, which no later call shows. */
  async create(
    db: Database,
    { tenant, id: userId }: User,
    o: NewSession,
  ): Promise<{ session: Session; secret: string }> {
    const nowMs = this.#o.clock.wallMs();
    const ofUser = { tenant, user_id: userId };
    const keptSessions = await db
      .selectFrom('sessions')
      .select('id')
      .where((eb) => eb.and(ofUser))
      .orderBy('used_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(SESSIONS_MAX - 1)
      .execute();
    let old = db.deleteFrom('sessions').where((eb) => eb.and(ofUser));
    if (keptSessions.length > 0)
      old = old.where(
        'id',
        'not in',
        keptSessions.map(({ id }) => id),
      );
    await old.execute();
    const secret = newSessionSecret();
    const session = {
      id: newSessionId(),
      browser: o.browser.slice(0, BROWSER_CHARACTERS_MAX),
      address: o.address,
      createdMs: nowMs,
      usedMs: nowMs,
      endsMs: sessionEndMs({ createdMs: nowMs, usedMs: nowMs }),
    };
    await db
      .insertInto('sessions')
      .values({ ...ofUser, ...rowOf(session), secret_hash: sessionHash(secret) })
      .execute();
    return { session, secret };
  }

  /** Stores the use. Returns undefined for an unknown or ended session, or an inactive user. */
  async use(secret: string): Promise<{ session: Session; user: User } | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const { db, clock } = this.#o;
    const nowMs = clock.wallMs();
    const row = await db
      .selectFrom('sessions')
      .innerJoin('users', (join) =>
        join.onRef('users.tenant', '=', 'sessions.tenant').onRef('users.id', '=', 'sessions.user_id'),
      )
      .selectAll('users')
      .select(['sessions.id as session_id', 'sessions.browser', 'sessions.address', 'sessions.used_ms'])
      .select(['sessions.ends_ms', 'sessions.created_ms as session_created_ms'])
      .where('sessions.secret_hash', '=', sessionHash(secret))
      .where('sessions.ends_ms', '>', nowMs)
      .where('users.active', '=', 1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { session_id: id, browser, address, session_created_ms: createdMs, used_ms: usedMs, ends_ms: endsMs } = row;
    const session = { id, browser, address, createdMs, usedMs, endsMs };
    return { user: userOf(row), session: mustStoreUse(session, nowMs) ? await this.#note(session, nowMs) : session };
  }

  /** Ends the previous session of a browser that starts another one. Ignores an unknown secret. */
  async endBySecret(db: Database, secret: string): Promise<void> {
    await db.deleteFrom('sessions').where('secret_hash', '=', sessionHash(secret)).execute();
  }

  /** Returns open sessions, the last used first. */
  async list(tenant: string, userId: string): Promise<Session[]> {
    const rows = await this.#o.db
      .selectFrom('sessions')
      .selectAll()
      .where((eb) => eb.and({ tenant, user_id: userId }))
      .where('ends_ms', '>', this.#o.clock.wallMs())
      .orderBy('used_ms', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      browser: row.browser,
      address: row.address,
      createdMs: row.created_ms,
      usedMs: row.used_ms,
      endsMs: row.ends_ms,
    }));
  }

  /** Returns false if the user has no session with this id. */
  async end(tenant: string, userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('sessions')
      .where((eb) => eb.and({ tenant, user_id: userId, id }))
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #note(session: Session, nowMs: number): Promise<Session> {
    const endsMs = sessionEndMs({ createdMs: session.createdMs, usedMs: nowMs });
    await this.#o.db
      .updateTable('sessions')
      .set({ used_ms: nowMs, ends_ms: endsMs })
      .where('id', '=', session.id)
      .execute();
    return { ...session, usedMs: nowMs, endsMs };
  }

  #forget(): void {
    const { db, clock, log } = this.#o;
    db.deleteFrom('sessions')
      .where('ends_ms', '<=', clock.wallMs())
      .execute()
      .catch((err: unknown) => log.warn({ err }, 'ended sessions could not be deleted'));
  }
}

const rowOf = ({ id, browser, address, createdMs, usedMs, endsMs }: Session) => ({
  id,
  browser,
  address,
  created_ms: createdMs,
  used_ms: usedMs,
  ends_ms: endsMs,
});
