import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { CHARACTERS_MIN, FOUND_MAX, findColleagues, findGroups } from './find.ts';

const colleague = Type.Object(
  {
    id: Type.String({ description: 'Id for `userId` of invitees, `hosts` and `cohosts`.' }),
    name: Type.String(),
    email: Type.String(),
  },
  { title: 'Colleague' },
);

export const findUsers = operation({
  id: 'findUsers',
  method: 'GET',
  path: '/users/find',
  tag: 'Users',
  scope: 'meetings:read',
  summary: 'Find active users while the caller types.',
  description: `Matches beginnings of words of the name, and of the e-mail, ignoring case; "ann be" and "berg ann" find Ann Berg, 小明 finds 王小明. Returns at most ${FOUND_MAX} users.`,
  query: Type.Object({
    q: Type.String({ minLength: CHARACTERS_MIN, maxLength: 128, description: 'Beginning of a name or e-mail.' }),
  }),
  answers: { 200: Type.Object({ data: Type.Array(colleague) }, { title: 'ColleagueList' }) },
});

export const findGroupsOperation = operation({
  id: 'findGroups',
  method: 'GET',
  path: '/groups/find',
  tag: 'Groups',
  scope: 'meetings:read',
  summary: 'Find groups while the caller types.',
  description: `Matches beginnings of words of the name, ignoring case. Returns at most ${FOUND_MAX} groups.`,
  query: Type.Object({
    q: Type.String({ minLength: CHARACTERS_MIN, maxLength: 128, description: 'Beginning of a word of the name.' }),
  }),
  answers: {
    200: Type.Object(
      { data: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, { title: 'FoundGroup' })) },
      { title: 'FoundGroupList' },
    ),
  },
});

export function addFindOperations(routes: Routes, { db }: { readonly db: Database }): void {
  routes.add(findUsers, async ({ principal, query }) => ({
    body: { data: await findColleagues(db, principal.tenant, query.q) },
  }));
  routes.add(findGroupsOperation, async ({ principal, query }) => ({
    body: { data: await findGroups(db, principal.tenant, query.q) },
  }));
}
