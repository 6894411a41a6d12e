import { afterAll, beforeAll, expect, it } from 'vitest';
import { timeMs } from '../../../src/http/time.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

it.each([
  ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000Z'],
  ['2026-12-31t23:59:60.5z', '2027-01-01T00:00:00.500Z'],
  ['2026-12-31T18:29:60-05:30', '2027-01-01T00:00:00.000Z'],
  ['2026-12-31T23:59:59.999+00:00', '2026-12-31T23:59:59.999Z'],
])('%s is %s', (text, same) => {
  expect(new Date(timeMs(text)).toISOString()).toBe(same);
});

it('a leap second in the end of a silence counts as the next second', async () => {
  const body = { matchers: [{ name: 'rule', value: 'disk' }], reason: 'works', endsAt: '2026-12-31T23:59:60Z' };
  const answer = await api.ask('POST', '/alarm-silences', { signer: operatorKey, body });
  expect([answer.statusCode, answer.json().endsAt]).toEqual([201, '2027-01-01T00:00:00.000Z']);
});
