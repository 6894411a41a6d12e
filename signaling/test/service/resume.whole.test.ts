// Sockets that break, and sessions that are taken up again; clients that only look alive.
import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LocalRoom } from '../../src/clients/local-room.ts';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let [one, two]: Instance[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  one = await rig.instance('sig-1');
  two = await rig.instance('sig-2');
  await until(() => one?.centre.fleet.has('sig-2') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

const url = (instance: Instance | undefined) => instance?.url ?? '';
const left = (client: TestClient, sessionId: string) =>
  client.events().find((event) => event.participantLeft?.sessionId === sessionId)?.participantLeft;
const resume = (client: TestClient, resumeKey = client.joined?.resumeKey ?? '') => ({
  resume: { sessionId: client.sessionId, resumeKey },
});
const ann = (o: object = {}) => TestClient.join(url(one), { identity: 'ann', ...o });

describe('a socket that ends', () => {
  it('with a Leave or a clean close is a leave at once', async () => {
    const [bob, first, second] = [
      await TestClient.join(url(two), { identity: 'bob' }),
      await ann(),
      await TestClient.join(url(one), { identity: 'cid' }),
    ];
    expect(await first.outcome({ leave: { reason: 'done' } })).toBe('ack');
    second.socket.close(1000);
    await until(
      () => left(bob, first.sessionId) !== undefined && left(bob, second.sessionId) !== undefined,
      'both have left',
    );
    expect([left(bob, first.sessionId)?.reason, left(bob, second.sessionId)?.reason]).toEqual(['LEFT', 'LEFT']);
    // A grace would have begun with the quality of the connection being lost.
    expect(bob.events().filter((event) => event.qualityChanged)).toEqual([]);
    expect((await first.ends()).code).toBe(1000);
    await until(() => node.sessions.size === 1, 'their media is gone');
  });

  it('because a proxy between goes away is resumed', async () => {
    const [bob, first] = [await TestClient.join(url(two), { identity: 'bob' }), await ann()];
    first.socket.close(1001);
    await first.ends();
    const again = await TestClient.open(url(one));
    const answer = await again.request({ join: joinMessage(await token({ identity: 'ann' }), resume(first)) });
    expect(answer.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
    expect(left(bob, first.sessionId)).toBeUndefined();
  });

  it('without a word is a leave after the grace, and the quality of the connection is lost at once', async () => {
    const [bob, first] = [await TestClient.join(url(two), { identity: 'bob' }), await ann()];
    const atMs = performance.now();
    first.socket.terminate();
    await until(() => left(bob, first.sessionId) !== undefined, 'ann has left');
    const said = bob.events().filter((event) => event.qualityChanged?.quality === 1 || event.participantLeft);
    expect(said.map((event) => event.body)).toEqual(['qualityChanged', 'participantLeft']);
    expect(left(bob, first.sessionId)?.reason).toBe('CONNECTION_LOST');
    expect(performance.now() - atMs).toBeGreaterThanOrEqual(limits.resumeGraceMs - 50);
    await until(() => node.sessions.size === 1, 'her media is gone');
  });

  it('in silence is noticed by its missing pongs within ten seconds', async () => {
    const [bob, first] = [await TestClient.join(url(two), { identity: 'bob' }), await ann()];
    const atMs = performance.now();
    first.socket.pause(); // as when the network is gone: nothing is read, so no ping is answered
    await until(() => left(bob, first.sessionId) !== undefined, 'ann has left');
    const tookMs = performance.now() - atMs;
    expect(tookMs).toBeGreaterThan(limits.pingIntervalMs * limits.pingMissesMax);
    // The promise of ten seconds is one of the limits: a machine that is busy may take longer, so it is not measured
    // here.
    expect(limits.pingIntervalMs * (limits.pingMissesMax + 1) + limits.resumeGraceMs).toBeLessThan(10_000);
    first.socket.terminate();
  });
});

describe('a session', () => {
  it.each([
    ['the same signaling node', 0],
    ['another signaling node', 1],
  ] as const)(
    'is taken up again through %s: no client sees it leave, tracks and subscriptions are as before',
    async (_where, index) => {
      const bob = await TestClient.join(url(two), { identity: 'bob' });
      await bob.publish('TR_bobmicrophone1');
      const first = await ann();
      await first.publish('TR_annmicrophone1');
      await until(() => bob.tracksReceived().length === 1, 'bob receives ann');
      first.socket.terminate();
      const again = await TestClient.join(url([one, two][index]), { identity: 'ann', join: resume(first) });
      expect(again.joined).toMatchObject({
        resumed: true,
        sessionId: first.sessionId,
        resumeKey: first.joined?.resumeKey,
      });
      expect(again.joined?.self?.tracks?.map((track) => track.trackId)).toEqual(['TR_annmicrophone1']);
      expect(again.joined?.subscriptions.map((subscription) => subscription.trackId)).toEqual(['TR_bobmicrophone1']);
      expect(again.joined?.sendTransport?.id).toBe(first.joined?.sendTransport?.id);
      // Past the grace of the old socket nothing has ended.
      await new Promise((resolve) => rig.clock.after(limits.resumeGraceMs + 300, () => resolve(undefined)));
      expect(left(bob, first.sessionId)).toBeUndefined();
      expect(node.sessions.size).toBe(2);
      expect(await again.publish('TR_anncamera12345', { kind: 2, source: 1 })).toBe('published');
      await until(() => bob.tracksReceived().includes('TR_anncamera12345'), 'bob receives the new track');
    },
  );

  it('is taken from a socket that still looks alive, which hears so', async () => {
    const first = await ann();
    const again = await TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    expect(again.joined?.resumed).toBe(true);
    expect(await first.ends()).toEqual({ code: 4410, reason: 'SESSION_UNKNOWN' });
    expect(node.sessions.size).toBe(1);
    const third = await TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    expect(third.joined?.resumed).toBe(true);
    expect(await again.ends()).toEqual({ code: 4410, reason: 'SESSION_UNKNOWN' });
  });

  it.each([
    ['the same signaling node', 0],
    ['another signaling node', 1],
  ] as const)(
    'is not given to a wrong key at %s, nor to another identity, and does not notice',
    async (_where, index) => {
      const first = await ann();
      const target = url([one, two][index]);
      await expect(TestClient.join(target, { identity: 'ann', join: resume(first, 'wrong') })).rejects.toThrow(
        'RESUME_REFUSED',
      );
      await expect(TestClient.join(target, { identity: 'eve', join: resume(first) })).rejects.toThrow('RESUME_REFUSED');
      await expect(
        TestClient.join(target, { identity: 'ann', room: 'elsewhere', join: resume(first) }),
      ).rejects.toThrow('RESUME_REFUSED');
      expect(first.closed).toBeUndefined();
      expect(await first.publish('TR_annmicrophone1')).toBe('published');
    },
  );

  it('is taken up when the link to its media node ends under the request: the next link is asked', async () => {
    const first = await ann();
    first.socket.terminate();
    let release = (): void => undefined;
    node.held.set('adopt', new Promise<void>((resolve) => (release = resolve)));
    const asking = TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    await until(() => node.called('adopt').length === 1, 'the node is asked');
    node.links.get('sig-2')?.close('reset by the test');
    await until(() => node.called('adopt').length === 2, 'the node is asked again');
    release();
    const again = await asking;
    expect(again.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
    expect(await again.publish('TR_annmicrophone1')).toBe('published');
  });

  it('is refused when the media node does not answer over the second link either', async () => {
    const first = await ann();
    first.socket.terminate();
    node.held.set('adopt', new Promise<void>(() => undefined));
    const asking = TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    for (const times of [1, 2]) {
      await until(() => node.called('adopt').length === times, `the node is asked ${times} times`);
      node.links.get('sig-2')?.close('reset by the test');
    }
    await expect(asking).rejects.toThrow('RESUME_REFUSED');
    expect(node.called('adopt')).toHaveLength(2);
  });

  it('goes on with a token that has expired meanwhile, but no client comes in with one', async () => {
    const first = await ann();
    first.socket.terminate();
    await expect(
      TestClient.join(url(two), { identity: 'ann', expiresInS: -60, join: resume(first, 'wrong') }),
    ).rejects.toThrow('TOKEN_EXPIRED');
    const again = await TestClient.join(url(two), { identity: 'ann', expiresInS: -60, join: resume(first) });
    expect(again.joined?.resumed).toBe(true);
  });

  it('is given no right by the token that it is resumed with, and loses those that this one lacks', async () => {
    const bob = await TestClient.join(url(one), { identity: 'bob' });
    const rights = { roomAdmin: true, canPublish: true, canPublishData: true };
    const none = { roomAdmin: false, canPublish: false, canPublishData: false };
    const resumed = async (identity: string, before: typeof rights, after: typeof rights) => {
      const first = await TestClient.join(url(one), { identity, video: before });
      const again = await TestClient.join(url(one), { identity, video: after, join: resume(first) });
      expect(again.joined?.resumed).toBe(true);
      await first.ends();
      return again;
    };
    const asks = async (client: TestClient) => [
      await client.outcome({ sendData: { payload: Uint8Array.of(1), topic: 'chat' } }),
      await client.outcome({ kick: { sessionId: bob.sessionId } }),
      await client.publish('TR_annmicrophone1'),
    ];
    const room = one?.clients.context.sessions.get(bob.sessionId)?.room as LocalRoom;
    const toOwner = vi.spyOn(room, 'withOwner');
    for (const client of [await resumed('ann', none, rights), await resumed('cid', rights, none)]) {
      toOwner.mockClear();
      expect(await asks(client)).toEqual(['NOT_PERMITTED', 'NOT_PERMITTED', 'NOT_PERMITTED']);
      // The signaling node refuses by itself: neither the owner nor the media node is asked, which know the first token
      // only.
      expect(toOwner).not.toHaveBeenCalled();
    }
    expect([node.called('produce'), node.called('data')]).toEqual([[], []]);
    expect(await asks(await resumed('dan', rights, rights))).toEqual(['ack', 'ack', 'published']);
    expect((await bob.ends()).reason).toBe('KICKED');
  });

  describe('that is made up', () => {
    const madeUp = { resume: { sessionId: 'PA_aaaaaaaaaaaaaaaa', resumeKey: 'x' } };

    it('takes no room with an expired token, and its socket waits like one without a token', async () => {
      let release = (): void => undefined;
      rig.centre.leaseOfHeld = new Promise<void>((resolve) => (release = resolve));
      const client = await TestClient.open(url(two));
      const access = await token({ identity: 'ann', room: 'ghost', expiresInS: -86_400 });
      const outcome = client.outcome({ join: joinMessage(access, madeUp) });
      await until(() => two?.clients.roomCount === 1, 'the signaling node looks for the room');
      expect(two?.http.unprovenCount).toBe(1);
      release();
      expect(await outcome).toBe('TOKEN_EXPIRED');
      await client.ends();
      expect(rig.centre.leases.has('acme/ghost')).toBe(false);
      expect([two?.owned.size, two?.clients.roomCount]).toEqual([0, 0]);
    });

    it('is refused in a room that is there, whose owner stays', async () => {
      await ann();
      const expired = { identity: 'ann', expiresInS: -60, join: madeUp };
      await expect(TestClient.join(url(two), expired)).rejects.toThrow('TOKEN_EXPIRED');
      expect(rig.centre.leases.get('acme/lobby')).toEqual({ ownerId: 'sig-1', epoch: 1 });
    });
  });

  it('goes on with an expired token when the owner of its room has died, since its media node holds the room', async () => {
    const first = await ann();
    await one?.kill();
    await until(() => rig.centre.leases.get('acme/lobby')?.ownerId === '', 'the lease is free');
    rig.centre.holdersOf = (roomKey) => (roomKey === 'acme/lobby' ? ['sfu-1'] : []);
    const again = await TestClient.join(url(two), { identity: 'ann', expiresInS: -60, join: resume(first) });
    expect(again.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
    expect(rig.centre.leases.get('acme/lobby')).toEqual({ ownerId: 'sig-2', epoch: 2 });
    await until(() => two?.http.unprovenCount === 0, 'its socket waits no longer');
  });

  it('goes on with an expired token without the centre, when another signaling node knows its room', async () => {
    const first = await ann();
    await rig.centre.stop();
    await until(() => one?.centre.isRegistered === false && two?.centre.isRegistered === false, 'both have noticed');
    const again = await TestClient.join(url(two), { identity: 'ann', expiresInS: -60, join: resume(first) });
    expect(again.joined?.resumed).toBe(true);
    const elsewhere = { identity: 'ann', room: 'elsewhere', expiresInS: -60, join: resume(first) };
    await expect(TestClient.join(url(two), elsewhere)).rejects.toThrow('CENTRE_UNREACHABLE');
  });

  it('outlives its token: it goes on, also through another socket, and only a new join is refused', async () => {
    const expiresInS = 3;
    const first = await TestClient.open(url(one));
    const access = await token({ identity: 'ann', expiresInS });
    const toleranceMs = 2000; // of clocks that differ; and the token counts whole seconds
    const overMs = Date.now() + expiresInS * 1000 + toleranceMs + 1000;
    expect(await first.outcome({ join: joinMessage(access) })).toBe('joined');
    await until(() => Date.now() > overMs, 'the token has expired');
    expect(await first.publish('TR_annmicrophone1')).toBe('published');
    const newcomer = await TestClient.open(url(two));
    expect(await newcomer.outcome({ join: joinMessage(access) })).toBe('TOKEN_EXPIRED');
    expect(first.closed).toBeUndefined();
    first.socket.terminate();
    const again = await TestClient.open(url(two));
    expect(await again.outcome({ join: joinMessage(access, resume(first)) })).toBe('joined');
    expect(again.joined?.resumed).toBe(true);
    expect(await again.publish('TR_anncamera12345', { kind: 2, source: 1 })).toBe('published');
  });

  it('that has left cannot be taken up again, and a client that asks with an expired token hears that a new join needs a new one', async () => {
    const first = await ann();
    await first.outcome({ leave: {} });
    await until(() => node.sessions.size === 0, 'ann is gone');
    await expect(TestClient.join(url(two), { identity: 'ann', expiresInS: -60, join: resume(first) })).rejects.toThrow(
      'TOKEN_EXPIRED',
    );
  });

  it('that has left cannot be taken up again', async () => {
    const first = await ann();
    await first.outcome({ leave: {} });
    await until(() => node.sessions.size === 0, 'ann is gone');
    await expect(TestClient.join(url(two), { identity: 'ann', join: resume(first) })).rejects.toThrow('RESUME_REFUSED');
  });
});

describe('a session that is being resumed', () => {
  /** Sockets that ask for the session and wait for its media node, until the returned function lets the node answer. */
  async function waitingResumes(first: TestClient, count: number) {
    let release = (): void => undefined;
    node.held.set('adopt', new Promise<void>((resolve) => (release = resolve)));
    first.socket.terminate();
    const clients: TestClient[] = [];
    const frame = { requestId: 1, join: joinMessage(await token({ identity: 'ann' }), resume(first)) };
    for (let index = 0; index < count; index += 1) {
      const client = await TestClient.open(url(one));
      client.send(frame);
      clients.push(client);
      await until(() => node.called('adopt').length === index + 1, 'the media node is asked');
    }
    return { clients, release };
  }

  it('is kept for the grace when its new socket is lost as well, and can be resumed again', async () => {
    const bob = await TestClient.join(url(two), { identity: 'bob' });
    const first = await ann();
    await first.publish('TR_annmicrophone1');
    const { clients, release } = await waitingResumes(first, 1);
    const sockets = one?.http.socketCount ?? 0;
    clients[0]?.socket.terminate();
    await until(() => (one?.http.socketCount ?? 0) < sockets, 'the second loss is noticed');
    release();
    const state = () => one?.clients.context.sessions.get(first.sessionId)?.state;
    await until(() => one?.clients.context.claims.size === 0, 'the resume has ended');
    expect(state()).toBe('detached');
    const again = await TestClient.join(url(one), { identity: 'ann', join: resume(first) });
    expect(again.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
    expect(again.joined?.self?.tracks?.map((track) => track.trackId)).toEqual(['TR_annmicrophone1']);
    expect(await again.publish('TR_anncamera12345', { kind: 2, source: 1 })).toBe('published');
    expect(left(bob, first.sessionId)).toBeUndefined();
    // And when no client comes, it leaves after the grace.
    const atMs = performance.now();
    again.socket.terminate();
    await until(() => left(bob, first.sessionId) !== undefined, 'ann has left');
    expect(performance.now() - atMs).toBeGreaterThanOrEqual(limits.resumeGraceMs - 50);
  });

  it('by two sockets at once belongs to the later one; the other hears so, and its end takes nothing along', async () => {
    const bob = await TestClient.join(url(two), { identity: 'bob' });
    const first = await ann();
    const { clients, release } = await waitingResumes(first, 2);
    release();
    const [earlier, later] = clients as [TestClient, TestClient];
    await until(() => later.joined !== undefined, 'the later one has the session');
    expect(await earlier.ends()).toEqual({ code: 4410, reason: 'SESSION_UNKNOWN' });
    expect(await later.publish('TR_annmicrophone1')).toBe('published');
    expect(later.closed).toBeUndefined();
    expect(left(bob, first.sessionId)).toBeUndefined();
    expect(node.sessions.has(first.sessionId)).toBe(true);
  });

  it('stays with the later socket when the earlier one is closed on purpose meanwhile', async () => {
    const bob = await TestClient.join(url(two), { identity: 'bob' });
    const first = await ann();
    const { clients, release } = await waitingResumes(first, 2);
    const sockets = one?.http.socketCount ?? 0;
    const [earlier, later] = clients as [TestClient, TestClient];
    earlier.socket.close(1000);
    await until(() => (one?.http.socketCount ?? 0) < sockets, 'the earlier one has closed');
    release();
    await until(() => later.joined !== undefined, 'the later one has the session');
    expect(await later.publish('TR_annmicrophone1')).toBe('published');
    expect(left(bob, first.sessionId)).toBeUndefined();
    expect(node.called('detach')).toEqual([]);
  });
});
