// Tasks of recorders for recordings that are `finishing`, with how much of them is done.
import { ASSEMBLE, COMPOSE } from '@meridian/protocol';
import { compositionsOf, type RecordingRow, type ShownTask } from '../events/recording-body.ts';
import { stateOf } from '../jobs/explaining.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';

export interface TaskReader {
  readonly jobs: Pick<Jobs, 'explaining'>;
}

/** Key of the task `compose` of a stint. */
export const composeKeyOf = ({ tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>, stintId: string): string =>
  `${tenant}/${id}/${stintId}`;

/** Returns the task of each recording that has one, by id of the recording. */
export async function tasksOf(
  { jobs }: TaskReader,
  db: Database,
  rows: readonly RecordingRow[],
): Promise<ReadonlyMap<string, ShownTask>> {
  const finishing = rows.filter(({ state }) => state === 'finishing');
  const keys = finishing.flatMap((row) => [`${row.tenant}/${row.id}`, ...composeKeysOf(row)]);
  if (keys.length === 0) return new Map();
  const found = await jobs.explaining
    .rows(db)
    .where('kind', 'in', [ASSEMBLE, COMPOSE])
    .where('key', 'in', keys)
    .execute();
  const byKey = new Map(found.map((one) => [one.key, one]));
  return new Map(
    finishing.flatMap((row) => {
      const assembling = byKey.get(`${row.tenant}/${row.id}`);
      const composing = composeKeysOf(row).flatMap((key) => byKey.get(key) ?? []);
      const tasks = assembling === undefined ? composing : [assembling];
      if (tasks.length === 0) return [];
      const ended = assembling === undefined ? composeKeysOf(row).length - composing.length : 0;
      const task: ShownTask = {
        kind: assembling === undefined ? COMPOSE : ASSEMBLE,
        state: tasks.some((one) => stateOf(one) === 'running') ? 'running' : 'waiting',
        done: tasks.reduce((sum, { done }) => sum + done, ended) / (tasks.length + ended),
      };
      return [[row.id, task] as const];
    }),
  );
}

const composeKeysOf = (row: RecordingRow): string[] =>
  Object.keys(compositionsOf(row)).map((stintId) => composeKeyOf(row, stintId));
