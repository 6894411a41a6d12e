import { expect, it } from 'vitest';
import { mismatchLines } from '../../lab/versions/mismatch-lines.ts';

const warning = (msg: string, code?: string): string => JSON.stringify({ level: 40, msg, err: { code } });
const rows: [what: string, line: string, isStrange: boolean][] = [
  ['a refusal for want of a handler', warning('rooms could not be asked for', 'LINK_NO_HANDLER'), true],
  ['a frame that is not known', warning('closed', 'FRAME_UNKNOWN'), true],
  ['a column that is not there', warning('column "guards" does not exist'), true],
  ['last words of a crash', 'TypeError: x is not a function', true],
  [
    'the same on a level of no interest',
    JSON.stringify({ level: 20, msg: 'no handler', code: 'LINK_NO_HANDLER' }),
    false,
  ],
  ['a link that ends', warning('link lost', 'LINK_CLOSED'), false],
  ['an empty line', '', false],
];
it.each(rows)('log lines that show a mismatch of versions are found, and no others: %s', (_what, line, isStrange) => {
  expect(mismatchLines([line])).toEqual(isStrange ? [line] : []);
});
