// Enrolment of pods with the token of their service account: a real centre and node, and a small API server, or a real
// one as in scale-kubernetes.whole.test.ts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeIdentity } from '@meridian/node-shell';
import { nodeKind } from '@meridian/protocol';
import { createLogger, enrol, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admin, startCentre } from '../../../scheduler/test/service/support/centre.ts';
import { BreakableProxy } from '../../../scheduler/test/support/breakable-proxy.ts';
import { KubernetesHands, kubernetesConfig } from '../../../scheduler/test/support/kubernetes-rig.ts';
import { type TestKubernetes, testKubernetes } from '../../../scheduler/test/support/test-kubernetes.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const clock = systemClock();
const region = 'frankfurt';
const pod = 'sfu-fra-a-0';
let kubernetes: TestKubernetes;
let proxy: BreakableProxy;
let hands: KubernetesHands;
let otherHands: KubernetesHands;
let centre: Awaited<ReturnType<typeof startCentre>>;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-pods-'));
  kubernetes = await testKubernetes();
  const { target } = kubernetes;
  const ca = target.caFile === undefined ? undefined : readFileSync(target.caFile, 'utf8');
  proxy = await BreakableProxy.open({ url: target.apiUrl, ca });
  [hands, otherHands] = [await KubernetesHands.make(target), await KubernetesHands.make(target)];
  for (const one of [hands, otherHands]) {
    await one.makeAccount('meridian-sfu');
    await one.makeSet('sfu-fra-a', { replicas: 3, region, account: 'meridian-sfu' });
  }
  await hands.makeAccount('constructor');
  await hands.makeSet('sfu-odd', { replicas: 1, region, account: 'constructor' });
  await hands.makeSet('sfu-other', { replicas: 1, region, account: 'default' });
  await hands.makeSet('sfu-nowhere', { replicas: 1, region: '', account: 'meridian-sfu' });
  writeFileSync(file('centre-token'), await hands.centreToken());
  const config = Object.assign(kubernetesConfig(target, hands.namespace), {
    apiUrl: proxy.url,
    tokenFile: file('centre-token'),
    serviceAccounts: { 'meridian-sfu': nodeKind.media },
  });
  centre = await startCentre({ kubernetes: config });
  const written = `/api/v1/namespaces/${hands.namespace}/configmaps/meridian-authority`;
  await hands.waitUntil('the authority is there', async () => {
    writeFileSync(file('ca.crt'), (await hands.ask('GET', written)).data['ca.crt']);
    return true;
  });
});
afterAll(async () => {
  await centre.close();
  await proxy.close();
  for (const one of [hands, otherHands]) await one.remove();
  await kubernetes.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  proxy.isAway = false;
  proxy.answer = undefined;
});

let states = 0;
function openIdentity(
  token: string,
  change: { id?: string; region?: string; enrolmentCaFile?: string | undefined } = {},
) {
  writeFileSync(file('pod-token'), `${token}\n`);
  states += 1;
  const files = { enrolmentTokenFile: file('pod-token'), enrolmentCaFile: file('ca.crt') };
  const config = { id: pod, region, enrolUrl: centre.enrolUrl, stateDir: file(`state-${states}`), ...files, ...change };
  return NodeIdentity.open({ kind: nodeKind.media, config, clock, log } as Parameters<typeof NodeIdentity.open>[0]);
}

function forged(namespace: string): string {
  const claims = { aud: ['meridian'], exp: Date.now(), sub: `system:serviceaccount:${namespace}:meridian-sfu` };
  return `eyJh.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

describe('a pod gets no certificate with', () => {
  test.each<[string, () => Promise<string> | string]>([
    ['a token that Kubernetes does not know', () => 'eyJh.eyJi.c2ln'],
    ['a forged token that looks right', () => forged(hands.namespace)],
    ['a token for the API server', () => hands.tokenOf('meridian-sfu', pod, [])],
    ['the token of an account that is no node', () => hands.tokenOf('default', 'sfu-other-0')],
    ['the token of an account whose name objects have', () => hands.tokenOf('constructor', 'sfu-odd-0')],
    ['a token of no pod', () => hands.tokenOf('meridian-sfu', undefined)],
    ['the token of a pod of another namespace', () => otherHands.tokenOf('meridian-sfu', pod)],
    ['the token of a pod without a region', () => hands.tokenOf('meridian-sfu', 'sfu-nowhere-0')],
    ['a token that is too long', () => `eyJh.${'a'.repeat(7000)}.c2ln`],
    ['an empty token', () => ''],
  ])('%s', async (_what, token) => {
    await expect(openIdentity(await token())).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
  });

  test('the token of a pod that is gone, even if another pod has its name', async () => {
    const token = await hands.tokenOf('meridian-sfu', 'sfu-fra-a-2');
    await hands.ask('DELETE', hands.pods('/sfu-fra-a-2?gracePeriodSeconds=0'));
    await expect(openIdentity(token, { id: 'sfu-fra-a-2' })).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
    const next = await hands.tokenOf('meridian-sfu', 'sfu-fra-a-2');
    expect((await openIdentity(next, { id: 'sfu-fra-a-2' })).credentials.identity.id).toBe('sfu-fra-a-2');
  });

  test.each([
    { name: 'for another audience', review: { audiences: ['other'] } },
    { name: 'without an audience', review: { audiences: undefined } },
    { name: 'that is not good', review: { authenticated: false } },
    { name: 'of an earlier pod of the name', review: {}, uid: 'another' },
  ])('a review $name; a good review then admits it', async ({ review, uid = 'u' }) => {
    const token = await hands.tokenOf('meridian-sfu', pod);
    const username = `system:serviceaccount:${hands.namespace}:meridian-sfu`;
    const extraPrefix = 'authentication.kubernetes.io';
    const user = { username, extra: { [`${extraPrefix}/pod-name`]: [pod], [`${extraPrefix}/pod-uid`]: ['u'] } };
    const status = { authenticated: true, audiences: ['meridian'], user };
    // The same answer serves both of the centre's requests.
    const answer = (changes: object, podUid: string) =>
      JSON.stringify({
        status: Object.assign({}, status, changes),
        metadata: { uid: podUid, labels: { 'meridian.dev/region': region } },
      });
    proxy.answer = answer(review, uid);
    await expect(openIdentity(token)).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
    proxy.answer = answer({}, 'u');
    expect((await openIdentity(token)).credentials.identity.id).toBe(pod);
  });

  test.each([
    ['away', (): void => void Object.assign(proxy, { isAway: true })],
    ['answering nonsense', (): void => void Object.assign(proxy, { answer: '{}' })],
  ])('any token while Kubernetes is %s; the same token works later', async (_what, breakIt) => {
    const token = await hands.tokenOf('meridian-sfu', pod);
    breakIt();
    await expect(openIdentity(token)).rejects.toMatchObject({ code: 'ENROL_UNAVAILABLE' });
    Object.assign(proxy, { isAway: false, answer: undefined });
    expect((await openIdentity(token)).credentials.identity.id).toBe(pod);
  });

  test('a denied id', async () => {
    const token = await hands.tokenOf('meridian-sfu', 'sfu-fra-a-1');
    const path = '/v1/nodes/sfu-fra-a-1/deny';
    expect((await admin(centre, 'POST', path, { body: {} })).status).toBe(200);
    await expect(openIdentity(token, { id: 'sfu-fra-a-1' })).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
    expect((await admin(centre, 'DELETE', path)).status).toBe(200);
    expect((await openIdentity(token, { id: 'sfu-fra-a-1' })).credentials.identity.id).toBe('sfu-fra-a-1');
  });
});

test('a pod gets the certificate of its name, kind and region, whatever it requests', async () => {
  const token = await hands.tokenOf('meridian-sfu', pod);
  const { credentials } = await openIdentity(token);
  expect(credentials.identity).toEqual({ id: pod, kind: nodeKind.media, region });
  for (const change of [{ id: 'sfu-fra-a-1' }, { region: 'singapore' }])
    await expect(openIdentity(token, change)).rejects.toMatchObject({
      code: 'ENROL_BAD_REPLY',
      message: expect.stringContaining(`sfu/${region}/${pod}`),
    });
});

test('a pod shows its token only to a centre of the authority in its file', async () => {
  const token = await hands.tokenOf('meridian-sfu', pod);
  await expect(openIdentity(token, { enrolmentCaFile: undefined })).rejects.toThrow('enrolmentCaFile');
  await expect(openIdentity(token, { enrolmentCaFile: file('nowhere') })).rejects.toThrow('enrolmentCaFile');
  writeFileSync(file('no-ca'), 'hello');
  await expect(openIdentity(token, { enrolmentCaFile: file('no-ca') })).rejects.toMatchObject({
    code: 'ENROL_BAD_TOKEN',
  });
  const { credentials } = await openIdentity(token);
  writeFileSync(file('leaf'), credentials.certPem);
  await expect(openIdentity(token, { enrolmentCaFile: file('leaf') })).rejects.toMatchObject({
    code: 'ENROL_WRONG_CA',
  });
});

test('a centre that accepts tokens of pods still accepts enrolment tokens', async () => {
  const identity = { id: 'sfu-by-hand', kind: nodeKind.media, region };
  const { token } = (await admin(centre, 'POST', '/v1/enrolment-tokens', { body: identity })).body;
  const credentials = await enrol({ url: centre.enrolUrl, token, identity, deadlineMs: 10_000 });
  expect(credentials.identity).toEqual(identity);
});
