import { isBlank, isDisplayName } from '@meridian/protocol';
import { Type } from 'typebox';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { operation, operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Group, Groups } from './groups.ts';
import { shownUser, UserPage } from './user-schemas.ts';

const MEMBERS_AT_ONCE_MAX = 500;

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const GroupSchema = Type.Object({ id: Type.String(), name: Type.String(), createdAt: Time }, { title: 'Group' });
const ofGroup = Type.Object({ group: text(64) });
const groupName = Type.Object({ name: text(128) });
const ids = Type.Optional(Type.Array(text(128), { maxItems: MEMBERS_AT_ONCE_MAX, uniqueItems: true }));
const admin = { tag: 'Groups', scope: 'users:admin' } as const;

const groupsOperation = operations(admin);
export const createGroup = groupsOperation('createGroup', 'POST /groups', {
  summary: 'Create a group of users.',
  body: groupName,
  answers: { 201: GroupSchema },
  problems: ['ALREADY_EXISTS', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const listGroups = groupsOperation('listGroups', 'GET /groups', {
  summary: 'List groups, the newest first.',
  query: pageQuery,
  answers: { 200: pageOf(GroupSchema, 'GroupPage') },
});

const adminOfGroup = operations({ ...admin, params: ofGroup });
export const getGroup = adminOfGroup('getGroup', 'GET /groups/{group}', {
  summary: 'Get a group.',
  answers: { 200: GroupSchema },
  versioned: true,
});

export const updateGroup = operation({
  ...admin,
  id: 'updateGroup',
  method: 'PATCH',
  path: '/groups/{group}',
  summary: 'Rename a group.',
  params: ofGroup,
  body: groupName,
  answers: { 200: GroupSchema },
  problems: ['ALREADY_EXISTS'],
  versioned: true,
});

export const deleteGroup = adminOfGroup('deleteGroup', 'DELETE /groups/{group}', {
  summary: 'Delete a group; its users stay.',
  answers: { 204: Type.Null() },
});

export const listGroupMembers = adminOfGroup('listGroupMembers', 'GET /groups/{group}/members', {
  summary: 'List the users of a group, the newest first.',
  query: pageQuery,
  answers: { 200: UserPage },
});

export const changeGroupMembers = adminOfGroup('changeGroupMembers', 'POST /groups/{group}/members', {
  summary: 'Add users to a group and remove others.',
  description:
    'Names users by id. All changes take effect, or none. Adding a member again, or removing a user who is not a member, has no effect.',
  body: Type.Object({ add: ids, remove: ids }),
  answers: {
    200: Type.Object({ added: Type.Integer(), removed: Type.Integer() }, { title: 'GroupChange' }),
  },
  idempotent: true,
});

export function addGroupOperations(routes: Routes, { groups }: { readonly groups: Groups }): void {
  routes.add(createGroup, ({ principal, body, atomically }) => {
    checkName(body.name);
    return atomically(async (db) => shownOne(await groups.create(db, principal.tenant, body.name)));
  });
  routes.add(listGroups, async ({ principal, query }) => {
    const { data, ...page } = await groups.list(principal.tenant, query);
    return { body: { data: data.map(shownGroup), ...page } };
  });
  routes.add(getGroup, async ({ principal, params }) => shownOne(await groups.get(principal.tenant, params.group)));
  routes.add(updateGroup, ({ principal, params, body, request, atomically }) => {
    checkName(body.name);
    return atomically(async (db) => {
      const known = await groups.get(principal.tenant, params.group, db);
      checkIfMatch(request.headers, known.version);
      return shownOne(await groups.rename(db, known, body.name));
    });
  });
  routes.add(deleteGroup, ({ principal, params, atomically }) =>
    atomically((trx) => groups.delete(trx, principal.tenant, params.group)),
  );
  routes.add(listGroupMembers, async ({ principal, params, query }) => {
    const { data, ...page } = await groups.members(await groups.get(principal.tenant, params.group), query);
    return { body: { data: data.map(shownUser), ...page } };
  });
  routes.add(changeGroupMembers, ({ principal, params, body: { add = [], remove = [] }, atomically }) =>
    atomically(async (db) => {
      const group = await groups.get(principal.tenant, params.group, db);
      return { body: await groups.changeMembers(db, group, { add, remove }) };
    }),
  );
}

function checkName(name: string): void {
  if (!isBlank(name) && isDisplayName(name)) return;
  throw new Problem('REQUEST_INVALID', undefined, {
    fields: [{ pointer: '/name', detail: 'must have 1 to 128 printable characters' }],
  });
}

const shownGroup = ({ id, name, createdMs }: Group) => ({ id, name, createdAt: timeText(createdMs) });
const shownOne = (group: Group) => ({ body: shownGroup(group), headers: { etag: etagOf(group.version) } });
