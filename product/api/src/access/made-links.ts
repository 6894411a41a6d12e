// Ends what a caller made to run or be used without signing in: links to files, stream keys, pushes and pulls.
import type { Clock } from '@meridian/runtime';
import type { Transaction } from '../store/transaction.ts';
import type { Principal } from './core/scopes.ts';
import { forgetLinks } from './file-links.ts';
import { endGrant, grantSources, removeGrant } from './link-grants.ts';
import type { GrantEnding } from './token-uses.ts';

/** A publisher may outlast its key's expiry, since gateways renew its session with tokens of a minute. */
const STREAM_KEY_REVOKED_MS = 24 * 3_600_000;

/** Names a caller in rows. */
export const byOf = ({ kind, id }: Pick<Principal, 'kind' | 'id'>): string => `${kind}:${id}`;

/** Returns when the revocation of a stream key may be deleted. */
export const streamKeyRevokedUntilMs = (expiresMs: number, clock: Clock): number =>
  Math.max(expiresMs, clock.wallMs()) + STREAM_KEY_REVOKED_MS;

export interface MadeEnding extends GrantEnding {
  readonly streams: {
    endOfUser(trx: Transaction, user: { readonly tenant: string; readonly id: string }): Promise<void>;
  };
}

/** Ends all links to files that a user made so far. */
export async function endFileLinks(
  trx: Transaction,
  o: GrantEnding,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<void> {
  await endGrant(trx, o, { tenant, source: grantSources.ofUser(id) });
  await forgetLinks(trx, { tenant, made_by: byOf({ kind: 'user', id }) });
}

/** Ends all that a user made so far. `isForGood`: the user is deleted. */
export async function endMadeLinks(
  trx: Transaction,
  o: MadeEnding,
  { tenant, id, isForGood }: { readonly tenant: string; readonly id: string; readonly isForGood: boolean },
): Promise<void> {
  await endFileLinks(trx, o, { tenant, id });
  if (isForGood)
    for (const source of [grantSources.ofUser(id), grantSources.ofUploads(id)])
      await removeGrant(trx, o, { tenant, source });
  const madeBy = byOf({ kind: 'user', id });
  await o.streams.endOfUser(trx, { tenant, id });
  const keys = await trx
    .deleteFrom('stream_keys')
    .where((eb) => eb.and({ tenant, created_by: madeBy }))
    .returning(['id', 'expires_ms'])
    .execute();
  for (const key of keys)
    await o.revocations.add(trx, { tenant, id: key.id, untilMs: streamKeyRevokedUntilMs(key.expires_ms, o.clock) });
}
