// Tests from which nodes tracks are pulled when nodes lie about the tracks that they carry (core/carrier.ts), and when
// the room has a new owner.
import { note } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const trackId = 'TR_annmicrophone1';
let rig: Rig;
let fra: Instance;
let sgp: Instance;
let nodeFra: FakeNode;
let nodeSgp: FakeNode;
/** Second media node on the host of `nodeSgp`. */
let second: FakeNode;
/** Media node that also claims to be on the host of `nodeSgp`. */
let liar: FakeNode;
beforeEach(async () => {
  rig = await Rig.start();
  nodeFra = await rig.node('sfu-fra');
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  second = await rig.node('sfu-two', { region: 'sgp', hostId: nodeSgp.hostId });
  liar = await rig.node('sfu-liar', { region: 'sgp', hostId: nodeSgp.hostId });
  rig.centre.nodeOfCity
    .set('Frankfurt', nodeFra.id)
    .set('Singapore', nodeSgp.id)
    .set('Changi', second.id)
    .set('Elsewhere', liar.id);
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra.centre.fleet.has('sig-sgp'), 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});
const join = (signaling: Instance, identity: string, fromCity: string, o: object = {}) =>
  TestClient.join(signaling.url, { identity, join: { fromCity }, ...o });
async function reportCarrier(node: FakeNode, fromNodeId = nodeFra.id): Promise<void> {
  await until(() => node.links.has('sig-fra'), 'the owner is linked to the node');
  const said = { roomKey: 'acme/lobby', trackId, nodeId: node.id, carries: true, fromNodeId };
  expect(node.say('sig-fra', note.carrierChanged, said)).toBe(true);
}
const servedTo = (node: FakeNode) => node.grants.map(({ servingNodeId }) => servingNodeId);

describe('a node that claims to carry a track', () => {
  it('is not believed while it has no session in the room', async () => {
    await join(fra, 'mallory', 'Elsewhere', { room: 'other' });
    const ann = await join(fra, 'ann', 'Frankfurt');
    await ann.publish(trackId);
    await reportCarrier(liar);
    await flushMessagesOf(liar);
    const bob = await join(sgp, 'bob', 'Singapore');
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    expect(servedTo(nodeSgp)).toEqual([nodeFra.id]);
  });

  it('is not believed while it has a session in the room but no grant to pull the track', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt');
    await join(fra, 'mallory', 'Elsewhere', { join: { fromCity: 'Elsewhere', manualSubscribe: true } });
    await ann.publish(trackId);
    await reportCarrier(liar);
    await flushMessagesOf(liar);
    const bob = await join(sgp, 'bob', 'Singapore');
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    expect(servedTo(nodeSgp)).toEqual([nodeFra.id]);
  });

  it('is believed after a grant as long as it has a session in the room', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt');
    await ann.publish(trackId);
    const bob = await join(sgp, 'bob', 'Singapore');
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    await reportCarrier(nodeSgp);
    await flushMessagesOf(nodeSgp);
    const cid = await join(sgp, 'cid', 'Changi');
    await until(() => cid.tracksReceived().length === 1, 'cid receives ann');
    expect(servedTo(second)).toEqual([nodeSgp.id]);
    await Promise.all([bob.outcome({ leave: {} }), cid.outcome({ leave: {} })]);
    await until(() => ann.events().filter((event) => event.participantLeft).length === 2, 'both have left');
    const dan = await join(sgp, 'dan', 'Changi');
    await until(() => dan.tracksReceived().length === 1, 'dan receives ann');
    expect(servedTo(second)).toEqual([nodeSgp.id, nodeFra.id]);
  });

  it('is not believed once its last session in the room has gone, despite an earlier grant', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt');
    await ann.publish(trackId);
    const bob = await join(sgp, 'bob', 'Singapore');
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    await bob.outcome({ leave: {} });
    await until(() => ann.events().some((event) => event.participantLeft), 'bob has left');
    await join(fra, 'other', 'Singapore', { room: 'other' }); // keeps the link
    await reportCarrier(nodeSgp);
    await flushMessagesOf(nodeSgp);
    await join(sgp, 'bob', 'Singapore', { join: { fromCity: 'Singapore', manualSubscribe: true } });
    const cid = await join(sgp, 'cid', 'Changi');
    await until(() => cid.tracksReceived().length === 1, 'cid receives ann');
    expect(servedTo(second)).toEqual([nodeFra.id]);
  });

  /** Resolves when the instance has received the node’s messages: a link keeps the order. */
  async function flushMessagesOf(node: FakeNode): Promise<void> {
    const client = await join(
      fra,
      `witness-${node.id}`,
      [...rig.centre.nodeOfCity].find(([, id]) => id === node.id)?.[0] ?? '',
      {
        room: 'witness',
      },
    );
    node.say('sig-fra', note.trackDemand, {
      roomKey: 'acme/witness',
      sessionId: client.sessionId,
      demand: { trackId: 'TR_after' },
    });
    await client.hears('what the node said after it', (frame) => frame.layerDemand?.trackId === 'TR_after');
  }
});

describe('a new owner', () => {
  it('believes the node from which a carrier pulls, not the carrier’s own claim', async () => {
    await join(fra, 'eve', 'Frankfurt');
    expect(rig.centre.leases.get('acme/lobby')?.ownerId).toBe('sig-fra');
    const ann = await join(sgp, 'ann', 'Frankfurt');
    const bob = await join(sgp, 'bob', 'Singapore');
    await join(sgp, 'mallory', 'Elsewhere', { join: { fromCity: 'Elsewhere', manualSubscribe: true } });
    await ann.publish(trackId);
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    nodeFra.servedTracks.push({ trackId, pullerNodeIds: [nodeSgp.id] });
    liar.servedTracks.push({ trackId, pullerNodeIds: [liar.id] });
    await fra.kill();
    await until(() => sgp.ownedRooms.get('acme/lobby') !== undefined, 'the other instance owns the room');
    const cid = await join(sgp, 'cid', 'Changi');
    await until(() => cid.tracksReceived().length === 1, 'cid receives ann');
    expect(servedTo(second)).toEqual([nodeSgp.id]);
  });
});
