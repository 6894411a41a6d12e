// Receivers that library nodes serve.
import type { wire } from '@meridian/protocol';
import { isInFence } from '@meridian/protocol';
import type { ApiKeys } from '../access/keys.ts';
import type { Database } from '../store/store.ts';
import type { Receivers } from './receivers.ts';
import type { ReceiverRow } from './rows.ts';

const ROWS = 200;

export interface HostedDeps {
  readonly db: Database;
  readonly keys: Pick<ApiKeys, 'fencesOf'>;
  readonly receivers: Pick<Receivers, 'wholeSettings'>;
}

/** Returns receivers that are inside their tenants' fences; of a disabled one, only its id and version. */
export async function hostedIn(
  { db, keys, receivers }: HostedDeps,
  region: string,
  after: string,
): Promise<wire.HostedReceivers.$Properties> {
  const rows = await pageOf(db, region, after);
  const fences = await keys.fencesOf(db, [...new Set(rows.map(({ tenant }) => tenant))]);
  const shownReceivers = rows
    .filter(({ tenant }) => isInFence(fences.get(tenant) ?? '', region))
    .map((row) => hostedOf(row, receivers));
  const last = rows.at(-1)?.id;
  // If all receivers of a page are outside their fences, more may still follow.
  if (shownReceivers.length === 0 && rows.length === ROWS && last !== undefined)
    return hostedIn({ db, keys, receivers }, region, last);
  return { receivers: shownReceivers, more: rows.length === ROWS };
}

function hostedOf(row: ReceiverRow, receivers: HostedDeps['receivers']): wire.HostedReceiver.$Properties {
  const { id: receiver, tenant, kind, version, state } = row;
  if (state === 'disabled') return { receiver, tenant, kind: '', settings: '', version };
  return { receiver, tenant, kind, settings: JSON.stringify(settingsOrNone(row, receivers)), version };
}

/** Without settings a library node fails the deliveries of this receiver with a reason; the others go on. */
function settingsOrNone(row: ReceiverRow, receivers: HostedDeps['receivers']): Record<string, unknown> {
  try {
    return receivers.wholeSettings(row);
  } catch {
    return {};
  }
}

const pageOf = (db: Database, region: string, after: string): Promise<ReceiverRow[]> =>
  db
    .selectFrom('distribution_receivers')
    .selectAll()
    .where('region', '=', region)
    .where('id', '>', after)
    .where('kind', '<>', 'agent')
    .orderBy('id')
    .limit(ROWS)
    .execute();
