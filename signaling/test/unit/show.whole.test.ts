// Tests shows by the service's own code in memory and virtual time (memory-cloud.ts): two signaling nodes with a crowd
// each, one of which owns the room.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage } from '../service/rig/client.ts';
import type { FakeNode } from '../service/rig/node.ts';
import { MemoryClient, MemoryCloud, type MemoryNode } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let [nodeFra, nodeSgp]: FakeNode[] = [];
let fra: MemoryNode;
let sgp: MemoryNode;
/** Numbers arrive within two seconds; longer waits are named. */
const until = (condition: () => boolean, what: string, withinMs = 3000) => cloud.until(condition, what, withinMs);

beforeEach(async () => {
  cloud = await MemoryCloud.start();
  nodeFra = cloud.mediaNode('sfu-fra', 'fra');
  nodeSgp = cloud.mediaNode('sfu-sgp', 'sgp');
  cloud.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await cloud.node('sig-fra', 'fra');
  sgp = await cloud.node('sig-sgp', 'sgp');
});
afterEach(() => cloud.close());

/** Joins the host of a show, at the node that owns it. */
async function joinHost(settings: wire.ActSetRoom.$Properties = {}): Promise<MemoryClient> {
  const video = { roomAdmin: true };
  const host = await MemoryClient.join(cloud, fra, { identity: 'hanna', video, join: { fromCity: 'Frankfurt' } });
  expect(await host.outcome({ act: { setRoom: { kind: 'show', ...settings } } })).toBe('ack');
  return host;
}
interface Viewing {
  readonly at?: MemoryNode | undefined;
  readonly video?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly join?: wire.Join.$Properties;
}
/** Joins a viewer with signaling alone. */
const viewer = (identity: string, o: Viewing = {}): Promise<MemoryClient> =>
  MemoryClient.join(cloud, o.at ?? sgp, {
    identity,
    ...(o.video && { video: o.video }),
    ...(o.claims && { claims: o.claims }),
    join: { crowd: true, sendEndpoint: null, recvEndpoint: null, ...o.join },
  });
/** Joins a viewer that receives by WebRTC. */
const receiver = (identity: string, o: Viewing = {}): Promise<MemoryClient> => {
  const { recvEndpoint } = joinMessage('');
  return viewer(identity, { ...o, join: { recvEndpoint: recvEndpoint ?? null, fromCity: 'Singapore', ...o.join } });
};
const outcomeOf = (joining: Promise<MemoryClient>): Promise<string> =>
  joining.then(
    (client) => (client.joined?.isCrowd ? 'crowd' : 'stage'),
    (error: Error) => error.message.split(':')[0] ?? '',
  );
const namesIn = (client: MemoryClient): string[] =>
  client.events().flatMap((event) => event.participantJoined?.participant?.identity ?? []);
const viewersOf = (client: MemoryClient) =>
  client.heard.flatMap((frame) => (frame.roomViewers == null ? [] : [frame.roomViewers.byProtocol ?? {}])).at(-1) ?? {};
const untilViewers = (client: MemoryClient, counts: Record<string, number>) =>
  until(
    () => JSON.stringify(Object.entries(viewersOf(client)).sort()) === JSON.stringify(Object.entries(counts).sort()),
    `viewers ${JSON.stringify(counts)}`,
  );
const handsOf = (client: MemoryClient): string[] =>
  (client.heard.flatMap((frame) => frame.crowdHands ?? []).at(-1)?.hands ?? []).map(({ identity }) => identity ?? '');
const asked = (client: MemoryClient): wire.StageAsked.$Properties[] =>
  client.heard
    .flatMap((frame) => frame.stageAsked ?? [])
    .map(({ on, byIdentity }) => ({ on: on ?? false, byIdentity: byIdentity ?? '' }));

describe('the crowd of a show', () => {
  it('sees the stage and its changes, is in no roster, and costs the owner a single session per node', async () => {
    const host = await joinHost();
    const [one, two] = [await viewer('vera'), await viewer('viktor')];
    expect(one.joined).toMatchObject({ isCrowd: true, sessionId: '', resumeKey: '', roomInfo: { kind: 'show' } });
    expect(one.joined?.participants?.map(({ identity }) => identity)).toEqual(['hanna']);
    expect([one.joined?.sendTransport ?? null, one.joined?.recvTransport ?? null]).toEqual([null, null]);
    expect(await host.publish('TR_hannasmicrophone')).toBe('published');
    for (const client of [one, two])
      await until(() => client.events().some(({ trackPublished }) => trackPublished != null), 'the track is heard of');
    await untilViewers(host, { show: 2 });
    expect(namesIn(host)).toEqual([]);
    expect(cloud.centre.placeRequests.length).toBe(1);
    expect([nodeFra?.sessions.size, nodeSgp?.sessions.size]).toEqual([1, 0]);
  });

  it('is counted over all signaling nodes, by its way of watching, until it goes', async () => {
    const host = await joinHost();
    const first = await viewer('vera', { at: fra });
    const second = await viewer('viktor');
    await receiver('vanessa');
    await untilViewers(host, { show: 2, webrtc: 1 });
    expect([fra.clients.crowdCount, sgp.clients.crowdCount]).toEqual([1, 2]);
    first.leave();
    await untilViewers(host, { show: 1, webrtc: 1 });
    second.leave();
    await untilViewers(host, { webrtc: 1 });
    expect([fra.clients.crowdCount, sgp.clients.crowdCount]).toEqual([0, 1]);
  });

  it('has a receiving viewer placed near it and attached there; it gets the tracks of other nodes, and is in no snapshot', async () => {
    const host = await joinHost();
    await host.publish('TR_hannasmicrophone');
    const one = await receiver('vera');
    expect(one.joined).toMatchObject({ isCrowd: true, resumeKey: '' });
    expect([one.joined?.sendTransport ?? null, one.joined?.recvTransport == null]).toEqual([null, false]);
    expect(one.tracksReceived()).toEqual(['TR_hannasmicrophone']);
    await host.publish('TR_hannascamera001');
    await until(() => one.tracksReceived().length === 2, 'a later track comes too');
    expect(nodeSgp?.grants.map(({ trackId, pullerNodeId }) => [trackId, pullerNodeId])).toEqual([
      ['TR_hannasmicrophone', 'sfu-sgp'],
      ['TR_hannascamera001', 'sfu-sgp'],
    ]);
    expect(namesIn(host)).toEqual([]);
    await untilViewers(host, { webrtc: 1 });
    one.leave();
    await until(() => nodeSgp?.sessions.size === 0, 'its media ends with it');
  });

  it('may do nothing in the room', async () => {
    await joinHost();
    const one = await receiver('vera', { video: { canPublish: true, canPublishData: true } });
    expect(await one.publish('TR_verasmicrophone')).toBe('NOT_PERMITTED');
    expect(await one.outcome({ sendData: { payload: new Uint8Array(1) } })).toBe('NOT_PERMITTED');
    expect(await one.outcome({ act: { setRoom: { locked: true } } })).toBe('NOT_PERMITTED');
    expect(await one.outcome({ updateSelf: { name: 'x' } })).toBe('NOT_PERMITTED');
    expect(await one.outcome({ crowdPage: {} })).toBe('NOT_PERMITTED');
    const signalingOnly = await viewer('viktor');
    expect(await signalingOnly.outcome({ restartIce: { transportId: 'x' } })).toBe('NOT_PERMITTED');
    expect(await signalingOnly.outcome({ stats: { rttMs: 5 } })).toBe('ack');
    const sending = joinMessage('').sendEndpoint ?? null;
    expect(await outcomeOf(viewer('valentin', { join: { sendEndpoint: sending } }))).toBe('NOT_PERMITTED');
  });

  it('includes newcomers who may not publish, even if they do not ask for the crowd, and no others', async () => {
    await joinHost();
    const at = sgp;
    const ordinary = (identity: string, video: Record<string, unknown>) =>
      outcomeOf(MemoryClient.join(cloud, at, { identity, video, join: { fromCity: 'Singapore' } }));
    expect(await ordinary('vera', { canPublish: false })).toBe('crowd');
    expect(await ordinary('pia', { canPublish: true })).toBe('stage');
    expect(await ordinary('cora', { canPublish: false, roomAdmin: true })).toBe('stage');
  });

  it('takes a viewer only in the regions of the viewer’s token and of the room', async () => {
    const regions = (...names: string[]) => ({ roomAdmin: true, regions: names });
    const join = { fromCity: 'Frankfurt' };
    const host = await MemoryClient.join(cloud, fra, { identity: 'hanna', video: regions('fra'), join });
    await host.outcome({ act: { setRoom: { kind: 'show' } } });
    await host.publish('TR_hannasmicrophone');
    const vera = await receiver('vera');
    expect([vera.joined?.placement?.node?.nodeId, vera.tracksReceived()]).toEqual(['sfu-fra', ['TR_hannasmicrophone']]);
    expect(await outcomeOf(receiver('viktor', { video: regions('fra', 'sgp') }))).toBe('crowd');
    expect(await outcomeOf(receiver('vanessa', { video: { regions: ['sgp'] } }))).toBe('FENCE_CONFLICT');
    cloud.centre.breaksFences = true;
    expect((await receiver('vilma')).joined?.placement?.node?.nodeId).toBe('sfu-fra');
    expect(nodeSgp?.called('attach')).toEqual([]);
  });

  it('does not exist in a room that is no show, where a viewer joins as a participant', async () => {
    await joinHost({ kind: '' });
    expect(await outcomeOf(receiver('vera'))).toBe('stage');
    expect(await outcomeOf(viewer('viktor'))).toBe('REQUEST_INVALID');
  });
});

describe('a viewer that a host removes', () => {
  it('leaves at any node, and does not come back while it is banned', async () => {
    const host = await joinHost();
    const [near, far] = [await viewer('vera', { at: fra }), await receiver('vera')];
    const other = await viewer('viktor');
    expect(await host.outcome({ act: { remove: { identity: 'vera', banS: 60 } } })).toBe('ack');
    expect([(await near.ends()).reason, (await far.ends()).reason]).toEqual(['KICKED', 'KICKED']);
    await until(() => nodeSgp?.sessions.size === 0, 'its media ends');
    expect(await outcomeOf(viewer('vera'))).toBe('KICKED');
    expect(other.closed).toBeUndefined();
    await host.outcome({ act: { unban: { identity: 'vera' } } });
    expect(await host.outcome({ act: { setRoom: { title: 'later than that' } } })).toBe('ack');
    expect(await outcomeOf(viewer('vera'))).toBe('crowd');
  });
});

describe('a viewer that a host removed', () => {
  it.each(['viewer', 'receiver'] as const)('waits on its way back until a host lets it in, as a %s', async (kind) => {
    const come = kind === 'viewer' ? viewer : receiver;
    const host = await joinHost();
    const vera = await come('vera');
    expect(await host.outcome({ act: { remove: { identity: 'vera' } } })).toBe('ack');
    expect((await vera.ends()).reason).toBe('KICKED');
    const back = outcomeOf(come('vera'));
    const waiters = () => host.heard.flatMap(({ lobby }) => lobby ?? []).at(-1)?.waiters ?? [];
    await until(() => waiters().length === 1, 'the host sees who wants to come back');
    expect(waiters()).toMatchObject([{ identity: 'vera', removed: true }]);
    expect(await outcomeOf(viewer('viktor'))).toBe('crowd');
    const waitIds = waiters().map(({ waitId }) => waitId ?? '');
    expect(await host.outcome({ act: { admit: { waitIds } } })).toBe('ack');
    expect(await back).toBe('crowd');
  });
});

describe('the stage', () => {
  it('is entered by a viewer whom a host calls there, and left again', async () => {
    const host = await joinHost();
    const vera = await viewer('vera');
    expect(await vera.outcome({ raiseHand: { raised: true } })).toBe('ack');
    await until(() => handsOf(host).join() === 'vera', 'the host sees the hand');
    expect(await host.outcome({ act: { stage: { identity: 'vera', on: true } } })).toBe('ack');
    await until(() => asked(vera).length === 1, 'she is asked');
    expect(asked(vera)).toEqual([{ on: true, byIdentity: 'hanna' }]);
    await until(() => handsOf(host).length === 0, 'her hand is down');
    const video = { canPublish: false };
    const onStage = await MemoryClient.join(cloud, sgp, { identity: 'vera', video, join: { fromCity: 'Singapore' } });
    expect(onStage.joined?.isCrowd).toBe(false);
    expect(await onStage.publish('TR_verasmicrophone')).toBe('published');
    await until(() => namesIn(host).includes('vera'), 'the host sees her on the stage');
    expect(await host.outcome({ act: { stage: { identity: 'vera', on: false } } })).toBe('ack');
    expect(await onStage.ends()).toMatchObject({ reason: 'STAGE_LEFT' });
    expect(asked(onStage)).toEqual([{ on: false, byIdentity: 'hanna' }]);
    expect(onStage.disconnect()).toMatchObject({ code: 'STAGE_LEFT', reconnect: true });
    const again = MemoryClient.join(cloud, sgp, { identity: 'vera', video, join: { fromCity: 'Singapore' } });
    expect(await outcomeOf(again)).toBe('crowd');
  });

  it('has hands that a host sees at any node, until the node of the hand’s viewer is gone', async () => {
    const host = await joinHost();
    const rest = await cloud.node('sig-rest', 'sgp');
    const vera = await viewer('vera', { at: rest });
    await vera.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(host).join() === 'vera', 'the first host sees it');
    const late = await MemoryClient.join(cloud, sgp, { identity: 'hugo', video: { roomAdmin: true } });
    await until(() => handsOf(late).join() === 'vera', 'the late host sees it');
    await untilViewers(late, { show: 1 });
    rest.kill();
    await until(() => handsOf(late).length === 0, 'their node is gone');
    await untilViewers(late, {});
  });
});

it('loses the count of a crowd whose node was cut off, and gets it back with its hands when the link is back', async () => {
  const host = await joinHost();
  const vera = await viewer('vera');
  await vera.outcome({ raiseHand: { raised: true } });
  await untilViewers(host, { show: 1 });
  for (const link of sgp.links) link.close('cut off');
  await untilViewers(host, {});
  expect(handsOf(host)).toEqual([]);
  sgp.linkWith(fra);
  await untilViewers(host, { show: 1 });
  await until(() => handsOf(host).join() === 'vera', 'the hand is up again');
  await host.outcome({ act: { setRoom: { title: 'goes on' } } });
  await until(() => vera.events().some(({ roomChanged }) => roomChanged?.info?.title === 'goes on'), 'she follows');
  expect(vera.closed).toBeUndefined();
});

describe('another owner', () => {
  it('gets the crowd’s size, hands and bans, and the crowd’s clients stay connected', async () => {
    const host = await joinHost();
    const rest = await cloud.node('sig-rest', 'sgp');
    const [one, two] = [await viewer('vera'), await receiver('viktor', { at: rest })];
    const second = await MemoryClient.join(cloud, sgp, { identity: 'hugo', video: { roomAdmin: true } });
    await host.outcome({ act: { remove: { identity: 'eve', banS: 600 } } });
    await one.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(second).join() === 'vera', 'the hand is seen');
    await untilViewers(second, { show: 1, webrtc: 1 });
    fra.kill();
    await until(
      () => [one, two].every((client) => client.heard.some(({ rosterSnapshot }) => rosterSnapshot != null)),
      'the crowd hears of the next owner',
    );
    expect(await second.outcome({ act: { setRoom: { title: 'goes on' } } })).toBe('ack');
    for (const client of [one, two])
      await until(
        () => client.events().some(({ roomChanged }) => roomChanged?.info?.title === 'goes on'),
        'the crowd hears what the next owner says',
      );
    expect([one.closed, two.closed, nodeSgp?.sessions.size]).toEqual([undefined, undefined, 1]);
    await until(() => handsOf(second).join() === 'vera', 'the hand is up still');
    const owner = [sgp, rest].find(({ owned }) => owned.get('acme/lobby') !== undefined);
    const present = owner?.owned.get('acme/lobby')?.snapshot().participants ?? [];
    expect(present.map(({ identity }) => identity).sort()).toEqual([
      'crowd/sig-rest',
      'crowd/sig-sgp',
      'hanna',
      'hugo',
    ]);
    await viewer('vanessa', { at: rest });
    await untilViewers(second, { show: 2, webrtc: 1 });
    expect(await outcomeOf(viewer('eve'))).toBe('KICKED');
  });
});
