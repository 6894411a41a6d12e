// Stores how hot contents are (core/heat.ts).
import { sql } from 'kysely';
import type { LaneOfJob } from '../jobs/kinds.ts';
import type { Database } from '../store/store.ts';
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
export async function addViews(trx: Transaction, added: readonly Views[], nowMs: number): Promise<void> {
  const byContent = Map.groupBy(added, ({ tenant, content }) => keyOf(tenant, content));
  const sums = [...byContent]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, some]) => ({ key, ...(some[0] as Views), views: some.reduce((sum, { views }) => sum + views, 0) }));
  if (sums.length === 0) return;
  const atMs = Math.floor(nowMs);
  // The update of nothing creates and locks the rows, so that concurrent views are not lost.
  await trx
    .insertInto('library_heats')
    .values(sums.map(({ tenant, content }) => ({ tenant, content, views: 0, at_ms: atMs })))
    .onConflict((on) =>
      on.columns(['tenant', 'content']).doUpdateSet((eb) => ({ views: eb.ref('library_heats.views') })),
    )
    .execute();
  const before = await heatsOf(trx, sums);
  const rows = sums.map(({ key, tenant, content, views: more }) => {
    const { views, atMs: at_ms } = withViews(before.get(key), more, atMs);
    return { tenant, content, views, at_ms };
  });
  await trx
    .insertInto('library_heats')
    .values(rows)
    .onConflict((on) =>
      on
        .columns(['tenant', 'content'])
        .doUpdateSet((eb) => ({ views: eb.ref('excluded.views'), at_ms: eb.ref('excluded.at_ms') })),
    )
    .execute();
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

/** Returns what the REST API shows; views are rounded. */
export async function shownHeat(db: Database, of: ContentOfTenant, nowMs: number) {
  const views = await viewsOf(db, of, nowMs);
  return { level: levelOf(views), views: Math.round(views) };
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
