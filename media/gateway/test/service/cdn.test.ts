import type { Socket } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { Cdn } from '../../src/cdn/cdn.ts';
import { RoomStreams, STREAMS_MAX, STREAMS_PER_ROOM_MAX } from '../../src/cdn/room-streams.ts';
import { CLIENT_IDLE_MS, CLIENT_SETUP_MS } from '../../src/core/rtmp/client.ts';
import { HANDSHAKE_BYTES } from '../../src/core/rtmp/handshake.ts';
import { encodeMedia } from '../../src/core/rtmp/media.ts';
import { type RtmpRequest, RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { addCdn } from '../../src/http/cdn.ts';
import { buildHttp } from '../../src/http/server.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { CONNECT_MS, STALLED_MS } from '../../src/rtmp/dialer.ts';
import { RtmpListener, type RtmpPeer } from '../../src/rtmp/listener.ts';
import { FakeProgramme, serve, tokenOf } from '../support/cdn.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const KEY = 'my-secret-key';
const videoFormat = hex(
  '170000000001640028ffe1001b67640028acd940780227e5c044000003000400000300c83c60c65801000668ebe3cb22c0',
);
const key = hex('1701000000000000046588840d');
const delta = hex('270100000000000002419a');

let room: ScriptedRoom;
let programme: FakeProgramme;
let openProgramme: ReturnType<typeof vi.fn<(...args: unknown[]) => Promise<FakeProgramme>>>;
let points: PublishPoints;
let cdn: Cdn;
let http: Awaited<ReturnType<typeof buildHttp>>;
let lines: string[];
let dropped: string[];
const ends: (() => unknown)[] = [];

async function start(o: { allowed?: string[]; lookup?: (host: string) => Promise<{ address: string }[]> } = {}) {
  room = await ScriptedRoom.open();
  lines = [];
  dropped = [];
  const log = createLogger({
    name: 'gateway',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  programme = new FakeProgramme();
  openProgramme = vi.fn(async () => programme);
  const { clock, rng, tokens, publications } = room.base;
  points = new PublishPoints({
    ...room.base,
    log,
    converters: () => ({ write: () => undefined, close: () => undefined }),
  });
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: ['127.0.0.0/8'], clock, log, ...o });
  cdn = new Cdn({
    heldMs: HELD_MS,
    clock,
    rng,
    log,
    addresses,
    points,
    publications,
    live: room.live,
    programmes: { open: openProgramme },
    onDrop: (kind) => void dropped.push(kind),
  });
  const ways = { tokens, keys: {} as never, wallMs: () => clock.wallMs(), placing: {} as never };
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, gate: gatesOf(clock).http });
  addCdn(http, { tokens, cdn });
}
beforeEach(() => start());
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  cdn.close();
  await points.close();
  room.clock.advance(2000); // Times out goodbyes that no server read.
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  await http.close();
  room.close();
  expect(lines.filter((line) => line.includes(KEY))).toEqual([]);
});

const token = (o: { room?: string; admin?: boolean } = {}): string =>
  tokenOf(room.apiKey, { ...o, expiresWallMs: room.clock.wallMs() + 3_600_000 });
interface Status {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly bitrateKbps: number;
  readonly droppedPictures: number;
  readonly lastError?: { readonly code: string; readonly reason: string };
}
type Answer = Partial<Status> & { readonly code?: string; readonly pushes?: Status[]; readonly pulls?: Status[] };
async function call(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  o: { body?: object; token?: string } = {},
): Promise<{ status: number; body: Answer }> {
  const response = await http.inject({
    method,
    url: `/v1/${path}`,
    headers: { authorization: `Bearer ${o.token ?? token()}` },
    ...(o.body !== undefined && { payload: o.body }),
  });
  expect(response.payload).not.toContain(KEY);
  return { status: response.statusCode, body: response.payload === '' ? {} : response.json<Answer>() };
}
const push = (url: string, o: { token?: string } = {}) => call('POST', 'pushes', { ...o, body: { url } });
const pull = (url: string, o: object = {}) => call('POST', 'pulls', { body: { url, identity: 'stage', ...o } });
const only = async (kind: 'pushes' | 'pulls') => {
  const all = (await call('GET', kind)).body[kind];
  expect(all).toHaveLength(1);
  return all?.[0];
};
const urlAt = (port: number): string => `rtmp://127.0.0.1:${port}/live/${KEY}?sign=${KEY}`;

async function silentServer(act: (socket: Socket) => void = (socket) => void socket.resume()) {
  const server = await serve(act);
  ends.push(() => server.close());
  return server;
}
/** Shorter than the time in which a connection must be ready, because tests advance the clock by it at once. */
const HELD_MS = 8000;

/** Starts our listener as the foreign server; returns its requests and received events. */
async function listener(answer: (request: RtmpRequest) => void = (request) => void request.accept()) {
  const asked: { request: RtmpRequest; peer: RtmpPeer }[] = [];
  const events: RtmpServerEvent[] = [];
  const ended = vi.fn();
  const log = createLogger({ name: 'foreign', level: 'silent' });
  const clock = new ManualClock({ nowMs: 1 });
  const server = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    {
      clock,
      rng: seededRng('foreign'),
      gate: gatesOf(clock).rtmp,
      log,
      open: async (request, peer) => {
        asked.push({ request, peer });
        answer(request);
        return { take: (event) => void events.push(event), ended };
      },
    },
  );
  ends.push(() => server.close('the test is over'));
  return { server, asked, events, ended, url: `rtmp://127.0.0.1:${server.port}/live/${KEY}` };
}
const waiting = (kind: 'pushes' | 'pulls') =>
  eventually(async () => {
    const status = await only(kind);
    expect(status?.state).toBe('waiting');
    return status?.lastError?.code;
  });

describe('a request is refused', () => {
  it.each([
    ['for a URL of another protocol', 'http://127.0.0.1/live/KEY', 400, 'REQUEST_INVALID'],
    ['for a port of other services', 'rtmp://127.0.0.1:22/live/KEY', 403, 'TARGET_REFUSED'],
    ['for an internal address', 'rtmp://10.0.0.1/live/KEY', 403, 'TARGET_REFUSED'],
    ['for the metadata address of clouds', 'rtmp://169.254.169.254/live/KEY', 403, 'TARGET_REFUSED'],
    ['for an internal address in another form', 'rtmp://[::ffff:10.0.0.1]/live/KEY', 403, 'TARGET_REFUSED'],
    ['for a name that is not found', 'rtmp://name.invalid/live/KEY', 403, 'TARGET_REFUSED'],
    ['for too long a URL', `rtmp://127.0.0.1/live/${'K'.repeat(2048)}`, 400, 'REQUEST_INVALID'],
    ['for an empty URL', '', 400, 'REQUEST_INVALID'],
  ])('%s', async (_what, url, status, code) => {
    for (const response of [await push(url), await pull(url)])
      expect([response.status, response.body.code]).toEqual([status, code]);
    expect([cdn.pushes.size, cdn.pulls.size, points.size, openProgramme.mock.calls.length]).toEqual([0, 0, 0, 0]);
  });
  it.each([
    ['pushes', {}],
    ['pushes', { url: urlAt(1935), identity: 'ann' }],
    ['pushes', { url: 7 }],
    ['pushes', { url: urlAt(1935), picture: '\u0000' }],
    ['pushes', []],
    ['pulls', { url: urlAt(1935) }],
    ['pulls', { url: urlAt(1935), identity: 7 }],
    ['pulls', { url: urlAt(1935), identity: '\u0000' }],
    ['pulls', { url: urlAt(1935), identity: 'a', name: 'x'.repeat(129) }],
  ])('to %s with the body %j', async (path, body) => {
    const response = await call('POST', path, { body });
    expect([response.status, response.body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
  it.each(['pushes', 'pulls'])(
    "to %s without a token, with a token that is not an administrator's, and with a token of another secret",
    async (path) => {
      const forged = tokenOf(
        { ...room.apiKey, secret: 'x'.repeat(40) },
        { expiresWallMs: room.clock.wallMs() + 60_000 },
      );
      const body = { url: urlAt(1935), identity: 'stage' };
      for (const [shown, status, code] of [
        ['', 401, 'TOKEN_MISSING'],
        [token({ admin: false }), 403, 'NOT_PERMITTED'],
        [forged, 401, 'TOKEN_INVALID'],
      ] as const)
        for (const [method, to] of [
          ['POST', path],
          ['GET', path],
          ['DELETE', `${path}/x`],
        ] as const) {
          const { url } = body;
          const payload = method === 'POST' ? { body: path === 'pushes' ? { url } : body } : {};
          const response = await call(method, to, { token: shown, ...payload });
          expect([method, response.status, response.body.code]).toEqual([method, status, code]);
        }
    },
  );
  it('with the code of a room that cannot be joined, and nothing is left', async () => {
    room.answer = refusal('ROOM_FULL');
    openProgramme.mockRejectedValue(Object.assign(new Error('x'), {}));
    const { port } = await silentServer();
    expect(await pull(urlAt(port))).toMatchObject({ status: 503, body: { code: 'ROOM_FULL' } });
    expect((await push(urlAt(port))).status).toBe(500);
    expect([cdn.pushes.size, cdn.pulls.size, points.size, room.clock.pendingTimers]).toEqual([0, 0, 0, 0]);
  });
  it('for a URL or an identity that the room already uses, also in another spelling', async () => {
    const { port } = await silentServer();
    const first = await push(`rtmp://localhost:${port}/live/${KEY}`);
    expect(first).toMatchObject({
      status: 201,
      body: { state: 'connecting', url: `rtmp://localhost:${port}/live/***` },
    });
    expect((await push(`RTMP://LOCALHOST:${port}/live/${KEY}`)).status).toBe(400);
    expect((await push(`rtmp://localhost:${port}/live/${KEY}2`)).status).toBe(201);
    expect((await pull(urlAt(port))).status).toBe(201);
    expect((await pull(urlAt(port), { identity: 'other' })).status).toBe(400);
    expect((await pull(`${urlAt(port)}2`)).status).toBe(400);
  });
  it('beyond the bound of its room', async () => {
    const { port } = await silentServer();
    for (let at = 0; at < STREAMS_PER_ROOM_MAX; at += 1) expect((await push(`${urlAt(port)}${at}`)).status).toBe(201);
    expect(await push(urlAt(port))).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect((await push(urlAt(port), { token: token({ room: 'hall' }) })).status).toBe(201);
  });
});

it('a room sees and ends only its own pushes', async () => {
  const { port } = await silentServer();
  const { id } = (await push(urlAt(port))).body;
  const elsewhere = { token: token({ room: 'hall' }) };
  expect((await call('GET', 'pushes', elsewhere)).body).toEqual({ pushes: [] });
  expect((await call('DELETE', `pushes/${id}`, elsewhere)).status).toBe(404);
  expect((await call('DELETE', `pulls/${id}`)).status).toBe(404);
  expect(await only('pushes')).toMatchObject({ state: 'connecting', attempts: 1, bitrateKbps: 0, droppedPictures: 0 });
  expect((await call('DELETE', `pushes/${id}`)).status).toBe(204);
  expect((await call('DELETE', `pushes/${id}`)).status).toBe(404);
  expect([cdn.pushes.size, programme.viewers.size]).toEqual([0, 0]);
});

it('a gateway bounds its streams over all rooms of a tenant, and starts none after its end', async () => {
  const streams = new RoomStreams();
  const stream = (id: number) => ({
    id: `s${id}`,
    unique: [`u${id}`],
    status: {} as never,
    start: vi.fn(async () => undefined),
    close: vi.fn(),
  });
  const all = Array.from({ length: STREAMS_MAX / 2 }, (_, at) => stream(at));
  const roomOf = (at: number, tenant = 'dev') => `${tenant}/r${at}` as Parameters<typeof streams.add>[0];
  await Promise.all(all.map((one, at) => streams.add(roomOf(at % 40), one)));
  await expect(streams.add(roomOf(99), stream(999))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await streams.add(roomOf(99, 'other'), stream(999));
  streams.close();
  streams.close();
  expect(streams.size).toBe(0);
  for (const one of all) expect(one.close).toHaveBeenCalledOnce();
  await expect(streams.add(roomOf(0), stream(0))).rejects.toMatchObject({ code: 'OVERLOADED' });
});

it('streams that a drain has ended do not return by themselves, and may be ordered again', async () => {
  const { url, asked } = await listener();
  await push(url);
  await pull(url);
  await eventually(() => expect(asked).toHaveLength(2));
  cdn.end();
  programme.end('NODE_DRAINING');
  points.end('NODE_DRAINING');
  room.clock.advance(60_000);
  expect([cdn.pushes.size, cdn.pulls.size, openProgramme.mock.calls.length]).toEqual([0, 0, 1]);
  expect((await push(url)).status).toBe(201);
  await eventually(() => expect(asked).toHaveLength(3));
});

describe.each(['pushes', 'pulls'] as const)('for %s, a server', (kind) => {
  const begin = async (url: string): Promise<void> => {
    expect((await (kind === 'pushes' ? push(url) : pull(url))).status).toBe(201);
  };
  it('that does not listen is dialled again, with longer pauses, and never after the end', async () => {
    const server = await silentServer();
    await server.close();
    await begin(urlAt(server.port));
    for (const [attempts, pauseMs] of [
      [1, 1000],
      [2, 2000],
      [3, 4000],
    ] as const) {
      expect(await waiting(kind)).toBe('CONNECT_FAILED');
      expect(await only(kind)).toMatchObject({ attempts, lastError: { reason: 'ECONNREFUSED' } });
      room.clock.advance(pauseMs);
      await eventually(async () => expect((await only(kind))?.attempts).toBe(attempts + 1));
    }
    await waiting(kind);
    cdn.close();
    expect(room.clock.nextDueMs ?? Infinity).toBeGreaterThan(room.clock.nowMs());
    room.clock.advance(60_000);
    expect(cdn[kind].size).toBe(0);
  });
  it.each([
    ['that accepts and never answers', (socket: Socket) => void socket.resume()],
    [
      'whose handshake has no end',
      (socket: Socket) => {
        socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(HANDSHAKE_BYTES)]));
        socket.on('data', () => void socket.write(Buffer.alloc(1)));
      },
    ],
  ])('%s is left after ten seconds', async (_what, act) => {
    const { port, sockets } = await silentServer(act);
    await begin(urlAt(port));
    await eventually(() => expect([...sockets][0]?.bytesRead ?? 0).toBeGreaterThan(HANDSHAKE_BYTES));
    room.clock.advance(CLIENT_SETUP_MS - 1000);
    expect(await only(kind)).toMatchObject({ state: 'connecting' });
    room.clock.advance(1000);
    expect(await waiting(kind)).toBe('TIMED_OUT');
    await eventually(() => expect(sockets.size).toBe(0));
  });
  it('that never begins TLS is left after five seconds', async () => {
    const { port } = await silentServer();
    await begin(`rtmps://127.0.0.1:${port}/live/${KEY}`);
    room.clock.advance(CONNECT_MS - 1000);
    expect(await only(kind)).toMatchObject({ state: 'connecting' });
    room.clock.advance(1000);
    expect(await waiting(kind)).toBe('TIMED_OUT');
  });
  it('that does not speak RTMP is left', async () => {
    const { port } = await silentServer((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await begin(urlAt(port));
    expect(await waiting(kind)).toBe('MALFORMED');
  });
  it('that refuses is asked again with longer pauses, and its text is not repeated', async () => {
    const { url, asked } = await listener((request) => request.refuse('NetStream.Publish.BadName', `no ${KEY} here`));
    await begin(url);
    expect(await waiting(kind)).toBe('REFUSED');
    expect((await only(kind))?.lastError?.reason).toBe('NetStream.Publish.BadName');
    room.clock.advance(7000);
    expect(asked).toHaveLength(1);
    room.clock.advance(3000);
    await eventually(() => expect(asked).toHaveLength(2));
  });
  it('whose name resolves to an internal address the next time is not dialled', async () => {
    const { port, sockets } = await silentServer();
    const found = vi.fn(async () => [{ address: '127.0.0.1' }]);
    cdn.close();
    await points.close();
    await http.close();
    room.close();
    await start({ allowed: ['127.0.0.1/32'], lookup: found });
    await begin(`rtmp://cdn.example:${port}/live/${KEY}`);
    await eventually(() => expect(sockets.size).toBe(1));
    expect(found).toHaveBeenCalledExactlyOnceWith('cdn.example');
    found.mockResolvedValue([{ address: '127.0.0.2' }]);
    for (const socket of sockets) socket.destroy();
    expect(await waiting(kind)).toBe('ENDED');
    room.clock.advance(1000);
    await eventually(async () => expect((await only(kind))?.lastError?.code).toBe('TARGET_REFUSED'));
    expect(sockets.size).toBe(0);
  });
  it('loses the connection when an administrator ends the stream', async () => {
    const { url, asked, ended } = await listener();
    await begin(url);
    await eventually(() => expect(asked).toHaveLength(1));
    expect((await call('DELETE', `${kind}/${(await only(kind))?.id}`)).status).toBe(204);
    await eventually(() => expect(ended).toHaveBeenCalledOnce());
  });
});

describe('a push', () => {
  const video = (timestampMs: number, body = delta) => programme.give({ kind: 'video', timestampMs, body });
  const heard = (events: RtmpServerEvent[]) =>
    events.flatMap((event) => (event.kind === 'video' ? [[event.timestampMs, event.body.at(-1)]] : []));

  const large = (head: Uint8Array): Uint8Array => {
    const body = new Uint8Array(1_000_000);
    body.set(head);
    return body;
  };
  /** A programme always has sound: silence at least. */
  beforeEach(() => programme.give({ kind: 'audio', timestampMs: 0, body: hex('af001190') }));
  it('begins with formats and the last key frame, also after a reconnect, in the programme’s time', async () => {
    const { url, asked, events, ended } = await listener();
    video(0, videoFormat);
    video(1000, key);
    await push(url);
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    expect(asked[0]?.request).toMatchObject({ kind: 'publishRequested', app: 'live', name: KEY });
    await eventually(() =>
      expect(heard(events)).toEqual([
        [0, 0xc0],
        [1000, 0x0d],
      ]),
    );
    video(1040);
    await eventually(() => expect(heard(events)).toHaveLength(3));
    events.length = 0;
    asked[0]?.peer.close('restart');
    expect(await waiting('pushes')).toBe('ENDED');
    await eventually(() => expect(ended).toHaveBeenCalledOnce());
    video(1080);
    room.clock.advance(1000);
    await eventually(() =>
      expect(heard(events)).toEqual([
        [0, 0xc0],
        [1000, 0x0d],
        [1040, 0x9a],
        [1080, 0x9a],
      ]),
    );
    expect(openProgramme).toHaveBeenCalledOnce();
    expect(programme.viewers.size).toBe(1);
    expect(await only('pushes')).toMatchObject({ state: 'live', attempts: 2, lastError: { code: 'ENDED' } });
    video(1120, large(delta));
    room.clock.advance(1000);
    expect((await only('pushes'))?.bitrateKbps).toBeGreaterThan(1000);
  });
  it('requests key frames so that there is one every two seconds, with which players at the server begin', async () => {
    const { url } = await listener();
    video(0, videoFormat);
    video(0, key);
    await push(url);
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    room.clock.advance(1699);
    video(1699);
    expect(programme.keyFramesAsked).toBe(0);
    room.clock.advance(1);
    video(1700);
    video(1700);
    expect(programme.keyFramesAsked).toBe(1);
    room.clock.advance(1000);
    video(3000, key);
    room.clock.advance(1500);
    video(4500);
    expect(programme.keyFramesAsked).toBe(1);
  });
  it("shows the requested participant's picture", async () => {
    const { port } = await silentServer();
    const { status } = await call('POST', 'pushes', { body: { url: urlAt(port), picture: 'bob' } });
    expect(status).toBe(201);
    expect(openProgramme).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ apiKey: 'one', room: 'lobby', use: 'play', picture: 'bob', without: '' }),
    );
  });
  it('reopens a programme that has ended', async () => {
    const { url, asked } = await listener();
    await push(url);
    await eventually(() => expect(asked).toHaveLength(1));
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    programme.end('NODE_LOST');
    expect(await waiting('pushes')).toBe('NODE_LOST');
    room.clock.advance(1000);
    await eventually(() => expect(openProgramme).toHaveBeenCalledTimes(2));
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    expect(programme.viewers.size).toBe(1);
  });
  it('that is slower than the programme loses pictures, and is dialled again when too much waits', async () => {
    const { url } = await listener();
    video(0, videoFormat);
    await push(url);
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    for (let at = 0; at < 20; at += 1) video(at * 40, large(key));
    expect((await only('pushes'))?.droppedPictures).toBeGreaterThan(0);
    const body = large(Uint8Array.of(0xaf, 1));
    for (let at = 0; at < 20; at += 1) programme.give({ kind: 'audio', timestampMs: at * 20, body });
    expect(await waiting('pushes')).toBe('TOO_SLOW');
  });
  it('to a server that stops reading is dialled again', async () => {
    const server = await silentServer((socket) => {
      const connection = new RtmpServerConnection({ random: handshakeRandom, nowMs: 0 });
      socket.on('data', (bytes) => {
        for (const event of connection.receive(bytes, 0)) {
          if (event.kind !== 'publishRequested') continue;
          event.accept();
          socket.pause();
        }
        for (const output of connection.takeOutput()) socket.write(output);
      });
    });
    video(0, videoFormat);
    await push(urlAt(server.port));
    await eventually(async () => expect((await only('pushes'))?.state).toBe('live'));
    for (let dropped = 0; dropped === 0; dropped = (await only('pushes'))?.droppedPictures ?? 0) video(0, large(key));
    room.clock.advance(STALLED_MS + 5000);
    expect(await waiting('pushes')).toBe('TIMED_OUT');
  });
});

describe('a pull', () => {
  const send = (asked: { peer: RtmpPeer; request: RtmpRequest }[], timestampMs: number, body: Uint8Array) => {
    const last = asked.at(-1);
    last?.peer.write(encodeMedia({ kind: 'video', streamId: last.request.streamId, timestampMs, body }));
  };
  it('keeps its participant while the server is away for a moment, and leaves with its end', async () => {
    const { url, asked } = await listener();
    const { id } = (await pull(url, { name: 'The stage' })).body;
    await eventually(() => expect(asked).toHaveLength(1));
    expect(room.service.joins[0]).toMatchObject({ protocol: 'cdn' });
    expect(await only('pulls')).toMatchObject({ state: 'connecting', identity: 'stage' });
    send(asked, 0, videoFormat);
    send(asked, 0, key);
    await eventually(() => expect(room.packets.length).toBeGreaterThan(0));
    expect((await only('pulls'))?.state).toBe('live');
    asked[0]?.peer.close('the stream is over');
    expect(await waiting('pulls')).toBe('ENDED');
    expect(points.size).toBe(1);
    room.clock.advance(1000);
    await eventually(() => expect(asked).toHaveLength(2));
    const before = room.packets.length;
    send(asked, 5000, videoFormat);
    send(asked, 5000, key);
    await eventually(() => expect(room.packets.length).toBeGreaterThan(before));
    expect(new Set(room.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    room.clock.advance(HELD_MS);
    expect([points.size, room.service.joins.length]).toEqual([1, 1]); // Media have come since.
    expect((await call('DELETE', `pulls/${id}`)).status).toBe(204);
    expect(points.size).toBe(0);
  });
  it('leaves after 10 s without media, and returns with the first media', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    send(asked, 0, videoFormat);
    send(asked, 0, key);
    await eventually(() => expect(room.packets.length).toBeGreaterThan(0));
    asked[0]?.peer.close('the stream is over');
    expect(await waiting('pulls')).toBe('ENDED');
    const { last } = room.service;
    room.clock.advance(1000);
    await eventually(() => expect(asked).toHaveLength(2));
    room.clock.advance(HELD_MS - 1001);
    expect([points.size, last.closedWith]).toEqual([1, undefined]);
    room.clock.advance(1);
    expect([points.size, last.closedWith, room.service.joins.length]).toEqual([0, 1000, 1]);
    const before = room.packets.length;
    send(asked, 20_000, videoFormat); // This message precedes the participant's join, and must not be lost.
    send(asked, 20_000, key);
    await eventually(() => expect(room.packets.length).toBeGreaterThan(before));
    expect([points.size, room.service.joins.length, (await only('pulls'))?.state]).toEqual([1, 2, 'live']);
  });
  it('whose server never accepts leaves the room, and dials again', async () => {
    const server = await silentServer();
    await server.close();
    await pull(urlAt(server.port));
    expect(await waiting('pulls')).toBe('CONNECT_FAILED');
    room.clock.advance(HELD_MS);
    await eventually(() => expect([points.size, room.service.last.closedWith]).toEqual([0, 1000]));
    await eventually(async () => expect((await only('pulls'))?.attempts).toBeGreaterThan(1));
  });
  it('whose participant has left is over when an encoder has taken its identity', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    room.clock.advance(HELD_MS);
    expect(points.size).toBe(0);
    const encoder = { replaced: vi.fn(), ended: vi.fn() };
    (await points.open(streamKey({ identity: 'stage' }), { protocol: 'rtmp', clientIp: '' })).attach(encoder);
    send(asked, 0, videoFormat);
    await eventually(() => expect(cdn.pulls.size).toBe(0));
    expect(encoder.replaced).not.toHaveBeenCalled();
  });
  it.each([
    ['finally is over', 'KICKED', 0],
    ['temporarily is tried again', 'ROOM_FULL', 1],
  ] as const)('whose participant has left and is refused %s', async (_what, code, left) => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    room.clock.advance(HELD_MS);
    room.answer = refusal(code);
    send(asked, 0, videoFormat);
    if (left === 1) expect(await waiting('pulls')).toBe(code);
    await eventually(() => expect(cdn.pulls.size).toBe(left));
    expect(points.size).toBe(0);
  });
  it('from a server that stops sending is dialled again', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    send(asked, 0, videoFormat);
    await eventually(async () => expect((await only('pulls'))?.state).toBe('live'));
    room.clock.advance(CLIENT_IDLE_MS + 1000);
    expect(await waiting('pulls')).toBe('TIMED_OUT');
  });
  it('goes on after odd media, which are counted and logged once, and ends when nothing else comes', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    for (let time = 0; time < 2; time += 1) send(asked, 0, key);
    await eventually(() => expect(dropped).toEqual(['earlyPicture', 'earlyPicture']));
    expect((await only('pulls'))?.state).toBe('connecting');
    send(asked, 0, videoFormat);
    await eventually(async () => expect((await only('pulls'))?.state).toBe('live'));
    send(asked, 0, Uint8Array.of(0x17, 9, 0, 0, 0));
    room.clock.advance(CLIENT_IDLE_MS / 2);
    send(asked, 0, Uint8Array.of(0x17, 9, 0, 0, 0));
    await eventually(() => expect(dropped.slice(2)).toEqual(['picture', 'picture']));
    room.clock.advance(CLIENT_IDLE_MS / 2 + 1000);
    expect(await waiting('pulls')).toBe('TIMED_OUT');
    const reason =
      'NO_MEDIA: no media came for 30 s; dropped: 2 × pictures before their AVC config, 2 × unreadable pictures';
    expect((await only('pulls'))?.lastError?.reason).toBe(reason);
    const logged = lines
      .map((line) => JSON.parse(line))
      .flatMap(({ msg, kind }) => (msg === 'RTMP messages are dropped' ? [kind] : []));
    expect(logged).toEqual(['earlyPicture', 'picture']);
  });
  it('of a stream that browsers cannot show reports the reason', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    send(asked, 0, Uint8Array.of(0x12, 1, 2, 3));
    expect(await waiting('pulls')).toBe('CODEC_UNSUPPORTED');
    expect(points.size).toBe(1);
  });
  it.each([
    [
      'was removed',
      () => room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: '', reconnect: false } }),
    ],
    [
      'was replaced by an encoder with its identity',
      async () => {
        const point = await points.open(streamKey({ identity: 'stage' }), { protocol: 'rtmp', clientIp: '' });
        point.attach({ replaced: () => undefined, ended: () => undefined });
      },
    ],
  ])('is over when its participant %s', async (_what, act) => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    await act();
    await eventually(() => expect(cdn.pulls.size).toBe(0));
  });
  it('joins again when its session ended for another reason', async () => {
    const { url, asked } = await listener();
    await pull(url);
    await eventually(() => expect(asked).toHaveLength(1));
    send(asked, 0, videoFormat);
    await eventually(async () => expect((await only('pulls'))?.state).toBe('live'));
    room.service.last.sendFrame({ disconnect: { code: 'PING_TIMEOUT', message: '', reconnect: false } });
    await waiting('pulls');
    room.clock.advance(1000);
    await eventually(() => expect(asked).toHaveLength(2));
    send(asked, 0, videoFormat);
    await eventually(() => expect(room.service.joins).toHaveLength(2));
  });
});
