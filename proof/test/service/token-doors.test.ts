// Some odd tokens at every door. token-table.whole.test.ts shows the whole table.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClaimRow, oddIdentities } from '../../../base/protocol/test/vectors/claim-rows.ts';
import { TokenDoors } from '../support/token-doors.ts';

let doors: TokenDoors;
beforeAll(async () => {
  doors = await TokenDoors.open();
});
afterAll(() => doors?.close());

const nowS = (): number => Math.floor(Date.now() / 1000);
const rows: readonly (readonly [what: string, row: () => ClaimRow])[] = [
  ...oddIdentities
    .filter(([what]) => ['base64', 'Auth0', 'a joined emoji of four'].includes(what))
    .map(([what, value]) => [what, (): ClaimRow => ({ claim: 'sub', what, value, answer: 'taken' })] as const),
  ['a name with direction marks', () => ({ claim: 'name', what: '', value: '\u202eAnn\t', answer: 'taken' })],
  ['a grant of null', () => ({ claim: 'video.canPublishSources', what: '', value: null, answer: 'taken' })],
  ['a clock 50 s ahead', () => ({ claim: 'nbf', what: '', value: nowS() + 50, answer: 'taken' })],
  ['a clock 50 s behind', () => ({ claim: 'exp', what: '', value: nowS() - 50, answer: 'taken' })],
  ['a clock 90 s ahead', () => ({ claim: 'nbf', what: '', value: nowS() + 90, answer: 'TOKEN_NOT_YET_VALID' })],
  ['an end 90 s ago', () => ({ claim: 'exp', what: '', value: nowS() - 90, answer: 'TOKEN_EXPIRED' })],
  [
    'a room with a slash',
    () => ({ claim: 'video.room', what: '', value: 'a/b', answer: 'TOKEN_INVALID', text: '"/"' }),
  ],
  ['a long identity', () => ({ claim: 'sub', what: '', value: 'x'.repeat(129), answer: 'TOKEN_INVALID', text: '129' })],
  ['a grant as a text', () => ({ claim: 'video.canPublish', what: '', value: 'true', answer: 'TOKEN_INVALID' })],
];

it.each(rows)('%s has the same answer at every door, which names the claim', async (_what, rowOf) => {
  const row = rowOf();
  const answers = Object.entries(await doors.answers(row));
  for (const [door, { taken, status, text }] of answers) {
    const expected = row.answer === 'taken' ? '' : `${row.answer}: claim "${row.claim}"`;
    expect([door, taken, taken ? '' : text]).toEqual([
      door,
      row.answer === 'taken',
      row.answer === 'taken' ? '' : expect.stringContaining(expected),
    ]);
    if (row.answer === 'taken') continue;
    expect([door, text]).toEqual([door, expect.stringContaining(row.text ?? '')]);
    expect([door, door === 'socket' ? 401 : status]).toEqual([door, 401]);
  }
});
