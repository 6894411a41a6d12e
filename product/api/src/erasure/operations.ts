import { isIdentity } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import type { Tenants } from '../access/tenants.ts';
import { checkIfMatch } from '../http/etag.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Users } from '../users/users.ts';
import type { ErasureRow, Erasures } from './erasures.ts';
import type { TenantErasure } from './tenant-erasure.ts';

const scope = 'tenant:admin';
const tag = 'Tenant';
const erasure = Type.Object(
  {
    id: Type.String(),
    state: Type.Union([Type.Literal('running'), Type.Literal('done')]),
    pseudonym: Type.String({ description: 'Pseudonym that replaces the identity from now on.' }),
    changed: Type.Unsafe<Record<string, number>>({
      type: 'object',
      additionalProperties: { type: 'integer' },
      description:
        'Number of changed records by kind: meetings, stays, recordings, items, orders, watches, events, joinLinks, calendarFeeds, rooms.',
    }),
    createdAt: Time,
    doneAt: Type.Optional(Time),
  },
  { title: 'Erasure' },
);

const tenantOperation = operations({ tag, scope });
const createErasure = tenantOperation('createErasure', 'POST /tenant/erasures', {
  makes: 'id',
  summary: 'Erase what is stored about one person.',
  description:
    'The user is deleted at once, its sessions end, and its links are revoked. Then names, addresses, metadata and attributes are removed from meetings, attendance and events, and a pseudonym replaces the identity, so that counts stay true. Recordings of only its tracks are deleted; recordings of a whole room stay, with its voice. Stays of an invitee that joined by its link are found by its address. While the person is in a room, the erasure goes on: make no more tokens for it. The audit log keeps ids; answers stored for idempotency keys stay sealed until they expire, within a day.',
  body: Type.Object(
    {
      identity: Type.Optional(
        Type.String({ minLength: 1, maxLength: 128, description: 'Identity of the person; also the id of its user.' }),
      ),
      email: Type.Optional(Type.String({ minLength: 3, maxLength: 254 })),
    },
    { minProperties: 1 },
  ),
  answers: { 202: erasure },
  problems: ['LAST_ADMIN', 'CONFLICT'],
  idempotent: true,
});
const getErasure = tenantOperation('getErasure', 'GET /tenant/erasures/{erasure}', {
  summary: 'Get the progress of an erasure.',
  params: Type.Object({ erasure: Type.String({ maxLength: 64 }) }),
  answers: { 200: erasure },
});

const deleteTenant = operation({
  id: 'deleteTenant',
  method: 'DELETE',
  path: '/tenants/{tenant}',
  tag: 'Tenants',
  summary: 'Erase a tenant and everything that belongs to it.',
  description:
    'The tenant’s keys and sessions become invalid at once; then all its data is deleted, including its audit log. Remove the tenant from the configuration first: a tenant named there is created again at the next start.',
  scope: 'operator',
  params: Type.Object({ tenant: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) }),
  answers: { 204: Type.Null() },
  versioned: true,
});

export interface ErasureDeps {
  readonly db: Database;
  readonly erasures: Erasures;
  readonly users: Users;
  readonly tenants: Tenants;
  readonly tenantErasure: TenantErasure;
}

export function addErasureOperations(routes: Routes, o: ErasureDeps): void {
  routes.add(createErasure, async ({ principal, body, atomically }) => {
    const { tenant } = principal;
    const { identity = '' } = body;
    const email = body.email?.toLowerCase() ?? '';
    if (identity !== '' && !isIdentity(identity))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/identity', detail: 'is not a valid identity' }],
      });
    return atomically(async (db) => {
      const [user, otherUser] = await db
        .selectFrom('users')
        .select(['id', 'email'])
        .where('tenant', '=', tenant)
        .where(({ eb, or }) => or([eb('id', '=', identity), eb('email', '=', email)]))
        .limit(2)
        .execute();
      if (otherUser !== undefined)
        throw new Problem('CONFLICT', 'identity and email belong to two users: give only one of them');
      if (user !== undefined) await o.users.delete(db, tenant, user.id, principal);
      const person = { identity: identity || (user?.id ?? ''), email: email || (user?.email ?? '') };
      return { body: shownErasure(await o.erasures.begin(db, { tenant, ...person })) };
    });
  });
  routes.add(deleteTenant, async ({ principal: by, params, request, clientIp: address, atomically }) => {
    const { id, version } = await o.tenants.get(params.tenant);
    checkIfMatch(request.headers, version);
    return atomically((db) => o.tenantErasure.begin(db, id, { by, address, requestId: request.id }));
  });
  routes.add(getErasure, async ({ principal, params }) => {
    const row = await o.erasures.get(principal.tenant, params.erasure);
    if (row === undefined) throw new Problem('NOT_FOUND');
    return { body: shownErasure(row) };
  });
}

const shownErasure = (row: ErasureRow): Static<typeof erasure> => ({
  id: row.id,
  state: row.done_ms === null ? 'running' : 'done',
  pseudonym: row.pseudonym,
  changed: JSON.parse(row.counts) as Record<string, number>,
  createdAt: timeText(row.created_ms),
  ...(row.done_ms !== null && { doneAt: timeText(row.done_ms) }),
});
