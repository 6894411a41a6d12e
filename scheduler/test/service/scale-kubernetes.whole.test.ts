// The driver `kubernetes` against a small API server; `npm run lab -- kubernetes` runs this file against a real one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vitest from 'vitest';
import { KubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { EPOCH_ANNOTATION, kubernetesDriver } from '../../src/adapters/kubernetes/scale-driver.ts';
import { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { type KubernetesRig, kubernetesConfig, kubernetesRig } from '../support/kubernetes-rig.ts';
import { scaleContract } from '../support/scale-contract.ts';
import { type TestKubernetes, testKubernetes } from '../support/test-kubernetes.ts';

const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = vitest;
let kubernetes: TestKubernetes;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-kubernetes-'));
  kubernetes = await testKubernetes();
});
afterAll(async () => {
  await kubernetes.close();
  rmSync(folder, { recursive: true });
});

scaleContract({ name: 'kubernetes', vitest, hasVersions: true, make: () => kubernetesRig(kubernetes.target) });

describe('the driver kubernetes', () => {
  let rig: KubernetesRig;
  beforeEach(async () => {
    rig = await kubernetesRig(kubernetes.target);
  });
  afterEach(() => rig.close());
  const setOf = async (name: string) => rig.hands.ask('GET', rig.hands.sets(`/${name}`));
  const takenNames = { used: new Set<string>(), ending: new Set<string>() };
  const names = async (count: number) => {
    await rig.driver.list(7);
    return rig.driver.freeNames?.('frankfurt', count, takenNames);
  };

  test.each(['0', '-1', 'x', '9'.repeat(17)])('orders nothing when a StatefulSet has the epoch %s', async (epoch) => {
    const body = { metadata: { annotations: { [EPOCH_ANNOTATION]: epoch } } };
    await rig.hands.ask('PATCH', rig.hands.sets('/sfu-fra-a'), body, 'application/merge-patch+json');
    await expect(rig.driver.list(7)).rejects.toThrow('another form');
    await expect(rig.driver.start('sfu-fra-a-0', 'frankfurt', 7)).rejects.toThrow('another form');
    expect((await setOf('sfu-fra-a')).spec.replicas).toBe(0);
  });

  test('rejects the list when a StatefulSet of media nodes has no region', async () => {
    await rig.hands.makeSet('sfu-x', { region: '' });
    await expect(rig.driver.list(7)).rejects.toThrow('another form');
  });

  test.each([
    ['the order', 'PUT ', 7],
    ['its epoch', 'PATCH ', 6],
  ])('refuses an order of an earlier leader at the write of %s', async (_what, verb, listed) => {
    await rig.driver.list(listed);
    const nextLeader = await rig.newDriver();
    rig.proxy.before = async (line) => {
      if (!line.startsWith(verb)) return;
      rig.proxy.before = async () => undefined;
      await nextLeader.list(8);
    };
    await expect(rig.driver.start('sfu-fra-a-0', 'frankfurt', 7)).rejects.toMatchObject({ code: 'EPOCH_STALE' });
    expect((await setOf('sfu-fra-a')).spec.replicas).toBe(0);
  });

  test('gives names that fill the slots of a region evenly, and starts only the next pod of a slot', async () => {
    expect(await names(3)).toEqual(['sfu-fra-a-0', 'sfu-fra-b-0', 'sfu-fra-a-1']);
    expect(rig.driver.freeNames?.('atlantis', 1, takenNames)).toEqual([]);
    await expect(rig.driver.start('sfu-fra-a-1', 'frankfurt', 7)).rejects.toThrow('not the next');
  });

  test('gives no name in a slot whose last pod is about to end', async () => {
    for (const nodeId of (await names(2)) ?? []) await rig.driver.start(nodeId, 'frankfurt', 7);
    await rig.driver.list(7);
    const ending = new Set(['sfu-fra-a-0']);
    const free = rig.driver.freeNames?.('frankfurt', 2, { used: new Set(), ending });
    expect(free).toEqual(['sfu-fra-b-1', 'sfu-fra-b-2']);
  });

  test('counts ordinals from the first ordinal that the StatefulSet names', async () => {
    await rig.hands.makeSet('sfu-fra-c', { replicas: 2, first: 5 });
    const podsOfSet = (await rig.driver.list(7)).filter(({ nodeId }) => nodeId.startsWith('sfu-fra-c'));
    expect(podsOfSet.map(({ nodeId, endsAfter }) => [nodeId, endsAfter])).toEqual([
      ['sfu-fra-c-6', undefined],
      ['sfu-fra-c-5', 'sfu-fra-c-6'],
    ]);
    await rig.driver.start('sfu-fra-c-7', 'frankfurt', 7);
    expect((await setOf('sfu-fra-c')).spec.replicas).toBe(3);
  });

  test('lists all pods when they do not fit into a page', async () => {
    await rig.fill(300);
    await rig.serve('sfu-fra-a-299');
    const machines = await rig.driver.list(7);
    expect([machines.length, machines[0]]).toEqual([
      300,
      { nodeId: 'sfu-fra-a-299', region: 'frankfurt', state: 'running' },
    ]);
  });

  test('marks no pod as outdated by a template that its controller has not reported yet', async () => {
    await rig.driver.start('sfu-fra-a-0', 'frankfurt', 7);
    await rig.serve('sfu-fra-a-0');
    const { status, metadata } = await setOf('sfu-fra-a');
    const early = { observedGeneration: metadata.generation - 1, updateRevision: 'another' };
    expect(status.updateRevision).not.toBe('another');
    const path = rig.hands.sets('/sfu-fra-a/status');
    await rig.hands.ask('PATCH', path, { status: early }, 'application/merge-patch+json');
    expect((await rig.driver.list(7))[0]).not.toHaveProperty('isOutdated');
  });

  test('writes nothing in a round without orders', async () => {
    await rig.driver.list(7);
    rig.proxy.seen.length = 0;
    await rig.driver.list(7);
    expect(rig.proxy.seen.map((line) => line.split(' ')[0])).toEqual(['GET', 'GET']);
  });
});

test('the driver verifies the API server by the authority in its file, and sends the present token of the token file', async () => {
  const subject = ['-subj', '/CN=api', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const kind = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync('openssl', [...kind, ...subject, '-keyout', file('key.pem'), '-out', file('ca.pem')], { stdio: 'pipe' });
  const tls = { key: readFileSync(file('key.pem'), 'utf8'), cert: readFileSync(file('ca.pem'), 'utf8') };
  const secure = new FakeKubernetes('first', tls);
  const known = { apiUrl: await secure.listen(), tokenFile: file('renewed'), caFile: file('ca.pem') };
  writeFileSync(known.tokenFile, 'first');
  const client = new KubernetesClient(kubernetesConfig(known, 'media'));
  const driver = kubernetesDriver({ client, drain: async () => undefined, noteEpoch: async () => undefined });
  try {
    expect(await driver.list(7)).toEqual([]);
    secure.token = 'second';
    await expect(driver.list(7)).rejects.toThrow('HTTP 401');
    writeFileSync(known.tokenFile, 'second');
    expect(await driver.list(7)).toEqual([]);
    writeFileSync(known.caFile, readFileSync(file('ca.pem'), 'utf8').replace(/A/g, 'B'));
    await expect(driver.list(7)).rejects.toThrow();
  } finally {
    await secure.close();
  }
});
