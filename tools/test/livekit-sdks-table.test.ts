import { expect, it } from 'vitest';
import { type Cell, failuresOf, tableOf } from '../lab/livekit-sdks/table.ts';

const cells: readonly Cell[] = [
  { client: 'chromium', what: 'join', outcome: { kind: 'ok', seconds: 1.25 } },
  { client: 'python', what: 'join', outcome: { kind: 'failed', seconds: 120, why: 'not over' } },
  { client: 'chromium', what: 'adaptive', outcome: { kind: 'ok', seconds: 12 } },
  { client: 'python', what: 'adaptive', outcome: { kind: 'not', why: 'no elements' } },
];

it('the table has a row for each case and a column for each client, and what was not tried is empty', () => {
  expect(tableOf(cells, ['chromium', 'python', 'ours'])).toEqual([
    '          chromium  python        ours',
    'join      ok 1.3    FAILED 120.0',
    'adaptive  ok 12.0   -',
  ]);
  expect(tableOf([], ['ours'])).toEqual(['  ours']);
});

it('only what has failed is a failure, not what an SDK cannot do', () => {
  expect(failuresOf(cells)).toEqual(['join of python: not over']);
});
