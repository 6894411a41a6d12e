// Tests the media directions of a session by its Join: both or one, by WebRTC or plain RTP.
import { decodeServerFrame, encodeClientFrame, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Opener } from '../../src/ports.ts';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let one: Instance;
let room = '';
let rooms = 0;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  one = await rig.instance('sig-1');
});
afterAll(() => rig.close());
beforeEach(() => {
  rooms += 1;
  room = `room-${rooms}`;
});

const plain = { plain: { ip: '127.0.0.1', port: 4000 } };
const gateway: Opener = { id: 'gateway-1', kind: 'gateway' };

/** Returns the answer to a Join of a session that a node opens over its link. */
async function open(opener: Opener, o: wire.Join.$Properties): Promise<wire.ServerFrame> {
  const heard: wire.ServerFrame[] = [];
  const socket = {
    send: (frame: Uint8Array) => heard.push(decodeServerFrame(frame)) > 0,
    sendData: () => true,
    close: () => undefined,
    terminate: () => undefined,
  };
  const client = one.clients.open(socket, { clientIp: '', opener, prove: () => true });
  const join = joinMessage(await token({ room, identity: opener.id }), o);
  client.onFrame(encodeClientFrame({ requestId: 1, join }));
  await until(() => heard.some(({ replyTo }) => replyTo === 1), 'an answer to Join');
  return heard.find(({ replyTo }) => replyTo === 1) as wire.ServerFrame;
}

describe('a session that a gateway or recorder opens', () => {
  it.each<[string, wire.Join.$Properties, string]>([
    ['in the clear to another host', { sendEndpoint: { plain: { ip: '192.0.2.1', port: 4000 } } }, 'REQUEST_INVALID'],
    ['to a name', { recvEndpoint: { plain: { ip: 'localhost', port: 4000 } } }, 'REQUEST_INVALID'],
    ['by a protocol with a space', { protocol: 'two words' }, 'REQUEST_INVALID'],
    ['by a protocol with a long name', { protocol: 'x'.repeat(17) }, 'REQUEST_INVALID'],
  ])('%s is refused', async (_name, join, code) => {
    expect((await open(gateway, join)).error?.code).toBe(code);
  });

  it('may have plain RTP endpoints, and has the kind of its opener', async () => {
    const { joined } = await open(gateway, { sendEndpoint: plain, recvEndpoint: null, protocol: 'rtmp' });
    expect(joined?.self).toMatchObject({ kind: 1, protocol: 'rtmp' });
    const asked = node.called('attach').at(-1) as wire.AttachSession;
    expect(asked.sendEndpoint?.plain).toMatchObject(plain.plain);
    expect(asked.recvEndpoint ?? undefined).toBeUndefined();
    expect((await open({ id: 'recorder-1', kind: 'recorder' }, {})).joined?.self).toMatchObject({
      kind: 2,
      protocol: 'webrtc',
    });
  });
});

it('a gateway’s viewer is in the roster with its protocol, and has no transports', async () => {
  const { joined } = await open(gateway, { sendEndpoint: null, recvEndpoint: null, protocol: 'flv' });
  expect(joined?.self).toMatchObject({ kind: 1, protocol: 'flv' });
  expect([joined?.sendTransport ?? null, joined?.recvTransport ?? null]).toEqual([null, null]);
});

it('a client of a WebSocket takes part by WebRTC, whatever it claims', async () => {
  const client = await TestClient.join(one.url, { room, join: { protocol: 'rtmp' } });
  expect(client.joined?.self).toMatchObject({ kind: 0, protocol: 'webrtc' });
});

describe('a session with one direction', () => {
  const receiving = 'TR_fromanybody01';

  it('is subscribed to no track when it only sends, even after a resume', async () => {
    const speaker = await TestClient.join(one.url, { room, identity: 'speaker' });
    expect(await speaker.publish(receiving)).toBe('published');
    const listener = await TestClient.join(one.url, { room, identity: 'listener' });
    const sender = await TestClient.join(one.url, { room, identity: 'sender', join: { recvEndpoint: null } });
    expect(sender.joined?.sendTransport?.id).toBe(`${sender.sessionId}-send`);
    expect([sender.joined?.recvTransport ?? undefined, sender.joined?.subscriptions]).toEqual([undefined, []]);
    const update = { updateSubscription: { trackId: receiving, subscribed: true } };
    expect(await sender.outcome(update)).toBe('NOT_PERMITTED');
    expect(await speaker.publish('TR_fromanybody02')).toBe('published');
    await until(() => listener.tracksReceived().length === 2, 'another receives both');
    expect(sender.tracksReceived()).toEqual([]);

    const resume = { sessionId: sender.sessionId, resumeKey: sender.joined?.resumeKey ?? '' };
    sender.socket.terminate();
    const again = await TestClient.join(one.url, { room, identity: 'sender', join: { resume } });
    expect([again.joined?.resumed, again.joined?.recvTransport ?? undefined]).toEqual([true, undefined]);
    expect(await again.outcome(update)).toBe('NOT_PERMITTED');
    expect(node.called('subscribe').map((call) => (call as wire.SubscribeTracks).sessionId)).not.toContain(
      sender.sessionId,
    );
  });

  it('has no send transport when it only receives', async () => {
    const viewer = await TestClient.join(one.url, { room, identity: 'viewer', join: { sendEndpoint: null } });
    expect(viewer.joined?.sendTransport ?? undefined).toBeUndefined();
    expect(viewer.joined?.recvTransport?.id).toBe(`${viewer.sessionId}-recv`);
  });
});

it('a fingerprint that follows the Join goes to the media node', async () => {
  const late = { webrtc: {} };
  const client = await TestClient.join(one.url, { room, join: { sendEndpoint: late, recvEndpoint: late } });
  const transportId = client.joined?.sendTransport?.id ?? '';
  const fingerprint = { algorithm: 'sha-256', value: 'AB:CD' };
  expect(await client.outcome({ connectTransport: { transportId, fingerprint } })).toBe('ack');
  expect(node.called('connect')).toMatchObject([
    { sessionId: client.sessionId, connect: { transportId, fingerprint } },
  ]);
});
