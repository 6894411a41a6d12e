import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Control } from '../../local/control.ts';
import { ExtraNodes } from '../../local/extra-nodes.ts';
import type { ChildSpec } from '../../local/topology.ts';
import { extraNumbers } from '../../local/topology.ts';

const token = 'a-token-of-this-start';
let nodes: ExtraNodes;
let control: Control;
let base: string;
let launched: string[];
let serving: Set<string>;
let failed: Set<string>;
let launches: () => Promise<void>;
let ends: Map<string, () => void>;

beforeEach(async () => {
  launched = [];
  serving = new Set();
  failed = new Set();
  launches = async () => undefined;
  ends = new Map();
  nodes = new ExtraNodes({
    spec: (id, region, number) =>
      region === 'frankfurt' ? ({ id, region, config: { number } } as unknown as ChildSpec) : undefined,
    launch: async (spec) => {
      await launches();
      launched.push(`${spec.id} ${String(spec.config['number'])}`);
    },
    end: (spec) => new Promise((resolve) => ends.set(spec.id, resolve)),
    serves: async (spec) => serving.has(spec.id),
    hasFailed: (id) => failed.has(id),
  });
  control = new Control(nodes, token);
  base = `http://127.0.0.1:${await control.listen({ ip: '127.0.0.1', port: 0 })}`;
});
afterEach(() => control.close());

interface AskOptions {
  readonly body?: string;
  readonly token?: string;
  readonly epoch?: string | undefined;
}

async function ask(method: string, path: string, o: AskOptions = {}) {
  const epoch = 'epoch' in o ? o.epoch : '1';
  const headers = {
    authorization: `Bearer ${o.token ?? token}`,
    ...(epoch === undefined ? {} : { 'meridian-epoch': epoch }),
  };
  const response = await fetch(base + path, { method, headers, ...(o.body === undefined ? {} : { body: o.body }) });
  return { status: response.status, body: (await response.json()) as unknown };
}
const put = (id: string, region = 'frankfurt') => ask('PUT', `/v1/nodes/${id}`, { body: JSON.stringify({ region }) });
const states = async () =>
  ((await ask('GET', '/v1/nodes')).body as { nodes: { nodeId: string; state: string }[] }).nodes.map(
    ({ nodeId, state }) => `${nodeId} ${state}`,
  );

describe('a request is refused', () => {
  it.each([
    { name: 'with another token', method: 'GET', path: '/v1/nodes', o: { token: 'another' }, status: 401 },
    { name: 'with no token', method: 'GET', path: '/v1/nodes', o: { token: '' }, status: 401 },
    { name: 'of another path', method: 'GET', path: '/v1/secrets', o: {}, status: 404 },
    { name: 'that names a folder above', method: 'DELETE', path: '/v1/nodes/..%2F..', o: {}, status: 404 },
    {
      name: 'that names dots',
      method: 'PUT',
      path: '/v1/nodes/a..b',
      o: { body: '{"region":"frankfurt"}' },
      status: 404,
    },
    { name: 'of another method', method: 'POST', path: '/v1/nodes/a', o: { body: '{}' }, status: 405 },
    { name: 'without a body', method: 'PUT', path: '/v1/nodes/a', o: {}, status: 400 },
    { name: 'with a body that is not JSON', method: 'PUT', path: '/v1/nodes/a', o: { body: '{' }, status: 400 },
    { name: 'with null', method: 'PUT', path: '/v1/nodes/a', o: { body: 'null' }, status: 400 },
    {
      name: 'with a long body',
      method: 'PUT',
      path: '/v1/nodes/a',
      o: { body: `{"region":"${'a'.repeat(2000)}"}` },
      status: 400,
    },
    {
      name: 'for an unknown region',
      method: 'PUT',
      path: '/v1/nodes/a',
      o: { body: '{"region":"atlantis"}' },
      status: 409,
    },
  ])('$name', async ({ method, path, o, status }) => {
    expect((await ask(method, path, o)).status).toBe(status);
    expect(launched).toEqual([]);
  });
});

const frankfurt = '{"region":"frankfurt"}';
const orders = [
  { name: 'a list', method: 'GET', path: '/v1/nodes', o: {} },
  { name: 'a start', method: 'PUT', path: '/v1/nodes/b', o: { body: frankfurt } },
  { name: 'an end', method: 'DELETE', path: '/v1/nodes/a', o: {} },
];

describe('a request without a possible epoch is refused:', () => {
  it.each(
    orders.flatMap((order) =>
      [undefined, '', '0', '-1', '1.5', 'x', '9'.repeat(17)].map((epoch) => ({ ...order, epoch })),
    ),
  )('$name, $epoch', async ({ method, path, o, epoch }) => {
    await put('a');
    const { status, body } = await ask(method, path, { ...o, epoch });
    expect([status, body]).toMatchObject([400, { code: 'REQUEST_INVALID' }]);
    expect([launched, [...ends.keys()]]).toEqual([[`a ${extraNumbers.from}`], []]);
  });
});

describe('an order of a former centre is refused, with the epoch of the later centre:', () => {
  it.each(orders.flatMap((order) => orders.map((newer) => ({ ...order, newer, after: newer.name }))))(
    '$name of the former centre after $after of the leader',
    async ({ method, path, o, newer }) => {
      await put('a');
      await ask(newer.method, newer.path, { ...newer.o, epoch: '8' });
      const before = [[...launched], [...ends.keys()]];
      const { status, body } = await ask(method, path, { ...o, epoch: '7' });
      expect([status, body]).toMatchObject([409, { code: 'EPOCH_STALE', epoch: 8 }]);
      expect([launched, [...ends.keys()]]).toEqual(before);
      expect((await ask(method, path, { ...o, epoch: '8' })).status).toBe(200);
    },
  );

  it('a start whose body was in flight while another centre took over', async () => {
    const { port } = new URL(base);
    const headers = { authorization: `Bearer ${token}`, 'meridian-epoch': '7', 'content-length': frankfurt.length };
    const late = request({ port, method: 'PUT', path: '/v1/nodes/late', headers });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      late.once('response', (response) => resolve(response.resume().statusCode));
      late.once('error', reject);
    });
    late.write(frankfurt.slice(0, 5));
    await expect.poll(() => late.socket?.bytesWritten ?? 0).toBeGreaterThan(0);
    expect((await ask('GET', '/v1/nodes', { epoch: '8' })).status).toBe(200);
    late.end(frankfurt.slice(5));
    expect(await answered).toBe(409);
    expect(launched).toEqual([]);
  });
});

it('a node is started once, however often it is ordered, and its state is returned', async () => {
  expect([(await put('a')).status, (await put('a')).status, (await put('b')).status]).toEqual([200, 200, 200]);
  expect(launched).toEqual([`a ${extraNumbers.from}`, `b ${extraNumbers.from + 1}`]);
  serving.add('a');
  failed.add('b');
  expect(await states()).toEqual(['a running', 'b failed']);
  // A brief silence does not count as "starting" again.
  serving.delete('a');
  expect((await states())[0]).toBe('a running');
});

it('a node is ended once, its number is free afterwards, and an order to end a missing node succeeds', async () => {
  await put('a');
  expect((await ask('DELETE', '/v1/nodes/a')).status).toBe(200);
  expect((await ask('DELETE', '/v1/nodes/a')).status).toBe(200);
  expect(await states()).toEqual(['a stopping']);
  expect((await put('a')).status).toBe(409);
  ends.get('a')?.();
  await expect.poll(states).toEqual([]);
  expect((await ask('DELETE', '/v1/nodes/never')).status).toBe(200);
  await put('c');
  expect(launched.at(-1)).toBe(`c ${extraNumbers.from}`);
});

it('a node that could not be launched does not exist, and may be ordered again', async () => {
  launches = () => Promise.reject(new Error('ENOSPC'));
  expect((await put('a')).status).toBe(500);
  expect(await states()).toEqual([]);
  launches = async () => undefined;
  expect((await put('a')).status).toBe(200);
  expect(launched).toEqual([`a ${extraNumbers.from}`]);
});

it('the number of nodes is bounded', async () => {
  for (let at = 0; at < extraNumbers.count; at += 1) await nodes.start(`n${at}`, 'frankfurt');
  expect((await put('one-more')).status).toBe(409);
});
