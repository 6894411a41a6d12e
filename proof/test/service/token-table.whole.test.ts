// Every claim × odd value at every door of a real signaling node and api.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimRow, claimRows, timeRows } from '../../../base/protocol/test/vectors/claim-rows.ts';
import { TokenDoors } from '../support/token-doors.ts';

let doors: TokenDoors;
beforeAll(async () => {
  doors = await TokenDoors.open();
});
afterAll(() => doors?.close());

const startS = Math.floor(Date.now() / 1000);
/** Rows of times that stay as they are while the test runs: at least ten seconds from the leeway. */
const safeTimes = timeRows(startS).filter(
  ({ value }) => typeof value !== 'number' || Math.abs(Math.abs(value - startS) - 60) >= 10,
);
const minuteOff: readonly ClaimRow[] = [
  ...(['nbf', 'iat'] as const).map(
    (claim): ClaimRow => ({ claim, what: '40 s ahead', value: startS + 40, answer: 'taken' }),
  ),
  { claim: 'exp', what: 'a while ago', value: startS - 300, answer: 'TOKEN_EXPIRED', text: 'the token expired' },
];
const table = [...claimRows, ...safeTimes.map((row) => ({ ...row, text: '' })), ...minuteOff].map(
  (row) => [row.claim, row.what, row.answer, row] as const,
);

function expectAnswer(door: string, row: ClaimRow, { taken, status, text }: Awaited<ReturnType<TokenDoors['caller']>>) {
  if (row.answer === 'taken') {
    expect([door, taken, text === 'success' ? '' : text]).toEqual([door, true, '']);
    return;
  }
  expect([door, taken, text]).toEqual([door, false, expect.stringContaining(row.answer)]);
  expect([door, text]).toEqual([door, expect.stringContaining(`claim "${row.claim}"`)]);
  expect([door, text]).toEqual([door, expect.stringContaining(row.text ?? '')]);
  const expected = row.answer === 'NOT_PERMITTED' ? 403 : 401;
  expect([door, door === 'socket' ? expected : status]).toEqual([door, expected]);
}

/** Doors for which the row's claim means more than its form: who may invite, and where the test has a media node. */
const unlike = ({ claim, answer }: ClaimRow): readonly string[] => {
  if (answer !== 'taken') return [];
  return claim === 'video.roomAdmin' ? ['invite'] : claim === 'video.regions' ? ['socket', 'liveKit'] : [];
};

describe('a token whose claim', () => {
  it.each(table)('%s is %s: %s at every door', async (_claim, _what, _answer, row) => {
    for (const [door, answer] of Object.entries(await doors.answers(row)))
      if (!unlike(row).includes(door)) expectAnswer(door, row, answer);
  });
});

/** Claims that REST reads as every door of participants does. */
const ofCallers = ['exp', 'nbf', 'iat', 'jti', 'via'];
describe('a token for REST whose claim', () => {
  it.each(table.filter(([claim]) => ofCallers.includes(claim)))('%s is %s: %s', async (_claim, _what, _answer, row) => {
    expectAnswer('REST', row, await doors.caller(row));
  });
});
