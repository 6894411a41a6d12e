import { expect, it } from 'vitest';
import { mismatchLines } from '../../lab/versions/mismatch-lines.ts';

const warning = (msg: string, code?: string): string => JSON.stringify({ level: 40, msg, err: { code } });
const rows: [what: string, line: string, isStrange: boolean][] = [
  ['a refusal for lack of a handler', warning('rooms could not be asked for', 'LINK_NO_HANDLER'), true],
  ['an unknown frame', warning('closed', 'FRAME_UNKNOWN'), true],
  ['a missing column', warning('column "guards" does not exist'), true],
  ['last words of a crash', 'TypeError: x is not a function', true],
  [
    'a missing handler at debug level',
    JSON.stringify({ level: 20, msg: 'no handler', code: 'LINK_NO_HANDLER' }),
    false,
  ],
  ['the end of a link', warning('link lost', 'LINK_CLOSED'), false],
  ['an empty line', '', false],
];
it.each(rows)('log lines that show a mismatch of versions are found, and no others: %s', (_what, line, isStrange) => {
  expect(mismatchLines([line])).toEqual(isStrange ? [line] : []);
});
