// Finds blocks that the tenant already has. Contents of other tenants are never searched.
import type { Database } from '../store/store.ts';
import { blockBytes, type Copy, copiesOf, type Place, planOf } from './core/plan.ts';

const HASHES = 500;
/** Limit of places; blocks beyond it are sent. A file that repeats one block has as many places as blocks. */
const PLACES = 2000;
const PLACES_OF_HASH = 64;

export interface KnownCopies {
  readonly store: string;
  readonly copies: readonly Copy[];
}

/** Chooses the store that has most of the blocks. */
export async function knownOf(
  db: Database,
  o: {
    readonly tenant: string;
    readonly bytes: number;
    readonly blocks: readonly string[];
    readonly stores: readonly string[];
  },
): Promise<KnownCopies | undefined> {
  const { bytes, blocks } = o;
  if (o.stores.length === 0) return undefined;
  const byStore = new Map<string, Map<string, Place[]>>();
  const hashes = [...new Set(blocks)];
  for (let at = 0; at < hashes.length; at += HASHES)
    for (const { sha256, store, ...place } of await placesOf(db, o, hashes.slice(at, at + HASHES))) {
      const ofStore = byStore.get(store) ?? new Map<string, Place[]>();
      byStore.set(store, ofStore);
      const places = ofStore.get(sha256) ?? [];
      ofStore.set(sha256, places);
      const { content, number } = place;
      if (places.length < PLACES_OF_HASH) places.push({ content, number, bytes: blockBytes(place.bytes, number) });
    }
  const copiesByStore = [...byStore].map(([store, known]) => {
    const { copies } = planOf(bytes, copiesOf(bytes, blocks, known));
    return { store, copies, known: copies.reduce((sum, copy) => sum + copy.bytes, 0) };
  });
  const best = copiesByStore.toSorted((a, b) => b.known - a.known || (a.store < b.store ? -1 : 1))[0];
  return best === undefined || best.known === 0 ? undefined : { store: best.store, copies: best.copies };
}

const placesOf = (
  db: Database,
  { tenant, stores }: { readonly tenant: string; readonly stores: readonly string[] },
  hashes: readonly string[],
) =>
  db
    .selectFrom('library_blocks as b')
    .innerJoin('library_contents as c', (join) =>
      join.onRef('c.tenant', '=', 'b.tenant').onRef('c.id', '=', 'b.content'),
    )
    .select(['b.sha256', 'b.content', 'b.number', 'c.bytes', 'c.store'])
    .where('b.tenant', '=', tenant)
    .where('b.sha256', 'in', hashes)
    .where('c.state', '=', 'stored')
    .where('c.store', 'in', stores)
    .orderBy('b.content')
    .orderBy('b.number')
    .limit(PLACES)
    .execute();
