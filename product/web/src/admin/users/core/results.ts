import type { RowResult } from '../api.ts';
import type { UsersKey } from '../text.ts';
import type { ReadRow, RowProblem } from './user-rows.ts';

/** The API's results by line number; absent for lines without an answer. */
export type Answers = ReadonlyMap<number, RowResult>;

export interface Outcome {
  readonly tone: 'good' | 'bad' | 'open';
  /** A text of the page, or the code of a refusal. */
  readonly text: { readonly key: UsersKey } | { readonly code: string };
}

const problems: Readonly<Record<RowProblem, UsersKey>> = {
  unclosed: 'rowUnclosed',
  emailMissing: 'rowEmailMissing',
  emailWrong: 'rowEmailWrong',
  nameLong: 'rowNameLong',
  roleUnknown: 'rowRoleUnknown',
  activeUnknown: 'rowActiveUnknown',
  twice: 'rowTwice',
};
const refusals: Readonly<Record<string, UsersKey>> = {
  '/name': 'refusedName',
  '/email': 'refusedEmail',
  '/role': 'refusedRole',
};

/** `isSent`: the import has run, perhaps not to the end. */
export function outcomeOf({ line, problem }: ReadRow, answers: Answers, isSent: boolean): Outcome {
  if (problem !== undefined) return { tone: 'bad', text: { key: problems[problem] } };
  const answer = answers.get(line);
  if (answer === undefined) return { tone: 'open', text: { key: isSent ? 'resultOpen' : 'resultReady' } };
  if (answer.problem === undefined)
    return { tone: 'good', text: { key: answer.status === 201 ? 'resultMade' : 'resultThere' } };
  const { code, errors = [] } = answer.problem;
  const key = code === 'REQUEST_INVALID' ? refusals[errors[0]?.pointer ?? ''] : undefined;
  return { tone: 'bad', text: key === undefined ? { code } : { key } };
}

export const openRows = (rows: readonly ReadRow[], answers: Answers): readonly ReadRow[] =>
  rows.filter(({ row, line }) => row !== undefined && !answers.has(line));

export function counts(rows: readonly ReadRow[], answers: Answers) {
  const all = [...answers.values()];
  const good = all.filter(({ problem }) => problem === undefined);
  const made = good.filter(({ status }) => status === 201).length;
  const bad = rows.filter(({ problem }) => problem !== undefined).length;
  return { made, there: good.length - made, bad, refused: all.length - good.length + bad, good: rows.length - bad };
}

/** Puts rows with a problem first, since the reader looks for them. */
export function worstFirst(rows: readonly ReadRow[], answers: Answers): readonly ReadRow[] {
  const isBad = (row: ReadRow): boolean => outcomeOf(row, answers, false).tone === 'bad';
  return [...rows.filter(isBad), ...rows.filter((row) => !isBad(row))];
}
