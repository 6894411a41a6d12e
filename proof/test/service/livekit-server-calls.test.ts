// LiveKit's unmodified server SDK in Python: its calls to the api, the codes of its exceptions, and its tokens at a
// signaling node.
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Track } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../../product/api/test/support/test-api.ts';
import { apiKey, secret } from '../../../signaling/test/service/rig/client.ts';
import { Rig } from '../../../signaling/test/service/rig/rig.ts';
import { startProcess } from '../support/livekit/agent-process.ts';
import { pythonWithLivekit } from '../support/livekit/clients.ts';

interface Key {
  readonly key: string;
  readonly secret: string;
}
interface Server {
  ask(key: Key & { readonly url: string }, method: string, request: object): Promise<Record<string, unknown>>;
  token(key: Key, about: object, grants: object): Promise<string>;
}

const [ours, theirs] = tenants;
const microphone: Track = {
  trackId: 'TR_Microphone',
  kind: 'audio',
  source: 'microphone',
  name: 'mic',
  muted: false,
  mimeType: 'audio/opus',
  layerKind: 'simple',
  layers: [],
  nodeId: 'sfu-1',
  width: 0,
  height: 0,
};
const ann = {
  sessionId: 'PA_1',
  identity: 'ann',
  name: 'Ann',
  attributes: { seat: '7' },
  canPublish: true,
  tracks: [microphone],
};
let api: TestApi;
let server: { agent: Server; close(): Promise<void> };
beforeAll(async () => {
  const script = join(import.meta.dirname, '../support/livekit/python_server.py');
  const started = startProcess<Server>('python-server', [pythonWithLivekit(), script]);
  [server, api] = await Promise.all([started, testApi({ clock: systemClock() })]);
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  api.owners.open('acme/demo', { participants: [ann] });
});
afterAll(() => Promise.all([server?.close(), api?.close()]));

const ask = (method: string, request: object, { key, secret: own }: Key = ours) => {
  const { port } = api.app.server.address() as AddressInfo;
  return server.agent.ask({ key, secret: own, url: `http://127.0.0.1:${port}` }, method, request);
};
const acts = () => api.owners.commands.map(({ act }) => act);
const demo = { room: 'demo' };
const her = { room: 'demo', identity: 'ann' };
const output = { file_outputs: [{ filepath: 'talk.mp4' }] };

it("LiveKit's server SDK creates, lists, changes and ends rooms", async () => {
  const requestedRoom = { name: 'made', empty_timeout: 600, departure_timeout: 40, max_participants: 7, metadata: 'm' };
  expect(await ask('room.create_room', requestedRoom)).toMatchObject(requestedRoom);
  expect(await ask('room.list_rooms', { names: ['made', 'another'] })).toMatchObject({ rooms: [requestedRoom] });
  const { rooms } = (await ask('room.list_rooms', {})) as { rooms: { name: string }[] };
  expect(rooms.map(({ name }) => name).sort()).toEqual(['demo', 'made']);
  const changed = await ask('room.update_room_metadata', { room: 'made', metadata: 'n' });
  expect(changed).toMatchObject({ name: 'made', metadata: 'n' });
  expect(await ask('room.list_participants', { room: 'made' })).toEqual({});
  expect(await ask('room.delete_room', { room: 'made' })).toEqual({});
  expect(await ask('room.list_rooms', { names: ['made'] })).toEqual({});
});

it("LiveKit's server SDK reads, changes, limits, mutes, subscribes, messages and removes participants", async () => {
  const shown = { sid: 'PA_1', identity: 'ann', name: 'Ann', state: 'ACTIVE', attributes: { seat: '7' } };
  const track = { sid: 'TR_Microphone', source: 'MICROPHONE', mime_type: 'audio/opus' };
  expect(await ask('room.list_participants', demo)).toMatchObject({ participants: [shown] });
  expect(await ask('room.get_participant', her)).toMatchObject(Object.assign({ tracks: [track] }, shown));
  api.owners.commands.length = 0;

  const muted = await ask('room.mute_published_track', { ...her, track_sid: 'TR_Microphone', muted: true });
  expect(muted).toMatchObject({ track: Object.assign({ muted: true }, track) });
  const permission = { can_subscribe: true, can_publish_sources: ['MICROPHONE', 'CAMERA'] };
  const texts = { name: 'Ann A.', metadata: 'host', attributes: { seat: '8' } };
  await ask('room.update_participant', { ...her, ...texts, permission });
  await ask('room.update_subscriptions', { ...her, track_sids: ['TR_x'], subscribe: false });
  const data = Buffer.from('hi').toString('base64');
  await ask('room.send_data', { ...demo, data, topic: 't', kind: 'LOSSY', destination_identities: ['ann'] });
  await ask('room.remove_participant', her);
  expect(acts()).toMatchObject([
    { mute: { identity: 'ann', trackId: 'TR_Microphone' } },
    { update: Object.assign({ identity: 'ann' }, texts) },
    { member: { identity: 'ann', canPublish: false, canSubscribe: true, canPublishData: false } },
    { subscribe: { identity: 'ann', trackIds: ['TR_x'], subscribed: false } },
    { data: { payload: Buffer.from('hi'), topic: 't', lossy: true, identities: ['ann'] } },
    { remove: { identity: 'ann' } },
  ]);
});

it("LiveKit's server SDK records a participant and lists the recording as an egress", async () => {
  const begunEgress = await ask('egress.start_participant_egress', { room_name: 'demo', identity: 'ann', ...output });
  expect(begunEgress).toMatchObject({ room_name: 'demo', participant: { identity: 'ann' } });
  const { egress_id } = begunEgress as { egress_id: string };
  for (const request of [{ room_name: 'demo', active: true }, { egress_id }])
    expect(await ask('egress.list_egress', request)).toMatchObject({ items: [{ egress_id, room_name: 'demo' }] });
  expect(await ask('egress.stop_egress', { egress_id })).toMatchObject({ egress_id, status: 'EGRESS_ABORTED' });
  const again = await ask('egress.stop_egress', { egress_id });
  expect(again).toMatchObject({ refused: 'failed_precondition', status: 412 });
});

describe("the code of an exception of LiveKit's SDK", () => {
  const unknown = { room: 'unknown' };
  const absentParticipant = { room: 'demo', identity: 'away' };
  const muting = { track_sid: 'TR_x', muted: true };
  it.each([
    ['not_found', 404, 'room.delete_room', unknown],
    ['not_found', 404, 'room.update_room_metadata', { ...unknown, metadata: 'x' }],
    ['not_found', 404, 'room.send_data', { ...unknown, data: 'aGk=' }],
    ['not_found', 404, 'room.list_participants', unknown],
    ['not_found', 404, 'room.get_participant', absentParticipant],
    ['not_found', 404, 'room.remove_participant', { ...unknown, identity: 'away' }],
    ['not_found', 404, 'room.mute_published_track', { ...absentParticipant, ...muting }],
    ['failed_precondition', 412, 'room.mute_published_track', { ...her, ...muting, muted: false }],
    ['not_found', 404, 'egress.start_room_composite_egress', { room_name: 'unknown', ...output }],
    ['not_found', 404, 'egress.stop_egress', { egress_id: 're_unknown' }],
    ['invalid_argument', 400, 'room.create_room', { name: 'a/b' }],
    ['invalid_argument', 400, 'egress.start_room_composite_egress', { room_name: 'demo' }],
    ['unimplemented', 501, 'room.create_room', { name: 'ok', agents: [{ agent_name: 'a' }] }],
    ['unimplemented', 501, 'room.move_participant', { ...absentParticipant, destination_room: 'b' }],
    ['unimplemented', 501, 'egress.start_track_egress', { room_name: 'demo' }],
    ['unimplemented', 501, 'ingress.list_ingress', {}],
    ['unimplemented', 501, 'sip.list_inbound_trunk', {}],
  ] as const)('%s (%i): %s %o', async (refused, status, method, request) => {
    expect(await ask(method, request)).toMatchObject({ refused, status });
  });

  it('is unauthenticated with a wrong secret and with an unknown key', async () => {
    const unauthenticated = { refused: 'unauthenticated', status: 401, meta: { code: 'TOKEN_INVALID' } };
    for (const key of [
      { key: ours.key, secret: theirs.secret },
      { key: 'unknown', secret: ours.secret },
    ])
      expect(await ask('room.list_rooms', {}, key)).toMatchObject(unauthenticated);
  });

  it('is not_found with the key of another tenant, which sees no room of ours', async () => {
    expect(await ask('room.list_rooms', {}, theirs)).toEqual({});
    for (const [method, request] of [
      ['room.delete_room', demo],
      ['room.get_participant', her],
      ['room.send_data', { ...demo, data: 'aGk=' }],
    ] as const)
      expect(await ask(method, request, theirs)).toMatchObject({ refused: 'not_found', status: 404 });
    expect(await ask('room.list_rooms', { names: ['demo'] })).toMatchObject({ rooms: [{ name: 'demo' }] });
  });
});

it("LiveKit's AccessToken opens /rtc, but not without the right to join or with another secret", async () => {
  const rig = await Rig.start();
  try {
    const { httpUrl } = await rig.instance('sig-python');
    const about = { identity: 'ann', name: 'Ann', metadata: 'm', attributes: { seat: '7' } };
    const validated = async (grants: object, own = secret): Promise<string> => {
      const token = await server.agent.token({ key: apiKey, secret: own }, about, { room: 'demo', ...grants });
      const answer = await fetch(`${httpUrl}/rtc/validate?access_token=${token}`);
      return `${answer.status} ${(await answer.text()).split(':')[0]}`;
    };
    const grants = { room_join: true, can_publish_sources: ['microphone'], can_update_own_metadata: true };
    expect(await validated(grants)).toBe('200 success');
    expect(await validated({ room_join: false })).toBe('403 NOT_PERMITTED');
    expect(await validated(grants, theirs.secret)).toBe('401 TOKEN_INVALID');
  } finally {
    await rig.close();
  }
});
