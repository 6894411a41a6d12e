import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { TenantLimits } from './core/limits.ts';

export interface RecordingUse {
  /** Bytes of all recordings that are not deleted, with the cuts of their files. */
  readonly bytes: number;
  /** Minutes recorded in this calendar month (UTC). */
  readonly minutes: number;
}

/** Values of the field in the wire's `TenantLimits`. */
export type RecordingAllowed = '' | 'tracks' | 'off' | 'used';

export async function recordingUse(db: Database, tenant: string, nowMs: number): Promise<RecordingUse> {
  return (await recordingUses(db, [tenant], nowMs)).get(tenant) ?? { bytes: 0, minutes: 0 };
}

/** Omits tenants that have recorded nothing. Takes at most as many tenants as a statement takes values. */
export async function recordingUses(
  db: Database,
  tenants: readonly string[],
  nowMs: number,
): Promise<Map<string, RecordingUse>> {
  if (tenants.length === 0) return new Map();
  const at = new Date(nowMs);
  const monthMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  const storedBytesRows = await db
    .selectFrom('recordings')
    .select((eb) => ['tenant', eb.fn.sum<number>('bytes').as('bytes')])
    .where('tenant', 'in', tenants)
    .where('deleted_ms', 'is', null)
    .groupBy('tenant')
    .execute();
  const cutBytesRows = await db
    .selectFrom('library_items as i')
    .innerJoin('library_contents as c', (join) =>
      join.onRef('c.tenant', '=', 'i.tenant').onRef('c.id', '=', 'i.content'),
    )
    .select((eb) => ['i.tenant', eb.fn.sum<number>('c.bytes').as('bytes')])
    .where('i.tenant', 'in', tenants)
    .where('i.recording', '!=', '')
    .where('i.original', '!=', '')
    .groupBy('i.tenant')
    .execute();
  const recordedMsRows = await db
    .selectFrom('recordings')
    .select([
      'tenant',
      sql<number>`sum(coalesce(ended_ms, ${nowMs}) - case when started_ms < ${monthMs} then ${monthMs} else started_ms end)`.as(
        'ms',
      ),
    ])
    .where('tenant', 'in', tenants)
    .where((eb) => eb.or([eb('ended_ms', 'is', null), eb('ended_ms', '>', monthMs)]))
    .groupBy('tenant')
    .execute();
  const bytesOf = new Map(storedBytesRows.map(({ tenant, bytes }) => [tenant, Number(bytes)]));
  for (const { tenant, bytes } of cutBytesRows) bytesOf.set(tenant, (bytesOf.get(tenant) ?? 0) + Number(bytes));
  const msOf = new Map(recordedMsRows.map(({ tenant, ms }) => [tenant, Math.max(0, Number(ms))]));
  return new Map(
    [...new Set([...bytesOf.keys(), ...msOf.keys()])].map((tenant) => [
      tenant,
      { bytes: bytesOf.get(tenant) ?? 0, minutes: (msOf.get(tenant) ?? 0) / 60_000 },
    ]),
  );
}

export async function recordingAllowed(
  db: Database,
  tenant: string,
  { limits, nowMs }: { readonly limits: TenantLimits; readonly nowMs: number },
): Promise<RecordingAllowed> {
  const { recording, recordingBytes, recordingMinutes } = limits;
  if (recording === 'off') return 'off';
  if (recordingBytes > 0 || recordingMinutes > 0) {
    const { bytes, minutes } = await recordingUse(db, tenant, nowMs);
    const isFull =
      (recordingBytes > 0 && bytes >= recordingBytes) || (recordingMinutes > 0 && minutes >= recordingMinutes);
    if (isFull) return 'used';
  }
  return recording === 'tracks' ? 'tracks' : '';
}
