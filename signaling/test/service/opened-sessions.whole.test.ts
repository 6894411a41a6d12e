// Tests sessions that a gateway opens over its link: the same rooms, rights and ends as over WebSockets.
import { isDeepStrictEqual } from 'node:util';
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type OpenedSession, TestOpener } from './rig/opener.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let one: Instance;
let two: Instance;
let openers: TestOpener[];
beforeEach(async () => {
  openers = [];
  rig = await Rig.start();
  node = await rig.node('sfu-1', { hostId: 'host-gw' });
  one = await rig.instance('sig-1');
  two = await rig.instance('sig-2');
  await until(() => one.centre.fleet.has('sig-2'), 'the first knows the second');
});
afterEach(async () => {
  for (const opener of openers) opener.close();
  await rig.close();
});

async function dial(to: Instance, o: { id?: string; kind?: string } = {}): Promise<TestOpener> {
  const opener = await TestOpener.dial(rig, to, o);
  if (opener === undefined) throw new Error('the link was refused');
  openers.push(opener);
  return opener;
}
const left = (client: TestClient | OpenedSession, sessionId: string) =>
  client.events().find((event) => event.participantLeft?.sessionId === sessionId)?.participantLeft?.reason;
const sees = (client: TestClient | OpenedSession, identity: string) =>
  client.events().some((event) => event.participantJoined?.participant?.identity === identity);
const stateOf = (session: OpenedSession, at = one) => at.clients.context.sessions.get(session.sessionId)?.state;
const srtp = { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: Buffer.alloc(44).toString('base64') };
const plainEndpoint = (srtp?: object, ip = '127.0.0.1') => ({
  sendEndpoint: { plain: { ip, port: 4000, ...(srtp && { srtp }) } },
});

describe('sessions over the link of a gateway', () => {
  it('are in the room with all participants, and a message of the room crosses the link once for all of them', async () => {
    const gateway = await dial(one);
    const ann = await gateway.join(1, { identity: 'ann', clientIp: '203.0.113.7' });
    const bob = await gateway.join(2, { identity: 'bob' });
    await until(() => sees(ann, 'bob'), 'ann sees bob');
    const cid = await TestClient.join(two.url, { identity: 'cid' });
    await until(() => sees(ann, 'cid') && sees(bob, 'cid'), 'both see cid');
    expect(bob.joined?.participants.map(({ identity }) => identity)).toEqual(['ann']);
    expect(cid.joined?.participants.map(({ identity }) => identity).sort()).toEqual(['ann', 'bob']);
    const crossed = gateway.crossings.filter(({ frame }) =>
      frame.roomEvents?.events?.some((event) => event.participantJoined?.participant?.identity === 'cid'),
    );
    expect(crossed.map(({ streams }) => streams)).toEqual([[1, 2]]);
    expect(rig.centre.placeRequests.map(({ clientIp, openerId, onHost }) => [clientIp, openerId, onHost])).toEqual([
      ['203.0.113.7', '', false],
      ['', 'gw-1', false],
      ['127.0.0.1', '', false],
    ]);
    bob.close(1000);
    ann.close(1006);
    await until(() => left(cid, ann.sessionId) !== undefined, 'ann has left');
    expect([left(cid, bob.sessionId), left(cid, ann.sessionId)]).toEqual(['LEFT', 'CONNECTION_LOST']);
    await until(() => node.sessions.size === 1 && one.clients.sessionCount === 0, 'nothing is left of them');
    expect([one.openedSessions.size, gateway.link.closed]).toEqual([0, false]);
  });

  it('are bounded in number, and a silent session is ended', async () => {
    const gateway = await dial(one);
    const most = bounds.openedSessionsPerLinkMax;
    for (let stream = 1; stream <= most + 1; stream += 1) gateway.open(stream);
    const last = gateway.sessions.get(most + 1);
    expect(await last?.ends()).toEqual({ code: 4503, reason: 'OVERLOADED' });
    expect(one.openedSessions.size).toBe(most);
    await until(() => one.openedSessions.size === 0, 'the time for a Join is over');
    gateway.sessions.delete(most + 1);
    const sessions = [...gateway.sessions.values()];
    for (const session of sessions) expect(await session.ends()).toEqual({ code: 4408, reason: 'AUTH_TIMEOUT' });
    expect((await gateway.join(most + 2, { identity: 'ann' })).joined).toBeDefined();
  });
});

describe('the number of viewers by gateways', () => {
  const countsSentTo = ({ heard }: TestClient) =>
    heard.flatMap(({ roomViewers }) => (roomViewers == null ? [] : [roomViewers.byProtocol]));
  const viewersIn = (of: TestClient) => of.joined?.viewers?.byProtocol;
  /** Resolves when the client knows the counts; a newcomer gets changes of the last second after the others. */
  const knows = (of: TestClient, counts: object): Promise<void> =>
    until(() => isDeepStrictEqual({ ...(countsSentTo(of).at(-1) ?? viewersIn(of)) }, counts), 'the counts are known');
  const says = (attributes: Record<string, string>) => ({ updateSelf: { attributes } });

  it('is known to all clients of the room and to later ones, outlasts the room’s owner, and ends with the gateway', async () => {
    const gateway = await dial(two);
    const ann = await TestClient.join(one.url, { identity: 'ann' });
    expect(viewersIn(ann)).toEqual({});
    const video = { hidden: true, canPublish: false, canSubscribe: false, canUpdateOwnMetadata: true };
    const counts = await gateway.join(1, { identity: 'viewers at gw-1', video });
    expect(await counts.outcome(says({ 'viewers.hls': '800', 'viewers.flv': '201' }))).toBe('ack');
    await until(() => countsSentTo(ann).length === 1, 'ann hears it');
    expect(countsSentTo(ann)).toEqual([{ hls: 800, flv: 201 }]);
    const bob = await TestClient.join(two.url, { identity: 'bob' });
    await knows(bob, { hls: 800, flv: 201 });
    expect(ann.events().some(({ participantJoined }) => participantJoined?.participant?.hidden)).toBe(false);
    await one.kill();
    const { rosterSnapshot } = await bob.hears('the next owner', (frame) => frame.rosterSnapshot != null);
    expect(rosterSnapshot?.roomEpoch).toBe(2);
    const cid = await TestClient.join(two.url, { identity: 'cid' });
    await knows(cid, { hls: 800, flv: 201 });
    counts.close(1000);
    await knows(cid, {});
    expect(countsSentTo(bob).filter((counted) => Object.keys(counted ?? {}).length > 0).length).toBeLessThanOrEqual(1);
  });
});

describe('the link of a gateway', () => {
  it('takes no participant out of the room when it breaks: its sessions continue over another link, at another signaling node', async () => {
    const gateway = await dial(one);
    const cid = await TestClient.join(two.url, { identity: 'cid' });
    const ann = await gateway.join(1, { identity: 'ann' });
    const bob = await gateway.join(2, { identity: 'bob' });
    gateway.close();
    await until(() => stateOf(ann) === 'detached' && stateOf(bob) === 'detached', 'both are lost');
    const again = await dial(two);
    const resume = { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
    const resumed = await again.join(1, { identity: 'ann', join: { resume } });
    expect(resumed.joined).toMatchObject({ resumed: true, sessionId: ann.sessionId });
    await until(() => left(cid, bob.sessionId) !== undefined, 'the grace of the other is over');
    expect([left(cid, ann.sessionId), left(resumed, bob.sessionId)]).toEqual([undefined, 'CONNECTION_LOST']);
    expect([one.openedSessions.size, two.openedSessions.size, node.sessions.size]).toEqual([0, 1, 2]);
  });

  it.each(['edge-probe', 'sfu', 'scheduler', 'browser'])('is refused to a node of kind %s', async (kind) => {
    expect(await TestOpener.dial(rig, one, { id: `x-${kind}`, kind })).toBeUndefined();
  });
});

describe('a session whose media is on loopback', () => {
  it('is placed only on the host of its opener, and not moved to another host', async () => {
    const gateway = await dial(one);
    await rig.node('sfu-2');
    await rig.node('sfu-3', { hostId: node.hostId });
    await until(() => one.centre.fleet.has('sfu-2') && one.centre.fleet.has('sfu-3'), 'there are other media nodes');
    const ann = await gateway.join(1, { identity: 'ann', join: plainEndpoint() });
    await gateway.join(2, {
      identity: 'bob',
      join: plainEndpoint(srtp),
    });
    await gateway.join(3, { identity: 'cid', join: plainEndpoint(srtp, '192.0.2.7') });
    expect(rig.centre.placeRequests.map(({ openerId, onHost }) => [openerId, onHost])).toEqual([
      ['gw-1', true],
      ['gw-1', true],
      ['gw-1', false],
    ]);
    expect(await rig.centre.move('acme/lobby', ann.sessionId, 'sfu-2')).toBe('MOVE_REFUSED');
    expect(ann.closed).toBeUndefined();
    // A move to another media node of its host is allowed; that this client does not answer does not matter here.
    const moving = rig.centre.move('acme/lobby', ann.sessionId, 'sfu-3');
    await until(() => ann.heard.some(({ moveParticipant }) => moveParticipant != null), 'it is asked to move');
    ann.close(1000);
    expect(await moving).not.toBe('MOVE_REFUSED');
  });
});

describe('a session with media on loopback, and an address for media nodes elsewhere', () => {
  const address = { ip: '192.0.2.7', port: 4001, srtp };
  const join = { sendEndpoint: { ...plainEndpoint().sendEndpoint, elsewhere: address } };
  const attached = (at: FakeNode) => (at.called('attach').at(-1) as wire.AttachSession).sendEndpoint;
  async function withGateway(): Promise<TestOpener> {
    rig.centre.addNode({ nodeId: 'gw-1', kind: 'gateway', region: 'fra', hostId: 'host-gw', state: 'alive' });
    await until(() => one.centre.fleet.has('gw-1'), 'it is in the fleet');
    return dial(one);
  }

  it('is placed near its opener, on the opener’s host or on another, and the node gets the address for its host', async () => {
    const gateway = await withGateway();
    const ann = await gateway.join(1, { identity: 'ann', join });
    expect(ann.joined?.isElsewhere).toBe(false);
    expect(attached(node)).toMatchObject({ ...plainEndpoint().sendEndpoint, elsewhere: null });
    const other = await rig.node('sfu-2', { hostId: 'host-2' });
    await until(() => one.centre.fleet.has('sfu-2'), 'there is another host');
    rig.centre.nodes.delete('sfu-1');
    rig.centre.pushPlan();
    await until(() => !one.centre.fleet.has('sfu-1'), 'its own host has none');
    const bob = await gateway.join(2, { identity: 'bob', join });
    expect(bob.joined).toMatchObject({ isElsewhere: true, placement: { node: { nodeId: 'sfu-2' } } });
    expect(attached(other)).toMatchObject({ plain: address });
    expect(rig.centre.placeRequests.map(({ openerId, onHost }) => [openerId, onHost])).toEqual([
      ['gw-1', false],
      ['gw-1', false],
    ]);
  });
});
