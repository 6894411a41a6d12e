// Join links in the database: made, listed, revoked, and used by browsers.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { Revocations } from '../access/revocations.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { isOpen, type JoinLink, type LinkGrants, TOKEN_MS_MAX } from './core/link.ts';
import { browserHash, codeHash, newCode, newGuestIdentity, newLinkId } from './secrets.ts';

declare module '../store/tables.ts' {
  interface Tables {
    join_links: {
      id: string;
      tenant: string;
      code_hash: string;
      room: string;
      title: string;
      identity: string | null;
      name: string | null;
      /** `LinkGrants` as JSON. */
      grants: string;
      lobby: number;
      can_invite: number;
      /** As `hashPassword` made it. */
      password: string | null;
      uses: number;
      max_uses: number;
      created_ms: number;
      expires_ms: number;
      revoked_ms: number | null;
    };
    join_link_browsers: { link: string; browser_hash: string; identity: string };
  }
}

export interface NewLink {
  readonly tenant: string;
  readonly room: string;
  readonly title?: string;
  readonly identity?: string;
  readonly name?: string;
  readonly grants?: LinkGrants;
  readonly lobby?: boolean;
  readonly canInvite?: boolean;
  /** As `hashPassword` made it. */
  readonly password?: string;
  readonly maxUses?: number;
  readonly expiresMs: number;
}

export interface KeptLink {
  readonly link: JoinLink;
  /** As `hashPassword` made it; undefined: none is asked for. */
  readonly password: string | undefined;
}

/** A big meeting; each use is a row. */
export const USES_USUAL = 1000;
export const USES_MAX = 100_000;
/** Whoever comes by an old link hears that it is invalid, as from any code; whoever made it sees why for this long. */
const KEPT_MS = 30 * 86_400_000;
const FORGET_MS = 3_600_000;

export interface JoinLinksOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly revocations: Pick<Revocations, 'add' | 'poll'>;
}

export class JoinLinks {
  readonly #o: JoinLinksOptions;
  #timer: Timer | undefined;

  constructor(o: JoinLinksOptions) {
    this.#o = o;
  }

  /** Forgets links that ended long ago, until `close`. */
  start(): void {
    this.#timer = this.#o.clock.every(FORGET_MS, () => this.#forget());
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** A new link, in the caller's transaction; its code is told this once. The values were checked before. */
  async create(db: Database, { tenant, room, ...o }: NewLink): Promise<{ link: JoinLink; code: string }> {
    const code = newCode();
    const row = {
      id: newLinkId(),
      tenant,
      code_hash: codeHash(code),
      room,
      title: o.title ?? '',
      identity: o.identity ?? null,
      name: o.name ?? null,
      grants: JSON.stringify(o.grants ?? {}),
      lobby: o.lobby === true ? 1 : 0,
      can_invite: o.canInvite === true ? 1 : 0,
      password: o.password ?? null,
      uses: 0,
      max_uses: o.maxUses ?? USES_USUAL,
      created_ms: this.#o.clock.wallMs(),
      expires_ms: o.expiresMs,
      revoked_ms: null,
    };
    await db.insertInto('join_links').values(row).execute();
    return { link: linkOf(row), code };
  }

  /** The newest first; `room`: of one room alone. */
  async list(tenant: string, page: PageRequest & { room?: string | undefined }) {
    let query = this.#o.db.selectFrom('join_links').selectAll().where('tenant', '=', tenant);
    if (page.room !== undefined) query = query.where('room', '=', page.room);
    const rows = await query
      .where(newestFirst.after(page))
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(newestFirst.rows(page))
      .execute();
    return newestFirst.page(page, rows, linkOf);
  }

  /** Undefined: the tenant has none of this id. */
  async get(tenant: string, id: string): Promise<JoinLink | undefined> {
    const row = await this.#o.db
      .selectFrom('join_links')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : linkOf(row);
  }

  /** Nobody comes by it any more, and sessions of its tokens end. Again: nothing. */
  async revoke({ tenant, id, expiresMs }: JoinLink): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    await this.#o.db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('join_links')
        .set({ revoked_ms: nowMs })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .where('revoked_ms', 'is', null)
        .executeTakeFirst();
      const untilMs = Math.min(expiresMs, nowMs + TOKEN_MS_MAX);
      if (numUpdatedRows > 0n && untilMs > nowMs) await this.#o.revocations.add(db, { tenant, id, untilMs });
    });
    await this.#o.revocations.poll();
  }

  /** The link of a code that is open; undefined: whatever else. One query for every code. */
  async open(code: string): Promise<KeptLink | undefined> {
    const row = await this.#o.db
      .selectFrom('join_links')
      .selectAll()
      .where('code_hash', '=', codeHash(code))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const link = linkOf(row);
    return isOpen(link, this.#o.clock.wallMs()) ? { link, password: row.password ?? undefined } : undefined;
  }

  /** Who a browser was when it came by the link before; undefined: it has not. */
  async guestOf(linkId: string, browserId: string): Promise<string | undefined> {
    const row = await this.#o.db
      .selectFrom('join_link_browsers')
      .select('identity')
      .where('link', '=', linkId)
      .where('browser_hash', '=', browserHash(linkId, browserId))
      .executeTakeFirst();
    return row?.identity;
  }

  /**
   * Counts a browser, and answers who it is. Of the same browser at the same time: once. Rejects with LINK_INVALID when
   * the link has ended meanwhile, or all its uses are taken.
   */
  async admit(link: JoinLink, browserId: string): Promise<string> {
    const hash = browserHash(link.id, browserId);
    const identity = link.identity ?? newGuestIdentity();
    return await this.#o.db.transaction().execute(async (db) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('join_link_browsers')
        .values({ link: link.id, browser_hash: hash, identity })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) {
        const known = await db
          .selectFrom('join_link_browsers')
          .select('identity')
          .where('link', '=', link.id)
          .where('browser_hash', '=', hash)
          .executeTakeFirstOrThrow();
        return known.identity;
      }
      const { numUpdatedRows } = await db
        .updateTable('join_links')
        .set((eb) => ({ uses: eb('uses', '+', 1) }))
        .where('id', '=', link.id)
        .where('revoked_ms', 'is', null)
        .whereRef('uses', '<', 'max_uses')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Problem('LINK_INVALID');
      return identity;
    });
  }

  #forget(): void {
    const { db, clock, log } = this.#o;
    db.deleteFrom('join_links')
      .where('expires_ms', '<', clock.wallMs() - KEPT_MS)
      .execute()
      .catch((err: unknown) => log.warn({ err }, 'old join links stay'));
  }
}

const linkOf = (row: Selectable<Tables['join_links']>): JoinLink => ({
  id: row.id,
  tenant: row.tenant,
  room: row.room,
  title: row.title,
  identity: row.identity ?? undefined,
  name: row.name ?? undefined,
  grants: JSON.parse(row.grants) as LinkGrants,
  lobby: row.lobby === 1,
  canInvite: row.can_invite === 1,
  hasPassword: row.password !== null,
  uses: row.uses,
  maxUses: row.max_uses,
  createdMs: row.created_ms,
  expiresMs: row.expires_ms,
  revokedMs: row.revoked_ms ?? undefined,
});
