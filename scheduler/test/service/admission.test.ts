import { call, limits, newId, note, post, rpc } from '@meridian/protocol';
import {
  Authority,
  assembleCredentials,
  type Credentials,
  createCsr,
  createLogger,
  enrol,
  type Link,
  LinkDialer,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { NO_ROOM } from '../../src/adapters/http/shapes.ts';
import { admin, clusterToken, startCentre, until } from './support/centre.ts';
import { codeOf, enrolNode, FakeNode, frankfurt, newSession, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
const closers: (() => void)[] = [];
let identity = { id: '', kind: 'sfu', region: 'eu-central' };
let signalingId = '';
let tests = 0;

// All tests share a centre; every test has its own nodes and rooms.
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(() => centre.close());
beforeEach(() => {
  tests += 1;
  identity = { ...identity, id: `sfu-${tests}` };
  signalingId = `sig-${tests}`;
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function start(options: ConstructorParameters<typeof FakeNode>[0], credentials?: Credentials): Promise<FakeNode> {
  const node = await FakeNode.start(centre, options, credentials);
  closers.push(() => node.close());
  return node;
}

async function bareLink(credentials: Credentials): Promise<Link> {
  let openedLink: Link | undefined;
  const clock = systemClock();
  const dialer = new LinkDialer({
    url: centre.centreUrl,
    credentials: () => credentials,
    log: createLogger({ name: 'test', level: 'silent' }),
    clock,
    rng: secureRng(),
    expect: () => true,
    onLink: (link) => {
      openedLink = link;
    },
  });
  closers.push(() => dialer.close('test over'));
  return until('the link is open', () => openedLink);
}

const register = (link: Link, change: Record<string, unknown> = {}) =>
  call(link, rpc.register, {
    node: { ...new FakeNode({ ...identity }).description(), ...change },
    rooms: [],
    load: {},
  });

describe('enrolment', () => {
  test('gives one certificate per token, for the identity of the token', async () => {
    const { status, body } = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
    expect([status, body.expiresInMs]).toEqual([201, limits.enrolmentTokenMs]);
    const ask = { url: centre.enrolUrl, token: body.token as string, deadlineMs: 30_000 };
    expect((await enrol({ ...ask, identity })).identity).toEqual(identity);
    expect(await codeOf(enrol({ ...ask, identity }))).toBe('ENROL_REFUSED');
    const other = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
    const request = { ...ask, token: other.body.token as string, identity: { ...identity, id: 'another' } };
    expect(await codeOf(enrol(request))).toBe('ENROL_BAD_REPLY');
  });

  test.each([
    { name: 'no id', change: { id: undefined } },
    { name: 'an unknown kind', change: { kind: 'scheduler' } },
    { name: 'an id with a slash', change: { id: 'a/b' } },
    { name: 'an unknown field', change: { admin: true } },
    { name: 'a number as region', change: { region: 7 } },
  ])('makes no token for $name', async ({ change }) => {
    const body = { ...identity, ...change };
    const answer = await admin(centre, 'POST', '/v1/enrolment-tokens', { body });
    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('the link port', () => {
  test.each([
    { name: 'without certificate', tls: async () => ({}) },
    {
      name: 'with the certificate of another authority',
      tls: async () => {
        const foreign = await Authority.create({ clock: systemClock() });
        const { keyPem, certPem } = await foreign.issueCredentials(identity, 60_000);
        return { key: keyPem, cert: certPem };
      },
    },
    {
      name: 'with a certificate of a kind that may not dial a centre',
      tls: async () => {
        const { keyPem, certPem } = await centre.authority.issueCredentials({ ...identity, kind: 'scheduler' }, 60_000);
        return { key: keyPem, cert: certPem };
      },
    },
  ])('opens no link $name', async ({ tls }) => {
    const socket = new WebSocket(centre.centreUrl, 'meridian-link.1', { ...(await tls()), rejectUnauthorized: false });
    const outcome = await new Promise((resolve) => {
      socket.once('open', () => resolve('open'));
      socket.once('error', (error) => resolve(error.message));
    });
    socket.terminate();
    expect(outcome).toMatch(/401|socket hang up|ECONNRESET/);
  });
});

describe('registration', () => {
  test.each([
    { name: 'another id', change: { nodeId: 'another' } },
    { name: 'another kind', change: { kind: 'signaling' } },
    { name: 'another region', change: { region: 'ap-southeast' } },
  ])('that names $name than the certificate is refused with IDENTITY_MISMATCH', async ({ change }) => {
    const link = await bareLink(await enrolNode(centre, identity));
    expect(await codeOf(register(link, change))).toBe('IDENTITY_MISMATCH');
    expect(centre.centre.fleet.get(identity.id)).toBeUndefined();
    expect(centre.centre.fleet.get('another')).toBeUndefined();
    await register(link);
    expect(centre.centre.fleet.get(identity.id)).toBeDefined();
  });

  test('with malformed content is refused, and its link stays open', async () => {
    const link = await bareLink(await enrolNode(centre, identity));
    expect(await codeOf(register(link, { latitude: 95 }))).toBe('REQUEST_INVALID');
    expect(await codeOf(link.request(rpc.register.number, new Uint8Array([0xff, 0xff, 0xff])))).toBe('FRAME_MALFORMED');
    expect(link.closed).toBe(false);
  });

  test('on a second link replaces that on the first, and the node is never down meanwhile', async () => {
    const credentials = await enrolNode(centre, identity);
    const firstLink = await bareLink(credentials);
    await register(firstLink);
    const second = await bareLink(credentials);
    await register(second);
    await until('the first link is closed', () => firstLink.closed || undefined);
    expect(centre.centre.fleet.get(identity.id)).toMatchObject({ isLinked: true, liveness: 'alive' });
  });

  test('renews the certificate for the identity of the link, whatever the request names', async () => {
    const credentials = await enrolNode(centre, identity);
    const link = await bareLink(credentials);
    const { keyPem, csrPem } = await createCsr({ ...identity, id: 'another-node' });
    const answer = await call(link, rpc.renewCertificate, { csrPem });
    const renewed = assembleCredentials({
      keyPem,
      certPem: answer.certPem,
      caPem: credentials.caPem,
      nowMs: Date.now(),
    });
    expect(renewed.identity).toEqual(identity);
    expect(answer.notAfterMs - Date.now()).toBeGreaterThan(limits.certificateLifetimeMs - 60_000);
    expect(await codeOf(call(link, rpc.renewCertificate, { csrPem: 'nonsense' }))).toBe('REQUEST_INVALID');
  });
});

describe('requests of signaling nodes', () => {
  const requests = [
    { name: 'place', ask: (link: Link) => call(link, rpc.place, { roomKey: 't/r', sessionId: newSession() }) },
    { name: 'locate', ask: (link: Link) => call(link, rpc.locate, {}) },
    { name: 'releaseDecision', ask: (link: Link) => call(link, rpc.releaseDecision, { decisionId: 'DE_1' }) },
    { name: 'explainDecision', ask: (link: Link) => call(link, rpc.explainDecision, { decisionId: 'DE_1' }) },
    { name: 'roomLease', ask: (link: Link) => call(link, rpc.roomLease, { roomKey: 't/r' }) },
    { name: 'renewLeases', ask: (link: Link) => call(link, rpc.renewLeases, { leases: [] }) },
  ];

  test.each(requests)(
    '$name is refused to media nodes and to signaling nodes that are not registered',
    async ({ ask }) => {
      const sfu = await start({ ...identity, ...frankfurt });
      expect(await codeOf(ask(sfu.openLink()))).toBe('KIND_NOT_PERMITTED');
      const signaling = await bareLink(await enrolNode(centre, { ...identity, id: signalingId, kind: 'signaling' }));
      expect(await codeOf(ask(signaling))).toBe('NOT_REGISTERED');
    },
  );

  test('that speak for another signaling node are refused with IDENTITY_MISMATCH', async () => {
    const signaling = await start({ id: signalingId, kind: 'signaling' });
    expect(await codeOf(signaling.place({ signalingId: 'another' }))).toBe('IDENTITY_MISMATCH');
    const lease = call(signaling.openLink(), rpc.roomLease, { roomKey: 't/r', signalingId: 'another' });
    expect(await codeOf(lease)).toBe('IDENTITY_MISMATCH');
  });

  test.each([
    { name: 'no room', ask: { roomKey: '' } },
    { name: 'a room key without tenant', ask: { roomKey: 'room' } },
    { name: 'an invalid session id', ask: { sessionId: '../etc' } },
    { name: '65 nodes to avoid', ask: { avoidNodeIds: Array.from({ length: 65 }, (_, index) => `n${index}`) } },
    { name: 'an invalid region name', ask: { regionPin: 'a b' } },
  ])('to place with $name are refused, and nothing is charged or owned', async ({ ask }) => {
    await start({ ...identity, ...frankfurt });
    const signaling = await start({ id: signalingId, kind: 'signaling' });
    expect(await codeOf(signaling.place(ask))).toBe('REQUEST_INVALID');
    expect([centre.centre.ledger.size, centre.centre.leases.size]).toEqual([0, 0]);
  });
});

test('a flood of nonsensical reports changes nothing and harms no node', async () => {
  const sfu = await start({ ...identity, ...frankfurt });
  const otherNode = await start({ ...identity, id: `${identity.id}-b`, ...singapore });
  const ignored = async () => (await centre.metrics.registry.metrics()).match(/reports_ignored_total (\d+)/)?.[1];
  expect(await ignored()).toBe('0');
  const load = { cpu: Number.NaN };
  for (let round = 0; round < 50; round += 1) {
    post(sfu.openLink(), note.report, { incarnation: 'another', state: 'serving' });
    post(sfu.openLink(), note.report, { incarnation: 'inc-1', state: 'serving', load });
  }
  await until('the old incarnation was ignored fifty times', async () => (await ignored()) === '50' || undefined);
  expect(centre.centre.fleet.get(identity.id)?.load.cpu).toBe(0.1);
  expect(otherNode.openLink().closed).toBe(false);
});

test('while the cluster token is replaced, the admin API accepts the old and the new token, and no third', async () => {
  const clusterTokenBefore = `${clusterToken} of yesterday`;
  const both = await startCentre({ clusterTokenBefore });
  const tokens = [clusterToken, clusterTokenBefore, `${clusterToken} of tomorrow`];
  const answers = await Promise.all(tokens.map((token) => admin(both, 'GET', '/v1/fleet', { token })));
  await both.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401]);
});

describe('the admin API', () => {
  const paths = ['/v1/fleet', '/v1/decisions/DE_1', '/v1/rooms/t%2Fr/plan', '/v1/nothing'];

  test.each([
    { name: 'no token', token: undefined },
    { name: 'an empty token', token: '' },
    { name: 'a wrong token', token: 'wrong' },
    { name: 'the token without its last character', token: clusterToken.slice(0, -1) },
    { name: 'the token with one more character', token: `${clusterToken}x` },
    { name: 'a very long token', token: 'x'.repeat(8000) },
  ])('answers $name with 401 on every path but /healthz', async ({ token }) => {
    for (const path of paths) {
      const answer = await admin(centre, 'GET', path, { token });
      expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
    }
    const mint = await admin(centre, 'POST', '/v1/enrolment-tokens', { token, body: identity });
    expect([mint.status, Object.keys(mint.body)]).toEqual([401, ['code', 'message']]);
    expect(await admin(centre, 'GET', '/healthz', { token })).toMatchObject({
      status: 200,
      body: { ok: true, authorityFingerprint: expect.stringMatching(/^[\w-]{43}$/) },
    });
  });

  test.each([
    { method: 'GET' as const, path: '/v1/nothing', status: 404 },
    { method: 'GET' as const, path: '/v1/decisions/DE_unknown', status: 404 },
    { method: 'GET' as const, path: '/v1/rooms/no-tenant/plan', status: 400 },
    { method: 'POST' as const, path: '/v1/nodes/unknown/drain', body: { on: true }, status: 404 },
    { method: 'POST' as const, path: '/v1/nodes/unknown/drain', body: { on: 'yes please' }, status: 400 },
    {
      method: 'POST' as const,
      path: '/v1/nodes/unknown/drain',
      body: { on: true, reason: 'autoscaler: mine' },
      status: 400,
    },
    { method: 'POST' as const, path: '/v1/enrolment-tokens', body: { id: 'x'.repeat(20_000) }, status: 413 },
  ])('answers $status to $method $path', async ({ method, path, body, status }) => {
    const answer = await admin(centre, method, path, { token: clusterToken, ...(body === undefined ? {} : { body }) });
    expect([answer.status, typeof answer.body.code]).toEqual([status, 'string']);
  });

  test.each([
    {
      name: 'an invalid value',
      path: '/v1/rooms/t%2Froom/mode',
      body: { mode: 'fast' },
      says: 'body/mode must be equal to one of the allowed values: single, direct, relay',
    },
    {
      name: 'an invalid kind',
      path: '/v1/enrolment-tokens',
      body: { id: 'x', kind: 'web', region: 'eu' },
      says: 'body/kind must be equal to one of the allowed values: sfu, signaling, edge-probe, gateway, api, recorder, library',
    },
    {
      name: 'a surplus field',
      path: '/v1/nodes/x/cordon',
      body: { reasom: 'rack' },
      says: 'body must NOT have additional properties: "reasom"',
    },
    {
      name: 'a surplus field with an endless name',
      path: '/v1/nodes/x/cordon',
      body: { ['y'.repeat(5000)]: 1 },
      says: `body must NOT have additional properties: "${'y'.repeat(64)}"`,
    },
    {
      name: 'a missing field',
      path: '/v1/nodes/x/drain',
      body: {},
      says: "body must have required property 'on'",
    },
    { name: 'a room without a tenant', path: '/v1/rooms/demo/mode', body: { mode: 'relay' }, says: NO_ROOM },
    { name: 'no body where one is needed', path: '/v1/nodes/x/drain', body: undefined, says: 'body must be object' },
  ])('explains what is wrong with $name', async ({ path, body, says }) => {
    const method = path.endsWith('/mode') ? 'PUT' : 'POST';
    const answer = await admin(centre, method, path, { token: clusterToken, ...(body === undefined ? {} : { body }) });
    expect(answer).toEqual({ status: 400, body: { code: 'REQUEST_INVALID', message: says } });
  });

  test('describes the form of a room key in its answer to a malformed one', async () => {
    const { body } = await admin(centre, 'GET', '/v1/rooms/demo/plan');
    expect(body.message).toContain('TENANT/ROOM');
    expect(body.message).toContain(encodeURIComponent('dev/demo'));
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain'])('asks for JSON in its answer to %s', async (type) => {
    const headers = { authorization: `Bearer ${clusterToken}`, 'content-type': type };
    const o = { method: 'POST', headers, body: '{"on":true}' };
    const answer = await fetch(`${centre.httpUrl}/v1/nodes/x/drain`, o);
    expect(answer.status).toBe(415);
    const message = 'send content-type: application/json';
    expect(await answer.json()).toEqual({ code: 'REQUEST_INVALID', message });
  });

  test('shows the plan of a room in any script: its owner, its nodes and their path', async () => {
    const roomKey = 't/周会 100%';
    const held = [
      { roomKey, epoch: 1, ownerId: signalingId, sessionIds: [newId('PA_', (count) => secureRng().bytes(count))] },
    ];
    await start({ id: signalingId, kind: 'signaling', rooms: held.map((room) => ({ ...room, sessionIds: [] })) });
    await start({ ...identity, ...frankfurt, rooms: held });
    await start({ id: `${identity.id}-b`, ...singapore, rooms: held });
    const { body } = await admin(centre, 'GET', `/v1/rooms/${encodeURIComponent(roomKey)}/plan`);
    expect(body).toMatchObject({
      roomKey,
      lease: { ownerId: signalingId, epoch: 1 },
      nodeIds: [identity.id, `${identity.id}-b`],
    });
    expect(body.paths).toMatchObject([{ a: identity.id, b: `${identity.id}-b`, via: '', rttMs: null }]);
    // The delay is a guess from the distance: (14 + 0.0155 × 10,261 km) / 2.
    expect(body.paths[0].delayMs).toBeCloseTo(86.5, 1);
  });
});
