import { call, limits, rpc } from '@meridian/protocol';
import { createCsr, enrol } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, clusterToken, spawnCentre, startCentre, tempDir, until, writeConfig } from './support/centre.ts';
import { codeOf, FakeNode, frankfurt, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
const nodes: FakeNode[] = [];
let identity = { id: '', kind: 'sfu', region: frankfurt.region };
let tests = 0;

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true });
});
afterAll(() => centre.close());
beforeEach(() => {
  tests += 1;
  identity = { ...identity, id: `sfu-${tests}` };
});
afterEach(async () => {
  for (const node of nodes.splice(0)) node.close();
  for (const { nodeId } of centre.centre.denied.list()) await centre.centre.allow(nodeId);
});

async function start(options: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const node = await FakeNode.start(centre, { ...frankfurt, ...options });
  nodes.push(node);
  return node;
}
const deny = (id: string, body: object = {}) => admin(centre, 'POST', `/v1/nodes/${id}/deny`, { body });
const allow = (id: string) => admin(centre, 'DELETE', `/v1/nodes/${id}/deny`);
const shownDenied = async () => (await admin(centre, 'GET', '/v1/fleet')).body.denied;

describe('a node that is shut out', () => {
  test('loses its link at once and gets no other; the plan of the other nodes shows it dead and shut out', async () => {
    const badNode = await start({ id: identity.id });
    const otherNode = await start({ id: `${identity.id}-b`, ...singapore });
    const link = badNode.openLink();
    expect(await deny(identity.id, { reason: 'stolen' })).toMatchObject({
      status: 200,
      body: { denied: true, known: true, linksCut: 1 },
    });
    await until('its link is closed', () => link.closed || undefined);
    const plan = await until('the others are informed', () =>
      otherNode.plans.find((found) => found.deniedIds.length > 0),
    );
    expect(plan.deniedIds).toEqual([identity.id]);
    expect(plan.nodes.find((node) => node.nodeId === identity.id)?.state).toBe('dead');
    // The node dials on, ten times a second: no centre lets it in.
    const refusedBefore = await refusals();
    await until('it was refused several times', async () => (await refusals()) > refusedBefore + 3 || undefined);
    expect(centre.centre.fleet.get(identity.id)).toMatchObject({ isLinked: false, liveness: 'dead' });
    expect(await shownDenied()).toMatchObject([{ nodeId: identity.id, reason: 'stolen' }]);

    expect(await allow(identity.id)).toMatchObject({ status: 200, body: { denied: false } });
    await until('it is back', () => centre.centre.fleet.get(identity.id)?.isLinked || undefined);
    await until('the others are informed', () => (otherNode.plans.at(-1)?.deniedIds.length === 0 ? true : undefined));
  });

  const refusals = async (): Promise<number> =>
    Number(/links_refused_total (\d+)/.exec(await centre.metrics.registry.metrics())?.[1] ?? Number.NaN);

  test('gets no session and owns no room after the denial', async () => {
    const signaling = await start({ id: `sig-${tests}`, kind: 'signaling' });
    const thief = await start({ id: `sig-${tests}-thief`, kind: 'signaling' });
    await start({ id: identity.id });
    await start({ id: `${identity.id}-b`, ...singapore });
    const roomKey = `t/denied-${tests}`;
    const lease = (node: FakeNode) => call(node.openLink(), rpc.roomLease, { roomKey, epoch: 0 });
    expect(await lease(thief)).toMatchObject({ ownerId: thief.id, epoch: 1 });
    await deny(thief.id);
    expect(await lease(signaling)).toMatchObject({ ownerId: signaling.id, epoch: 2 });
    expect((await signaling.place({ fromCity: 'frankfurt' })).nodeId).toBe(identity.id);
    await deny(identity.id);
    expect((await signaling.place({ fromCity: 'frankfurt' })).nodeId).toBe(`${identity.id}-b`);
  });

  test('gets no certificate by a renewal or by an older token, and no new token is made for it', async () => {
    const badNode = await start({ id: identity.id });
    const token = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
    const { csrPem } = await createCsr(identity);
    const link = badNode.openLink();
    await deny(identity.id);
    expect(await codeOf(call(link, rpc.renewCertificate, { csrPem }))).toBe('LINK_CLOSED');
    const ask = { url: centre.enrolUrl, token: token.body.token as string, identity, deadlineMs: 30_000 };
    expect(await codeOf(enrol(ask))).toBe('ENROL_REFUSED');
    const secondToken = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity });
    expect([secondToken.status, secondToken.body.code]).toEqual([409, 'NODE_DENIED']);
  });

  test('learns over a link that is still open that it is shut out', async () => {
    const badNode = await start({ id: identity.id });
    const { csrPem } = await createCsr(identity);
    // Denied without cutting its link: the node's next request comes in the moment before the cut.
    await centre.centre.deny(identity.id, 'test');
    expect(await codeOf(call(badNode.openLink(), rpc.renewCertificate, { csrPem }))).toBe('NODE_DENIED');
    expect(await codeOf(badNode.agent.register())).toBe('NODE_DENIED');
  });
});

describe('shutting out', () => {
  test('a node twice keeps the time of the first denial and takes the newer reason', async () => {
    await deny(identity.id, { reason: 'first' });
    const [{ sinceWallMs }] = await shownDenied();
    expect(await deny(identity.id, { reason: 'second' })).toMatchObject({ status: 200, body: { denied: true } });
    expect(await shownDenied()).toEqual([{ nodeId: identity.id, reason: 'second', sinceWallMs }]);
  });

  test('a node by a request without a body leaves the reason empty', async () => {
    expect(await admin(centre, 'POST', `/v1/nodes/${identity.id}/deny`)).toMatchObject({ status: 200 });
    expect(await shownDenied()).toMatchObject([{ nodeId: identity.id, reason: 'asked for by an administrator' }]);
  });

  test('an unknown id makes the centre refuse a node that comes with it', async () => {
    const { body } = await deny('never-seen');
    expect(body).toEqual({ denied: true, known: false, linksCut: 0 });
    const mint = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: { ...identity, id: 'never-seen' } });
    expect(mint.status).toBe(409);
  });

  test.each([
    { name: 'lifting a denial that does not exist', method: 'DELETE', id: 'unknown', body: undefined, status: 404 },
    { name: 'an invalid id', method: 'POST', id: 'a%2Fb', body: {}, status: 400 },
    { name: 'lifting an invalid id', method: 'DELETE', id: 'a%20b', body: undefined, status: 400 },
    { name: 'an unknown field', method: 'POST', id: 'x', body: { until: 'tomorrow' }, status: 400 },
    { name: 'a reason that is not text', method: 'POST', id: 'x', body: { reason: 7 }, status: 400 },
    { name: 'a null body', method: 'POST', id: 'x', body: null, status: 400 },
  ] as const)('$name is answered $status', async ({ method, id, body, status }) => {
    const o = { token: clusterToken, ...(body === undefined ? {} : { body }) };
    expect((await admin(centre, method, `/v1/nodes/${id}/deny`, o)).status).toBe(status);
    expect(await shownDenied()).toEqual([]);
  });

  test.each([undefined, '', 'wrong', clusterToken.slice(1)])('with the token %s is refused', async (token) => {
    for (const method of ['POST', 'DELETE'] as const) {
      const body = method === 'POST' ? { body: {} } : {};
      const answer = await admin(centre, method, `/v1/nodes/${identity.id}/deny`, { token, ...body });
      expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
    }
    expect(await shownDenied()).toEqual([]);
  });

  test('has a bound on the number of denials', async () => {
    for (let index = 0; index < limits.nodesDeniedMax; index += 1)
      centre.centre.denied.add({ nodeId: `n-${index}`, reason: '', sinceWallMs: 0 });
    expect(await deny('one-more')).toMatchObject({ status: 503, body: { code: 'RATE_LIMITED' } });
    expect((await deny('n-7')).status).toBe(200);
  });
});

test('a node that is shut out stays so over a kill -9 of the centre, and no placement waits for it', {
  timeout: 240_000,
}, async () => {
  const temp = tempDir();
  const options = { developmentCities: true, logLevel: 'info' };
  let ownCentre = await spawnCentre(writeConfig(temp.dir, options));
  const config = writeConfig(temp.dir, { ...options, ...ownCentre.ports });
  const badNode = await FakeNode.start(ownCentre, { id: 'sfu-bad' });
  const goodNode = await FakeNode.start(ownCentre, { id: 'sfu-good' });
  try {
    expect((await admin(ownCentre, 'POST', '/v1/nodes/sfu-bad/deny', { body: {} })).status).toBe(200);
    await ownCentre.kill('SIGKILL');
    ownCentre = await spawnCentre(config);
    const fleetBody = async () => (await admin(ownCentre, 'GET', '/v1/fleet')).body;
    const fleet = await until('the good node is back', async () => {
      const found = await fleetBody();
      return found.nodes.some((node: { nodeId: string; state: string }) => node.state === 'alive') ? found : undefined;
    });
    expect(fleet.denied).toMatchObject([{ nodeId: 'sfu-bad' }]);
    expect(fleet.nodes.map((node: { nodeId: string }) => node.nodeId)).toEqual(['sfu-good']);
    await until('the good node is informed', () => goodNode.plans.at(-1)?.deniedIds.includes('sfu-bad'));
    expect(goodNode.plans.at(-1)?.deniedIds).toEqual(['sfu-bad']);
  } finally {
    badNode.close();
    goodNode.close();
    await ownCentre.kill('SIGKILL');
    temp.remove();
  }
});
