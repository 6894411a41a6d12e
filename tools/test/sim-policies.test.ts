// `npm run sim -- --suite policies`: rooms of a trace under each policy. The same trace gives the same figures;
// one host a room costs least, relays wherever they gain delay least.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { comparePolicies, policiesSuite } from '../sim/policies/suite.ts';
import { HOUR_S, session, trace } from './support/policy-trace.ts';

const silent = (): void => undefined;

test('come from cost first to experience first, and the same trace gives the same figures', () => {
  const one = comparePolicies(trace(), '1', silent);
  expect(one.policies.map(({ policy }) => policy)).toEqual([
    'single',
    'direct',
    'relay5',
    'relay10',
    'relay20',
    'relay40',
    'relay',
  ]);
  const of = (name: string) => one.policies.find(({ policy }) => policy === name) ?? one.policies[0];
  const costs = one.policies.map(({ costPerUserHour }) => costPerUserHour);
  const delays = one.policies.map(({ onewayMsMean }) => onewayMsMean);
  expect(Math.min(...costs.slice(1))).toBeGreaterThan(costs[0] ?? Number.NaN);
  expect(Math.max(...delays)).toBe(of('single')?.onewayMsMean);
  expect(Math.min(...delays)).toBe(of('relay')?.onewayMsMean);
  expect(of('direct')?.onewayMsMean).toBeGreaterThan((of('relay')?.onewayMsMean ?? Number.NaN) + 5);
  expect([of('single')?.nodesPerRoom, of('direct')?.relayedShare]).toEqual([1, 0]);
  expect(one).toMatchObject({ rooms: 6, people: 24, nodes: 4, share: 1, currency: 'EUR', from: trace().from });
  expect(comparePolicies(trace(), '1', silent)).toEqual(one);
});

test('cost what was there, for as long as it was there', () => {
  const rooms = [
    [
      { ...session, toS: HOUR_S },
      { ...session, person: 1, fromS: HOUR_S / 2, toS: HOUR_S },
    ],
  ];
  const prices = { currency: 'EUR', nodeHours: [{ price: 3 }], traffic: [{ unit: 'GB' as const, price: 1 }] };
  const [single] = comparePolicies(trace({ rooms, prices, share: 0.5 }), '1', silent).policies;
  // Four nodes for half of an hour; two streams of 0.45 GB an hour for half an hour; by three half hours of people.
  expect(single?.costPerUserHour).toBeCloseTo((4 * 0.5 * 3 + 0.45) / 1.5, 6);
});
const env = { MERIDIAN_API_KEY: 'operator', MERIDIAN_API_SECRET: 'operator-secret-operator-secret-op' };

test('reads the trace from the api and publishes the comparison', async () => {
  const asked: { readonly what: string; readonly key: string; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const token = request.headers.authorization?.split('.')[1] ?? '';
    const key = JSON.parse(Buffer.from(token, 'base64url').toString()).iss;
    asked.push({ what: `${request.method} ${request.url}`, key, body });
    const isBad = request.url?.includes('rooms=9') === true;
    response.writeHead(isBad ? 400 : 200, {
      'content-type': isBad ? 'application/problem+json' : 'application/json',
    });
    const problem = {
      code: 'REQUEST_INVALID',
      title: 'Wrong',
      status: 400,
      errors: [{ pointer: '?rooms', detail: 'x' }],
    };
    response.end(JSON.stringify(isBad ? problem : request.method === 'POST' ? { id: 'PC_1' } : trace()));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const result = await policiesSuite({ api, rooms: 6, publish: true, seed: '1' }, say, env);
    const comparison = comparePolicies(trace(), '1', silent);
    expect(asked.map(({ what, key }) => [what, key])).toEqual([
      ['GET /api/v1/cost/trace?rooms=6', 'operator'],
      ['POST /api/v1/cost/policies', 'operator'],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual(comparison);
    expect(said).toContain('published: PC_1');
    expect(Object.keys(result.metrics['policies'] as object)).toEqual(comparison.policies.map(({ policy }) => policy));
    await expect(policiesSuite({ api, rooms: 9, seed: '1' }, silent, env)).rejects.toThrow(
      /^--api: REQUEST_INVALID: .*\?rooms: x/,
    );
  } finally {
    server.close();
  }
});
