// Shows over real sockets and links: two signaling nodes, one of which owns the room; the crowd is at both. What else
// shows promise: unit/show.whole.test.ts.
import { rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { joinMessage, TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let nodeSgp: FakeNode | undefined;
let [fra, sgp]: Instance[] = [];
const urlOf = (instance: Instance | undefined): string => instance?.url ?? '';

beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-fra', { region: 'fra' });
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

/** The host of a show, at the node that owns it. */
async function show(): Promise<TestClient> {
  const video = { roomAdmin: true };
  const host = await TestClient.join(urlOf(fra), { identity: 'hanna', video, join: { fromCity: 'Frankfurt' } });
  expect(await host.outcome({ act: { setRoom: { kind: 'show' } } })).toBe('ack');
  return host;
}
interface Viewing {
  readonly at?: Instance | undefined;
  readonly join?: wire.Join.$Properties;
}
/** One of the crowd with signaling alone. */
const viewer = (identity: string, o: Viewing = {}): Promise<TestClient> =>
  TestClient.join(urlOf(o.at ?? sgp), {
    identity,
    join: { crowd: true, sendEndpoint: null, recvEndpoint: null, ...o.join },
  });
/** One that receives by WebRTC. */
const receiver = (identity: string, o: Viewing = {}): Promise<TestClient> => {
  const { recvEndpoint } = joinMessage('');
  return viewer(identity, { ...o, join: { recvEndpoint: recvEndpoint ?? null, fromCity: 'Singapore', ...o.join } });
};
const outcomeOf = (joining: Promise<TestClient>): Promise<string> =>
  joining.then(
    (client) => (client.joined?.isCrowd ? 'crowd' : 'stage'),
    (error: Error) => error.message.split(':')[0] ?? '',
  );
const namesIn = (client: TestClient): string[] =>
  client.events().flatMap((event) => event.participantJoined?.participant?.identity ?? []);
const viewersOf = (client: TestClient) =>
  client.heard.flatMap((frame) => (frame.roomViewers == null ? [] : [frame.roomViewers.byProtocol ?? {}])).at(-1) ?? {};
const sees = (client: TestClient, counts: Record<string, number>) =>
  until(
    () => JSON.stringify(Object.entries(viewersOf(client)).sort()) === JSON.stringify(Object.entries(counts).sort()),
    `viewers ${JSON.stringify(counts)}`,
  );
const handsOf = (client: TestClient): string[] =>
  (client.heard.flatMap((frame) => frame.crowdHands ?? []).at(-1)?.hands ?? []).map(({ identity }) => identity ?? '');

const asked = (client: TestClient): wire.StageAsked.$Properties[] =>
  client.heard
    .flatMap((frame) => frame.stageAsked ?? [])
    .map(({ on, byIdentity }) => ({ on: on ?? false, byIdentity: byIdentity ?? '' }));

it('one of the crowd that receives is placed near it and attached there, gets the tracks of other nodes, and is not in a snapshot', async () => {
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
  one.socket.close(1000);
  await until(() => nodeSgp?.sessions.size === 0, 'its media ends with it');
});

it('another owner has the crowd, which stays where it is, its size, its hands and its bans', async () => {
  const host = await show();
  const rest = await rig.instance('sig-rest', { region: 'sgp' });
  const [one, two] = [await viewer('vera'), await receiver('viktor', { at: rest })];
  const second = await TestClient.join(urlOf(sgp), { identity: 'hugo', video: { roomAdmin: true } });
  await host.outcome({ act: { remove: { identity: 'eve', banS: 600 } } });
  await one.outcome({ raiseHand: { raised: true } });
  await until(() => handsOf(second).join() === 'vera', 'the hand is seen');
  await sees(second, { show: 1, webrtc: 1 });
  await fra?.kill();
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
  await viewer('vanessa', { at: rest });
  await sees(second, { show: 2, webrtc: 1 });
  expect(await outcomeOf(viewer('eve'))).toBe('KICKED');
});

it('people of the crowd and their hands are shown to companies, which bring them onto the stage', async () => {
  const host = await show();
  const vera = await viewer('vera');
  await viewer('viktor', { at: fra });
  const api = new TestApi(rig);
  await api.dial(fra as Instance, 'api-1');
  await api.dial(sgp as Instance, 'api-2');
  expect(await vera.outcome({ raiseHand: { raised: true } })).toBe('ack');
  await until(() => handsOf(host).length === 1, 'the hand is up');
  const roomKey = 'acme/lobby';
  const view = await api.ask('sig-fra', rpc.roomView, { roomKey });
  expect(view.hands).toMatchObject({ hands: [{ identity: 'vera' }], more: 0 });
  const crowdAt = async (nodeId: string, page: wire.CrowdPage.$Properties = {}) => {
    const { people, total } = await api.ask(nodeId, rpc.crowdOf, { roomKey, page });
    return [people.map(({ identity }) => identity), total];
  };
  expect([await crowdAt('sig-fra'), await crowdAt('sig-sgp')]).toEqual([
    [['viktor'], 1],
    [['vera'], 1],
  ]);
  expect(await crowdAt('sig-sgp', { afterIdentity: 'vera' })).toEqual([[], 1]);
  const stage = (commandId: string, on: boolean) =>
    api.ask('sig-fra', rpc.roomCommand, { roomKey, commandId, act: { stage: { identity: 'vera', on } } });
  expect((await stage('c1', true)).policy?.members).toMatchObject([{ identity: 'vera', role: 'speaker' }]);
  await until(() => asked(vera).length === 1, 'she is asked');
  expect(asked(vera)).toEqual([{ on: true, byIdentity: '' }]);
  await until(() => handsOf(host).length === 0, 'the hand is down');
  expect((await stage('c2', false)).policy?.members).toMatchObject([{ identity: 'vera', role: 'attendee' }]);
  api.close();
});
