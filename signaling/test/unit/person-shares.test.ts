// Shares of one person in the places of a signaling node: rooms, and seats in the crowds of shows.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PersonShares } from '../../src/clients/person-shares.ts';
import { bounds } from '../../src/limits.ts';
import { MemoryClient, MemoryCloud, type MemoryNode } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let node: MemoryNode;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  cloud.mediaNode('sfu-fra', 'fra');
  node = await cloud.node('sig-fra', 'fra');
});
afterEach(() => cloud.close());

const { clientsPerPersonMax: most } = bounds;
const ofLink = { via: 'JL_1' };
const ofUser = { via: 'user:ann' };
const joinRoom = (identity: string, room: string, claims: object = {}) =>
  MemoryClient.join(cloud, node, { identity, room, claims: { ...claims } });
const watch = (identity: string, claims: object = {}) =>
  MemoryClient.join(cloud, node, {
    identity,
    room: 'show',
    claims: { ...claims },
    join: { crowd: true, sendEndpoint: null, recvEndpoint: null },
  });
const each = async (join: (at: number) => Promise<MemoryClient>): Promise<MemoryClient[]> => {
  const joined: MemoryClient[] = [];
  for (let at = 0; at < most; at += 1) joined.push(await join(at));
  return joined;
};

it('a user has a share of the rooms, and others still come in', async () => {
  const [first] = await each((at) => joinRoom('ann', `room-${at}`, ofUser));
  await expect(joinRoom('ann', 'room-more', ofUser)).rejects.toThrow(/^QUOTA_EXCEEDED: one person may have 20 conn/);
  expect((await joinRoom('bob', 'room-1', { via: 'user:bob' })).joined).toBeDefined();
  first?.leave();
  await cloud.until(() => node.clients.clientCount === most, 'the client that left is gone', 3000);
  expect((await joinRoom('ann', 'room-more', ofUser)).joined).toBeDefined();
});

it('a guest has a share of the crowd’s seats, and others still watch', async () => {
  const host = await MemoryClient.join(cloud, node, { identity: 'host', room: 'show', video: { roomAdmin: true } });
  expect(await host.outcome({ act: { setRoom: { kind: 'show' } } })).toBe('ack');
  await each(() => watch('guest', ofLink));
  await expect(watch('guest', ofLink)).rejects.toThrow('QUOTA_EXCEEDED');
  expect((await watch('other', ofLink)).joined?.isCrowd).toBe(true);
});

it('guests of a link share the places of their network, and others of the link still come', async () => {
  const guest = (at: number, clientIp: string) =>
    MemoryClient.join(cloud, node, {
      identity: `guest-${at}`,
      room: 'show',
      claims: { ...ofLink },
      clientIp,
      join: { crowd: true, sendEndpoint: null, recvEndpoint: null },
    });
  const host = await MemoryClient.join(cloud, node, { identity: 'host', room: 'show', video: { roomAdmin: true } });
  expect(await host.outcome({ act: { setRoom: { kind: 'show' } } })).toBe('ack');
  const { clientsPerNetworkMax } = bounds;
  for (let at = 0; at < clientsPerNetworkMax; at += 1) await guest(at, `2001:db8:0:1::${at.toString(16)}`);
  await expect(guest(-1, '2001:db8:0:1::ffff')).rejects.toThrow(/^QUOTA_EXCEEDED: one link may have 1000 conn/);
  expect((await guest(-1, '2001:db8:0:2::1')).joined?.isCrowd).toBe(true);
});

it('a link has half of the free places of a node, and a few as long as one is free', () => {
  let taken = 0;
  const shares = new PersonShares(() => bounds.clientsMax - taken);
  const come = (via: string, network = '') => {
    shares.take({}, { tenant: 'acme', identity: `guest-${taken}`, via, network });
    taken += 1;
  };
  const overloaded = expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: bounds.overloadRetryMs });
  for (let at = 0; at < bounds.clientsMax / 2; at += 1) come('JL_1');
  expect(() => come('JL_1')).toThrow(overloaded);
  for (let at = 0; at < bounds.clientsMax / 4; at += 1) come('JL_2');
  expect(() => come('JL_2')).toThrow(overloaded);
  taken = bounds.clientsMax - 1;
  come('JL_3');
  expect(() => come('JL_3')).toThrow(overloaded);
});

it('clients of an unknown or shared address are counted by no network', () => {
  const shares = new PersonShares(() => bounds.clientsMax);
  const come = (at: number) => shares.take({}, { tenant: 'acme', identity: `guest-${at}`, via: 'JL_1', network: '' });
  for (let at = 0; at <= bounds.clientsPerNetworkMax; at += 1) come(at);
});

it('tokens of an API key have no share', async () => {
  await each((at) => joinRoom('bot', `room-${at}`));
  expect((await joinRoom('bot', 'room-more')).joined).toBeDefined();
});
