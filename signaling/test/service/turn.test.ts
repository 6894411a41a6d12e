// Tests operators' TURN servers: clients get them with the answers that make or mend their transports.
import { createHmac } from 'node:crypto';
import { decodeServerFrame, encodeClientFrame, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { joinMessage, TestClient, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const secret = 'north-star-0123456789abcdefghijkl';
const lifetimeMs = 3_600_000;
const urls = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'];

let rig: Rig;
let withTurn: Instance;
let withoutTurn: Instance;
beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-fra', { region: 'fra' });
  await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  withTurn = await rig.instance('sig-turn', { turn: { urls, secret, lifetimeMs } });
  withoutTurn = await rig.instance('sig-none', {});
});
afterAll(() => rig.close());

/** Asserts that these are the servers, with fresh credentials of this session; returns the time of their end. */
function expectFresh(
  servers: readonly wire.IceServer.$Properties[] | null | undefined,
  sessionId: string,
  lifeMs = lifetimeMs,
): number {
  expect(servers).toHaveLength(1);
  const { username = '', credential, urls: given } = servers?.[0] ?? {};
  const [endS = '', of] = (username ?? '').split(':');
  expect([given, of]).toEqual([urls, sessionId]);
  expect(credential).toBe(
    createHmac('sha1', secret)
      .update(username ?? '')
      .digest('base64'),
  );
  const leftMs = Number(endS) * 1000 - Date.now();
  expect(leftMs).toBeGreaterThan(lifeMs - 60_000);
  expect(leftMs).toBeLessThanOrEqual(lifeMs);
  return Number(endS);
}

it('a client gets TURN servers with Joined, with fresh credentials at an ICE restart, a move and a resume', async () => {
  const ann = await TestClient.join(withTurn.url, { room: 'turn', identity: 'ann', join: { fromCity: 'Frankfurt' } });
  const { sessionId } = ann;
  const joinedEndS = expectFresh(ann.joined?.iceServers, sessionId);
  await until(() => Math.floor((Date.now() + lifetimeMs) / 1000) > joinedEndS, 'the next second');
  const { iceRestarted } = await ann.request({ restartIce: { transportId: `${sessionId}-send` } });
  expect(iceRestarted).toMatchObject({ transportId: `${sessionId}-send`, iceParameters: { usernameFragment: 'new' } });
  expect(expectFresh(iceRestarted?.iceServers, sessionId)).toBeGreaterThan(joinedEndS);

  const order = rig.centre.move('acme/turn', sessionId, 'sfu-sgp');
  const { moveParticipant } = await ann.hears('the move', (frame) => frame.moveParticipant != null);
  expect(expectFresh(moveParticipant?.iceServers, sessionId)).toBeGreaterThan(joinedEndS);
  expect(await ann.outcome({ moveReady: { moveId: moveParticipant?.moveId ?? '', ok: true } })).toBe('ack');
  expect(await order).toBe('ok');

  const resume = { sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
  const again = await TestClient.join(withTurn.url, { room: 'turn', identity: 'ann', join: { resume } });
  expect(again.joined?.resumed).toBe(true);
  expect(expectFresh(again.joined?.iceServers, sessionId)).toBeGreaterThan(joinedEndS);
});

it('a session that a gateway opens gets no TURN servers', async () => {
  const gateway = { id: 'gateway-1', kind: 'gateway' } as const;
  const heard: wire.ServerFrame[] = [];
  const socket = {
    send: (frame: Uint8Array) => heard.push(decodeServerFrame(frame)) > 0,
    sendData: () => true,
    close: () => undefined,
    terminate: () => undefined,
  };
  const opened = withTurn.clients.open(socket, { clientIp: '', opener: gateway, prove: () => true });
  const ask = async (frame: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> => {
    opened.onFrame(encodeClientFrame(frame));
    await until(() => heard.some(({ replyTo }) => replyTo === frame.requestId), 'an answer');
    return heard.find(({ replyTo }) => replyTo === frame.requestId) as wire.ServerFrame;
  };
  const { joined } = await ask({ requestId: 1, join: joinMessage(await token({ room: 'turn', identity: 'whip' })) });
  expect(joined?.sendTransport).toBeTruthy();
  expect(joined?.iceServers).toEqual([]);
  const { iceRestarted } = await ask({ requestId: 2, restartIce: { transportId: `${joined?.sessionId}-send` } });
  expect(iceRestarted?.iceServers).toEqual([]);
});

it('clients get no TURN servers when the configuration has none', async () => {
  const bob = await TestClient.join(withoutTurn.url, { room: 'plain', identity: 'bob' });
  expect(bob.joined?.iceServers).toEqual([]);
  const { iceRestarted } = await bob.request({ restartIce: { transportId: `${bob.sessionId}-send` } });
  expect(iceRestarted?.iceServers).toEqual([]);
});

it('a connection check gets TURN servers for its longest duration', async () => {
  const client = await TestClient.join(withTurn.url, {
    room: 'turn',
    identity: 'eve',
    join: { check: 'n'.repeat(22) },
  });
  expectFresh(client.joined?.iceServers, client.sessionId, bounds.checkLifeMs);
  const { iceRestarted } = await client.request({ restartIce: { transportId: `${client.sessionId}-send` } });
  expectFresh(iceRestarted?.iceServers, client.sessionId, bounds.checkLifeMs);
});
