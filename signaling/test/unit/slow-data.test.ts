// Tests data for a client of ours that reads too slowly.
import { limits, note, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import type { FakeNode } from '../service/rig/node.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, settled } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let home: FakeNode;
let node: MemoryNode;
let bob: MemoryClient;
let ann: MemoryClient;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  home = cloud.mediaNode('sfu-fra', 'fra');
  node = await cloud.node('sig-fra', 'fra');
  bob = await MemoryClient.join(cloud, node, { identity: 'bob' });
  ann = await MemoryClient.join(cloud, node, { identity: 'ann' });
  await settled();
  ann.socket.dataRoom = 0;
});
afterEach(() => cloud.close());

const say = (number: number, { lossy = false, bytes = 100 } = {}): void => {
  const payload = new Uint8Array(bytes).fill(number % 256);
  const data = { sessionId: bob.joined?.sessionId ?? '', identity: 'bob', payload, topic: 't', lossy };
  home.say('sig-fra', note.roomData, {
    roomKey: 'acme/lobby',
    data,
    destinationSessionIds: [ann.joined?.sessionId ?? ''],
  });
};
const heard = (): (number | undefined)[] =>
  ann.heard.flatMap(({ dataReceived }: wire.ServerFrame) => (dataReceived ? [dataReceived.payload?.[0]] : []));

describe('reliable data for a client that reads too slowly', () => {
  it('waits for it in order, and none is lost', async () => {
    for (let number = 0; number < 20; number += 1) say(number);
    ann.socket.dataRoom = 1;
    say(20);
    await settled();
    expect(heard()).toEqual([0]);
    ann.socket.dataRoom = Infinity;
    await cloud.run(100);
    say(21);
    await settled();
    expect(heard()).toEqual(Array.from({ length: 22 }, (_, number) => number));
    expect(node.clients.context.waitingBytes.bytes).toBe(0);
  });

  it('ends its session with BACKPRESSURE when too much waits, so that nothing is missing in silence', async () => {
    const fitting = Math.floor(bounds.dataHeldBytesMax / (limits.dataBytesMax + 1000));
    for (let number = 0; number < fitting; number += 1) say(number, { bytes: limits.dataBytesMax });
    await settled();
    expect(ann.heard.some(({ disconnect }) => disconnect != null)).toBe(false);
    for (let number = 0; number < 5; number += 1) say(number, { bytes: limits.dataBytesMax });
    await settled();
    expect(ann.heard.find(({ disconnect }) => disconnect != null)?.disconnect).toMatchObject({
      code: 'BACKPRESSURE',
      reconnect: true,
    });
    expect(node.clients.context.waitingBytes.bytes).toBe(0);
  });

  it('does not hold up the messages of the room, and lossy data is dropped', async () => {
    say(1);
    say(2, { lossy: true });
    await bob.publish('TR_bobsmicrophone');
    await settled();
    expect(ann.heard.some(({ roomEvents }) => roomEvents != null)).toBe(true);
    ann.socket.dataRoom = Infinity;
    await cloud.run(100);
    expect(heard()).toEqual([1]);
  });
});
