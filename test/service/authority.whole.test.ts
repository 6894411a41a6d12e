// A real centre replaces its certificate authority under two real media nodes and the signaling node that owns their
// room: every link and every pull stays, and new ones come, at each step.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, nodeKind, rpc, type wire } from '@meridian/protocol';
import {
  CloseStack,
  createMetrics,
  redeemInvitation,
  secureRng,
  systemClock,
  verifyCertificate,
} from '@meridian/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NodeShell } from '../../node-shell/src/index.ts';
import { collectingLog } from '../../runtime/test/support/log.ts';
import { admin, startCentre, until } from '../../scheduler/test/service/support/centre.ts';
import { codeOf, enrolNode, FakeNode, frankfurt } from '../../scheduler/test/service/support/fake-node.ts';
import { startSfu } from '../../sfu/src/app.ts';
import type { SfuConfig } from '../../sfu/src/config.ts';
import {
  type Attached,
  audioTrack,
  grantBy,
  room,
  SignalingLink,
  type TestNode,
  trackIdOf,
} from '../../sfu/test/service/kit/cloud.ts';
import { type Feed, feed, received } from '../../sfu/test/service/kit/feed.ts';
import { injectedEngines } from '../../sfu/test/service/kit/injected-engine.ts';
import { opusParameters } from '../../sfu/test/service/kit/rtp.ts';

const clock = systemClock();
const rng = secureRng();
const { log, lines } = collectingLog('info');
const stack = new CloseStack({ log, clock, stepLimitMs: 10_000 });
const feeds: Feed[] = [];
const { region, city, latitude, longitude } = frankfurt;
let dir = '';
let centre: Awaited<ReturnType<typeof startCentre>>;
let owner: NodeShell;
let [nodeA, nodeB]: (TestNode | undefined)[] = [];
const links: SignalingLink[] = [];
let tracks = 0;

async function configOf(id: string, kind: string) {
  const { body } = await admin(centre, 'POST', '/v1/enrolment-tokens', { body: { id, kind, region } });
  const { centreUrl, enrolUrl } = centre;
  const place = { id, region, city, latitude, longitude, hostId: `host-${id}` };
  return { ...place, stateDir: join(dir, id), centreUrl, enrolUrl, enrolmentToken: body.token, drainLimitMs: 0 };
}

async function startMediaNode(id: string): Promise<TestNode> {
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const ports = { ip: '127.0.0.1', port: 0 };
  const config = {
    ...(await configOf(id, nodeKind.media)),
    logLevel: 'info' as SfuConfig['logLevel'],
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    closeLimitMs: 10_000,
    mediaListen: [ports],
    pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 59_000 },
    controlListen: ports,
    cpuCores: 1,
    bandwidthBps: 1e9,
    downlinkControl: true,
    linkBudgetBps: 1e9,
  };
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  const { mediaListen, pipeListen } = config;
  const { factory, log: engines } = injectedEngines({
    workerBin,
    mediaListen,
    pipeListen,
    plainListen: undefined,
    log,
  });
  const metrics = createMetrics({ service: 'sfu' });
  const onFailed = (reason: string): void => log.error({ reason }, 'a media node failed');
  const app = await startSfu({ config, log, clock, rng, metrics, closeStack, engines: factory, onFailed });
  stack.add(id, (cause) => closeStack.close(cause));
  return { id, region, app, engines, stack: closeStack, metrics, failures: [] };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-authority-'));
  centre = await startCentre({ developmentCities: true });
  [nodeA, nodeB] = [await startMediaNode('node-a'), await startMediaNode('node-b')];
  const config = await configOf('sig-a', nodeKind.signaling);
  owner = await NodeShell.start({ kind: nodeKind.signaling, context: { config, log, clock, rng, closeStack: stack } });
  owner.join({ describe: () => ({ publicUrl: 'ws://127.0.0.1:1' }), load: () => ({}) });
  const { link } = await until('the owner is registered', () => owner.centre.registered && owner.centre);
  if (link === undefined) throw new Error('the owner has no link');
  expect(await call(link, rpc.roomLease, { roomKey: room().roomKey ?? '' })).toMatchObject({
    ownerId: 'sig-a',
    epoch: 1,
  });
  for (const node of [nodeA, nodeB])
    links.push(await SignalingLink.open('sig-a', node as TestNode, owner.credentials()));
});
afterAll(async () => {
  for (const one of feeds.splice(0)) one.stop();
  for (const link of links) link.close('test over');
  await stack.close('test over');
  await centre.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A new track at node A, pulled by node B for a new session under a grant of the owner's present certificate. */
async function watchOne(over: readonly SignalingLink[]): Promise<() => number> {
  tracks += 1;
  const [ofA, ofB] = over as [SignalingLink, SignalingLink];
  const trackId = trackIdOf(tracks);
  const publisher = await ofA.attach(2 * tracks);
  await ofA.produce(publisher.sessionId, audioTrack(tracks), opusParameters(1000 + tracks));
  feeds.push(feed(publisher, trackId, { audioSsrc: 1000 + tracks }));
  const grant = grantBy(owner.credentials(), { trackId, puller: 'node-b', serving: 'node-a' });
  const subscription: wire.TrackSubscription.$Properties = { trackId, carrierNodeId: 'node-a', grant };
  const viewer: Attached = await ofB.attach(2 * tracks + 1, { subscriptions: [subscription] });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.become('connected');
  return () => received(viewer, viewer.answer.subscriptions[0]?.consumerId);
}
const flows = async (counts: readonly (() => number)[]): Promise<void> => {
  const before = counts.map((count) => count());
  await until('every track flows', () => counts.every((count, index) => count() > (before[index] ?? 0) + 5));
};
const rotate = (step: string, o: object = {}) =>
  admin(centre, 'POST', '/v1/authority/rotate', { body: { step, ...o } });
const shown = async () => (await admin(centre, 'GET', '/v1/authority')).body;
const trusts = () => ['node-a', 'node-b', 'sig-a'].map((id) => centre.links().trustOf(id)?.authorities.join());
const all = (...authorities: string[]) => Array(3).fill(authorities.join());

test('links and pulls stay through all steps, and new ones are made at each', async () => {
  const counts = [await watchOne(links)];
  await flows(counts);
  const opened = [nodeA?.app.agent.link, nodeB?.app.agent.link, owner.centre.link, ...links.map(({ link }) => link)];
  const stays = async (): Promise<void> => {
    counts.push(await watchOne(links));
    // A signaling node that has come just now, to the centre too.
    const identity = { id: `sig-${counts.length}`, kind: nodeKind.signaling, region };
    const credentials = await enrolNode(centre, identity);
    const newcomer = await FakeNode.start(centre, identity, credentials);
    newcomer.close();
    const fresh: SignalingLink[] = [];
    for (const node of [nodeA, nodeB]) fresh.push(await SignalingLink.open(identity.id, node as TestNode, credentials));
    counts.push(await watchOne(fresh));
    await flows(counts);
    for (const link of fresh) link.close('enough');
    counts.pop();
    await until('it is dead', () => centre.centre.fleet.get(identity.id)?.liveness === 'dead');
    const now = [nodeA?.app.agent.link, nodeB?.app.agent.link, owner.centre.link, ...links.map(({ link }) => link)];
    expect(now.map((link, index) => link === opened[index])).toEqual(opened.map(() => true));
  };
  const { fingerprint: old, ...single } = await shown();
  expect(single).toEqual({ step: 'single', nextFingerprint: null, waitsFor: [] });
  expect(await rotate('switch')).toMatchObject({ status: 409, body: { code: 'OUT_OF_ORDER', nodeIds: [] } });

  const begun = await rotate('begin');
  const next: string = begun.body.nextFingerprint;
  expect(begun).toMatchObject({ status: 200, body: { step: 'begin', fingerprint: old } });
  await until('every node trusts both', () => trusts().join() === all(old, next).join());
  await stays();
  // A node that cannot renew: of an older release, or ill.
  const stuck = await FakeNode.start(centre, { id: 'sfu-stuck' });
  expect(await rotate('switch')).toMatchObject({
    status: 409,
    body: { code: 'AUTHORITY_IN_USE', nodeIds: ['sfu-stuck'], message: expect.stringContaining('sfu-stuck') },
  });
  stuck.close();
  await until('the centre takes it for dead', async () => (await shown()).waitsFor.length === 0);

  expect(await rotate('switch')).toMatchObject({ status: 200, body: { step: 'switch', fingerprint: old } });
  await until('every node has a certificate of the next', () => trusts().join() === all(next, old).join());
  expect(verifyCertificate(owner.credentials().certPem, centre.authority.caPem, clock.wallMs())).toBeDefined();
  await stays();
  // New hosts come in between: their invitation pins what the centre shows, their certificate is of the next.
  const nodes = [{ kind: 'sfu', number: 1 }];
  const host = { region, city, latitude, longitude, kinds: ['sfu'], mediaNodesMax: 1 };
  const invited = async (hostId: string) =>
    (await admin(centre, 'POST', '/v1/invitations', { body: { hostId, ...host } })).body.token;
  const [early, late] = [await invited('host-new'), await invited('host-late')];
  const redeem = (token: string) => redeemInvitation({ urls: [centre.enrolUrl], token, nodes, deadlineMs: 30_000 });
  await redeem(early);

  // Grants of the minute before hold for a minute more.
  expect(await rotate('end')).toMatchObject({ status: 409, body: { code: 'AUTHORITY_IN_USE' } });
  expect((await rotate('end')).body.nodeIds.toSorted()).toEqual(['node-a', 'node-b', 'sig-a']);
  const ended = await rotate('end', { force: true });
  expect(ended.body).toMatchObject({ step: 'single', fingerprint: next, nextFingerprint: null });
  await until('every node has dropped the old one', () => trusts().join() === all(next).join());
  await stays();
  expect(await codeOf(redeem(late))).toBe('ENROL_WRONG_CA');
  const known = new Set(['link down; dialling again', 'link closed', 'link refused']);
  expect(lines.filter(({ msg }) => known.has(String(msg)))).toEqual([]);
}, 300_000);
