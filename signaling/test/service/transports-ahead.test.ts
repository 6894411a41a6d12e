// Transports that the media node makes while the owner of the room, at another signaling node, decides.
import type { wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let owner: Instance;
let far: Instance;
let rooms = 0;
let room = '';
let host: TestClient;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  owner = await rig.instance('sig-1');
  far = await rig.instance('sig-2');
  await until(() => owner.centre.fleet.has('sig-2'), 'the owner knows the other');
});
afterAll(() => rig.close());
beforeEach(async () => {
  rooms += 1;
  room = `room-${rooms}`;
  node.failures.clear();
  node.heldAnswers.clear();
  host = await TestClient.join(owner.url, { room, identity: 'host', video: { roomAdmin: true } });
  node.calls.length = 0;
});

const sessionsOf = (name: string): string[] => node.called(name).map((message) => (message as wire.WarmUp).sessionId);
const names = (): string[] => node.calls.map(({ name }) => name).filter((name) => name !== 'measured');
async function ask(join: wire.Join.$Properties = {}): Promise<wire.ServerFrame> {
  const client = await TestClient.open(far.url);
  return client.request({ join: joinMessage(await token({ room, identity: 'guest' }), join) });
}

describe('a join to a room of another signaling node', () => {
  it('has its transports made while the owner decides, and its session takes them', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    node.heldAnswers.set('warm', promise);
    const asked = ask();
    await host.hears('the newcomer', (frame) => (frame.roomEvents?.events ?? []).length > 0);
    expect(names()).toEqual(['warm']);
    resolve();
    const { joined } = await asked;
    expect(sessionsOf('warm')).toEqual([joined?.sessionId]);
    expect(node.called('attach')).toMatchObject([{ warm: true, session: { participant: { identity: 'guest' } } }]);
    expect(names()).toEqual(['warm', 'attach']);
  });

  it('frees them at once when the owner refuses', async () => {
    expect(await host.outcome({ act: { setRoom: { locked: true } } })).toBe('ack');
    expect((await ask()).error?.code).toBe('ROOM_LOCKED');
    await until(() => sessionsOf('cool').length > 0, 'the end of the transports');
    expect(sessionsOf('cool')).toEqual(sessionsOf('warm'));
    expect(names()).toEqual(['warm', 'cool']);
  });

  it('is not refused when the media node makes none ahead', async () => {
    node.failures.set('warm', 'NO_CAPACITY');
    expect((await ask()).joined?.recvTransport).toMatchObject({ id: expect.any(String) });
  });

  it('leaves them to the session of a client with data channels', async () => {
    const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') };
    const dataChannels = [{ label: 'reliable', ordered: true }];
    await ask({ sendEndpoint: { webrtc: { fingerprint, dataChannels } }, recvEndpoint: null });
    expect(names()).toEqual(['attach']);
    expect(node.called('attach')).toMatchObject([{ warm: false }]);
  });
});

it('a join to a room of its own signaling node asks the media node once', async () => {
  await TestClient.join(owner.url, { room, identity: 'guest' });
  expect(names()).toEqual(['attach']);
});
