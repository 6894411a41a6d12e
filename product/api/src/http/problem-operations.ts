// Each problem's `type` leads to this operation.
import { Type } from 'typebox';
import { operation } from './operation.ts';
import { Problem, problemOfCode } from './problems.ts';
import type { Routes } from './routes.ts';

export const getProblem = operation({
  id: 'getProblem',
  method: 'GET',
  path: '/problems/{code}',
  tag: 'Problems',
  summary: 'Explain a problem code.',
  scope: 'public',
  params: Type.Object({ code: Type.String({ pattern: '^[A-Z][A-Z_]{1,63}$' }) }),
  answers: {
    200: Type.Object(
      {
        code: Type.String(),
        status: Type.Integer(),
        title: Type.Object({ en: Type.String(), zh: Type.String() }),
      },
      { title: 'ProblemCode' },
    ),
  },
});

export function addProblemOperations(routes: Routes): void {
  routes.add(getProblem, async ({ params: { code } }) => {
    const body = problemOfCode(code);
    if (body === undefined) throw new Problem('NOT_FOUND');
    return { body };
  });
}
