import { once } from 'node:events';
import { FixedKeys } from '@meridian/node-shell';
import { MeridianError, parseRange } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { Arrivals, OPENS_BURST } from '../../src/http/arrivals.ts';
import { addFlv } from '../../src/http/flv.ts';
import { addHls } from '../../src/http/hls.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { addUdp } from '../../src/http/udp.ts';
import { addWhip } from '../../src/http/whip.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { Callers } from '../../src/whip/callers.ts';
import { gatesOf } from '../support/gates.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const PROXY = '127.0.0.1';
const log = createLogger({ name: 'gateway', level: 'silent' });
let clock: ManualClock;
let room: ScriptedRoom;
let http: Awaited<ReturnType<typeof buildHttp>>;
let address: string;
let playKey: string;
let askByRtmp: ReturnType<typeof openRtmp>;
const opened = vi.fn<(address: string) => void>();
const calls = vi.fn<(token: string, request: unknown, clientIp: string) => void>();

beforeEach(async () => {
  clock = new ManualClock();
  room = await ScriptedRoom.open();
  opened.mockReset();
  calls.mockReset();
  const { tokens, rng } = room.base;
  const wallMs = (): number => clock.wallMs();
  const keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  const arrivals = new Arrivals({ clock, trustedProxies: [parseRange(PROXY) ?? expect.unreachable()] });
  const ways = { tokens, keys, wallMs, placing: {} as never };
  const gate = gatesOf(clock).http;
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, arrivals, gate });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, arrivals, gate });
  sockets.add({
    pattern: /^\/it$/,
    messageBytesMax: 10,
    handler: async (_socket, _path, request) => opened(request.address),
  });
  const open = async (token: string, request: unknown, clientIp: string): Promise<never> => {
    calls(token, request, clientIp);
    throw new Error('no room');
  };
  const anybody = { verify: async () => ({ access: {}, apiKey: 'one' }) } as never;
  const self = { nodeId: 'gw' };
  const placing = {
    selfId: 'gw',
    nearest: async () => self,
    origin: () => self,
    otherGateway: async () => self,
    redirectsAway: () => false,
  };
  const here = { placing, allowedOrigins: ['*'] } as never;
  const full = async (): Promise<never> => {
    throw new MeridianError('OVERLOADED');
  };
  const programmes = { open: full, seat: full, find: async () => undefined } as never;
  const streams = { close: () => undefined } as never;
  playKey = keys.seal(streamKey({ use: 'play' }));
  const sessions = { open, get: () => new Error('none') } as never;
  addUdp(http, { sessions, tokens: anybody, near: here, address: { ip: '', port: 0 } });
  addWhip(http, {
    callers: new Callers({ tokens, keys }),
    sessions: {} as never,
    publicUrl: 'http://host',
    turn: {} as never,
  });
  addFlv(http, { keys, programmes, sockets, clock, near: here });
  addHls(http, { keys, programmes, streams, clock, near: here, arrivals });
  askByRtmp = openRtmp({ keys, programmes, arrivals, clock, log, points: {} as never, publications: {} as never });
  address = (await http.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '');
});
afterEach(async () => {
  await http.close();
  room.close();
});

const from = (client: string) => ({ 'x-forwarded-for': client });
async function upgrade(client: string): Promise<[number, string | undefined]> {
  const socket = new WebSocket(`ws://${address}/it`, { headers: from(client) });
  socket.on('error', () => undefined);
  const answer = Promise.race([
    once(socket, 'open').then((): [number, undefined] => [101, undefined]),
    once(socket, 'unexpected-response').then(([, response]): [number, string | undefined] => [
      response.statusCode,
      response.headers['retry-after'],
    ]),
  ]);
  const result = await answer;
  socket.terminate();
  return result;
}
const post = (url: string, client: string, remoteAddress = PROXY) =>
  http.inject({
    method: 'POST',
    url,
    remoteAddress,
    headers: { ...from(client), origin: 'https://page.example' },
    ...(url === '/whip' ? {} : { payload: { subscribe: true } }),
  });

it('an address that opens too many WebSockets is refused for a while, and other addresses are not', async () => {
  for (let at = 0; at < OPENS_BURST; at += 1) expect(await upgrade('203.0.113.5')).toEqual([101, undefined]);
  expect(await upgrade('203.0.113.5')).toEqual([429, '1']);
  expect(await upgrade('203.0.113.6')).toEqual([101, undefined]);
  clock.advance(200);
  expect([await upgrade('203.0.113.5'), await upgrade('203.0.113.5')]).toEqual([
    [101, undefined],
    [429, '1'],
  ]);
  expect(opened).toHaveBeenCalledTimes(OPENS_BURST + 2);
  expect(opened).toHaveBeenLastCalledWith('203.0.113.5');
});

it.each(['/v1/udp', '/whip'])(
  'an address that opens too many sessions by %s is refused, and other requests are not counted',
  async (url) => {
    const codes = new Set<number>();
    for (let at = 0; at < OPENS_BURST; at += 1) codes.add((await post(url, '203.0.113.5')).statusCode);
    expect(codes).not.toContain(429);
    const refused = await post(url, '203.0.113.5');
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '1',
    ]);
    expect(refused.headers['access-control-allow-origin']).toBe('https://page.example');
    expect((await post(url, '203.0.113.6')).statusCode).not.toBe(429);
    const other = { remoteAddress: PROXY, headers: from('203.0.113.5') };
    expect((await http.inject({ ...other, method: 'GET', url: `${url}/none` })).statusCode).not.toBe(429);
  },
);

it.each(['live/KEY.flv', 'hls/KEY/index.m3u8'])(
  'an address that begins too many programmes by %s is refused',
  async (path) => {
    const get = async (client: string): Promise<number> => {
      const url = `/${path.replace('KEY', playKey)}`;
      return (await http.inject({ url, remoteAddress: PROXY, headers: from(client) })).statusCode;
    };
    for (let at = 0; at < OPENS_BURST; at += 1) expect(await get('203.0.113.5')).toBe(503);
    expect([await get('203.0.113.5'), await get('203.0.113.6')]).toEqual([429, 503]);
  },
);

it('an address that asks to play too often by RTMP is refused', async () => {
  const ask = async (client: string): Promise<string> => {
    const refuse = vi.fn<(status: string, description: string) => void>();
    const request = { kind: 'playRequested', app: 'live', name: playKey, refuse } as never;
    await askByRtmp(request, { address: client, holdMore: () => undefined } as never);
    return refuse.mock.calls[0]?.[1].replace(/:.*/, '') ?? '';
  };
  for (let at = 0; at < OPENS_BURST; at += 1) expect(await ask('203.0.113.5')).toBe('OVERLOADED');
  expect([await ask('203.0.113.5'), await ask('203.0.113.6')]).toEqual(['RATE_LIMITED', 'OVERLOADED']);
});

it('the client is the address that a trusted proxy names, and the name from any other proxy is ignored', async () => {
  await post('/v1/udp', '203.0.113.9, 203.0.113.5');
  await post('/v1/udp', '203.0.113.5', '198.51.100.7');
  expect(calls.mock.calls.map(([, , clientIp]) => clientIp)).toEqual(['203.0.113.5', '198.51.100.7']);
  for (let at = 0; at <= OPENS_BURST; at += 1) await post('/v1/udp', `203.0.113.${at}`, '198.51.100.8');
  expect((await post('/v1/udp', '203.0.113.99', '198.51.100.8')).statusCode).toBe(429);
});

it('a trusted proxy that names no client is not limited as a single address', async () => {
  for (let at = 0; at < 2 * OPENS_BURST; at += 1) expect(await upgrade('')).toEqual([101, undefined]);
});
