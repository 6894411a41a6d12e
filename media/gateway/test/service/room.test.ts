import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addRoom } from '../../src/http/room.ts';
import { buildHttp } from '../../src/http/server.ts';
import { ROOM_CONTROLS_MAX, RoomControls, type RoomView } from '../../src/room/room-controls.ts';
import { cameraOf } from '../support/camera.ts';
import { tokenOf } from '../support/cdn.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { refusal, ScriptedRoom } from '../support/scripted-room.ts';

const IDLE_MS = 30_000;
const POLL_MS = 25_000;
const settle = () => new Promise(setImmediate);

let room: ScriptedRoom;
let controls: RoomControls;
let http: Awaited<ReturnType<typeof buildHttp>>;
beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { tokens, log, clock } = room.base;
  controls = new RoomControls({ ...room.base, nodeId: 'gw' });
  const ways = { tokens, keys: {} as never, wallMs: () => clock.wallMs(), placing: {} as never };
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, gate: gatesOf(clock).http });
  addRoom(http, { tokens, controls });
});
afterEach(async () => {
  await http.close();
  await controls.close();
  expect([controls.size, room.clock.pendingTimers]).toEqual([0, 0]);
  room.close();
});

const token = (o: { room?: string; admin?: boolean; lateMs?: number } = {}): string =>
  tokenOf(room.apiKey, { ...o, expiresWallMs: room.clock.wallMs() + 3_600_000 - (o.lateMs ?? 0) });
async function call(method: 'GET' | 'POST', path: string, o: { bearer?: string; body?: object } = {}) {
  const headers = { authorization: `Bearer ${o.bearer ?? token()}` };
  const payload = o.body === undefined ? {} : { payload: o.body };
  const response = await http.inject({ method, url: `/v1/room${path}`, headers, ...payload });
  expect(response.headers['cache-control']).toBe('no-store');
  return { status: response.statusCode, body: response.payload === '' ? undefined : response.json() };
}
const view = async (query = ''): Promise<RoomView> => (await call('GET', query)).body;
/** The participant that the script shows; its one track is a microphone. */
const ann = { identity: 'ann', name: '', protocol: '', publishing: [], muted: [] };

describe('a call is refused', () => {
  it.each<[string, 'GET' | 'POST', string, object | undefined, () => string, number, string]>([
    ['without a token', 'GET', '', undefined, () => '', 401, 'TOKEN_MISSING'],
    ['for a malformed token', 'GET', '', undefined, () => 'abc', 401, 'TOKEN_INVALID'],
    ['for an expired token', 'GET', '', undefined, () => token({ lateMs: 7_200_000 }), 401, 'TOKEN_EXPIRED'],
    ['for an invalid version', 'GET', '?after=-1', undefined, () => token(), 400, 'REQUEST_INVALID'],
    ['for an unknown parameter', 'GET', '?from=1', undefined, () => token(), 400, 'REQUEST_INVALID'],
    [
      'to mute without roomAdmin',
      'POST',
      '/mute',
      { identity: 'ann' },
      () => token({ admin: false }),
      403,
      'NOT_PERMITTED',
    ],
    [
      'to kick without roomAdmin',
      'POST',
      '/kick',
      { identity: 'ann' },
      () => token({ admin: false }),
      403,
      'NOT_PERMITTED',
    ],
    ['to mute without an identity', 'POST', '/mute', {}, () => token(), 400, 'REQUEST_INVALID'],
    [
      'to mute an unknown source',
      'POST',
      '/mute',
      { identity: 'ann', source: 'x' },
      () => token(),
      400,
      'REQUEST_INVALID',
    ],
    [
      'to mute a participant who is not in the room',
      'POST',
      '/mute',
      { identity: 'bo' },
      () => token(),
      404,
      'PARTICIPANT_UNKNOWN',
    ],
    ['to mute an unpublished track', 'POST', '/mute', { identity: 'ann' }, () => token(), 400, 'TRACK_UNKNOWN'],
    [
      'to kick a participant who is not in the room',
      'POST',
      '/kick',
      { identity: 'bo' },
      () => token(),
      404,
      'PARTICIPANT_UNKNOWN',
    ],
    [
      'to kick the control itself',
      'POST',
      '/kick',
      { identity: 'ann-encoder' },
      () => token(),
      404,
      'PARTICIPANT_UNKNOWN',
    ],
    [
      'with a reason that is too long',
      'POST',
      '/kick',
      { identity: 'ann', reason: 'x'.repeat(129) },
      () => token(),
      400,
      'REQUEST_INVALID',
    ],
  ])('%s', async (_what, method, path, body, bearer, status, code) => {
    const asked = await call(method, path, { bearer: bearer(), ...(body && { body }) });
    expect([asked.status, asked.body.code]).toEqual([status, code]);
    expect(
      room.service.sockets.flatMap((socket) => [...socket.receivedOf('kick'), ...socket.receivedOf('muteParticipant')]),
    ).toEqual([]);
  });
  it('with the code of the room, and the next call starts anew', async () => {
    room.answer = refusal('ROOM_FULL');
    expect(await call('GET', '')).toMatchObject({ status: 503, body: { code: 'ROOM_FULL' } });
    room.answer = room.joined();
    expect((await view()).participants).toEqual([ann]);
  });
  it('with the code of the service that executes it', async () => {
    room.service.answerOther = () => refusal('RATE_LIMITED');
    const asked = await call('POST', '/kick', { body: { identity: 'ann' } });
    expect(asked).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  });
  it(`beyond half of ${ROOM_CONTROLS_MAX} rooms for one tenant`, async () => {
    room.service.failure = new Error('no node answers yet');
    const open = (at: number, tenant = 'dev') =>
      controls
        .open({ apiKey: 'one', room: `room${at}`, fence: '' }, { tenant, via: '', identity: 'ann', address: '' })
        .catch(({ code }: { code: string }) => code);
    const all = Array.from({ length: ROOM_CONTROLS_MAX / 2 }, (_, at) => open(at));
    expect(await open(ROOM_CONTROLS_MAX)).toBe('OVERLOADED');
    all.push(open(ROOM_CONTROLS_MAX + 1, 'other'));
    room.answer = refusal('TOKEN_EXPIRED');
    room.service.failure = undefined;
    expect(new Set(await Promise.all(all))).toEqual(new Set(['TOKEN_EXPIRED']));
  });
});

describe('a control', () => {
  it('shows the participants and their tracks to all requests through one hidden session', async () => {
    const [first] = await Promise.all([view(), view(), view()]);
    expect(first?.participants).toEqual([ann]);
    expect(room.service.joins).toHaveLength(1);
    expect(room.service.joins[0]?.recvEndpoint ?? null).toBeNull();
    const { access } = await room.base.tokens.verify(room.service.joins[0]?.token ?? '', { allowExpired: false });
    expect(access.rights).toMatchObject({ admin: true, hidden: true, canPublish: false });
    cameraOf(room);
    await eventually(async () => expect((await view()).participants).toEqual([{ ...ann, publishing: ['microphone'] }]));
  });
  it('answers a waiting request at a change, or after 25 s without a change', async () => {
    const { version } = await view();
    const waiting = view(`?after=${version}`);
    await settle();
    cameraOf(room);
    expect((await waiting).participants).toEqual([{ ...ann, publishing: ['microphone'] }]);
    const next = await view();
    expect(next.version).not.toBe(version);
    expect(await view(`?after=${version}`)).toEqual(next);
    const silent = view(`?after=${next.version}`);
    await eventually(() => expect(room.clock.pendingTimers).toBe(2));
    room.clock.advance(POLL_MS);
    expect(await silent).toEqual(next);
  });
  it('shows the number of viewers by gateways, and reports it as a change', async () => {
    const { version, viewers } = await view();
    expect(viewers).toEqual({});
    const waiting = view(`?after=${version}`);
    await settle();
    room.service.last.sendFrame({ roomViewers: { byProtocol: { hls: 800, flv: 2 } } });
    expect((await waiting).viewers).toEqual({ hls: 800, flv: 2 });
  });
  it('mutes and removes on requests of an administrator', async () => {
    await view();
    cameraOf(room);
    await eventually(async () => expect((await view()).participants[0]?.publishing).toEqual(['microphone']));
    expect(await call('POST', '/mute', { body: { identity: 'ann', source: 'microphone' } })).toMatchObject({
      status: 204,
    });
    expect(await call('POST', '/kick', { body: { identity: 'ann', reason: 'it is late' } })).toMatchObject({
      status: 204,
    });
    const { last } = room.service;
    expect(last.receivedOf('muteParticipant')).toMatchObject([{ sessionId: 'PA_ann', trackId: 'TR_camera' }]);
    expect(last.receivedOf('kick')).toMatchObject([{ sessionId: 'PA_ann', reason: 'it is late' }]);
  });
  it('closes after a while without requests, and answers waiting requests at its end', async () => {
    await view();
    room.clock.advance(IDLE_MS - 1);
    expect(controls.size).toBe(1);
    room.clock.advance(1);
    expect(controls.size).toBe(0);
    const { version } = await view();
    expect(room.service.joins).toHaveLength(2);
    const waiting = call('GET', `?after=${version}`);
    await eventually(() => expect(room.clock.pendingTimers).toBe(2));
    room.service.last.sendFrame({ disconnect: { code: 'SHUTTING_DOWN', message: '', reconnect: false } });
    expect(await waiting).toMatchObject({ status: 200, body: { version } });
    expect(controls.size).toBe(0);
  });
});
