// Playback reports of players over real sockets, bad requests first.
import { once } from 'node:events';
import { connect } from 'node:net';
import { MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { STARTS } from '../../src/delivery/start-rates.ts';
import { WATCH_BODY_MS, WATCH_BYTES_MAX } from '../../src/delivery/watch-routes.ts';
import { library, tokenOf } from '../support/library.ts';
import { reportBody, watchId } from '../support/watch.ts';

const playClaims = { content: 'up_1', may: 'play' };
const link = tokenOf(Object.assign({ item: 'item_1', viewer: 'ada', via: 'link-1' }, playClaims));
const pastS = Math.floor(Date.now() / 1000) - 61;

let node: Awaited<ReturnType<typeof library>>;
beforeAll(async () => {
  node = await library();
});
afterAll(async () => {
  await node.stop();
  await node.remove();
});

const urlOf = (token: string): string => `http://127.0.0.1:${node.port}/library/plays/${token}/watches`;

async function post(token: string, body: string, type = 'application/json') {
  const response = await fetch(urlOf(token), { method: 'POST', body, headers: { 'content-type': type } });
  const text = await response.text();
  return { status: response.status, code: text === '' ? '' : (JSON.parse(text) as { code: string }).code };
}

const validReport = JSON.stringify(reportBody());

describe('a playback report is refused for', () => {
  it.each<[string, string, number, string]>([
    ['a malformed token', 'abc', 401, 'TOKEN_INVALID'],
    ['an expired token', tokenOf(Object.assign({ exp: pastS }, playClaims)), 401, 'TOKEN_EXPIRED'],
    ['a token of an upload', tokenOf({ upload: 'up_1' }), 401, 'TOKEN_INVALID'],
    ['a token whose item is no text', tokenOf(Object.assign({ item: 7 }, playClaims)), 401, 'TOKEN_INVALID'],
    ['a token with a long item', tokenOf(Object.assign({ item: 'a'.repeat(129) }, playClaims)), 401, 'TOKEN_INVALID'],
    ['a token whose viewer is no text', tokenOf(Object.assign({ viewer: null }, playClaims)), 401, 'TOKEN_INVALID'],
    [
      'a token with a long viewer',
      tokenOf(Object.assign({ viewer: 'a'.repeat(129) }, playClaims)),
      401,
      'TOKEN_INVALID',
    ],
    ['a token of an API key without the right', tokenOf(playClaims, 'narrow'), 403, 'NOT_PERMITTED'],
  ])('%s', async (_what, token, status, code) => {
    expect(await post(token, validReport)).toEqual({ status, code });
  });

  it.each<[string, string, string, number]>([
    ['an empty body', '', 'application/json', 400],
    ['a body that is no JSON', 'watch=1', 'text/plain', 400],
    ['a negative time', JSON.stringify(reportBody({ agoMs: -1 })), 'application/json', 400],
    ['a form', validReport, 'application/x-www-form-urlencoded', 415],
    ['bytes', validReport, 'application/octet-stream', 415],
    ['a body that is too long', validReport + ' '.repeat(WATCH_BYTES_MAX), 'application/json', 413],
  ])('%s', async (_what, body, type, status) => {
    expect(await post(link, body, type)).toEqual({ status, code: 'REQUEST_INVALID' });
  });

  it('a body that is too long and has no length', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let piece = 0; piece < 5; piece += 1) controller.enqueue(Buffer.alloc(1024, ' '));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(urlOf(link), { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('every method except POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect([method, (await fetch(urlOf(link), { method })).status]).toEqual([method, 404]);
  });

  it('any of these reasons, without leaving anything behind', () => {
    expect([node.watches.pending, node.starts]).toEqual([0, []]);
  });
});

it('pages of any origin may send a playback report', async () => {
  const headers = {
    origin: 'https://page.example.org',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  const response = await fetch(urlOf(link), { method: 'OPTIONS', headers });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  expect(response.headers.get('access-control-allow-headers')).toContain('content-type');
});

it('a playback report is kept while no api answers, and handed over once when one does', async () => {
  const { api, watches } = node;
  const body = (number: number, change: object = {}): string =>
    JSON.stringify(reportBody(Object.assign({ watch: watchId(number) }, change)));
  const largest = { qualities: Array.from({ length: 8 }, (_, at) => ({ name: `${at}`.repeat(32), watchedMs: 1 })) };
  expect(await post(link, body(1))).toEqual({ status: 204, code: '' });
  expect(await post(link, body(2, largest), 'text/plain;charset=UTF-8')).toEqual({ status: 204, code: '' });
  expect(await post(link, body(1, { seq: 2, positionMs: 9000 }))).toEqual({ status: 204, code: '' });
  expect(await post(tokenOf(playClaims, 'other'), body(1))).toEqual({ status: 204, code: '' });
  expect(await post(link, body(3, { agoMs: 1_000_000 }))).toEqual({ status: 204, code: '' });
  const of = (tenant: string): string => `${tenant}/up_1 at 127.0.0.1`;
  expect(node.starts).toEqual([of('acme'), of('acme'), of('other')]);
  // The api cannot write.
  api.takes = () => {
    throw new MeridianError('INTERNAL');
  };
  node.join();
  await watches.handOver();
  expect([api.watched, watches.pending]).toEqual([[], 4]);
  expect(await post(link, body(2, { seq: 9 }))).toEqual({ status: 204, code: '' });
  api.takes = () => undefined;
  await until('they are handed over', async () => {
    await watches.handOver();
    return watches.pending === 0;
  });
  expect(api.watched.map(({ tenant, id, seq, itemId, viewer }) => [tenant, id, seq, itemId, viewer])).toEqual([
    ['acme', watchId(1), 2, 'item_1', 'ada'],
    ['acme', watchId(2), 9, 'item_1', 'ada'],
    ['other', watchId(1), 1, '', ''],
    ['acme', watchId(3), 1, 'item_1', 'ada'],
  ]);
  const [first] = api.watched;
  expect(first).toMatchObject({ contentId: 'up_1', positionMs: 9000, watchedMs: 50_000, hasEnded: false, cache: '' });
  expect((first?.lastWallMs ?? 0) - (first?.startedWallMs ?? 0)).toBe(60_000);
});

it('a link begins a bounded number of playbacks from an address, and known ones go on', async () => {
  const flooding = await library({ config: { trustedProxies: ['127.0.0.1'] } });
  const report = async (number: number, change: object = {}, o: { via?: string; from?: string } = {}) => {
    const { via = 'flood', from = '192.0.2.1' } = o;
    const token = tokenOf(Object.assign({ via, item: 'item_1' }, playClaims));
    const url = `http://127.0.0.1:${flooding.port}/library/plays/${token}/watches`;
    const body = JSON.stringify(reportBody(Object.assign({ watch: watchId(number) }, change)));
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
    return await fetch(url, { method: 'POST', body, headers });
  };
  for (let number = 0; number < STARTS.burst; number += 1) expect((await report(number)).status).toBe(204);
  const refused = await report(STARTS.burst);
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect([flooding.watches.pending, flooding.starts.length]).toEqual([STARTS.burst, STARTS.burst]);
  expect((await report(0, { seq: 2 })).status).toBe(204);
  expect((await report(STARTS.burst, {}, { via: 'other' })).status).toBe(204);
  expect((await report(STARTS.burst + 1, {}, { from: '192.0.2.2' })).status).toBe(204);
  await flooding.stop();
  await flooding.remove();
});

it('playback reports end with the link, and none is accepted when the node stops', async () => {
  const before = node.api.watched.length;
  node.revoke('link-1');
  expect(await post(link, validReport)).toEqual({ status: 401, code: 'TOKEN_REVOKED' });
  const ofItem = tokenOf(Object.assign({}, playClaims, { sources: ['item-1'] }));
  node.revoke('item-1');
  expect(await post(ofItem, validReport)).toEqual({ status: 401, code: 'TOKEN_REVOKED' });
  const other = tokenOf(playClaims);
  expect(await post(other, JSON.stringify(reportBody({ watch: watchId(7) })))).toEqual({ status: 204, code: '' });
  await node.watches.close();
  expect(await post(other, validReport)).toEqual({ status: 503, code: 'SHUTTING_DOWN' });
  expect(node.api.watched.slice(before).map(({ id }) => id)).toEqual([watchId(7)]);
});

it('a playback report that arrives too slowly is aborted', async () => {
  const clock = new ManualClock({ wallMs: Date.now() });
  const slow = await library({ clock });
  const socket = connect(slow.port, '127.0.0.1');
  const timers = clock.pendingTimers;
  const head = ['host: node', 'content-type: text/plain', 'content-length: 100', '', '{"watch":'].join('\r\n');
  socket.write(`POST /library/plays/${link}/watches HTTP/1.1\r\n${head}`);
  // timers of the connection and of the message
  await until('it is read', () => clock.pendingTimers === timers + 2);
  const closed = once(socket, 'close');
  socket.resume();
  clock.advance(WATCH_BODY_MS - 1);
  expect(socket.destroyed).toBe(false);
  clock.advance(1);
  await closed;
  expect(slow.watches.pending).toBe(0);
  await slow.stop();
  await slow.remove();
});
