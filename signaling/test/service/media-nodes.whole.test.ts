// Tests messages and failures of media nodes from the view of a signaling node's clients.
import { errorCodes, limits, note, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awakeMs } from '../../../base/runtime/test/support/awake.ts';
import { bounds } from '../../src/limits.ts';
import { TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [first, second]: FakeNode[] = [];
let signaling: Instance;
beforeEach(async () => {
  rig = await Rig.start();
  first = await rig.node('sfu-1');
  second = await rig.node('sfu-2');
  rig.centre.nodeOfCity.set('One', 'sfu-1').set('Two', 'sfu-2');
  signaling = await rig.instance('sig-1');
});
afterEach(async () => {
  await rig.close();
});
const join = (identity: string, fromCity = 'One', o: object = {}) =>
  TestClient.join(signaling.url, { identity, join: { fromCity, ...o } });
/** Returns the node at a port of this machine where nothing listens. */
const atPort = (ref: wire.NodeRef.$Properties | undefined, port: number): wire.NodeRef.$Properties => ({
  ...ref,
  addresses: ref?.addresses?.map((address) => ({ ...address, port })) ?? [],
});
const at = (client: TestClient) => ({ roomKey: 'acme/lobby', sessionId: client.sessionId });

describe('messages of a node', () => {
  it('about consumers, transports, layers and their ends reach only the client that they are about', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const said = { ...at(ann) };
    first?.say('sig-1', note.consumerChanged, {
      ...said,
      state: { consumerId: 'c', trackId: 'TR_x', score: 7, spatialLayer: 1 },
    });
    first?.say('sig-1', note.consumerClosed, {
      ...said,
      removed: { consumerId: 'c', trackId: 'TR_x', reason: 'ended' },
    });
    first?.say('sig-1', note.consumerMoved, {
      ...said,
      moved: { trackId: 'TR_x', trackEpoch: 2, oldConsumerId: 'c', subscription: { consumerId: 'd' } },
    });
    first?.say('sig-1', note.transportState, { ...said, change: { transportId: 't', state: 'connected' } });
    first?.say('sig-1', note.trackDemand, { ...said, demand: { trackId: 'TR_y', maxSpatialLayer: -1 } });
    await ann.hears('the last of them', (frame) => frame.layerDemand != null);
    const bodies = ann.heard.map((frame) => frame.body).filter((body) => body !== 'roomEvents');
    expect(bodies).toEqual([
      'subscriptionState',
      'subscriptionRemoved',
      'trackMoved',
      'transportChanged',
      'layerDemand',
    ]);
    expect(ann.heard.find((frame) => frame.subscriptionState)?.subscriptionState).toMatchObject({
      spatialLayer: 1,
      score: 7,
    });
    expect(bob.heard.filter((frame) => frame.body !== 'roomEvents')).toEqual([]);
    expect(await ann.outcome({ trackMoveDone: { trackId: 'TR_x', oldConsumerId: 'c', trackEpoch: 2 } })).toBe('ack');
    expect(first?.called('moveCommit')).toHaveLength(1);
  });

  it('are ignored in the name of another node’s session', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    second?.say('sig-1', note.sessionEnded, { ...at(ann), code: 'NODE_LOST' });
    second?.say('sig-1', note.trackDemand, { ...at(ann), demand: { trackId: 'TR_y' } });
    second?.say('sig-1', note.trackDemand, { ...at(bob), demand: { trackId: 'TR_z' } });
    await bob.hears('what is about him', (frame) => frame.layerDemand?.trackId === 'TR_z');
    expect(ann.closed).toBeUndefined();
    expect(ann.heard.some((frame) => frame.layerDemand)).toBe(false);
  });

  it('about sound levels make the loudest participants of all nodes the active speakers; only changes are sent', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    const speak = (node: FakeNode | undefined, client: TestClient, levelDbov: number) =>
      node?.say('sig-1', note.speakerLevels, {
        roomKey: 'acme/lobby',
        nodeId: node.id,
        speakers: [{ sessionId: client.sessionId, levelDbov }],
      });
    const lists = () =>
      bob
        .events()
        .flatMap((event) =>
          event.speakersChanged ? [event.speakersChanged.speakers?.map((speaker) => speaker.sessionId)] : [],
        );
    speak(first, ann, -20);
    await until(() => lists().length === 1, 'ann speaks');
    speak(first, ann, -25);
    speak(second, ann, -1); // not a session of that node
    speak(second, bob, -10);
    await until(() => lists().length === 2, 'bob speaks too');
    expect(lists()).toEqual([[ann.sessionId], [bob.sessionId, ann.sessionId]]);
    await until(() => lists().length >= 3 && lists().at(-1)?.length === 0, 'silence ends it');
  });

  it('end a track for the room; a consumer that ended while its track continues is replaced by another', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    await ann.publish('TR_annmicrophone1');
    await until(() => bob.tracksReceived().length === 1, 'bob receives it');
    first?.say('sig-1', note.consumerClosed, {
      ...at(bob),
      removed: { consumerId: 'c', trackId: 'TR_annmicrophone1', reason: 'the carrier died' },
    });
    await until(() => bob.tracksReceived().length === 2, 'bob receives it anew');
    first?.say('sig-1', note.trackEnded, { ...at(ann), trackId: 'TR_annmicrophone1', reason: 'producer closed' });
    await until(
      () => bob.events().some((event) => event.trackUnpublished?.reason === 'producer closed'),
      'the room hears of the end',
    );
  });

  it('about a worker’s death make the sessions of the worker join anew', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    first?.sessions.clear();
    first?.say('sig-1', note.roomLost, {
      roomKey: 'acme/lobby',
      code: 'WORKER_DIED',
      sessionIds: [ann.sessionId, bob.sessionId],
    });
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'WORKER_DIED' });
    expect(ann.disconnect()).toMatchObject({ code: 'WORKER_DIED', reconnect: true });
    await until(
      () => bob.events().some((event) => event.participantLeft?.reason === 'WORKER_DIED'),
      'the room hears it',
    );
    expect(bob.closed).toBeUndefined();
  });
});

describe('data that a node forwards', () => {
  const data = (sender: { sessionId: string }, identity: string, text: string) => ({
    roomKey: 'acme/lobby',
    data: { sessionId: sender.sessionId, identity, payload: Buffer.from(text), topic: 'chat' },
  });
  const heard = (client: TestClient) =>
    client.heard.flatMap(({ dataReceived }) =>
      dataReceived ? [Buffer.from(dataReceived.payload ?? []).toString()] : [],
    );

  it('goes to the signaling node’s sessions at that media node, and to no others', async () => {
    const [ann, bob, cid] = [await join('ann', 'One'), await join('bob', 'Two'), await join('cid', 'One')];
    first?.say('sig-1', note.roomData, data(ann, 'ann', 'to node one'));
    await until(() => heard(cid).length === 1, 'cid hears it');
    second?.say('sig-1', note.roomData, { ...data(ann, 'ann', 'to node two'), originNodeId: 'sfu-1' });
    await until(() => heard(bob).includes('to node two'), 'bob hears it');
    expect([heard(ann), heard(bob), heard(cid)]).toEqual([[], ['to node two'], ['to node one']]);
  });

  it('reaches no client in the name of a session that the roster does not have on the sending node', async () => {
    const mute = await TestClient.join(signaling.url, {
      identity: 'mute',
      video: { canPublishData: false },
      join: { fromCity: 'Two' },
    });
    const [ann, bob, cid] = [await join('ann', 'One'), await join('bob', 'Two'), await join('cid', 'Two')];
    const say = (message: object, originNodeId: string) =>
      second?.say('sig-1', note.roomData, { ...message, originNodeId });
    say(data(ann, 'ann', 'from a node that holds nothing'), 'sfu-evil');
    say(data(ann, 'ann', 'from another node'), '');
    say(data(ann, 'bob', 'with another identity'), 'sfu-1');
    say(data({ sessionId: 'PA_unknownunknownu' }, 'system', 'of no session'), 'sfu-evil');
    say(data(mute, 'mute', 'without the right'), '');
    say(data(bob, 'bob', 'true'), '');
    await until(() => heard(cid).includes('true'), 'cid hears what is true');
    expect([heard(ann), heard(bob), heard(cid)]).toEqual([[], [], ['true']]);
  });

  it('is still delivered for a participant that has just left, not for a removed one', async () => {
    const admin = await TestClient.join(signaling.url, { identity: 'admin', video: { roomAdmin: true } });
    const [ann, bob, cid] = [await join('ann', 'One'), await join('bob', 'Two'), await join('cid', 'One')];
    await ann.outcome({ leave: {} });
    await admin.outcome({ kick: { sessionId: cid.sessionId } });
    await until(() => bob.events().filter((event) => event.participantLeft).length === 2, 'both are out');
    const say = (message: object) => second?.say('sig-1', note.roomData, { ...message, originNodeId: 'sfu-1' });
    say(data(cid, 'cid', 'of cid'));
    say(data(ann, 'ann', 'goodbye'));
    await until(() => heard(bob).includes('goodbye'), 'bob hears the last word');
    expect(heard(bob)).toEqual(['goodbye']);
  });

  it('is delivered once the roster knows its sender', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    const room = signaling.ownedRooms.get('acme/lobby');
    const known = room?.snapshot().participants.find(({ identity }) => identity === 'ann');
    if (room === undefined || known === undefined) throw new Error('ann is not in the room');
    const late = { ...known, sessionId: 'PA_latelatelatelat', identity: 'late' };
    for (const text of ['one', 'two'])
      second?.say('sig-1', note.roomData, { ...data(late, 'late', text), originNodeId: 'sfu-1' });
    second?.say('sig-1', note.roomData, { ...data(ann, 'ann', 'known'), originNodeId: 'sfu-1' });
    await until(() => heard(bob).length > 0, 'bob hears whom the roster knows');
    expect(heard(bob)).toEqual(['known']);
    room.join('sig-1', {
      participant: late,
      takeover: false,
      manualSubscribe: true,
      adoption: undefined,
      fence: '',
    });
    await until(() => heard(bob).length === 3, 'bob hears the others');
    expect(heard(bob)).toEqual(['known', 'one', 'two']);
  });
});

describe('a node that fails', () => {
  it.each(['NODE_DRAINING', 'NO_CAPACITY', 'WORKER_DIED'] as const)(
    'is passed over when it refuses a join with %s: the session is placed at another node, and its charge given back',
    async (code) => {
      first?.failures.set('attach', code);
      const ann = await join('ann');
      expect(ann.joined?.placement?.node?.nodeId).toBe('sfu-2');
      expect(rig.centre.placeRequests.at(-1)?.avoidNodeIds).toEqual(['sfu-1']);
      expect(rig.centre.released).toEqual(['DE_1']);
      expect(ann.joined?.self?.nodeId).toBe('sfu-2');
    },
  );

  it('has joins fail with its code when all nodes fail, and nothing is left of the joins', async () => {
    const bob = await join('bob', 'Two');
    first?.failures.set('attach', 'NO_CAPACITY');
    second?.failures.set('attach', 'NO_CAPACITY');
    await expect(join('ann')).rejects.toThrow('NO_CAPACITY');
    await until(
      () => bob.events().some((event) => event.participantLeft?.reason === 'JOIN_FAILED'),
      'the failed join is taken back',
    );
    await until(() => rig.centre.released.length === 2, 'both charges are given back');
  });

  it('a refusal of the centre reaches the client with the retry time', async () => {
    rig.centre.refuseWith = { code: 'NO_CAPACITY', retryAfterMs: 1234 };
    const client = await TestClient.open(signaling.url);
    const { joinMessage } = await import('./rig/client.ts');
    const answer = await client.request({ join: joinMessage(await token()) });
    expect(answer.error).toMatchObject({ code: 'NO_CAPACITY', retryable: true, retryAfterMs: 1234 });
    expect(answer.error?.message).toBe('the test says so');
  });

  it('error texts of the centre or a node about the fleet reach no client, except in development', async () => {
    const quiet = await rig.instance('sig-2', { development: false });
    rig.centre.refuseWith = { code: 'NO_CAPACITY', retryAfterMs: 1234 };
    const client = await TestClient.open(quiet.url);
    const { joinMessage } = await import('./rig/client.ts');
    const answer = await client.request({ join: joinMessage(await token()) });
    expect(answer.error).toMatchObject({ retryAfterMs: 1234, message: errorCodes.NO_CAPACITY[0] });
    await until(() => client.heard.some((frame) => frame.disconnect), 'the last frame');
    expect(client.heard.find((frame) => frame.disconnect)?.disconnect?.message).toBe(errorCodes.NO_CAPACITY[0]);
  });

  it('an answer that is too large for a link fails the join, and no other node is asked', async () => {
    first?.failures.set('attach', 'LINK_TOO_LARGE');
    await expect(join('ann')).rejects.toThrow('ROOM_FULL');
    expect(rig.centre.placeRequests).toHaveLength(1);
    expect(second?.called('attach')).toEqual([]);
    await until(() => first?.called('detach').length === 1, 'a session that may be there is ended');
  });

  it('a centre with too many requests does not count as absent', async () => {
    await join('bob');
    rig.centre.placeErrorCode = 'LINK_BACKPRESSURE';
    const client = await TestClient.open(signaling.url);
    const { joinMessage } = await import('./rig/client.ts');
    const answer = await client.request({ join: joinMessage(await token()) });
    expect(answer.error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 });
  });

  it('is given up after three seconds: its clients are sent back, and others see them leave', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    const atMs = performance.now();
    await first?.stop(true);
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    expect(performance.now() - atMs).toBeGreaterThan(2500);
    await until(() => bob.events().some((event) => event.participantLeft?.reason === 'NODE_LOST'), 'the room hears it');
  });

  it.each(['before', 'after', 'at another address after'])(
    'is given up at once when the centre calls it dead %s its link is down, before a node that was away for longer',
    async (order) => {
      const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
      const markDead = (): void => {
        const known = rig.centre.nodes.get('sfu-1');
        rig.centre.addNode({ ...known, state: 'dead' });
      };
      const move = (): boolean => {
        rig.centre.addNode(atPort(rig.centre.nodes.get('sfu-1'), 1));
        signaling.nodes.hold('sfu-1', 'the test');
        return signaling.centre.fleet.get('sfu-1')?.addresses[0]?.port === 1;
      };
      await second?.stop(true);
      if (order === 'before') markDead();
      await first?.stop(true);
      await until(() => signaling.nodes.openCount === 0, 'the signaling node has lost both links');
      if (order.startsWith('at')) await until(move, 'the signaling node dials it where it is said to be');
      if (order !== 'before') markDead();
      expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
      expect(bob.closed).toBeUndefined();
      expect(await bob.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    },
  );

  it('is given up once its address refuses connections after its process died, not after three seconds', async () => {
    const [ann, bob] = [await join('ann', 'One'), await join('bob', 'Two')];
    const tookMs = awakeMs();
    await first?.kill();
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    expect(tookMs()).toBeLessThan(bounds.nodeLostAfterMs / 2);
    await until(() => bob.events().some((event) => event.participantLeft?.reason === 'NODE_LOST'), 'the room hears it');
    expect(bob.closed).toBeUndefined();
  });

  it('goes unnoticed by clients when it fails for a moment, unless it has lost its sessions', async () => {
    const ann = await join('ann', 'One');
    await first?.stop();
    await first?.start();
    await until(() => (first?.links.size ?? 0) > 0, 'linked again');
    expect(await ann.publish('TR_annmicrophone1')).toBe('published');
    await first?.stop(true);
    await first?.start();
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
  });

  it('goes unnoticed by clients when its link is reset and dialled again, though an old plan calls the node dead', async () => {
    const ann = await join('ann', 'One');
    rig.centre.addNode({ ...rig.centre.nodes.get('sfu-1'), state: 'dead' });
    await until(() => signaling.centre.fleet.get('sfu-1')?.state === 'dead', 'the plan calls it dead');
    const link = first?.links.get('sig-1');
    first?.reset();
    await until(() => ![undefined, link].includes(first?.links.get('sig-1')), 'linked again');
    expect(await ann.publish('TR_annmicrophone1')).toBe('published');
    expect(ann.closed).toBeUndefined();
  });

  it('is given up once and in time, however often its address changes meanwhile', async () => {
    const ann = await join('ann', 'One');
    const lost: string[] = [];
    const nodeLost = signaling.clients.nodeLost.bind(signaling.clients);
    signaling.clients.nodeLost = (nodeId) => {
      lost.push(nodeId);
      nodeLost(nodeId);
    };
    await first?.stop(true);
    await until(() => signaling.nodes.openCount === 0, 'the link is down');
    const atMs = performance.now();
    const known = rig.centre.nodes.get('sfu-1');
    let port = 0;
    const move = (): boolean => {
      port = (port % 100) + 1;
      rig.centre.addNode(atPort(known, port));
      signaling.nodes.hold('sfu-1', 'the test');
      return lost.length > 0;
    };
    await until(move, 'the node is given up');
    expect(performance.now() - atMs).toBeGreaterThan(2000);
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    rig.centre.addNode({ ...atPort(known, port), state: 'dead' });
    await until(() => signaling.centre.fleet.get('sfu-1')?.state === 'dead', 'the plan calls it dead too');
    expect(lost).toEqual(['sfu-1']);
  });

  it('is asked for its sessions when it comes back at another address', async () => {
    const ann = await join('ann', 'One');
    await first?.stop(true);
    await first?.start(true);
    rig.centre.addNode(first?.ref ?? {});
    const linked = (): boolean => {
      signaling.nodes.hold('sfu-1', 'the test');
      return (first?.links.size ?? 0) > 0;
    };
    await until(linked, 'linked at the new address');
    expect(await ann.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    expect(first?.called('snapshot').length).toBeGreaterThan(0);
  });

  it('a subscription with a temporary failure is retried, and given up with its code when there is no hope', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    first?.failures.set('subscribe', 'PIPE_FAILED');
    await ann.publish('TR_annmicrophone1');
    await until(() => first?.called('subscribe').length === 2, 'tried twice');
    first?.failures.delete('subscribe');
    await until(() => bob.tracksReceived().length === 1, 'bob receives it');
    first?.failures.set('subscribe', 'CODEC_UNSUPPORTED');
    await ann.publish('TR_anncamera12345', { kind: 2 });
    const answer = await bob.hears('the reason', (frame) => (frame.subscriptionsAdded?.failed?.length ?? 0) > 0);
    expect(answer.subscriptionsAdded?.failed).toEqual([
      expect.objectContaining({ trackId: 'TR_anncamera12345', code: 'CODEC_UNSUPPORTED' }),
    ]);
  });
});

describe('subscriptions by hand', () => {
  it('are made with the requested layers, changed, and ended', async () => {
    const ann = await join('ann');
    await ann.publish('TR_annmicrophone1');
    const bob = await join('bob', 'One', { manualSubscribe: true });
    expect(bob.joined?.subscriptions).toEqual([]);
    await ann.publish('TR_anncamera12345', { kind: 2 });
    const trackId = 'TR_anncamera12345';
    await until(
      () => bob.events().some((event) => event.trackPublished?.track?.trackId === trackId),
      'bob hears of the camera',
    );
    expect(await bob.outcome({ updateSubscription: { trackId, subscribed: true, spatialLayer: 1 } })).toBe('ack');
    await until(() => bob.tracksReceived().length === 1, 'bob receives the camera');
    expect(first?.called('subscribe').at(-1)).toMatchObject({ subscriptions: [{ trackId, spatialLayer: 1 }] });
    expect(await bob.outcome({ updateSubscription: { trackId, subscribed: true, paused: true } })).toBe('ack');
    expect(first?.called('update').at(-1)).toMatchObject({ update: { trackId, paused: true } });
    expect(await bob.outcome({ updateSubscription: { trackId, subscribed: false } })).toBe('ack');
    expect(first?.called('unsubscribe')).toHaveLength(1);
    expect(bob.tracksReceived()).toEqual([trackId]);
  });

  it('stay ended for an automatic subscriber that has declined a track, until it wants the track again', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    await ann.publish('TR_annmicrophone1');
    await until(() => bob.tracksReceived().length === 1, 'bob receives it');
    await bob.outcome({ updateSubscription: { trackId: 'TR_annmicrophone1', subscribed: false } });
    await ann.publish('TR_anncamera12345', { kind: 2 });
    await until(() => bob.tracksReceived().includes('TR_anncamera12345'), 'bob receives the other');
    expect(bob.tracksReceived().filter((trackId) => trackId === 'TR_annmicrophone1')).toHaveLength(1);
    await bob.outcome({ updateSubscription: { trackId: 'TR_annmicrophone1', subscribed: true } });
    await until(
      () => bob.tracksReceived().filter((trackId) => trackId === 'TR_annmicrophone1').length === 2,
      'bob receives it again',
    );
  });
});

describe('the other requests of a client', () => {
  it('are answered: new ICE, a new name, its measurements, a ping', async () => {
    const ann = await TestClient.join(signaling.url, { identity: 'ann', video: { canUpdateOwnMetadata: true } });
    const bob = await join('bob');
    const restarted = await ann.request({ restartIce: { transportId: `${ann.sessionId}-send` } });
    expect(restarted.iceRestarted).toMatchObject({
      transportId: `${ann.sessionId}-send`,
      iceParameters: { usernameFragment: 'new' },
    });
    expect(await ann.outcome({ updateSelf: { name: '\u202eAn\u0007ne\t', metadata: '{"hand":true}' } })).toBe('ack');
    await until(
      () => bob.events().some((event) => event.participantChanged?.participant?.name === 'Anne'),
      'bob sees the name',
    );
    expect(await ann.outcome({ stats: { rttMs: 40, periodMs: 2000 } })).toBe('ack');
    await until(
      () => bob.events().some((event) => event.qualityChanged?.quality === 4),
      'bob sees an excellent connection',
    );
    for (let period = 0; period < 2; period += 1)
      await ann.outcome({ stats: { rttMs: 900, outboundLoss: 0.2, periodMs: 2000 } });
    await until(() => bob.events().some((event) => event.qualityChanged?.quality === 2), 'bob sees a poor one');
    expect((await ann.request({ ping: { sentMs: 12.5, rttMs: 3 } })).pong?.sentMs).toBe(12.5);
  });

  it('a hidden participant is seen by no client, and the numbers of the other events have no gap', async () => {
    const ann = await join('ann');
    const ghost = await TestClient.join(signaling.url, {
      identity: 'ghost',
      video: { hidden: true },
      join: { fromCity: 'One' },
    });
    const bob = await join('bob');
    expect(ghost.joined?.participants.map((participant) => participant.identity)).toEqual(['ann']);
    expect(bob.joined?.participants.map((participant) => participant.identity)).toEqual(['ann']);
    ghost.socket.close(1000);
    await until(() => ann.events().length === 3, 'ann hears three things');
    expect(ann.events().map((event) => [(event.seq ?? 0) - (ann.joined?.rosterSeq ?? 0), event.body])).toEqual([
      [1, undefined],
      [2, 'participantJoined'],
      [3, undefined],
    ]);
    expect(await ghost.publish('TR_ghosttrack1234').catch(() => 'closed')).toBe('closed');
  });

  it('a full room takes no further client', async () => {
    const ann = await join('ann');
    const room = signaling.ownedRooms.get('acme/lobby');
    const crowd = Array.from({ length: limits.participantsPerRoomMax - 1 }, (_, index) => index);
    const self = room?.snapshot().participants[0];
    for (const index of crowd) {
      if (self === undefined) throw new Error('ann is not there');
      room?.join('sig-1', {
        participant: { ...self, sessionId: `PA_crowd${String(index).padStart(12, '0')}`, identity: `crowd-${index}` },
        takeover: false,
        manualSubscribe: true,
        adoption: 0,
        fence: '',
      });
    }
    await expect(join('late')).rejects.toThrow('ROOM_FULL');
    expect(ann.closed).toBeUndefined();
  });
});
