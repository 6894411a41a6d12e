// Tasks of nodes that belong to the caller's tenant: renditions, trims, assemblies of recordings.
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { checkAdministrator } from '../http/administrators.ts';
import { operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { jobStates } from './core/explain.ts';
import { type RowWithNow, stateOf } from './explaining.ts';
import { checkedId, enumOf, params, shownTask, type TaskDeps, taskFields } from './operations.ts';
import { ofNodes, rankInSql } from './rows.ts';

/** Tasks of a tenant beyond this place in line have no position. */
const POSITIONS_MAX = 1000;

const { id, kind, state, urgent, createdAt, dueAt, rankAt, reasons, attempts, done, failure } = taskFields;
const OwnTask = Type.Object(
  {
    id,
    kind,
    state,
    urgent,
    createdAt,
    dueAt,
    rankAt,
    reasons,
    attempts,
    done,
    failure,
    item: Type.Optional(Type.String({ description: 'Item whose file the task is about.' })),
    title: Type.Optional(Type.String({ description: 'Title of the item.' })),
    position: Type.Optional(
      Type.Integer({
        description: `Place among the waiting tasks of the tenant, from 1; absent beyond ${POSITIONS_MAX}. Tenants take turns.`,
      }),
    ),
  },
  { title: 'OwnTask' },
);

const writing = operations({ tag: 'Library', scope: 'library:write' });
const listOwnTasks = writing('listLibraryTasks', 'GET /library/tasks', {
  summary: 'List the tenant’s tasks that wait or run, such as renditions, the newest first.',
  description: 'Of users, only administrators may list them. Ended tasks are deleted.',
  query: Type.Object({ ...pageQuery.properties, state: Type.Optional(enumOf(jobStates, 'Only tasks in this state.')) }),
  answers: { 200: pageOf(OwnTask, 'OwnTaskPage') },
});
const orderOwnTask = writing('orderLibraryTask', 'POST /library/tasks/{task}/order', {
  params,
  summary: 'Make a task of the tenant urgent, or undo that.',
  description:
    'An urgent task precedes the tenant’s other tasks that were created up to half a day before it. Tenants still take turns. What an operator made urgent stays so.',
  body: Type.Object({ urgent: Type.Boolean() }, { title: 'OwnTaskOrder' }),
  answers: { 200: OwnTask },
  problems: ['NOT_FOUND'],
});

export function addOwnTaskOperations(routes: Routes, { db, jobs }: TaskDeps): void {
  const own = (on: Database, tenant: string, wanted?: (typeof jobStates)[number]) =>
    jobs.explaining
      .rows(on, wanted)
      .where(ofNodes)
      .where('tenant', '=', tenant)
      .where('kind', 'in', [...jobs.tasks.kinds.keys()]);
  const shownOwn = async (on: Database, tenant: string, rows: readonly RowWithNow[]) => {
    const items = await itemsOf(on, tenant, rows);
    const isWaiting = rows.some((row) => stateOf(row) === 'waiting');
    const line = isWaiting
      ? await own(on, tenant, 'waiting').orderBy(rankInSql).orderBy('id').limit(POSITIONS_MAX).execute()
      : [];
    const positions = new Map(
      [...Map.groupBy(line, ({ worker }) => worker).values()].flatMap((ofWorker) =>
        ofWorker.map((row, at) => [row.id, at + 1] as const),
      ),
    );
    return new Map(
      rows.map((row) => [row.id, ownTask(row, { item: items.get(row.lane), position: positions.get(row.id) })]),
    );
  };
  routes.add(listOwnTasks, async ({ principal, query }) => {
    checkAdministrator(principal);
    const { tenant } = principal;
    const rows = await own(db, tenant, query.state).$call(newestFirst.ofPage(query)).execute();
    const shown = await shownOwn(db, tenant, rows);
    return { body: newestFirst.page(query, rows, (row) => shown.get(row.id) ?? ownTask(row, {})) };
  });
  routes.add(orderOwnTask, ({ principal, params: { task }, body, atomically }) =>
    atomically(async (trx) => {
      checkAdministrator(principal);
      const { tenant } = principal;
      const find = () => own(trx, tenant).where('id', '=', checkedId(task)).execute();
      if ((await find()).length === 0) throw new Problem('NOT_FOUND');
      await jobs.tasks.ordering.order(trx, { id: task }, { urgent: body.urgent, by: 'tenant' });
      const [shown] = (await shownOwn(trx, tenant, await find())).values();
      if (shown === undefined) throw new Problem('NOT_FOUND');
      return { body: shown };
    }),
  );
}

interface Item {
  readonly id: string;
  readonly title: string;
}

/** Returns the newest item of each content. Tasks of contents have them as their lane. */
async function itemsOf(db: Database, tenant: string, rows: readonly RowWithNow[]): Promise<Map<string, Item>> {
  const contents = [...new Set(rows.map(({ lane }) => lane))].filter((lane) => lane !== '');
  if (contents.length === 0) return new Map();
  const items = await db
    .selectFrom('library_items')
    .select(['id', 'title', 'content'])
    .where('tenant', '=', tenant)
    .where('content', 'in', contents)
    .orderBy('created_ms')
    .orderBy('id')
    .execute();
  return new Map(items.map(({ content, id: item, title }) => [content, { id: item, title }]));
}

/** Hides nodes and lanes, which are the operator's. */
function ownTask(
  row: RowWithNow,
  { item, position }: { readonly item?: Item | undefined; readonly position?: number | undefined },
): Static<typeof OwnTask> {
  const { tenant: _, lane: __, worker: ___, node: ____, ...shown } = shownTask(row);
  return Object.assign(
    shown,
    item !== undefined && { item: item.id, title: item.title },
    position !== undefined && { position },
  );
}
