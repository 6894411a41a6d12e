import { createMetrics } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiMetrics } from '../../../src/metrics.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

it.each([
  ['PUT', '/api/v1/meetings', 'GET, HEAD, POST'],
  ['POST', '/api/v1/meetings/mt_1?x=1', 'DELETE, GET, HEAD, PATCH'],
  ['DELETE', '/api/v1/room-lives/RM_1/stays.csv', 'GET, HEAD'],
  ['PUT', '/api/v1/join-links/exchange', 'POST'],
  ['QUERY' as 'PUT', '/api/v1/meetings', 'GET, HEAD, POST'],
] as const)('%s %s is refused with the allowed methods', async (method, url, allow) => {
  const answer = await api.app.inject({ method, url });
  expect([answer.statusCode, answer.json().code, answer.headers['allow']]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
});

it.each([
  ['GET', '/api/v1/nothing'],
  ['POST', '/api/v1/meetings/mt_1/'],
  ['GET', '/api/v1/meetingsX'],
  ['POST', '/'],
] as const)('%s %s is not found', async (method, url) => {
  const answer = await api.app.inject({ method, url });
  expect([answer.statusCode, answer.headers['allow']]).toEqual([404, undefined]);
});

it('requests are counted by operation and status, even without an operation', async () => {
  await api.close();
  const metrics = createMetrics({ service: 'api' });
  api = await testApi({ onAnswered: apiMetrics(metrics).answered });
  await api.ask('GET', '/meetings');
  await api.app.inject({ method: 'GET', url: '/api/v1/meetings' });
  await api.app.inject({ method: 'PUT', url: '/api/v1/meetings' });
  const text = await metrics.registry.metrics();
  expect(text).toContain('meridian_api_requests_total{operation="listMeetings",status="200"} 1');
  expect(text).toContain('meridian_api_requests_total{operation="listMeetings",status="401"} 1');
  expect(text).toContain('meridian_api_requests_total{operation="",status="405"} 1');
});
