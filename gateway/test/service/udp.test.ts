// Native clients over real sockets: bad calls and hostile datagrams first, then media in both directions. A script is
// the signaling node, a UDP socket the media node; the clock is turned by hand.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Claims } from '@meridian/node-shell';
import { MeridianError, type RtpParameters } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { serialiseRtp } from '../../src/core/rtp/packet.ts';
import { parseRtcp, serialiseRtcp } from '../../src/core/rtp/rtcp.ts';
import { buildHttp } from '../../src/http/server.ts';
import { addUdp } from '../../src/http/udp.ts';
import { Placing } from '../../src/placing/placing.ts';
import type { AudioConverters } from '../../src/room/conversions.ts';
import { UdpListener } from '../../src/udp/listener.ts';
import { SILENCE_MS, type UdpSession } from '../../src/udp/session.ts';
import { SESSIONS_MAX, UdpSessions } from '../../src/udp/sessions.ts';
import { eventually } from '../support/eventually.ts';
import { refusal, ScriptedRoom } from '../support/scripted-room.ts';
import { SrtpPeer } from '../support/srtp-peer.ts';

type View = UdpSession['view'] & { id: string; address: { ip: string; port: number } };
type Stream = { ssrc: number; payloadType: number; trackId: string; muted: boolean };
const both = { publish: { video: { codec: 'h264' }, audio: { codec: 'opus' } }, subscribe: true };
const aacOf = (sampleRate: number, channels: number) => ({
  publish: { audio: { codec: 'aac', sampleRate, channels } },
});
const nodeKey = (byte: number): string => Buffer.alloc(30, byte).toString('base64');

let room: ScriptedRoom;
let listener: UdpListener;
let dropped = 0;
/** There is no capacity for more sound. */
let refusesSound = false;
let sessions: UdpSessions;
let placing: Placing;
const place = { region: 'fra', latitude: 0, longitude: 0 };
let http: Awaited<ReturnType<typeof buildHttp>>;
const sockets: Socket[] = [];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  dropped = 0;
  room.answer = keyed(1, 2);
  const { tokens, rng, log, clock, links, publications } = room.base;
  listener = await UdpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, dropped: () => void dropped++ });
  refusesSound = false;
  const converters: AudioConverters = (from, onUnit) => {
    if (refusesSound) throw new MeridianError('OVERLOADED');
    expect(from).toEqual({ codec: 'aac', sampleRate: 48_000, channels: 2 });
    return { write: ({ ptsMs, data }) => onUnit({ kind: 'audio', ptsMs, data }), close: () => undefined };
  };
  const base = { links, tokens, publications, clock, rng, log, listener, converters };
  sessions = new UdpSessions({ ...base, region: 'fra' });
  const wallMs = (): number => clock.wallMs();
  const ways = { tokens, keys: new StreamKeys([room.apiKey], { rng, wallMs }), wallMs, placing: {} as never };
  const self = { nodeId: 'gw', ...place, rtmpUrl: 'rtmp://host', publicUrl: 'http://host' };
  placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  http = await buildHttp({ ways, allowedOrigins: ['*'], log });
  addUdp(http, {
    sessions,
    tokens,
    near: { placing, allowedOrigins: ['*'] },
    address: { ip: '127.0.0.1', port: listener.port },
  });
});
afterEach(async () => {
  await http.close();
  sessions.close();
  expect([room.clock.pendingTimers, listener.size, sessions.size]).toEqual([0, 0, 0]);
  listener.close();
  for (const socket of sockets.splice(0)) socket.close();
  room.close();
});

/** A join that is answered with these keys of the media node. */
function keyed(send: number, recv: number) {
  const { joined } = room.joined();
  const plain = joined?.sendTransport?.plain ?? {};
  const keys = [send, recv].map((byte) => ({ cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: nodeKey(byte) }));
  return room.joined({
    sendTransport: { id: `send${send}`, plain: { ...plain, srtp: keys[0] ?? {} } },
    recvTransport: { id: `recv${recv}`, plain: { ...plain, srtp: keys[1] ?? {} } },
  });
}
const tokenOf = (o: Partial<Claims> = {}): Promise<string> =>
  room.base.tokens.mint('one', {
    ...{ identity: 'ann', name: 'Ann', room: 'lobby', canPublish: true, canSubscribe: true, hidden: false },
    ...{ lifetimeMs: 60_000, ...o },
  });
async function call(payload: object | string = both, o: Partial<Claims> = {}, authorization?: string) {
  const headers = {
    'content-type': 'application/json',
    authorization: authorization ?? `Bearer ${await tokenOf(o)}`,
  };
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return await http.inject({ method: 'POST', url: '/v1/udp', payload: body, headers });
}
const get = async (id: string, query = '') => await http.inject(`/v1/udp/${id}${query}`);
async function socket(): Promise<Socket & { got: Buffer[] }> {
  const one = Object.assign(createSocket('udp4'), { got: [] as Buffer[] });
  sockets.push(one);
  one.on('message', (datagram) => void one.got.push(datagram));
  one.bind(0, '127.0.0.1');
  await once(one, 'listening');
  return one;
}
const packet = ({ ssrc, payloadType }: Stream, sequenceNumber: number): Uint8Array =>
  serialiseRtp({ payloadType, marker: true, sequenceNumber, timestamp: 1, ssrc, payload: Uint8Array.of(7, 8, 9) });
const ssrcBytes = (ssrc: number): number[] => [ssrc >>> 24, (ssrc >>> 16) & 255, (ssrc >>> 8) & 255, ssrc & 255];
const report = (ssrc: number): Uint8Array => serialiseRtcp([{ type: 'rr', ssrc, reports: [] }]);

/** A client that has called, with a socket of its own. */
class Native {
  readonly view: View;
  readonly video: Stream;
  readonly out: SrtpPeer;
  readonly socket: Socket & { got: Buffer[] };
  static async open(request: object = both, o: Partial<Claims> = {}): Promise<Native> {
    return new Native((await call(request, o)).json(), await socket());
  }
  private constructor(view: View, own: Socket & { got: Buffer[] }) {
    this.view = view;
    this.video = (view.publish as Record<string, Stream>)['video'] as Stream;
    this.out = new SrtpPeer(view.srtp.sendKey);
    this.socket = own;
  }
  rtp(sequence: number): Buffer {
    return this.out.sealRtp(packet(this.video, sequence));
  }
  report(): Buffer {
    return this.out.sealRtcp(report(this.view.rtcpSsrc));
  }
  send(datagram: Uint8Array, from: Socket = this.socket): void {
    from.send(datagram, listener.port, '127.0.0.1');
  }
}
/** All that was sent to the port before has been looked at. */
async function settled(native: Native): Promise<void> {
  const before = room.datagrams.length;
  native.send(native.report());
  await eventually(() => expect(room.datagrams.length).toBeGreaterThan(before));
}

it('a call is sent to the gateway near the client, with its body, once it has shown its token', async () => {
  const near = { nodeId: 'near', state: 'alive', ...place, rtmpUrl: '', publicUrl: 'https://near' };
  const nearest = vi.spyOn(placing, 'nearest').mockResolvedValue(near);
  expect((await call(both, {}, 'Bearer a.b.c')).statusCode).toBe(401);
  expect(nearest).not.toHaveBeenCalled();
  const { statusCode, headers } = await call(both, { fence: 'fra,sgp' });
  expect([statusCode, headers.location]).toEqual([307, 'https://near/v1/udp?at=near']);
  expect(nearest.mock.calls[0]?.[1]).toMatchObject({ apiKey: 'one', room: 'lobby', fence: 'fra,sgp' });
  expect([room.service.joins.length, sessions.size]).toEqual([0, 0]);
});

describe('a call is refused', () => {
  const rows: [string, object | string, Partial<Claims>, string | undefined, number, string][] = [
    ['without a token', both, {}, '', 401, 'TOKEN_MISSING'],
    ['with a token that is none', both, {}, 'Bearer abc', 401, 'TOKEN_INVALID'],
    ['with an expired token', both, { lifetimeMs: -60_000 }, undefined, 401, 'TOKEN_EXPIRED'],
    ['that publishes without the right', both, { canPublish: false }, undefined, 403, 'NOT_PERMITTED'],
    ['that receives without the right', both, { canSubscribe: false }, undefined, 403, 'NOT_PERMITTED'],
    ['for nothing', {}, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for nothing to publish', { publish: {} }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for another codec', { publish: { video: { codec: 'av1' } } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for sound as video', { publish: { video: { codec: 'opus' } } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['of a room that may not touch this region', both, { fence: 'sgp' }, undefined, 403, 'FENCED_OUT'],
    ['for no codec', { publish: { audio: {} } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['who decodes nothing', { subscribe: true, decodes: [] }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['with a field of another type', { subscribe: 'yes' }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['with a field that is not known', { ...both, key: 'x' }, {}, undefined, 400, 'REQUEST_INVALID'],
    [
      'for AAC without a rate',
      { publish: { audio: { codec: 'aac', channels: 2 } } },
      {},
      undefined,
      400,
      'REQUEST_INVALID',
    ],
    ['for AAC of a rate that there is not', aacOf(44_000, 2), {}, undefined, 400, 'REQUEST_INVALID'],
    ['for AAC of six channels', aacOf(48_000, 6), {}, undefined, 400, 'REQUEST_INVALID'],
    ['with bad JSON', '{"publish":', {}, undefined, 400, 'REQUEST_INVALID'],
    ['with too long a body', `{"x":"${'n'.repeat(5000)}"}`, {}, undefined, 413, 'REQUEST_INVALID'],
  ];
  it.each(rows)('%s', async (_what, body, claims, authorization, status, code) => {
    const response = await call(body, claims, authorization);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(room.service.joins).toEqual([]);
  });
  it('when there is no capacity for its sound', async () => {
    refusesSound = true;
    const response = await call(aacOf(48_000, 2));
    expect([response.statusCode, response.json().code]).toEqual([503, 'OVERLOADED']);
    expect([listener.size, sessions.size, room.service.last.closedWith]).toEqual([0, 0, 1000]);
  });
  it('when the room refuses, or a track', async () => {
    room.answer = refusal('KICKED');
    expect((await call()).json().code).toBe('KICKED');
    room.answer = keyed(1, 2);
    room.service.others = ({ publish }) => (publish == null ? { ack: {} } : refusal('TRACK_LIMIT'));
    expect((await call()).json().code).toBe('TRACK_LIMIT');
    expect([listener.size, sessions.size, room.clock.pendingTimers]).toEqual([0, 0, 0]);
  });
  it(`beyond ${SESSIONS_MAX} sessions, and at the end`, async () => {
    room.service.failure = new Error('nobody answers yet');
    const token = await tokenOf();
    const request = { publish: { audio: { codec: 'opus' } } } as const;
    const codeOf = (): Promise<string> =>
      sessions.open(token, request, '').then(
        () => 'fine',
        ({ code }) => code,
      );
    const all = Array.from({ length: SESSIONS_MAX }, codeOf);
    await eventually(() => expect(sessions.size).toBe(SESSIONS_MAX));
    expect(await codeOf()).toBe('OVERLOADED');
    room.answer = refusal('ROOM_FULL');
    room.answer = refusal('KICKED');
    room.service.failure = undefined;
    expect(new Set(await Promise.all(all))).toEqual(new Set(['KICKED']));
    sessions.close();
    expect(await codeOf()).toBe('OVERLOADED');
  });
  it('about a session that is not known, or with something that is none of its fields', async () => {
    const { view } = await Native.open();
    const patch = async (id: string, payload: object) =>
      (await http.inject({ method: 'PATCH', url: `/v1/udp/${id}`, payload })).statusCode;
    expect((await get('nobody')).statusCode).toBe(404);
    expect((await http.inject({ method: 'DELETE', url: '/v1/udp/nobody' })).json().code).toBe('SESSION_UNKNOWN');
    expect(await patch('nobody', { video: { muted: true } })).toBe(404);
    expect((await get(view.id, '?after=x')).statusCode).toBe(400);
    expect((await get(view.id, '?after=1&after=2')).statusCode).toBe(400);
    expect(await patch(view.id, {})).toBe(400);
    expect(await patch(view.id, { video: { muted: 1 } })).toBe(400);
    const audioOnly = await Native.open({ publish: { audio: { codec: 'opus' } } });
    expect(await patch(audioOnly.view.id, { video: { muted: true } })).toBe(400);
  });
});

describe('a datagram changes nothing and gets no answer', () => {
  it('that is no SRTP, of nobody, of another key, or came before; from wherever it comes', async () => {
    const native = await Native.open();
    const foreign = await socket();
    const real = native.rtp(1);
    const report1 = native.report();
    const forger = new SrtpPeer(nodeKey(99));
    const hostile = [
      ...[Buffer.alloc(0), Buffer.alloc(2000, 0x80), Buffer.from('000100002112a442', 'hex'), Buffer.alloc(100, 0x13)],
      forger.sealRtp(packet(native.video, 1)),
      forger.sealRtcp(report(native.view.rtcpSsrc)),
      native.out.sealRtp(packet({ ...native.video, ssrc: 77 }, 1)),
      real.subarray(0, -1),
      Buffer.concat([real, Buffer.alloc(1)]),
    ];
    for (const datagram of hostile) native.send(datagram, foreign);
    await eventually(() => expect(dropped).toBe(hostile.length));
    expect(room.datagrams).toEqual([]);
    native.send(real);
    native.send(report1);
    await eventually(() => expect(room.datagrams).toHaveLength(3)); // reports go to both transports
    for (const datagram of [real, report1]) native.send(datagram, foreign);
    await eventually(() => expect(dropped).toBe(hostile.length + 2));
    room.send([Uint8Array.of(0x80, 1, 2, 3)]);
    await eventually(() => expect(native.socket.got).toHaveLength(1));
    expect([room.datagrams.length, foreign.got]).toEqual([3, []]);
  });
  it('sent as RTP under the SSRC that is for reports', async () => {
    const native = await Native.open();
    native.send(native.out.sealRtp(packet({ ...native.video, ssrc: native.view.rtcpSsrc }, 1)));
    await settled(native);
    expect(room.packets.filter(({ ssrc }) => ssrc === native.view.rtcpSsrc)).toEqual([]);
  });
  it('after the end of its session', async () => {
    const native = await Native.open();
    expect((await http.inject({ method: 'DELETE', url: `/v1/udp/${native.view.id}` })).statusCode).toBe(204);
    native.send(native.rtp(1));
    await eventually(() => expect(dropped).toBe(1));
    expect((await get(native.view.id)).statusCode).toBe(404);
    expect(room.service.last.closedWith).toBe(1000);
  });
  it('of a key that does not fit, beyond a hundred a second; others of that address are not kept out for long', async () => {
    const [good, native] = [await Native.open(), await Native.open()];
    good.send(good.rtp(1));
    await eventually(() => expect(room.packets).toHaveLength(1));
    const forger = new SrtpPeer(nodeKey(99));
    for (let at = 0; at < 150; at++) native.send(forger.sealRtp(packet(native.video, at)));
    native.send(native.rtp(1)); // nobody has heard of its address yet
    good.send(good.rtp(2));
    await eventually(() => expect(room.packets).toHaveLength(2));
    expect(room.packets.map(({ ssrc }) => ssrc)).toEqual([good.video.ssrc, good.video.ssrc]);
    room.clock.advance(1000);
    native.send(native.rtp(2));
    await eventually(() => expect(room.packets).toHaveLength(3));
  });
});

describe('a native client', () => {
  it('is told its keys and streams, and joins with them', async () => {
    const response = await call({ ...both, decodes: ['h264'] });
    const view: View = response.json();
    expect([response.statusCode, response.headers['location']]).toEqual([201, `/v1/udp/${view.id}`]);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(view).toMatchObject({
      address: { ip: '127.0.0.1', port: listener.port },
      srtp: { suite: 'AES_CM_128_HMAC_SHA1_80', feedbackKey: nodeKey(1), recvKey: nodeKey(2) },
      publish: {
        video: { payloadType: 105, mimeType: 'video/H264', clockRate: 90_000, muted: false },
        audio: { payloadType: 100, mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      },
      receive: [],
      participants: [{ identity: 'ann' }],
    });
    const [join] = room.service.joins;
    expect(join).toMatchObject({ protocol: 'udp', manualSubscribe: false });
    for (const plain of [join?.sendEndpoint?.plain, join?.recvEndpoint?.plain])
      expect(plain?.srtp).toMatchObject({ cryptoSuite: view.srtp.suite, keyBase64: view.srtp.sendKey });
    expect(join?.recvRtpCapabilities?.codecs?.map(({ mimeType }) => mimeType?.toLowerCase())).toEqual([
      ...['video/h264', 'video/h264', 'video/h264', 'audio/opus'],
    ]);
    const published = room.service.last.of('publish');
    expect(published.map(({ rtpParameters }) => rtpParameters?.encodings?.[0]?.ssrc)).toEqual(
      Object.values(view.publish as Record<string, Stream>).map(({ ssrc }) => ssrc),
    );
    // Media nodes reckon when something was captured by all reports of one name, browsers keep its streams together.
    expect(new Set(published.map(({ rtpParameters }) => rtpParameters?.cname)).size).toBe(1);
  });
  it('with AAC has another name for the clock of that sound, which the gateway reports by', async () => {
    await Native.open({ publish: { ...both.publish, ...aacOf(48_000, 2).publish } });
    const names = room.service.last.of('publish').map(({ rtpParameters }) => rtpParameters?.cname);
    expect(new Set(names).size).toBe(2);
  });
  it('of one direction has one endpoint and one key', async () => {
    const sends = await Native.open({ publish: { audio: { codec: 'opus' } } });
    expect([room.service.joins[0]?.recvEndpoint, room.service.last.of('publish').length]).toEqual([null, 1]);
    expect(Object.keys(sends.view.publish)).toEqual(['audio']);
    const receives = await Native.open({ subscribe: true });
    expect([room.service.joins[1]?.sendEndpoint, room.service.last.of('publish').length]).toEqual([null, 0]);
    expect(receives.view.publish).toEqual({});
  });
  it('is forwarded as it came, and gets what comes from the media node as it came', async () => {
    const native = await Native.open();
    const sent = [native.rtp(1), native.rtp(2)];
    for (const datagram of sent) native.send(datagram);
    await eventually(() => expect(room.datagrams).toHaveLength(2));
    expect(room.datagrams.map((one) => Buffer.from(one))).toEqual(sent);
    const back = Uint8Array.from({ length: 60 }, (_, at) => 0x80 + at);
    room.send([back]);
    await eventually(() => expect(native.socket.got).toEqual([Buffer.from(back)]));
  });
  it('keeps its address while it sends from there, and has another one after a second of silence', async () => {
    const native = await Native.open();
    const other = await socket();
    native.send(native.rtp(1));
    await eventually(() => expect(room.packets).toHaveLength(1));
    native.send(native.rtp(2), other);
    await eventually(() => expect(room.packets).toHaveLength(2));
    room.send([Uint8Array.of(0x80, 1)]);
    await eventually(() => expect(native.socket.got).toHaveLength(1));
    room.clock.advance(1000);
    native.send(native.rtp(3), other);
    await eventually(() => expect(room.packets).toHaveLength(3));
    room.send([Uint8Array.of(0x80, 2)]);
    await eventually(() => expect(other.got).toHaveLength(1));
    expect(native.socket.got).toHaveLength(1);
  });
  it('that says nothing authentic for 30 s has gone; reports keep it', async () => {
    const native = await Native.open();
    for (let turn = 0; turn < 4; turn++) {
      room.clock.advance(SILENCE_MS - 1000);
      await settled(native);
    }
    for (let second = 0; second < SILENCE_MS / 1000; second++) {
      native.send(new SrtpPeer(nodeKey(99)).sealRtp(packet(native.video, second)));
      room.clock.advance(1000);
    }
    const last = await get(native.view.id);
    expect([last.statusCode, last.json().code]).toEqual([410, 'PING_TIMEOUT']);
  });
});

describe('what a native client receives', () => {
  const rtp: RtpParameters = {
    mid: 'video',
    codecs: [{ mimeType: 'video/H264', payloadType: 105, clockRate: 90_000, parameters: {} }],
    encodings: [{ ssrc: 4242 }],
  };
  it('is told to who waits for it, and begins when the client has an address', async () => {
    const native = await Native.open();
    const { version } = (await get(native.view.id)).json();
    const waiting = get(native.view.id, `?after=${version}`);
    room.subscribe({ trackId: 'TR_video', consumerId: 'c1', rtp });
    const told: View = (await waiting).json();
    expect(told.version).toBeGreaterThan(version);
    const { receive } = (await get(native.view.id)).json();
    expect(receive).toEqual([
      expect.objectContaining({ trackId: 'TR_video', kind: 'video', ssrc: 4242, identity: 'ann', muted: false }),
    ]);
    expect(room.service.last.of('subscriptionsReady')).toEqual([]);
    native.send(native.report());
    await eventually(() => expect(room.service.last.of('subscriptionsReady')).toHaveLength(1));
    expect(room.service.last.of('subscriptionsReady')[0]?.consumerIds).toEqual(['c1']);
  });
  it('is told also when it moves, is muted, or ends', async () => {
    const native = await Native.open();
    room.subscribe({ trackId: 'TR_video', consumerId: 'c1', rtp });
    const receives = (row: object | undefined) =>
      eventually(async () => {
        const { receive } = (await get(native.view.id)).json();
        expect(receive).toEqual(row === undefined ? [] : [expect.objectContaining(row)]);
      });
    await receives({ ssrc: 4242, muted: false });
    const muted = { sessionId: 'PA_ann', trackId: 'TR_video', muted: true };
    room.service.last.say({ roomEvents: { roomEpoch: 1, events: [{ seq: 3, trackMuted: muted }] } });
    await receives({ ssrc: 4242, muted: true });
    room.service.last.say({ subscriptionRemoved: { consumerId: 'c1', trackId: 'TR_video', reason: 'UNPUBLISHED' } });
    await receives(undefined);
  });
  it('is waited for by one alone, no longer than 25 s, and not beyond the end', async () => {
    const native = await Native.open();
    const first = get(native.view.id, '?after=999');
    await eventually(() => expect(room.clock.pendingTimers).toBeGreaterThan(1));
    const second = get(native.view.id, '?after=999');
    expect((await first).statusCode).toBe(200);
    await settled(native);
    room.clock.advance(25_000);
    expect((await second).statusCode).toBe(200);
    const third = get(native.view.id, '?after=999');
    await eventually(() => expect(room.clock.pendingTimers).toBeGreaterThan(1));
    room.service.last.say({ disconnect: { code: 'KICKED', message: 'removed', reconnect: false } });
    const last = await third;
    expect([last.statusCode, last.json().code]).toEqual([410, 'KICKED']);
    expect((await get(native.view.id)).json().code).toBe('KICKED');
  });
});

describe('its own tracks', () => {
  it('are muted by itself and by others, and it is told', async () => {
    const native = await Native.open();
    const payload = { audio: { muted: true } };
    const view = (await http.inject({ method: 'PATCH', url: `/v1/udp/${native.view.id}`, payload })).json();
    const { audio, video } = view.publish as Record<string, Stream>;
    expect([audio?.muted, video?.muted]).toEqual([true, false]);
    expect(room.service.last.of('setTrackMuted')).toMatchObject([{ trackId: audio?.trackId, muted: true }]);
    const own = { sessionId: 'PA_gateway', track: { trackId: native.video.trackId, kind: 2, source: 1 } };
    const muted = { sessionId: 'PA_gateway', trackId: native.video.trackId, muted: true };
    const events = [
      { seq: 2, trackPublished: own },
      { seq: 3, trackMuted: muted },
    ];
    room.service.last.say({ roomEvents: { roomEpoch: 1, events } });
    await eventually(async () => expect((await get(native.view.id)).json().publish.video.muted).toBe(true));
  });
  it('are wanted in another codec in vain', async () => {
    await Native.open({ publish: { video: { codec: 'vp8' } } });
    const wanted = { trackId: 'TR_x', mimeType: 'video/H264', isWanted: true };
    room.service.last.say({ renditionWanted: wanted });
    room.service.last.say({ renditionWanted: { ...wanted, isWanted: false } });
    await eventually(() => expect(room.service.last.of('renditionRefused')).toHaveLength(1));
    expect(room.service.last.of('renditionRefused')[0]).toMatchObject({ trackId: 'TR_x', code: 'CODEC_UNSUPPORTED' });
  });
});

describe('AAC', () => {
  /** One frame of two bytes. */
  const aacPacket = ({ ssrc, payloadType }: Stream, sequenceNumber: number): Uint8Array => {
    const payload = Uint8Array.of(0, 16, 0, 16, 0xaa, sequenceNumber);
    return serialiseRtp({ payloadType, marker: true, sequenceNumber, timestamp: 1024 * sequenceNumber, ssrc, payload });
  };
  const started = async () => {
    const native = await Native.open(aacOf(48_000, 2));
    const stream = (native.view.publish as Record<string, Stream>)['audio'] as Stream;
    const opusSsrc = room.service.last.of('publish')[0]?.rtpParameters?.encodings?.[0]?.ssrc ?? 0;
    const send = (sequence: number): void => native.send(native.out.sealRtp(aacPacket(stream, sequence)));
    return { native, stream, opusSsrc, send };
  };
  const frames = (key: string): number[] => {
    const peer = new SrtpPeer(key);
    return room.datagrams
      .filter((one) => (one[1] ?? 0) < 192)
      .flatMap((one) => peer.openRtp(one) ?? Buffer.from('forged'))
      .map((plain) => plain.at(-1) ?? -1);
  };
  it('is published as Opus under an SSRC of its own, also at the next media node', async () => {
    const { native, stream, opusSsrc, send } = await started();
    expect(stream).toMatchObject({
      mimeType: 'audio/mpeg4-generic',
      clockRate: 48_000,
      parameters: { mode: 'AAC-hbr' },
    });
    expect(opusSsrc).not.toBe(stream.ssrc);
    expect(room.service.last.of('publish')[0]?.track?.mimeType).toBe('audio/opus');
    for (const sequence of [1, 2, 3]) send(sequence);
    await eventually(() => expect(room.packets).toHaveLength(3));
    expect(new Set(room.packets.map(({ ssrc }) => ssrc))).toEqual(new Set([opusSsrc]));
    expect(frames(native.view.srtp.sendKey)).toEqual([1, 2, 3]);

    room.answer = keyed(3, 4);
    room.service.last.say({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(room.service.joins).toHaveLength(2));
    await eventually(async () => {
      const { publish } = (await get(native.view.id)).json();
      expect(publish.audio.trackId).not.toBe(stream.trackId);
    });
    room.datagrams.length = 0;
    send(4);
    await eventually(() => expect(room.packets).toHaveLength(4));
    expect(frames(room.service.joins[1]?.sendEndpoint?.plain?.srtp?.keyBase64 ?? '')).toEqual([4]);
  });
  it('that is lost is asked for; what the media node misses is sent again', async () => {
    const { native, stream, opusSsrc, send } = await started();
    send(1);
    send(3);
    await eventually(() => expect(room.packets).toHaveLength(1));
    await eventually(() => {
      room.clock.advance(20);
      expect(native.socket.got.length).toBeGreaterThan(0);
    });
    const feedback = new SrtpPeer(nodeKey(1));
    const asked = native.socket.got.flatMap((one) => parseRtcp(feedback.openRtcp(one) ?? one) ?? []);
    expect(asked).toContainEqual(
      expect.objectContaining({ type: 'nack', mediaSsrc: stream.ssrc, sequenceNumbers: [2] }),
    );
    send(2);
    await eventually(() => expect(room.packets).toHaveLength(3));
    expect(frames(native.view.srtp.sendKey)).toEqual([1, 2, 3]);
    const second = room.datagrams.find((one) => one[3] === ((room.packets[1]?.sequenceNumber ?? 0) & 255));
    const wanted = { senderSsrc: 0, mediaSsrc: opusSsrc, sequenceNumbers: [room.packets[1]?.sequenceNumber ?? 0] };
    room.send([feedback.sealRtcp(serialiseRtcp([{ type: 'nack', ...wanted }]))]);
    await eventually(() => expect(room.packets).toHaveLength(4));
    expect(room.datagrams.filter((one) => one[1] === second?.[1]).at(-1)).toEqual(second);
  });
  it('that is none of it makes no sound', async () => {
    const { native, stream, send } = await started();
    const { ssrc, payloadType } = stream;
    for (const payload of [Uint8Array.of(0), Uint8Array.of(0xff, 0xff, 1), Uint8Array.of(0, 16, 0xff, 0xff, 1)])
      native.send(
        native.out.sealRtp(
          serialiseRtp({ payloadType, marker: true, sequenceNumber: payload.length, timestamp: 1, ssrc, payload }),
        ),
      );
    native.send(
      native.out.sealRtp(Uint8Array.from([0x8f, payloadType, 0, 8, ...new Uint8Array(4), ...ssrcBytes(ssrc)])),
    );
    await settled(native);
    room.clock.advance(1000);
    for (const sequence of [10, 11]) send(sequence);
    room.clock.advance(1000);
    await eventually(() => {
      room.clock.advance(20);
      expect(room.packets).toHaveLength(2);
    });
    expect(frames(native.view.srtp.sendKey)).toEqual([10, 11]);
  });
});

describe('when its media node dies', () => {
  const rejoined = async (native: Native, joins: number): Promise<View> => {
    room.answer = keyed(3, 4);
    room.service.last.say({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(room.service.joins).toHaveLength(joins));
    await eventually(() => expect(room.service.last.of('publish')).toHaveLength(2));
    return (await get(native.view.id)).json();
  };
  it('it sends on with its key and SSRCs, whatever has wrapped; the next node gets it in a key of its own', async () => {
    const native = await Native.open();
    for (const sequence of [65_534, 65_535, 0, 1]) native.send(native.rtp(sequence));
    await eventually(() => expect(room.packets).toHaveLength(4));
    const payload = { video: { muted: true } };
    await http.inject({ method: 'PATCH', url: `/v1/udp/${native.view.id}`, payload });
    const after = await rejoined(native, 2);
    expect(after.srtp).toMatchObject({
      ...{ sendKey: native.view.srtp.sendKey, feedbackKey: nodeKey(3), recvKey: nodeKey(4) },
    });
    expect(after).toMatchObject({ rtcpSsrc: native.view.rtcpSsrc, receive: [] });
    const { ssrc, muted, trackId } = (after.publish as Record<string, Stream>)['video'] as Stream;
    expect([ssrc, muted, trackId === native.video.trackId]).toEqual([native.video.ssrc, true, false]);
    expect(room.service.last.of('publish')[0]?.track).toMatchObject({ trackId, muted: true });

    const key = room.service.joins[1]?.sendEndpoint?.plain?.srtp?.keyBase64 ?? '';
    expect(key).not.toBe(native.view.srtp.sendKey);
    const node = new SrtpPeer(key);
    const before = room.datagrams.length;
    native.send(native.rtp(2));
    native.send(native.rtp(3));
    native.send(native.report());
    await eventually(() => expect(room.datagrams).toHaveLength(before + 4));
    const [two, three, heard] = room.datagrams.slice(before);
    expect([two, three].map((one) => node.openRtp(one ?? Buffer.alloc(22)))).toEqual(
      [2, 3].map((sequence) => Buffer.from(packet(native.video, sequence))),
    );
    expect(node.openRtcp(heard ?? Buffer.alloc(22))).toEqual(Buffer.from(report(native.view.rtcpSsrc)));
  });
  it('nothing of it goes to the next one before that takes it', async () => {
    const native = await Native.open();
    native.send(native.rtp(1));
    await eventually(() => expect(room.packets).toHaveLength(1));
    room.service.others = ({ publish }) => (publish == null ? { ack: {} } : undefined);
    await rejoined(native, 2);
    native.send(native.rtp(2));
    await settled(native);
    expect(room.packets).toHaveLength(1);
    room.service.others = () => ({ ack: {} });
    for (const frame of room.service.last.said.filter(({ publish }) => publish != null))
      room.service.last.say({ replyTo: frame.requestId, ack: {} });
    await eventually(async () => {
      native.send(native.rtp(3 + room.datagrams.length));
      await settled(native);
      expect(room.packets.length).toBeGreaterThan(1);
    });
  });
  it('and the next one refuses a track, it is told why', async () => {
    const native = await Native.open();
    room.service.others = ({ publish }) => (publish == null ? { ack: {} } : refusal('TRACK_LIMIT'));
    room.service.last.say({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(async () => expect((await get(native.view.id)).statusCode).toBe(410));
    expect((await get(native.view.id)).json().code).toBe('TRACK_LIMIT');
  });
});
