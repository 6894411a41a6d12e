// A namespace of a Kubernetes for the contract suite, real or `FakeKubernetes`: two StatefulSets of Frankfurt. The rig
// plays the kubelet over the API, so that pods serve, fail and end when a test wants it. No kubelet is needed, because
// the pods belong to a machine that does not exist.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonRequest } from '@meridian/runtime';
import { KubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { kubernetesDriver, REGION_LABEL } from '../../src/adapters/kubernetes/scale-driver.ts';
import type { ScaleDriver } from '../../src/scaling/scale-driver.ts';
import { BreakableProxy } from './breakable-proxy.ts';
import type { ScaleRig } from './scale-contract.ts';

export interface KubernetesTarget {
  readonly apiUrl: string;
  readonly caFile?: string;
  /** An administrator's token; the centre gets its own token with fewer rights. */
  readonly tokenFile: string;
}

const labels = { 'app.kubernetes.io/name': 'meridian', 'app.kubernetes.io/component': 'sfu' };
/** Rights in the namespace of the nodes. */
export const centreRules = [
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: ['apps'], resources: ['statefulsets/scale'], verbs: ['update'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'patch'] },
];
export const centreClusterRules = [
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
];
const mergePatch = 'application/merge-patch+json';
const WAIT_MS = 30_000;
const LOOK_MS = 20;
let namespaces = 0;

/** Requests of the rig itself, which go past the proxy. Each rejects when the API server refuses it. */
export class KubernetesHands {
  readonly target: KubernetesTarget;
  readonly namespace: string;
  #hasCentre = false;

  private constructor(target: KubernetesTarget, namespace: string) {
    this.target = target;
    this.namespace = namespace;
  }

  static async make(target: KubernetesTarget): Promise<KubernetesHands> {
    namespaces += 1;
    const hands = new KubernetesHands(target, `scale-${process.pid}-${namespaces}`);
    await hands.#makeNamespace();
    return hands;
  }

  // biome-ignore lint/suspicious/noExplicitAny: objects of the API server, as they come
  async ask(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<any> {
    const headers = { authorization: `Bearer ${readFileSync(this.target.tokenFile, 'utf8').trim()}` };
    const { apiUrl, caFile } = this.target;
    const answer = await jsonRequest({ url: `${apiUrl}${path}`, method, headers, body, contentType, caFile });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }

  pods(suffix = ''): string {
    return `/api/v1/namespaces/${this.namespace}/pods${suffix}`;
  }
  sets(rest = ''): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/statefulsets${rest}`;
  }

  async #makeNamespace(): Promise<void> {
    await this.ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.namespace },
    });
    // No pod of the namespace can be made before its account exists.
    const account = `/api/v1/namespaces/${this.namespace}/serviceaccounts/default`;
    await this.waitUntil(
      'the account of the pods is there',
      async () => (await this.ask('GET', account)) !== undefined,
    );
  }

  async makeSet(
    name: string,
    more: { replicas?: number; first?: number; region?: string; account?: string } = {},
  ): Promise<void> {
    const { replicas = 0, first = 0, region = 'frankfurt', account = 'default' } = more;
    const own = Object.assign({ set: name }, labels, region === '' ? {} : { [REGION_LABEL]: region });
    const containers = [{ name: 'sfu', image: 'localhost/none:1', imagePullPolicy: 'Never' }];
    await this.ask('POST', this.sets(), {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, labels: own },
      spec: {
        replicas,
        ordinals: { start: first },
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'OnDelete' },
        serviceName: name,
        selector: { matchLabels: { set: name } },
        template: {
          metadata: { labels: own },
          spec: {
            nodeName: 'no-such-machine',
            serviceAccountName: account,
            automountServiceAccountToken: false,
            containers,
          },
        },
      },
    });
  }

  /** Sets the status of a pod, once the pod exists. */
  async setStatus(pod: string, status: { isReady: boolean; waiting?: string; sinceMs?: number }): Promise<void> {
    await this.waitUntil(`${pod} is there`, async () => {
      const found = await this.ask('GET', this.pods(`/${pod}`));
      return found.metadata.deletionTimestamp === undefined;
    });
    const startedAt = '2026-01-01T00:00:10Z';
    const state = status.waiting === undefined ? { running: { startedAt } } : { waiting: { reason: status.waiting } };
    const { isReady, sinceMs = Date.parse('2026-01-01T00:00:20Z') } = status;
    const lastTransitionTime = new Date(sinceMs).toISOString().replace('.000', '');
    const container = { name: 'sfu', image: 'x', imageID: 'x', ready: isReady, restartCount: 0, state };
    const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime }];
    const body = { status: { phase: 'Running', conditions, containerStatuses: [container] } };
    await this.ask('PATCH', this.pods(`/${pod}/status`), body, mergePatch);
  }

  /** Ends a pod and waits until it is gone; returns at once when a start has come before its end began. */
  async endPod(pod: string): Promise<void> {
    const [, set = '', ordinal = ''] = /^(.*)-(\d+)$/.exec(pod) ?? [];
    let isEnding = false;
    await this.waitUntil(`${pod} is ending, or stays`, async () => {
      const { spec } = await this.ask('GET', this.sets(`/${set}`));
      const { metadata } = await this.ask('GET', this.pods(`/${pod}`));
      isEnding = metadata.deletionTimestamp !== undefined;
      return isEnding || spec.replicas > Number(ordinal);
    });
    if (isEnding) await this.ask('DELETE', this.pods(`/${pod}?gracePeriodSeconds=0`));
  }

  async makeAccount(name: string): Promise<void> {
    const metadata = { name };
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    await this.ask('POST', `/api/v1/namespaces/${this.namespace}/serviceaccounts`, body);
  }

  /** Requests a token as the kubelet does for a projected volume of the pod; no audience: for the API server. */
  async tokenOf(
    account: string,
    pod: string | undefined,
    audiences: readonly string[] = ['meridian'],
  ): Promise<string> {
    let boundObjectRef: object | undefined;
    if (pod !== undefined) {
      await this.waitUntil(`${pod} is there`, async () => (await this.ask('GET', this.pods(`/${pod}`))) !== undefined);
      const { uid } = (await this.ask('GET', this.pods(`/${pod}`))).metadata;
      boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: pod, uid };
    }
    const spec = { audiences, expirationSeconds: 3600, boundObjectRef };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
    const path = `/api/v1/namespaces/${this.namespace}/serviceaccounts/${account}/token`;
    return (await this.ask('POST', path, body)).status.token;
  }

  /** Returns a token of an account with the least rights that a centre needs (docs/adr/0028-kubernetes.md). */
  async centreToken(): Promise<string> {
    const name = `centre-of-${this.namespace}`;
    await this.makeAccount(name);
    this.#hasCentre = true;
    const rbac = 'rbac.authorization.k8s.io';
    const apiVersion = `${rbac}/v1`;
    const subjects = [{ kind: 'ServiceAccount', name, namespace: this.namespace }];
    const grant = async (path: string, kind: 'Role' | 'ClusterRole', rules: readonly object[]): Promise<void> => {
      const metadata = { name };
      await this.ask('POST', `${path}/${kind.toLowerCase()}s`, { apiVersion, kind, metadata, rules });
      const roleRef = { apiGroup: rbac, kind, name };
      const binding = { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects };
      await this.ask('POST', `${path}/${kind.toLowerCase()}bindings`, binding);
    };
    await grant(`/apis/${rbac}/v1/namespaces/${this.namespace}`, 'Role', centreRules);
    await grant(`/apis/${rbac}/v1`, 'ClusterRole', centreClusterRules);
    return this.tokenOf(name, undefined, []);
  }

  async remove(): Promise<void> {
    const { items } = await this.ask('GET', this.sets());
    for (const { metadata } of items) await this.ask('DELETE', this.sets(`/${metadata.name}`));
    await this.ask('DELETE', `/api/v1/namespaces/${this.namespace}`);
    if (!this.#hasCentre) return;
    for (const kind of ['clusterroles', 'clusterrolebindings'])
      await this.ask('DELETE', `/apis/rbac.authorization.k8s.io/v1/${kind}/centre-of-${this.namespace}`);
  }

  async waitUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + WAIT_MS;
    while (!(await holds().catch(() => false))) {
      if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

export function kubernetesConfig(target: KubernetesTarget, namespace: string) {
  return {
    apiUrl: target.apiUrl,
    // Without TLS the driver does not read this file.
    caFile: target.caFile ?? '/nowhere',
    tokenFile: target.tokenFile,
    namespace,
    selector: 'app.kubernetes.io/name=meridian,app.kubernetes.io/component=sfu',
    serviceAccounts: {},
    authorityConfigMap: 'meridian-authority',
  };
}

export interface KubernetesRig extends ScaleRig {
  readonly hands: KubernetesHands;
  readonly proxy: BreakableProxy;
}

export async function kubernetesRig(target: KubernetesTarget): Promise<KubernetesRig> {
  const hands = await KubernetesHands.make(target);
  await hands.makeSet('sfu-fra-a');
  await hands.makeSet('sfu-fra-b');
  const ca = target.caFile === undefined ? undefined : readFileSync(target.caFile, 'utf8');
  const proxy = await BreakableProxy.open({ url: target.apiUrl, ca });
  const seenEpochs: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'meridian-rig-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, await hands.centreToken());
  const config = Object.assign(kubernetesConfig(target, hands.namespace), { apiUrl: proxy.url, tokenFile });
  const make = (): ScaleDriver =>
    kubernetesDriver({
      client: new KubernetesClient(config),
      drain: async () => undefined,
      noteEpoch: async (epoch) => void seenEpochs.push(epoch),
    });
  return {
    hands,
    proxy,
    driver: make(),
    seenEpochs,
    newDriver: async () => make(),
    serve: (nodeId) => hands.setStatus(nodeId, { isReady: true }),
    falter: (nodeId) => hands.setStatus(nodeId, { isReady: false, sinceMs: Date.parse('2026-01-01T00:00:30Z') }),
    fail: (nodeId) => hands.setStatus(nodeId, { isReady: false, waiting: 'CrashLoopBackOff' }),
    finishEnd: (nodeId) => hands.endPod(nodeId),
    upgrade: async (version) => {
      const template = { metadata: { annotations: { version } } };
      for (const set of ['sfu-fra-a', 'sfu-fra-b'])
        await hands.ask('PATCH', hands.sets(`/${set}`), { spec: { template } }, mergePatch);
    },
    fill: async (count) => {
      const scaled = { spec: { replicas: count } };
      await hands.ask('PATCH', hands.sets('/sfu-fra-a'), scaled, mergePatch);
    },
    answer: (text) => {
      proxy.answer = text;
    },
    away: (isAway) => {
      proxy.isAway = isAway;
    },
    async close() {
      await proxy.close();
      await hands.remove();
      rmSync(folder, { recursive: true });
    },
  };
}
