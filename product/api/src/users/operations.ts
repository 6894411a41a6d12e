import { restLanguageOf } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { type UserRole, userRoles } from '../access/core/scopes.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { operations } from '../http/operation.ts';
import { pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { putUsers } from './bulk.ts';
import type { UserDeps } from './deps.ts';
import { addFindOperations } from './find-operations.ts';
import { addGroupOperations } from './group-operations.ts';
import { addOidcOperations } from './oidc-operations.ts';
import { addResetOperations } from './reset-operations.ts';
import { addSessionOperations } from './session-operations.ts';
import { addSetupOperations } from './setup-operations.ts';
import type { User } from './user.ts';
import { shownUser, UserPage, UserSchema } from './user-schemas.ts';

const ROWS_MAX = 500;

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const email = text(254);
const name = text(128);
const role = Type.Union(userRoles.map((each) => Type.Literal(each)));
const ofUser = Type.Object({ user: text(128) });
const admin = { tag: 'Users', scope: 'users:admin' } as const;

const usersOperation = operations(admin);
export const createUser = usersOperation('createUser', 'POST /users', {
  summary: 'Create a user.',
  description:
    'The e-mail must be unique in the tenant, ignoring case. Without `id`, a random one is assigned. Only operators can create operators, and only in the operators’ tenant.',
  body: Type.Object({
    id: Type.Optional(text(128)),
    email,
    name,
    role: Type.Optional({ ...role, default: 'member' }),
    active: Type.Optional(Type.Boolean({ default: true })),
  }),
  answers: { 201: UserSchema },
  problems: ['ALREADY_EXISTS', 'QUOTA_EXCEEDED', 'ROLE_REFUSED'],
  idempotent: true,
});

export const listUsers = usersOperation('listUsers', 'GET /users', {
  summary: 'List users, the newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    email: Type.Optional(email),
    query: Type.Optional(Type.String({ maxLength: 128, description: 'Part of a name or e-mail.' })),
    active: Type.Optional(Type.Boolean({ description: 'Only active users, or only deactivated ones.' })),
  }),
  answers: { 200: UserPage },
});

const adminOfUser = operations({ ...admin, params: ofUser });
export const getUser = adminOfUser('getUser', 'GET /users/{user}', {
  summary: 'Get a user.',
  answers: { 200: UserSchema },
  versioned: true,
});

export const updateUser = adminOfUser('updateUser', 'PATCH /users/{user}', {
  summary: 'Change, deactivate or activate a user.',
  description:
    'Deactivation (`active: false`) ends the user’s sessions, and within a second its calls. The last active admin cannot be deactivated or lose the role.',
  body: Type.Object({
    email: Type.Optional(email),
    name: Type.Optional(name),
    role: Type.Optional(role),
    active: Type.Optional(Type.Boolean()),
  }),
  answers: { 200: UserSchema },
  problems: ['ALREADY_EXISTS', 'LAST_ADMIN', 'ROLE_REFUSED'],
  versioned: true,
});

export const deleteUser = adminOfUser('deleteUser', 'DELETE /users/{user}', {
  summary: 'Delete a user.',
  description: 'Ends the user’s sessions and calls, as deactivation does.',
  answers: { 204: Type.Null() },
  problems: ['LAST_ADMIN'],
});

const RowProblem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
});

export const putUserRows = usersOperation('putUsers', 'POST /users/bulk', {
  summary: 'Create, change or deactivate many users.',
  description:
    'A row names its user by `id`, or else by `email`: an existing user is changed as the row says, a missing one is created. Rows are processed one by one, with results in the same order; a refused row does not stop the others. Repeating the same list changes nothing.',
  body: Type.Object({
    users: Type.Array(
      Type.Object({
        id: Type.Optional(Type.String()),
        email: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        role: Type.Optional(Type.String()),
        active: Type.Optional(Type.Boolean()),
      }),
      { minItems: 1, maxItems: ROWS_MAX },
    ),
  }),
  answers: {
    200: Type.Object(
      {
        results: Type.Array(
          Type.Object({
            status: Type.Integer({
              description: '201: created; 200: changed or unchanged; other values are explained by `problem`.',
            }),
            id: Type.Optional(Type.String()),
            problem: Type.Optional(RowProblem),
          }),
        ),
      },
      { title: 'UserRowResults' },
    ),
  },
  idempotent: true,
});

export function addUserOperations(routes: Routes, deps: UserDeps): void {
  const { db, users } = deps;
  routes.add(createUser, ({ principal, body, atomically }) =>
    atomically(async (db) => {
      const wanted = { tenant: principal.tenant, role: 'member' as const, ...partsOf(body) };
      return shownOne(await users.create(db, wanted, principal));
    }),
  );
  routes.add(listUsers, async ({ principal, query }) => {
    const { data, ...page } = await users.list(principal.tenant, partsOf(query));
    return { body: { data: data.map(shownUser), ...page } };
  });
  routes.add(getUser, async ({ principal, params }) => shownOne(await users.get(principal.tenant, params.user)));
  routes.add(updateUser, async ({ principal, params, body, request, atomically }) => {
    return atomically(async (db) => {
      const known = await users.get(principal.tenant, params.user, db);
      checkIfMatch(request.headers, known.version);
      return shownOne(await users.change(db, known, partsOf(body), principal));
    });
  });
  routes.add(deleteUser, async ({ principal, params, atomically }) => {
    return atomically((db) => users.delete(db, principal.tenant, params.user, principal));
  });
  routes.add(putUserRows, async ({ principal, body, request }) => {
    const rows = body.users.map(({ role, ...row }) => ({
      ...partsOf(row),
      // An unknown role is refused later, in the result of its row.
      ...(role !== undefined && { role: role as UserRole }),
    }));
    const language = restLanguageOf(request.headers['accept-language']);
    const results = await putUsers({ db, users }, principal.tenant, rows, { language, by: principal });
    return { body: { results: results as Static<(typeof putUserRows.answers)[200]>['results'] } };
  });
  addFindOperations(routes, deps);
  addGroupOperations(routes, deps);
  addSetupOperations(routes, deps);
  addResetOperations(routes, deps);
  addOidcOperations(routes, deps);
  addSessionOperations(routes, deps);
}

const partsOf = <T extends { readonly active?: boolean }>({ active, ...rest }: T) => ({
  ...rest,
  ...(active !== undefined && { isActive: active }),
});

const shownOne = (user: User) => ({ body: shownUser(user), headers: { etag: etagOf(user.version) } });
