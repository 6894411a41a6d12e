// Tests quality data from clients and media nodes to the api: routes, places and events.
import { note, rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { rtp, TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let api: TestApi;
let fra: Instance;
let nodeFra: FakeNode;
const mic = 'TR_annmicrophone1';
const bobMic = 'TR_bobmicrophone1';
beforeEach(async () => {
  rig = await Rig.start();
  api = new TestApi(rig);
  nodeFra = await rig.node('sfu-fra', { region: 'fra' });
  await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  await api.dial(fra);
});
afterEach(async () => {
  api.close();
  await rig.close();
});

const join = (identity: string, fromCity: string, video = {}) =>
  TestClient.join(fra.url, { identity, video, join: { fromCity, sdk: 'web/9' } });
const stats = (o: wire.SessionStats.$Properties) => ({ stats: { rttMs: 20, periodMs: 2000, ...o } });
const eventsOf = ({ sessionId }: TestClient) =>
  api.events
    .filter((event) => event.sessionId === sessionId)
    .sort((a, b) => (a.wallMs ?? 0) - (b.wallMs ?? 0))
    .map(({ kind, source, from, to, reason }) => [kind, source, from, to, reason].filter(Boolean).join(' '));
const hasLeft = (client: TestClient) =>
  until(() => eventsOf(client).some((event) => event.startsWith('left')), 'the api hears of the end');

it('the api gets a session’s facts, a record with its route, and events, during the session and soon after its end', async () => {
  const bob = await join('bob', 'Singapore');
  const ann = await join('ann', 'Frankfurt');
  expect(await bob.publish(bobMic)).toBe('published');
  await until(() => ann.tracksReceived().includes(bobMic), 'she hears him');
  expect(await ann.publish(mic)).toBe('published');
  for (const muted of [true, false]) await ann.outcome({ setTrackMuted: { trackId: mic, muted } });
  await ann.outcome(stats({ inboundLoss: 0.02, transport: 'udp', device: 'Chrome 131' }));
  await ann.outcome(stats({ rttMs: 40, events: [{ kind: 'page', detail: 'hidden', agoMs: 5 }] }));
  await ann.outcome(stats({ rttMs: -1 }));
  const moved = { roomKey: 'acme/lobby', sessionId: ann.sessionId, moved: { trackId: bobMic } };
  nodeFra.say('sig-fra', note.consumerMoved, { ...moved, fromNodeId: 'sfu-sgp', toNodeId: 'sfu-two' });
  nodeFra.say('sig-fra', note.consumerMoved, moved); // a catch-up stream: from the earlier node
  await until(() => ann.heard.filter(({ trackMoved }) => trackMoved).length === 2, 'she follows');
  expect(await ann.outcome({ leave: { reason: 'done' } })).toBe('ack');
  await hasLeft(ann);
  expect(eventsOf(ann)).toEqual([
    'joined sfu-fra',
    'published microphone',
    'muted microphone',
    'unmuted microphone',
    'page hidden',
    'carrier microphone sfu-sgp sfu-two',
    'left LEFT',
  ]);
  expect(api.facts.filter(({ sessionId }) => sessionId === ann.sessionId).at(-1)).toMatchObject({
    roomKey: 'acme/lobby',
    sid: expect.stringMatching(/^RM_/),
    identity: 'ann',
    protocol: 'webrtc',
    signalingId: 'sig-fra',
    decisionId: expect.stringMatching(/^DE_/),
    sdk: 'web/9',
    device: 'Chrome 131',
    transport: 'udp',
    place: 'Frankfurt',
    latitude: 50.1,
    longitude: 8.7,
  });
  expect(api.records.filter(({ sessionId }) => sessionId === ann.sessionId)).toEqual([
    expect.objectContaining({
      nodeId: 'sfu-fra',
      fromNodeIds: ['sfu-sgp'],
      source: 'client',
      rttMs: 30,
      inboundLoss: 0.01,
      layer: -1,
    }),
  ]);
});

it('the api learns of a move, of lost sockets, and of a session that is resumed here and elsewhere', async () => {
  const sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await api.dial(sgp);
  const ann = await join('ann', 'Frankfurt');
  expect(await ann.publish(mic)).toBe('published');
  const order = rig.centre.move('acme/lobby', ann.sessionId, 'sfu-sgp');
  const asked = await ann.hears('the order', ({ moveParticipant }) => moveParticipant != null);
  const moveId = asked.moveParticipant?.moveId ?? '';
  await ann.outcome({ publish: { track: { trackId: mic, kind: 1, source: 2 }, rtpParameters: rtp, moveId } });
  expect(await ann.outcome({ moveReady: { moveId, ok: true } })).toBe('ack');
  expect(await order).toBe('ok');
  const resume = { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
  ann.socket.terminate();
  const here = await TestClient.join(fra.url, { identity: 'ann', join: { resume } });
  here.socket.terminate();
  const there = await TestClient.join(sgp.url, { identity: 'ann', join: { resume } });
  await there.outcome({ leave: {} });
  await hasLeft(ann);
  await until(() => eventsOf(ann).includes('resumed'), 'the first signaling node has said all');
  // The network decides whether the node learns first that the socket is lost.
  expect(eventsOf(ann).filter((event) => !event.startsWith('away'))).toEqual([
    'joined sfu-fra',
    'published microphone',
    'moved sfu-fra sfu-sgp nearer',
    'resumed',
    'switched sig-fra sig-sgp',
    'left LEFT',
  ]);
  const moved = api.events.find(({ kind }) => kind === 'moved');
  expect(moved?.decisionId).toBe('DE_move');
});

it('the api learns nothing of a hidden participant, and of a room which node pulls which track from which', async () => {
  const spy = await join('spy', 'Frankfurt', { hidden: true });
  const bob = await join('bob', 'Singapore');
  expect(await bob.publish(bobMic)).toBe('published');
  await until(() => spy.tracksReceived().includes(bobMic), 'the spy hears him');
  const paths = async () => (await api.ask('sig-fra', rpc.roomView, { roomKey: 'acme/lobby' })).paths;
  expect(await paths()).toEqual([]);
  const said = { roomKey: 'acme/lobby', trackId: bobMic, nodeId: 'sfu-fra', carries: true, fromNodeId: 'sfu-sgp' };
  nodeFra.say('sig-fra', note.carrierChanged, said);
  nodeFra.say('sig-fra', note.carrierChanged, { ...said, trackId: 'TR_nosuchtrack001' });
  await until(() => (fra.ownedRooms.get('acme/lobby')?.paths.length ?? 0) > 0, 'the owner knows the path');
  expect(await paths()).toMatchObject([{ trackId: bobMic, nodeId: 'sfu-fra', fromNodeId: 'sfu-sgp' }]);
  await spy.outcome(stats({}));
  for (const each of [spy, bob]) await each.outcome({ leave: {} });
  await hasLeft(bob);
  for (const all of [api.facts, api.events, api.records])
    expect(all.filter(({ sessionId }) => sessionId === spy.sessionId)).toEqual([]);
});
