import { afterEach, describe, expect, test, vi } from 'vitest';
import { openCandidate } from '../../src/connection/candidates.ts';
import { candidatesOf } from '../../src/connection/entry.ts';

const validEntry = { signalingId: 's1', url: 'ws://h:1/v1/rtc', echoUrl: 'ws://h:1/v1/echo', region: 'r', city: 'c' };

describe('the answer of the entry address', () => {
  test.each([
    { name: 'null', body: null, count: 0 },
    { name: 'a text', body: 'hello', count: 0 },
    { name: 'no list', body: { candidates: 'x' }, count: 0 },
    { name: 'invalid entries', body: { candidates: [null, 1, {}, []] }, count: 0 },
    {
      name: 'an address of another protocol',
      body: { candidates: [{ ...validEntry, url: 'javascript:alert(1)' }] },
      count: 0,
    },
    {
      name: 'an address that is too long',
      body: { candidates: [{ ...validEntry, url: `ws://${'x'.repeat(600)}` }] },
      count: 0,
    },
    {
      name: 'more entries than may be tried',
      body: { candidates: Array.from({ length: 9 }, () => validEntry) },
      count: 5,
    },
    { name: 'a good entry among bad ones', body: { candidates: [{}, validEntry] }, count: 1 },
    {
      name: 'an entry without the optional fields',
      body: { candidates: [{ signalingId: 's1', url: 'wss://h/v1/rtc' }] },
      count: 1,
    },
  ])('$name: $count candidates', ({ body, count }) => {
    expect(candidatesOf(body)).toHaveLength(count);
  });
});

describe('a socket that does not open', () => {
  afterEach(() => vi.unstubAllGlobals());
  class RefusedSocket {
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    constructor() {
      queueMicrotask(() => this.onclose?.({ code: 1006, reason: '' }));
    }
    readonly close = (): void => undefined;
  }
  const opened = (answer: () => Promise<Response>) => {
    const asked: string[] = [];
    vi.stubGlobal('WebSocket', RefusedSocket);
    vi.stubGlobal('fetch', (url: URL) => {
      asked.push(String(url));
      return answer();
    });
    const candidate = { signalingId: 's1', url: 'wss://h:1/v1/rtc', echoUrl: '', region: '', city: '' };
    return { asked, failure: openCandidate([candidate], new AbortController().signal) };
  };

  test('fails with the reason that its signaling node gives, and advice', async () => {
    const refusal = { code: 'OVERLOADED', message: 'This signaling node takes no more clients now.' };
    const { asked, failure } = opened(async () => new Response(JSON.stringify(refusal), { status: 503 }));
    await expect(failure).rejects.toMatchObject({ ...refusal, advice: 'Try again in a minute.', retryable: true });
    expect(asked).toEqual(['https://h:1/v1/rtc/validate']);
  });

  test.each([
    ['gives none', async () => new Response('{"ok":true}')],
    ['is no node of ours', async () => new Response('nginx', { status: 502 })],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
  ])('fails with SOCKET_FAILED when its node %s', async (_why, answer) => {
    await expect(opened(answer).failure).rejects.toMatchObject({ code: 'SOCKET_FAILED' });
  });
});
