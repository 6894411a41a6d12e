// Tests rooms that are bound to regions (docs/adr/0014-fences-hold-for-relays.md): which clients get in where, from
// which nodes tracks are pulled, and the refusals. Three regions, and a centre that may be wrong.
import { note, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient, type TokenOptions } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const trackId = 'TR_annmicrophone1';
const roomKey = 'acme/lobby';
let rig: Rig;
let fra: Instance;
let sgp: Instance;
let nodeFra: FakeNode;
let nodeSgp: FakeNode;
let nodeNyc: FakeNode;
beforeEach(async () => {
  rig = await Rig.start();
  nodeFra = await rig.node('sfu-fra');
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  nodeNyc = await rig.node('sfu-nyc', { region: 'nyc' });
  rig.centre.nodeOfCity.set('Frankfurt', nodeFra.id).set('Singapore', nodeSgp.id).set('New York', nodeNyc.id);
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra.centre.fleet.has('sig-sgp'), 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

const join = (instance: Instance, identity: string, fromCity: string, regions?: string[], o: TokenOptions = {}) =>
  TestClient.join(instance.url, {
    identity,
    join: { fromCity },
    ...o,
    ...(regions === undefined ? {} : { video: { regions } }),
  });
const sessionsAt = (node: FakeNode): string[] =>
  (node.called('attach') as wire.AttachSession[]).map(({ session }) => session?.participant?.identity ?? '');
const fencesGiven = (node: FakeNode): string[] =>
  (node.called('attach') as wire.AttachSession[]).map(({ session }) => session?.fence ?? '');

describe('a token that names regions', () => {
  it('has the regions sent to the centre and the media node, and every grant of the room carries them', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt', ['sgp', 'fra']);
    await ann.publish(trackId);
    const bob = await join(sgp, 'bob', 'Singapore', ['fra', 'sgp']);
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    expect(rig.centre.placeRequests.map(({ regionPin }) => regionPin)).toEqual(['fra,sgp', 'fra,sgp']);
    expect([...fencesGiven(nodeFra), ...fencesGiven(nodeSgp)]).toEqual(['fra,sgp', 'fra,sgp']);
    // The fake node has checked the grant against the fence that came with the session.
    expect(nodeSgp.grants.map(({ servingNodeId }) => servingNodeId)).toEqual([nodeFra.id]);
  });
});

describe('fences that contradict each other', () => {
  it('have every signaling node refuse a later client whose token forbids a region of the room', async () => {
    await join(fra, 'ann', 'Frankfurt', ['fra', 'sgp']);
    for (const instance of [fra, sgp])
      for (const regions of [['fra'], ['nyc'], ['fra', 'nyc']])
        await expect(join(instance, 'bob', 'Frankfurt', regions)).rejects.toThrow('FENCE_CONFLICT');
    expect([nodeFra, nodeSgp, nodeNyc].map(sessionsAt)).toEqual([['ann'], [], []]);
    await join(sgp, 'cid', 'Singapore', ['fra', 'nyc', 'sgp']);
    expect(fencesGiven(nodeSgp)).toEqual(['fra,sgp']);
  });
});

describe('a room with a fence', () => {
  it('pulls tracks from no node outside the fence, even if the node claims to carry the track', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt', ['fra', 'sgp']);
    await join(fra, 'eve', 'New York', undefined, { room: 'other' }); // the owner has a link to that node
    await ann.publish(trackId);
    await until(() => nodeNyc.links.has('sig-fra'), 'the owner is linked to it');
    nodeNyc.say('sig-fra', note.carrierChanged, { roomKey, trackId, nodeId: nodeNyc.id, carries: true });
    const bob = await join(sgp, 'bob', 'Singapore');
    await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
    const room = fra.ownedRooms.get(roomKey);
    expect(() => room?.grants(nodeNyc.id, [trackId], '')).toThrow('no session of this room');
    expect(nodeSgp.grants.map(({ servingNodeId }) => servingNodeId)).toEqual([nodeFra.id]);
  });

  it('lets no session move out of the fence', async () => {
    const ann = await join(fra, 'ann', 'Frankfurt', ['fra', 'sgp']);
    expect(await rig.centre.move(roomKey, ann.sessionId, nodeNyc.id)).toBe('FENCED_OUT');
    expect(sessionsAt(nodeNyc)).toEqual([]);
  });

  it('keeps its fence when its owner dies', async () => {
    await join(fra, 'ann', 'Frankfurt', ['fra', 'sgp']);
    const bob = await join(sgp, 'bob', 'Singapore');
    await fra.kill();
    await until(() => sgp.ownedRooms.get(roomKey)?.size === 2, 'the other instance owns the room');
    await expect(join(sgp, 'cid', 'Frankfurt', ['fra'])).rejects.toThrow('FENCE_CONFLICT');
    await join(sgp, 'dan', 'New York');
    expect(sessionsAt(nodeNyc)).toEqual([]);
    expect(bob.closed).toBeUndefined();
  });
});
