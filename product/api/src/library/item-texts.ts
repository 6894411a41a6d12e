// Bounds of what people write into items: transcripts and chosen covers, which the database keeps.
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Transaction } from '../store/transaction.ts';
import { inSteps, libraryUsage, writtenBytes } from './usage.ts';

/** Bound of one user where the tenant has no `libraryBytes`: 5,000 talks of an hour, in two languages. */
export const WRITTEN_BYTES_OF_USER_MAX = 1_000_000_000;

/**
 * Rejects with QUOTA_EXCEEDED if the transaction has written too much. The tenant is locked after the item, in the
 * order of a deletion.
 */
export async function checkWritten(trx: Transaction, principal: Principal): Promise<void> {
  const { tenant } = principal;
  await lockTenant(trx, tenant);
  const { bytes: used, bytesMax } = await libraryUsage(trx, tenant);
  const person = ownerOnly(principal);
  if (person !== undefined) {
    const written = await writtenBytes(trx, tenant, person);
    const { bytes: own } = await libraryUsage(trx, tenant, person);
    if (written > writtenMost({ bytesMax, used, own, written }))
      throw new Problem(
        'QUOTA_EXCEEDED',
        'Your transcripts and covers would take more than half of the free storage. Delete some, or make them smaller.',
      );
  } else if (bytesMax > 0 && used > bytesMax)
    throw new Problem('QUOTA_EXCEEDED', `the tenant would use ${used} of ${bytesMax} bytes`);
}

/**
 * Returns how many bytes of transcripts and covers a user may have: half of what is free, where bytes of others count
 * in steps, as for uploads. `own`: bytes of the user's items, with `written`.
 */
export function writtenMost(o: {
  readonly bytesMax: number;
  readonly used: number;
  readonly own: number;
  readonly written: number;
}): number {
  const { bytesMax, used, own, written } = o;
  if (bytesMax === 0) return WRITTEN_BYTES_OF_USER_MAX;
  return (bytesMax - (own - written) - inSteps(used - own, bytesMax)) / 2;
}
