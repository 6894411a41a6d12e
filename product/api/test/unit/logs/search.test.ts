import type { OwnLogLines } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { mergeLines, type NodeAnswer, readLine } from '../../../src/logs/lines.ts';
import { fleetNode } from '../../support/scripted-fleet.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const SESSION = 'PA_aaaaaaaaaaaaaaaa';
let api: TestApi;
let ownRequests: unknown[];
beforeEach(async () => {
  ownRequests = [];
  api = await testApi({
    operatorTenant: 'globex',
    logs: {
      ownLogReader: {
        read: async (query): Promise<OwnLogLines> => {
          ownRequests.push(query);
          return { lines: [lineAt(4, 'own')], hasMore: false, searchedFromMs: 0, source: 'journal' };
        },
      },
    },
  });
  api.fleet.nodes = [
    fleetNode({ id: 'sfu-1', city: 'Frankfurt' }),
    fleetNode({ id: 'sfu-2', city: 'London' }),
    fleetNode({ id: 'sig-1', city: 'London', kind: 'signaling' }),
    fleetNode({ id: 'rec-1', city: 'London', kind: 'recorder' }),
  ];
});
afterEach(() => api.close());

const text = (msg: string, level = 'info'): string => JSON.stringify({ level, msg });
const lineAt = (atMs: number, msg: string) => ({ atMs, text: text(msg), isCut: false });
const wireAt = (wallMs: number, msg: string, level?: string) => ({ wallMs, text: text(msg, level) });
const ask = async (query: string, who: Parameters<TestApi['ask']>[2] = { signer: operatorKey, scope: 'operator' }) => {
  const answer = await api.ask('GET', `/console/logs?${query}`, who);
  return { status: answer.statusCode, body: answer.json() };
};
const askedNodes = (): string[] =>
  api.fleet.requests.filter((one) => one.startsWith('logs ')).map((one) => one.slice(5));

/** Adds a session in acme/lobby, at `signaling` and `node`, from 1000 to 2000. */
const addSession = (o: { session: string; key: number; signaling: string; node: string; from?: string }) =>
  api.store.db
    .insertInto('quality_sessions')
    .values({
      key: o.key,
      session_id: o.session,
      tenant: 'acme',
      room: 'lobby',
      joined_ms: 1000,
      last_ms: 2000,
      signaling_id: o.signaling,
      node_id: o.node,
      from_nodes: o.from ?? '',
    })
    .execute();

describe('a search asks', () => {
  it('the centre, signaling nodes, media nodes and this instance by default', async () => {
    await ask('words=x');
    expect([askedNodes(), ownRequests.length]).toEqual([['centre', 'sig-1', 'sfu-1', 'sfu-2'], 1]);
  });

  it('the nodes that took part in a room in the period, and its owner', async () => {
    await addSession({ session: SESSION, key: 1, signaling: 'sig-1', node: 'sfu-1', from: 'sfu-7 sfu-8' });
    const moved = { session: 1, at_ms: 1500, kind: 'moved', source: '', reason: '', decision_id: '' };
    await api.store.db
      .insertInto('session_events')
      .values({ ...moved, from_node: 'sfu-0', to_node: 'sfu-1' })
      .execute();
    api.fleet.plans = { 'acme/lobby': { lease: { ownerId: 'sig-9' } } };
    await ask('room=acme%2Flobby&from=1970-01-01T00:00:01.500Z&to=1970-01-01T00:00:09Z');
    expect(askedNodes()).toEqual(['centre', 'sig-9', 'sig-1', 'sfu-1', 'sfu-0', 'sfu-7', 'sfu-8']);
    expect(api.fleet.logAsks[0]).toMatchObject({ words: ['acme/lobby'], fromWallMs: 1500, toWallMs: 9000, limit: 200 });
  });

  it('no nodes that a session used at another time', async () => {
    await addSession({ session: SESSION, key: 1, signaling: 'sig-4', node: 'sfu-4' });
    await ask('room=acme%2Flobby&from=1970-01-01T00:00:03Z&to=1970-01-01T00:00:09Z');
    expect(askedNodes()).toEqual(['centre', 'sig-1', 'sfu-1', 'sfu-2']);
  });

  it('the nodes of a session, with every filter as a word of the query', async () => {
    await addSession({ session: SESSION, key: 1, signaling: 'sig-4', node: 'sfu-4' });
    await addSession({ session: 'PA_bbbbbbbbbbbbbbbb', key: 2, signaling: 'sig-5', node: 'sfu-5' });
    await ask(`session=${SESSION}&decision=DE_1&words=a%22b%20%20c&level=warn`);
    expect(askedNodes()).toEqual(['centre', 'sig-4', 'sfu-4']);
    expect(api.fleet.logAsks[0]).toMatchObject({ words: ['a"b', 'c', SESSION, 'DE_1'], level: 'warn' });
  });

  it('the named nodes, each once', async () => {
    await ask('nodes=rec-1,rec-1,api-1');
    expect([askedNodes(), ownRequests.length]).toEqual([['rec-1'], 1]);
  });

  it('at most 16 nodes', async () => {
    api.fleet.nodes = Array.from({ length: 40 }, (_, at) => fleetNode({ id: `sfu-${at}`, city: 'London' }));
    await ask('words=x');
    expect(askedNodes().length + ownRequests.length).toBe(16);
  });
});

it('lines of all nodes are merged, and a node that is away has a code', async () => {
  api.fleet.logs = {
    centre: { lines: [wireAt(9, 'b', 'warn'), wireAt(1, 'e')], more: true, searchedFromWallMs: 1 },
    'sig-1': { lines: [{ wallMs: 5, text: '{"level":"info","msg":"cu', cut: true }] },
  };
  const { status, body } = await ask(
    'nodes=centre,sig-1,sfu-1,api-1&to=1970-01-01T00:00:01Z&from=1970-01-01T00:00:00Z',
  );
  expect(status).toBe(200);
  expect(
    body.lines.map((line: Record<string, unknown>) => [line['node'], line['level'], line['message'], line['isCut']]),
  ).toEqual([
    ['centre', 'warn', 'b', false],
    ['sig-1', 'info', '', true],
    ['api-1', 'info', 'own', false],
    ['centre', 'info', 'e', false],
  ]);
  expect(body.nodes).toEqual([
    { node: 'centre', source: 'file', lines: 2, searchedFrom: '1970-01-01T00:00:00.001Z' },
    { node: 'sig-1', source: 'file', lines: 1 },
    { node: 'sfu-1', code: 'NODE_UNREACHABLE', lines: 0 },
    { node: 'api-1', source: 'journal', lines: 1 },
  ]);
  expect(body.older).toBe('1970-01-01T00:00:00.001Z');
});

it('while the centre is away, this instance still answers', async () => {
  api.centre.state = 'down';
  const { status, body } = await ask('words=x');
  expect([status, body.nodes]).toEqual([
    200,
    [
      { node: 'centre', code: 'CENTRE_UNREACHABLE', lines: 0 },
      { node: 'api-1', source: 'journal', lines: 1 },
    ],
  ]);
});

test.each([
  ['room=acme', '?room'],
  ['room=acme%2Fa%2Fb', '?room'],
  ['session=PA_1', '?session'],
  ['decision=nothing', '?decision'],
  ['words=1+2+3+4+5+6', '?words'],
  ['room=acme%2Flobby&words=1+2+3+4+5', '?words'],
  [`words=${'x'.repeat(201)}`, '?words'],
  ['nodes=..%2Fetc', '?nodes'],
  [`nodes=${Array.from({ length: 17 }, (_, at) => at).join(',')}`, '?nodes'],
  ['from=1970-01-01T00:00:03Z&to=1970-01-01T00:00:02Z', '?from'],
  ['from=yesterday', '?from'],
  ['level=loud', '?level'],
  ['file=%2Fetc%2Fpasswd', ''],
])('%s is refused, no node is asked, and nothing is written', async (query, pointer) => {
  const { status, body } = await ask(query);
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  if (pointer !== '') expect(body.errors[0].pointer).toBe(pointer);
  expect([askedNodes(), ownRequests, (await api.keeping.audit.newest('', {}, 9)).length]).toEqual([[], [], 0]);
});

describe('searching', () => {
  it('is for operators, and recorded without words in the operators’ audit log only', async () => {
    const as = await api.user({ tenant: 'globex', id: 'op', role: 'operator' });
    expect((await ask('room=acme%2Flobby&words=Alice&nodes=sig-1', { as })).status).toBe(200);
    expect(await api.keeping.audit.newest('globex', {}, 9)).toMatchObject([
      { operation: 'searchLogs', by: { kind: 'user', id: 'op' }, targets: { room: 'acme/lobby', nodes: 'sig-1' } },
    ]);
    expect(JSON.stringify(await api.keeping.audit.newest('globex', {}, 9))).not.toContain('Alice');
    expect(await api.keeping.audit.newest('acme', {}, 9)).toEqual([]);
  });

  it('is refused to all other roles and keys', async () => {
    const admin = await api.user({ id: 'root', role: 'admin' });
    for (const other of [{ as: admin }, { signer: tenants[0], scope: 'operator' }])
      expect((await ask('words=x', other)).status).toBe(403);
    expect([askedNodes(), ownRequests]).toEqual([[], []]);
  });
});

describe('merged lines', () => {
  const answer = (nodeId: string, times: number[], searchedFromMs?: number): NodeAnswer => ({
    nodeId,
    found: {
      lines: times.map((atMs) => lineAt(atMs, nodeId)),
      hasMore: searchedFromMs !== undefined,
      searchedFromMs: searchedFromMs ?? 0,
      source: 'file',
    },
  });
  it.each([
    ['nowhere when all lines were shown', [answer('a', [5]), answer('b', [4])], undefined],
    ['before the last line shown, when there are too many', [answer('a', [9, 8, 7, 6])], 7],
    ['before the oldest line of the shortest search', [answer('a', [9], 4), answer('b', [8], 6), answer('c', [1])], 6],
    ['further back each time', [answer('a', [20], 20)], 19],
    ['not for a node that is away', [{ nodeId: 'a', code: 'NODE_UNREACHABLE' }], undefined],
  ])('continue: %s', (_, answers, olderToMs) => {
    expect(mergeLines(answers, 20, 3).olderToMs).toBe(olderToMs);
  });
  it('are the newest first', () => {
    const { lines } = mergeLines([answer('a', [9, 3]), answer('b', [8, 2])], 20, 3);
    expect(lines.map(({ nodeId, atMs }) => [nodeId, atMs])).toEqual([
      ['a', 9],
      ['b', 8],
      ['a', 3],
    ]);
  });
  it.each([
    ['{"level":40,"msg":"m"}', { level: 'warn', message: 'm' }],
    ['{"level":"error","msg":7}', { level: 'error', message: '' }],
    ['{"level":"error","ms', { level: 'error', message: '' }],
    ['null', { level: '', message: '' }],
  ])('%s has level and message', (line, read) => {
    expect(readLine(line)).toEqual(read);
  });
});
