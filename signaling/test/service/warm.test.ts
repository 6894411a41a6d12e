// Transports of a client before its Join (ADR 0045).
import type { wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage, TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let other: FakeNode;
let one: Instance;
let room = '';
let rooms = 0;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  other = await rig.node('sfu-2');
  one = await rig.instance('sig-1');
});
afterAll(() => rig.close());
beforeEach(() => {
  rooms += 1;
  room = `room-${rooms}`;
  for (const each of [node, other]) {
    each.failures.clear();
    each.calls.length = 0;
  }
});

interface Lobby {
  readonly client: TestClient;
  readonly warmed: wire.Joined;
}
const endpoint = (byte: string): wire.Endpoint.$Properties => ({
  webrtc: { fingerprint: { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => byte).join(':') } },
});

async function lobby(o: TokenOptions = {}, join: wire.Join.$Properties = {}): Promise<Lobby> {
  const client = await TestClient.open(one.url);
  const answer = await client.request({ warm: joinMessage(await token({ room, ...o }), join) });
  expect(answer.error?.code).toBeUndefined();
  return { client, warmed: answer.warmed as wire.Joined };
}
async function click(
  { client }: Lobby,
  o: { token?: TokenOptions; join?: wire.Join.$Properties } = {},
): Promise<wire.ServerFrame> {
  const join = joinMessage(await token({ room, ...o.token }), { warm: true, ...o.join });
  return client.request({ join });
}
const attached = (at: FakeNode = node): wire.AttachSession => at.called('attach').at(-1) as wire.AttachSession;
const warmSession = (): string => (node.called('warm').at(-1) as wire.WarmUp).sessionId;
const cooled = (): string[] => node.called('cool').map((message) => (message as wire.WarmUp).sessionId);

describe('a warm client', () => {
  it('has transports of the placed node for a minute, and its Join takes them without another placement', async () => {
    const here = await lobby();
    expect(here.warmed).toMatchObject({ livesMs: 60_000, recvTransport: { id: expect.any(String) } });
    const placements = rig.centre.placeRequests.length;
    const { joined } = await click(here);
    expect(joined?.sessionId).toBe(warmSession());
    expect(attached()).toMatchObject({ warm: true, session: { participant: { sessionId: warmSession() } } });
    expect(rig.centre.placeRequests).toHaveLength(placements);
    expect(cooled()).toEqual([]);
  });

  it.each<[string, number, TokenOptions, wire.Join.$Properties]>([
    ['the consumers that its node has prepared', 1, {}, {}],
    ['none if its token forbids to subscribe', 0, { video: { canSubscribe: false } }, {}],
    ['none if it subscribes by itself', 0, {}, { manualSubscribe: true }],
    ['none if it does not say what it decodes', 0, {}, { recvRtpCapabilities: null }],
    ['none if it may have to wait', 0, { claims: { lobby: true } }, {}],
  ])('gets %s', async (_name, count, o, join) => {
    expect((await lobby(o, join)).warmed.subscriptions).toHaveLength(count);
  });

  it('is unknown to the people of the room until it joins', async () => {
    const ann = await TestClient.join(one.url, { room, identity: 'ann' });
    const here = await lobby({ identity: 'bob' });
    expect(ann.events()).toEqual([]);
    await click(here, { token: { identity: 'bob' } });
    await ann.hears('the join', (frame) => (frame.roomEvents?.events ?? []).length > 0);
  });

  it('that leaves the lobby frees its transports and its place', async () => {
    const { client } = await lobby();
    const sessionId = warmSession();
    client.socket.close();
    await until(() => cooled().includes(sessionId), 'the end of the transports');
    await until(() => rig.centre.released.length > 0, 'the end of the charge');
  });

  it('that joins without its transports frees them', async () => {
    const here = await lobby();
    await click(here, { join: { warm: false } });
    expect(attached().warm).toBe(false);
    await until(() => cooled().includes(warmSession()), 'the end of the transports');
  });

  it.each<[string, { token?: TokenOptions; join?: wire.Join.$Properties }]>([
    ['another room', { token: { room: 'elsewhere' } }],
    ['another identity', { token: { identity: 'eve' } }],
    ['another fence', { token: { video: { regions: ['fra'] } } }],
    ['another certificate', { join: { recvEndpoint: endpoint('AB') } }],
    ['one direction', { join: { sendEndpoint: null } }],
  ])('joins cold for %s, and its transports end', async (_name, o) => {
    const here = await lobby();
    const sessionId = warmSession();
    expect((await click(here, o)).error?.code).toBeUndefined();
    expect(attached().warm).toBe(false);
    expect(attached().session?.participant?.sessionId).not.toBe(sessionId);
    await until(() => cooled().includes(sessionId), 'the end of the transports');
  });

  it('joins at another node if its own refuses by now', async () => {
    const here = await lobby();
    node.failures.set('attach', 'NODE_DRAINING');
    expect((await click(here)).error?.code).toBeUndefined();
    expect(attached(other).warm).toBe(false);
    await until(() => cooled().includes(warmSession()), 'the end of the transports');
  });

  it('is placed anew while its node is drained', async () => {
    const here = await lobby();
    rig.centre.addNode({ ...node.ref, state: 'draining' });
    await until(() => one.centre.fleet.get('sfu-1')?.state === 'draining', 'the plan');
    const placements = rig.centre.placeRequests.length;
    expect((await click(here)).error?.code).toBeUndefined();
    expect(rig.centre.placeRequests).toHaveLength(placements + 1);
    rig.centre.addNode(node.ref);
    await until(() => one.centre.fleet.get('sfu-1')?.state === 'alive', 'the plan');
  });
});

describe('a Warm', () => {
  it.each<[string, TokenOptions, wire.Join.$Properties, string]>([
    ['with an expired token', { expiresInS: -3600 }, {}, 'TOKEN_EXPIRED'],
    ['with a forged token', { secret: 'x'.repeat(40) }, {}, 'TOKEN_INVALID'],
    ['without endpoints', {}, { sendEndpoint: null, recvEndpoint: null }, 'REQUEST_INVALID'],
    ['of the crowd', {}, { crowd: true }, 'REQUEST_INVALID'],
    ['of a resume', {}, { resume: { sessionId: 'PA_0123456789abcdef', resumeKey: 'x' } }, 'REQUEST_INVALID'],
    ['with a plain endpoint', {}, { recvEndpoint: { plain: { ip: '127.0.0.1', port: 4000 } } }, 'NOT_PERMITTED'],
  ])('%s is refused, and reserves nothing', async (_name, o, join, code) => {
    const client = await TestClient.open(one.url);
    const placements = rig.centre.placeRequests.length;
    expect(await client.outcome({ warm: joinMessage(await token({ room, ...o }), join) })).toBe(code);
    expect(rig.centre.placeRequests).toHaveLength(placements);
    expect(node.called('warm')).toEqual([]);
    expect(await client.outcome({ join: joinMessage(await token({ room })) }), 'the client can join').toBe('joined');
  });

  it('is refused a second time on a socket, and after the Join', async () => {
    const here = await lobby();
    expect(await here.client.outcome({ warm: joinMessage(await token({ room })) })).toBe('OUT_OF_ORDER');
    await click(here);
    expect(await here.client.outcome({ warm: joinMessage(await token({ room })) })).toBe('OUT_OF_ORDER');
  });

  it.each<[string, () => void, TokenOptions]>([
    ['the node refuses', () => void node.failures.set('warm', 'NO_CAPACITY'), {}],
    ['the node does not know it', () => void node.failures.set('warm', 'LINK_UNKNOWN_TYPE'), {}],
    ['the centre refuses', () => Object.assign(rig.centre, { refuseWith: { code: 'NO_NODE', retryAfterMs: 0 } }), {}],
    ['the token may have to wait', () => undefined, { claims: { lobby: true } }],
  ])('leaves the client cold when %s', async (_name, prepare, o) => {
    prepare();
    const here = await lobby(o);
    expect(here.warmed.livesMs).toBe(0);
    expect(here.warmed.recvTransport ?? undefined).toBeUndefined();
    rig.centre.refuseWith = undefined;
    node.failures.clear();
    const joining = here.client.request({ join: joinMessage(await token({ room, identity: 'cold' }), { warm: true }) });
    expect((await joining).joined?.self?.identity).toBe('cold');
    expect(attached().warm).toBe(false);
  });

  it('that is still under way is awaited by the Join', async () => {
    const hold = Promise.withResolvers<void>();
    node.heldAnswers.set('warm', hold.promise);
    const client = await TestClient.open(one.url);
    const warming = client.request({ warm: joinMessage(await token({ room })) });
    await until(() => node.called('warm').length > 0, 'the request');
    const joining = client.request({ join: joinMessage(await token({ room }), { warm: true }) });
    await TestClient.join(one.url, { room, identity: 'who comes later' });
    expect(node.called('attach'), 'the first one waits').toHaveLength(1);
    node.heldAnswers.delete('warm');
    hold.resolve();
    expect((await warming).warmed?.livesMs).toBe(60_000);
    expect((await joining).joined?.sessionId).toBe(warmSession());
    expect(attached().warm).toBe(true);
  });
});
