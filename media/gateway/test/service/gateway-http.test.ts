import { once } from 'node:events';
import { connect } from 'node:net';
import { MeridianClientError } from '@meridian/client';
import { FixedKeys } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { STREAM_KEY_CHARACTERS_MAX, StreamKeys } from '../../src/adapters/stream-keys.ts';
import { httpLimits } from '../../src/gates.ts';
import { addFlv } from '../../src/http/flv.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { Placing } from '../../src/placing/placing.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

type Http = Awaited<ReturnType<typeof buildHttp>>;
let http: Http;
let room: ScriptedRoom;
let keys: StreamKeys;
let programmes: Programmes;
let placing: Placing;
let address: string;
const page = 'https://page.example';

beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { tokens, rng, log, clock } = room.base;
  const wallMs = (): number => clock.wallMs();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  programmes = new Programmes({ ...room.base, mixers: SilentMixer.make, nodeId: 'gw' });
  const place = { region: 'fra', latitude: 0, longitude: 0 };
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://host', publicUrl: 'http://host', ...place };
  placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const ways = { tokens, keys, wallMs, placing };
  const gate = gatesOf(clock).http;
  http = await buildHttp({ ways, allowedOrigins: [page], log, gate });
  addFlv(http, {
    keys,
    programmes,
    clock,
    near: { placing, allowedOrigins: [page] },
    sockets: new Sockets(http, { allowedOrigins: [page], log, clock, gate }),
  });
  address = (await http.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await http.close();
  await programmes.close();
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  room.close();
});
const playKey = (o = {}): string => keys.seal(streamKey({ use: 'play', ...o }));
const connections = (): Promise<number> =>
  new Promise((resolve) => http.server.getConnections((_error, count) => resolve(count)));
const noSockets = () => eventually(async () => expect(await connections()).toBe(0));

it('a silent connection is closed', async () => {
  const silent = connect(Number(address.split(':')[1]), '127.0.0.1');
  const closed = once(silent.resume(), 'close');
  await eventually(async () => expect(await connections()).toBe(1));
  room.clock.advance(httpLimits.proofMs);
  await closed;
  expect(http.server).toMatchObject({ requestTimeout: 10_000, keepAliveTimeout: 15_000 });
});

describe('the ways of a room are refused', () => {
  const post = (payload: string, headers: Record<string, string> = {}) =>
    http.inject({
      method: 'POST',
      url: '/v1/addresses',
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it.each([
    ['without a token', '{}', {}, 401, 'TOKEN_MISSING'],
    ['without a bearer token', '{}', { authorization: 'Basic abc' }, 401, 'TOKEN_MISSING'],
    ['for a malformed token', '{}', { authorization: 'Bearer abc' }, 401, 'TOKEN_INVALID'],
    ['for bad JSON', '{"identity":', {}, 400, 'REQUEST_INVALID'],
    ['for a body that is no object', '[]', {}, 400, 'REQUEST_INVALID'],
    ['for an unknown field', '{"rights":"all"}', {}, 400, 'REQUEST_INVALID'],
    ['for a field of another type', '{"identity":7}', {}, 400, 'REQUEST_INVALID'],
    ['for a name that is too long', `{"name":"${'n'.repeat(129)}"}`, {}, 400, 'REQUEST_INVALID'],
    ['for too long a body', `{"name":"${'n'.repeat(5000)}"}`, {}, 413, 'REQUEST_INVALID'],
    ['for another content type', '<a/>', { 'content-type': 'application/xml' }, 415, 'REQUEST_INVALID'],
  ])('%s', async (_what, payload, headers, status, code) => {
    const response = await post(payload, headers);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.headers['cache-control']).toBe('no-store');
  });
  it('to a request by GET', async () => {
    expect((await http.inject('/v1/addresses')).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await http.inject('/v1/addresses')).statusCode).toBe(404);
  });
});

it('the ways are given for a token, also without a body, to pages of listed origins', async () => {
  const token = await room.base.tokens.mint('one', {
    identity: 'ann',
    name: 'Ann',
    room: 'lobby',
    canPublish: true,
    canSubscribe: true,
    hidden: false,
    lifetimeMs: 60_000,
  });
  const headers = { authorization: `Bearer ${token}`, origin: page };
  const response = await http.inject({ method: 'POST', url: '/v1/addresses', headers });
  expect([response.statusCode, response.json().room]).toEqual([200, 'lobby']);
  expect(response.headers).toMatchObject({ 'access-control-allow-origin': page, 'cache-control': 'no-store' });
});
it('pages of other origins may neither ask nor play', async () => {
  const asks = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
  const headers = { ...asks, 'access-control-request-headers': 'authorization' };
  const before = await http.inject({ method: 'OPTIONS', url: '/v1/addresses', headers });
  expect(before.headers['access-control-allow-origin']).not.toBe('https://evil.example');
  expect(before.headers['access-control-allow-origin']).not.toBe('*');
});

describe('FLV over HTTP', () => {
  it.each([
    ['that is no key', () => 'abc', 401, 'TOKEN_INVALID'],
    ['that is malformed and of the greatest length', () => 'A'.repeat(STREAM_KEY_CHARACTERS_MAX), 401, 'TOKEN_INVALID'],
    ['that has expired', () => playKey({ expiresWallMs: room.clock.wallMs() - 60_000 }), 401, 'TOKEN_EXPIRED'],
    ['for publishing', () => playKey({ use: 'publish' }), 403, 'NOT_PERMITTED'],
    ['of a room that may not touch this region', () => playKey({ fence: 'sgp' }), 403, 'FENCED_OUT'],
  ])('is refused for a key %s, and the socket is closed', async (_what, key, status, code) => {
    const response = await fetch(`http://${address}/live/${key()}.flv`, { headers: { connection: 'close' } });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
    await noSockets();
    expect(programmes.size).toBe(0);
  });
  it.each([
    ['ROOM_FULL', 503],
    ['KICKED', 403],
    ['NOT_PERMITTED', 403],
    ['OVERLOADED', 503],
    ['SOCKET_FAILED', 503],
  ] as const)("is refused with the room's own code: %s", async (code, status) => {
    vi.spyOn(programmes, 'open').mockRejectedValue(new MeridianClientError(code));
    const response = await http.inject(`/live/${playKey()}.flv`);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(programmes.size).toBe(0);
  });
  it('is redirected to the gateway near the viewer after the key is verified', async () => {
    const place = { region: 'fra', latitude: 0, longitude: 0 };
    const near = { nodeId: 'near', publicUrl: 'https://near', rtmpUrl: '', state: 'alive', ...place };
    const nearest = vi.spyOn(placing, 'nearest').mockResolvedValue(near);
    expect((await http.inject('/live/abc.flv')).statusCode).toBe(401);
    expect(nearest).not.toHaveBeenCalled();
    const key = playKey();
    const response = await http.inject(`/live/${key}.flv`);
    expect([response.statusCode, response.headers.location]).toEqual([307, `https://near/live/${key}.flv?at=near`]);
    expect(programmes.size).toBe(0);
  });
  it('is redirected once to another gateway when this one has no capacity', async () => {
    const place = { region: 'fra', latitude: 0, longitude: 0 };
    const other = { nodeId: 'other', publicUrl: 'https://other', rtmpUrl: '', state: 'alive', ...place };
    vi.spyOn(placing, 'otherGateway').mockResolvedValue(other);
    vi.spyOn(programmes, 'open').mockRejectedValue(new MeridianError('OVERLOADED'));
    const key = playKey();
    const response = await http.inject(`/live/${key}.flv`);
    expect([response.statusCode, response.headers.location]).toEqual([307, `https://other/live/${key}.flv?at=other`]);
    expect((await http.inject(`/live/${key}.flv?at=gw`)).json()).toMatchObject({ code: 'OVERLOADED' });
  });
  it('has no answer to HEAD, because it is endless', async () => {
    expect((await http.inject({ method: 'HEAD', url: `/live/${playKey()}.flv` })).statusCode).toBe(404);
  });
  it('begins with the head of its answer for the longest key, and leaves the programme when the viewer leaves', async () => {
    const key = playKey({ room: 'r'.repeat(128), identity: 'i'.repeat(128), name: 'n'.repeat(128) });
    const viewer = new AbortController();
    const response = await fetch(`http://${address}/live/${key}.flv`, {
      signal: viewer.signal,
      headers: { origin: page },
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/x-flv',
      'access-control-allow-origin': page,
    });
    room.clock.advance(60_000);
    expect(programmes.size).toBe(1);
    viewer.abort();
    await noSockets();
    await eventually(() => {
      room.clock.advance(1000);
      expect(programmes.size).toBe(0);
    });
  });
  it('leaves the programme of a viewer who left during its opening', async () => {
    const opened = Promise.withResolvers<void>();
    const { open } = programmes;
    vi.spyOn(programmes, 'open').mockImplementation(async (key) => {
      const programme = await open.call(programmes, key);
      await opened.promise;
      return programme;
    });
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    socket.write(`GET /live/${playKey()}.flv HTTP/1.1\r\nhost: here\r\n\r\n`);
    await eventually(() => expect(room.service.joins).toHaveLength(1));
    await eventually(() => expect(room.clock.pendingTimers).toBeGreaterThan(2)); // The programme waits for viewers.
    socket.destroy();
    await noSockets();
    opened.resolve();
    await new Promise(setImmediate);
    room.clock.advance(60_000);
    expect(programmes.size).toBe(0);
  });
});

describe('FLV over WebSocket', () => {
  const open = (path: string): WebSocket => new WebSocket(`ws://${address}${path}`);
  const closeOf = async (socket: WebSocket): Promise<[number, string]> => {
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    return [code, reason.toString()];
  };

  it.each([
    ['that is no key', () => 'abc', 'TOKEN_INVALID'],
    ['that has expired', () => playKey({ expiresWallMs: room.clock.wallMs() - 60_000 }), 'TOKEN_EXPIRED'],
    ['for publishing', () => playKey({ use: 'publish' }), 'NOT_PERMITTED'],
  ])('is closed with 1008 and the code for a key %s', async (_what, key, code) => {
    expect(await closeOf(open(`/live/${key()}.flv`))).toEqual([1008, code]);
    await noSockets();
  });
  it("is closed with the room's refusal", async () => {
    room.answer = refusal('KICKED');
    expect(await closeOf(open(`/live/${playKey()}.flv`))).toEqual([1008, 'KICKED']);
  });
  it('is closed with 1013 for a temporary failure, so that the player retries', async () => {
    room.answer = refusal('NO_CAPACITY');
    expect(await closeOf(open(`/live/${playKey()}.flv`))).toEqual([1013, 'NO_CAPACITY']);
  });
  it('is closed with INTERNAL, without details, for an internal error', async () => {
    vi.spyOn(programmes, 'open').mockRejectedValue(new Error('a secret'));
    expect(await closeOf(open(`/live/${playKey()}.flv`))).toEqual([1013, 'INTERNAL']);
  });
  it.each(['/', '/live/', '/live/a b.flv', '/v1/addresses', `/live/${'A'.repeat(STREAM_KEY_CHARACTERS_MAX + 1)}.flv`])(
    'refuses the upgrade at %s',
    async (path) => {
      const [error] = (await once(open(path), 'error')) as [Error];
      expect(error.message).toContain('404');
      await noSockets();
    },
  );
  it('refuses the upgrade for a page of another origin', async () => {
    const socket = new WebSocket(`ws://${address}/live/${playKey()}.flv`, { origin: 'https://elsewhere.example' });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('403');
    const allowed = new WebSocket(`ws://${address}/live/${playKey()}.flv`, { origin: page });
    await once(allowed, 'open');
    allowed.terminate();
    await noSockets();
  });
  it('survives a peer that breaks off the upgrade, and drops a socket that never ends', async () => {
    const port = Number(address.split(':')[1]);
    const upgrade = 'GET / HTTP/1.1\r\nhost: here\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    const rude = connect(port, '127.0.0.1', () => rude.write(upgrade, () => rude.resetAndDestroy()));
    const stays = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    stays.write(upgrade);
    await once(stays.resume(), 'end');
    await noSockets();
    stays.destroy();
    expect((await http.inject('/healthz')).json()).toEqual({ ok: true });
  });
  it('ends with the process', async () => {
    const socket = open(`/live/${playKey()}.flv?x=1`);
    await once(socket, 'open');
    await eventually(() => expect(programmes.size).toBe(1));
    const closed = closeOf(socket);
    await http.close();
    expect((await closed)[0]).toBe(1001);
  });
  it('continues when its key expires, and the key opens no further connection', async () => {
    const key = playKey({ expiresWallMs: room.clock.wallMs() - 55_000 }); // within the leeway of clocks
    const socket = open(`/live/${key}.flv`);
    await once(socket, 'open');
    room.clock.advance(5001);
    expect(await closeOf(open(`/live/${key}.flv`))).toEqual([1008, 'TOKEN_EXPIRED']);
    expect((await http.inject(`/live/${key}.flv`)).json().code).toBe('TOKEN_EXPIRED');
    expect(socket.readyState).toBe(socket.OPEN);
    socket.terminate();
    await noSockets();
  });
  it('is closed when it sends more than a viewer needs to', async () => {
    const socket = open(`/live/${playKey()}.flv`);
    await once(socket, 'open');
    socket.send(Buffer.alloc(1025));
    expect((await closeOf(socket))[0]).toBe(1009);
    await noSockets();
  });
});
