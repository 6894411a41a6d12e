import type { UsersApi } from './api.ts';
import { type Answers, openRows } from './core/results.ts';
import type { ReadRow } from './core/user-rows.ts';

/** Limit of the API per call. */
const ROWS_OF_CALL = 500;

/** Sends rows without an answer; `onAnswers` gets all answers so far. Rejects as the API does; a retry continues. */
export async function sendRows(
  api: Pick<UsersApi, 'importRows'>,
  rows: readonly ReadRow[],
  previousAnswers: Answers,
  onAnswers: (answers: Answers) => void,
): Promise<void> {
  const answers = new Map(previousAnswers);
  const open = openRows(rows, previousAnswers);
  for (let at = 0; at < open.length; at += ROWS_OF_CALL) {
    const some = open.slice(at, at + ROWS_OF_CALL);
    const results = await api.importRows(some.flatMap(({ row }) => (row === undefined ? [] : [row])));
    for (const [index, result] of results.entries()) {
      const line = some[index]?.line;
      if (line !== undefined) answers.set(line, result);
    }
    onAnswers(new Map(answers));
  }
}
