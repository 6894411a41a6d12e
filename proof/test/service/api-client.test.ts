import {
  type ClientOptions,
  createClient,
  createJoinToken,
  MeridianApiError,
  type MeridianClient,
  verifyWebhook,
  type WebhookEvent,
} from '@meridian/api-client';
import { accessOf } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type TestApi, tenants, testApi } from '../../../product/api/test/support/test-api.ts';
import { entry, journal } from '../../../product/api/test/unit/events/journals.ts';

const [acme, globex] = tenants;
let api: TestApi;
let url: string;
let sent: Request[];
/** Replaces the network's answer to a request; undefined: the api answers. */
let network: (request: Request, answer: () => Promise<Response>) => Promise<Response>;

let hooks: { headers: Record<string, string>; body: string }[] = [];
beforeAll(async () => {
  const post = async ({ headers, body }: { headers: Readonly<Record<string, string>>; body: string }) => {
    hooks.push({ headers, body });
    return { status: 200, error: '', tookMs: 1, retryAfterMs: 0 };
  };
  api = await testApi({ clock: systemClock(), post });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => api.close());
beforeEach(() => {
  sent = [];
  network = (_, answer) => answer();
});
afterEach(() => void vi.useRealTimers());

const client = (o: Partial<ClientOptions> = {}): MeridianClient => {
  const { key: apiKey, secret: apiSecret } = acme;
  const fetch = (request: Request) => {
    sent.push(request.clone());
    return network(request, () => globalThis.fetch(request.clone()));
  };
  return createClient({ url, fetch, ...(o.token === undefined && { apiKey, apiSecret }), ...o });
};
const failure = async (call: Promise<unknown>): Promise<MeridianApiError> => {
  const error = await call.then(
    (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(error instanceof MeridianApiError)) throw error;
  return error;
};
const tokenOf = (request: Request | undefined) => request?.headers.get('authorization')?.slice('Bearer '.length) ?? '';

describe('the client', () => {
  it('creates, reads and changes resources, with the types of the API', async () => {
    const meridian = client();
    const link = await meridian.post('/join-links', { body: { room: 'demo', title: 'Weekly' } });
    expectTypeOf(link.url).toEqualTypeOf<string>();
    expect(link.url).toContain('/j/');
    const path = { link: link.id };
    expect(await meridian.get('/join-links/{link}', { params: { path } })).toMatchObject({ title: 'Weekly' });
    expect(await meridian.delete('/join-links/{link}', { params: { path } })).toBeUndefined();
    // @ts-expect-error a path that there is not
    expect((await failure(meridian.get('/no-such-thing'))).code).toBe('NOT_FOUND');
    // @ts-expect-error a body without its room
    expect((await failure(meridian.post('/join-links', { body: {} }))).code).toBe('REQUEST_INVALID');
  });

  it('changes only the version that it has read', async () => {
    const meridian = client();
    const start = { title: 'Weekly', localStart: '2027-01-04T09:00:00', timeZone: 'Europe/Berlin' };
    const booked = await meridian.post('/meetings', { body: { ...start, durationMinutes: 30 } });
    const change = (version: number) =>
      meridian.patch('/meetings/{meeting}', {
        params: { path: { meeting: booked.id }, header: { 'If-Match': `"${version}"` } },
        body: { title: 'Daily' },
      });
    expect(await change(booked.version)).toMatchObject({ title: 'Daily' });
    expect((await failure(change(booked.version))).code).toBe('VERSION_CONFLICT');
    const { response } = await meridian.http.GET('/meetings/{meeting}', { params: { path: { meeting: booked.id } } });
    expect(response.headers.get('etag')).toBe('"2"');
  });

  it('rejects with a pointer to the wrong value, and with the request’s id', async () => {
    const error = await failure(client().post('/rooms', { body: { name: 'a/b' } }));
    expect(error).toMatchObject({
      code: 'REQUEST_INVALID',
      status: 400,
      requestId: expect.stringMatching(/./),
      errors: [{ pointer: '/name', detail: expect.any(String) }],
    });
    expect(error.message).toContain('/name');
  });

  it('walks through long lists as far as its caller reads', async () => {
    const meridian = client();
    for (const title of ['a', 'b', 'c', 'd', 'e'])
      await meridian.post('/join-links', { body: { room: 'long', title } });
    sent = [];
    const query = { room: 'long', limit: 2 };
    const titles: string[] = [];
    for await (const { title } of meridian.list('/join-links', { params: { query } })) titles.push(title);
    expect(titles.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(sent.map((request) => new URL(request.url).searchParams.get('room'))).toEqual(['long', 'long', 'long']);
    for await (const _ of meridian.list('/join-links', { params: { query } })) break;
    expect(sent).toHaveLength(4);
    // @ts-expect-error no list
    expect(() => meridian.list('/caller')).not.toThrow();
  });

  it('reads an answer without JSON as text', async () => {
    await api.telling.intake.take(journal(1, 1, [entry.opened(), entry.joined('ann')], { sid: 'RM_csv' }));
    const path = { sid: 'RM_csv' };
    const csv = await client().get('/room-lives/{sid}/stays.csv', { params: { path }, parseAs: 'text' });
    expect(csv).toContain('identity');
    expect(csv).toContain('ann');
  });
});

describe('its tokens', () => {
  it('are short-lived, kept while they are fresh, and renewed before they end', async () => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const meridian = client();
    await meridian.get('/caller');
    vi.setSystemTime(Date.now() + 239_000);
    await meridian.get('/caller');
    expect(tokenOf(sent[1])).toBe(tokenOf(sent[0]));
    vi.setSystemTime(Date.now() + 2000);
    await meridian.get('/caller');
    expect(tokenOf(sent[2])).not.toBe(tokenOf(sent[0]));
    const { iss, iat = 0, exp = 0 } = decodeJwt(tokenOf(sent[0]));
    expect([iss, exp - iat]).toEqual([acme.key, 300]);
  });

  it('have exactly the requested scopes', async () => {
    const meridian = client({ scopes: ['rooms:list'] });
    expect(await meridian.get('/rooms')).toMatchObject({ data: expect.any(Array) });
    expect(await failure(meridian.get('/keys'))).toMatchObject({ code: 'NOT_PERMITTED', status: 403 });
  });

  it('come from the caller of a client without a secret', async () => {
    let tokenCalls = 0;
    const token = async () => {
      tokenCalls++;
      return await api.token({ scope: 'rooms:list' }, globex);
    };
    const meridian = client({ token });
    await meridian.get('/rooms');
    await meridian.get('/rooms');
    expect(tokenCalls).toBe(2);
    expect(decodeJwt(tokenOf(sent[0])).iss).toBe(globex.key);
    await expect(client({ token: () => Promise.reject(new Error('signed out')) }).get('/rooms')).rejects.toThrow(
      'signed out',
    );
  });

  it('are refused when the secret is wrong', async () => {
    expect(await failure(client({ apiSecret: 'x'.repeat(32) }).get('/caller'))).toMatchObject({
      code: 'TOKEN_INVALID',
      status: 401,
    });
    expect((await failure(createClient({ url }).get('/caller'))).code).toBe('TOKEN_MISSING');
  });

  it.each([
    { what: 'a key without a secret', o: { apiKey: 'a' } },
    { what: 'a secret without a key', o: { apiSecret: 'a' } },
    { what: 'key and token', o: { apiKey: 'a', apiSecret: 'b', token: 'c' } },
    { what: 'an address that is none', o: { url: 'meet.example.org' } },
  ])('are not made from $what', ({ o }) => {
    expect(() => createClient({ url, ...o })).toThrow(TypeError);
  });

  it('for joining a room are signed by the client library, and signaling nodes accept them', async () => {
    const { key: apiKey, secret: apiSecret } = acme;
    const grants = { canPublish: false, roomAdmin: true };
    const joiner = { room: 'demo', identity: 'ann', name: 'Ann', attributes: { desk: '7' } };
    const token = await createJoinToken({
      apiKey,
      apiSecret,
      ...joiner,
      grants,
      lobby: true,
      validS: 300,
      tokenId: 't1',
    });
    const { payload } = await jwtVerify(token, Buffer.from(apiSecret), { issuer: apiKey });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(payload.jti).toBe('t1');
    const access = accessOf(payload, { tenant: 'acme', scopes: ['rooms:join', 'rooms:admin'] });
    expect(access).toMatchObject({ ok: true });
    expect(JSON.stringify(access)).toContain('Ann');
    expect(payload['video']).toEqual({ canPublish: false, roomAdmin: true, room: 'demo', roomJoin: true });
    // The token opens a room, and nothing else.
    expect((await failure(client({ token }).get('/rooms'))).code).toBe('NOT_PERMITTED');
  });
});

describe('a call that fails', () => {
  const lost = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('reset') }));

  it('is repeated under one Idempotency-Key when its answer is lost, and takes effect once', async () => {
    network = async (_, answer) => {
      await answer();
      return sent.length < 3 ? await lost() : await answer();
    };
    const meridian = client();
    const make = () => meridian.post('/join-links', { body: { room: 'once' } });
    const madeLinks = async () => (await meridian.get('/join-links', { params: { query: { room: 'once' } } })).data;
    await make();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((request) => request.headers.get('idempotency-key'))).size).toBe(1);
    expect(await madeLinks()).toHaveLength(1);
    await make();
    expect(await madeLinks()).toHaveLength(2);
  });

  it('keeps the Idempotency-Key that the caller gives', async () => {
    const header = { 'Idempotency-Key': 'order-7' };
    const make = () => client().post('/join-links', { params: { header }, body: { room: 'demo' } });
    expect((await make()).id).toBe((await make()).id);
  });

  it('is not repeated when a repetition could take effect twice', async () => {
    network = lost;
    const path = { webhook: 'wh_1' };
    expect((await failure(client().post('/webhooks/{webhook}/test', { params: { path } }))).code).toBe(
      'API_UNREACHABLE',
    );
    expect((await failure(client().delete('/webhooks/{webhook}', { params: { path } }))).code).toBe('API_UNREACHABLE');
    expect(sent).toHaveLength(2);
  });

  it('reports what happened when no answer comes after four tries', async () => {
    network = lost;
    const error = await failure(client().get('/caller'));
    expect(error).toMatchObject({ code: 'API_UNREACHABLE', status: 0, cause: expect.any(TypeError) });
    expect(error.message).toBe(`No answer from ${new URL(url).origin} (reset)`);
    expect(sent).toHaveLength(4);
  });

  it('ends at its time limit, and when the caller aborts it', async () => {
    network = (request) =>
      new Promise((_, reject) => {
        request.signal.throwIfAborted();
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    const error = await failure(client({ timeoutMs: 20, retriesMax: 0 }).get('/caller'));
    expect(error.message).toContain('within 20 ms');
    const stop = new AbortController();
    const call = client().get('/caller', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    network = lost;
    const waiting = client({ waitMaxMs: 60_000 }).get('/caller', { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toThrow(/timeout|aborted/i);
  });

  it('names a page without an API ANSWER_UNREADABLE, and a redirect by its target', async () => {
    network = async () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } });
    expect((await failure(client().get('/caller'))).code).toBe('ANSWER_UNREADABLE');
    network = async () => new Response(null, { status: 308, headers: { location: 'https://b.example/' } });
    expect((await failure(client().get('/caller'))).message).toContain('https://b.example/');
  });
});

it('waits and succeeds for a caller that sends too many requests', async () => {
  // Concurrent requests reach even a busy machine's api within 200 ms of each other, too soon for a second token.
  const little = { perSecond: 5, burst: 1 };
  const strict = await testApi({ clock: systemClock(), rates: { caller: little, visitor: little, refused: little } });
  try {
    const meridian = client({ url: await strict.app.listen({ host: '127.0.0.1', port: 0 }) });
    const remove = (link: string) => failure(meridian.delete('/join-links/{link}', { params: { path: { link } } }));
    const errors = await Promise.all(['a', 'b', 'c'].map(remove));
    expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    expect(sent.length).toBeGreaterThan(3);
  } finally {
    await strict.close();
  }
});

describe('a webhook', () => {
  let secret: string;
  beforeAll(async () => {
    hooks = [];
    secret = (await client().post('/webhooks', { body: { url: 'https://oa.example/hook' } })).secret;
    await api.telling.intake.take(journal(1, 1, [entry.opened(), entry.joined('ann')], { sid: 'RM_hook' }));
    await api.telling.jobs.settled();
  });

  it('is verified by the headers and body that were sent, and its event narrows its type', () => {
    const [, joined] = hooks;
    const event = verifyWebhook({ secret, headers: joined?.headers ?? {}, body: joined?.body ?? '' });
    if (event.event !== 'participant_joined') throw new Error(`got ${event.event}`);
    expectTypeOf(event.participant?.identity).toEqualTypeOf<string | undefined>();
    expect(event.participant?.identity).toBe('ann');
    expectTypeOf<WebhookEvent['event']>().toEqualTypeOf<
      | ('room_started' | 'room_finished' | 'participant_joined' | 'participant_left')
      | ('track_published' | 'track_unpublished' | 'room.changed' | 'webhook.tested')
      | ('meeting.created' | 'meeting.changed' | 'meeting.cancelled' | 'meeting.invitee_replied')
      | ('recording.started' | 'recording.ended' | 'recording.finished' | 'recording.failed' | 'recording.deleted')
      | ('item.ready' | 'item.refused' | 'item.trashed' | 'item.restored' | 'item.deleted')
      | ('order.completed' | 'order.delayed' | 'delivery.failed')
    >();
    const bytes = new TextEncoder().encode(joined?.body);
    expect(verifyWebhook({ secret, headers: new Headers(joined?.headers), body: bytes })).toEqual(event);
    const upper = Object.entries(joined?.headers ?? {}).map(([name, value]) => [name.toUpperCase(), [value]]);
    expect(verifyWebhook({ secret, headers: Object.fromEntries(upper), body: bytes })).toEqual(event);
  });

  it.each([
    { what: 'another body', change: { body: '{}' } },
    { what: 'no headers', change: { headers: {} } },
    { what: 'another secret', change: { secret: `whsec_${Buffer.alloc(24).toString('base64')}` } },
    { what: 'an old time', change: { headers: { 'webhook-timestamp': '1' } } },
    { what: 'no time', change: { headers: { 'webhook-timestamp': 'soon' } } },
    { what: 'a signature of another version', change: { headers: { 'webhook-signature': 'v2,abc' } } },
    { what: 'half a signature', change: { headers: { 'webhook-signature': 'v1' } } },
  ])('with $what is refused', ({ change }) => {
    const [first] = hooks;
    const headers =
      'headers' in change && Object.keys(change.headers).length === 0 ? {} : { ...first?.headers, ...change.headers };
    const received = { secret, body: first?.body ?? '', ...change, headers };
    expect(() => verifyWebhook(received)).toThrow(expect.objectContaining({ code: 'WEBHOOK_INVALID' }));
  });

  it('cannot be verified with an empty secret', () => {
    const [first] = hooks;
    expect(() => verifyWebhook({ secret: '', headers: first?.headers ?? {}, body: '' })).toThrow(/secret/i);
  });
});
