// REST operations for a tenant's own settings, which its administrators change. Limits are the operator's.
import { type Static, Type } from 'typebox';
import { lockTenant } from '../access/tenants.ts';
import { checkIfGiven, etagOf } from '../http/etag.ts';
import { operation } from '../http/operation.ts';
import { Problem, type ProblemField } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { BrandingSchema, brandingOf, keepBranding } from './branding.ts';
import {
  type Branding,
  brandingRefusals,
  changedBranding,
  DISPLAY_NAME_CHARACTERS_MAX,
  isName,
  LOGO_CHARACTERS_MAX,
  SUPPORT_URL_CHARACTERS_MAX,
} from './core/branding.ts';
import { keepWallAllowed, tenantsOnWall } from './wall.ts';

const NAME_CHARACTERS_MAX = 128;

const Settings = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    branding: BrandingSchema,
    mail: Type.Boolean({ description: 'This service sends mails.' }),
    wallAllowed: Type.Boolean({
      description: 'Operators of the cloud may see pictures of live rooms. The audit log records each view.',
    }),
  },
  { title: 'TenantSettings' },
);
const ofTenant = { path: '/tenant', tag: 'Tenant', scope: 'tenant:admin', answers: { 200: Settings } } as const;
const part = (maxLength: number) => Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength }), Type.Null()]));

export const getOwnTenant = operation({
  ...ofTenant,
  id: 'getOwnTenant',
  method: 'GET',
  summary: 'Get the tenant’s own settings.',
  versioned: true,
});

export const updateOwnTenant = operation({
  ...ofTenant,
  id: 'updateOwnTenant',
  method: 'PATCH',
  summary: 'Change the tenant’s name, branding or settings.',
  description:
    'Fields that are absent stay unchanged; `null` removes a value. `accentColor`: `#rrggbb`; pages use it where the contrast allows. `logo`: a `data:image/png`, `image/jpeg` or `image/webp` URL in base64, at most 48 KiB of text and 2048 x 2048 pixels. `supportUrl`: `https:` or `mailto:`.',
  body: Type.Object(
    {
      name: Type.Optional(Type.String({ minLength: 1, maxLength: NAME_CHARACTERS_MAX })),
      wallAllowed: Type.Optional(Type.Boolean()),
      branding: Type.Optional(
        Type.Object({
          displayName: part(DISPLAY_NAME_CHARACTERS_MAX),
          accentColor: part(7),
          logo: part(LOGO_CHARACTERS_MAX),
          supportUrl: part(SUPPORT_URL_CHARACTERS_MAX),
        }),
      ),
    },
    { minProperties: 1, title: 'TenantSettingsChange' },
  ),
  versioned: 'ifGiven',
});

export interface TenantDeps {
  readonly mail: boolean;
  readonly db: Database;
}

export function addTenantSettingsOperations(routes: Routes, { db, mail }: TenantDeps): void {
  routes.add(getOwnTenant, async ({ principal }) => {
    const found = await settingsOf(db, principal.tenant);
    return shownSettings(found, mail);
  });
  routes.add(updateOwnTenant, ({ principal: { tenant }, body, request, atomically }) => {
    refuse(body);
    return atomically(async (db) => {
      await lockTenant(db, tenant);
      const before = await settingsOf(db, tenant);
      checkIfGiven(request.headers, before.version);
      const branding = changedBranding(before.branding, body.branding ?? {});
      const name = body.name?.trim() ?? before.name;
      const isWallAllowed = body.wallAllowed ?? before.isWallAllowed;
      const after = { ...before, name, branding, isWallAllowed, version: before.version + 1 };
      const { version } = after;
      await db.updateTable('tenants').set({ name, version }).where('id', '=', tenant).execute();
      if (body.branding !== undefined) await keepBranding(db, tenant, branding);
      if (body.wallAllowed !== undefined) await keepWallAllowed(db, tenant, isWallAllowed);
      return shownSettings(after, mail);
    });
  });
}

interface OwnSettings {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly branding: Branding;
  readonly isWallAllowed: boolean;
}

/** Rejects with NOT_FOUND while the tenant is being erased. */
async function settingsOf(db: Database, tenant: string): Promise<OwnSettings> {
  const row = await db
    .selectFrom('tenants')
    .select(['id', 'name', 'version'])
    .where('id', '=', tenant)
    .executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  const isWallAllowed = (await tenantsOnWall(db, [tenant])).get(tenant) === true;
  return { ...row, branding: await brandingOf(db, tenant), isWallAllowed };
}

function refuse({ name, branding }: Static<typeof updateOwnTenant.body>): void {
  const fields: ProblemField[] = brandingRefusals(branding ?? {});
  if (name !== undefined && !isName(name, NAME_CHARACTERS_MAX))
    fields.push({ pointer: '/name', detail: `must have 1 to ${NAME_CHARACTERS_MAX} printable characters` });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

const shownSettings = ({ id, name, version, branding, isWallAllowed }: OwnSettings, mail: boolean) => ({
  body: { id, name, branding, mail, wallAllowed: isWallAllowed },
  headers: { etag: etagOf(version) },
});
