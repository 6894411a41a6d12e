// What a tenant may record, by its limits and by what it has recorded.
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { TenantLimits } from './core/limits.ts';

export interface RecordingUse {
  /** Of all recordings that are not erased. */
  readonly bytes: number;
  /** Begun ones of this calendar month (UTC): how long they ran in it. */
  readonly minutes: number;
}

/** As in `TenantLimits` of the wire. */
export type RecordingAllowed = '' | 'tracks' | 'off' | 'used';

export async function recordingUse(db: Database, tenant: string, nowMs: number): Promise<RecordingUse> {
  const at = new Date(nowMs);
  const monthMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  const kept = await db
    .selectFrom('recordings')
    .select((eb) => eb.fn.sum<number>('bytes').as('bytes'))
    .where('tenant', '=', tenant)
    .where('erased_ms', 'is', null)
    .executeTakeFirst();
  const ran = await db
    .selectFrom('recordings')
    .select(
      sql<number>`sum(coalesce(ended_ms, ${nowMs}) - case when started_ms < ${monthMs} then ${monthMs} else started_ms end)`.as(
        'ms',
      ),
    )
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('ended_ms', 'is', null), eb('ended_ms', '>', monthMs)]))
    .executeTakeFirst();
  return { bytes: Number(kept?.bytes ?? 0), minutes: Math.max(0, Number(ran?.ms ?? 0)) / 60_000 };
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
