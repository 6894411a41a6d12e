import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { Revocations } from '../access/revocations.ts';
import { revokeUsed } from '../access/token-uses.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { tokenIdOf } from '../meetings/token-id.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { isOpen, type JoinLink, type LinkGrants, MEETING_TOKEN_MS_MAX, TOKEN_MS_MAX } from './core/link.ts';
import { endLinksOfKey, type LinkedUser, userOf } from './personal-links.ts';
import { browserHash, codeHash, newCode, newGuestIdentity, newLinkId } from './secrets.ts';

export interface NewLink {
  readonly tenant: string;
  readonly room: string;
  readonly title?: string;
  readonly identity?: string;
  readonly name?: string;
  readonly grants?: LinkGrants;
  readonly lobby?: boolean;
  readonly canInvite?: boolean;
  /** Hash of the password, made by `Passwords`. */
  readonly password?: string;
  readonly maxUses?: number;
  readonly expiresMs: number;
  /** User that made the link, from `makerOf`; the link is valid only while this user is active. */
  readonly createdBy?: string | undefined;
  readonly maker?: LinkMaker;
}

/** Maker of a link beside its user. */
export interface LinkMaker {
  /** API key whose token made the link, or made the link by which the participant came; '' for none. */
  readonly apiKey: string;
  /** Participant that made the link in its room; '' for a link made outside the room. */
  readonly identity: string;
}

/** Link of a meeting. The caller derives its code. */
export interface NewMeetingLink {
  readonly tenant: string;
  /** Id of the meeting, which is also the name of the room. */
  readonly meeting: string;
  /** Absent for the link of the meeting's number. */
  readonly invitee?: string;
  readonly code: string;
  readonly expiresMs: number;
}

export interface StoredLink {
  readonly link: JoinLink;
  /** Hash of the password, made by `Passwords`. */
  readonly password: string | undefined;
}

/** Default limit of uses, enough for a big meeting; each use is a row. */
export const USES_USUAL = 1000;
export const USES_MAX = 100_000;
/** For this time after its end, makers can see why a link ended. Visitors get LINK_INVALID, as for any bad code. */
const KEPT_MS = 30 * 86_400_000;
const FORGET_MS = 3_600_000;
const ROWS_PER_STATEMENT = 500;
/** Prefix of the claim `via` for a user; the user's id follows. */
const VIA_USER = 'user:';

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

  start(): void {
    this.#timer = this.#o.clock.every(FORGET_MS, () => this.#forget());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Runs in the caller's transaction. Returns the code, which no later call shows. The caller must have validated the
   * values.
   */
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
      meeting: null,
      invitee: null,
      made_by: o.createdBy ?? null,
    };
    await db.insertInto('join_links').values(row).execute();
    const { apiKey: api_key, identity } = o.maker ?? { apiKey: '', identity: '' };
    if (api_key !== '' || identity !== '')
      await db.insertInto('join_link_makers').values({ link: row.id, api_key, identity }).execute();
    return { link: linkOf(row), code };
  }

  /** Runs in the caller's transaction; existing links stay unchanged. */
  async createOfMeeting(db: Database, links: readonly NewMeetingLink[]): Promise<void> {
    const created_ms = this.#o.clock.wallMs();
    const rows = links.map(({ tenant, meeting, invitee = null, code, expiresMs: expires_ms }) => ({
      id: newLinkId(),
      tenant,
      code_hash: codeHash(code),
      room: meeting,
      meeting,
      invitee,
      title: '',
      identity: null,
      name: null,
      grants: '{}',
      lobby: 0,
      can_invite: 0,
      password: null,
      uses: 0,
      max_uses: USES_MAX,
      created_ms,
      expires_ms,
      revoked_ms: null,
      made_by: null,
    }));
    for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
      await db
        .insertInto('join_links')
        .values(rows.slice(at, at + ROWS_PER_STATEMENT))
        .onConflict((on) => on.column('code_hash').doNothing())
        .execute();
  }

  /** Runs in the caller's transaction. */
  async endOfMeeting(db: Database, meeting: string, expiresMs: number): Promise<void> {
    await db.updateTable('join_links').set({ expires_ms: expiresMs }).where('meeting', '=', meeting).execute();
  }

  /** Removes a meeting's links, and ends the sessions of their tokens. Runs in the caller's transaction. */
  async removeOfMeeting(db: Transaction, codes: readonly string[]): Promise<void> {
    const untilMs = this.#o.clock.wallMs() + MEETING_TOKEN_MS_MAX;
    for (const code of codes) {
      const row = await db
        .deleteFrom('join_links')
        .where('code_hash', '=', codeHash(code))
        .returning(['id', 'tenant', 'uses'])
        .executeTakeFirst();
      if (row !== undefined && row.uses > 0)
        await this.#o.revocations.add(db, { tenant: row.tenant, id: row.id, untilMs });
    }
  }

  /** Makes browsers that used a link join anew, with its password. Runs in the caller's transaction. */
  async forgetBrowsers(db: Database, code: string): Promise<void> {
    await db
      .deleteFrom('join_link_browsers')
      .where('link', 'in', (eb) => eb.selectFrom('join_links').select('id').where('code_hash', '=', codeHash(code)))
      .execute();
  }

  /** Ends sessions with tokens that were made for the users themselves (`tokenIdOf`). Later tokens are valid. */
  async endOfUsers(
    db: Transaction,
    { tenant, id }: Pick<Meeting, 'tenant' | 'id'>,
    users: readonly string[],
  ): Promise<void> {
    const beforeMs = Math.floor(this.#o.clock.wallMs()) + 1;
    for (const user of users)
      await revokeUsed(db, this.#o, { tenant, id: tokenIdOf(id, user), beforeMs, lifeMs: MEETING_TOKEN_MS_MAX });
  }

  /** Ends links that tokens of the API key made, and the sessions of those who joined by them. */
  endOfKey(db: Transaction, { tenant, id }: { readonly tenant: string; readonly id: string }): Promise<void> {
    return endLinksOfKey(db, this.#o.revocations, { tenant, id, nowMs: this.#o.clock.wallMs() });
  }

  userOf(tenant: string, o: { readonly userId: string; readonly email: string }): Promise<LinkedUser | undefined> {
    return userOf(this.#o.db, tenant, o);
  }

  /** Returns `userId`, or the user behind the claim `via` (of a user or a link). Undefined if a key is responsible. */
  async makerOf(tenant: string, o: { readonly userId: string; readonly via: string }): Promise<string | undefined> {
    const named = o.via.startsWith(VIA_USER) ? o.via.slice(VIA_USER.length) : '';
    const user = await this.userOf(tenant, { userId: o.userId, email: '' });
    const known = user ?? (await this.userOf(tenant, { userId: named, email: '' }));
    if (known !== undefined) return known.id;
    return o.via === '' ? undefined : (await this.get(tenant, o.via))?.createdBy;
  }

  /** Returns undefined for a link of a meeting, and for one that a signed-in user made. */
  async otherMakerOf(link: string): Promise<LinkMaker | undefined> {
    const row = await this.#o.db
      .selectFrom('join_link_makers')
      .select(['api_key', 'identity'])
      .where('link', '=', link)
      .executeTakeFirst();
    return row && { apiKey: row.api_key, identity: row.identity };
  }

  /** Returns links, the newest first, without those of meetings. */
  async list(tenant: string, page: PageRequest & { room?: string | undefined }) {
    let query = this.#o.db
      .selectFrom('join_links')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('meeting', 'is', null);
    if (page.room !== undefined) query = query.where('room', '=', page.room);
    const rows = await query.$call(newestFirst.ofPage(page)).execute();
    return newestFirst.page(page, rows, linkOf);
  }

  async get(tenant: string, id: string): Promise<JoinLink | undefined> {
    const row = await this.#o.db
      .selectFrom('join_links')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : linkOf(row);
  }

  /** Revokes a link, and ends the sessions of its tokens. Idempotent. */
  async revoke({ tenant, id, expiresMs, meeting }: JoinLink): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    await transact(this.#o.db, async (db) => {
      const row = await db
        .updateTable('join_links')
        .set({ revoked_ms: nowMs })
        .where('tenant', '=', tenant)
        .where('id', '=', id)
        .where('revoked_ms', 'is', null)
        .returning('uses')
        .executeTakeFirst();
      const untilMs = Math.min(expiresMs, nowMs + (meeting === undefined ? TOKEN_MS_MAX : MEETING_TOKEN_MS_MAX));
      // A link that was never used has no tokens.
      if (row !== undefined && row.uses > 0 && untilMs > nowMs)
        await this.#o.revocations.add(db, { tenant, id, untilMs });
    });
  }

  /** Finds a link. Makes one query, for good and bad codes alike. */
  async open(code: string): Promise<StoredLink | undefined> {
    const row = await this.#o.db
      .selectFrom('join_links')
      .selectAll()
      .where('code_hash', '=', codeHash(code))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const link = linkOf(row);
    return isOpen(link, this.#o.clock.wallMs()) ? { link, password: row.password ?? undefined } : undefined;
  }

  /** Returns the identity that a browser got by the link; undefined for a browser that has not used it. */
  async guestOf(linkId: string, browserId: string): Promise<string | undefined> {
    const row = await this.#o.db
      .selectFrom('join_link_browsers')
      .select('identity')
      .where('link', '=', linkId)
      .where('browser_hash', '=', browserHash(linkId, browserId))
      .executeTakeFirst();
    return row?.identity;
  }

  /** Counts concurrent calls of a browser as one use. Rejects with LINK_INVALID if the link has ended or is used up. */
  async admit(link: JoinLink, browserId: string): Promise<string> {
    const hash = browserHash(link.id, browserId);
    const identity = link.identity ?? newGuestIdentity();
    return await transact(this.#o.db, async (db) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('join_link_browsers')
        .values({ link: link.id, browser_hash: hash, identity })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) {
        const knownBrowser = await db
          .selectFrom('join_link_browsers')
          .select('identity')
          .where('link', '=', link.id)
          .where('browser_hash', '=', hash)
          .executeTakeFirstOrThrow();
        return knownBrowser.identity;
      }
      const { numUpdatedRows } = await db
        .updateTable('join_links')
        .set((eb) => ({ uses: eb('uses', '+', 1) }))
        .where('id', '=', link.id)
        .where('revoked_ms', 'is', null)
        .whereRef('uses', '<', 'max_uses')
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return identity;
      if (link.meeting === undefined || !(await this.#resetUses(db, link.id, hash))) throw new Problem('LINK_INVALID');
      return identity;
    });
  }

  /**
   * Deletes the browsers of a meeting's link that is used up, so that it can be used again. Returns false for a revoked
   * link.
   */
  async #resetUses(db: Database, id: string, hash: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('join_links')
      .set({ uses: 1 })
      .where('id', '=', id)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    await db.deleteFrom('join_link_browsers').where('link', '=', id).where('browser_hash', '!=', hash).execute();
    return numUpdatedRows > 0n;
  }

  #forget(): void {
    const { db, clock, log } = this.#o;
    db.deleteFrom('join_links')
      .where('expires_ms', '<', clock.wallMs() - KEPT_MS)
      .execute()
      .catch((err: unknown) => log.warn({ err }, 'old join links could not be removed'));
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
  meeting: row.meeting ?? undefined,
  invitee: row.invitee ?? undefined,
  createdBy: row.made_by ?? undefined,
});
