// The Helm chart: Kubernetes and our services accept its output for seven files of values. Needs helm, or Go to build
// it, and no cluster.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { centreClusterRules, centreRules } from '../../../scheduler/test/support/kubernetes-rig.ts';
import {
  chart,
  containerOf,
  type KubernetesObject,
  named,
  programOf,
  rendered,
  startOf,
  workloads,
} from '../../support/chart.ts';
import { helmHere } from '../../support/helm.ts';

const files = readdirSync(join(chart, 'ci')).sort();
const fileOf = (name: string): string => join(chart, 'ci', name);
let helm: string;
let folder: string;
const all = new Map<string, KubernetesObject[]>();

/** A first run builds Helm. */
const BUILD_LIMIT_MS = 900_000;
beforeAll(() => {
  helm = helmHere();
  folder = mkdtempSync(join(tmpdir(), 'meridian-chart-'));
  for (const file of files) all.set(file, rendered(helm, ['--values', fileOf(file)]));
}, BUILD_LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const itemsOf = (file: string): KubernetesObject[] => all.get(file) ?? [];
const newRoot = (): string => mkdtempSync(join(folder, 'root-'));
const having = (...set: string[]): KubernetesObject[] =>
  rendered(helm, ['--values', fileOf('minimal.yaml'), ...set.flatMap((one) => ['--set-json', one])]);
const startedPods = (items: KubernetesObject[], workload: KubernetesObject, node?: string) =>
  startOf(items, workload, Object.assign({ root: newRoot() }, node === undefined ? {} : { node }));
const podOf = (workload: KubernetesObject): KubernetesObject => workload.spec.template.spec;
const matches = (selector: KubernetesObject, labels: KubernetesObject): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);
const labelsOf = (workload: KubernetesObject): KubernetesObject => workload.spec.template.metadata.labels;

it('there are seven files of values', () => {
  expect(files).toHaveLength(7);
});

describe.each(files)('%s', (file) => {
  it('passes helm lint', () => {
    const args = ['lint', chart, '--strict', '--values', fileOf(file)];
    expect(execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toMatch(
      /0 chart\(s\) failed/,
    );
  });

  it('makes configurations that every service accepts', () => {
    const programs = workloads(itemsOf(file)).map((workload) => {
      const { service, config, issues } = startedPods(itemsOf(file), workload);
      // The laboratory has no TLS.
      const isLab = file === 'hostnetwork-all.yaml';
      const found = issues.filter(({ key, isWarning }) => !(isLab && isWarning === true && key === 'publicUrl'));
      expect({ of: workload.metadata.name, found }).toEqual({ of: workload.metadata.name, found: [] });
      expect(config.metricsPort).toBe(
        containerOf(workload).ports.find(({ name }: KubernetesObject) => name === 'metrics').containerPort,
      );
      return service;
    });
    // Only some files have probes, recorders and library nodes.
    const kinds = { 'distribution.yaml': 8, 'single.yaml': 6, 'two-regions.yaml': 9 }[file] ?? 7;
    expect(new Set(programs).size).toBe(kinds);
  });

  it('opens exactly the ports that its pods declare', () => {
    for (const workload of workloads(itemsOf(file))) {
      const { config } = startedPods(itemsOf(file), workload);
      const declared = containerOf(workload).ports.map(
        ({ containerPort: port, protocol }: KubernetesObject) => `${port}/${protocol}`,
      );
      expect(declared.sort(), workload.metadata.name).toEqual(
        openPorts(programOf(workload), config, podOf(workload)).sort(),
      );
    }
  });

  it('gives each pod longer to end than its drain and close may take', () => {
    for (const workload of workloads(itemsOf(file))) {
      const { drainLimitMs = 0, closeLimitMs } = startedPods(itemsOf(file), workload).config;
      const sleepMs = 1000 * Number(containerOf(workload).lifecycle?.preStop.exec.command[1] ?? 0);
      const graceMs = 1000 * podOf(workload).terminationGracePeriodSeconds;
      expect(graceMs, workload.metadata.name).toBeGreaterThanOrEqual(drainLimitMs + closeLimitMs + sleepMs + 2000);
      const isDrained = ['sfu', 'gateway', 'recorder'].includes(programOf(workload));
      expect(drainLimitMs > 0, workload.metadata.name).toBe(isDrained);
    }
  });

  it('holds no secret, and refers only to Secrets of the values', () => {
    const maps = itemsOf(file).filter(({ kind }) => kind === 'ConfigMap');
    expect(itemsOf(file).filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const { data } of maps)
      for (const text of Object.values<string>(data))
        for (const [, value = ''] of text.matchAll(/(?:secret|token|url|\w+Secret|\w+Token): (.*)/gi))
          expect(value).toMatch(/^("?\$\{file:|\$?"?(https?|wss?|rtmps?):\/\/)/);
    expect(JSON.stringify(workloads(itemsOf(file)))).not.toContain('secretKeyRef');
  });

  it('runs every pod without rights on its machine', () => {
    for (const workload of workloads(itemsOf(file))) {
      const { securityContext, automountServiceAccountToken, containers } = podOf(workload);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers).toHaveLength(1);
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(automountServiceAccountToken).toBe(programOf(workload) === 'scheduler');
    }
  });

  it('refers only to existing objects and ports', () => {
    const items = itemsOf(file);
    const hasPods = (selector: KubernetesObject) => workloads(items).filter((one) => matches(selector, labelsOf(one)));
    for (const workload of workloads(items)) {
      expect(matches(workload.spec.selector.matchLabels, labelsOf(workload))).toBe(true);
      expect(hasPods(workload.spec.selector.matchLabels)).toEqual([workload]);
      expect(named(items, 'ServiceAccount', podOf(workload).serviceAccountName)).toBeDefined();
    }
    for (const one of items.filter(({ kind }) => kind === 'PodDisruptionBudget'))
      expect(hasPods(one.spec.selector.matchLabels), one.metadata.name).not.toEqual([]);
    for (const one of items.filter(({ kind }) => kind === 'NetworkPolicy')) {
      const pods = hasPods(one.spec.podSelector.matchLabels);
      expect(pods.map((pod) => podOf(pod).hostNetwork ?? false)).toContain(false);
      const ports = pods.flatMap((pod) => containerOf(pod).ports.map(({ name }: KubernetesObject) => name));
      for (const { ports: open } of one.spec.ingress) for (const { port } of open) expect(ports).toContain(port);
    }
    for (const service of items.filter(({ kind }) => kind === 'Service')) {
      const [pod] = hasPods(service.spec.selector);
      const ports = containerOf(pod).ports.map(({ name }: KubernetesObject) => name);
      for (const { targetPort } of service.spec.ports) expect(ports).toContain(targetPort);
    }
    for (const { spec } of items.filter(({ kind }) => kind === 'Ingress'))
      for (const { http } of spec.rules)
        for (const { backend } of http.paths) {
          const { ports } = named(items, 'Service', backend.service.name).spec;
          expect(ports.map(({ name }: KubernetesObject) => name)).toContain(backend.service.port.name);
        }
  });

  it('names every object once', () => {
    const names = itemsOf(file).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });
});

/** Returns the `PORT/PROTOCOL` list of a configuration; ranges lie between slots and are not declared. */
function openPorts(program: string, config: KubernetesObject, { hostNetwork = false }: KubernetesObject): string[] {
  const tcp = (...ports: number[]): string[] => ports.map((port) => `${port}/TCP`);
  const both = (port: number): string[] => [`${port}/TCP`, `${port}/UDP`];
  const metrics = tcp(config.metricsPort);
  switch (program) {
    case 'scheduler':
      // The port listens on loopback, which pods with a network of their own do not share.
      return [...metrics, ...tcp(config.linkPort), ...(hostNetwork ? tcp(config.httpPort) : [])];
    case 'sfu':
      return [
        ...metrics,
        ...both(config.mediaListen[0].port),
        ...tcp(config.controlListen.port),
        `${config.pathListen.port}/UDP`,
      ];
    case 'signaling':
      return [...metrics, ...tcp(config.httpPort, config.controlListen.port)];
    case 'gateway': {
      const { httpListen, rtmpListen, controlListen, udpListen } = config;
      return [...metrics, ...tcp(httpListen.port, rtmpListen.port, controlListen.port), `${udpListen.port}/UDP`];
    }
    case 'recorder':
      return [...metrics, ...tcp(config.controlListen.port)];
    case 'library':
      return [...metrics, ...tcp(config.httpListen.port, config.controlListen.port)];
    case 'edge-probe':
      return [...metrics, ...both(config.probeListen.port)];
    default:
      return [...metrics, ...tcp(config.httpPort ?? config.httpListen.port)];
  }
}

describe('recorders', () => {
  it('exist only if values ask for them, and each keeps a volume of its own', () => {
    const recordersIn = (items: KubernetesObject[]): KubernetesObject[] =>
      workloads(items).filter((one) => programOf(one) === 'recorder');
    expect(recordersIn(itemsOf('minimal.yaml'))).toEqual([]);
    const [recorder, ...others] = recordersIn(itemsOf('two-regions.yaml'));
    expect([recorder?.kind, recorder?.metadata.name, others]).toEqual([
      'StatefulSet',
      'meridian-recorder-frankfurt',
      [],
    ]);
    const claims = recorder?.spec.volumeClaimTemplates.map(({ metadata }: KubernetesObject) => metadata.name);
    expect(claims).toEqual(['state']);
    expect(podOf(recorder).volumes.map(({ name }: KubernetesObject) => name)).not.toContain('state');
    const { config } = startedPods(itemsOf('two-regions.yaml'), recorder);
    expect([config.spoolDir, config.store.dir]).toEqual([undefined, undefined]); // both are below stateDir
    expect(config.stateDir).toMatch(/\/var\/lib\/meridian$/);
    expect(containerOf(recorder).volumeMounts).toContainEqual({ name: 'state', mountPath: '/var/lib/meridian' });
  });
});

describe('library nodes', () => {
  const librariesIn = (items: KubernetesObject[]): KubernetesObject[] =>
    workloads(items).filter((one) => programOf(one) === 'library');

  it('exist only if values ask for them, one for a region, with a volume that it keeps', () => {
    expect(librariesIn(itemsOf('minimal.yaml'))).toEqual([]);
    const [library, ...others] = librariesIn(itemsOf('two-regions.yaml'));
    expect([library?.kind, library?.metadata.name, library?.spec.replicas, others]).toEqual([
      'StatefulSet',
      'meridian-library-frankfurt',
      1,
      [],
    ]);
    expect(library?.spec.volumeClaimTemplates.map(({ metadata }: KubernetesObject) => metadata.name)).toEqual([
      'state',
    ]);
    const { config } = startedPods(itemsOf('two-regions.yaml'), library);
    expect([config.spoolDir, config.store.dir]).toEqual([undefined, undefined]); // both are below stateDir
    expect(containerOf(library).volumeMounts).toContainEqual({ name: 'state', mountPath: '/var/lib/meridian' });
    const page = named(itemsOf('two-regions.yaml'), 'Deployment', 'meridian-web');
    expect(startedPods(itemsOf('two-regions.yaml'), page).config.libraryUrls).toEqual(['https://meet.example.org']);
  });

  it('are reachable in the pod network by the api from everywhere, and by clients from the networks in the values', () => {
    const region = { name: 'fra', city: 'F', latitude: 1, longitude: 1, url: 'https://a.example' };
    const slots = [{ name: 'a', portBase: 20000, replicas: 1 }];
    const edge = { namespaceSelector: { matchLabels: { edge: 'yes' } } };
    const items = having(
      `regions=${JSON.stringify([Object.assign({ library: { replicas: 1 }, slots }, region)])}`,
      `networkPolicy.clientsFrom=${JSON.stringify([edge])}`,
    );
    expect(named(items, 'NetworkPolicy', 'meridian-library-fra').spec.ingress).toEqual([
      { ports: [{ port: 'control' }] },
      { ports: [{ port: 'http' }], from: [edge] },
      { ports: [{ port: 'metrics' }] },
    ]);
    expect(podOf(librariesIn(items)[0]).hostNetwork).toBeUndefined();
  });
});

describe('distribution and edges', () => {
  const items = (): KubernetesObject[] => itemsOf('distribution.yaml');
  const withKey = (key: string) =>
    workloads(items()).flatMap((one) => {
      const { config } = startedPods(items(), one);
      return config[key] === undefined ? [] : [{ name: one.metadata.name, value: config[key] }];
    });
  const filesOf = (one: KubernetesObject): string[] => {
    const { volumes } = podOf(one);
    return volumes.flatMap(({ name, secret }: KubernetesObject) =>
      secret === undefined ? [] : [`${name} ${secret.secretName}`],
    );
  };
  const holders = (file: string, among = items()): string[] =>
    workloads(among)
      .filter((one) => filesOf(one).includes(file))
      .map(({ metadata }) => metadata.name);

  it('give the api and all library nodes the same channels, out of a Secret that no other pod has', () => {
    const url = 'rediss://:pw@redis.example.org:6379';
    const value = { channels: ['a', 'b'].map((name) => ({ name, url })), keyPrefix: '{meridian}:' };
    const names = ['meridian-api', 'meridian-library-frankfurt', 'meridian-library-singapore'];
    expect(withKey('distribution')).toEqual(names.map((name) => ({ name, value })));
    expect(holders('distribution meridian-distribution')).toEqual(names);
  });

  it('give gateways and library nodes the same edges, and one secret', () => {
    const kinds = ['gateway', 'library'];
    const names = ['frankfurt', 'singapore'].flatMap((region) => kinds.map((kind) => `meridian-${kind}-${region}`));
    const found = withKey('edges');
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(holders('edges meridian-edges').sort()).toEqual([...names].sort());
    const edge = { url: 'https://edge-1.example.org', region: 'frankfurt', capacity: 1_000_000, tier: 'edge' };
    for (const { value } of found) {
      expect(value.servers).toEqual(found[0]?.value.servers);
      expect(value.servers[0]).toMatchObject(edge);
    }
  });

  it('leave other Secrets of gateways and library nodes in place', () => {
    const set = ['--set', 'gateway.secretName=more,library.secretName=more'];
    const among = rendered(helm, ['--values', fileOf('distribution.yaml'), ...set]);
    expect(holders('secret more', among)).toHaveLength(4);
    expect(holders('edges meridian-edges', among)).toHaveLength(4);
    expect(holders('distribution meridian-distribution', among)).toHaveLength(3);
  });

  it('exist only if values ask for them, and need no Secret otherwise', () => {
    for (const one of workloads(itemsOf('two-regions.yaml'))) {
      expect(filesOf(one).join()).not.toMatch(/distribution|edges/);
      const { config } = startedPods(itemsOf('two-regions.yaml'), one);
      expect([config.distribution, config.edges]).toEqual([undefined, undefined]);
    }
  });
});

describe('media nodes', () => {
  const sets = (items: KubernetesObject[]): KubernetesObject[] =>
    items.filter((one) => one.kind === 'StatefulSet' && programOf(one) === 'sfu');

  it('are a StatefulSet for each region and slot, in the network of their machine', () => {
    const found = sets(itemsOf('two-regions.yaml'));
    expect(found.map(({ metadata, spec }) => [metadata.name, spec.replicas, podOf({ spec }).nodeSelector])).toEqual([
      ['meridian-sfu-frankfurt-a', 3, { 'topology.kubernetes.io/region': 'fra' }],
      ['meridian-sfu-frankfurt-b', 3, { 'topology.kubernetes.io/region': 'fra' }],
      ['meridian-sfu-singapore-a', 2, { 'topology.kubernetes.io/region': 'sgp' }],
    ]);
    for (const set of found) {
      expect(set.spec.podManagementPolicy).toBe('Parallel');
      expect(set.spec.updateStrategy).toEqual({ type: 'RollingUpdate' });
      expect(podOf(set).hostNetwork).toBe(true);
      expect(set.metadata.labels['meridian.dev/region']).toBe(labelsOf(set)['meridian.dev/region']);
    }
  });

  it('run on different machines within a slot, and beside each other in two slots', () => {
    const [one, other] = sets(itemsOf('two-regions.yaml')).map((set) =>
      containerOf(set).ports.map(({ hostPort, protocol }: KubernetesObject) => `${hostPort}/${protocol}`),
    );
    expect(one).toHaveLength(5);
    expect(one).not.toContain('undefined/TCP');
    expect(one.filter((port: string) => other.includes(port))).toEqual([]);
  });

  it('have all their ports in the hundred of their slot', () => {
    for (const set of sets(itemsOf('two-regions.yaml'))) {
      const text = JSON.stringify(startedPods(itemsOf('two-regions.yaml'), set).config);
      const ports = [...text.matchAll(/"(?:port|portMin|portMax|metricsPort)":(\d+)/g)].map(([, port]) => Number(port));
      expect(ports).toHaveLength(8);
      expect(new Set(ports.map((port) => Math.floor(port / 100))).size).toBe(1);
    }
  });

  it('have no number of replicas in the chart under autoscaling: the centre decides it', () => {
    const found = sets(itemsOf('autoscaling.yaml'));
    expect(found).toHaveLength(2);
    for (const { spec, metadata } of found) {
      expect(spec).not.toHaveProperty('replicas');
      // The centre replaces the pods, one at a time.
      expect(spec.updateStrategy).toEqual({ type: 'OnDelete' });
      expect(metadata).not.toHaveProperty('annotations');
    }
    const centre = named(itemsOf('autoscaling.yaml'), 'Deployment', 'meridian-centre');
    const { autoscale, kubernetes } = startedPods(itemsOf('autoscaling.yaml'), centre).config;
    expect(autoscale).toMatchObject({ driver: 'kubernetes', regions: ['frankfurt'], nodesMin: 2, nodesMax: 40 });
    const selector = Object.fromEntries(kubernetes.selector.split(',').map((part: string) => part.split('=')));
    expect(workloads(itemsOf('autoscaling.yaml')).filter((one) => matches(selector, labelsOf(one)))).toEqual(found);
    expect(found.every(({ metadata }) => matches(selector, metadata.labels))).toBe(true);
  });

  it('announce the address of their machine or of the list, and run only on machines of the list', () => {
    const startedSfu = (items: KubernetesObject[], name: string, node?: string) =>
      startedPods(items, named(items, 'StatefulSet', name), node);
    const plain = startedSfu(itemsOf('minimal.yaml'), 'meridian-sfu-frankfurt-a').config;
    expect(plain.mediaListen).toEqual([{ ip: '10.0.0.7', port: 20000 }]);
    const items = itemsOf('external-ingress.yaml');
    const behind = startedSfu(items, 'talk-sfu-paris-a', 'node-2.internal').config;
    expect(behind.mediaListen).toEqual([{ ip: '10.0.0.7', port: 30000, announcedAddress: '203.0.113.12' }]);
    expect(behind.pipeListen).not.toHaveProperty('announcedAddress');
    const gateway = startedPods(items, named(items, 'Deployment', 'talk-gateway-paris')).config;
    expect(gateway.udpListen.announcedAddress).toBe('203.0.113.11');
    const [issue, ...others] = startedSfu(items, 'talk-sfu-paris-a', 'node-3').issues;
    expect(others).toEqual([]);
    expect(issue).toMatchObject({
      key: 'mediaListen[0].announcedAddress',
      allowed: expect.stringMatching(/addresses\/node-3/),
    });
  });

  it('drain one after another when machines are emptied', () => {
    const budget = named(itemsOf('two-regions.yaml'), 'PodDisruptionBudget', 'meridian-sfu-frankfurt');
    const held = workloads(itemsOf('two-regions.yaml')).filter((one) =>
      matches(budget.spec.selector.matchLabels, labelsOf(one)),
    );
    expect(held.map(({ metadata }) => metadata.name)).toEqual(['meridian-sfu-frankfurt-a', 'meridian-sfu-frankfurt-b']);
    expect(budget.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });
});

describe('a pod', () => {
  it('enrols as its kind and region, by a token that is good for the centre alone', () => {
    const items = itemsOf('two-regions.yaml');
    const { kubernetes } = startedPods(items, named(items, 'Deployment', 'meridian-centre')).config;
    const nodes = workloads(items).filter((one) => !['scheduler', 'web'].includes(programOf(one)));
    expect(nodes).toHaveLength(11);
    for (const node of nodes) {
      const { config } = startedPods(items, node);
      expect(kubernetes.serviceAccounts[podOf(node).serviceAccountName]).toBe(programOf(node));
      expect(labelsOf(node)['meridian.dev/region']).toBe(config.region);
      expect(config).toMatchObject({ id: 'sfu-0', hostId: 'node-1' });
      const mountOf = (file: string) =>
        containerOf(node).volumeMounts.find(({ mountPath }: KubernetesObject) =>
          file.replace(/.*\/root-\w+/, '').startsWith(`${mountPath}/`),
        );
      const volumeOf = (file: string) =>
        podOf(node).volumes.find(({ name }: KubernetesObject) => name === mountOf(file)?.name);
      expect(volumeOf(config.enrolmentTokenFile).projected.sources).toEqual([
        { serviceAccountToken: { audience: 'meridian', expirationSeconds: 3600, path: 'token' } },
      ]);
      expect(volumeOf(config.enrolmentCaFile).configMap.name).toBe(kubernetes.authorityConfigMap);
    }
  });

  it('is replaced exactly when its configuration changes', () => {
    const annotations = (items: KubernetesObject[]) =>
      Object.fromEntries(workloads(items).map((one) => [one.metadata.name, one.spec.template.metadata.annotations]));
    const [before, after] = [
      annotations(itemsOf('minimal.yaml')),
      annotations(having('signaling.config.development=true')),
    ];
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    expect(changed).toEqual(['meridian-signaling-frankfurt']);
    const rolled = annotations(having('podAnnotations={"round": "2"}'));
    expect(Object.values(rolled)).toEqual(Object.values(before).map((one) => Object.assign({ round: '2' }, one)));
  });

  it('with a port of its machine or a volume is replaced only after it has ended', () => {
    const strategies = (file: string) =>
      Object.fromEntries(
        itemsOf(file)
          .filter(({ kind }) => kind === 'Deployment')
          .map((one) => [programOf(one), one.spec.strategy.rollingUpdate ?? one.spec.strategy.type]),
      );
    const after = { maxSurge: 0, maxUnavailable: 1 };
    const before = { maxSurge: 1, maxUnavailable: 0 };
    expect(strategies('minimal.yaml')).toEqual({
      scheduler: before,
      api: before,
      web: before,
      signaling: before,
      gateway: after,
    });
    expect(strategies('single.yaml')).toMatchObject({ scheduler: 'Recreate', api: 'Recreate', web: before });
    expect(new Set(Object.values(strategies('hostnetwork-all.yaml')).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(after)]),
    );
  });
});

describe('the centre', () => {
  it('runs standbys with Redis, and names its own address', () => {
    const { config } = startedPods(
      itemsOf('minimal.yaml'),
      named(itemsOf('minimal.yaml'), 'Deployment', 'meridian-centre'),
    );
    expect(config).toMatchObject({
      standby: true,
      linkUrl: 'wss://10.42.0.9:7000',
      redisUrl: 'rediss://:pw@redis.example.org:6379',
    });
    const alone = startedPods(
      itemsOf('single.yaml'),
      named(itemsOf('single.yaml'), 'Deployment', 'meridian-centre'),
    ).config;
    expect(alone.standby).toBe(false);
    expect(named(itemsOf('single.yaml'), 'PersistentVolumeClaim', 'meridian-centre').spec).toMatchObject({
      storageClassName: 'fast',
    });
    expect(named(itemsOf('single.yaml'), 'PersistentVolumeClaim', 'meridian-api')).toBeUndefined();
  });

  const rulesOf = (items: KubernetesObject[]): KubernetesObject[] => [
    ...named(items, 'Role', 'meridian-centre').rules,
    ...named(items, 'ClusterRole', 'calls-meridian-centre').rules,
  ];
  const rights = (rules: readonly KubernetesObject[]): string[] =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      verbs.map((verb: string) => `${verb} ${apiGroups[0]}/${resources[0]}`),
    );

  it('has exactly the rights that the suite of the driver needs', () => {
    const wanted = [...rights(centreRules), ...rights(centreClusterRules)].sort();
    expect(rights(rulesOf(itemsOf('autoscaling.yaml'))).sort()).toEqual(wanted);
    const changing = rulesOf(itemsOf('autoscaling.yaml')).filter(({ verbs }) =>
      verbs.some((verb: string) => /patch|update/.test(verb)),
    );
    expect(changing.map(({ resourceNames }) => resourceNames)).toEqual([
      ['meridian-authority'],
      ['meridian-sfu-frankfurt-a', 'meridian-sfu-frankfurt-b'],
      ['meridian-sfu-frankfurt-a', 'meridian-sfu-frankfurt-b'],
    ]);
  });

  it('may change no StatefulSet without autoscaling', () => {
    expect(rights(rulesOf(itemsOf('minimal.yaml'))).join()).not.toMatch(/statefulsets|list/);
  });
});

it('network policies admit links from everywhere, and clients from the networks in the values', () => {
  const policy = named(itemsOf('external-ingress.yaml'), 'NetworkPolicy', 'talk-api').spec.ingress;
  const edge = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } };
  expect(
    policy.filter(({ ports }: KubernetesObject) => ports[0].port === 'http').map(({ from }: KubernetesObject) => from),
  ).toEqual([
    [edge],
    [{ podSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/component': 'web' }) } }],
  ]);
  const centre = named(itemsOf('external-ingress.yaml'), 'NetworkPolicy', 'talk-centre').spec.ingress;
  expect(centre[0]).toEqual({ ports: [{ port: 'links' }] });
  expect(centre).toHaveLength(2);
  expect(itemsOf('hostnetwork-all.yaml').filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
});

it('the ingress routes each path to the service to which nginx of a host routes it', () => {
  const [ingress] = itemsOf('two-regions.yaml').filter(({ kind }) => kind === 'Ingress');
  const rules = Object.fromEntries(
    ingress.spec.rules.map(({ host, http }: KubernetesObject) => [
      host,
      http.paths
        .map(({ path, pathType, backend }: KubernetesObject) => `${path} ${pathType} ${backend.service.name}`)
        .sort(),
    ]),
  );
  expect(rules).toEqual({
    'meet.example.org': [
      '/ Prefix meridian-web',
      '/api Prefix meridian-api',
      '/hls Prefix meridian-gateway-frankfurt',
      '/library Prefix meridian-library-frankfurt',
      '/live Prefix meridian-gateway-frankfurt',
      '/rtc Prefix meridian-signaling-frankfurt',
      '/twirp Prefix meridian-api',
      '/v1 Prefix meridian-gateway-frankfurt',
      '/v1/echo Exact meridian-signaling-frankfurt',
      '/v1/entry Exact meridian-signaling-frankfurt',
      '/v1/rtc Exact meridian-signaling-frankfurt',
      '/whip Prefix meridian-gateway-frankfurt',
    ],
    'sgp.example.org': [
      '/rtc Prefix meridian-signaling-singapore',
      '/v1/echo Exact meridian-signaling-singapore',
      '/v1/entry Exact meridian-signaling-singapore',
      '/v1/rtc Exact meridian-signaling-singapore',
    ],
  });
});

describe('the chart refuses', () => {
  const region = (more: object): string =>
    `regions=${JSON.stringify([Object.assign({ name: 'fra', city: 'F', latitude: 1, longitude: 1, url: 'https://a.example', slots: [{ name: 'a', portBase: 20000, replicas: 1 }] }, more)])}`;
  it.each<[string, string, RegExp]>([
    ['an unknown key', 'sfu.drain=1', /sfu: Additional property drain is not allowed/],
    ['an unknown key at the top', 'centres={}', /Additional property centres/],
    ['no region', 'regions=[]', /regions: Array must have at least 1/],
    ['recorders without a library node', region({ recorder: { replicas: 1 } }), /recordings are kept by library nodes/],
    ['a region without a name', region({ name: '' }), /regions.0.name: Does not match/],
    ['a region in capitals', region({ name: 'Fra' }), /regions.0.name/],
    ['a region without an address', region({ url: 'a.example' }), /regions.0.url/],
    ['a place that is none', region({ latitude: 91 }), /regions.0.latitude/],
    [
      'a slot between hundreds',
      region({ slots: [{ name: 'a', portBase: 20050 }] }),
      /portBase: Must be a multiple of 100/,
    ],
    ['a slot above all ports', region({ slots: [{ name: 'a', portBase: 65500 }] }), /portBase/],
    ['a port that is none', 'ports.web=70000', /ports.web/],
    ['a port of another region', region({ ports: { web: 1 } }), /Additional property web/],
    ['two library nodes at one address', region({ library: { replicas: 2 } }), /library.replicas/],
    ['a secret in values', 'secrets.cluster.value="x"', /secrets.cluster: Additional property value/],
    ['no Secret of the centre', 'secrets.cluster.name=""', /secrets.cluster.name/],
    ['a channel without an address', 'distribution.channels=[{"name": "a"}]', /channels.0: url is required/],
    [
      'a password of a channel in values',
      'distribution.channels=[{"name": "a", "url": "redis://:pw@redis.example.org"}]',
      /channels.0.url: Does not match/,
    ],
    [
      'a channel twice',
      'distribution.channels=[{"name": "a", "url": "redis://a"}, {"name": "a", "url": "redis://b"}]',
      /distribution.channels: a stands twice/,
    ],
    [
      'channels out of a Secret that pods do not have',
      'distribution.channels=[{"name": "a", "url": "${file:/etc/meridian/secret/a}"}]',
      /channels.0.url: Does not match/,
    ],
    ['channels of the api alone', 'api.config.distribution={}', /api.config: Property name of "distribution"/],
    ['an edge without a region', 'edges.servers=[{"url": "https://edge-1.example.org"}]', /servers.0: region is req/],
    ['a key that the chart decides', 'sfu.config.drainLimitMs=1', /sfu.config: Property name of "drainLimitMs"/],
    ['a driver', 'autoscaling.config.driver="log"', /autoscaling.config/],
    ['an address that is a name', 'publicAddresses={"node-1": "a.example"}', /publicAddresses/],
    ['a wrong policy of images', 'image.pullPolicy="Sometimes"', /image.pullPolicy/],
    ['several centres without Redis', 'secrets.redis.name=""', /centre.replicas: several centres agree through Redis/],
    ['several apis without PostgreSQL', 'secrets.postgres.name=""', /api.replicas: several apis share PostgreSQL/],
    ['an api in no region', 'api.region="mars"', /api.region: mars is none of the regions/],
    ['a slot without a size', region({ slots: [{ name: 'a', portBase: 20000 }] }), /slot a of fra needs replicas/],
    ['two regions of one name', 'regions', /frankfurt stands twice/],
    [
      'two slots of one name',
      region({
        slots: [
          { name: 'a', portBase: 20000, replicas: 1 },
          { name: 'a', portBase: 20100, replicas: 1 },
        ],
      }),
      /slot a of fra stands twice/,
    ],
    ['two regions at one address', 'regions', /https:\/\/meet.example.org is of two regions/],
  ])('%s', (what, set, message) => {
    const one = { city: 'F', latitude: 1, longitude: 1, slots: [{ name: 'a', portBase: 20000, replicas: 1 }] };
    const two =
      what === 'two regions of one name'
        ? [
            { name: 'frankfurt', url: 'https://a.example' },
            { name: 'frankfurt', url: 'https://b.example' },
          ]
        : [
            { name: 'fra', url: 'https://meet.example.org' },
            { name: 'sgp', url: 'https://meet.example.org' },
          ];
    const value =
      set === 'regions' ? `regions=${JSON.stringify(two.map((each) => Object.assign({}, one, each)))}` : set;
    expect(() => having(value)).toThrow(message);
  });

  it('names that are too long, before Kubernetes refuses their pods', () => {
    const longValues = join(folder, 'long.yaml');
    writeFileSync(
      longValues,
      readFileSync(fileOf('minimal.yaml'), 'utf8').replace('name: frankfurt', `name: ${'f'.repeat(24)}`),
    );
    const args = ['--values', longValues, '--set', 'fullnameOverride=a2345678901234567890123'];
    expect(() => rendered(helm, args)).toThrow(/longer than 52 characters/);
  });
});
