// Stores how hot contents are (core/heat.ts).
import { sql } from 'kysely';
import type { LaneOfJob } from '../jobs/kinds.ts';
import { addRows } from '../quality/add-rows.ts';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { type Heat, levelOf, viewsAt, withViews } from './core/heat.ts';
import { keyOf } from './core/watches.ts';

/** Forty half-lives: then even the bound of views has decayed to less than one. */
const HEATS_KEPT_MS = 40 * 3_600_000;

export interface ContentOfTenant {
  readonly tenant: string;
  readonly content: string;
}
export type Views = ContentOfTenant & { readonly views: number };

/** Adds views to contents that exist. Locks their rows in one order until the transaction ends. */
export async function addViews(
  trx: Transaction,
  store: Pick<Store, 'kind'>,
  added: readonly Views[],
  nowMs: number,
): Promise<void> {
  const byContent = Map.groupBy(added, ({ tenant, content }) => keyOf(tenant, content));
  const sums = [...byContent]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, some]) => ({ key, ...(some[0] as Views), views: some.reduce((sum, { views }) => sum + views, 0) }));
  if (sums.length === 0) return;
  const atMs = Math.floor(nowMs);
  const insertion = { table: 'library_heats', columns: ['tenant', 'content', 'views', 'at_ms'] };
  // The update of nothing creates and locks the rows, so that concurrent views are not lost.
  await addRows(trx, store, {
    ...insertion,
    rows: sums.map(({ tenant, content }) => [tenant, content, 0, atMs]),
    onConflict: '(tenant, content) do update set views = library_heats.views',
  });
  const before = await heatsOf(trx, sums);
  await addRows(trx, store, {
    ...insertion,
    rows: sums.map(({ key, tenant, content, views }) => {
      const heat = withViews(before.get(key), views, atMs);
      return [tenant, content, heat.views, heat.atMs];
    }),
    onConflict: '(tenant, content) do update set views = excluded.views, at_ms = excluded.at_ms',
  });
}

/** Returns the level of a content. `levelBefore` is left with hysteresis. */
export async function heatLevelOf(
  db: Database,
  of: ContentOfTenant & { readonly levelBefore?: number },
  nowMs: number,
): Promise<number> {
  return levelOf(await viewsOf(db, of, nowMs), of.levelBefore);
}

/** Returns the decayed views of a content; 0 for an unknown one. */
export async function viewsOf(db: Database, of: ContentOfTenant, nowMs: number): Promise<number> {
  const heat = (await heatsOf(db, [of])).get(keyOf(of.tenant, of.content));
  return heat === undefined ? 0 : viewsAt(heat, nowMs);
}

/** Returns the level of each lane (content). Tasks of a lane leave their highest level with hysteresis. */
export async function levelsOfLanes(
  db: Database,
  tasks: readonly (LaneOfJob & { readonly heat: number })[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const heats = await heatsOf(
    db,
    tasks.map(({ tenant, lane }) => ({ tenant, content: lane })),
  );
  const levels = new Map<string, number>();
  for (const [lane, own] of Map.groupBy(tasks, (task) => task.lane)) {
    const heat = heats.get(keyOf(own[0]?.tenant ?? '', lane));
    const views = heat === undefined ? 0 : viewsAt(heat, nowMs);
    levels.set(lane, levelOf(views, Math.max(...own.map((task) => task.heat))));
  }
  return levels;
}

async function heatsOf(db: Database, contents: readonly ContentOfTenant[]): Promise<ReadonlyMap<string, Heat>> {
  if (contents.length === 0) return new Map();
  const rows = await db
    .selectFrom('library_heats')
    .selectAll()
    .where('tenant', 'in', [...new Set(contents.map(({ tenant }) => tenant))])
    .where('content', 'in', [...new Set(contents.map(({ content }) => content))])
    .execute();
  return new Map(rows.map(({ tenant, content, views, at_ms: atMs }) => [keyOf(tenant, content), { views, atMs }]));
}

/** Deletes heats of less than one view. */
export async function forgetColdHeats(db: Database, nowMs: number): Promise<void> {
  await sql`delete from library_heats where at_ms < ${Math.floor(nowMs) - HEATS_KEPT_MS}`.execute(db);
}
