// Moves a session to another media node: the centre orders the owner, and the session's signaling node acts. The nodes
// are fakes; sfu/test/service/move.whole.test.ts has real ones.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rtp, TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let fra: Instance;
let sgp: Instance;
let nodeFra: FakeNode;
let nodeSgp: FakeNode;
const roomKey = 'acme/lobby';
const mic = 'TR_annmicrophone1';
beforeEach(async () => {
  rig = await Rig.start();
  nodeFra = await rig.node('sfu-fra', { region: 'fra' });
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra.centre.fleet.has('sig-sgp'), 'the first knows the second');
});
afterEach(() => rig.close());

/** Bob comes first: his signaling node owns the room. Ann is at the other signaling node, both at Frankfurt's node. */
async function startCall(): Promise<{ ann: TestClient; bob: TestClient }> {
  const bob = await TestClient.join(fra.url, { identity: 'bob', join: { fromCity: 'Frankfurt' } });
  const ann = await TestClient.join(sgp.url, { identity: 'ann', join: { fromCity: 'Frankfurt' } });
  expect(await bob.publish('TR_bobmicrophone1')).toBe('published');
  expect(await ann.publish(mic)).toBe('published');
  await until(() => ann.tracksReceived().length === 1 && bob.tracksReceived().length === 1, 'they hear each other');
  return { ann, bob };
}
const moveOrder = async (client: TestClient, count = 1): Promise<wire.MoveParticipant.$Properties> => {
  const found = () => client.heard.flatMap((frame) => frame.moveParticipant ?? []);
  await until(() => found().length >= count, 'the client is asked to move');
  return found()[count - 1] ?? {};
};
const publishThere = (client: TestClient, moveId: string, trackId = mic) =>
  client.outcome({ publish: { track: { trackId, kind: 1, source: 2 }, rtpParameters: rtp, moveId } });
const ready = (client: TestClient, moveId: string, o: { ok?: boolean; code?: string } = {}) =>
  client.outcome({ moveReady: { moveId, ok: true, ...o } });
const movesDone = (client: TestClient) => client.heard.flatMap((frame) => frame.moveDone ?? []);
/** Ann does what the SDK does. */
async function follow(ann: TestClient, count = 1): Promise<void> {
  const { moveId = '' } = await moveOrder(ann, count);
  expect(await publishThere(ann, moveId ?? '')).toBe('published');
  expect(await ready(ann, moveId ?? '')).toBe('ack');
}
const whereIs = (client: TestClient, seen: Instance = fra) =>
  seen.ownedRooms
    .get(roomKey)
    ?.snapshot()
    .participants.find(({ sessionId }) => sessionId === client.sessionId);

describe('a move that the centre orders', () => {
  it('makes a second home, has the client send there too, makes it the only home, and ends the old home', async () => {
    const { ann, bob } = await startCall();
    const order = rig.centre.move(roomKey, ann.sessionId, 'sfu-sgp');
    const move = await moveOrder(ann);
    expect(move).toMatchObject({ node: { nodeId: 'sfu-sgp', region: 'sgp' }, reason: 'nearer', decisionId: 'DE_move' });
    expect(move.subscriptions?.map(({ trackId }) => trackId)).toEqual(['TR_bobmicrophone1']);
    expect(nodeSgp.sessions.get(ann.sessionId)?.info).toMatchObject({ moving: true, home: 1, adoption: 0 });
    expect(whereIs(ann)?.nodeId).toBe('sfu-fra');
    await follow(ann);
    expect(await order).toBe('ok');
    expect(movesDone(ann).map(({ ok, code }) => [ok, code])).toEqual([
      [true, ''],
      [true, 'LEFT'],
    ]);
    expect([nodeFra.sessions.has(ann.sessionId), nodeSgp.sessions.get(ann.sessionId)?.info.moving]).toEqual([
      false,
      false,
    ]);
    expect(whereIs(ann)).toMatchObject({
      nodeId: 'sfu-sgp',
      region: 'sgp',
      tracks: [{ trackId: mic, nodeId: 'sfu-sgp' }],
    });
    expect(nodeFra.called('repull')).toMatchObject([{ track: { trackId: mic, carrierNodeId: 'sfu-sgp' }, anew: true }]);
    await until(
      () => bob.events().some((event) => event.participantChanged?.participant?.nodeId === 'sfu-sgp'),
      'bob hears where ann is',
    );
    // From here on the new node gets the requests.
    expect(await ann.outcome({ setTrackMuted: { trackId: mic, muted: true } })).toBe('ack');
    expect(nodeSgp.sessions.get(ann.sessionId)?.tracks.get(mic)?.muted).toBe(true);
    expect(await bob.publish('TR_bobcamera00001')).toBe('published');
    await until(
      () => ann.tracksReceived().includes('TR_bobcamera00001'),
      'what comes later is received at the new node',
    );
    expect(nodeSgp.sessions.get(ann.sessionId)?.subscriptions.has('TR_bobcamera00001')).toBe(true);
    // The session moves back.
    const back = rig.centre.move(roomKey, ann.sessionId, 'sfu-fra');
    await follow(ann, 2);
    expect(await back).toBe('ok');
    expect(nodeFra.sessions.get(ann.sessionId)?.info.home).toBe(2);
    expect(nodeSgp.sessions.has(ann.sessionId)).toBe(false);
    expect(await rig.centre.move(roomKey, ann.sessionId, 'sfu-fra')).toBe('ok'); // already there: no move
    ann.socket.close(1000);
    await until(() => nodeFra.sessions.size === 1 && nodeSgp.sessions.size === 0, 'ann left nothing behind');
  });
});

describe('while a session moves', () => {
  it('a mute and an unpublish of tracks that are sent to both homes also apply at the new home', async () => {
    const { ann } = await startCall();
    expect(await ann.publish('TR_annscreen00001')).toBe('published');
    const order = rig.centre.move(roomKey, ann.sessionId, 'sfu-sgp');
    const { moveId = '' } = await moveOrder(ann);
    expect(await publishThere(ann, moveId ?? '', 'TR_annscreen00001')).toBe('published');
    expect(await publishThere(ann, moveId ?? '')).toBe('published');
    expect(await ann.outcome({ setTrackMuted: { trackId: mic, muted: true } })).toBe('ack');
    expect(await ann.outcome({ unpublish: { trackId: 'TR_annscreen00001' } })).toBe('ack');
    await ready(ann, moveId ?? '');
    expect(await order).toBe('ok');
    const there = nodeSgp.sessions.get(ann.sessionId);
    expect([...(there?.tracks.values() ?? [])].map(({ trackId, muted }) => [trackId, muted])).toEqual([[mic, true]]);
  });

  it('a leave ends both homes', async () => {
    const { ann } = await startCall();
    const order = rig.centre.move(roomKey, ann.sessionId, 'sfu-sgp');
    await moveOrder(ann);
    expect(await ann.outcome({ leave: {} })).toBe('ack');
    expect(await order).not.toBe('ok');
    await until(() => !nodeSgp.sessions.has(ann.sessionId) && !nodeFra.sessions.has(ann.sessionId), 'nothing is left');
  });

  it('the death of the owner does not end the move, and the next owner knows the session’s node', async () => {
    const { ann } = await startCall();
    const order = rig.centre.move(roomKey, ann.sessionId, 'sfu-sgp');
    const { moveId = '' } = await moveOrder(ann);
    expect(await publishThere(ann, moveId ?? '')).toBe('published');
    await fra.kill();
    expect(await order).not.toBe('ok');
    ann.send({ requestId: 99, moveReady: { moveId, ok: true } });
    await until(() => whereIs(ann, sgp)?.nodeId === 'sfu-sgp', 'the next owner has it at the new node');
    await until(() => !nodeFra.sessions.has(ann.sessionId), 'the old node has let go');
    expect(movesDone(ann)[0]).toMatchObject({ ok: true });
  });
});
