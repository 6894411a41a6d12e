// A script is the signaling node, a hand-made mix the sound, and the clock is manual.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FixedKeys } from '@meridian/node-shell';
import { capabilityOf } from '@meridian/room-media';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { addHls } from '../../src/http/hls.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Placing } from '../../src/placing/placing.ts';
import { HlsStreams, WAITING_MAX, WAITING_PER_ADDRESS_MAX } from '../../src/room/hls-stream.ts';
import type { Programme } from '../../src/room/programme.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { cameraOf } from '../support/camera.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { large, sound } from '../support/hls.ts';
import { brokenLadder, brokenRules, readPlaylist, readVariants } from '../support/hls-rules.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

type Http = Awaited<ReturnType<typeof buildHttp>>;
type Response = Awaited<ReturnType<Http['inject']>>;
let http: Http;
let room: ScriptedRoom;
let keys: StreamKeys;
let programmes: Programmes;
let streams: HlsStreams;
let mixer: SilentMixer;
let key: string;
let placing: Placing;
const page = 'https://page.example';

beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { tokens, rng, log, clock } = room.base;
  const wallMs = (): number => clock.wallMs();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  programmes = new Programmes({
    ...room.base,
    nodeId: 'gw',
    mixers: (...o) => {
      mixer = new SilentMixer(...o);
      return mixer;
    },
  });
  streams = new HlsStreams({ clock });
  const place = { region: 'fra', latitude: 0, longitude: 0 };
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://host', publicUrl: 'http://host', ...place };
  placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const ways = { tokens, keys, wallMs, placing };
  http = await buildHttp({ ways, allowedOrigins: [page], log, gate: gatesOf(clock).http });
  addHls(http, { keys, programmes, streams, clock, near: { placing, allowedOrigins: [page] } });
  await http.listen({ host: '127.0.0.1', port: 0 });
  key = playKey();
});
afterEach(async () => {
  await http.close();
  await programmes.close();
  await eventually(() => expect([streams.size, streams.waiting, room.clock.pendingTimers]).toEqual([0, 0, 0]));
  room.close();
});
const playKey = (o = {}): string => keys.seal(streamKey({ use: 'play', ...o }));
const get = (file: string, headers: Record<string, string> = {}): Promise<Response> =>
  http.inject({ url: `/hls/${key}/${file}`, headers });
const refused = (response: Response): [number, string, unknown] => [
  ...([response.statusCode, response.json().code] as [number, string]),
  response.headers['cache-control'],
];

async function publishSound(): Promise<void> {
  const { mimeType, preferredPayloadType: payloadType = 0, clockRate, channels = 2 } = capabilityOf('opus');
  const codec = { mimeType, payloadType, clockRate, channels, parameters: {} };
  const rtp = { mid: 'audio', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 5 }] };
  const programme = await programmes.open(await keys.open(key));
  room.subscribe({ trackId: 'TR_voice', consumerId: 'c1', rtp });
  await eventually(() => expect(programme.expects).toBe('sound'));
}
function play(ms: number): void {
  const endMs = room.clock.nowMs() + ms;
  while (room.clock.nowMs() < endMs) {
    room.clock.advance(20);
    mixer.give(sound(room.clock.nowMs()));
  }
}
async function playing(ms: number): Promise<void> {
  await publishSound();
  await get('init-1.mp4'); // The first request begins the stream.
  play(1500 + ms);
}
const playlist = async (query = ''): Promise<string> => (await get(`media.m3u8${query}`)).body;
const hinted = async (): Promise<{ msn: number; part: number }> => {
  const [, msn, part] = /part-(\d+)\.(\d+)/.exec(readPlaylist(await playlist()).hint) ?? [];
  return { msn: Number(msn), part: Number(part) };
};

describe('a request is refused', () => {
  it.each([
    ['for a malformed key', () => 'abc', 401, 'TOKEN_INVALID'],
    [
      'for a key that has expired',
      () => playKey({ expiresWallMs: room.clock.wallMs() - 60_000 }),
      401,
      'TOKEN_EXPIRED',
    ],
    ['for a key for publishing', () => playKey({ use: 'publish' }), 403, 'NOT_PERMITTED'],
    ['for a key of a room that may not touch this region', () => playKey({ fence: 'sgp' }), 403, 'FENCED_OUT'],
    ['for such a key also after a redirect', () => playKey({ fence: 'sgp' }), 403, 'FENCED_OUT', '?at=gw'],
  ])('%s', async (_what, of, status, code, query = '') => {
    for (const file of ['index.m3u8', 'media.m3u8', 'init-1.mp4', 'seg-1.m4s', 'part-1.0.m4s']) {
      const response = await http.inject(`/hls/${of()}/${file}${query}`);
      expect(refused(response)).toEqual([status, code, 'no-store']);
    }
    expect([programmes.size, streams.size]).toEqual([0, 0]);
  });
  it.each([
    ...['', '..', '../index.m3u8', '..%2findex.m3u8', '%2e%2e/index.m3u8', '..%5cindex.m3u8', 'index.m3u8%00'],
    ...['INDEX.M3U8', 'index.m3u8/', 'index.m3u8%0a', 'mediaxm3u8', 'seg-.m4s', 'seg--1.m4s', 'seg-1e3.m4s'],
    ...['seg-1.mp4', 'init-1.m4s', 'part-1.m4s', 'part-1.0.0.m4s', 'part-1.-1.m4s', `seg-${'9'.repeat(16)}.m4s`],
  ])('for the file "%s"', async (file) => {
    const response = await get(file);
    expect([response.statusCode, response.json().code]).toEqual([404, 'NOT_FOUND']);
    expect([programmes.size, streams.size]).toEqual([0, 0]);
  });
});

describe('a playlist', () => {
  it('waits until there is media, and then keeps the rules of HLS', async () => {
    await publishSound();
    const first = Promise.all([get('index.m3u8', { origin: page }), get('media.m3u8')]);
    await eventually(() => expect(streams.waiting).toBe(2));
    play(3000);
    expect(streams.waiting).toBe(2); // No segment has ended.
    play(1000);
    const [index, media] = await first;
    expect(index.body).toContain('CODECS="mp4a.40.2"\nmedia.m3u8\n');
    for (const { headers } of [index, media])
      expect(headers).toMatchObject({
        'content-type': 'application/vnd.apple.mpegurl',
        'cache-control': 'public, max-age=1',
      });
    expect(index.headers['access-control-allow-origin']).toBe(page);
    let before = media.body;
    expect(brokenRules(before)).toEqual([]);
    for (let at = 0; at < 60; at += 1) {
      play(350);
      const next = await playlist();
      expect(brokenRules(next, before)).toEqual([]);
      before = next;
    }
    expect(readPlaylist(before).segments.length).toBeGreaterThan(5);
  });
  it('is held back until it has the part or segment, or three target durations have passed', async () => {
    await playing(3000);
    const { msn, part } = await hinted();
    const [ofPart, ofSegment] = [
      get(`media.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`),
      get(`media.m3u8?_HLS_msn=${msn}`),
    ];
    await eventually(() => expect(streams.waiting).toBe(2));
    play(350);
    expect(readPlaylist((await ofPart).body).segments.at(-1)?.parts.length).toBe(part + 1);
    expect(streams.waiting).toBe(1);
    play(2000);
    expect((await ofSegment).body).toContain(`seg-${msn}.m4s\n`);
    const next = await hinted();
    const late = get(`media.m3u8?_HLS_msn=${next.msn}`);
    await eventually(() => expect(streams.waiting).toBe(1));
    room.clock.advance(8999);
    expect(streams.waiting).toBe(1);
    room.clock.advance(1);
    expect([(await late).statusCode, await hinted()]).toEqual([200, next]);
  });
});

describe('a ladder', () => {
  async function layered(scalabilityMode = 'L3T1'): Promise<Programme> {
    await publishSound();
    const send = cameraOf(room, { scalabilityMode });
    const programme = await programmes.open(await keys.open(key));
    await eventually(() => expect(programme.expects).toBe('picture'));
    const demand = vi.spyOn(programme, 'demandKeyFrame');
    const index = get('index.m3u8');
    await eventually(() => expect(streams.waiting).toBe(1));
    play(100); // Pictures wait for sound.
    send([large.sps, large.pps, Uint8Array.of(0x65, 0x88, 0x84, 0x21)]);
    await eventually(() => expect(demand).toHaveBeenCalledOnce());
    play(4000);
    await index;
    return programme;
  }
  const uris = async (): Promise<string[]> => {
    const { body } = await get('index.m3u8');
    // A single picture has no rate.
    expect(brokenLadder(body).filter((rule) => !rule.includes('FRAME-RATE'))).toEqual([]);
    return readVariants(body).map(({ uri }) => uri);
  };

  it('has the layers of the shown picture, and no session for them before a viewer plays them', async () => {
    await layered();
    expect([await uris(), room.service.joins.length]).toEqual([['media.m3u8', '1/media.m3u8', '0/media.m3u8'], 1]);
  });
});

describe('waiting players', () => {
  it(`are ${WAITING_MAX} at most, ${WAITING_PER_ADDRESS_MAX} of one address, and all are answered`, async () => {
    await playing(3000);
    const { msn, part } = await hinted();
    const port = (http.server.address() as { port: number }).port;
    const request = `GET /hls/${key}/media.m3u8?_HLS_msn=${msn}&_HLS_part=${part} HTTP/1.1\r\nhost: here\r\n\r\n`;
    const sockets: Socket[] = [];
    const heard = new Map<Socket, string>();
    const statuses = () => {
      const all = [...heard.values()].join('').match(/(?<=HTTP\/1\.1 )\d{3}/g) ?? [];
      return [all.filter((status) => status === '200').length, all.filter((status) => status === '503').length];
    };
    const ask = async (localAddress: string, requests: number): Promise<void> => {
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      sockets.push(socket);
      await once(socket, 'connect');
      socket.setEncoding('latin1').on('data', (text: string) => heard.set(socket, (heard.get(socket) ?? '') + text));
      socket.write(request.repeat(requests));
    };
    await ask('127.0.0.2', WAITING_PER_ADDRESS_MAX);
    await eventually(() => expect(streams.waiting).toBe(WAITING_PER_ADDRESS_MAX));
    await ask('127.0.0.2', 1);
    await eventually(() => expect(statuses()).toEqual([0, 1]));
    for (const host of [3, 4, 5]) await ask(`127.0.0.${host}`, WAITING_PER_ADDRESS_MAX);
    await eventually(() => expect(streams.waiting).toBe(WAITING_MAX));
    // With all places taken, a request of the address with the most makes room for a request from elsewhere.
    await ask('127.0.0.6', 1);
    await eventually(() => expect(statuses()).toEqual([0, 2]));
    expect(streams.waiting).toBe(WAITING_MAX);
    expect(await playlist()).toContain('#EXTM3U');
    play(350);
    await eventually(() => expect(statuses()).toEqual([WAITING_MAX, 2]));
    for (const socket of sockets) socket.destroy();
  });
});

it('all players share a stream, which ends 30 s after the last request', async () => {
  await playing(3000);
  key = playKey({ identity: 'bob' });
  expect(await playlist()).toContain('#EXTM3U');
  expect([streams.size, programmes.size]).toEqual([1, 1]);
  play(29_900);
  expect(await playlist()).toContain('#EXTM3U');
  play(29_900);
  expect(streams.size).toBe(1);
  play(200);
  expect([streams.size, programmes.size]).toEqual([0, 1]);
  room.clock.advance(5000);
  expect(programmes.size).toBe(0);
});
