// Requests of receivers, library nodes and pulling platforms to a node, over real sockets and with a Redis, bad
// requests first.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Notice, OwnedReceipt, Poll, PollAnswer, Receipt } from '@meridian/distribution';
import { type ChannelTarget, type NoticePort, openInboxPort, openNoticePort } from '@meridian/distribution/streams';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../base/runtime/test/support/free-port.ts';
import { type RedisServer, startRedis } from '../../../../base/runtime/test/support/redis-server.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Holder, hashesOf, hexOf } from '../../../distribution/test/support/holder.ts';
import { noticeOf, presenceOf, receiptOf } from '../../../distribution/test/support/streamed.ts';
import { BLOCK_BYTES, KEY_PREFIX } from '../support/distributing.ts';
import { library, tokenOf } from '../support/library.ts';

const log = createLogger({ name: 'distribution', level: 'silent' });
/** Shorter than a poll without an event. */
const SOON_MS = 10_000;
const pastS = Math.floor(Date.now() / 1000) - 61;
const film = randomBytes(2 * BLOCK_BYTES + 1000);
const sha256 = hexOf(film);

type Node = Awaited<ReturnType<typeof library>>;
const clock = systemClock();
let redis: RedisServer;
let channels: ChannelTarget[];
let api: NoticePort;
let origin: Holder;
let node: Node;
/** Node whose only channel is down. */
let alone: Node;
let receivers = 0;
/** Id of the test's own receiver. */
let receiver = '';

beforeAll(async () => {
  redis = await startRedis();
  channels = [{ name: 'c0', url: `redis://127.0.0.1:${redis.port}` }];
  api = openNoticePort({ channels, keyPrefix: KEY_PREFIX, region: '', clock, log });
  origin = await Holder.of(film, BLOCK_BYTES);
  const away = [{ name: 'c0', url: `redis://127.0.0.1:${await freePort()}` }];
  [node, alone] = await Promise.all([
    library({ distribution: { channels } }),
    library({ distribution: { channels: away } }),
  ]);
  for (const { store } of [node, alone]) await store.put('t-acme/up_kept/original', film, { sha256 });
  await until('the channel is up', async () => {
    await api.describe(describedOf('up_origin'));
    return (await ask('/contents/up_origin/blocks', { token: fileToken('up_origin') })).status === 200;
  });
});
afterAll(async () => {
  await Promise.all([node, alone].map((one) => one.stop()));
  await Promise.all([node, alone].map((one) => one.remove()));
  await Promise.all([api.close(), origin.close()]);
  await redis.stop();
});
beforeEach(() => {
  receivers += 1;
  receiver = `RC_${String(receivers).padStart(4, '0')}`;
});

const describedOf = (content: string, tenant = 'acme') => {
  const blocks = hashesOf(film, BLOCK_BYTES).toString('base64');
  const of = { tenant, content, name: 'film.mp4', type: 'video/mp4', bytes: film.length, sha256, blocks };
  return Object.assign(of, { pass: 'p'.repeat(43), origins: [origin.source.base.replace('/x', '')] });
};
const notice = (change: Partial<Notice> = {}): Notice => noticeOf(Object.assign({ receiver }, change));
const send = (one: Notice) => api.send([{ notice: one, region: 'fra' }]);
const receipt = (change: Partial<Receipt> = {}): Receipt => {
  const { tenant: _tenant, receiver: _receiver, ...said } = receiptOf(change);
  return said;
};

type Key = Parameters<typeof tokenOf>[1];
const receiverToken = (change: object = {}, key: Key = 'acme'): string =>
  tokenOf(Object.assign({ receiver, region: 'fra', via: receiver }, change), key);
const fileToken = (content: string, change: object = {}, key: Key = 'acme'): string =>
  tokenOf(Object.assign({ content, may: 'download' }, change), key);

interface Asked {
  readonly at?: Node;
  readonly token?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly signal?: AbortSignal;
}
const urlOf = (path: string, at: Node = node): string => `http://127.0.0.1:${at.port}/library/distribution${path}`;

function ask(path: string, { at, token, body, type = 'application/json', headers, method, signal }: Asked) {
  return fetch(urlOf(path, at), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: Object.assign(
      {},
      token !== undefined && { authorization: `Bearer ${token}` },
      body !== undefined && { 'content-type': type },
      headers,
    ),
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}
async function codeOf(path: string, o: Asked): Promise<[number, string]> {
  const response = await ask(path, o);
  const text = await response.text();
  return [response.status, text.startsWith('{') ? ((JSON.parse(text) as { code?: string }).code ?? '') : ''];
}
async function answerTo<T>(path: string, o: Asked): Promise<T> {
  const response = await ask(path, o);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}
const pollOf = (change: Partial<Poll> = {}): Poll => Object.assign({ holding: [], presence: presenceOf() }, change);
const poll = (change: Partial<Poll> = {}, o: Asked = {}) =>
  answerTo<PollAnswer>('/polls', Object.assign({ token: receiverToken(), body: pollOf(change) }, o));
const polled = async (change: Partial<Poll> = {}, o: Asked = {}) => {
  const { notices, gone } = await poll(Object.assign({ now: true }, change), o);
  return { given: notices.map(({ delivery }) => delivery), gone };
};
const waits = (count: number) => until(`${count} polls wait`, () => node.distribution?.polls.size === count, SOON_MS);
const record = (receipts: readonly Receipt[], o: Asked = {}) =>
  answerTo<{ recorded: string[] }>('/receipts', Object.assign({ token: receiverToken(), body: { receipts } }, o));

describe('a receiver is refused', () => {
  const rows: [string, () => string | undefined, number, string][] = [
    ['without a token', () => undefined, 401, 'TOKEN_INVALID'],
    ['with a malformed token', () => 'abc', 401, 'TOKEN_INVALID'],
    ['with an expired token', () => receiverToken({ exp: pastS }), 401, 'TOKEN_EXPIRED'],
    ['with a token of an upload', () => tokenOf({ upload: 'up_1' }), 401, 'TOKEN_INVALID'],
    ['with a token of a content', () => fileToken('up_1'), 401, 'TOKEN_INVALID'],
    ['with a malformed id', () => receiverToken({ receiver: 'RC_a:b' }), 401, 'TOKEN_INVALID'],
    ['without a region', () => receiverToken({ region: undefined }), 401, 'TOKEN_INVALID'],
    ['with a token of a key without the right', () => receiverToken({}, 'narrow'), 403, 'NOT_PERMITTED'],
  ];
  it.each(rows)('%s', async (_what, token, status, code) => {
    const own = token();
    const o = own === undefined ? {} : { token: own };
    expect(await codeOf('/polls', Object.assign({ body: pollOf() }, o))).toEqual([status, code]);
    expect(await codeOf('/receipts', Object.assign({ body: { receipts: [receipt()] } }, o))).toEqual([status, code]);
    expect(await codeOf('/sources/up_origin', o)).toEqual([status, code]);
  });

  it.each<[string, unknown, string, number]>([
    ['nothing', '', 'application/json', 400],
    ['a body that is no JSON', 'poll=1', 'application/json', 400],
    ['a malformed body', { holding: ['..'], presence: presenceOf() }, 'application/json', 400],
    ['too many held', pollOf({ holding: Array.from({ length: 769 }, () => 'DL_0001') }), 'application/json', 400],
    ['plain text', pollOf(), 'text/plain', 415],
    ['a body that is too long', JSON.stringify(pollOf()) + ' '.repeat(65_536), 'application/json', 413],
  ])('when it polls with %s', async (_what, body, type, status) => {
    expect(await codeOf('/polls', { token: receiverToken(), body, type })).toEqual([status, 'REQUEST_INVALID']);
  });

  it.each<[string, unknown, number]>([
    ['no receipt', { receipts: [] }, 400],
    ['201 receipts', { receipts: Array.from({ length: 201 }, () => receipt()) }, 400],
    ['a malformed receipt', { receipts: [receipt(), Object.assign(receipt(), { code: 'LOST' })] }, 400],
    ['a body that is too long', ' '.repeat(262_145), 413],
  ])('when it hands over %s', async (_what, body, status) => {
    expect(await codeOf('/receipts', { token: receiverToken(), body })).toEqual([status, 'REQUEST_INVALID']);
  });

  it('when its body is too long and has no length', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let piece = 0; piece < 5; piece += 1) controller.enqueue(Buffer.alloc(65_536, ' '));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${receiverToken()}` };
    const response = await fetch(urlOf('/polls'), { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('without leaving anything behind', () => {
    expect([node.distribution?.polls.size, node.distribution?.counted]).toEqual([0, []]);
  });
});

it('a poll whose body never ends is aborted', async () => {
  const still = new ManualClock({ wallMs: Date.now() });
  const away = [{ name: 'c0', url: `redis://127.0.0.1:${await freePort()}` }];
  const slow = await library({ clock: still, distribution: { channels: away } });
  const socket = connect(slow.port, '127.0.0.1');
  const timers = still.pendingTimers;
  const head = ['host: node', `authorization: Bearer ${receiverToken()}`, 'content-type: application/json'];
  const rest = ['content-length: 100', '', '{"holding":'];
  socket.write(['POST /library/distribution/polls HTTP/1.1', ...head, ...rest].join('\r\n'));
  await until('it is read', () => still.pendingTimers === timers + 2); // timers of the connection and of the body
  const closed = once(socket, 'close');
  socket.resume();
  still.advance(9999);
  expect(socket.destroyed).toBe(false);
  still.advance(1);
  await closed;
  expect(slow.distribution?.polls.size).toBe(0);
  await slow.stop();
  await slow.remove();
});

describe('a poll', () => {
  it('is answered at once by a notice, which is repeated until its receipt', async () => {
    const waiting = poll();
    await waits(1);
    await send(notice());
    expect((await waiting).notices).toEqual([notice()]);
    expect(await polled()).toEqual({ given: ['DL_0001'], gone: [] });
    expect(await polled({ holding: ['DL_0001'] })).toEqual({ given: [], gone: [] });
    expect(await record([receipt()])).toEqual({ recorded: ['DL_0001'] });
    expect(await polled({ holding: ['DL_0001'] })).toEqual({ given: [], gone: ['DL_0001'] });
  });

  it('ends without notices at a newer poll of its receiver, and ends with its client', async () => {
    const first = poll();
    await waits(1);
    const client = new AbortController();
    const second = ask('/polls', { token: receiverToken(), body: pollOf(), signal: client.signal });
    const gone = expect(second).rejects.toThrow();
    expect((await first).notices).toEqual([]);
    client.abort();
    await gone;
    await waits(0);
  });

  it('has an answer that names this node and is not cached', async () => {
    await until('it is announced', async () => (await poll({ now: true })).hubs.length > 0);
    const response = await ask('/polls', { token: receiverToken(), body: pollOf({ now: true }) });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(((await response.json()) as PollAnswer).hubs).toEqual([`http://127.0.0.1:${node.port}`]);
  });

  it('ends when its token is revoked, and the token starts no other poll', async () => {
    const waiting = codeOf('/polls', { token: receiverToken(), body: pollOf() });
    await waits(1);
    node.revoke(receiver);
    expect(await waiting).toEqual([401, 'TOKEN_REVOKED']);
    expect(await codeOf('/polls', { token: receiverToken(), body: pollOf() })).toEqual([401, 'TOKEN_REVOKED']);
    expect(await codeOf('/sources/up_origin', { token: receiverToken() })).toEqual([401, 'TOKEN_REVOKED']);
  });
});

it('another tenant that names a receiver sees none of its notices, ends none of its polls, and removes nothing', async () => {
  const theirs = { token: receiverToken({}, 'other') };
  const waiting = poll();
  await waits(1);
  expect(await polled({}, theirs)).toEqual({ given: [], gone: [] });
  const their = poll({}, theirs);
  await waits(2);
  await send(notice());
  expect((await waiting).notices).toHaveLength(1);
  await record([receipt({ content: 'up_film' })], theirs);
  expect(await polled({ holding: ['DL_0001'] }, theirs)).toEqual({ given: [], gone: ['DL_0001'] });
  expect(await polled()).toEqual({ given: ['DL_0001'], gone: [] });
  await poll({ now: true }, theirs); // ends the waiting poll
  expect((await their).notices).toEqual([]);
});

describe('receipts', () => {
  it('are stored each time when repeated: the api takes the first', async () => {
    const taken: OwnedReceipt[] = [];
    const taker = api.takeReceipts('one', async (receipts) => void taken.push(...receipts));
    await send(notice());
    const of = receipt({ content: 'up_film' });
    expect(await record([of])).toEqual({ recorded: ['DL_0001'] });
    expect(await record([of])).toEqual({ recorded: ['DL_0001'] });
    expect(await polled()).toEqual({ given: [], gone: [] });
    const mine = () => taken.filter((one) => one.receiver === receiver);
    await until('the api has both', () => mine().length === 2);
    expect(mine()).toEqual([0, 1].map(() => Object.assign({ tenant: 'acme', receiver }, of)));
    await taker.close();
  });

  it('make the receiver a source, for its tenant alone, only if they prove content that it had and serves', async () => {
    const serveUrl = `http://127.0.0.1:9/${receiver}`;
    await polled({ presence: presenceOf({ serveUrl }) });
    const [content, wrong, never] = ['of', 'wrong', 'never'].map((of) => `up_${of}_${receiver}`) as [
      string,
      string,
      string,
    ];
    await send(notice({ content }));
    await send(notice({ delivery: 'DL_0002', content: 'up_failed' }));
    await send(notice({ delivery: 'DL_0003', content: wrong }));
    const failed = receipt({ delivery: 'DL_0002', content: 'up_failed', code: 'REFUSED', sha256: '', bytes: 0 });
    const other = receipt({ delivery: 'DL_0003', content: wrong, sha256: 'cd'.repeat(32) });
    // The delivery of the first receipt is unknown to the receiver; the second names another content than its delivery.
    const made = [receipt({ delivery: 'DL_0004', content: never }), receipt({ content: never })];
    const all = [...made, failed, other];
    expect(await record(all)).toEqual({ recorded: all.map(({ delivery }) => delivery) });
    await record([receipt({ content: never })]); // again: the notice is gone by now
    const sources = async (of: string, change: object = {}, key: Key = 'acme') => {
      const token = receiverToken(Object.assign({ receiver: 'RC_asks' }, change), key);
      const found = await answerTo<{ sources: { base: string; kind: string }[] }>(`/sources/${of}`, { token });
      return found.sources.filter(({ kind }) => kind === 'neighbour').map(({ base }) => base);
    };
    expect(await sources(content)).toEqual([serveUrl]);
    expect(await sources(content, { receiver })).toEqual([]);
    for (const none of ['up_failed', wrong, never]) expect(await sources(none)).toEqual([]);
    expect(await sources(content, {}, 'other')).toEqual([]);
  });
});

it('sources are this node, then the origin', async () => {
  const { sources } = await answerTo<{ sources: object[] }>('/sources/up_origin', { token: receiverToken() });
  const base = (port: number | string): string => `http://127.0.0.1:${port}/library/distribution`;
  const at = new URL(origin.source.base).port;
  expect(sources).toEqual([
    { base: base(node.port), kind: 'library' },
    { base: base(at), kind: 'library' },
  ]);
});

describe('a file of a content', () => {
  const file = (content: string): string => `/contents/${content}/file`;

  it.each<[string, () => string | undefined, number, string]>([
    ['without a token', () => undefined, 401, 'TOKEN_INVALID'],
    ['for a token of a receiver', () => receiverToken(), 401, 'TOKEN_INVALID'],
    ['for a token of another content', () => fileToken('up_origin'), 401, 'TOKEN_INVALID'],
    ['for an expired token', () => fileToken('up_kept', { exp: pastS }), 401, 'TOKEN_EXPIRED'],
    ['for a token that may only play', () => fileToken('up_kept', { may: 'play' }), 403, 'NOT_PERMITTED'],
    ['for a token of a key without the right', () => fileToken('up_kept', {}, 'narrow'), 403, 'NOT_PERMITTED'],
    ['for a token of another tenant', () => fileToken('up_kept', {}, 'other'), 404, 'NOT_FOUND'],
  ])('is not given %s', async (_what, token, status, code) => {
    const own = token();
    const o = own === undefined ? {} : { token: own };
    for (const path of ['/contents/up_kept/file', '/shield/contents/up_kept/file', '/contents/up_kept/blocks'])
      expect(await codeOf(path, o)).toEqual([status, code]);
  });

  it('does not exist if it is of another tenant or unknown', async () => {
    for (const [content, key] of [
      ['up_origin', 'other'],
      ['up_none', 'acme'],
    ] as const)
      for (const what of ['file', 'blocks'])
        expect(await codeOf(`/contents/${content}/${what}`, { token: fileToken(content, {}, key) })).toEqual([
          404,
          'NOT_FOUND',
        ]);
  });

  it.each(['up_kept', 'up_origin'])('comes whole and in ranges: %s', async (content) => {
    const get = async (headers: Record<string, string> = {}, method = 'GET') => {
      const response = await ask(file(content), { token: fileToken(content), headers, method });
      const bytes = Buffer.from(await response.arrayBuffer());
      const head = (name: string) => response.headers.get(name);
      return { status: response.status, bytes, range: head('content-range'), length: head('content-length'), head };
    };
    const from = BLOCK_BYTES - 100;
    const part = await get({ range: `bytes=${from}-${from + 199}` });
    expect(part).toMatchObject({ status: 206, range: `bytes ${from}-${from + 199}/${film.length}`, length: '200' });
    expect(part.bytes.equals(film.subarray(from, from + 200))).toBe(true);
    const head = await get({}, 'HEAD');
    expect([head.status, head.length, head.bytes.length]).toEqual([200, String(film.length), 0]);
    const whole = await get();
    expect([whole.status, hexOf(whole.bytes), whole.head('content-type')]).toEqual([
      200,
      sha256,
      'application/octet-stream',
    ]);
    const etag = whole.head('etag') ?? '';
    expect((await get({ 'if-none-match': etag })).status).toBe(304);
    expect(await get({ range: `bytes=${film.length}-` })).toMatchObject({
      status: 416,
      range: `bytes */${film.length}`,
    });
  });

  it("is fetched from an origin once, at the path for library nodes, with the requester's token", async () => {
    const before = origin.requests.length;
    await api.describe(describedOf('up_once'));
    const token = fileToken('up_once');
    const all = await Promise.all([0, 1, 2].map(() => ask(file('up_once'), { token })));
    for (const one of all) expect(hexOf(Buffer.from(await one.arrayBuffer()))).toBe(sha256);
    expect(
      origin.requests
        .slice(before)
        .filter((one) => one !== 'blocks')
        .toSorted(),
    ).toEqual([0, BLOCK_BYTES, 2 * BLOCK_BYTES].map(String).toSorted());
    expect(new Set(origin.opened.slice(before))).toEqual(new Set([`Bearer ${token}`]));
    expect(node.distribution?.sentBytes()).toBeGreaterThanOrEqual(3 * film.length);
  });

  it('has the hashes of its blocks', async () => {
    await api.describe(describedOf('up_kept'));
    for (const content of ['up_kept', 'up_once', 'up_origin']) {
      const response = await ask(`/contents/${content}/blocks`, { token: fileToken(content) });
      expect(Buffer.from(await response.arrayBuffer()).equals(hashesOf(film, BLOCK_BYTES))).toBe(true);
    }
  });
});

describe('a platform that pulls', () => {
  const path = (token: string, of = receiver, delivery = 'DL_0001'): string => `/arrivals/${token}/${of}/${delivery}`;
  const arrived = { sha256, bytes: film.length };

  it.each<[string, () => string, unknown, number, string]>([
    ['with a malformed token', () => path('abc'), arrived, 401, 'TOKEN_INVALID'],
    ['with a token to play', () => path(fileToken('up_origin', { may: 'play' })), arrived, 403, 'NOT_PERMITTED'],
    ['with a token of a receiver', () => path(receiverToken()), arrived, 401, 'TOKEN_INVALID'],
    ['for a false receiver id', () => path(fileToken('up_origin'), 'RC:1'), arrived, 400, 'REQUEST_INVALID'],
    ['for a false delivery id', () => path(fileToken('up_origin'), receiver, 'DL.1'), arrived, 400, 'REQUEST_INVALID'],
    ['without a hash', () => path(fileToken('up_origin')), { bytes: 1 }, 400, 'REQUEST_INVALID'],
    ['with no JSON', () => path(fileToken('up_origin')), 'sha256', 400, 'REQUEST_INVALID'],
    ['with a body that is too long', () => path(fileToken('up_origin')), ' '.repeat(1025), 413, 'REQUEST_INVALID'],
  ])('is refused %s', async (_what, at, body, status, code) => {
    expect(await codeOf(at(), { body })).toEqual([status, code]);
  });

  it('confirms a file only for its tenant and for the content of its link', async () => {
    const taken: OwnedReceipt[] = [];
    const taker = api.takeReceipts('one', async (receipts) => void taken.push(...receipts));
    await send(notice({ content: 'up_origin' }));
    expect(await codeOf(path(fileToken('up_origin', {}, 'other')), { body: arrived })).toEqual([204, '']);
    expect((await polled()).given).toEqual(['DL_0001']);
    expect(await codeOf(path(fileToken('up_origin')), { body: arrived })).toEqual([204, '']);
    expect((await polled()).given).toEqual([]);
    const mine = () => taken.filter((one) => one.receiver === receiver);
    await until('the api has both', () => mine().length === 2);
    expect(mine().map(({ tenant, content, code, sha256: of }) => [tenant, content, code, of])).toEqual([
      ['other', 'up_origin', '', sha256],
      ['acme', 'up_origin', '', sha256],
    ]);
    await taker.close();
  });
});

describe('while no channel answers', () => {
  it('a poll is answered without notices, receipts are not stored, and a platform is asked to retry', async () => {
    const at = alone;
    const hubs = [`http://127.0.0.1:${at.port}`];
    expect(await poll({ now: true, holding: ['DL_0001'] }, { at })).toEqual({ notices: [], gone: [], hubs });
    expect(await record([receipt()], { at })).toEqual({ recorded: [] });
    const path = `/arrivals/${fileToken('up_origin')}/${receiver}/DL_0001`;
    expect(await codeOf(path, { at, body: { sha256, bytes: 1 } })).toEqual([503, 'OVERLOADED']);
    const { sources } = await answerTo<{ sources: object[] }>('/sources/up_origin', { at, token: receiverToken() });
    expect(sources).toHaveLength(1);
    expect(at.distribution?.counted).toEqual(['given 0']);
  });

  it('a present content is served; an absent content is not called missing', async () => {
    const at = alone;
    const response = await ask('/contents/up_kept/file', { at, token: fileToken('up_kept') });
    expect(hexOf(Buffer.from(await response.arrayBuffer()))).toBe(sha256);
    for (const what of ['file', 'blocks'])
      expect(await codeOf(`/contents/up_none/${what}`, { at, token: fileToken('up_none') })).toEqual([
        503,
        'OVERLOADED',
      ]);
  });
});

describe('a receiver that the node runs', () => {
  it('gets ordered contents from their origin, not through itself, and serves them to its region', async () => {
    const { api: centre, distribution } = node;
    const content = 'up_ordered';
    await api.describe(describedOf(content));
    const blocksSha256 = hexOf(hashesOf(film, BLOCK_BYTES));
    const of = { content, sha256, bytes: film.length, blocksSha256, token: fileToken(content), origins: [] };
    await send(notice(Object.assign(of, { tokenEndsMs: Date.now() + 600_000 })));
    centre.hosted = [{ receiver, tenant: 'acme', kind: 'region', settings: '{}', version: 1 }];
    const asked = node.asked.length;
    node.join();
    await until('it has it', () => distribution?.counted.includes('ended') === true);
    expect(distribution?.folder.find(content)?.isWhole).toBe(true);
    expect(node.asked.slice(asked)).toEqual([]);
    const publicUrl = `http://127.0.0.1:${node.port}`;
    const other = openInboxPort({ channels, keyPrefix: KEY_PREFIX, region: 'fra', hubId: 'lib-2', clock, log });
    await until('another node knows it', async () => {
      const holders = await other.holders({ tenant: 'acme', content });
      return holders.some(({ id, kind, base }) => id === 'lib-1' && kind === 'library' && base === publicUrl);
    });
    await until('its notice is gone', async () => {
      return (
        (await other.poll({ tenant: 'acme', receiver }, { holding: [], revisions: undefined })).notices.length === 0
      );
    });
    expect(await other.lease({ tenant: 'acme', receiver }, 'lib-2')).toBe(false);
    await other.close();
  });
});

describe('a content that was erased', () => {
  /** Lets the node hold all of a content. */
  const held = async (content: string): Promise<void> => {
    await api.describe(describedOf(content));
    const response = await ask(`/contents/${content}/file`, { token: fileToken(content) });
    expect(hexOf(Buffer.from(await response.arrayBuffer()))).toBe(sha256);
    await until('it is whole', () => node.distribution?.folder.find(content)?.isWhole === true);
  };
  const given = (content: string) =>
    Promise.all(
      ['file', 'blocks'].map((what) => codeOf(`/contents/${content}/${what}`, { token: fileToken(content) })),
    );
  const none = [404, 'NOT_FOUND'];

  it('is no longer served here, though channels describe it and other nodes have it', async () => {
    await held('up_erased');
    await node.uploads.erase('acme', 'up_erased');
    expect(node.distribution?.folder.find('up_erased')).toBeUndefined();
    expect(await given('up_erased')).toEqual([none, none]);
  });

  it('is removed here when the api reports its removal, also if a receiver holds it; other contents stay', async () => {
    for (const content of ['up_gone', 'up_stays']) await held(content);
    await node.distribution?.folder.hold('up_gone', 'region:RC_1');
    node.api.gone = ['up_gone', 'up_unheard'];
    node.join();
    await until('it is gone', () => node.distribution?.folder.find('up_gone') === undefined);
    expect(await given('up_gone')).toEqual([none, none]);
    expect(await given('up_stays')).toEqual([
      [200, ''],
      [200, ''],
    ]);
  });
});

it('a closing node ends waiting polls, so that receivers ask another node at once', async () => {
  const closing = await library({ distribution: { channels } });
  const waiting = ask('/polls', { at: closing, token: receiverToken(), body: pollOf() });
  const ended = expect(waiting).rejects.toThrow('fetch failed');
  await until('it waits', () => closing.distribution?.polls.size === 1);
  await closing.stop();
  await ended;
  await until('none waits', () => closing.distribution?.polls.size === 0);
  await closing.remove();
});
