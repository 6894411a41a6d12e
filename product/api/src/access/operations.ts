// Callers, tenants, API keys and revocations over REST.
import { fenceContains, fenceOf, limits } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { operation, operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Transaction } from '../store/transaction.ts';
import { type RecordingLimit, recordingLimits } from './core/limits.ts';
import { grantableScopes, type Principal, type Scope, tenantScopes } from './core/scopes.ts';
import { demandScopes } from './demand-scopes.ts';
import type { ApiKey, ApiKeys, NewKey } from './keys.ts';
import { newTenantId } from './new-ids.ts';
import type { Revocations } from './revocations.ts';
import type { Tenant, Tenants } from './tenants.ts';

export interface AccessDeps {
  readonly keys: ApiKeys;
  readonly tenants: Tenants;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly streams: { endOf(db: Transaction, key: Pick<ApiKey, 'tenant' | 'id'>): Promise<void> };
  readonly links: { endOfKey(db: Transaction, key: Pick<ApiKey, 'tenant' | 'id'>): Promise<void> };
}

/** Longest validity of a join token. A revocation is kept as long by default, and never longer. */
const REVOKED_KEPT_MS = 90 * 86_400_000;
/** Every node holds all revocations. */
const REVOCATIONS_MAX = 10_000;

const amount = (maximum: number, options: { description?: string } = {}) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum, ...options }));
const Limits = Type.Object(
  {
    seats: amount(4_294_967_295),
    rooms: amount(4_294_967_295),
    publishBps: amount(1e15, {
      description:
        'Highest total bit rate (bits per second) of what its participants send through each media node. Browsers are asked to send less; a participant that still sends too much loses its video after 10 s (`QUOTA_EXCEEDED`).',
    }),
    apiPerSecond: amount(100_000),
    recording: Type.Optional(
      Type.Unsafe<RecordingLimit>({
        type: 'string',
        enum: [...recordingLimits],
        description: 'What may be recorded: nothing; tracks as they are published; or tracks and composed pictures.',
      }),
    ),
    recordingBytes: amount(1e15, { description: 'Total size of all stored recordings. Running recordings continue.' }),
    recordingMinutes: amount(1e9, { description: 'Minutes per calendar month (UTC). Running recordings continue.' }),
    libraryBytes: amount(1e15, {
      description:
        'Total size of the library’s contents, unfinished uploads, transcripts and chosen covers; files of recordings count in `recordingBytes` instead.',
    }),
  },
  { title: 'TenantLimits', description: '0 means no limit; for `apiPerSecond`, the default limit.' },
);
const displayName = Type.String({ minLength: 1, maxLength: 128 });
const TenantSchema = Type.Object(
  { id: Type.String(), name: Type.String(), limits: Limits, createdAt: Time },
  { title: 'Tenant' },
);
const tenantId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const ofTenant = Type.Object({ tenant: tenantId });
const scopeNames = (allowed: readonly Scope[]) =>
  Type.Array(Type.Union(allowed.map((scope) => Type.Literal(scope))), { uniqueItems: true, maxItems: allowed.length });
const keyParts = {
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  regions: Type.Array(Type.String(), {
    description: 'Regions in which its tokens may open rooms; an empty list allows any region.',
  }),
  createdAt: Time,
  revokedAt: Type.Optional(Time),
};
const KeySchema = Type.Object(keyParts, { title: 'ApiKey' });
const NewKeySchema = Type.Object(
  { ...keyParts, secret: Type.String({ description: 'Shown only in this answer.' }) },
  { title: 'NewApiKey' },
);

export const getCaller = operation({
  id: 'getCaller',
  method: 'GET',
  path: '/caller',
  tag: 'Access',
  summary: 'Get the caller and its rights.',
  scope: 'any',
  answers: {
    200: Type.Object(
      {
        kind: Type.String(),
        id: Type.String(),
        tenant: Type.String(),
        scopes: Type.Array(Type.String()),
      },
      { title: 'Caller' },
    ),
  },
});

const tenantsOperation = operations({ tag: 'Tenants', scope: 'operator' });
export const createTenant = tenantsOperation('createTenant', 'POST /tenants', {
  summary: 'Create a tenant.',
  body: Type.Object({ id: Type.Optional(tenantId), name: displayName, limits: Type.Optional(Limits) }),
  answers: { 201: TenantSchema },
  problems: ['ALREADY_EXISTS'],
  idempotent: true,
});

export const listTenants = tenantsOperation('listTenants', 'GET /tenants', {
  summary: 'List tenants, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(TenantSchema, 'TenantPage') },
});

export const getTenant = tenantsOperation('getTenant', 'GET /tenants/{tenant}', {
  summary: 'Get a tenant.',
  params: ofTenant,
  answers: { 200: TenantSchema },
  versioned: true,
});

export const updateTenant = tenantsOperation('updateTenant', 'PATCH /tenants/{tenant}', {
  summary: "Change a tenant's name or limits.",
  description:
    'Limits that are absent stay unchanged. New limits apply within a second: those of seats and rooms to participants that join from then on (no participant is removed), `publishBps` also to participants that already send.',
  params: ofTenant,
  body: Type.Object({ name: Type.Optional(displayName), limits: Type.Optional(Limits) }),
  answers: { 200: TenantSchema },
  versioned: true,
});

const keysOperation = operations({ tag: 'Keys', scope: 'keys:admin' });
export const createKey = keysOperation('createKey', 'POST /keys', {
  summary: 'Create an API key.',
  description:
    'Two keys of the same name may be valid at a time: create the new one, switch over, and revoke the old one. Its scopes and regions must not exceed those of the caller.',
  body: Type.Object({
    name: displayName,
    scopes: scopeNames(tenantScopes),
    regions: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), {
        minItems: 1,
        maxItems: limits.fenceRegionsMax,
      }),
    ),
  }),
  answers: { 201: NewKeySchema },
  problems: ['CONFLICT'],
  idempotent: true,
});

export const listKeys = keysOperation('listKeys', 'GET /keys', {
  summary: 'List API keys, including revoked ones, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(KeySchema, 'ApiKeyPage') },
});

const streamsOfKey = Type.Optional(
  Type.Union([Type.Literal('keep'), Type.Literal('end')], {
    description:
      'Pushes and pulls that this key ordered or on whose rights they run, and join links that were made with it. `keep` (the default): the links stay; pushes and pulls continue under another key of the same name with `live:admin`, or else end. `end`: they all end now, with the sessions of people who joined by the links.',
  }),
);
const keyId = Type.String({ minLength: 1, maxLength: 128 });

export const revokeKey = keysOperation('revokeKey', 'DELETE /keys/{key}', {
  summary: 'Revoke an API key.',
  description:
    'Its tokens become invalid, and sessions opened with them end within a second. Needs every scope that the key has. After a leak, use `streams=end`, also for a key that is already revoked.',
  params: Type.Object({ key: keyId }),
  query: Type.Object({ streams: streamsOfKey }),
  answers: { 204: Type.Null() },
});

/** Creates a key like `createKey`, for a tenant that the operator names. */
export const createTenantKey = operation({
  ...createKey,
  id: 'createTenantKey',
  path: '/tenants/{tenant}/keys',
  summary: 'Create an API key of a tenant.',
  description: `${createKey.description} Only this operation grants \`dial:report\`.`,
  scope: 'operator',
  params: ofTenant,
  body: Type.Object({ ...createKey.body.properties, scopes: scopeNames(grantableScopes) }),
});

export const listTenantKeys = operation({
  ...listKeys,
  id: 'listTenantKeys',
  path: '/tenants/{tenant}/keys',
  summary: 'List API keys of a tenant, including its signing key.',
  description:
    'The tenant’s signing key signs the tokens of guests and users; it is valid in the regions of the tenant’s API keys.',
  scope: 'operator',
  params: ofTenant,
});

export const revokeTenantKey = operation({
  ...revokeKey,
  id: 'revokeTenantKey',
  path: '/tenants/{tenant}/keys/{key}',
  summary: 'Revoke an API key or the signing key of a tenant.',
  description: 'Like `revokeKey`. A new signing key replaces a revoked one; guests and users must join again.',
  scope: 'operator',
  params: Type.Object({ tenant: tenantId, key: keyId }),
});

export const createRevocation = keysOperation('createRevocation', 'POST /revocations', {
  summary: 'Revoke a token, or all tokens made from the same source.',
  description:
    'Name either the token (its claim `jti`) or the source of tokens (their claim `via`). Sessions opened with them end within a second. Also needs `users:admin` for the tokens of a user, else `rooms:join`. The revocation is kept until `expiresAt`, at most 90 days; 90 days by default.',
  body: Type.Object({
    tokenId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    via: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    expiresAt: Type.Optional(Time),
  }),
  answers: { 201: Type.Object({ id: Type.String(), expiresAt: Time }, { title: 'Revocation' }) },
  problems: ['QUOTA_EXCEEDED'],
  idempotent: true,
});

export function addAccessOperations(routes: Routes, deps: AccessDeps): void {
  routes.add(getCaller, async ({ principal: { kind, id, tenant, scopes } }) => ({
    body: { kind, id, tenant, scopes: [...scopes].sort() },
  }));
  addTenantOperations(routes, deps);
  addKeyOperations(routes, deps);
  addRevocationOperations(routes, deps);
}

function addTenantOperations(routes: Routes, { tenants }: AccessDeps): void {
  routes.add(createTenant, ({ body: { id, name, limits = {} }, atomically }) =>
    atomically(async (db) => shownTenant(await tenants.create(db, { id: id ?? newTenantId(), name, limits }))),
  );
  routes.add(listTenants, async ({ query }) => {
    const { data, ...page } = await tenants.list(query);
    return { body: { data: data.map((tenant) => shownTenant(tenant).body), ...page } };
  });
  routes.add(getTenant, async ({ params }) => shownTenant(await tenants.get(params.tenant)));
  routes.add(updateTenant, async ({ params, body, request }) => {
    const known = await tenants.get(params.tenant);
    checkIfMatch(request.headers, known.version);
    return shownTenant(await tenants.change(known, body));
  });
}

function addKeyOperations(routes: Routes, deps: AccessDeps): void {
  const { keys, tenants, revocations } = deps;
  const wantedKey = (o: { principal: Principal; tenant: string; body: Static<typeof createKey.body> }) => {
    const { name, scopes, regions = [] } = o.body;
    const fence = regions.length === 0 ? '' : fenceOf(regions);
    if (fence === undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/regions', detail: 'contains a name that is not a region' }],
      });
    checkNotMore(o.principal, scopes, fence);
    return { tenant: o.tenant, name, scopes, regions: fence } satisfies NewKey;
  };
  routes.add(createKey, async ({ principal, body, atomically }) => {
    const wanted = wantedKey({ principal, tenant: principal.tenant, body });
    return atomically(async (db) => shownNewKey(await keys.create(db, wanted)));
  });
  routes.add(createTenantKey, async ({ principal, params: { tenant }, body, atomically }) => {
    const wanted = wantedKey({ principal, tenant, body });
    return atomically(async (db) => shownNewKey(await keys.create(db, wanted)));
  });
  const list = async (tenant: string, query: Static<typeof pageQuery>, o: { withSigning: boolean }) => {
    const { data, ...page } = await keys.list(tenant, query, o);
    return { body: { data: data.map(shownKey), ...page } };
  };
  routes.add(listKeys, ({ principal, query }) => list(principal.tenant, query, { withSigning: false }));
  routes.add(listTenantKeys, async ({ params, query }) =>
    list((await tenants.get(params.tenant)).id, query, { withSigning: true }),
  );
  const endMade = async (db: Transaction, key: ApiKey): Promise<void> => {
    await deps.streams.endOf(db, key);
    await deps.links.endOfKey(db, key);
  };
  const revoke = (key: ApiKey, { streams }: Static<typeof revokeKey.query>) =>
    keys.revoke(key, revocations, streams === 'end' ? (db) => endMade(db, key) : undefined);
  routes.add(revokeKey, async ({ principal, params, query }) => {
    const key = await keys.get(principal.tenant, params.key);
    if (key === undefined || key.purpose !== '') throw new Problem('NOT_FOUND');
    checkNotMore(principal, key.scopes, key.regions);
    await revoke(key, query);
  });
  routes.add(revokeTenantKey, async ({ params, query }) => {
    const key = await keys.get(params.tenant, params.key);
    if (key === undefined) throw new Problem('NOT_FOUND');
    await revoke(key, query);
  });
}

function addRevocationOperations(routes: Routes, { keys, revocations, clock }: AccessDeps): void {
  routes.add(createRevocation, async ({ principal, body: { tokenId, via, expiresAt } }) => {
    const { tenant } = principal;
    const id = tokenId ?? via;
    if (id === undefined || (tokenId !== undefined && via !== undefined))
      throw new Problem('REQUEST_INVALID', 'give either tokenId or via, not both');
    demandScopes(principal, [id.startsWith('user:') ? 'users:admin' : 'rooms:join']);
    // Nodes have one list for all revocations, so a key's id revoked here would end the key.
    if ((await keys.get(tenant, id)) !== undefined)
      throw new Problem('NOT_PERMITTED', 'this is the id of an API key: use revokeKey');
    const longestMs = clock.wallMs() + REVOKED_KEPT_MS;
    const untilMs = expiresAt === undefined ? longestMs : Math.min(timeMs(expiresAt), longestMs);
    if ((await revocations.count(tenant)) >= REVOCATIONS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${REVOCATIONS_MAX} revocations in force`);
    await revocations.revoke({ tenant, id, untilMs });
    return { body: { id, expiresAt: timeText(untilMs) } };
  });
}

/** Throws NOT_PERMITTED for a key with more scopes or regions than the caller who creates or revokes it. */
function checkNotMore(principal: Principal, scopes: readonly Scope[], regions: string): void {
  demandScopes(principal, scopes);
  const { fence = '' } = principal;
  if (!fenceContains(fence, regions)) throw new Problem('NOT_PERMITTED', `your key is valid in ${fence} only`);
}

const shownTenant = ({ id, name, limits, version, createdMs }: Tenant) => ({
  body: { id, name, limits, createdAt: timeText(createdMs) },
  headers: { etag: etagOf(version) },
});

const shownKey = ({ id, name, scopes, regions, createdMs, revokedMs }: ApiKey) => ({
  id,
  name,
  scopes: [...scopes],
  regions: regions === '' ? [] : regions.split(','),
  createdAt: timeText(createdMs),
  ...(revokedMs !== undefined && { revokedAt: timeText(revokedMs) }),
});

const shownNewKey = ({ key, secret }: { key: ApiKey; secret: string }) => ({ body: { ...shownKey(key), secret } });
