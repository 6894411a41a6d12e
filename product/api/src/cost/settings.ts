import { registeringKinds } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Static } from 'typebox';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { assumed, invalidFieldsOf, type Prices } from './core/prices.ts';
import type { CostPrices } from './schemas.ts';

const ONE = 'prices';

export interface StoredPrices {
  readonly prices: Prices;
  /** Undefined for assumed prices. */
  readonly updatedMs: number | undefined;
}

export async function pricesOf(db: Database): Promise<StoredPrices> {
  const row = await db.selectFrom('cost_prices').selectAll().where('id', '=', ONE).executeTakeFirst();
  if (row === undefined) return { prices: assumed, updatedMs: undefined };
  return { prices: JSON.parse(row.prices) as Prices, updatedMs: Number(row.updated_ms) };
}

export const shownPrices = (prices: Prices): Static<typeof CostPrices> => ({
  currency: prices.currency,
  nodeHours: prices.nodeHours.map(({ kind, region, price }) => ({
    ...(kind !== undefined && { kind }),
    ...(region !== undefined && { region }),
    price,
  })),
  traffic: prices.traffic.map(({ region, unit, price }) => ({
    ...(region !== undefined && { region }),
    unit,
    price,
  })),
});

/** Rejects with REQUEST_INVALID for two lines that cover the same, or for an unknown kind of node. */
export async function setPrices(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  prices: Prices,
): Promise<StoredPrices> {
  const fields = invalidFieldsOf(prices, registeringKinds);
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
  const row = { prices: JSON.stringify(prices), updated_ms: Math.floor(clock.wallMs()) };
  await db
    .insertInto('cost_prices')
    .values({ id: ONE, ...row })
    .onConflict((on) => on.column('id').doUpdateSet(row))
    .execute();
  return { prices, updatedMs: row.updated_ms };
}
