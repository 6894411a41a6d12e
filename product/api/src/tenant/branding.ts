import { Type } from 'typebox';
import type { Database } from '../store/store.ts';
import { type Branding, noBranding } from './core/branding.ts';

const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const BrandingSchema = Type.Object(
  {
    displayName: orNull('Replaces Meridian’s name on pages, and is the sender’s name of mails.'),
    accentColor: orNull('`#rrggbb`.'),
    logo: orNull('Logo as a `data:` URL of a PNG, JPEG or WebP.'),
    supportUrl: orNull('URL at which people of the tenant get help: `https:` or `mailto:`.'),
  },
  { title: 'Branding', description: 'Branding of a tenant; `null` means that a value is not set.' },
);

/** Returns `noBranding` for an unknown tenant, or one without branding. */
export async function brandingOf(db: Database, tenant: string): Promise<Branding> {
  const row = await db.selectFrom('tenant_branding').selectAll().where('tenant', '=', tenant).executeTakeFirst();
  if (row === undefined) return noBranding;
  const { display_name, accent_color, logo, support_url } = row;
  return { displayName: display_name, accentColor: accent_color, logo, supportUrl: support_url };
}

export async function keepBranding(db: Database, tenant: string, branding: Branding): Promise<void> {
  const { displayName, accentColor, logo, supportUrl } = branding;
  const parts = { display_name: displayName, accent_color: accentColor, logo, support_url: supportUrl };
  await db
    .insertInto('tenant_branding')
    .values({ tenant, ...parts })
    .onConflict((on) => on.column('tenant').doUpdateSet(parts))
    .execute();
}

/** Returns the sender's name of the tenant's mails; undefined if not set. */
export async function senderNameOf(db: Database, tenant: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('tenant_branding')
    .select('display_name')
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  return row?.display_name ?? undefined;
}
