import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { bundleOf } from '../../../infra/services/entries.mjs';
import type { Say } from '../../support/case.ts';
import type { FleetNode } from '../../test/support/cloud.ts';
import { Authority } from '../two-servers/authority.ts';
import type { Call } from '../two-servers/call.ts';
import { Clients } from '../two-servers/clients.ts';
import { hosts, TwoPlaces } from '../two-servers/network.ts';
import { Cluster } from './cluster.ts';
import type { Images } from './images.ts';
import { Ingress, pageUrl } from './ingress.ts';
import { Stores } from './stores.ts';
import { apiKey, namespace, secrets } from './values.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 16 * 1024 * 1024;
const jsonBody = 'content-type: application/json';

export interface StageOptions {
  readonly images: Images;
  readonly programs: string | undefined;
  readonly rttMs: number;
  readonly say: Say;
}

// biome-ignore lint/suspicious/noExplicitAny: objects of the API server and the centre, as they come
type Json = any;

export class Stage {
  readonly say: Say;
  readonly images: Images;
  readonly net: TwoPlaces;
  readonly cluster: Cluster;
  readonly stores: Stores;
  readonly clients: Clients;
  readonly #caFile: string;
  call: Call | undefined;
  links: readonly string[] = [];

  private constructor(
    o: Pick<Stage, 'say' | 'images' | 'net' | 'cluster' | 'stores' | 'clients'> & { caFile: string },
  ) {
    this.say = o.say;
    this.images = o.images;
    this.net = o.net;
    this.cluster = o.cluster;
    this.stores = o.stores;
    this.clients = o.clients;
    this.#caFile = o.caFile;
  }

  /** Creates all resources; after a failure `closeOwned` closes the created part. Needs root. */
  static async create({ images, programs, rttMs, say }: StageOptions): Promise<Stage> {
    const net = await TwoPlaces.create({ rttMs });
    const { ip } = hosts['server-1'];
    const stores = await Stores.start({ prefix: net.prefix('server-1'), ip, password: 'lab-password' });
    const authority = new Authority();
    new Ingress(net, authority);
    const clients = new Clients({ net, caFile: authority.file });
    const cluster = await Cluster.start({ net, programs, sandboxArchive: images.sandbox });
    return new Stage({ say, images, net, cluster, stores, clients, caFile: authority.file });
  }

  async cli(...words: string[]): Promise<string> {
    const [file = '', ...prefix] = this.net.prefix('client-1');
    const cliEnv = { MERIDIAN_URL: pageUrl, MERIDIAN_API_KEY: apiKey.key, MERIDIAN_API_SECRET: apiKey.secret };
    const env = Object.assign({}, process.env, cliEnv, { NODE_EXTRA_CA_CERTS: this.#caFile });
    const program = bundleOf(join(import.meta.dirname, '../../..'), 'meridian');
    const { stdout } = await run(file, [...prefix, process.execPath, program, ...words], { env });
    return stdout;
  }

  /** Sends a request to the leading centre, which answers only on the loopback of its machine. */
  async centre(method: string, path: string, body?: object): Promise<Json> {
    const headers = [`authorization: Bearer ${secrets.token}`, ...(body === undefined ? [] : [jsonBody])];
    const words = ['--silent', '--show-error', '--request', method, ...headers.flatMap((each) => ['--header', each])];
    const data = body === undefined ? [] : ['--data', JSON.stringify(body)];
    const failures: string[] = [];
    for (const server of ['server-1', 'server-2'] as const) {
      const [file = '', ...prefix] = this.net.prefix(server);
      const curl = [...prefix, 'curl', ...words, ...data, '--write-out', '\\n%{http_code}'];
      try {
        const { stdout } = await run(file, [...curl, `http://127.0.0.1:7001${path}`], { maxBuffer: BUFFER_BYTES });
        const end = stdout.lastIndexOf('\n');
        if (stdout.slice(end + 1).startsWith('2')) return JSON.parse(stdout.slice(0, end));
        failures.push(`${server}: HTTP ${stdout.slice(end + 1)} ${stdout.slice(0, end)}`);
      } catch (error) {
        failures.push(`${server}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(`no centre answers ${method} ${path}: ${failures.join('; ')}`);
  }

  async mediaNodes(): Promise<FleetNode[]> {
    const { nodes } = (await this.centre('GET', '/v1/fleet')) as { nodes: FleetNode[] };
    return nodes.filter(({ kind }) => kind === 'sfu');
  }

  async pods(selector = 'app.kubernetes.io/component=sfu'): Promise<ReadonlyMap<string, Json>> {
    const { items } = await this.cluster.get('pods', '--namespace', namespace, '--selector', selector);
    return new Map((items as Json[]).map((pod) => [pod.metadata.name as string, pod]));
  }

  async lastLogs(): Promise<string> {
    const words = [this.cluster.lastLogs()];
    const namespaceOptions = ['--namespace', namespace];
    const ask = (...asked: string[]) =>
      this.cluster.kubectl(...asked, ...namespaceOptions).catch((error: Error) => error.message);
    words.push(await ask('get', 'pods', '--output', 'wide'), await ask('get', 'events', '--sort-by=.lastTimestamp'));
    const names = (await ask('get', 'pods', '--output', 'name')).split('\n').filter((name) => name.startsWith('pod/'));
    for (const name of names) words.push(name, await ask('logs', name, '--tail=15'));
    return words.join('\n');
  }
}
