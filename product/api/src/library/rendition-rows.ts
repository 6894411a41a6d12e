import type { Selectable } from 'kysely';
import { type RenditionState, renditionStates } from '../events/item-body.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Progress } from './core/renditions.ts';
import type { RenditionPlan } from './rendition-results.ts';

export { type RenditionState, renditionStates };

declare module '../store/tables.ts' {
  interface NarrowedTables {
    library_renditions: {
      /** Origin of the order, as in ranks of jobs. */
      ordered: 'person' | 'api' | 'system';
      state: RenditionState;
    };
  }
}

/** JSON of a part that has not been made. */
export const NONE = '{}';

const progressColumns = ['content', 'state', 'plan', 'chunks', 'done', 'failure', 'sound'] as const;
export type RenditionRow = Selectable<Tables['library_renditions']>;
/** Columns that show the progress, without the long list of files. */
export type RenditionProgress = Pick<RenditionRow, (typeof progressColumns)[number]>;

export async function renditionsOf(
  db: Database,
  tenant: string,
  contents: readonly string[],
): Promise<RenditionProgress[]> {
  if (contents.length === 0) return [];
  return db
    .selectFrom('library_renditions')
    .select(progressColumns)
    .where('tenant', '=', tenant)
    .where('content', 'in', contents)
    .execute();
}

/** Returns undefined before the analysis. */
export const planOf = ({ plan }: Pick<RenditionRow, 'plan'>): RenditionPlan | undefined =>
  plan === NONE ? undefined : JSON.parse(plan);

export const progressOf = (row: Pick<RenditionRow, 'chunks' | 'done' | 'sound'>, plan: RenditionPlan): Progress => ({
  chunks: row.chunks,
  chunksMade: row.done,
  hasSound: plan.hasSound,
  isSoundMade: row.sound !== NONE,
});
