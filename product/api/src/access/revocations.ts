// Early revocations of API keys, tokens and their sources: a versioned list in the database, which every instance of
// the api passes on to the nodes that it has links to.
import { linkIdPrefixes } from '@meridian/node-shell';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';

export interface Revocation {
  readonly tenant: string;
  readonly id: string;
  /** Revokes only tokens issued before this time; absent: all. */
  readonly beforeMs?: number;
  /** Expiry of the last revoked token, at which the revocation is deleted. */
  readonly untilMs: number;
}

/**
 * Entries after `since`, up to `version`; a long list is sent in parts. With `since` 0, the list starts with the first
 * entry in force.
 */
export interface RevocationList {
  /** Version of the last entry of this part, if more parts follow. */
  readonly version: number;
  readonly since: number;
  readonly entries: readonly Required<Revocation>[];
}

/** Entries of other instances must reach nodes within a second; this wait takes half of it. */
const POLL_MS = 500;
const FORGET_MS = 3_600_000;
/** Entries in one part: with the longest names they fit in one frame (`controlFrameBytesMax`). */
export const PART_MAX = 2000;

export interface RevocationsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Receives new entries, including those of other instances. */
  onNew(list: RevocationList): void;
}

export class Revocations {
  readonly #o: RevocationsOptions;
  readonly #timers: Timer[] = [];
  #version: number;
  #polling: Promise<void> | undefined;
  #isAway = false;

  /** Rejects with the database's error. Polling begins with `start`. */
  static async open(o: RevocationsOptions): Promise<Revocations> {
    return new Revocations(o, await currentVersion(o.db));
  }

  private constructor(o: RevocationsOptions, version: number) {
    this.#o = o;
    this.#version = version;
  }

  /** Polls for entries of other instances until `close`. */
  start(): void {
    const { clock } = this.#o;
    this.#timers.push(
      clock.every(POLL_MS, () => this.#pollQuietly()),
      clock.every(FORGET_MS, () => this.#forget()),
    );
  }

  /** Adds an entry and removes those it covers, unless a wider entry exists. Nodes are informed after the commit. */
  async add(db: Transaction, { tenant, id, beforeMs = 0, untilMs }: Revocation): Promise<void> {
    db.afterCommit({ key: 'revocations', log: this.#o.log, run: () => this.poll() });
    // The update comes first: its row lock holds off other writers until the commit.
    const { version } = await db
      .updateTable('revocation_version')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('one', '=', 1)
      .returning('version')
      .executeTakeFirstOrThrow();
    const storedRevocations = await db
      .selectFrom('revocations')
      .select(['version', 'before_ms', 'until_ms'])
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    const isWithin = (a: { before_ms: number; until_ms: number }, b: { before_ms: number; until_ms: number }) =>
      a.until_ms <= b.until_ms && (b.before_ms === 0 || (a.before_ms !== 0 && a.before_ms <= b.before_ms));
    const one = { before_ms: beforeMs, until_ms: untilMs };
    if (storedRevocations.some((storedRevocation) => isWithin(one, storedRevocation))) return;
    const replaced = storedRevocations.filter((other) => isWithin(other, one)).map((other) => other.version);
    if (replaced.length > 0) await db.deleteFrom('revocations').where('version', 'in', replaced).execute();
    await db
      .insertInto('revocations')
      .values({ version, tenant, id, before_ms: beforeMs, until_ms: untilMs })
      .execute();
  }

  /** Resolves when nodes have been informed. */
  async revoke(revocation: Revocation): Promise<void> {
    await transact(this.#o.db, (trx) => this.add(trx, revocation));
  }

  async poll(): Promise<void> {
    // A running poll may have read before the newest entry was stored, so another must follow.
    while (this.#polling !== undefined) await this.#polling;
    this.#polling = this.#readNew().finally(() => {
      this.#polling = undefined;
    });
    await this.#polling;
  }

  /** Returns the entries that a node at `version` lacks, or their first part. Rejects with the database's error. */
  async after(version: number): Promise<RevocationList> {
    const { db, clock } = this.#o;
    const newest = await currentVersion(db);
    // A version from another database, or from before a restore, is too high: the node gets the whole list.
    const since = version > newest ? 0 : version;
    const rows = await db
      .selectFrom('revocations')
      .selectAll()
      .where('version', '>', since)
      .where('version', '<=', newest)
      .where('until_ms', '>', clock.wallMs())
      .orderBy('version')
      .limit(PART_MAX)
      .execute();
    const last = rows.length < PART_MAX ? undefined : rows.at(-1);
    const entries = rows.map(({ tenant, id, before_ms, until_ms }) => ({
      tenant,
      id,
      beforeMs: before_ms,
      untilMs: until_ms,
    }));
    return { version: last?.version ?? newest, since, entries };
  }

  async isRevoked(tenant: string, ids: readonly string[], issuedMs: number): Promise<boolean> {
    if (ids.length === 0) return false;
    const row = await this.#o.db
      .selectFrom('revocations')
      .select('version')
      .where('tenant', '=', tenant)
      .where('id', 'in', ids)
      .where((eb) => eb.or([eb('before_ms', '=', 0), eb('before_ms', '>', issuedMs)]))
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Returns the number of revocations that have not expired, without those of links, which callers do not write. */
  async count(tenant: string): Promise<number> {
    const { n } = await this.#o.db
      .selectFrom('revocations')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('tenant', '=', tenant)
      .where((eb) => eb(eb.fn<string>('substr', ['id', eb.lit(1), eb.lit(3)]), 'not in', [...linkIdPrefixes]))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  /** Waits for a running poll, since the database closes next. */
  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await this.#polling?.catch(() => undefined);
  }

  async #readNew(): Promise<void> {
    while ((await currentVersion(this.#o.db)) !== this.#version) {
      const list = await this.after(this.#version);
      this.#version = list.version;
      this.#o.onNew(list);
    }
  }

  #pollQuietly(): void {
    if (this.#polling !== undefined) return;
    this.poll().then(
      () => {
        this.#isAway = false;
      },
      (err: unknown) => {
        if (!this.#isAway) this.#o.log.warn({ err }, 'new revocations cannot be read');
        this.#isAway = true;
      },
    );
  }

  #forget(): void {
    const { db, clock, log } = this.#o;
    const nowMs = clock.wallMs();
    db.deleteFrom('revocations')
      .where('until_ms', '<=', nowMs)
      .execute()
      .then(() => db.deleteFrom('token_uses').where('until_ms', '<=', nowMs).execute())
      .catch((err: unknown) => log.warn({ err }, 'expired revocations cannot be removed'));
  }
}

async function currentVersion(db: Database): Promise<number> {
  const { version } = await db.selectFrom('revocation_version').select('version').executeTakeFirstOrThrow();
  return version;
}
