import { sql } from 'kysely';
import { tenantOf } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';

export interface LibraryUsage {
  readonly items: number;
  /** Bytes of all contents but files of recordings, each once, of open uploads, transcripts and chosen covers. */
  readonly bytes: number;
  /** Limit of stored bytes; 0 for no limit. */
  readonly bytesMax: number;
}

/**
 * Counts all of the tenant, or only items and open uploads of `owner`: the tenant's bytes would show a user whether
 * another had a file already. Rejects with NOT_FOUND for an unknown or erased tenant.
 */
export async function libraryUsage(db: Database, tenant: string, owner?: string): Promise<LibraryUsage> {
  const row = await db.selectFrom('tenants').selectAll().where('id', '=', tenant).executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  const items = await db
    .selectFrom('library_items')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('deleted_ms', 'is', null)
    .$if(owner !== undefined, (query) => query.where('owner', '=', owner ?? ''))
    .executeTakeFirstOrThrow();
  const storedSum = await db
    .selectFrom('library_contents as c')
    .select((eb) => eb.fn.sum<number | null>('c.bytes').as('bytes'))
    .where((eb) => eb.and({ 'c.tenant': tenant, 'c.state': 'stored' }))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('library_items as i')
          .select('i.id')
          .whereRef('i.tenant', '=', 'c.tenant')
          .where(({ eb, or, ref }) => or([eb('i.content', '=', ref('c.id')), eb('i.original', '=', ref('c.id'))]))
          .where('i.deleted_ms', 'is', null)
          .where('i.recording', '=', '')
          .$if(owner !== undefined, (query) => query.where('i.owner', '=', owner ?? '')),
      ),
    )
    .executeTakeFirstOrThrow();
  const open = await underWay(db, tenant, owner);
  return {
    items: Number(items.count),
    bytes: Number(storedSum.bytes ?? 0) + open.bytes + (await writtenBytes(db, tenant, owner)),
    bytesMax: tenantOf(row).limits.libraryBytes,
  };
}

/**
 * Counts bytes of transcripts and chosen covers, of all items and recordings of the tenant or only of those of `owner`.
 */
export async function writtenBytes(db: Database, tenant: string, owner?: string): Promise<number> {
  const covers = await db
    .selectFrom('library_items')
    .select(sql<number | null>`sum(octet_length(cover))`.as('bytes'))
    .where('tenant', '=', tenant)
    .$if(owner !== undefined, (query) => query.where('owner', '=', owner ?? ''))
    .executeTakeFirstOrThrow();
  const transcripts = await db
    .selectFrom('library_transcripts as t')
    .select(sql<number | null>`sum(octet_length(t.vtt))`.as('bytes'))
    .where('t.tenant', '=', tenant)
    .$if(owner !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('library_items as i')
            .select('i.id')
            .whereRef('i.tenant', '=', 't.tenant')
            .whereRef('i.id', '=', 't.item')
            .where('i.owner', '=', owner ?? ''),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  const ofRecordings = await db
    .selectFrom('recording_transcripts as t')
    .select(sql<number | null>`sum(octet_length(t.vtt))`.as('bytes'))
    .where('t.tenant', '=', tenant)
    .$if(owner !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('recordings as r')
            .select('r.id')
            .whereRef('r.tenant', '=', 't.tenant')
            .whereRef('r.id', '=', 't.recording')
            .where('r.made_by', '=', owner ?? ''),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(covers.bytes ?? 0) + Number(transcripts.bytes ?? 0) + Number(ofRecordings.bytes ?? 0);
}

/** Steps of the quota in which a person's limit counts the bytes of others: each hides 1.6 % of the quota. */
const USAGE_STEPS = 64;

/** Rounds up to steps of the quota. */
export function inSteps(bytes: number, bytesMax: number): number {
  const stepBytes = Math.max(1, Math.ceil(bytesMax / USAGE_STEPS));
  return Math.ceil(bytes / stepBytes) * stepBytes;
}

/**
 * Counts open uploads of the tenant, or only those of `owner`. Leaves out files of recordings, which are limited by
 * `recordingBytes` when a recording begins.
 */
export async function underWay(
  db: Database,
  tenant: string,
  owner?: string,
): Promise<{ readonly count: number; readonly bytes: number }> {
  let open = db
    .selectFrom('library_uploads')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number | null>('bytes').as('bytes')])
    .where((eb) => eb.and({ tenant, recording: '' }))
    .where('state', 'in', ['proof', 'open']);
  if (owner !== undefined) open = open.where('owner', '=', owner);
  const { count, bytes } = await open.executeTakeFirstOrThrow();
  return { count: Number(count), bytes: Number(bytes ?? 0) };
}
