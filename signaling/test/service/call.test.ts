// Makes a call over real sockets: real signaling nodes, fake centre and media nodes.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import { Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(async () => {
  await rig.close();
});

it('a Join is answered with all that media needs, and the first participant sees the second', async () => {
  const node = await rig.node('sfu-1');
  const { url } = await rig.instance('sig-1');
  const ann = await TestClient.join(url, { identity: 'ann' });
  expect(ann.joined).toMatchObject({
    room: 'lobby',
    resumed: false,
    self: { identity: 'ann', nodeId: 'sfu-1', signalingId: 'sig-1', canPublish: true },
  });
  expect(ann.joined?.sendTransport?.id).toBe(`${ann.sessionId}-send`);
  expect(ann.joined?.placement).toMatchObject({
    decisionId: 'DE_1',
    ownerId: 'sig-1',
    roomEpoch: 1,
    mode: 'normal',
    node: { nodeId: 'sfu-1', region: 'fra' },
  });
  const bob = await TestClient.join(url, { identity: 'bob' });
  expect(bob.joined?.participants.map((participant) => participant.identity)).toEqual(['ann']);
  await until(
    () => ann.events().some((event) => event.participantJoined?.participant?.identity === 'bob'),
    'ann sees bob',
  );
  expect(node.sessions.size).toBe(2);
});

it('all participants are subscribed to a new track, and a later participant with its join', async () => {
  const node = await rig.node('sfu-1');
  const { url } = await rig.instance('sig-1');
  const [ann, bob] = [await TestClient.join(url, { identity: 'ann' }), await TestClient.join(url, { identity: 'bob' })];
  expect(await ann.publish('TR_annmicrophone1')).toBe('published');
  await until(() => bob.tracksReceived().includes('TR_annmicrophone1'), 'bob receives the track');
  expect(ann.tracksReceived()).toEqual([]);
  const cid = await TestClient.join(url, { identity: 'cid' });
  expect(cid.joined?.subscriptions.map((subscription) => subscription.trackId)).toEqual(['TR_annmicrophone1']);
  expect(cid.joined?.participants.find((participant) => participant.identity === 'ann')?.tracks).toHaveLength(1);
  const consumerIds = cid.joined?.subscriptions.map((subscription) => subscription.consumerId ?? '') ?? [];
  expect(await cid.outcome({ subscriptionsReady: { consumerIds } })).toBe('ack');
  expect(node.called('resume')).toHaveLength(1);
  expect(await ann.outcome({ unpublish: { trackId: 'TR_annmicrophone1' } })).toBe('ack');
  await until(
    () => bob.events().some((event) => event.trackUnpublished?.trackId === 'TR_annmicrophone1'),
    'bob hears of the end',
  );
});
