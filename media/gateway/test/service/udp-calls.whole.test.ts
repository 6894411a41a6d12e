import type { Claims } from '@meridian/node-shell';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SESSIONS_MAX } from '../../src/udp/sessions.ts';
import { eventually } from '../support/eventually.ts';
import { refusal } from '../support/scripted-room.ts';
import { aacOf, both, gatewayPlace, UdpRig } from '../support/udp-rig.ts';

let rig: UdpRig;
beforeEach(async () => {
  rig = await UdpRig.open();
});
afterEach(() => rig.close());

it('a call is redirected to the gateway near the client, with its body, after its token is verified', async () => {
  const near = { nodeId: 'near', state: 'alive', ...gatewayPlace, rtmpUrl: '', publicUrl: 'https://near' };
  const nearest = vi.spyOn(rig.placing, 'nearest').mockResolvedValue(near);
  expect((await rig.call(both, {}, 'Bearer a.b.c')).statusCode).toBe(401);
  expect(nearest).not.toHaveBeenCalled();
  const { statusCode, headers } = await rig.call(both, { fence: 'fra,sgp' });
  expect([statusCode, headers.location]).toEqual([307, 'https://near/v1/udp?at=near']);
  expect(nearest.mock.calls[0]?.[1]).toMatchObject({ apiKey: 'one', room: 'lobby', fence: 'fra,sgp' });
  expect([rig.room.service.joins.length, rig.sessions.size]).toEqual([0, 0]);
});

describe('a call is refused', () => {
  const rows: [string, object | string, Partial<Claims>, string | undefined, number, string][] = [
    ['without a token', both, {}, '', 401, 'TOKEN_MISSING'],
    ['with a malformed token', both, {}, 'Bearer abc', 401, 'TOKEN_INVALID'],
    ['with an expired token', both, { lifetimeMs: -60_000 }, undefined, 401, 'TOKEN_EXPIRED'],
    ['that publishes without the right', both, { canPublish: false }, undefined, 403, 'NOT_PERMITTED'],
    ['that receives without the right', both, { canSubscribe: false }, undefined, 403, 'NOT_PERMITTED'],
    ['for neither direction', {}, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for nothing to publish', { publish: {} }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for another codec', { publish: { video: { codec: 'av1' } } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['for sound as video', { publish: { video: { codec: 'opus' } } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['of a room that may not touch this region', both, { fence: 'sgp' }, undefined, 403, 'FENCED_OUT'],
    ['for a track without a codec', { publish: { audio: {} } }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['that decodes nothing', { subscribe: true, decodes: [] }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['with a field of another type', { subscribe: 'yes' }, {}, undefined, 400, 'REQUEST_INVALID'],
    ['with an unknown field', { ...both, key: 'x' }, {}, undefined, 400, 'REQUEST_INVALID'],
    [
      'for AAC without a rate',
      { publish: { audio: { codec: 'aac', channels: 2 } } },
      {},
      undefined,
      400,
      'REQUEST_INVALID',
    ],
    ['for AAC of an invalid rate', aacOf(44_000, 2), {}, undefined, 400, 'REQUEST_INVALID'],
    ['for AAC of six channels', aacOf(48_000, 6), {}, undefined, 400, 'REQUEST_INVALID'],
    ['with bad JSON', '{"publish":', {}, undefined, 400, 'REQUEST_INVALID'],
    ['with too long a body', `{"x":"${'n'.repeat(5000)}"}`, {}, undefined, 413, 'REQUEST_INVALID'],
  ];
  it.each(rows)('%s', async (_what, body, claims, authorization, status, code) => {
    const response = await rig.call(body, claims, authorization);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(rig.room.service.joins).toEqual([]);
  });
  it('when there is no capacity for its sound', async () => {
    rig.refusesSound = true;
    const response = await rig.call(aacOf(48_000, 2));
    expect([response.statusCode, response.json().code]).toEqual([503, 'OVERLOADED']);
    expect([rig.listener.size, rig.sessions.size, rig.room.service.last.closedWith]).toEqual([0, 0, 1000]);
  });
  it('when the room refuses the join or a track', async () => {
    rig.room.answer = refusal('KICKED');
    expect((await rig.call()).json().code).toBe('KICKED');
    rig.room.answer = rig.keyed(1, 2);
    rig.room.service.answerOther = ({ publish }) => (publish == null ? { ack: {} } : refusal('TRACK_LIMIT'));
    expect((await rig.call()).json().code).toBe('TRACK_LIMIT');
    expect([rig.listener.size, rig.sessions.size, rig.room.clock.pendingTimers]).toEqual([0, 0, 0]);
  });
  it(`beyond half of ${SESSIONS_MAX} sessions for one tenant, and at the end`, async () => {
    rig.room.service.failure = new Error('no node answers yet');
    const token = await rig.tokenOf();
    const request = { publish: { audio: { codec: 'opus' } } } as const;
    const codeOf = (): Promise<string> =>
      rig.sessions.open(token, request, '').then(
        () => 'fine',
        ({ code }) => code,
      );
    const all = Array.from({ length: SESSIONS_MAX / 2 }, codeOf);
    await eventually(() => expect(rig.sessions.size).toBe(SESSIONS_MAX / 2));
    expect(await codeOf()).toBe('OVERLOADED');
    rig.room.answer = refusal('ROOM_FULL');
    rig.room.answer = refusal('KICKED');
    rig.room.service.failure = undefined;
    expect(new Set(await Promise.all(all))).toEqual(new Set(['KICKED']));
    rig.sessions.close();
    expect(await codeOf()).toBe('OVERLOADED');
  });
  it('for an unknown session or an unknown field', async () => {
    const { view } = await rig.native();
    const patch = async (id: string, payload: object) =>
      (await rig.http.inject({ method: 'PATCH', url: `/v1/udp/${id}`, payload })).statusCode;
    expect((await rig.get('unknown')).statusCode).toBe(404);
    expect((await rig.http.inject({ method: 'DELETE', url: '/v1/udp/unknown' })).json().code).toBe('SESSION_UNKNOWN');
    expect(await patch('unknown', { video: { muted: true } })).toBe(404);
    expect((await rig.get(view.id, '?after=x')).statusCode).toBe(400);
    expect((await rig.get(view.id, '?after=1&after=2')).statusCode).toBe(400);
    expect(await patch(view.id, {})).toBe(400);
    expect(await patch(view.id, { video: { muted: 1 } })).toBe(400);
    const audioOnly = await rig.native({ publish: { audio: { codec: 'opus' } } });
    expect(await patch(audioOnly.view.id, { video: { muted: true } })).toBe(400);
  });
});
