// The id of a room's life: the one that `CreateRoom` answers is the one that clients find in the room.

import type { AddressInfo } from 'node:net';
import { rpc, serve } from '@meridian/protocol';
import { LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../../product/api/test/support/test-api.ts';
import { TestClient } from '../../../signaling/test/service/rig/client.ts';
import type { FakeNode } from '../../../signaling/test/service/rig/node.ts';
import { type Instance, Rig } from '../../../signaling/test/service/rig/rig.ts';
import { until } from '../../../signaling/test/service/rig/until.ts';

let rig: Rig;
let api: TestApi;
let node: FakeNode;
let signaling: Instance;
let dialer: LinkDialer | undefined;
let client: RoomServiceClient;
beforeEach(async () => {
  [rig, api] = await Promise.all([Rig.start(), testApi({ clock: systemClock() })]);
  node = await rig.node('sfu-1');
  signaling = await rig.instance('sig-1');
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const [{ key, secret }] = tenants;
  client = new RoomServiceClient(`http://127.0.0.1:${port}`, key, secret);
});
afterEach(async () => {
  dialer?.close('the test is over');
  dialer = undefined;
  await rig.close();
  await api.close();
});

/** Links the api's policies and its journal to the signaling node. */
async function link(): Promise<void> {
  const credentials = await rig.authority.issueCredentials({ id: 'api-1', kind: 'api', region: 'fra' }, 3600_000);
  dialer = new LinkDialer({
    url: `wss://127.0.0.1:${signaling.linkPort}`,
    credentials: () => credentials,
    log: rig.log,
    clock: rig.clock,
    rng: secureRng(),
    expect: () => true,
    onLink: (opened) => {
      api.policies.attach(opened);
      serve(opened, rpc.journal, async (message) => (await api.telling.intake.take(message)) ?? {});
    },
  });
  await until(() => signaling.api.isLinked, 'the link');
}

/** Joins; resolves with the room's sid. */
async function join(room: string): Promise<{ sid: string; leave(): void }> {
  const { joined, socket } = await TestClient.join(signaling.url, { identity: 'ann', room });
  return { sid: joined?.roomInfo?.sid ?? '', leave: () => socket.close(1000) };
}

it('a created room has an id before the first person comes, its life has the same, and the next life another', async () => {
  await link();
  const made = await client.createRoom({ name: 'made', departureTimeout: 1 });
  expect(made.sid).toMatch(/^RM_\w{10,}$/);
  expect((await client.createRoom({ name: 'made' })).sid).toBe(made.sid);
  expect((await client.listRooms(['made'])).map(({ sid }) => sid)).toEqual([made.sid]);
  const ann = await join('made');
  expect(ann.sid).toBe(made.sid);
  await until(() => signaling.journal.size === 0, 'the api has the beginning of the life');
  const another = (await client.createRoom({ name: 'made' })).sid; // this api knows no owner of a running room
  expect(another).toMatch(/^RM_/);
  expect(another).not.toBe(made.sid);
  ann.leave();
  await until(() => signaling.ownedRooms.size === 0, 'the life is over', 30_000);
  node.retainedRooms.clear(); // as a media node does without sessions of the room
  const bob = await join('made');
  expect(bob.sid).toBe(another);
  bob.leave();
});

it('a room that is deleted and made again has another id', async () => {
  const before = (await client.createRoom({ name: 'made' })).sid;
  await client.deleteRoom('made');
  expect((await client.createRoom({ name: 'made' })).sid).not.toBe(before);
});

it('without the api a life begins under an id of its owner, and the created one is that of a life to come', async () => {
  const made = await client.createRoom({ name: 'made' });
  const ann = await join('made');
  expect(ann.sid).toMatch(/^RM_/);
  expect(ann.sid).not.toBe(made.sid);
  expect((await client.createRoom({ name: 'made' })).sid).toBe(made.sid);
  ann.leave();
});
