import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FixedKeys, noOrigin, type TurnConfig, TurnServers } from '@meridian/node-shell';
import type { ErrorCode } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { buildHttp } from '../../src/http/server.ts';
import { addWhip } from '../../src/http/whip.ts';
import { Callers } from '../../src/whip/callers.ts';
import { DISCONNECTED_MS, UNCONNECTED_MS } from '../../src/whip/session.ts';
import { WhipSessions } from '../../src/whip/sessions.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';

type Http = Awaited<ReturnType<typeof buildHttp>>;
type Headers = Record<string, string>;
let http: Http;
let room: ScriptedRoom;
let keys: StreamKeys;
let sessions: WhipSessions;
const page = 'https://page.example';
const SDP = { 'content-type': 'application/sdp' };
const FRAGMENT = { 'content-type': 'application/trickle-ice-sdpfrag' };
const offer = readFileSync(new URL('../../../sdp/test/fixtures/chromium.sdp', import.meta.url), 'utf8');
const ufrag = /a=ice-ufrag:(\S+)/.exec(offer)?.[1] ?? '';
const [trickled, restarted] = [
  `a=ice-ufrag:${ufrag}\r\na=ice-pwd:p\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n`,
  'a=ice-ufrag:other\r\na=ice-pwd:other\r\n',
];

const transport = {
  id: 'send',
  iceParameters: { usernameFragment: 'node', password: 'secret', iceLite: true },
  iceCandidates: [
    { foundation: 'udp', priority: 9, address: '192.0.2.9', protocol: 'udp', port: 7900, type: 'host' },
    { foundation: 'tcp', priority: 8, address: '192.0.2.9', protocol: 'tcp', port: 7900, type: 'host' },
  ],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
};
const joined = (o = {}) => room.joined({ sendTransport: transport, ...o });

async function build(max = 100, turnConfig?: TurnConfig): Promise<void> {
  const { tokens, apiKeys, rng, log, clock, links } = room.base;
  const wallMs = (): number => clock.wallMs();
  keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  sessions = new WhipSessions({ links, publications: room.publications, apiKeys, clock, rng, log, max });
  const nearest = async () => ({ rtmpUrl: 'rtmp://host', publicUrl: 'http://host' });
  const placing = { nearest, otherGateway: nearest, origin: () => ({ publicUrl: 'http://host' }) };
  const ways = { tokens, keys, wallMs, placing };
  http = await buildHttp({ ways, allowedOrigins: [page], log, gate: gatesOf(clock).http });
  const turn = new TurnServers(turnConfig, clock);
  addWhip(http, { callers: new Callers({ tokens, keys }), sessions, publicUrl: 'http://host', turn });
}
beforeEach(async () => {
  room = await ScriptedRoom.open();
  room.answer = joined();
  await build();
});
afterEach(async () => {
  await http.close();
  sessions.close();
  expect([sessions.size, room.clock.pendingTimers]).toEqual([0, 0]);
  room.close();
});

const bearer = (o = {}): Headers => ({ authorization: `Bearer ${keys.seal(streamKey(o))}` });
const post = (payload: string, headers: Headers) => http.inject({ method: 'POST', url: '/whip', payload, headers });
const publish = (headers = bearer()) => post(offer, { ...SDP, ...headers });
const tokenOf = (o = {}): Promise<string> =>
  room.base.tokens.mint('one', {
    identity: 'ann',
    name: 'Ann',
    room: 'lobby',
    canPublish: true,
    canSubscribe: true,
    hidden: false,
    lifetimeMs: 60_000,
    ...o,
  });

async function session() {
  const headers = bearer();
  const response = await publish(headers);
  expect([response.statusCode, response.body.slice(0, 3)]).toEqual([201, 'v=0']);
  const url = String(response.headers['location']).replace('http://host', '');
  const etag = String(response.headers['etag']);
  const patch = (payload: string, more: Headers = {}) =>
    http.inject({ method: 'PATCH', url, payload, headers: { ...headers, ...FRAGMENT, 'if-match': etag, ...more } });
  const end = (more: Headers = headers) => http.inject({ method: 'DELETE', url, headers: more });
  const isThere = async (): Promise<boolean> => (await patch(trickled)).statusCode === 204;
  const say = (state: string): void =>
    room.service.last.sendFrame({ transportChanged: { transportId: 'send', state } });
  return { response, url, etag, patch, end, isThere, say };
}

describe('an offer is refused', () => {
  it.each([
    ['without a bearer', () => ({}), 401, 'TOKEN_MISSING'],
    ['with another way to authenticate', () => ({ authorization: 'Basic abc' }), 401, 'TOKEN_MISSING'],
    ['with a bearer that is neither token nor key', () => ({ authorization: 'Bearer abc' }), 401, 'TOKEN_INVALID'],
    ['with a malformed token', () => ({ authorization: 'Bearer a.b.c' }), 401, 'TOKEN_INVALID'],
    [
      'with a key that has expired',
      () => bearer({ expiresWallMs: room.clock.wallMs() - 60_000 }),
      401,
      'TOKEN_EXPIRED',
    ],
    ['with a key to play', () => bearer({ use: 'play' }), 403, 'NOT_PERMITTED'],
  ])('%s', async (_what, headers, status, code) => {
    const response = await publish(headers());
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    expect([sessions.size, room.service.joins.length]).toEqual([0, 0]);
  });
  it('with a token that may not publish', async () => {
    const response = await publish({ authorization: `Bearer ${await tokenOf({ canPublish: false })}` });
    expect([response.statusCode, response.json().code]).toEqual([403, 'NOT_PERMITTED']);
  });
  it.each([
    ['of another content type', '{}', { 'content-type': 'application/json' }, 415, 'REQUEST_INVALID'],
    ['that is a fragment', restarted, FRAGMENT, 415, 'REQUEST_INVALID'],
    ['without a content type', offer, {}, 415, 'REQUEST_INVALID'],
    ['that is too large', `${offer}${'a=x\r\n'.repeat(16_384)}`, SDP, 413, 'REQUEST_INVALID'],
    ['that is empty', '', SDP, 400, 'REQUEST_INVALID'],
    ['that is no SDP', 'offer me something', SDP, 400, 'REQUEST_INVALID'],
    ['that sends nothing', offer.replaceAll('a=sendonly', 'a=inactive'), SDP, 400, 'REQUEST_INVALID'],
    ['of a DTLS server', offer.replaceAll('actpass', 'passive'), SDP, 400, 'REQUEST_INVALID'],
    ['without a supported codec', offer.replaceAll('opus/48000', 'x/48000'), SDP, 422, 'CODEC_UNSUPPORTED'],
  ])('%s', async (_what, payload, headers, status, code) => {
    const response = await post(payload, { ...bearer(), ...headers } as Headers);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.headers['cache-control']).toBe('no-store');
    expect([sessions.size, room.service.joins.length]).toEqual([0, 0]);
  });
  it.each<[ErrorCode, number]>([
    ['KICKED', 403],
    ['FENCE_CONFLICT', 403],
  ])("by the room, with the room's own code: %s", async (code, status) => {
    room.answer = refusal(code);
    const response = await publish();
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect([sessions.size, room.clock.pendingTimers]).toEqual([0, 0]);
  });
  it('when the media node refuses a track, and its session leaves', async () => {
    room.service.answerOther = ({ publish: track }) =>
      track == null ? { ack: {} } : refusal('RTP_PARAMETERS_INVALID');
    const response = await publish();
    expect([response.statusCode, response.json().code]).toEqual([422, 'RTP_PARAMETERS_INVALID']);
    expect([sessions.size, room.service.last.closedWith]).toEqual([0, 1000]);
  });
  it('when the room never answers, and when the media node has no certificate', async () => {
    room.answer = {};
    const response = publish();
    await eventually(() => expect(room.service.joins).toHaveLength(1));
    room.clock.advance(UNCONNECTED_MS);
    expect([(await response).statusCode, sessions.size]).toEqual([503, 0]);
    room.answer = joined({ sendTransport: { ...transport, dtlsParameters: {} } });
    expect((await publish()).statusCode).toBe(503);
  });
  it('beyond the sessions of one person, with 429, while others of the same link publish', async () => {
    const by = (at: number, via: string) =>
      publish(bearer({ identity: `ann${at}`, origin: { ...noOrigin, via } })).then((answer) => answer.statusCode);
    const ofUser = await Promise.all(Array.from({ length: 11 }, (_, at) => by(at, 'user:ann')));
    expect(ofUser.filter((status) => status === 201)).toHaveLength(10);
    expect(ofUser).toContain(429);
    expect(await by(0, 'user:bob')).toBe(201);
  });
  it('beyond the bound, and after the end', async () => {
    await http.close();
    await build(1);
    const [first, second] = await Promise.all([publish(), publish(bearer({ identity: 'bob-encoder' }))]);
    expect([first.statusCode, second.statusCode, second.json().code]).toEqual([201, 503, 'OVERLOADED']);
    sessions.close();
    expect(room.service.last.closedWith).toBe(1000);
    expect((await publish()).statusCode).toBe(503);
  });
});

describe('the WHIP addresses', () => {
  it.each([
    ['/whip', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'OPTIONS, POST'],
    ['/whip/abc', ['GET', 'HEAD', 'PUT', 'POST'], 'OPTIONS, PATCH, DELETE'],
  ])('refuse other methods at %s', async (url, methods, allow) => {
    for (const method of methods as 'GET'[]) {
      const response = await http.inject({ method, url });
      expect([method, response.statusCode, response.headers['allow']]).toEqual([method, 405, allow]);
    }
  });
  it('state to any client what they accept, and allow pages of listed origins', async () => {
    const options = (url: string, headers: Headers = {}) => http.inject({ method: 'OPTIONS', url, headers });
    const [plain, ofSession] = await Promise.all([options('/whip'), options('/whip/abc')]);
    expect([plain.statusCode, plain.headers['accept-post']]).toEqual([204, 'application/sdp']);
    expect([ofSession.statusCode, ofSession.headers['accept-patch']]).toEqual([204, FRAGMENT['content-type']]);
    const asks = (origin: string, method: string) => ({
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,if-match',
    });
    const preflight = await options('/whip/abc', asks(page, 'PATCH'));
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,content-type,if-match',
    });
    const evil = await options('/whip', asks('https://evil.example', 'POST'));
    expect(evil.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('a session', () => {
  it("is answered with its address and the media node's description, and publishes all tracks in the room", async () => {
    const { response } = await session();
    expect(response.headers).toMatchObject({
      'content-type': 'application/sdp',
      etag: '"node"',
      'accept-patch': 'application/trickle-ice-sdpfrag',
      'cache-control': 'no-store',
    });
    expect(response.headers['location']).toMatch(/^http:\/\/host\/whip\/[\w-]{24}$/);
    for (const line of ['a=ice-lite', 'a=ice-ufrag:node', 'a=ice-pwd:secret', 'a=fingerprint:sha-256 AA:BB'])
      expect(response.body).toContain(`${line}\r\n`);
    expect(response.body).toContain('a=candidate:tcp 1 tcp 8 192.0.2.9 7900 typ host tcptype passive\r\n');
    const [join] = room.service.joins;
    expect(join).toMatchObject({ protocol: 'whip', manualSubscribe: true, recvEndpoint: null });
    expect(join?.sendEndpoint?.webrtc?.fingerprint).toMatchObject({ algorithm: 'sha-256' });
    const published = room.service.last.receivedOf('publish');
    expect(published.map(({ track }) => [track?.mimeType, track?.name])).toEqual([
      ['audio/opus', 'audio'],
      ['video/VP8', 'video'],
    ]);
  });
  it('lets pages of listed origins read the headers', async () => {
    const response = await publish({ ...bearer(), origin: page });
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-expose-headers': 'Location, Link, ETag, Accept-Patch',
    });
  });
  it('names no TURN servers without a configuration, and otherwise each address with credentials of this session', async () => {
    expect((await publish()).headers['link']).toBeUndefined();
    await http.close();
    sessions.close();
    const urls = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'];
    const secret = 'north-star-0123456789abcdefghijkl';
    await build(100, { urls, secret, lifetimeMs: 60_000 });
    room.answer = joined({ sessionId: 'PA_whip' });
    const { response } = await session();
    const username = `${Math.floor((room.clock.wallMs() + 60_000) / 1000)}:PA_whip`;
    const credential = createHmac('sha1', secret).update(username).digest('base64');
    const rest = `rel="ice-server"; username="${username}"; credential="${credential}"; credential-type="password"`;
    expect(response.headers['link']).toEqual(urls.map((url) => `<${url}>; ${rest}`));
    expect(response.headers['cache-control']).toBe('no-store');
  });
  it('is also open to a token of the room, and to others of its participant', async () => {
    const headers = { authorization: `Bearer ${await tokenOf()}` };
    const response = await publish(headers);
    const url = String(response.headers['location']).replace('http://host', '');
    const end = (authorization: string) => http.inject({ method: 'DELETE', url, headers: { authorization } });
    expect([(await end(`Bearer ${await tokenOf({ identity: 'bob' })}`)).statusCode, sessions.size]).toEqual([403, 1]);
    expect((await end(`Bearer ${await tokenOf({ lifetimeMs: 90_000 })}`)).statusCode).toBe(200);
  });
  it('is shown by the protocol that its key names', async () => {
    await publish(bearer({ protocol: 'camera' }));
    expect(room.service.joins[0]?.protocol).toBe('camera');
  });
  it('publishes further tracks of a kind as screen share', async () => {
    await publish();
    const sources = (): unknown[] => room.service.last.receivedOf('publish').map(({ track }) => track?.source);
    expect(sources()).toEqual([2, 1]);
    await post(offer.replace('a=recvonly', 'a=sendonly').replace('BUNDLE 0 1 3', 'BUNDLE 0 1 2 3'), {
      ...SDP,
      ...bearer({ identity: 'bob-encoder' }),
    });
    expect(sources()).toEqual([2, 1, 3]);
  });
  it('ends by DELETE, once, for any bearer of its participant', async () => {
    const { end, url, isThere } = await session();
    expect([(await end({})).statusCode, (await end(bearer({ identity: 'bob' }))).statusCode]).toEqual([401, 403]);
    expect((await http.inject({ method: 'DELETE', url: '/whip/abc', headers: bearer() })).statusCode).toBe(404);
    expect(await isThere()).toBe(true);
    expect([url, (await end()).statusCode]).toEqual([url, 200]);
    expect([room.service.last.closedWith, sessions.size, room.clock.pendingTimers]).toEqual([1000, 0, 0]);
    const again = await end();
    expect([again.statusCode, again.json().code]).toEqual([404, 'SESSION_UNKNOWN']);
  });
  it('accepts its own bearer after that has expired', async () => {
    const headers = bearer({ expiresWallMs: room.clock.wallMs() + 1000 });
    const url = String((await publish(headers)).headers['location']).replace('http://host', '');
    room.clock.advance(2000);
    expect((await http.inject({ method: 'DELETE', url, headers })).statusCode).toBe(200);
  });
  it('shows what its media node receives once media can flow, and keeps the last values without an answer', async () => {
    const { say } = await session();
    const shown = () => room.live.of(room.live.keyOf({ apiKey: 'one', room: 'lobby' })).publishers[0];
    const asked = () => room.service.last.receivedOf('askTrackStats').length;
    sessions.requestBitrates();
    say('connected');
    await eventually(() => expect(room.clock.pendingTimers).toBe(0));
    expect([asked(), shown()?.video]).toEqual([0, undefined]);
    const [audio, video] = room.service.last.receivedOf('publish').map(({ track }) => track?.trackId ?? '');
    const tracks = [
      { trackId: audio ?? '', bitrateBps: 31_600 },
      { trackId: video ?? '', bitrateBps: 1_200_400 },
      { trackId: 'TR_of_another', bitrateBps: 9_000_000 },
    ];
    room.service.answerOther = () => ({ ownTrackStats: { tracks } });
    sessions.requestBitrates();
    const known = {
      audio: { codec: 'opus', bitrateKbps: 32 },
      video: { codec: 'vp8', bitrateKbps: 1200 },
    };
    await eventually(() => expect(shown()).toMatchObject({ ...known, warnings: [] }));
    expect(room.live.totals().get('whip')).toMatchObject({ ingestKbps: 1232 });
    room.service.answerOther = () => refusal('NODE_UNREACHABLE');
    sessions.requestBitrates();
    await eventually(() => expect(asked()).toBe(2));
    expect(shown()).toMatchObject(known);
  });
  it('refuses renditions', async () => {
    await session();
    const [, video] = room.service.last.receivedOf('publish');
    const wanted = { trackId: video?.track?.trackId ?? '', mimeType: 'video/H264', isWanted: true };
    room.service.last.sendFrame({ renditionRequest: wanted });
    await eventually(() => expect(room.service.last.receivedOf('renditionRefused')).toHaveLength(1));
    expect(room.service.last.receivedOf('renditionRefused')[0]).toMatchObject({ code: 'CODEC_UNSUPPORTED' });
  });
});

describe('ICE', () => {
  it.each([
    ['of another content type', trickled, SDP, 415, 'REQUEST_INVALID'],
    ['that is too large', `${trickled}${'a=x\r\n'.repeat(4096)}`, {}, 413, 'REQUEST_INVALID'],
    ['that is empty', '', {}, 400, 'REQUEST_INVALID'],
    ['that is no SDP', 'candidate', {}, 400, 'REQUEST_INVALID'],
    ['without ICE credentials', 'a=mid:0\r\n', {}, 400, 'REQUEST_INVALID'],
    ['of another ICE session', trickled, { 'if-match': '"other"' }, 412, 'OUT_OF_ORDER'],
    ['with new credentials for the old ICE session', restarted, {}, 422, 'REQUEST_INVALID'],
    ['without a bearer', trickled, { authorization: '' }, 401, 'TOKEN_MISSING'],
  ])('refuses a fragment %s, and the session continues', async (_what, fragment, headers, status, code) => {
    const { patch, isThere } = await session();
    const response = await patch(fragment, headers as Headers);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(await isThere()).toBe(true);
  });
  it('refuses a fragment without If-Match', async () => {
    const { url } = await session();
    const headers = { ...bearer(), ...FRAGMENT };
    const response = await http.inject({ method: 'PATCH', url, payload: trickled, headers });
    expect([response.statusCode, response.json().code]).toEqual([428, 'REQUEST_INVALID']);
  });
  it('accepts candidates without requiring them', async () => {
    const { patch } = await session();
    for (const match of ['"node"', '*', '"*"']) {
      const response = await patch(trickled, { 'if-match': match });
      expect([response.statusCode, response.body]).toEqual([204, '']);
    }
    expect((await patch('a=end-of-candidates\r\n')).statusCode).toBe(204);
    expect(room.service.last.receivedOf('restartIce')).toEqual([]);
  });
  it('restarts with new credentials of both sides, and the old ones become invalid', async () => {
    const iceParameters = { usernameFragment: 'again', password: 'new', iceLite: true };
    room.service.answerOther = ({ restartIce }) =>
      restartIce == null ? { ack: {} } : { iceRestarted: { transportId: 'send', iceParameters } };
    const { patch } = await session();
    const response = await patch(restarted, { 'if-match': '"*"' });
    expect([response.statusCode, response.headers['etag']]).toEqual([200, '"again"']);
    expect(response.headers['content-type']).toBe('application/trickle-ice-sdpfrag');
    expect(response.body).toBe('a=ice-lite\r\na=ice-ufrag:again\r\na=ice-pwd:new\r\n');
    expect(room.service.last.receivedOf('restartIce')).toMatchObject([{ transportId: 'send' }]);
    expect((await patch(restarted)).statusCode).toBe(412);
    expect((await patch(restarted, { 'if-match': '"again"' })).statusCode).toBe(204);
  });
  it('keeps the session when a restart fails', async () => {
    room.service.answerOther = ({ restartIce }) => (restartIce == null ? { ack: {} } : refusal('NODE_UNREACHABLE'));
    const { patch, isThere } = await session();
    const response = await patch(restarted, { 'if-match': '*' });
    expect([response.statusCode, response.json().code]).toEqual([503, 'NODE_UNREACHABLE']);
    expect(await isThere()).toBe(true);
  });
});

describe('a session ends', () => {
  it('when no media come in time', async () => {
    const { isThere } = await session();
    room.clock.advance(UNCONNECTED_MS - 1);
    expect(await isThere()).toBe(true);
    room.clock.advance(1);
    expect([await isThere(), sessions.size, room.service.last.closedWith]).toEqual([false, 0, 1000]);
  });
  it('when the media stop, unless ICE is restarted in time', async () => {
    const { isThere, say } = await session();
    const settled = async (timers: number) => eventually(() => expect(room.clock.pendingTimers).toBe(timers));
    say('connected');
    await settled(0);
    room.clock.advance(100 * UNCONNECTED_MS);
    say('disconnected');
    await settled(1);
    room.clock.advance(DISCONNECTED_MS - 1);
    say('connected');
    await settled(0);
    say('disconnected');
    await settled(1);
    room.clock.advance(DISCONNECTED_MS - 1);
    expect(await isThere()).toBe(true);
    room.clock.advance(1);
    expect([await isThere(), sessions.size]).toEqual([false, 0]);
  });
  it.each([
    ['its participant is removed', { disconnect: { code: 'KICKED', message: '', reconnect: false } }],
    ['the same identity joins again', { disconnect: { code: 'DUPLICATE_IDENTITY', message: '', reconnect: false } }],
    ['its media node dies', { disconnect: { code: 'NODE_LOST', message: '', reconnect: true } }],
    ['its transport fails', { transportChanged: { transportId: 'send', state: 'failed' } }],
    ['its transport is closed', { transportChanged: { transportId: 'send', state: 'closed' } }],
  ])('when %s, and does not return by itself', async (_what, frame) => {
    const { isThere } = await session();
    room.service.last.sendFrame(frame);
    await eventually(async () => expect(await isThere()).toBe(false));
    expect([sessions.size, room.clock.pendingTimers, room.service.joins.length]).toEqual([0, 0, 1]);
  });
  it('by no death of its signaling node, because it is resumed', async () => {
    const { isThere, say } = await session();
    say('connected');
    await eventually(() => expect(room.clock.pendingTimers).toBe(0));
    room.answer = joined({ resumed: true });
    room.service.last.lose();
    await eventually(() => expect(room.service.joins).toHaveLength(2));
    expect(room.service.joins[1]?.resume).toMatchObject({ resumeKey: 'resume' });
    expect(await isThere()).toBe(true);
  });
  it('when a new session replaces it, because that has another transport', async () => {
    const { isThere } = await session();
    room.answer = joined({ resumed: false, sendTransport: { ...transport, id: 'another' } });
    room.service.last.lose();
    await eventually(async () => expect(await isThere()).toBe(false));
    expect([sessions.size, room.service.last.closedWith]).toEqual([0, 1000]);
  });
});
