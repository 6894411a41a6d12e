// Tests sockets that break, resumed sessions, and clients that only look alive.
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
  it('counts as a leave at once with a Leave or a clean close', async () => {
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
    // A grace would have begun with a lost quality of the connection.
    expect(bob.events().filter((event) => event.qualityChanged)).toEqual([]);
    expect((await first.ends()).code).toBe(1000);
    await until(() => node.sessions.size === 1, 'their media is gone');
  });

  it('is replaced by a resume when a proxy between client and node goes away', async () => {
    const [bob, first] = [await TestClient.join(url(two), { identity: 'bob' }), await ann()];
    first.socket.close(1001);
    await first.ends();
    const again = await TestClient.open(url(one));
    const answer = await again.request({ join: joinMessage(await token({ identity: 'ann' }), resume(first)) });
    expect(answer.joined).toMatchObject({ resumed: true, sessionId: first.sessionId });
    expect(left(bob, first.sessionId)).toBeUndefined();
  });

  it('leads to a leave after the grace when it ends silently, and the quality is lost at once', async () => {
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
});

describe('a session', () => {
  it('is taken from a socket that still looks alive, which is closed with the reason', async () => {
    const first = await ann();
    const again = await TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    expect(again.joined?.resumed).toBe(true);
    expect(await first.ends()).toEqual({ code: 4410, reason: 'SESSION_UNKNOWN' });
    expect(node.sessions.size).toBe(1);
    const third = await TestClient.join(url(two), { identity: 'ann', join: resume(first) });
    expect(third.joined?.resumed).toBe(true);
    expect(await again.ends()).toEqual({ code: 4410, reason: 'SESSION_UNKNOWN' });
  });

  it('continues with an expired token, but no client comes in with such a token', async () => {
    const first = await ann();
    first.socket.terminate();
    await expect(
      TestClient.join(url(two), { identity: 'ann', expiresInS: -70, join: resume(first, 'wrong') }),
    ).rejects.toThrow('TOKEN_EXPIRED');
    const again = await TestClient.join(url(two), { identity: 'ann', expiresInS: -70, join: resume(first) });
    expect(again.joined?.resumed).toBe(true);
  });

  it('gets no right from the token of a resume, and loses the rights that this token lacks', async () => {
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
      // The signaling node refuses by itself: owner and media node know only the first token and are not asked.
      expect(toOwner).not.toHaveBeenCalled();
    }
    expect([node.called('produce'), node.called('data')]).toEqual([[], []]);
    expect(await asks(await resumed('dan', rights, rights))).toEqual(['ack', 'ack', 'published']);
    expect((await bob.ends()).reason).toBe('KICKED');
  });

  describe('with an invented id', () => {
    const madeUp = { resume: { sessionId: 'PA_aaaaaaaaaaaaaaaa', resumeKey: 'x' } };

    it('opens no room with an expired token, and its socket waits like any other without a token', async () => {
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
      expect([two?.ownedRooms.size, two?.clients.roomCount]).toEqual([0, 0]);
    });
  });

  it('outlives its token, also through another socket, and only a new join is refused', async () => {
    const expiresInS = 3 - limits.clockLeewayMs / 1000;
    const first = await TestClient.open(url(one));
    const access = await token({ identity: 'ann', expiresInS });
    const overMs = Date.now() + 3000 + 1000; // the token counts whole seconds
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
});
