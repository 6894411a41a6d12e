// Callers, tenants, API keys and revocations over REST.
import { fenceOf, holdsFence, limits } from '@meridian/protocol';
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
import { givenScopes, type Principal, type Scope, tenantScopes } from './core/scopes.ts';
import { demandScopes } from './demand-scopes.ts';
import type { ApiKey, ApiKeys, NewKey } from './keys.ts';
import { newTenantId } from './new-key.ts';
import type { Revocations } from './revocations.ts';
import type { Tenant, Tenants } from './tenants.ts';

export interface AccessDeps {
  readonly keys: ApiKeys;
  readonly tenants: Tenants;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly streams: { endOf(db: Transaction, key: Pick<ApiKey, 'tenant' | 'id'>): Promise<void> };
}

/** Longest validity of a join token after it was made. A revocation is kept no longer, and usually as long. */
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
        'Bits per second of everything that its participants send together, at each media node. Browsers are asked to send less; the video of a participant that still sends too much is ended after 10 s (`QUOTA_EXCEEDED`).',
    }),
    apiPerSecond: amount(100_000),
    recording: Type.Optional(
      Type.Unsafe<RecordingLimit>({
        type: 'string',
        enum: [...recordingLimits],
        description: 'What may be recorded: nothing; tracks as they are published; those, and composed pictures.',
      }),
    ),
    recordingBytes: amount(1e15, { description: 'Of all recordings that are kept. Those that run go on.' }),
    recordingMinutes: amount(1e9, { description: 'Of each calendar month (UTC). Those that run go on.' }),
    libraryBytes: amount(1e15, { description: 'Of all that its library keeps, and of uploads under way.' }),
  },
  { title: 'TenantLimits', description: '0: no limit; of `apiPerSecond`: the usual one.' },
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
  regions: Type.Array(Type.String(), { description: 'Where the rooms of its tokens may be; empty: anywhere.' }),
  createdAt: Time,
  revokedAt: Type.Optional(Time),
};
const KeySchema = Type.Object(keyParts, { title: 'ApiKey' });
const NewKeySchema = Type.Object(
  { ...keyParts, secret: Type.String({ description: 'Shown this once.' }) },
  { title: 'NewApiKey' },
);

export const getCaller = operation({
  id: 'getCaller',
  method: 'GET',
  path: '/caller',
  tag: 'Access',
  summary: 'The caller, and what it may do.',
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
  summary: 'Make a tenant.',
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
    'Limits that are not named stay. Changed ones count within a second: seats and rooms for participants that join from then on (none is put out), `publishBps` also for those that are sending.',
  params: ofTenant,
  body: Type.Object({ name: Type.Optional(displayName), limits: Type.Optional(Limits) }),
  answers: { 200: TenantSchema },
  versioned: true,
});

const keysOperation = operations({ tag: 'Keys', scope: 'keys:admin' });
export const createKey = keysOperation('createKey', 'POST /keys', {
  summary: 'Make an API key.',
  description:
    'Two keys of a name count at a time: make the new one, change over, revoke the old one. Scopes and regions are at most those of the caller.',
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
  summary: 'List API keys, also revoked ones, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(KeySchema, 'ApiKeyPage') },
});

const streamsOfKey = Type.Optional(
  Type.Union([Type.Literal('keep'), Type.Literal('end')], {
    description:
      'Pushes and pulls that the key ordered, or that go on by it. `keep`, also when absent: they go on by another key of its name with `live:admin`, else they end. `end`: they end now.',
  }),
);
const keyId = Type.String({ minLength: 1, maxLength: 128 });

export const revokeKey = keysOperation('revokeKey', 'DELETE /keys/{key}', {
  summary: 'Revoke an API key.',
  description:
    'Its tokens open nothing any more, and sessions that were opened with them end within a second. Needs every scope that the key has. After a leak: with `streams=end`, also of a key that was revoked before.',
  params: Type.Object({ key: keyId }),
  query: Type.Object({ streams: streamsOfKey }),
  answers: { 204: Type.Null() },
});

/** Lets the operator name the tenant. */
export const createTenantKey = operation({
  ...createKey,
  id: 'createTenantKey',
  path: '/tenants/{tenant}/keys',
  summary: 'Make an API key of a tenant.',
  description: `${createKey.description} \`dial:report\` is given here alone.`,
  scope: 'operator',
  params: ofTenant,
  body: Type.Object({ ...createKey.body.properties, scopes: scopeNames(givenScopes) }),
});

export const listTenantKeys = operation({
  ...listKeys,
  id: 'listTenantKeys',
  path: '/tenants/{tenant}/keys',
  summary: 'List API keys of a tenant, and its own key.',
  description: 'Its own key signs the tokens of guests and users, and holds in the regions of its API keys.',
  scope: 'operator',
  params: ofTenant,
});

export const revokeTenantKey = operation({
  ...revokeKey,
  id: 'revokeTenantKey',
  path: '/tenants/{tenant}/keys/{key}',
  summary: 'Revoke an API key of a tenant, or its own key.',
  description: 'As `revokeKey`. A new own key takes the place of the old one: guests and users join anew.',
  scope: 'operator',
  params: Type.Object({ tenant: tenantId, key: keyId }),
});

export const createRevocation = keysOperation('createRevocation', 'POST /revocations', {
  summary: 'Revoke a token, or all that were made from one thing.',
  description:
    'Names either the token (its claim `jti`) or what tokens were made from (their claim `via`). Sessions that were opened with them end within a second. Needs `users:admin` beside it for the tokens of a user, else `rooms:join`. It is kept until `expiresAt`, for 90 days at most and without it.',
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
      throw new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: '/regions', detail: 'are no regions' }] });
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
  const revoke = (key: ApiKey, { streams }: Static<typeof revokeKey.query>) =>
    keys.revoke(key, revocations, streams === 'end' ? (db) => deps.streams.endOf(db, key) : undefined);
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
      throw new Problem('REQUEST_INVALID', 'name either tokenId or via');
    demandScopes(principal, [id.startsWith('user:') ? 'users:admin' : 'rooms:join']);
    // Nodes have one list for all revocations, so a key's id revoked here would end the key.
    if ((await keys.get(tenant, id)) !== undefined)
      throw new Problem('NOT_PERMITTED', 'this is a key: it is revoked as one');
    const longestMs = clock.wallMs() + REVOKED_KEPT_MS;
    const untilMs = expiresAt === undefined ? longestMs : Math.min(timeMs(expiresAt), longestMs);
    if ((await revocations.count(tenant)) >= REVOCATIONS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${REVOCATIONS_MAX} revocations that count`);
    await revocations.revoke({ tenant, id, untilMs });
    return { body: { id, expiresAt: timeText(untilMs) } };
  });
}

/** Throws NOT_PERMITTED for a key with more scopes or regions than the caller that creates or revokes it. */
function checkNotMore(principal: Principal, scopes: readonly Scope[], regions: string): void {
  demandScopes(principal, scopes);
  const { fence = '' } = principal;
  if (!holdsFence(fence, regions)) throw new Problem('NOT_PERMITTED', `your key holds in ${fence} only`);
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
