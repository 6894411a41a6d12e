// The supervisor's control endpoint over real HTTP, with made-up nodes behind it.
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
let given: Set<string>;
let ends: Map<string, () => void>;

beforeEach(async () => {
  launched = [];
  serving = new Set();
  given = new Set();
  ends = new Map();
  nodes = new ExtraNodes({
    spec: (id, region, number) =>
      region === 'frankfurt' ? ({ id, region, config: { number } } as unknown as ChildSpec) : undefined,
    launch: async (spec) => void launched.push(`${spec.id} ${String(spec.config['number'])}`),
    end: (spec) => new Promise((resolve) => ends.set(spec.id, resolve)),
    serves: async (spec) => serving.has(spec.id),
    gaveUp: (id) => given.has(id),
  });
  control = new Control(nodes, token);
  base = `http://127.0.0.1:${await control.listen({ ip: '127.0.0.1', port: 0 })}`;
});
afterEach(() => control.close());

async function ask(method: string, path: string, o: { body?: string; token?: string } = {}) {
  const headers = { authorization: `Bearer ${o.token ?? token}` };
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
    { name: 'with a body that is no JSON', method: 'PUT', path: '/v1/nodes/a', o: { body: '{' }, status: 400 },
    { name: 'with null', method: 'PUT', path: '/v1/nodes/a', o: { body: 'null' }, status: 400 },
    {
      name: 'with a long body',
      method: 'PUT',
      path: '/v1/nodes/a',
      o: { body: `{"region":"${'a'.repeat(2000)}"}` },
      status: 400,
    },
    {
      name: 'for no region of ours',
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

it('a node is started once, however often that is asked, and its state is told', async () => {
  expect([(await put('a')).status, (await put('a')).status, (await put('b')).status]).toEqual([200, 200, 200]);
  expect(launched).toEqual([`a ${extraNumbers.from}`, `b ${extraNumbers.from + 1}`]);
  serving.add('a');
  given.add('b');
  expect(await states()).toEqual(['a running', 'b failed']);
  // Not heard for a moment is not "starting" again.
  serving.delete('a');
  expect((await states())[0]).toBe('a running');
});

it('a node is ended once, its number is free when it is gone, and what is not there may be ended too', async () => {
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

it('there is a most', async () => {
  for (let at = 0; at < extraNumbers.count; at += 1) await nodes.start(`n${at}`, 'frankfurt');
  expect((await put('one-more')).status).toBe(409);
});
