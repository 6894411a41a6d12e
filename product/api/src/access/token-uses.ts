// Ids that living tokens name: grants, recordings, a user's `jti` for a meeting. An id that no token names needs no
// revocation, so that whoever only changes rights does not fill the list that all nodes hold.
import type { Clock } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Revocations } from './revocations.ts';

/** A use is written for this time longer, so that the tokens of an hour share one write. */
const LONGER_MS = 3_600_000;
/** Most time between the note and the signature, which the token's end counts from. */
const SIGNED_WITHIN_MS = 60_000;

export interface GrantEnding {
  readonly revocations: Pick<Revocations, 'add'>;
  readonly clock: Clock;
}

interface NamedId {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Notes a token that names the id and expires at `untilMs`, before it is issued. The caller must look at the right
 * afterwards: a right that ended before then is seen, and one that ends later revokes the id.
 */
export async function noteUse(
  db: Database,
  { tenant, id, untilMs }: NamedId & { readonly untilMs: number },
): Promise<void> {
  const noted = await db
    .selectFrom('token_uses')
    .select('until_ms')
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  const endMs = Math.ceil(untilMs) + SIGNED_WITHIN_MS;
  if (noted !== undefined && noted.until_ms >= endMs) return;
  const until_ms = endMs + LONGER_MS;
  await db
    .insertInto('token_uses')
    .values({ tenant, id, until_ms })
    .onConflict((on) =>
      on.columns(['tenant', 'id']).doUpdateSet({ until_ms }).where('token_uses.until_ms', '<', until_ms),
    )
    .execute();
}

/**
 * Revokes the id if a token that names it may live. `lifeMs`: longest life of such a token. Returns whether it wrote an
 * entry.
 */
export async function revokeUsed(
  trx: Transaction,
  { revocations, clock }: GrantEnding,
  { tenant, id, beforeMs, lifeMs }: NamedId & { readonly beforeMs?: number; readonly lifeMs: number },
): Promise<boolean> {
  const nowMs = clock.wallMs();
  // The row is written even for an unused id: the write waits for a token that is noted at the same time, or holds off
  // its note until the right has ended.
  const { until_ms } = await trx
    .insertInto('token_uses')
    .values({ tenant, id, until_ms: 0 })
    .onConflict((on) => on.columns(['tenant', 'id']).doUpdateSet((eb) => ({ until_ms: eb.ref('token_uses.until_ms') })))
    .returning('until_ms')
    .executeTakeFirstOrThrow();
  const lifeEndMs = nowMs + lifeMs + SIGNED_WITHIN_MS;
  // A use may be noted for longer than a token lives, because sessions outlive their tokens.
  const untilMs = (await mayHaveFormer(trx, nowMs)) ? lifeEndMs : Math.min(until_ms, lifeEndMs);
  if (until_ms <= nowMs)
    await trx
      .deleteFrom('token_uses')
      .where((eb) => eb.and({ tenant, id }))
      .execute();
  if (untilMs <= nowMs) return false;
  await revocations.add(trx, { tenant, id, untilMs, ...(beforeMs !== undefined && { beforeMs }) });
  return true;
}

/** Returns whether tokens of the former release, which noted none, may live (migration `0067-token-uses`). */
async function mayHaveFormer(trx: Transaction, nowMs: number): Promise<boolean> {
  const row = await trx
    .selectFrom('token_uses')
    .select('until_ms')
    .where((eb) => eb.and({ tenant: '', id: '' }))
    .executeTakeFirst();
  return row !== undefined && row.until_ms > nowMs;
}
