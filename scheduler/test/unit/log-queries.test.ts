import { type LogQuery, type MeridianError, rpc, wire } from '@meridian/protocol';
import { type Link, LogLinesError, type OwnLogLines } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { LogQueries } from '../../src/adapters/links/log-queries.ts';

const query: LogQuery = { fromMs: 1, toMs: 2, words: ['acme/lobby'], level: 'warn', limit: 7 };
const messages = wire;

function made(answer: () => Promise<Uint8Array>) {
  const asked: [number, wire.LogLinesRequest, number | undefined][] = [];
  const request = (number: number, bytes: Uint8Array, o?: { deadlineMs?: number }) => {
    asked.push([number, messages.LogLinesRequest.decode(bytes), o?.deadlineMs]);
    return answer();
  };
  const own = async (): Promise<OwnLogLines> => ({ lines: [], hasMore: true, searchedFromMs: 1, source: 'journal' });
  const asks = new LogQueries({
    ownId: 'centre-1',
    ownLogReader: { read: own },
    linkOf: (nodeId) => (nodeId === 'sfu-1' ? ({ request } as unknown as Link) : undefined),
    isNode: (nodeId) => ['sfu-1', 'sfu-2'].includes(nodeId),
  });
  return { asks, asked };
}
const bytes = messages.LogLines.encode({ source: 'file', more: true }).finish();
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: MeridianError) => error.code,
  );

test('a query goes to the node over its link, with a deadline, and the node’s answer is returned', async () => {
  const { asks, asked } = made(async () => bytes);
  expect(await asks.linesOf('sfu-1', query)).toMatchObject({ source: 'file', more: true });
  expect(asked).toMatchObject([
    [rpc.logLines.number, { fromWallMs: 1, toWallMs: 2, words: ['acme/lobby'], level: 'warn', limit: 7 }, 7000],
  ]);
});

test.each(['centre', 'centre-1'])('a query for %s reads the logs of this centre', async (nodeId) => {
  const { asks, asked } = made(async () => bytes);
  expect(await asks.linesOf(nodeId, query)).toMatchObject({ source: 'journal', more: true });
  expect(asked).toEqual([]);
});

test.each([
  ['a node that the fleet does not know', 'sfu-9', 'REQUEST_INVALID'],
  ['a node without a link', 'sfu-2', 'NODE_UNREACHABLE'],
])('a query for %s is refused', async (_, nodeId, code) => {
  expect(await codeOf(made(async () => bytes).asks.linesOf(nodeId, query))).toBe(code);
});

test.each([
  ['the node’s own code', new LogLinesError('NO_LOGS', 'no'), 'NO_LOGS'],
  ['NODE_UNREACHABLE for a lost link', Object.assign(new Error('x'), { code: 'LINK_CLOSED' }), 'NODE_UNREACHABLE'],
  [
    'NODE_UNREACHABLE without an answer in time',
    Object.assign(new Error('x'), { code: 'LINK_DEADLINE' }),
    'NODE_UNREACHABLE',
  ],
])('a query that fails at the node rejects with %s', async (_, failure, code) => {
  expect(await codeOf(made(() => Promise.reject(failure)).asks.linesOf('sfu-1', query))).toBe(code);
});

test('beyond 64 concurrent queries the next is OVERLOADED, until one ends', async () => {
  const gate = Promise.withResolvers<Uint8Array>();
  const { asks } = made(() => gate.promise);
  const waiting = Array.from({ length: 64 }, () => asks.linesOf('sfu-1', query));
  expect(await codeOf(asks.linesOf('sfu-1', query))).toBe('OVERLOADED');
  gate.resolve(bytes);
  await Promise.all(waiting);
  expect(await codeOf(asks.linesOf('sfu-1', query))).toBe('answered');
});
