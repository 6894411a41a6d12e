import { describe, expect, it } from 'vitest';
import { errorOf } from '../../src/error.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('an unsuccessful answer', () => {
  it('becomes an error with every field of the problem', async () => {
    const problem = {
      type: '/api/v1/problems/REQUEST_INVALID',
      status: 400,
      code: 'REQUEST_INVALID',
      title: 'A value of the request is not allowed.',
      errors: [{ pointer: '/name', detail: 'must be a string' }],
    };
    const headers = { 'retry-after': '2', 'x-request-id': 'req-1' };
    const error = await errorOf('https://x', new Response(JSON.stringify(problem), { status: 400, headers }), now);
    expect({ ...error }).toEqual({
      name: 'MeridianApiError',
      code: 'REQUEST_INVALID',
      status: 400,
      errors: [{ pointer: '/name', detail: 'must be a string' }],
      choices: [],
      retryAfterMs: 2000,
      requestId: 'req-1',
    });
    expect(error.message).toBe('A value of the request is not allowed. /name must be a string');
  });

  it('lists the choices that the request could mean', async () => {
    const choices = [{ id: 'acme', name: 'Acme' }];
    const problem = JSON.stringify({ code: 'TENANT_NEEDED', choices });
    expect((await errorOf('https://x', new Response(problem, { status: 409 }), now)).choices).toEqual(choices);
  });

  it.each([
    ['a page of a proxy', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['JSON of something else', '{"message":"no"}'],
    ['a code that is none', '{"code":5}'],
    ['half a problem', '{"code":"NOT_FO'],
  ])('%s is reported as ANSWER_UNREADABLE', async (_, body) => {
    const error = await errorOf('https://x', new Response(body, { status: 502 }), now);
    expect([error.code, error.status, error.errors]).toEqual(['ANSWER_UNREADABLE', 502, []]);
  });

  it.each([
    ['3', 3000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['-1', 0],
    ['soon', 0],
  ])('Retry-After: %s', async (header, ms) => {
    const headers = { 'retry-after': header };
    expect((await errorOf('https://x', new Response('', { status: 503, headers }), now)).retryAfterMs).toBe(ms);
  });

  it('names the address that the request should have gone to', async () => {
    const headers = { location: 'https://meet.example.org/api/v1/rooms' };
    const error = await errorOf('https://x', new Response(null, { status: 301, headers }), now);
    expect(error.message).toContain('a redirect to https://meet.example.org/api/v1/rooms');
  });
});
