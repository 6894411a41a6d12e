// Finds blocks that the tenant already has. Contents of other tenants, and those that the person may not read, are
// never searched: an answer must not show that they exist.
import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { blockBytes, type Copy, copiesOf, type Place, planOf } from './core/plan.ts';

const HASHES = 500;
/** Limit of places; blocks beyond it are sent. A file that repeats one block has as many places as blocks. */
const PLACES = 2000;
const PLACES_OF_HASH = 64;

export interface Reader {
  readonly tenant: string;
  /** User who may read own items and those of visibility `tenant`; undefined for who may read all. */
  readonly person: string | undefined;
}

export interface KnownCopies {
  readonly store: string;
  readonly copies: readonly Copy[];
}

/** Chooses the store that has most of the blocks. */
export async function knownOf(
  db: Database,
  o: Reader & {
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

/** Returns those contents of the copies that the reader may read now. */
export async function readableOf(
  db: Database,
  { tenant, person }: Reader,
  copies: readonly Copy[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(copies.map(({ content }) => content))];
  if (person === undefined || ids.length === 0) return new Set(ids);
  const rows = await db
    .selectFrom('library_contents as c')
    .select('c.id')
    .where('c.tenant', '=', tenant)
    .where('c.id', 'in', ids)
    .where((eb) => isReadable(eb, person))
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/**
 * Matches contents of items that the person owns, or that have visibility `tenant` and are not in the trash. Originals
 * of trims are no such contents.
 */
export const isReadable = (eb: ExpressionBuilder<Tables & { c: Tables['library_contents'] }, 'c'>, person: string) =>
  eb.exists(
    eb
      .selectFrom('library_items as i')
      .select('i.id')
      .whereRef('i.tenant', '=', 'c.tenant')
      .whereRef('i.content', '=', 'c.id')
      .where('i.deleted_ms', 'is', null)
      .where((of) =>
        of.or([
          of('i.owner', '=', person),
          of.and([of('i.visibility', '=', 'tenant'), of('i.trashed_ms', 'is', null)]),
        ]),
      ),
  );

const placesOf = (
  db: Database,
  { tenant, person, stores }: Reader & { readonly stores: readonly string[] },
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
    .$if(person !== undefined, (query) => query.where((eb) => isReadable(eb, person ?? '')))
    .orderBy('b.content')
    .orderBy('b.number')
    .limit(PLACES)
    .execute();
