// Each tenant has a chain of entries; a writer locks the row of its head until its transaction ends.
import { createHash } from 'node:crypto';
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { AuditWriter, NewAuditEntry } from '../http/audit-entries.ts';
import { type PageRequest, Paging } from '../http/page.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import { type AuditEntry, chainStart, hashInput, type Link, verifyChain } from './core/chain.ts';

export type StoredEntry = AuditEntry & { readonly hash: string };

export interface AuditFilter {
  readonly fromMs?: number | undefined;
  /** End of the span, exclusive. */
  readonly toMs?: number | undefined;
  readonly operation?: string | undefined;
  /** Id of an API key or a user. */
  readonly by?: string | undefined;
}

export interface Verification {
  readonly isWhole: boolean;
  readonly brokenSeq?: number;
  /** `from`: first entry checked; `last`: last valid entry with its hash. */
  readonly from: number;
  readonly last: Link;
  /** Set if more entries follow: the next check starts here. */
  readonly nextSeq?: number;
}

type Head = Omit<Selectable<Tables['audit_heads']>, 'tenant'>;

export interface AuditLogOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Rate of entries for refused attempts; the next entry has the number of attempts beyond it. */
const REFUSED: BucketLimits = { perSecond: 0.2, burst: 20 };
/** An entry takes 200 bytes; the tenant whose last refusal is oldest is removed first. */
const TENANTS_MAX = 10_000;
const ENTRIES_PER_READ = 1000;
/** Entries checked at once, which takes about a second. */
const VERIFIED_AT_ONCE = 100_000;

export const byTime = new Paging(
  [
    { column: 'at_ms', type: 'number' },
    { column: 'seq', type: 'number' },
  ],
  'descending',
);

export class AuditLog implements AuditWriter {
  readonly #o: AuditLogOptions;
  // Per tenant; `leftOutCount`: refused attempts without an entry.
  readonly #refusalBuckets = new Map<string, { bucket: Bucket; leftOutCount: number }>();

  constructor(o: AuditLogOptions) {
    this.#o = o;
  }

  /** Writes in its own transaction, unless `db` is a transaction. */
  async write(db: Database, entry: NewAuditEntry): Promise<void> {
    await this.#write(db, entry, 0);
  }

  async writeAfter(entry: NewAuditEntry): Promise<void> {
    await this.write(this.#o.db, entry).catch((err: unknown) => {
      this.#o.log.error({ err, entry: { ...entry, by: idOf(entry) } }, 'an action is missing in the audit log');
    });
  }

  async writeRefused(entry: NewAuditEntry): Promise<void> {
    const missed = this.#takeRefused(entry.tenant);
    if (missed === undefined) return;
    await this.#write(this.#o.db, entry, missed).catch((err: unknown) => {
      this.#o.log.warn({ err, entry: { ...entry, by: idOf(entry) } }, 'a refusal is missing in the audit log');
    });
  }

  async list(
    tenant: string,
    filter: AuditFilter,
    page: PageRequest,
  ): Promise<{ data: StoredEntry[]; nextCursor?: string }> {
    const rows = await this.#filtered(tenant, filter).where(byTime.after(page)).limit(byTime.rowLimit(page)).execute();
    return byTime.page(page, rows, keptOf);
  }

  async newest(tenant: string, filter: AuditFilter, most: number): Promise<StoredEntry[]> {
    const rows = await this.#filtered(tenant, filter).limit(most).execute();
    return rows.map(keptOf);
  }

  /** Checks up to 100,000 entries from `fromSeq` (default: the oldest), and the last entry against the head. */
  async verify(tenant: string, fromSeq?: number): Promise<Verification> {
    for (;;) {
      const head = await this.#head(tenant);
      const found = await this.#verify(tenant, head, fromSeq);
      if (found.isWhole) return found;
      // A break may only mean that `cut` removed old entries meanwhile, so the check then runs again.
      const { cut_seq } = await this.#head(tenant);
      if (cut_seq === head.cut_seq) return found;
    }
  }

  /** Removes old entries, and returns their number. */
  async cut(tenant: string, beforeMs: number, entriesMax: number): Promise<number> {
    return transact(this.#o.db, async (db) => {
      const { cut_seq } = await this.#head(tenant, db);
      const oldest = await db
        .selectFrom('audit_entries')
        .select(['seq', 'hash', 'at_ms'])
        .where('tenant', '=', tenant)
        .where('seq', '>', cut_seq)
        .orderBy('seq')
        .limit(entriesMax)
        .execute();
      const firstKeptIndex = oldest.findIndex(({ at_ms }) => at_ms >= beforeMs);
      const last = oldest[(firstKeptIndex === -1 ? oldest.length : firstKeptIndex) - 1];
      if (last === undefined) return 0;
      await db
        .updateTable('audit_heads')
        .set({ cut_seq: last.seq, cut_hash: last.hash })
        .where('tenant', '=', tenant)
        .execute();
      await db.deleteFrom('audit_entries').where('tenant', '=', tenant).where('seq', '<=', last.seq).execute();
      return last.seq - cut_seq;
    });
  }

  async #write(db: Database, entry: NewAuditEntry, missed: number): Promise<void> {
    if (!db.isTransaction) {
      await transact(db, (trx) => this.#write(trx, entry, missed));
      return;
    }
    const { tenant } = entry;
    // The upsert locks the head's row, which still has the hash of the previous entry.
    const head = await db
      .insertInto('audit_heads')
      .values({ tenant, seq: 1, hash: chainStart.hash, cut_seq: chainStart.seq, cut_hash: chainStart.hash })
      .onConflict((on) => on.column('tenant').doUpdateSet((eb) => ({ seq: eb('audit_heads.seq', '+', 1) })))
      .returning(['seq', 'hash'])
      .executeTakeFirstOrThrow();
    const row = rowOf(entry, { seq: head.seq, atMs: Math.floor(this.#o.clock.wallMs()), missed });
    const hash = sha256(hashInput(head.hash, shownOf(row)));
    await db
      .insertInto('audit_entries')
      .values({ ...row, hash })
      .execute();
    await db.updateTable('audit_heads').set({ hash }).where('tenant', '=', tenant).execute();
  }

  /** Returns the number of refusals since the last written one; undefined if this refusal is not written either. */
  #takeRefused(tenant: string): number | undefined {
    const nowMs = this.#o.clock.nowMs();
    const tenantRefusals = this.#refusalBuckets.get(tenant) ?? { bucket: fullBucket(REFUSED, nowMs), leftOutCount: 0 };
    const { bucket, retryAfterMs } = takeTokens(tenantRefusals.bucket, REFUSED, nowMs);
    const isLeftOut = retryAfterMs > 0;
    this.#refusalBuckets.delete(tenant);
    this.#refusalBuckets.set(tenant, { bucket, leftOutCount: isLeftOut ? tenantRefusals.leftOutCount + 1 : 0 });
    const [oldest] = this.#refusalBuckets.size > TENANTS_MAX ? this.#refusalBuckets.keys() : [];
    if (oldest !== undefined) this.#refusalBuckets.delete(oldest);
    return isLeftOut ? undefined : tenantRefusals.leftOutCount;
  }

  #filtered(tenant: string, { fromMs, toMs, operation, by }: AuditFilter) {
    let query = this.#o.db.selectFrom('audit_entries').selectAll().where('tenant', '=', tenant);
    if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs);
    if (toMs !== undefined) query = query.where('at_ms', '<', toMs);
    if (operation !== undefined) query = query.where('operation', '=', operation);
    if (by !== undefined) query = query.where('by_id', '=', by);
    return query.orderBy('at_ms', 'desc').orderBy('seq', 'desc');
  }

  async #head(tenant: string, db: Database = this.#o.db): Promise<Head> {
    const row = await db.selectFrom('audit_heads').selectAll().where('tenant', '=', tenant).executeTakeFirst();
    return row ?? { ...chainStart, cut_seq: chainStart.seq, cut_hash: chainStart.hash };
  }

  async #verify(tenant: string, head: Head, fromSeq: number | undefined): Promise<Verification> {
    const from = Math.max(fromSeq ?? 0, head.cut_seq + 1);
    let last: Link = { seq: from - 1, hash: from === head.cut_seq + 1 ? head.cut_hash : '' };
    const entries = this.#o.db.selectFrom('audit_entries').selectAll().where('tenant', '=', tenant);
    if (from > head.cut_seq + 1) {
      const before = await entries.where('seq', '=', from - 1).executeTakeFirst();
      if (before === undefined) return { isWhole: false, brokenSeq: from - 1, from, last };
      last = { seq: from - 1, hash: before.hash };
    }
    const until = Math.min(head.seq, from + VERIFIED_AT_ONCE - 1);
    while (last.seq < until) {
      const rows = await entries
        .where('seq', '>', last.seq)
        .where('seq', '<=', Math.min(until, last.seq + ENTRIES_PER_READ))
        .orderBy('seq')
        .execute();
      const found = verifyChain(last, rows.map(keptOf), sha256);
      last = found.last;
      if (found.isBroken || rows.length === 0) return { isWhole: false, brokenSeq: last.seq + 1, from, last };
    }
    if (last.seq < head.seq) return { isWhole: true, from, last, nextSeq: last.seq + 1 };
    if (last.seq === head.seq && last.hash === head.hash) return { isWhole: true, from, last };
    return { isWhole: false, brokenSeq: last.seq + 1, from, last };
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const idOf = ({ by: { kind, id } }: NewAuditEntry) => ({ kind, id });

function rowOf(
  { tenant, by, address, operation, targets, status, requestId }: NewAuditEntry,
  { seq, atMs, missed }: { readonly seq: number; readonly atMs: number; readonly missed: number },
): Omit<Selectable<Tables['audit_entries']>, 'hash'> {
  return {
    tenant,
    seq,
    at_ms: atMs,
    by_kind: by.kind,
    by_id: by.id,
    address,
    operation,
    status,
    missed,
    targets: JSON.stringify(targets),
    request_id: requestId,
  };
}

const shownOf = (row: Omit<Selectable<Tables['audit_entries']>, 'hash'>): AuditEntry => ({
  seq: row.seq,
  at: timeText(row.at_ms),
  by: { kind: row.by_kind, id: row.by_id },
  address: row.address,
  operation: row.operation,
  targets: JSON.parse(row.targets) as Record<string, string>,
  status: row.status,
  requestId: row.request_id,
  missed: row.missed,
});

const keptOf = (row: Selectable<Tables['audit_entries']>): StoredEntry => ({ ...shownOf(row), hash: row.hash });
