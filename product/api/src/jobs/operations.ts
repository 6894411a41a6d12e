import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { beginReasons, jobStates, notYetCodes, nowCodes, waitingReasons } from './core/explain.ts';
import { reasonCodes } from './core/rank.ts';
import { failureOf, type RowWithNow, stateOf } from './explaining.ts';
import type { Jobs } from './jobs.ts';
import { rankOfRow } from './rows.ts';

export const enumOf = <T extends string>(all: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...all], ...(description !== undefined && { description }) });
const time = Type.String({ format: 'date-time' });

export const taskFields = {
  id: Type.String(),
  kind: Type.String(),
  tenant: Type.String({ description: 'Tenant of the task; empty if it belongs to none.' }),
  lane: Type.String({ description: 'Lane: the subject by which limits and nodes are chosen; empty for no lane.' }),
  worker: Type.String({
    description: 'api: the api runs the task itself; library: library nodes run it; recorder: recorders run it.',
  }),
  state: enumOf(jobStates, 'delayed: the task is not due yet.'),
  urgent: Type.Boolean(),
  createdAt: time,
  dueAt: time,
  rankAt: Type.String({
    format: 'date-time',
    description: 'Sort key: the time of creation minus the sum of `reasons`.',
  }),
  reasons: Type.Array(Type.Object({ code: enumOf(reasonCodes), ms: Type.Integer() }, { title: 'TaskReason' })),
  attempts: Type.Integer({ description: 'Number of attempts begun.' }),
  node: Type.Optional(Type.String({ description: 'Node that runs the task, or ran it last.' })),
  done: Type.Number({ description: 'Progress, 0 to 1, as reported by its node.' }),
  failure: Type.Optional(
    Type.Object(
      { code: Type.String(), detail: Type.String() },
      { title: 'TaskFailure', description: 'Failure of the last attempt.' },
    ),
  ),
};
const because = <T extends string>(codes: readonly T[], title: string) =>
  Type.Object(
    {
      code: enumOf(codes),
      text: Type.String(),
      ms: Type.Optional(Type.Integer()),
      count: Type.Optional(Type.Integer()),
      node: Type.Optional(Type.String()),
    },
    { title },
  );
const Task = Type.Object(taskFields, { title: 'Task' });
const TaskStory = Type.Object(
  {
    ...taskFields,
    rankReasons: Type.Array(because(nowCodes, 'TaskWhyNow')),
    waitingReasons: Type.Array(because(notYetCodes, 'TaskWhyNotYet'), { description: 'Empty while the task runs.' }),
  },
  { title: 'TaskStory' },
);

export const params = Type.Object({ task: Type.String({ minLength: 1, maxLength: 64 }) });

const ofOperator = operations({ tag: 'Tasks', scope: 'operator' });
const listTasks = ofOperator('listTasks', 'GET /tasks', {
  summary: 'List background tasks that wait or run, the newest first.',
  description: 'Tasks of all tenants. Ended tasks are deleted.',
  query: Type.Object({
    ...pageQuery.properties,
    kind: Type.Optional(Type.String({ maxLength: 64, description: 'Only tasks of this kind.' })),
    state: Type.Optional(enumOf(jobStates, 'Only tasks in this state.')),
    tenant: Type.Optional(Type.String({ maxLength: 64, description: 'Only tasks of this tenant.' })),
  }),
  answers: { 200: pageOf(Task, 'TaskPage') },
});
const getTask = ofOperator('getTask', 'GET /tasks/{task}', {
  params,
  summary: 'Get one task, with why it has begun, or has not begun yet.',
  description: 'The explanation uses the nodes and the turns that this instance of the api knows of.',
  answers: { 200: TaskStory },
  problems: ['NOT_FOUND'],
});
const orderTask = ofOperator('orderTask', 'POST /tasks/{task}/order', {
  params,
  summary: 'Make a task urgent, or undo that.',
  description:
    'An urgent task precedes all tasks created up to a day before it, and does not wait for its tenant’s turn.',
  body: Type.Object({ urgent: Type.Boolean() }, { title: 'TaskOrder' }),
  answers: { 200: TaskStory },
  problems: ['NOT_FOUND'],
});

export interface TaskDeps {
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'tasks' | 'explaining'>;
}

export function addTaskOperations(routes: Routes, { db, jobs }: TaskDeps): void {
  const { explaining } = jobs;
  routes.add(listTasks, async ({ query }) => {
    const { kind, state, tenant } = query;
    if ([kind, tenant].some((text) => text?.includes('\0'))) throw new Problem('REQUEST_INVALID');
    let found = explaining.rows(db, state).$call(newestFirst.ofPage(query));
    if (kind !== undefined) found = found.where('kind', '=', kind);
    if (tenant !== undefined) found = found.where('tenant', '=', tenant);
    return { body: newestFirst.page(query, await found.execute(), shownTask) };
  });
  const taskStory = async (on: Database, id: string): Promise<Static<typeof TaskStory>> => {
    const row = await explaining.rows(on).where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    const facts = await explaining.factsOf(on, row);
    return Object.assign(shownTask(row), { rankReasons: beginReasons(facts), waitingReasons: waitingReasons(facts) });
  };
  routes.add(getTask, async ({ params: { task } }) => ({ body: await taskStory(db, checkedId(task)) }));
  routes.add(orderTask, ({ params: { task }, body, atomically }) =>
    atomically(async (trx) => {
      await jobs.tasks.ordering.order(trx, { id: checkedId(task) }, body);
      return { body: await taskStory(trx, task) };
    }),
  );
}

/** Refuses an id with a NUL, which PostgreSQL text cannot hold. */
export function checkedId(id: string): string {
  if (id.includes('\0')) throw new Problem('NOT_FOUND');
  return id;
}

/** Hides payload and key, because they may name people. */
export function shownTask(row: RowWithNow): Static<typeof Task> {
  const { rankMs, reasons } = rankOfRow(row);
  const failure = failureOf(row);
  return {
    id: row.id,
    kind: row.kind,
    tenant: row.tenant,
    lane: row.lane,
    worker: row.worker === '' ? 'api' : row.worker,
    state: stateOf(row),
    urgent: reasons.some(({ code }) => code === 'urgent'),
    createdAt: timeText(row.created_ms),
    dueAt: timeText(row.run_at_ms),
    rankAt: timeText(rankMs),
    reasons: [...reasons],
    attempts: row.attempts,
    ...(row.worker_node !== '' && { node: row.worker_node }),
    done: row.done,
    ...(failure !== undefined && { failure }),
  };
}
