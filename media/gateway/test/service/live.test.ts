import { FixedKeys } from '@meridian/node-shell';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { parseTarget } from '../../src/core/cdn/target.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';
import { addFlv } from '../../src/http/flv.ts';
import { addLive, countHls } from '../../src/http/live.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import type { RoomView } from '../../src/live/live-rooms.ts';
import { POLLING_VIEWERS_MAX, PollingViewers } from '../../src/live/polling-viewers.ts';
import { Programmes } from '../../src/room/programmes.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpDial } from '../../src/rtmp/dialer.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { openRtmp } from '../../src/rtmp/open.ts';
import { tokenOf } from '../support/cdn.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';
import { SilentMixer } from '../support/silent-mixer.ts';

const videoFormat = hex(
  '170000000001640028ffe1001b67640028acd940780227e5c044000003000400000300c83c60c65801000668ebe3cb22c0',
);
const key = hex('1701000000000000046588840d');
const delta = hex('270100000000000002419a');

let room: ScriptedRoom;
let keys: StreamKeys;
let points: PublishPoints;
let programmes: Programmes;
let mixer: SilentMixer | undefined;
let viewers: PollingViewers;
let rtmp: RtmpListener;
let http: Awaited<ReturnType<typeof buildHttp>>;
let address: string;
const dials: RtmpDial[] = [];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { base, live, publications } = room;
  const { tokens, rng, log, clock } = base;
  const wallMs = (): number => clock.wallMs();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  points = new PublishPoints({ ...base, converters: () => ({ write: () => undefined, close: () => undefined }) });
  programmes = new Programmes({ ...base, mixers: (...o) => (mixer = new SilentMixer(...o)), nodeId: 'gw' });
  const open = openRtmp({ keys, points, publications, programmes, clock, log });
  const gates = gatesOf(clock);
  rtmp = await RtmpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, gate: gates.rtmp, open });
  const placing = { selfId: 'gw', nearest: async () => ({ nodeId: 'gw' }) } as never;
  http = await buildHttp({ ways: { tokens, keys, wallMs, placing }, allowedOrigins: ['*'], log, gate: gates.http });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate: gates.http });
  addFlv(http, { keys, programmes, sockets, clock, near: { placing, allowedOrigins: ['*'] } });
  addLive(http, { tokens, live });
  viewers = new PollingViewers({ live, clock });
  countHls(http, { keys, viewers });
  http.get('/hls/:key/:file', async (_request, reply) => reply.send(Buffer.alloc(1000)));
  address = await http.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const dial of dials.splice(0)) dial.close();
  await rtmp.close('the test is over');
  await http.close();
  viewers.close();
  await points.close();
  await programmes.close();
  room.clock.advance(2000); // Times out goodbyes that no server read.
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  expect(room.live.totals().size).toBe(0);
  room.close();
});

const wallMs = () => room.clock.wallMs() + 3_600_000;
async function ask(token: string | undefined): Promise<{ status: number; body: RoomView & { code?: string } }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await http.inject({ url: '/v1/addresses', headers });
  expect(response.headers['cache-control']).toBe('no-store');
  return { status: response.statusCode, body: response.json() };
}
const state = async (): Promise<RoomView> => (await ask(tokenOf(room.apiKey, { expiresWallMs: wallMs() }))).body;
async function encoder(o = {}): Promise<{ dial: RtmpDial; ended: () => string | undefined }> {
  const { clock, rng } = room.base;
  let isReady = false;
  let end: string | undefined;
  const target = parseTarget(`rtmp://127.0.0.1:${rtmp.port}/live/${keys.seal(streamKey(o))}`);
  const dial = new RtmpDial({
    clock,
    rng,
    target,
    address: '127.0.0.1',
    role: 'publish',
    onMedia: () => undefined,
    onReady: () => {
      isReady = true;
    },
    onEnd: ({ reason, code }) => {
      end = `${code} ${reason}`;
    },
  });
  dials.push(dial);
  await eventually(() => expect(isReady || end !== undefined).toBe(true));
  return { dial, ended: () => end };
}
async function rtmpPlayer(): Promise<RtmpDial> {
  const { clock, rng } = room.base;
  let isReady = false;
  const target = parseTarget(`rtmp://127.0.0.1:${rtmp.port}/live/${keys.seal(streamKey({ use: 'play' }))}`);
  const dial = new RtmpDial({
    clock,
    rng,
    target,
    address: '127.0.0.1',
    role: 'play',
    onMedia: () => undefined,
    onEnd: () => undefined,
    onReady: () => {
      isReady = true;
    },
  });
  dials.push(dial);
  await eventually(() => expect(isReady).toBe(true));
  return dial;
}
/** Sends ten pictures a second, with a key frame every `gop` pictures. */
async function send(dial: RtmpDial, o: { seconds: number; gop: number; fromMs?: number }): Promise<void> {
  const { fromMs = 0 } = o;
  const write = (timestampMs: number, body: Uint8Array) =>
    dial.write(encodeMedia({ kind: 'video', streamId: 1, timestampMs, body }));
  write(fromMs, videoFormat);
  const before = room.packets.length;
  for (let at = 0; at < o.seconds * 10; at += 1) {
    write(fromMs + at * 100, at % o.gop === 0 ? key : delta);
    if (at % 10 !== 9) continue;
    await eventually(() => expect(room.packets.length).toBe(before + at + 1));
    room.clock.advance(1000);
  }
}

describe('the state of a room is refused', () => {
  const other = { key: 'one', tenant: 'dev', secret: 'another secret that is long enough for this' };
  it.each([
    ['without a token', () => undefined, 401, 'TOKEN_MISSING'],
    ['for a malformed token', () => 'abc', 401, 'TOKEN_INVALID'],
    ['for a token of another secret', () => tokenOf(other, { expiresWallMs: wallMs() }), 401, 'TOKEN_INVALID'],
    ['for an expired token', () => tokenOf(room.apiKey, { expiresWallMs: wallMs() - 7_200_000 }), 401, 'TOKEN_EXPIRED'],
  ] as [string, () => string | undefined, number, string][])('%s', async (_what, token, status, code) => {
    expect(await ask(token())).toMatchObject({ status, body: { code } });
  });
  it('for a token that may only publish', async () => {
    const claims = { identity: 'ann', name: '', room: 'lobby', canPublish: true, hidden: false, lifetimeMs: 60_000 };
    const token = await room.base.tokens.mint('one', { ...claims, canSubscribe: false });
    expect(await ask(token)).toMatchObject({ status: 403, body: { code: 'NOT_PERMITTED' } });
  });
  it('to tokens of other rooms, which see only the state of their own room', async () => {
    await encoder();
    const { body } = await ask(tokenOf(room.apiKey, { room: 'other', expiresWallMs: wallMs() }));
    expect(body).toEqual({ room: 'other', publishers: [], outputs: [] });
  });
});

describe('a publisher', () => {
  it('is not shown when the room refuses it, nor with a key to play', async () => {
    room.answer = refusal('ROOM_FULL');
    expect((await encoder()).ended()).toMatch(/^REFUSED/);
    expect((await state()).publishers).toEqual([]);
    room.answer = room.joined();
    expect(() => room.live.keyOf({ apiKey: 'none', room: 'lobby' })).toThrow(/no such API key/);
    await expect(
      room.publications.begin(streamKey({ use: 'play' }), { protocol: 'rtmp', clientIp: '' }),
    ).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
  });
  it('is shown with its media and a warning of rare key frames, until it leaves', async () => {
    const sinceWallMs = room.clock.wallMs();
    const { dial } = await encoder();
    await send(dial, { seconds: 6, gop: 10 });
    const video = { codec: 'h264', width: 1920, height: 1080, fps: 10, bitrateKbps: 1 };
    const shown = { identity: 'ann-encoder', protocol: 'rtmp', sinceWallMs };
    expect((await state()).publishers).toEqual([
      { ...shown, video: { ...video, keyFrameIntervalMs: 1000 }, warnings: [] },
    ]);
    await send(dial, { seconds: 3, gop: 30, fromMs: 6000 });
    await send(dial, { seconds: 1, gop: 10, fromMs: 9000 });
    expect((await state()).publishers).toEqual([
      { ...shown, video: { ...video, keyFrameIntervalMs: 3000 }, warnings: ['KEYFRAME_INTERVAL'] },
    ]);
    expect(room.live.totals().get('rtmp')).toMatchObject({ publishers: 1, warned: 1, ingestKbps: 1 });
    dial.close();
    await eventually(async () => expect((await state()).publishers).toEqual([]));
  });
  it('that replaces another publisher of its identity is shown alone', async () => {
    const first = await encoder();
    await encoder({ protocol: 'miniprogram' });
    await eventually(() => expect(first.ended()).toBeDefined());
    expect((await state()).publishers.map(({ protocol }) => protocol)).toEqual(['miniprogram']);
  });
});

describe('viewers', () => {
  it('are counted by protocol with their bitrate, until they leave', async () => {
    const gone = new AbortController();
    const url = `${address}/live/${keys.seal(streamKey({ use: 'play', identity: 'cy' }))}.flv`;
    const plays = await Promise.all([1, 2].map(() => fetch(url, { signal: gone.signal })));
    await eventually(() => expect(room.live.totals().get('flv')?.viewers).toBe(2));
    const programme = await programmes.open(streamKey({ use: 'play' }));
    const voice = { sessionId: 'PA_ann', track: { trackId: 'TR_voice', kind: 1, source: 1 } };
    const heard = { roomEpoch: 1, events: [{ seq: 2, trackPublished: voice }] };
    for (const session of room.sessions) session.sendFrame({ roomEvents: heard });
    await eventually(() => expect(programme.expects).toBe('sound'));
    for (let at = 0; at < 20; at += 1) {
      mixer?.give({ kind: 'audio', ptsMs: room.clock.nowMs(), data: Uint8Array.of(1) });
      room.clock.advance(100);
    }
    for (let at = 0; at < 60; at += 1) {
      mixer?.give({ kind: 'audio', ptsMs: room.clock.nowMs(), data: new Uint8Array(1250) });
      room.clock.advance(100);
    }
    const [output] = (await state()).outputs;
    // 100 kbit/s for each, and the overhead of FLV.
    expect(output).toMatchObject({ protocol: 'flv', viewers: 2, bitrateKbps: expect.closeTo(202, -1) });
    expect(plays.map(({ status }) => status)).toEqual([200, 200]);
    gone.abort();
    await eventually(async () => expect((await state()).outputs).toEqual([]));
  });
  it('by RTMP are counted until they leave', async () => {
    const player = await rtmpPlayer();
    await eventually(() => expect(room.live.totals().get('rtmp')?.viewers).toBe(1));
    player.close();
    await eventually(async () => expect((await state()).outputs).toEqual([]));
  });
  it('end when their token or link is revoked, and others stay', async () => {
    const watch = async (via: string) => {
      const origin = { tokenId: '', via, issuedWallMs: undefined };
      const key = keys.seal(streamKey({ use: 'play', identity: via, origin }));
      const { body } = await fetch(`${address}/live/${key}.flv`);
      return (body as ReadableStream<Uint8Array>).getReader();
    };
    const [ann, bob] = [await watch('link-1'), await watch('link-2')];
    const gone = async () => {
      for (;;) if ((await ann.read()).done) return true;
    };
    programmes.endRevoked(({ origin }) => origin.via === 'link-1');
    expect(await gone()).toBe(true);
    await eventually(async () => expect((await state()).outputs).toMatchObject([{ protocol: 'flv', viewers: 1 }]));
    await bob.cancel();
    await eventually(async () => expect((await state()).outputs).toEqual([]));
  });
  it('of HLS are those with a recent request', async () => {
    const playKey = (identity: string) => keys.seal(streamKey({ use: 'play', identity }));
    const [a, b] = [playKey('a'), playKey('b')];
    const get = (of: string, agent: string, file = 'media.m3u8') =>
      http.inject({ url: `/hls/${of}/${file}`, headers: { 'user-agent': agent } });
    for (const [of, agent] of [
      [a, 'x'],
      [a, 'x'],
      [a, 'y'],
      [b, 'x'],
    ] as const)
      await get(of, agent);
    room.clock.advance(1000);
    expect((await state()).outputs).toMatchObject([{ protocol: 'hls', viewers: 3 }]);
    room.clock.advance(15_000);
    await get(b, 'x');
    room.clock.advance(5000);
    expect((await state()).outputs).toMatchObject([{ viewers: 1 }]);
    room.clock.advance(20_000);
    expect((await state()).outputs).toEqual([]);
  });
  it(`of HLS are counted up to half of ${POLLING_VIEWERS_MAX} for one tenant, and another tenant's as well`, () => {
    for (const apiKey of ['one', 'other'])
      for (let at = 0; at <= POLLING_VIEWERS_MAX / 2; at += 1)
        viewers.asked(streamKey({ apiKey, use: 'play' }), { protocol: 'hls', viewer: `${at}`, bytes: 1 });
    expect(room.live.totals().get('hls')?.viewers).toBe((POLLING_VIEWERS_MAX * 3) / 4);
  });
});
