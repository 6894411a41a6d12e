// Shows, by the service's own code in memory and virtual time: two signaling nodes, one of which owns the room; the
// crowd is at both. The service tests have some of it over real sockets and links.
import { limits, MeridianError, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { joinMessage } from '../service/rig/client.ts';
import type { FakeNode } from '../service/rig/node.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, tokenOf } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let [nodeFra, nodeSgp]: FakeNode[] = [];
let fra: MemoryNode;
let sgp: MemoryNode;
/** Numbers are said within two seconds; what waits for a time of its own names it. */
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

/** The host of a show, at the node that owns it. */
async function show(settings: wire.ActSetRoom.$Properties = {}): Promise<MemoryClient> {
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
/** One of the crowd with signaling alone. */
const viewer = (identity: string, o: Viewing = {}): Promise<MemoryClient> =>
  MemoryClient.join(cloud, o.at ?? sgp, {
    identity,
    ...(o.video && { video: o.video }),
    ...(o.claims && { claims: o.claims }),
    join: { crowd: true, sendEndpoint: null, recvEndpoint: null, ...o.join },
  });
/** One that receives by WebRTC. */
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
const sees = (client: MemoryClient, counts: Record<string, number>) =>
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
  it('sees the stage and what changes there, is in no roster, and costs the owner one session of its node', async () => {
    const host = await show();
    const [one, two] = [await viewer('vera'), await viewer('viktor')];
    expect(one.joined).toMatchObject({ isCrowd: true, sessionId: '', resumeKey: '', roomInfo: { kind: 'show' } });
    expect(one.joined?.participants?.map(({ identity }) => identity)).toEqual(['hanna']);
    expect([one.joined?.sendTransport ?? null, one.joined?.recvTransport ?? null]).toEqual([null, null]);
    expect(await host.publish('TR_hannasmicrophone')).toBe('published');
    for (const client of [one, two])
      await until(() => client.events().some(({ trackPublished }) => trackPublished != null), 'the track is heard of');
    await sees(host, { show: 2 });
    expect(namesIn(host)).toEqual([]);
    expect(cloud.centre.asked.length).toBe(1);
    expect([nodeFra?.sessions.size, nodeSgp?.sessions.size]).toEqual([1, 0]);
  });

  it('is counted over all signaling nodes, by how it watches, and no more when it goes', async () => {
    const host = await show();
    const first = await viewer('vera', { at: fra });
    const second = await viewer('viktor');
    await receiver('vanessa');
    await sees(host, { show: 2, webrtc: 1 });
    expect([fra.clients.crowdCount, sgp.clients.crowdCount]).toEqual([1, 2]);
    first.leave();
    await sees(host, { show: 1, webrtc: 1 });
    second.leave();
    await sees(host, { webrtc: 1 });
    expect([fra.clients.crowdCount, sgp.clients.crowdCount]).toEqual([0, 1]);
  });

  it('says its numbers once a second however many come, and once more when a word of them was lost', async () => {
    const host = await show();
    await viewer('v0');
    await cloud.run(2000);
    const changes = () => fra.owned.get('acme/lobby')?.snapshot().seq ?? 0;
    const before = changes();
    for (let at = 1; at <= 20; at += 1) await viewer(`v${at}`);
    await cloud.run(1500);
    expect(changes() - before).toBe(2);
    await sees(host, { show: 21 });
    const refused = vi.spyOn(fra.owned, 'claimed').mockRejectedValue(new MeridianError('RATE_LIMITED'));
    await viewer('v21');
    await cloud.run(100);
    refused.mockRestore();
    await sees(host, { show: 22 });
  });

  it('leaves the owner a while after the last of it has gone, and comes again with the next', async () => {
    const host = await show();
    const sessions = () =>
      fra.owned
        .get('acme/lobby')
        ?.snapshot()
        .participants.map(({ identity }) => identity) ?? [];
    (await viewer('vera')).leave();
    await cloud.run(bounds.crowdLingerMs - 100);
    expect(sessions()).toEqual(['hanna', 'crowd/sig-sgp']);
    await until(() => sessions().join() === 'hanna', 'the session has left');
    await viewer('viktor');
    await sees(host, { show: 1 });
  });

  it('that receives is placed near it and attached there, gets the tracks of other nodes, and is not in a snapshot', async () => {
    const host = await show();
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
    await sees(host, { webrtc: 1 });
    one.leave();
    await until(() => nodeSgp?.sessions.size === 0, 'its media ends with it');
  });

  it('may do nothing in the room', async () => {
    await show();
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

  it('posts where its token says so, and hears what it may do', async () => {
    const host = await show();
    const sendPost = { kind: 'chat', text: 'hello' };
    const vera = await viewer('vera');
    const mute = await receiver('viktor', { video: { canPublishData: false } });
    expect([vera, mute].map(({ joined }) => joined?.self?.canPublishData)).toEqual([true, false]);
    expect([await vera.outcome({ sendPost }), await mute.outcome({ sendPost })]).toEqual([
      'postTaken',
      'NOT_PERMITTED',
    ]);
    const heard = (client: MemoryClient) => client.heard.flatMap(({ posts }) => posts?.posts ?? []);
    for (const client of [host, vera, mute]) await until(() => heard(client).length === 1, 'the post is heard');
    expect(heard(mute)[0]).toMatchObject({ identity: 'vera', name: 'name of vera', text: 'hello' });
  });

  it('is given the posts and totals of the room as they are when it comes', async () => {
    const host = await show();
    const heard = (has: (frame: wire.ServerFrame) => boolean) => until(() => host.heard.some(has), 'the host hears it');
    const given = async (identity: string) => {
      const { posts, board } = (await viewer(identity)).joined ?? {};
      return [posts?.map(({ text }) => text), board?.reactions];
    };
    const say = (text: string) => host.request({ sendPost: { kind: 'chat', text } });
    const { postTaken } = await say('one');
    await heard(({ posts }) => posts?.posts?.[0]?.text === 'one');
    expect(await given('a')).toEqual([['one'], {}]);
    await say('two');
    host.send({ sendReactions: { counts: { like: 3 } } });
    await heard(({ posts }) => posts?.posts?.[0]?.text === 'two');
    await heard(({ reactions }) => reactions?.totals?.['like'] === 3);
    expect(await given('b')).toEqual([['one', 'two'], { like: 3 }]);
    await host.outcome({ act: { removePost: { postId: postTaken?.postId ?? '' } } });
    await heard(({ posts }) => (posts?.removedIds ?? []).length === 1);
    expect(await given('c')).toEqual([['two'], { like: 3 }]);
  });

  it('takes those in who may not publish and do not ask for it, and no others', async () => {
    await show();
    const at = sgp;
    const ordinary = (identity: string, video: Record<string, unknown>) =>
      outcomeOf(MemoryClient.join(cloud, at, { identity, video, join: { fromCity: 'Singapore' } }));
    expect(await ordinary('vera', { canPublish: false })).toBe('crowd');
    expect(await ordinary('pia', { canPublish: true })).toBe('stage');
    expect(await ordinary('cora', { canPublish: false, roomAdmin: true })).toBe('stage');
  });

  it('takes none in that does not ask for it while the show is locked, and has it wait where a host lets each in', async () => {
    const host = await show({ locked: true });
    const video = { canPublish: false };
    const ordinary = () => MemoryClient.join(cloud, sgp, { identity: 'vera', video, join: { fromCity: 'Singapore' } });
    expect(await outcomeOf(ordinary())).toBe('ROOM_LOCKED');
    await host.outcome({ act: { setRoom: { locked: false, lobby: true } } });
    const vera = new MemoryClient(cloud, sgp);
    vera.send({ requestId: 99, join: joinMessage(tokenOf({ identity: 'vera', video }), { fromCity: 'Singapore' }) });
    await until(() => vera.heard.some(({ waiting }) => waiting != null), 'she waits');
    expect(vera.joined).toBeUndefined();
    expect(await host.outcome({ act: { admit: { all: true } } })).toBe('ack');
    await until(() => vera.joined?.isCrowd === true, 'she is in the crowd');
  });

  it('holds the media node where it receives in the room, and lets go of it with the last that receives there', async () => {
    await show();
    const nodeIds = () => [...(fra.owned.get('acme/lobby')?.nodeIds() ?? [])].filter((id) => id !== '').sort();
    nodeSgp?.failing.set('attach', 'NO_CAPACITY');
    const first = await receiver('vera');
    expect(first.joined?.placement?.node?.nodeId).toBe('sfu-fra');
    await until(() => nodeIds().join() === 'sfu-fra', 'the node that could not is none of the room');
    nodeSgp?.failing.clear();
    const [second, third] = [await receiver('viktor'), await receiver('vanessa')];
    expect(nodeIds()).toEqual(['sfu-fra', 'sfu-sgp']);
    second.leave();
    await cloud.run(2500);
    expect(nodeIds()).toEqual(['sfu-fra', 'sfu-sgp']);
    third.leave();
    await until(() => nodeIds().join() === 'sfu-fra', 'none receives there');
  });

  it('is bound by the regions of its token and of the room', async () => {
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

  it('makes no fence: the first on the stage does', async () => {
    const host = await show();
    const vera = await receiver('vera');
    host.leave();
    await until(() => fra.owned.get('acme/lobby')?.snapshot().participants.length === 1, 'the crowd alone is there');
    const join = { fromCity: 'Frankfurt' };
    const video = { roomAdmin: true, regions: ['fra'] };
    expect(await outcomeOf(MemoryClient.join(cloud, fra, { identity: 'hugo', video, join }))).toBe('stage');
    expect(vera.closed).toBeUndefined();
  });

  it('is ignored in a room that is no show, where a session has an endpoint', async () => {
    await show({ kind: '' });
    expect(await outcomeOf(receiver('vera'))).toBe('stage');
    expect(await outcomeOf(viewer('viktor'))).toBe('REQUEST_INVALID');
  });

  it('is ended with the show, and joins a meeting as any participant', async () => {
    const host = await show();
    const one = await viewer('vera');
    await host.outcome({ act: { setRoom: { kind: '' } } });
    expect(await one.ends()).toMatchObject({ reason: 'ROOM_OWNER_LOST' });
    await host.outcome({ act: { setRoom: { kind: 'show' } } });
    const two = await viewer('vera');
    host.send({ act: { end: {} } });
    expect(await two.ends()).toMatchObject({ reason: 'ROOM_ENDED' });
  });
});

describe('a show lets no crowd in', () => {
  it.each<[string, wire.ActSetRoom.$Properties, string]>([
    ['that is locked', { locked: true }, 'ROOM_LOCKED'],
    ['before it opens', { opensWallMs: Date.UTC(2026, 0, 2) }, 'NOT_ADMITTED'],
    ['where a host lets each in', { lobby: true }, 'NOT_ADMITTED'],
  ])('%s', async (_what, settings, code) => {
    const host = await show();
    const before = await viewer('vera');
    await host.outcome({ act: { setRoom: settings } });
    expect(await outcomeOf(viewer('viktor'))).toBe(code);
    expect(before.closed).toBeUndefined();
  });

  it('that was put out, at whichever node it is: it goes, and does not come back while it is banned', async () => {
    const host = await show();
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

it('one of the crowd is put out without a ban too, and may come back', async () => {
  const host = await show();
  const vera = await viewer('vera');
  expect(await host.outcome({ act: { remove: { identity: 'vera' } } })).toBe('ack');
  expect(await vera.ends()).toMatchObject({ reason: 'KICKED' });
  expect(await outcomeOf(viewer('vera'))).toBe('crowd');
});

it('one of the crowd hears that its signaling node stops', async () => {
  await show();
  const vera = await viewer('vera');
  await Promise.all([sgp.stop(), cloud.run(1000)]);
  expect(await vera.ends()).toMatchObject({ reason: 'SHUTTING_DOWN' });
  expect(vera.disconnect()).toMatchObject({ reconnect: true });
});

describe('the stage', () => {
  it('is taken by one of the crowd whom a host calls there, and left again', async () => {
    const host = await show();
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

  it('is a matter of hosts and cohosts, in a show alone', async () => {
    const host = await show();
    const pia = await MemoryClient.join(cloud, fra, { identity: 'pia', join: { fromCity: 'Frankfurt' } });
    const stage = { identity: 'vera', on: true };
    expect(await pia.outcome({ act: { stage } })).toBe('NOT_PERMITTED');
    expect(await host.outcome({ act: { stage: { identity: 'hanna', on: false } } })).toBe('REQUEST_INVALID');
    expect(await host.outcome({ act: { stage: { identity: '', on: true } } })).toBe('REQUEST_INVALID');
    await host.outcome({ act: { setRoom: { kind: '' } } });
    expect(await host.outcome({ act: { stage } })).toBe('REQUEST_INVALID');
  });

  it('is shown the hand of one that has gone no more, also of one that was going', async () => {
    const host = await show();
    const [vera, viktor] = [await viewer('vera'), await viewer('viktor')];
    await viewer('vanessa');
    await vera.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(host).join() === 'vera', 'the hand is up');
    vera.leave();
    await until(() => handsOf(host).length === 0, 'she has gone');
    // Its hand is on the way to the owner when its socket closes.
    const answered = Promise.withResolvers<void>();
    const claimed = fra.owned.claimed.bind(fra.owned);
    vi.spyOn(fra.owned, 'claimed').mockImplementationOnce((ref) => answered.promise.then(() => claimed(ref)));
    viktor.send({ raiseHand: { raised: true } });
    await cloud.run(20);
    viktor.leave();
    await cloud.run(20);
    answered.resolve();
    await cloud.run(1000);
    expect(handsOf(host)).toEqual([]);
  });

  it('is shown hands by whichever node a host comes to, until their node is gone', async () => {
    const host = await show();
    const rest = await cloud.node('sig-rest', 'sgp');
    const vera = await viewer('vera', { at: rest });
    await vera.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(host).join() === 'vera', 'the first host sees it');
    const late = await MemoryClient.join(cloud, sgp, { identity: 'hugo', video: { roomAdmin: true } });
    await until(() => handsOf(late).join() === 'vera', 'the late host sees it');
    await sees(late, { show: 1 });
    rest.kill();
    await until(() => handsOf(late).length === 0, 'their node is gone');
    await sees(late, {});
  });

  it('takes hands of nodes with a crowd, and so many', async () => {
    await show();
    const room = fra.owned.get('acme/lobby');
    const raise = (identity: string) => room?.stage.hand('sig-sgp', { identity, name: '', raised: true });
    expect(() => raise('eve')).toThrow(expect.objectContaining({ code: 'NOT_PERMITTED' }));
    const vera = await viewer('vera');
    for (let at = 0; at < limits.handsMax; at += 1) raise(`v${at}`);
    expect(await vera.outcome({ raiseHand: { raised: true } })).toBe('QUOTA_EXCEEDED');
  });

  it('is not disturbed by hands that a host or company lowers: their people hear it, and may raise them again', async () => {
    const host = await show();
    const [vera, viktor] = [await viewer('vera'), await viewer('viktor', { at: fra })];
    const lowered = (client: MemoryClient): number => client.heard.filter((frame) => frame.handLowered != null).length;
    const raiseAll = async (): Promise<void> => {
      for (const client of [vera, viktor]) await client.outcome({ raiseHand: { raised: true } });
      await until(() => handsOf(host).join() === 'vera,viktor', 'both hands are up');
    };
    await raiseAll();
    expect(await host.outcome({ act: { hand: { identity: 'vera' } } })).toBe('ack');
    await until(() => handsOf(host).join() === 'viktor', 'one hand is down');
    await until(() => lowered(vera) === 1, 'she hears it');
    const room = fra.owned.get('acme/lobby');
    const lower = (of: 'everybody' | { identity: string }) => room?.command([{ type: 'hand', of, raised: false }]);
    expect(lower({ identity: 'vera' })?.affected).toBe(0);
    expect(lower({ identity: 'viktor' })?.affected).toBe(1);
    await until(() => handsOf(host).length === 0 && lowered(viktor) === 1, 'the other one is down too');
    await raiseAll();
    expect([lower('everybody')?.affected, lower('everybody')?.affected]).toEqual([2, 0]);
    await until(() => handsOf(host).length === 0, 'both are down');
    await until(() => lowered(vera) + lowered(viktor) === 4, 'both hear it');
    await host.outcome({ act: { stage: { identity: 'vera', on: true } } });
    await raiseAll();
    expect(await host.outcome({ act: { stage: { identity: 'vera', on: true } } })).toBe('ack');
    await until(() => lowered(vera) === 3, 'one that is asked onto the stage hears that its hand is down');
  });

  it('has so many places', async () => {
    const host = await show();
    for (let at = 0; at < limits.stageMax - 1; at += 1)
      await MemoryClient.join(cloud, fra, { identity: `p${at}`, join: { fromCity: 'Frankfurt' } });
    await viewer('vera');
    expect(await host.outcome({ act: { stage: { identity: 'vera', on: true } } })).toBe('QUOTA_EXCEEDED');
  });

  it('hears of hands that are lowered, or whose people have gone', async () => {
    const host = await show();
    const [vera, viktor] = [await viewer('vera'), await viewer('viktor', { at: fra })];
    await vera.outcome({ raiseHand: { raised: true } });
    await viktor.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(host).join() === 'vera,viktor', 'both hands are up');
    await vera.outcome({ raiseHand: { raised: false } });
    viktor.leave();
    await until(() => handsOf(host).length === 0, 'both are down');
    expect(await host.outcome({ raiseHand: { raised: true } })).toBe('REQUEST_INVALID');
  });
});

it('a crowd whose node was cut off counts no more, and is there again with its hands when the link is', async () => {
  const host = await show();
  const vera = await viewer('vera');
  await vera.outcome({ raiseHand: { raised: true } });
  await sees(host, { show: 1 });
  for (const link of sgp.links) link.close('cut off');
  await sees(host, {});
  expect(handsOf(host)).toEqual([]);
  sgp.linkWith(fra);
  await sees(host, { show: 1 });
  await until(() => handsOf(host).join() === 'vera', 'the hand is up again');
  await host.outcome({ act: { setRoom: { title: 'goes on' } } });
  await until(() => vera.events().some(({ roomChanged }) => roomChanged?.info?.title === 'goes on'), 'she follows');
  expect(vera.closed).toBeUndefined();
});

it('people of the crowd are shown to hosts by name, from all signaling nodes, page by page', async () => {
  const host = await show();
  await Promise.all([viewer('a1', { at: fra }), viewer('a3'), viewer('a2', { at: fra }), viewer('b1')]);
  await sees(host, { show: 4 });
  const page = async (crowdPage: wire.CrowdPage.$Properties) => (await host.request({ crowdPage })).crowdPeople;
  const first = await page({ prefix: 'NAME OF A', limit: 2 });
  expect([first?.people?.map(({ identity }) => identity), first?.total, first?.next]).toEqual([['a1', 'a2'], 4, 'a2']);
  const second = await page({ prefix: 'name of a', limit: 2, afterIdentity: 'a2' });
  expect([second?.people?.map(({ name }) => name), second?.next]).toEqual([['name of a3'], '']);
});

describe('another owner', () => {
  it('that does not know what the room is keeps its crowd', async () => {
    await show();
    const vera = await viewer('vera');
    for (const node of [nodeFra, nodeSgp]) node?.kept.clear();
    fra.kill();
    await until(() => vera.heard.some(({ rosterSnapshot }) => rosterSnapshot != null), 'she hears of it');
    await cloud.run(5000);
    expect(vera.closed).toBeUndefined();
    expect(await outcomeOf(viewer('viktor'))).toBe('crowd');
  });

  it('has the crowd, which stays where it is, its size, its hands and its bans', async () => {
    const host = await show();
    const rest = await cloud.node('sig-rest', 'sgp');
    const [one, two] = [await viewer('vera'), await receiver('viktor', { at: rest })];
    const second = await MemoryClient.join(cloud, sgp, { identity: 'hugo', video: { roomAdmin: true } });
    await host.outcome({ act: { remove: { identity: 'eve', banS: 600 } } });
    await one.outcome({ raiseHand: { raised: true } });
    await until(() => handsOf(second).join() === 'vera', 'the hand is seen');
    await sees(second, { show: 1, webrtc: 1 });
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
    await sees(second, { show: 2, webrtc: 1 });
    expect(await outcomeOf(viewer('eve'))).toBe('KICKED');
  });
});
