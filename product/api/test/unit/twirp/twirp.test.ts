// LiveKit's calls by its own unmodified SDK for Node, over a socket; and requests that the SDK would never send.
import type { AddressInfo } from 'node:net';
import {
  CreateRoomRequest,
  DataPacket_Kind,
  ListRoomsRequest,
  ListRoomsResponse,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  TrackSource,
} from '@livekit/protocol';
import { emptyPolicy, MeridianError, type Track, wire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const [{ key, secret }, otherTenant] = tenants;
const camera: Track = {
  trackId: 'TR_1',
  kind: 'video',
  source: 'camera',
  name: 'cam',
  muted: false,
  mimeType: 'video/VP8',
  layerKind: 'simulcast',
  layers: [],
  nodeId: 'sfu-1',
  width: 1280,
  height: 720,
};
let api: TestApi;
let url: string;
let client: RoomServiceClient;
beforeEach(async () => {
  api = await testApi({ clock: systemClock() });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  client = new RoomServiceClient(url, key, secret);
});
afterEach(() => api.close());
const open = () =>
  api.owners.open('acme/demo', {
    participants: [
      {
        sessionId: 'PA_1',
        identity: 'ann',
        name: 'Ann',
        joinedWallMs: 5000,
        attributes: { Dept_No: 'x' },
        canPublish: true,
        tracks: [camera, { ...camera, trackId: 'TR_2', derivedFrom: 'TR_1' }],
      },
    ],
    info: { metadata: 'live' },
  });
const acts = () => api.owners.commands.map(({ act }) => act);
const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  const { status, code } = error as { status: number; code: string };
  return [status, code];
};

describe('LiveKit’s RoomServiceClient', () => {
  it('makes, lists and ends rooms', async () => {
    const made = await client.createRoom({
      name: 'demo',
      emptyTimeout: 60,
      departureTimeout: 20,
      maxParticipants: 5,
      metadata: 'm',
    });
    expect(made).toMatchObject({
      name: 'demo',
      emptyTimeout: 60,
      departureTimeout: 20,
      maxParticipants: 5,
      metadata: 'm',
    });
    expect(Number(made.creationTime)).toBeGreaterThan(1.6e9);
    expect((await client.createRoom({ name: 'demo' })).maxParticipants).toBe(5);
    api.owners.open('acme/live', { participants: [{ identity: 'ann' }] });
    api.owners.open('globex/live');
    const allRooms = await client.listRooms();
    expect(allRooms.map(({ name, numParticipants }) => [name, numParticipants])).toEqual([
      ['demo', 0],
      ['live', 1],
    ]);
    expect((await client.listRooms(['live', 'nowhere'])).map(({ name }) => name)).toEqual(['live']);
    await client.deleteRoom('live');
    await client.deleteRoom('demo');
    expect(await failure(client.deleteRoom('demo'))).toEqual([404, 'not_found']);
    expect(await client.listRooms()).toEqual([]);
  });

  it('reads and changes the participants of a room', async () => {
    open();
    const [ann, ...otherParticipants] = await client.listParticipants('demo');
    expect(otherParticipants).toEqual([]);
    expect(ann).toMatchObject({
      sid: 'PA_1',
      identity: 'ann',
      state: ParticipantInfo_State.ACTIVE,
      kind: ParticipantInfo_Kind.STANDARD,
      isPublisher: true,
      attributes: { Dept_No: 'x' },
      tracks: [{ sid: 'TR_1', source: TrackSource.CAMERA, width: 1280, simulcast: true }],
    });
    expect(await client.getParticipant('demo', 'ann')).toEqual(ann);
    expect((await client.mutePublishedTrack('demo', 'ann', 'TR_1', true)).muted).toBe(true);
    expect(await failure(client.mutePublishedTrack('demo', 'ann', 'TR_1', false))).toEqual([
      412,
      'failed_precondition',
    ]);
    const permission = { canPublish: false, canSubscribe: true, canPublishData: true };
    const options = { name: 'A', attributes: { Dept_No: '' }, permission };
    expect((await client.updateParticipant('demo', 'ann', options)).identity).toBe('ann');
    await client.updateSubscriptions('demo', 'ann', ['TR_3', 'TR_3'], false);
    await client.updateSubscriptions('demo', 'ann', [], true);
    await client.sendData('demo', Buffer.from('hi'), DataPacket_Kind.LOSSY, {
      topic: 't',
      destinationIdentities: ['ann'],
    });
    await client.sendData('demo', Buffer.from('hi'), DataPacket_Kind.RELIABLE, { destinationSids: ['PA_1'] });
    await client.removeParticipant('demo', 'ann');
    expect(acts()).toEqual([
      { mute: { identity: 'ann', trackId: 'TR_1' } },
      { update: { identity: 'ann', name: 'A', attributes: { Dept_No: '' } } },
      { member: { identity: 'ann', ...permission, publishSources: { sources: [] } } },
      { subscribe: { identity: 'ann', trackIds: ['TR_3'], subscribed: false } },
      { data: { payload: new Uint8Array([104, 105]), topic: 't', lossy: true, identities: ['ann'] } },
      { data: { payload: new Uint8Array([104, 105]), topic: '', lossy: false, identities: ['ann'] } },
      { remove: { identity: 'ann', mayReturn: true } },
    ]);
    expect(await failure(client.getParticipant('demo', 'bob'))).toEqual([404, 'not_found']);
    expect(await failure(client.sendData('demo', Buffer.from('x'), 0, { destinationSids: ['PA_9'] }))).toEqual([
      404,
      'not_found',
    ]);
  });

  it('limits a participant to sources, and reads the limit', async () => {
    open();
    expect((await client.getParticipant('demo', 'ann')).permission?.canPublishSources).toEqual([]);
    const sources = [TrackSource.MICROPHONE, TrackSource.SCREEN_SHARE_AUDIO];
    const permission = { canPublish: true, canSubscribe: true, canPublishSources: sources };
    await client.updateParticipant('demo', 'ann', { permission });
    expect(acts()).toEqual([
      {
        member: {
          identity: 'ann',
          canPublish: true,
          canSubscribe: true,
          canPublishData: false,
          publishSources: {
            sources: [wire.TrackSource.TRACK_SOURCE_MICROPHONE, wire.TrackSource.TRACK_SOURCE_SCREEN_SHARE_AUDIO],
          },
        },
      },
    ]);
    const bob = { sessionId: 'PA_2', identity: 'bob', canPublish: true, publishSources: ['microphone'] } as const;
    api.owners.open('acme/two', { participants: [bob] });
    expect((await client.getParticipant('two', 'bob')).permission?.canPublishSources).toEqual([TrackSource.MICROPHONE]);
  });

  it('changes a room’s metadata', async () => {
    open();
    await client.createRoom({ name: 'demo' });
    expect((await client.updateRoomMetadata('demo', 'new')).name).toBe('demo');
    expect(acts()).toEqual([{ setRoom: { openingMetadata: 'new' } }, { metadata: { metadata: 'new' } }]);
    expect((await api.policies.get('acme', 'demo'))?.policy.metadata).toBe('new');
  });

  it('gets an error for unknown rooms and participants', async () => {
    open();
    const unimplemented = [501, 'unimplemented'];
    expect(await failure(client.forwardParticipant('demo', 'ann', 'other'))).toEqual(unimplemented);
    expect(await failure(client.moveParticipant('demo', 'ann', 'other'))).toEqual(unimplemented);
    expect(await failure(client.removeParticipant('demo', 'ann', { revokeTokenTs: 1n }))).toEqual(unimplemented);
    expect(await failure(client.createRoom({ name: 'demo', agents: [{ agentName: 'a' } as never] }))).toEqual(
      unimplemented,
    );
    for (const right of [
      'canUpdateMetadata',
      'hidden',
      'recorder',
      'agent',
      'canSubscribeMetrics',
      'canManageAgentSession',
    ])
      expect(await failure(client.updateParticipant('demo', 'ann', { permission: { [right]: true } }))).toEqual(
        unimplemented,
      );
    const permission = { canPublish: true, canPublishSources: [99 as TrackSource] };
    expect(await failure(client.updateParticipant('demo', 'ann', { permission }))).toEqual([400, 'invalid_argument']);
    expect(acts()).toEqual([]);
  });

  it('is refused with the codes of LiveKit’s server', async () => {
    open();
    expect(await failure(client.createRoom({ name: 'a/b' }))).toEqual([400, 'invalid_argument']);
    expect(await failure(client.listParticipants('nowhere'))).toEqual([404, 'not_found']);
    expect(await failure(new RoomServiceClient(url, key, 'x'.repeat(32)).listRooms())).toEqual([
      401,
      'unauthenticated',
    ]);
    expect(
      await failure(new RoomServiceClient(url, otherTenant.key, otherTenant.secret).listParticipants('demo')),
    ).toEqual([404, 'not_found']);
    api.owners.refusal = new MeridianError('PARTICIPANT_UNKNOWN');
    expect(await failure(client.removeParticipant('demo', 'bob'))).toEqual([404, 'not_found']);
    api.owners.refusal = new MeridianError('ROOM_OWNER_LOST');
    expect(await failure(client.removeParticipant('demo', 'ann'))).toEqual([503, 'unavailable']);
  });
});

describe('the grants of a token', () => {
  const using = async (grants: object, ttl = '10m') => {
    const token = new AccessToken(key, secret, { ttl, identity: 'backend' });
    token.addGrant(grants);
    return new RoomServiceClient(url, undefined, undefined, { token: await token.toJwt() } as never);
  };
  it.each<[string, object, (client: RoomServiceClient) => Promise<unknown>]>([
    ['roomCreate to make', { roomList: true, roomAdmin: true, room: 'demo' }, (c) => c.createRoom({ name: 'x' })],
    ['roomCreate to end', { roomList: true, roomAdmin: true, room: 'demo' }, (c) => c.deleteRoom('demo')],
    ['roomList to list', { roomCreate: true, roomAdmin: true, room: 'demo' }, (c) => c.listRooms()],
    ['roomAdmin', { roomJoin: true, room: 'demo' }, (c) => c.listParticipants('demo')],
    ['the room of roomAdmin', { roomAdmin: true }, (c) => c.listParticipants('demo')],
    ['roomAdmin of this room', { roomAdmin: true, room: 'other' }, (c) => c.listParticipants('demo')],
  ])('need %s', async (_what, grants, call) => {
    open();
    expect(await failure(call(await using(grants)))).toEqual([403, 'permission_denied']);
    const joining = { roomJoin: true, room: 'demo', roomAdmin: true, roomCreate: true, roomList: true };
    expect(await failure(call(await using(joining)))).toEqual([403, 'permission_denied']);
  });

  it('may be signed for six hours, as by LiveKit’s other SDKs, and no longer', async () => {
    expect(await (await using({ roomList: true }, '6h')).listRooms()).toEqual([]);
    expect(await failure((await using({ roomList: true }, '7h')).listRooms())).toEqual([401, 'unauthenticated']);
  });
});

describe('the audit log', () => {
  it('records changes by LiveKit’s calls, and their refusals', async () => {
    open();
    await client.createRoom({ name: 'made' });
    await client.listRooms();
    await client.updateParticipant('demo', 'ann', { name: 'Ann Smith' });
    await client.sendData('demo', Buffer.from('hi'), DataPacket_Kind.LOSSY, {});
    api.owners.refusal = new MeridianError('NOT_PERMITTED');
    expect(await failure(client.deleteRoom('demo'))).toEqual([403, 'permission_denied']);
    const { data } = (await api.ask('GET', '/audit')).json();
    expect(data.reverse()).toMatchObject([
      { operation: 'RoomService.CreateRoom', targets: { room: 'made' }, status: 200, by: { kind: 'key', id: key } },
      { operation: 'RoomService.UpdateParticipant', targets: { room: 'demo', identity: 'ann' }, status: 200 },
      { operation: 'RoomService.DeleteRoom', targets: { room: 'demo' }, status: 403 },
    ]);
    expect(data).toHaveLength(3);
  });
});

describe('a request over HTTP', () => {
  const post = async (
    path: string,
    body: string | Buffer,
    type = 'application/json',
    grants: object = { roomCreate: true, roomList: true },
  ) => {
    const token = new AccessToken(key, secret, { ttl: '10m' });
    token.addGrant(grants);
    return fetch(`${url}/twirp/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token.toJwt()}`, 'content-type': type },
      body: new Uint8Array(Buffer.from(body)),
    });
  };
  const list = 'livekit.RoomService/ListRooms';

  it('may be protobuf', async () => {
    const made = await post(
      'livekit.RoomService/CreateRoom',
      Buffer.from(new CreateRoomRequest({ name: 'demo' }).toBinary()),
      'application/protobuf',
    );
    expect([made.status, made.headers.get('content-type')]).toEqual([200, 'application/protobuf']);
    const empty = Buffer.from(new ListRoomsRequest().toBinary());
    expect(empty).toHaveLength(0);
    const listed = await post(list, empty, 'application/protobuf');
    expect(ListRoomsResponse.fromBinary(new Uint8Array(await listed.arrayBuffer())).rooms[0]?.name).toBe('demo');
  });

  it('may be JSON in either case, with fields of a newer protocol', async () => {
    const camel = await post('livekit.RoomService/CreateRoom', '{"name":"demo","maxParticipants":3,"newer":1}');
    expect(await camel.json()).toMatchObject({ name: 'demo', max_participants: 3 });
  });

  it.each<[string, string, string | Buffer, string, number, string]>([
    ['no JSON', list, '{', 'application/json', 400, 'malformed'],
    ['JSON of another shape', list, '{"names":5}', 'application/json', 400, 'malformed'],
    ['no protobuf', list, Buffer.from([0xff]), 'application/protobuf', 400, 'malformed'],
    ['another type', list, 'a=1', 'application/x-www-form-urlencoded', 404, 'bad_route'],
    ['too much', list, `{"names":["${'x'.repeat(300_000)}"]}`, 'application/json', 400, 'invalid_argument'],
    ['another method', 'livekit.RoomService/Explode', '{}', 'application/json', 501, 'unimplemented'],
    ['another service', 'livekit.Ingress/ListIngress', '{}', 'application/json', 501, 'unimplemented'],
  ])('is refused: %s', async (_what, path, body, type, status, code) => {
    const answer = await post(path, body, type);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
    expect(await answer.json()).toMatchObject({ code, msg: expect.any(String) });
  });

  it('gets the code of REST beside LiveKit’s', async () => {
    api.owners.open('acme/demo', { policy: { ...emptyPolicy, version: 1 } });
    api.owners.refusal = new MeridianError('NOT_PERMITTED');
    const answer = await post('livekit.RoomService/DeleteRoom', '{"room":"demo"}');
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { code: 'permission_denied', meta: { code: 'NOT_PERMITTED' } },
    ]);
  });
});
