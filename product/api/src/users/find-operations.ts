import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { CHARACTERS_MIN, FOUND_MAX, findColleagues } from './find.ts';

const colleague = Type.Object(
  {
    id: Type.String({ description: 'For `userId` of invitees, `hosts`, `cohosts`.' }),
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
  description: `By the beginning of a word of the name, or of the e-mail, whatever the case of letters; "ann be" and "berg ann" find Ann Berg, 小明 finds 王小明. ${FOUND_MAX} at most.`,
  query: Type.Object({
    q: Type.String({ minLength: CHARACTERS_MIN, maxLength: 128, description: 'The beginning of a name or an e-mail.' }),
  }),
  answers: { 200: Type.Object({ data: Type.Array(colleague) }, { title: 'ColleagueList' }) },
});

export function addFindOperations(routes: Routes, { db }: { readonly db: Database }): void {
  routes.add(findUsers, async ({ principal, query }) => ({
    body: { data: await findColleagues(db, principal.tenant, query.q) },
  }));
}
