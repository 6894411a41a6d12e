// A real Kubernetes for the lab. The first server runs etcd, API server, controllers and scheduler; both servers run a
// kubelet and a containerd. Pods share their server's network. As on machines dedicated to media nodes, there is no
// overlay network, no service proxy and no registry.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { hosts, type TwoPlaces } from '../two-servers/network.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;
const END_LIMIT_MS = 20_000;

export const nodes = ['node-1', 'node-2'] as const;
export type NodeName = (typeof nodes)[number];
const serverOf = { 'node-1': 'server-1', 'node-2': 'server-2' } as const;
export const addressOf = (node: NodeName): string => hosts[serverOf[node]].ip;

const API_PORT = 16_443;
export const apiUrl = `https://${addressOf('node-1')}:${API_PORT}`;
export const sandboxImage = 'localhost/pause:lab';
/** Programs that are built from source; the others are packages of Debian. */
export const kubernetesPrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'helm'];
const debianPrograms = ['etcd', 'containerd', 'runc', 'ctr', 'kubectl', 'redis-server', 'nginx', 'curl'];

export interface ClusterOptions {
  readonly net: TwoPlaces;
  /** Folder of `kubernetesPrograms`; undefined if the programs are on the PATH. */
  readonly programs: string | undefined;
  /** Archive of an image with an idle process, which holds the namespaces of a pod. */
  readonly sandboxArchive: string;
}

const pathWith = (programs: string | undefined): string =>
  [...(programs === undefined ? [] : [programs]), process.env['PATH'] ?? '', '/usr/sbin'].join(delimiter);

const missingAmong = (names: readonly string[], path: string): string[] =>
  names.filter((name) => !path.split(delimiter).some((folder) => existsSync(join(folder, name))));

export const hasPrograms = (programs: string | undefined): boolean =>
  missingAmong(kubernetesPrograms, pathWith(programs)).length === 0;

export function findPrograms(programs: string | undefined): string {
  const path = pathWith(programs);
  const missing = missingAmong([...kubernetesPrograms, ...debianPrograms], path);
  if (missing.length > 0)
    throw new Error(`cannot run: ${missing.join(', ')} not found on the PATH or in the folder of --programs`);
  return path;
}

export class Cluster {
  /** Folder of all files; not in /tmp, which is often a small tmpfs. */
  readonly folder = mkdtempSync('/var/tmp/meridian-k8s-');
  readonly #net: TwoPlaces;
  readonly #path: string;
  readonly #processes = new Map<string, ChildProcess>();
  readonly #unregister = registerResource('the Kubernetes', () => this.close());
  #isClosed = false;

  private constructor({ net, programs }: ClusterOptions) {
    this.#net = net;
    this.#path = findPrograms(programs);
  }

  /** Resolves when both nodes are ready. Needs root. */
  static async start(o: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(o);
    try {
      cluster.#writeFiles();
      cluster.#start('etcd', 'node-1', ['etcd', ...cluster.#etcdWords()]);
      cluster.startApi();
      await cluster.untilApiAnswers();
      const kubeconfig = ['--kubeconfig', cluster.kubeconfig];
      const controllers = ['--service-account-private-key-file', cluster.#file('sa.key')];
      const rootCa = ['--root-ca-file', cluster.caFile];
      // With leader election, controllers and scheduler would end when they lose the API server.
      const noElection = '--leader-elect=false';
      cluster.#start('controllers', 'node-1', [
        'kube-controller-manager',
        ...kubeconfig,
        ...controllers,
        ...rootCa,
        noElection,
      ]);
      cluster.#start('scheduler', 'node-1', ['kube-scheduler', ...kubeconfig, noElection]);
      await Promise.all(nodes.map((node) => cluster.#startNode(node, o.sandboxArchive)));
      raiseContainerWeight();
      await until('both nodes are ready', async () => {
        const ready = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
        return (await cluster.kubectl('get', 'nodes', '--output', `jsonpath=${ready}`)).match(/True/g)?.length === 2;
      });
      return cluster;
    } catch (error) {
      const words = cluster.lastLogs();
      await cluster.close();
      throw new Error(`the Kubernetes does not start: ${words}`, { cause: error });
    }
  }

  get kubeconfig(): string {
    return this.#file('kubeconfig');
  }

  get caFile(): string {
    return this.#file('api.crt');
  }

  get tokenFile(): string {
    return this.#file('token');
  }

  kubectl(...words: string[]): Promise<string> {
    return this.#run('kubectl', words);
  }

  helm(...words: string[]): Promise<string> {
    return this.#run('helm', words);
  }

  // biome-ignore lint/suspicious/noExplicitAny: objects of the API server, as they come
  async get(...words: string[]): Promise<any> {
    return JSON.parse(await this.kubectl('get', ...words, '--output', 'json'));
  }

  async apply(...objects: object[]): Promise<void> {
    const file = this.#file('apply.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    await this.kubectl('apply', '--filename', file);
  }

  async importImage(archive: string): Promise<void> {
    for (const node of nodes)
      await run('ctr', ['--address', this.#socket(node), '--namespace', 'k8s.io', 'images', 'import', archive], {
        maxBuffer: BUFFER_BYTES,
      });
  }

  startApi(): void {
    const key = this.#file('sa.key');
    this.#start('apiserver', 'node-1', [
      'kube-apiserver',
      ...['--etcd-servers', 'http://127.0.0.1:12379', '--authorization-mode', 'RBAC'],
      ...['--tls-cert-file', this.caFile, '--tls-private-key-file', this.#file('api.key')],
      ...['--bind-address', addressOf('node-1'), '--secure-port', String(API_PORT)],
      ...['--service-account-issuer', 'https://lab', '--service-cluster-ip-range', '10.96.0.0/16'],
      ...['--service-account-key-file', key, '--service-account-signing-key-file', key],
      ...['--token-auth-file', this.#file('tokens.csv'), '--kubelet-preferred-address-types', 'InternalIP'],
    ]);
  }

  killApi(): Promise<void> {
    return this.#end('apiserver', 'SIGKILL');
  }

  async untilApiAnswers(): Promise<void> {
    await until('the API server answers', async () => (await this.kubectl('get', '--raw', '/readyz')) === 'ok');
  }

  /** Ends all pods, without grace, and all programs. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unregister();
    const ignore = (): void => undefined; // `#endTasks` ends the containers if there is no API server
    const all = ['--all', '--all-namespaces', '--force', '--grace-period=0', '--wait=false', '--ignore-not-found'];
    await this.kubectl('delete', 'deployments,statefulsets,pods', ...all).catch(ignore);
    for (const name of ['kubelet-node-1', 'kubelet-node-2', 'scheduler', 'controllers', 'apiserver'])
      await this.#end(name, 'SIGKILL');
    for (const node of nodes) await this.#endTasks(node).catch(ignore);
    for (const name of ['containerd-node-1', 'containerd-node-2', 'etcd']) await this.#end(name, 'SIGTERM');
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    for (const mount of mounts.filter((path) => path.startsWith(`${this.folder}/`)).reverse())
      execFileSync('umount', ['--lazy', mount], { stdio: 'ignore' });
    // `rmSync` would take a minute, since images have a hundred thousand files.
    execFileSync('rm', ['-rf', this.folder]);
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  #socket(node: NodeName): string {
    return this.#file(`${node}/containerd.sock`);
  }

  async #run(program: string, words: readonly string[]): Promise<string> {
    const [file = '', ...prefix] = this.#net.prefix('server-1');
    const env = Object.assign({}, process.env, { KUBECONFIG: this.kubeconfig, PATH: this.#path });
    const { stdout } = await run(file, [...prefix, program, ...words], { env, maxBuffer: BUFFER_BYTES });
    return stdout;
  }

  /** Starts a program in the network of a node. Avoids `ip netns exec`, which hides the cgroups. */
  #start(name: string, node: NodeName, words: readonly string[]): void {
    const log = openSync(this.#file(`${name}.log`), 'a');
    const network = `--net=/run/netns/${this.#net.namespace(serverOf[node])}`;
    const env = Object.assign({}, process.env, { PATH: this.#path });
    const options = { cwd: this.folder, env, stdio: ['ignore', log, log] as ('ignore' | number)[] };
    this.#processes.set(name, spawn('nsenter', [network, ...words], options));
    closeSync(log);
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#processes.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }

  async #endTasks(node: NodeName): Promise<void> {
    const ctr = async (...words: string[]): Promise<string[]> => {
      const { stdout } = await run('ctr', ['--address', this.#socket(node), '--namespace', 'k8s.io', ...words]);
      return stdout.split('\n').filter(Boolean);
    };
    const endMs = performance.now() + END_LIMIT_MS;
    for (let ids = await ctr('tasks', 'list', '--quiet'); ids.length > 0; ids = await ctr('tasks', 'list', '--quiet')) {
      if (performance.now() > endMs) throw new Error(`${node}: containers are left: ${ids.join(', ')}`);
      for (const id of ids) await ctr('tasks', 'delete', '--force', id).catch(() => undefined);
      await pause(100);
    }
  }

  #etcdWords(): string[] {
    const client = 'http://127.0.0.1:12379';
    const listen = ['--listen-client-urls', client, '--advertise-client-urls', client];
    return ['--data-dir', this.#file('etcd'), ...listen, '--listen-peer-urls', 'http://127.0.0.1:12380'];
  }

  #writeFiles(): void {
    const address = addressOf('node-1');
    const names = `subjectAltName=IP:${address},IP:10.96.0.1,DNS:kubernetes.default.svc`;
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', this.#file('api.key')];
    const certificate = ['-x509', '-days', '2', '-subj', '/CN=api', '-addext', names, '-out', this.caFile];
    execFileSync('openssl', ['req', ...key, ...certificate], { stdio: 'pipe' });
    execFileSync('openssl', ['genrsa', '-out', this.#file('sa.key'), '2048'], { stdio: 'pipe' });
    writeFileSync(this.#file('tokens.csv'), 'lab,admin,admin,system:masters\n');
    writeFileSync(this.tokenFile, 'lab');
    const cluster = { server: apiUrl, 'certificate-authority': this.caFile };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'lab', user: { token: 'lab' } }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      'current-context': 'lab',
    };
    writeFileSync(this.kubeconfig, JSON.stringify(config));
  }

  async #startNode(node: NodeName, sandboxArchive: string): Promise<void> {
    const folder = this.#file(node);
    for (const name of ['kubelet', 'cni', 'logs']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(
      join(folder, 'cni/lo.conflist'),
      JSON.stringify({ cniVersion: '0.4.0', name: 'lo', plugins: [{ type: 'loopback' }] }),
    );
    writeFileSync(join(folder, 'containerd.toml'), containerdConfig(folder));
    writeFileSync(join(folder, 'kubelet.yaml'), JSON.stringify(kubeletConfig(folder, addressOf(node))));
    this.#start(`containerd-${node}`, node, ['containerd', '--config', join(folder, 'containerd.toml')]);
    const words = ['--address', this.#socket(node), '--namespace', 'k8s.io', 'images', 'import', sandboxArchive];
    await until(`the containerd of ${node} answers`, async () => run('ctr', words));
    // The kubelet needs a mount point as its root.
    execFileSync('mount', ['--types', 'tmpfs', 'tmpfs', join(folder, 'kubelet')]);
    this.#start(`kubelet-${node}`, node, [
      'kubelet',
      ...['--config', join(folder, 'kubelet.yaml'), '--kubeconfig', this.kubeconfig],
      ...['--root-dir', join(folder, 'kubelet'), '--hostname-override', node, '--node-ip', addressOf(node)],
    ]);
  }

  lastLogs(): string {
    return globSync(this.#file('*.log'))
      .map((file) => `${file}\n${readFileSync(file, 'utf8').split('\n').slice(-15).join('\n')}`)
      .join('\n');
  }
}

/**
 * Gives all containers together the CPU weight of four processes. With the default weight of one they starve beside
 * browsers; with more the browsers starve.
 */
function raiseContainerWeight(): void {
  const processes = 4;
  const [first, second] = ['/sys/fs/cgroup/cpu/k8s.io', '/sys/fs/cgroup/k8s.io'];
  if (existsSync('/sys/fs/cgroup/cpu')) {
    mkdirSync(first, { recursive: true });
    writeFileSync(join(first, 'cpu.shares'), String(1024 * processes));
  } else {
    mkdirSync(second, { recursive: true });
    writeFileSync(join(second, 'cpu.weight'), String(100 * processes));
  }
}

const containerdConfig = (folder: string): string => `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    conf_dir = "${folder}/cni"
    bin_dir = "${folder}/cni"
`;

/** Returns a configuration without limits of CPU and memory, so that machines without cgroups of version 2 suffice. */
const kubeletConfig = (folder: string, address: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  cgroupDriver: 'cgroupfs',
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  failSwapOn: false,
  failCgroupV1: false,
  containerRuntimeEndpoint: `unix://${folder}/containerd.sock`,
  podLogsDir: `${folder}/logs`,
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  address,
  localStorageCapacityIsolation: false,
});
