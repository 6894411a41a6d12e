// A session moves to another media node: its tracks are published on both nodes for a while, all subscribers change
// over, and the old node ends the session when none is left there. On real workers, with the messages that a signaling
// node and an owner send.
import { call, rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Attached,
  audioTrack,
  Cloud,
  codeOf,
  room,
  type SignalingLink,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let c: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let signalingC: SignalingLink;
let sceneCount = 0;
const feeds: Feed[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  [a, b, c] = [await cloud.node('node-a'), await cloud.node('node-b'), await cloud.node('node-c')];
  await cloud.waitUntilLinked('node-a', 'node-b', 'node-c');
  // A single signaling node serves all participants and owns the room.
  [signalingA, signalingB, signalingC] = [
    await cloud.signaling('sig-a', a),
    await cloud.signaling('sig-a', b),
    await cloud.signaling('sig-a', c),
  ];
});
afterAll(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

interface Scene {
  readonly n: number;
  readonly ref: wire.RoomRef.$Properties;
  readonly roomKey: string;
  readonly publisher: Attached;
  readonly audio: string;
  readonly video: string;
}
async function publishMedia(
  signaling: SignalingLink,
  n: number,
  attached: Attached,
  ref: wire.RoomRef.$Properties,
): Promise<void> {
  await signaling.produce(attached.sessionId, audioTrack(n), opusParameters(n * 1000 + 500), ref);
  await signaling.produce(attached.sessionId, videoTrack(n + 1), vp8Parameters([n * 1000]), ref);
  feeds.push(feed(attached, trackIdOf(n), { audioSsrc: n * 1000 + 500 }));
  feeds.push(feed(attached, trackIdOf(n + 1), { videoSsrcs: [n * 1000] }));
}
async function scene(): Promise<Scene> {
  sceneCount += 10;
  const n = sceneCount;
  const roomKey = `dev/move-${n}`;
  const ref = room(1, 'sig-a', roomKey);
  const publisher = await signalingA.attach(n, { room: ref });
  await publishMedia(signalingA, n, publisher, ref);
  return { n, ref, roomKey, publisher, audio: trackIdOf(n), video: trackIdOf(n + 1) };
}
const trackRequest = async (s: Scene, trackId: string, pullerId: string, carrierId: string) => ({
  trackId,
  carrierNodeId: carrierId,
  grant: await cloud.grant({ trackId, pullerId, carrierId, roomKey: s.roomKey }),
});

/** A receive-only participant that, like the SDK, plays the last consumer that it got of a track by TrackMoved. */
class Viewer {
  readonly attached: Attached;
  readonly #signaling: SignalingLink;
  readonly #s: Scene;
  static async join(s: Scene, signaling: SignalingLink, n: number, serving: string): Promise<Viewer> {
    const puller = signaling.node.id;
    const subscriptions =
      serving === puller
        ? [{ trackId: s.audio }, { trackId: s.video }]
        : await Promise.all([s.audio, s.video].map((trackId) => trackRequest(s, trackId, puller, serving)));
    const attached = await signaling.attach(s.n + n, { room: s.ref, subscriptions });
    expect(attached.answer.failed).toEqual([]);
    attached.recv.setState('connected');
    const viewer = new Viewer(attached, signaling, s);
    await viewer.waitForMore('at first');
    return viewer;
  }
  constructor(attached: Attached, signaling: SignalingLink, s: Scene) {
    this.attached = attached;
    this.#signaling = signaling;
    this.#s = s;
  }
  moves(trackId: string): wire.TrackMoved.$Properties[] {
    return this.#signaling
      .messagesOf('consumerMoved')
      .filter(({ sessionId }) => sessionId === this.attached.sessionId)
      .map(({ moved }) => moved as wire.TrackMoved.$Properties)
      .filter((moved) => moved.trackId === trackId);
  }
  consumerOf(trackId: string): string {
    const first = this.attached.answer.subscriptions.find((one) => one.trackId === trackId);
    return this.moves(trackId).at(-1)?.subscription?.consumerId ?? first?.consumerId ?? '';
  }
  get closedConsumers(): unknown[] {
    return this.#signaling
      .messagesOf('consumerClosed')
      .filter(({ sessionId }) => sessionId === this.attached.sessionId);
  }
  async waitForMore(when: string): Promise<void> {
    for (const trackId of [this.#s.audio, this.#s.video]) {
      const before = received(this.attached, this.consumerOf(trackId));
      await until(`${this.#signaling.node.id} goes on ${when}`, () => {
        return received(this.attached, this.consumerOf(trackId)) > before + 5;
      });
    }
  }
  /** Waits for `count` moves of each track, sets the new consumers up and plays them. */
  async changeOver(count: number): Promise<void> {
    const { sessionId } = this.attached;
    for (const trackId of [this.#s.audio, this.#s.video]) {
      await until(`${this.#signaling.node.id} hears of move ${count}`, () => this.moves(trackId).length >= count);
      const moved = this.moves(trackId).at(-1);
      const consumerId = moved?.subscription?.consumerId ?? '';
      await call(this.#signaling.link, rpc.resumeConsumers, {
        room: this.#s.ref,
        sessionId,
        consumerIds: [consumerId],
      });
      await until('the new consumer plays', () => received(this.attached, consumerId) > 3);
      const done = { trackId, oldConsumerId: moved?.oldConsumerId ?? '', trackEpoch: moved?.trackEpoch ?? 0 };
      await call(this.#signaling.link, rpc.trackMoveCommit, { room: this.#s.ref, sessionId, done });
    }
  }
}

const attachMoving = (s: Scene, signaling: SignalingLink, home = 1) =>
  signaling.attach(s.n, { room: s.ref, session: { moving: true, home } });
const settle = (s: Scene, signaling: SignalingLink) =>
  call(signaling.link, rpc.settleSession, { room: s.ref, sessionId: s.publisher.sessionId });
const detach = (s: Scene, signaling: SignalingLink, gently: boolean) =>
  call(
    signaling.link,
    rpc.detachSession,
    { room: s.ref, sessionId: s.publisher.sessionId, gently },
    { deadlineMs: 9000 },
  );
const repull = async (s: Scene, signaling: SignalingLink, serving: string, anew = false) => {
  for (const trackId of [s.audio, s.video]) {
    const track = await trackRequest(s, trackId, signaling.node.id, serving);
    await call(signaling.link, rpc.repullTrack, { room: s.ref, track, anew });
  }
};
const membersOf = (node: TestNode, s: Scene) => node.app.node.rooms.get(s.roomKey)?.members;
const isEmpty = (node: TestNode, s: Scene) => membersOf(node, s) === undefined;

describe('a session that moves', () => {
  test('loses no receiver at the old node, at the new one, or at a node that pulls from the new one', async () => {
    const s = await scene();
    const atA = await Viewer.join(s, signalingA, 5, 'node-a');
    const atB = await Viewer.join(s, signalingB, 6, 'node-a');
    const atC = await Viewer.join(s, signalingC, 7, 'node-b');
    const moving = await attachMoving(s, signalingB);
    await publishMedia(signalingB, s.n, moving, s.ref);
    // The new node does not publish the tracks yet, and its report leaves the session out.
    expect(membersOf(b, s)?.tracks.get(s.audio)?.origin).toBe(false);
    const heldRoomOf = (node: TestNode) => node.app.node.rooms.heldRooms().find(({ roomKey }) => roomKey === s.roomKey);
    expect(heldRoomOf(b)?.sessionIds).not.toContain(s.publisher.sessionId);
    const secondHomes = (node: TestNode) => node.app.node.counts.secondHomes;
    expect([secondHomes(a), secondHomes(b)]).toEqual([0, 1]);
    const snapshot = await call(signalingB.link, rpc.roomSnapshot, { room: s.ref });
    expect(
      snapshot.sessions.find(({ session }) => session?.participant?.sessionId === s.publisher.sessionId)?.session,
    ).toMatchObject({
      moving: true,
      home: 1,
    });

    const settled = await settle(s, signalingB);
    expect(settled.tracks.map(({ trackId, nodeId }) => [trackId, nodeId]).sort()).toEqual([
      [s.audio, 'node-b'],
      [s.video, 'node-b'],
    ]);
    expect((await settle(s, signalingB)).tracks).toHaveLength(2);
    membersOf(b, s)?.validate();
    expect(membersOf(b, s)?.tracks.get(s.audio)?.origin).toBe(true);
    // A node that pulls keeps its pull until it is ordered to pull again.
    await atB.changeOver(1);
    await atC.waitForMore('before the order');
    await repull(s, signalingA, 'node-b');
    await repull(s, signalingC, 'node-b', true);
    membersOf(a, s)?.validate();
    const oldEnded = detach(s, signalingA, true);
    await until(
      'it does not live there any more',
      () => heldRoomOf(a)?.sessionIds?.includes(s.publisher.sessionId) === false,
    );
    expect([secondHomes(a), secondHomes(b)]).toEqual([1, 0]);
    for (const viewer of [atA, atB, atC]) await viewer.waitForMore('while it moves');
    await Promise.all([atA, atC].map((viewer) => viewer.changeOver(1)));
    await oldEnded;
    expect(a.app.node.rooms.sessions.has(s.publisher.sessionId)).toBe(false);
    for (const viewer of [atA, atB, atC]) await viewer.waitForMore('after the move');
    expect([atA, atB, atC].map((viewer) => viewer.closedConsumers)).toEqual([[], [], []]);
    // The old node pulls from the new one, which pulls from no node.
    expect(a.app.node.pulls.pullsFrom('node-b', s.roomKey, s.audio)).toHaveLength(1);
    expect(b.app.node.pulls.pullsFrom('node-a', s.roomKey, s.audio)).toEqual([]);

    // The session moves back.
    const movingBack = await attachMoving(s, signalingA, 2);
    await publishMedia(signalingA, s.n, movingBack, s.ref);
    await settle(s, signalingA);
    await Promise.all([repull(s, signalingB, 'node-a'), repull(s, signalingC, 'node-a')]);
    const secondEnded = detach(s, signalingB, true);
    await Promise.all([atA, atB, atC].map((viewer) => viewer.changeOver(2)));
    await secondEnded;
    for (const viewer of [atA, atB, atC]) await viewer.waitForMore('at home again');
    expect([atA, atB, atC].map((viewer) => viewer.closedConsumers)).toEqual([[], [], []]);

    for (const [signaling, { attached }] of [
      [signalingA, atA],
      [signalingB, atB],
      [signalingC, atC],
    ] as const)
      await call(signaling.link, rpc.detachSession, { room: s.ref, sessionId: attached.sessionId });
    await detach(s, signalingA, false);
    await until('nothing of the room is left', () => [a, b, c].every((node) => isEmpty(node, s)));
    for (const { app } of [a, b, c]) {
      expect(app.node.counts).toEqual({ sessions: 0, secondHomes: 0, producers: 0, consumers: 0 });
      expect([app.node.pulls.size, app.node.serving.size, app.node.departures.size]).toEqual([0, 0, 0]);
    }
  });

  test('stays published at the old node, and ends at the new one, when the move is given up', async () => {
    const s = await scene();
    const atB = await Viewer.join(s, signalingB, 6, 'node-a');
    const moving = await attachMoving(s, signalingB);
    await publishMedia(signalingB, s.n, moving, s.ref);
    expect(await codeOf(signalingB.produce(moving.sessionId, audioTrack(s.n), opusParameters(9), s.ref))).toBe(
      'TRACK_EXISTS',
    );
    await detach(s, signalingB, false);
    await atB.waitForMore('after a move that was given up');
    expect([atB.closedConsumers, atB.moves(s.audio)]).toEqual([[], []]);
    expect(moving.send.state).toBe('closed');
    expect(membersOf(b, s)?.tracks.get(s.audio)?.origin).toBe(false);
    expect(membersOf(a, s)?.tracks.get(s.audio)?.origin).toBe(true);
  });

  test('leaves the old node after a time limit if a subscriber never changes over, and the subscriber is informed', async () => {
    const s = await scene();
    const atA = await Viewer.join(s, signalingA, 5, 'node-a');
    const moving = await attachMoving(s, signalingB);
    await publishMedia(signalingB, s.n, moving, s.ref);
    await settle(s, signalingB);
    const startedMs = performance.now(); // the old node is not ordered to get the tracks from the new one
    await detach(s, signalingA, true);
    expect(performance.now() - startedMs).toBeGreaterThan(5000);
    await until('the viewer is informed', () => atA.closedConsumers.length === 2);
  });
});
