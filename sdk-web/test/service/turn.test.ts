// TURN servers from the service: the browser's connections use them, and the newest after a restart or a move.
import type { wire } from '@meridian/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { transport } from './fake-signaling.ts';
import { connect } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

const urls = ['turn:127.0.0.1:9?transport=udp', 'turns:127.0.0.1:9?transport=tcp'];
const server = (username: string): wire.IceServer.$Properties => ({ urls, username, credential: `of ${username}` });
const configured = (username: string): RTCIceServer[] => [{ urls, username, credential: `of ${username}` }];

beforeEach(async () => {
  // Records every connection of the page, in order.
  await page.evaluate(`
    window.pcs = [];
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct: (target, args) => pcs[pcs.push(Reflect.construct(target, args)) - 1],
    });
  `);
});
/** Returns the servers of the last two connections: sending, then receiving. */
const serversNow = (): Promise<RTCIceServer[][]> =>
  page.evaluate('pcs.slice(-2).map((pc) => pc.getConfiguration().iceServers)');
const joinWith = async (...iceServers: wire.IceServer.$Properties[]): Promise<void> => {
  for (const seat of signaling.seats) seat.joined = { iceServers };
  expect(await connect(page, signaling.url)).toBe('connected');
};
/** Makes the browser lose the receiving path, and the service answer the restart with these servers. */
const restartWith = async (...iceServers: wire.IceServer.$Properties[]): Promise<void> => {
  const { iceParameters = null } = transport('again');
  let answered = 0;
  for (const seat of signaling.seats)
    seat.behave = (connection, frame) => {
      if (frame.restartIce == null) return false;
      answered += 1;
      connection.reply(frame, {
        iceRestarted: { transportId: frame.restartIce.transportId ?? '', iceParameters, iceServers },
      });
      return true;
    };
  await page.evaluate(`
    Object.defineProperty(pcs.at(-1), 'connectionState', { get: () => 'failed' });
    pcs.at(-1).dispatchEvent(new Event('connectionstatechange'));
  `);
  await eventually(() => expect(answered).toBe(1));
};

describe('TURN servers', () => {
  test('from Joined are in both connections, and those of a restart in the connection that restarts', async () => {
    await joinWith(server('joined'));
    expect(await serversNow()).toEqual([configured('joined'), configured('joined')]);
    await restartWith(server('restarted'));
    await page.waitForFunction('pcs.at(-1).getConfiguration().iceServers[0].username === "restarted"');
    expect(await serversNow()).toEqual([configured('joined'), configured('restarted')]);
  });

  test('from a move are in the connections to the new node', async () => {
    await joinWith(server('joined'));
    const [sendTransport, recvTransport] = [transport('send-2'), transport('recv-2')];
    const move = { moveId: 'MV_1', node: { nodeId: 'node-2' }, sendTransport, recvTransport };
    signaling.seat(1).last.send({ moveParticipant: Object.assign(move, { iceServers: [server('moved')] }) });
    await page.waitForFunction('pcs.at(-1).getConfiguration().iceServers[0].username === "moved"');
    expect(await serversNow()).toEqual([configured('moved'), configured('moved')]);
  });

  test('are empty if the service sends none', async () => {
    await joinWith();
    expect(await serversNow()).toEqual([[], []]);
  });
});
