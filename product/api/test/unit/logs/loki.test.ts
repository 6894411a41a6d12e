// Searches in Loki; the server here parses queries as Loki does.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logQl } from '../../../src/logs/loki.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

const streams = { selector: '{job="meridian"}', nodeLabel: 'node' };

describe('the LogQL query', () => {
  it.each([
    ['a word', { words: ['acme/lobby'] }, [], '{job="meridian"} |= "acme/lobby"'],
    [
      'several words, a level, and nodes',
      { words: ['a', 'b'], level: 'warn' as const },
      ['sfu-1', 'sig.2'],
      String.raw`{job="meridian",node=~"sfu-1|sig\\.2"} |~ "\"level\":(\"(warn|error|fatal)\"|[456]0)" |= "a" |= "b"`,
    ],
    [
      'an attempt to leave the text',
      { words: ['x"} or {job="secrets'] },
      [],
      String.raw`{job="meridian"} |~ "x\"\\} or \\{job=\"secrets|x\\\\\"\\} or \\{job=\\\\\"secrets"`,
    ],
    ['a line break', { words: ['a\nb'] }, [], String.raw`{job="meridian"} |~ "a\nb|a\\\\nb"`],
    ['half a character', { words: ['a\ud800'] }, [], '{job="meridian"} |= "a\ufffd"'],
    ['nothing', { words: [] }, [], '{job="meridian"}'],
  ])('is right for %s', (_, o, nodeIds, expected) => {
    expect(logQl({ level: 'trace', ...o }, nodeIds, streams)).toBe(expected);
  });
});

interface Asked {
  readonly path: string;
  readonly search: Record<string, string>;
  readonly headers: IncomingHttpHeaders;
}
let server: Server;
let api: TestApi;
let requests: Asked[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loki');
    requests.push({ path: pathname, search: Object.fromEntries(searchParams), headers: request.headers });
    response.writeHead(answer.status).end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant-path/`;
  api = await testApi({ logs: { loki: { url, ...streams, tenant: 'ops', user: 'u', password: 'p' } } });
});
afterEach(async () => {
  await api.close();
  await new Promise((resolve) => server.close(resolve));
});
const ask = async (query: string) =>
  (await api.ask('GET', `/console/logs?${query}`, { signer: operatorKey, scope: 'operator' })).json();
const ofStreams = (result: unknown): { status: number; body: unknown } => ({
  status: 200,
  body: { status: 'success', data: { resultType: 'streams', result } },
});

it('Loki is queried in place of the nodes, with its tenant and authorization', async () => {
  answer = ofStreams([]);
  const body = await ask('words=x&nodes=sfu-1&from=1970-01-01T00:00:01Z&to=1970-01-01T00:00:02Z');
  expect(body).toEqual({ lines: [], nodes: [{ node: 'loki', source: 'loki', lines: 0 }] });
  expect(requests).toMatchObject([
    {
      path: '/tenant-path/loki/api/v1/query_range',
      search: {
        query: '{job="meridian",node=~"sfu-1"} |= "x"',
        start: '1000000000',
        end: '2001000000',
        limit: '200',
        direction: 'backward',
      },
      headers: { 'x-scope-orgid': 'ops', authorization: `Basic ${Buffer.from('u:p').toString('base64')}` },
    },
  ]);
  expect(api.fleet.requests.filter((one) => one.startsWith('logs'))).toEqual([]);
});

it('Loki’s lines of several streams are merged, the newest first, with a mark if there are more', async () => {
  const at = (ms: number): string => `${1_700_000_000_000 + ms}000000`;
  const many = Array.from({ length: 199 }, (_, n) => [at(500 - n), '{"level":"info","msg":"m"}']);
  const result = [
    { stream: { node: 'sfu-1' }, values: many },
    { stream: { node: 'sig-1' }, values: [[at(900), `{"level":"warn","msg":"${'ü'.repeat(4000)}"}`], ['x', 'y'], 7] },
    'nothing',
  ];
  answer = ofStreams(result);
  const { lines, nodes, older } = await ask('words=m');
  expect([lines.length, lines[0].node, lines[0].level, lines[0].isCut, lines[1].node]).toEqual([
    200,
    'sig-1',
    'warn',
    true,
    'sfu-1',
  ]);
  const searchedFrom = new Date(1_700_000_000_302).toISOString();
  expect(nodes).toEqual([{ node: 'loki', source: 'loki', lines: 200, searchedFrom }]);
  expect(Date.parse(older)).toBeLessThanOrEqual(1_700_000_000_302);
});

it.each([
  ['a refusal', { status: 401, body: 'no org id' }],
  ['another kind of result', { status: 200, body: { data: { resultType: 'matrix', result: [] } } }],
  ['no JSON', { status: 200, body: '<html>' }],
])('%s becomes a code, and its text is not shown', async (_, given) => {
  answer = given;
  expect(await ask('words=x')).toEqual({ lines: [], nodes: [{ node: 'loki', code: 'LOGS_UNREADABLE', lines: 0 }] });
});

it('an unreachable Loki becomes a code', async () => {
  await new Promise((resolve) => server.close(resolve));
  expect((await ask('words=x')).nodes).toEqual([{ node: 'loki', code: 'NODE_UNREACHABLE', lines: 0 }]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
