// Tests concurrent resumes of a session, where the media node and the room's owner have to name the same winner.
import { rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let owner: Instance;
let other: Instance;
let bob: TestClient;
beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  owner = await rig.instance('sig-1');
  other = await rig.instance('sig-2');
  await until(() => owner.centre.fleet.has('sig-2'), 'the first knows the second');
  bob = await TestClient.join(owner.url, { identity: 'bob' });
});
afterEach(async () => {
  await rig.close();
});

const superseded = { code: 4410, reason: 'SESSION_UNKNOWN' };
const join = (instance: Instance, identity: string) => TestClient.join(instance.url, { identity });
const resumeFrame = async (first: TestClient, identity: string): Promise<wire.ClientFrame.$Properties> => ({
  requestId: 1,
  join: joinMessage(await token({ identity }), {
    resume: { sessionId: first.sessionId, resumeKey: first.joined?.resumeKey ?? '' },
  }),
});
const signalingIdsOf = (sessionId: string) => ({
  node: node.sessions.get(sessionId)?.signalingId,
  owner: owner.ownedRooms
    .get('acme/lobby')
    ?.snapshot()
    .participants.find((participant) => participant.sessionId === sessionId)?.signalingId,
});
const hasLeft = (sessionId: string) => bob.events().some((event) => event.participantLeft?.sessionId === sessionId);

/** Checks that the survivor can do everything; the media node knows its signaling node. */
async function expectWorking(client: TestClient, trackId: string): Promise<void> {
  expect(await client.publish(trackId)).toBe('published');
  expect(await client.outcome({ setTrackMuted: { trackId, muted: true } })).toBe('ack');
  expect(await client.outcome({ sendData: { payload: Uint8Array.of(1), topic: 'chat' } })).toBe('ack');
  const sent = () => node.called('data') as { data?: { sessionId?: string } }[];
  await until(() => sent().some(({ data }) => data?.sessionId === client.sessionId), 'the node gets the data');
}

describe('a session resumed by several sockets at once', () => {
  it('keeps a single socket in every round, which media node and owner both name, and which can do everything', async () => {
    for (let round = 0; round < 20; round += 1) {
      const identity = `ann-${round}`;
      const first = await join(round % 2 === 0 ? owner : other, identity);
      const frame = await resumeFrame(first, identity);
      const instances = [owner, other, owner, other];
      const clients = await Promise.all(instances.map(({ url }) => TestClient.open(url)));
      for (const client of round % 3 === 0 ? [...clients].reverse() : clients) client.send(frame);
      const alive = () => clients.filter((client) => client.closed === undefined);
      await until(() => alive().length === 1 && alive()[0]?.joined !== undefined, `one is left of round ${round}`);
      const [survivor] = alive() as [TestClient];
      expect(survivor.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
      await expectWorking(survivor, `TR_microphone${String(round).padStart(4, '0')}`);
      const signalingId = instances[clients.indexOf(survivor)]?.id;
      expect({ round, ...signalingIdsOf(first.sessionId) }).toEqual({ round, node: signalingId, owner: signalingId });
      for (const client of clients) if (client !== survivor) expect(client.closed).toEqual(superseded);
      expect(await first.ends()).toEqual(superseded);
      expect(hasLeft(first.sessionId)).toBe(false);
      survivor.socket.close(1000);
    }
  });

  /** Delays requests of other signaling nodes to the owner until `release`. */
  function delayOwner(): { asked(): number; release(): void } {
    let release = (): void => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    const claimed = owner.ownedRooms.claim.bind(owner.ownedRooms);
    let waiting = 0;
    owner.ownedRooms.claim = async (ref) => {
      waiting += 1;
      await open;
      return claimed(ref);
    };
    return { asked: () => waiting, release };
  }

  /** Delays the media node's answer to its signaling node until `release`. */
  function delayAnswer(instance: Instance): { adopted(): boolean; release(): void } {
    const { nodes } = instance.clients.context;
    const call = nodes.call.bind(nodes);
    let release = (): void => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    let adopted = false;
    nodes.call = (async (...args: Parameters<typeof call>) => {
      const answer = await call(...args);
      if (args[1].number === rpc.adoptSession.number) {
        adopted = true;
        await open;
      }
      return answer;
    }) as typeof call;
    return { adopted: () => adopted, release };
  }

  async function resuming(instance: Instance, first: TestClient): Promise<TestClient> {
    const client = await TestClient.open(instance.url);
    client.send(await resumeFrame(first, 'ann'));
    return client;
  }

  /** Adopts Ann's session through the other signaling node, whose announcement to the owner waits for `release`. */
  async function adoptUnannounced(): Promise<{
    first: TestClient;
    early: TestClient;
    asked(): number;
    release(): void;
  }> {
    const first = await join(owner, 'ann');
    let adopt = (): void => undefined;
    node.heldAnswers.set('adopt', new Promise<void>((resolve) => (adopt = resolve)));
    const early = await resuming(other, first);
    await until(() => node.called('adopt').length === 1, 'the media node is asked');
    const { asked, release } = delayOwner();
    node.heldAnswers.clear();
    adopt();
    await until(() => asked() > 0, 'the owner is asked by the other signaling node');
    return { first, early, asked, release };
  }

  it('stays with the later connection when the earlier connection reaches the owner last', async () => {
    const { first, early, release } = await adoptUnannounced();
    const late = await resuming(owner, first);
    await until(() => late.joined !== undefined, 'the later one has the session');
    release();
    expect(await early.ends()).toEqual(superseded);
    expect(signalingIdsOf(first.sessionId)).toEqual({ node: 'sig-1', owner: 'sig-1' });
    await expectWorking(late, 'TR_annmicrophone1');
    expect(late.closed).toBeUndefined();
    expect(hasLeft(first.sessionId)).toBe(false);
  });

  it('stays with the latest connection when an earlier one of the same signaling node is refused meanwhile', async () => {
    const { first, early, release } = await adoptUnannounced();
    const middle = await resuming(owner, first);
    await until(() => middle.joined !== undefined, 'the middle one has the session');
    const slow = delayAnswer(other);
    release();
    const latest = await resuming(other, first);
    await until(slow.adopted, 'the media node has let the latest in');
    expect(await early.ends()).toEqual(superseded);
    slow.release();
    await until(() => latest.joined !== undefined, 'the latest has the session');
    expect(await middle.ends()).toEqual(superseded);
    expect(signalingIdsOf(first.sessionId)).toEqual({ node: 'sig-2', owner: 'sig-2' });
    await expectWorking(latest, 'TR_annmicrophone1');
    expect(hasLeft(first.sessionId)).toBe(false);
  });

  it('stays with the latest connection when an earlier one of the same signaling node is closed on purpose: media stays', async () => {
    const { first, early, asked, release } = await adoptUnannounced();
    const sockets = other.http.socketCount;
    early.socket.close(1000);
    await until(() => other.http.socketCount < sockets, 'the close is noticed');
    const slow = delayAnswer(other);
    let letGo = (): void => undefined;
    node.heldAnswers.set('detach', new Promise<void>((resolve) => (letGo = resolve)));
    const latest = await resuming(other, first);
    await until(() => asked() > 1, 'its signaling node asks the owner for the roster');
    release();
    await until(slow.adopted, 'the media node has let the latest in');
    await until(() => node.called('detach').length > 0, 'the earlier one lets go');
    letGo();
    slow.release();
    await until(() => latest.joined !== undefined, 'the latest has the session');
    await expectWorking(latest, 'TR_annmicrophone1');
    expect(signalingIdsOf(first.sessionId)).toEqual({ node: 'sig-2', owner: 'sig-2' });
  });

  it('is not ended by an order that was meant for an earlier connection of the same signaling node', async () => {
    const first = await join(other, 'ann');
    const slow = delayAnswer(owner);
    const middle = await resuming(owner, first);
    await until(slow.adopted, 'the media node has let the middle one in');
    let adopt = (): void => undefined;
    node.heldAnswers.set('adopt', new Promise<void>((resolve) => (adopt = resolve)));
    const latest = await resuming(other, first);
    await until(() => node.called('adopt').length === 2, 'the media node is asked by the other signaling node');
    const { asked, release } = delayOwner();
    node.heldAnswers.clear();
    adopt();
    await until(() => asked() > 0, 'the owner is asked by the other signaling node');
    slow.release(); // the owner orders the other signaling node to end its session
    await until(() => middle.joined !== undefined, 'the middle one has the session');
    release();
    await until(() => latest.joined !== undefined, 'the latest has the session');
    expect(await middle.ends()).toEqual(superseded);
    expect(signalingIdsOf(first.sessionId)).toEqual({ node: 'sig-2', owner: 'sig-2' });
    await expectWorking(latest, 'TR_annmicrophone1');
  });

  it('is known to the next owner by the media node’s adoption count, and a node that has lost it is informed', async () => {
    const first = await join(other, 'ann');
    const cid = await join(other, 'cid');
    const held = node.sessions.get(first.sessionId);
    if (held === undefined) throw new Error('ann is not there');
    // A signaling node that is gone by now has adopted it.
    held.signalingId = 'sig-9';
    held.info = { ...held.info, participant: { ...held.info.participant, signalingId: 'sig-9' }, adoption: 1 };
    rig.centre.giveLease('acme/lobby', 'sig-2');
    await owner.ownedRooms.renew();
    expect(await first.ends()).toEqual(superseded);
    expect(other.ownedRooms.get('acme/lobby')?.size).toBe(3);
    expect(cid.closed).toBeUndefined();
  });
});
