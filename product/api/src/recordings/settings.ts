import type { Database } from '../store/store.ts';

/** Heights of the renditions made in addition to the original. */
export const renditionNames = ['720p', '360p'] as const;
export type RenditionName = (typeof renditionNames)[number];

/** Returns the tenant's renditions; without a setting, all of them. */
export async function renditionsOf(db: Database, tenant: string): Promise<readonly RenditionName[]> {
  const row = await db
    .selectFrom('tenant_recording')
    .select('renditions')
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  if (row === undefined) return renditionNames;
  return renditionNames.filter((name) => row.renditions.split(' ').includes(name));
}

export async function changeRenditions(db: Database, tenant: string, names: readonly RenditionName[]): Promise<void> {
  const renditions = names.join(' ');
  await db
    .insertInto('tenant_recording')
    .values({ tenant, renditions })
    .onConflict((on) => on.column('tenant').doUpdateSet({ renditions }))
    .execute();
}
