// Invitations over the real ports of a centre: each is a text that admits all nodes of a host, a single time.

import { request } from 'node:https';
import { limits } from '@meridian/protocol';
import {
  createCsr,
  createLogger,
  type InvitedNode,
  LinkServer,
  redeemInvitation,
  systemClock,
} from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, skippingClock, startCentre, until } from './support/centre.ts';
import { codeOf, FakeNode } from './support/fake-node.ts';

const settings = { domain: 'media.example', nested: { n: [1, 2] } };
const hostPlace = { region: 'eu-central', city: 'Frankfurt', latitude: 50.11, longitude: 8.68 };
const body = { ...hostPlace, kinds: ['sfu', 'signaling', 'gateway', 'edge-probe'], mediaNodesMax: 2 };
const silent = createLogger({ name: 'test', level: 'silent' });
const takenAnswer = { status: 409, body: { code: 'NODE_ID_TAKEN' } };
const oneNode: InvitedNode[] = [{ kind: 'signaling' }];

let centre: Awaited<ReturnType<typeof startCentre>>;
beforeAll(async () => {
  centre = await startCentre();
});
afterAll(() => centre.close());
// An invitation holds the ids of its host.
let [host, hosts] = ['', 0];
beforeEach(() => {
  hosts += 1;
  host = `h${hosts}`;
});
afterEach(async () => {
  for (const { nodeId } of centre.centre.denied.list()) await centre.centre.allow(nodeId);
});

const mint = (changes: object = {}) =>
  admin(centre, 'POST', '/v1/invitations', { body: { hostId: host, ...body, ...changes } });
const minted = async (changes: object = {}): Promise<string> => (await mint(changes)).body.token;
const redeem = (token: string, nodes: readonly InvitedNode[] = oneNode) =>
  redeemInvitation({ urls: [centre.enrolUrl], token, nodes, deadlineMs: 30_000 });

describe('minting an invitation', () => {
  test.each<[string, object]>([
    ['no host id', { hostId: undefined }],
    ['a host id with a slash', { hostId: 'a/b' }],
    ['a host id so long that its nodes have no ids', { hostId: 'h'.repeat(limits.hostIdLengthMax + 1) }],
    ['no city', { city: '' }],
    ['a latitude beyond the pole', { latitude: 91 }],
    ['a longitude that is a text', { longitude: '8' }],
    ['no kinds', { kinds: [] }],
    ['the same kind twice', { kinds: ['sfu', 'sfu'] }],
    ['the kind of the centre', { kinds: ['scheduler'] }],
    ['no media nodes', { mediaNodesMax: 0 }],
    ['too many media nodes', { mediaNodesMax: 65 }],
    ['settings that are a list', { settings: [] }],
    ['settings that are too large', { settings: { text: 'ü'.repeat(1024) } }],
    ['a life of 0 ms', { ttlMs: 0 }],
    ['a life of more than a week', { ttlMs: 7 * 86_400_000 + 1 }],
    ['an unknown field', { admin: true }],
  ])('with %s in the request is refused', async (_what, changes) => {
    expect(await mint(changes)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  test.each(['sig-H', 'sfu-H-2'])('is refused for a host H whose node %s is shut out', async (id) => {
    await centre.centre.deny(id.replace('H', host), 'test');
    expect(await mint()).toMatchObject({ status: 409, body: { code: 'NODE_DENIED' } });
  });

  test('needs the cluster token', async () => {
    expect(await admin(centre, 'POST', '/v1/invitations', { body, token: 'x' })).toMatchObject({ status: 401 });
  });

  test('gives an invitation that lives for a day, or for the requested time', async () => {
    expect(await mint()).toMatchObject({ status: 201, body: { expiresInMs: 86_400_000 } });
    expect(await mint({ hostId: `${host}-b`, ttlMs: 5000 })).toMatchObject({
      status: 201,
      body: { expiresInMs: 5000 },
    });
  });
});

describe('the node ids of a host', () => {
  test('are held by an open invitation until it ends, and by only one of two concurrent invitations', async () => {
    const clock = skippingClock();
    const later = await startCentre({ clock });
    const ask = async (changes: object = {}) =>
      (await admin(later, 'POST', '/v1/invitations', { body: { hostId: host, ...body, ttlMs: 5000, ...changes } }))
        .status;
    expect((await Promise.all([ask(), ask()])).toSorted()).toEqual([201, 409]);
    expect(await ask({ kinds: ['recorder', 'gateway'] })).toBe(409);
    expect(await ask({ kinds: ['recorder'] })).toBe(201);
    expect(await ask({ hostId: `${host}-2` })).toBe(201);
    clock.skip(5000);
    expect(await ask()).toBe(201);
    await later.close();
  });

  test('are held by a redeemed invitation until its nodes have had time to register', async () => {
    const clock = skippingClock();
    const later = await startCentre({ clock });
    const ask = () => admin(later, 'POST', '/v1/invitations', { body: { hostId: host, ...body } });
    const { token } = (await ask()).body;
    await redeemInvitation({ urls: [later.enrolUrl], token, nodes: oneNode, deadlineMs: 30_000 });
    clock.skip(15 * 60_000 - 30_000);
    expect(await ask()).toMatchObject(takenAnswer);
    clock.skip(30_000);
    expect(await ask()).toMatchObject({ status: 201 });
    await later.close();
  });

  test('are held by living nodes, and by nodes of other hosts', async () => {
    const own = { ...hostPlace, id: `sfu-${host}-1`, hostId: host };
    const node = await FakeNode.start(centre, own);
    const other = await FakeNode.start(centre, { ...hostPlace, id: `sfu-${host}-b-2`, hostId: 'foreign' });
    expect(await mint()).toMatchObject(takenAnswer);
    expect(await mint({ kinds: ['signaling'] })).toMatchObject({ status: 201 });
    node.close();
    other.close();
    const isDead = (id: string) => centre.centre.fleet.get(id)?.liveness === 'dead';
    await until('both are dead', () => (isDead(node.id) && isDead(other.id)) || undefined);
    expect(await mint({ kinds: ['sfu'] })).toMatchObject({ status: 201 });
    expect(await mint({ hostId: `${host}-b` })).toMatchObject(takenAnswer);
    expect(await mint({ hostId: `${host}-b`, mediaNodesMax: 1 })).toMatchObject({ status: 201 });
  });
});

describe('redeeming an invitation', () => {
  test.each<[string, (token: string) => string, string]>([
    ['an empty token', () => '', 'INVITATION_BAD_TOKEN'],
    ['an enrolment token', (token) => token.replace('mti1', 'met1'), 'INVITATION_BAD_TOKEN'],
    ['an unknown token id', (token) => token.replace(/\.[\w-]{16}\./, `.${'A'.repeat(16)}.`), 'INVITATION_REFUSED'],
    ['a wrong secret', (token) => token.replace(/\.[\w-]{43}\./, `.${'A'.repeat(43)}.`), 'INVITATION_REFUSED'],
    ['a token of another authority', (token) => token.replace(/[\w-]{43}$/, 'A'.repeat(43)), 'ENROL_WRONG_CA'],
  ])('by %s is refused, and the good token works afterwards', async (_what, change, code) => {
    const token = await minted();
    expect(await codeOf(redeem(change(token)))).toBe(code);
    expect((await redeem(token)).credentials).toHaveLength(1);
  });

  test.each<[string, InvitedNode[]]>([
    ['a kind that the invitation does not cover', [{ kind: 'signaling' }, { kind: 'api' }]],
    ['the kind of the centre', [{ kind: 'scheduler' }]],
    ['one media node too many', [{ kind: 'sfu', number: 3 }]],
    ['a media node without a number', [{ kind: 'sfu' }]],
    ['a second signaling node', [{ kind: 'signaling', number: 2 }]],
    [
      'a node twice',
      [
        { kind: 'sfu', number: 1 },
        { kind: 'sfu', number: 1 },
      ],
    ],
  ])('for %s is refused, and the invitation stays usable', async (_what, nodes) => {
    const token = await minted();
    expect(await codeOf(redeem(token, nodes))).toBe('INVITATION_NODES');
    expect((await redeem(token)).credentials).toHaveLength(1);
  });

  test('for no nodes, too many nodes, or an invalid node number is a malformed request', async () => {
    const token = await minted();
    const many = Array.from({ length: 70 }, (_, index) => ({ kind: 'sfu', number: index + 1 }));
    for (const nodes of [[], many, [{ kind: 'sfu', number: 65 }], [{ kind: 'sfu', number: 0.5 }]])
      expect(await codeOf(redeem(token, nodes))).toBe('ENROL_BAD_REPLY');
    expect((await redeem(token)).credentials).toHaveLength(1);
  });

  test('with a wrong certificate request among good ones is refused, and the invitation stays usable', async () => {
    const token = await minted();
    const { csrPem } = await createCsr({ id: 'x', kind: 'x', region: 'x' });
    const csrs = [
      { kind: 'signaling', csrPem },
      { kind: 'gateway', csrPem: 'x' },
    ];
    expect(await post({ token, csrs })).toMatchObject({ status: 400, body: '{"code":"PKI_BAD_CSR"}' });
    expect((await redeem(token)).credentials).toHaveLength(1);
  });

  test('is refused for a node of the host that was shut out since the minting', async () => {
    const token = await minted();
    await centre.centre.deny(`gw-${host}`, 'test');
    expect(await codeOf(redeem(token, [{ kind: 'signaling' }, { kind: 'gateway' }]))).toBe('INVITATION_DENIED');
    expect((await redeem(token)).credentials[0]?.identity.id).toBe(`sig-${host}`);
  });

  test('twice at the same time succeeds once, and a later third attempt fails', async () => {
    const token = await minted();
    const ends = await Promise.allSettled([redeem(token), redeem(token)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await codeOf(redeem(token))).toBe('INVITATION_REFUSED');
  });

  test('gives every node of the host its id, and a certificate that the centre accepts', async () => {
    const nodes = [{ kind: 'gateway' }, { kind: 'sfu', number: 2 }, { kind: 'sfu', number: 1 }, { kind: 'signaling' }];
    const redeemed = await redeem(await minted({ settings }), nodes);
    expect(redeemed.host).toEqual({ hostId: host, ...hostPlace });
    expect(redeemed.settings).toEqual(settings);
    expect(redeemed.seenAddress).toBe('127.0.0.1');
    const { region } = hostPlace;
    expect(redeemed.credentials.map(({ identity }) => identity)).toEqual([
      { id: `gw-${host}`, kind: 'gateway', region },
      { id: `sfu-${host}-2`, kind: 'sfu', region },
      { id: `sfu-${host}-1`, kind: 'sfu', region },
      { id: `sig-${host}`, kind: 'signaling', region },
    ]);
    const node = await FakeNode.start(centre, { id: `sfu-${host}-2`, ...hostPlace }, redeemed.credentials[1]);
    node.close();
  });

  test('serves a host with 64 media nodes and a node of each other kind', async () => {
    const others = ['signaling', 'gateway', 'edge-probe', 'api', 'recorder', 'library'];
    const media = Array.from({ length: 64 }, (_, index) => ({ kind: 'sfu', number: index + 1 }));
    const token = await minted({ hostId: 'h'.repeat(48), kinds: ['sfu', ...others], mediaNodesMax: 64 });
    const { credentials } = await redeem(token, [...media, ...others.map((kind) => ({ kind }))]);
    expect(new Set(credentials.map(({ identity }) => identity.id)).size).toBe(70);
  });

  test('goes to the next centre when a centre is away', async () => {
    const urls = ['https://127.0.0.1:1', centre.enrolUrl];
    const redeemed = await redeemInvitation({ urls, token: await minted(), nodes: oneNode, deadlineMs: 30_000 });
    expect(redeemed.credentials).toHaveLength(1);
  });

  test.each(['', '{', 'null', '{"token":5,"csrs":[]}', '{"token":"x"}'])(
    'with the body %j is answered 400',
    async (text) => {
      expect(await post(text)).toMatchObject({ status: 400 });
    },
  );
});

describe('an answer to an invitation', () => {
  const host = { hostId: 'h1', ...hostPlace };
  test.each<[string, unknown]>([
    ['no content', null],
    ['no host', { settings: {}, seenAddress: 'x', nodes: [{ certPem: 'x' }] }],
    ['a host without a place', { host: { hostId: 'h1' }, settings: {}, seenAddress: 'x', nodes: [{ certPem: 'x' }] }],
    ['settings that are a list', { host, settings: [], seenAddress: 'x', nodes: [{ certPem: 'x' }] }],
    ['a certificate too few', { host, settings: {}, seenAddress: 'x', nodes: [] }],
    ['null in place of a certificate', { host, settings: {}, seenAddress: 'x', nodes: [null] }],
    ['an invalid certificate', { host, settings: {}, seenAddress: 'x', nodes: [{ certPem: 'x' }] }],
  ])('that has %s is rejected', async (_what, answer) => {
    const identity = { id: 'odd', kind: 'scheduler', region: 'global' };
    const odd = await LinkServer.listen({
      host: '127.0.0.1',
      port: 0,
      credentials: await centre.authority.issueCredentials(identity, 60_000),
      log: silent,
      clock: systemClock(),
      accept: () => false,
      onLink: () => undefined,
      onHttp: async () => ({ status: 200, body: JSON.stringify(answer) }),
    });
    const urls = [`https://127.0.0.1:${odd.port}`];
    const redemption = redeemInvitation({ urls, token: await minted(), nodes: oneNode, deadlineMs: 30_000 });
    expect(await codeOf(redemption)).toBe('ENROL_BAD_REPLY');
    await odd.close('test over');
  });
});

/** Posts a request without a certificate to the links' port. */
function post(content: unknown): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const url = `${centre.enrolUrl}/v1/invitations/redeem`;
    const asked = request(url, { method: 'POST', rejectUnauthorized: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
    });
    asked.on('error', reject);
    asked.end(typeof content === 'string' ? content : JSON.stringify(content));
  });
}
