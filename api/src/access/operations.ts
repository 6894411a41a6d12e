// What a caller learns of itself.
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';

export const getCaller = operation({
  id: 'getCaller',
  method: 'GET',
  path: '/caller',
  tag: 'Access',
  summary: 'Who you are here, and what you may do.',
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

export function addCallerOperations(routes: Routes): void {
  routes.add(getCaller, async ({ principal: { kind, id, tenant, scopes } }) => ({
    body: { kind, id, tenant, scopes: [...scopes].sort() },
  }));
}
