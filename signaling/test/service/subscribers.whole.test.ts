// Tests which participants may receive a publisher's tracks: the receivers' signaling nodes enforce its choice.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { joinMessage, TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [fra, sgp]: Instance[] = [];
let nodeFra: FakeNode | undefined;
let nodeSgp: FakeNode | undefined;
beforeEach(async () => {
  rig = await Rig.start();
  nodeFra = await rig.node('sfu-fra', { region: 'fra' });
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(() => rig.close());

const join = (to: Instance | undefined, identity: string, o: TokenOptions & { join?: wire.Join.$Properties } = {}) =>
  TestClient.join(to?.url ?? '', {
    identity,
    ...o,
    join: { fromCity: to === sgp ? 'Singapore' : 'Frankfurt', ...o.join },
  });
const restrict = (client: TestClient, allowed: wire.AllowedSubscriber.$Properties[] | undefined) =>
  client.outcome({ setSubscribers: { subscribers: allowed === undefined ? null : { allowed } } });
const microphone = 'TR_annmicrophone1';
const camera = 'TR_anncamera12345';
const publishBoth = async (client: TestClient) => {
  expect(await client.publish(microphone)).toBe('published');
  expect(await client.publish(camera, { kind: 1, source: 1, name: 'cam' })).toBe('published');
};
const removedTracks = (client: TestClient) =>
  client.heard.flatMap(({ subscriptionRemoved }) =>
    subscriptionRemoved ? [`${subscriptionRemoved.trackId} ${subscriptionRemoved.reason}`] : [],
  );
/** Returns the tracks at its media node. */
const tracksAtNode = (node: FakeNode | undefined, identity: string) =>
  [...(node?.sessionOf(identity)?.subscriptions.keys() ?? [])].sort();
const subscribe = (client: TestClient, trackId: string) =>
  client.outcome({ updateSubscription: { trackId, subscribed: true, priority: 0 } });

describe('a participant that a publisher does not name', () => {
  it('no longer receives the publisher, even on request, and does again when all may', async () => {
    const ann = await join(fra, 'ann');
    const bob = await join(sgp, 'bob');
    await publishBoth(ann);
    await until(() => tracksAtNode(nodeSgp, 'bob').length === 2, 'bob receives both');
    expect(await restrict(ann, [{ identity: 'cy' }])).toBe('ack');
    await until(() => removedTracks(bob).length === 2, 'bob hears it');
    expect(removedTracks(bob).sort()).toEqual([`${camera} NOT_PERMITTED`, `${microphone} NOT_PERMITTED`]);
    expect(tracksAtNode(nodeSgp, 'bob')).toEqual([]);
    expect(await subscribe(bob, camera)).toBe('NOT_PERMITTED');
    expect(await restrict(ann, undefined)).toBe('ack');
    await until(() => tracksAtNode(nodeSgp, 'bob').length === 2, 'bob receives both again');
  });

  it('receives none of the publisher’s tracks from the start, nor later ones', async () => {
    const ann = await join(fra, 'ann');
    expect(await restrict(ann, [{ identity: 'cy' }])).toBe('ack');
    expect(await ann.publish(microphone)).toBe('published');
    const bob = await join(fra, 'bob');
    const cy = await join(sgp, 'cy');
    expect([bob, cy].map((each) => (each.joined?.subscriptions ?? []).map(({ trackId }) => trackId))).toEqual([
      [],
      [microphone],
    ]);
    expect(await ann.publish(camera, { kind: 1, source: 1, name: 'cam' })).toBe('published');
    await until(() => tracksAtNode(nodeSgp, 'cy').length === 2, 'cy receives both');
    // Bob's node has had its turn for a track of another participant.
    const dan = await join(fra, 'dan');
    expect(await dan.publish('TR_danmicrophone1')).toBe('published');
    await until(() => tracksAtNode(nodeFra, 'bob').includes('TR_danmicrophone1'), 'bob receives dan');
    expect(tracksAtNode(nodeFra, 'bob')).toEqual(['TR_danmicrophone1']);
  });

  it('receives the sources for which the publisher names it later', async () => {
    const ann = await join(fra, 'ann');
    expect(await restrict(ann, [{ identity: 'bob', sources: [2] }])).toBe('ack');
    const bob = await join(sgp, 'bob', { join: { manualSubscribe: true } });
    await publishBoth(ann);
    await bob.hears('of both', ({ roomEvents }) =>
      (roomEvents?.events ?? []).some(({ trackPublished }) => trackPublished?.track?.trackId === camera),
    );
    expect(await subscribe(bob, camera)).toBe('NOT_PERMITTED');
    expect(await subscribe(bob, microphone)).toBe('ack');
    await until(() => tracksAtNode(nodeSgp, 'bob').length > 0, 'bob receives one');
    expect(tracksAtNode(nodeSgp, 'bob')).toEqual([microphone]);
  });

  it('does not receive the publisher after its resume, nor under a new owner of the room', async () => {
    const ann = await join(sgp, 'ann');
    const bob = await join(sgp, 'bob');
    await publishBoth(ann);
    await until(() => tracksAtNode(nodeSgp, 'bob').length === 2, 'bob receives both');
    expect(await restrict(ann, [])).toBe('ack');
    await until(() => tracksAtNode(nodeSgp, 'bob').length === 0, 'bob receives nothing');
    await until(
      () => nodeSgp?.sessionOf('ann')?.info.participant?.subscribers?.allowed?.length === 0,
      'the media node keeps it',
    );
    const { sessionId = '', resumeKey = '' } = ann.joined ?? {};
    ann.socket.terminate();
    const again = await TestClient.open(fra?.url ?? '');
    const resumed = joinMessage(await token({ identity: 'ann' }), { resume: { sessionId, resumeKey } });
    expect((await again.request({ join: resumed })).error?.code).toBeUndefined();
    expect(await again.publish('TR_annscreen12345', { source: 3 })).toBe('published');
    const late = await join(fra, 'late');
    expect(late.joined?.subscriptions).toEqual([]);
    expect(await subscribe(bob, camera)).toBe('NOT_PERMITTED');
  });
});

it('no client learns which participants another one has named', async () => {
  const ann = await join(fra, 'ann');
  const bob = await join(sgp, 'bob');
  expect(await restrict(ann, [{ identity: 'cy' }])).toBe('ack');
  expect(await ann.outcome({ setTrackMuted: { trackId: 'TR_none123456789', muted: true } })).toBe('TRACK_UNKNOWN');
  const cy = await join(sgp, 'cy');
  await bob.hears('that cy has come', ({ roomEvents }) =>
    (roomEvents?.events ?? []).some(({ participantJoined }) => participantJoined?.participant?.identity === 'cy'),
  );
  const heard = [...bob.heard, ...cy.heard, cy.joined].map((frame) => JSON.stringify(frame)).join();
  expect(heard).not.toContain('allowed');
});

describe('a restriction is refused for', () => {
  const rows: [string, wire.AllowedSubscriber.$Properties[]][] = [
    ['too many participants', Array.from({ length: 101 }, (_, at) => ({ identity: `p${at}` }))],
    ['an invalid identity', [{ identity: '' }]],
    ['more sources than there are', [{ identity: 'bob', sources: new Array(9).fill(1) }]],
    ['more bytes than a node keeps', Array.from({ length: 100 }, (_, at) => ({ identity: `p${at}`.padEnd(128, 'x') }))],
  ];
  test.each(rows)('%s', async (_name, allowed) => {
    expect(await restrict(await join(fra, 'ann'), allowed)).toBe('REQUEST_INVALID');
  });

  test('a client that may not publish or has not joined', async () => {
    const early = await TestClient.open(fra?.url ?? '');
    expect(await restrict(early, [])).toBe('OUT_OF_ORDER');
    expect(await restrict(await join(fra, 'bob', { video: { canPublish: false } }), [])).toBe('NOT_PERMITTED');
  });
});
