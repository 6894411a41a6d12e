// Hosts in networks and folders of their own, with the real commands and services.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '../../../..');
const initOptions = ['--region', 'frankfurt', '--domain', 'meet.example.org'];
/** IPv4, IPv6, and an address for media at port 443. */
const ownAddresses = ['--address', '127.0.0.11', '--address', 'fd00::11', '--tls-address', '127.0.0.12'];
const little = ['--media-nodes', '1', '--no-start'];

const fetching = `fetch(process.env.ASKED, JSON.parse(process.env.SENT)).then(async (answer) =>
  console.log(JSON.stringify({ status: answer.status, headers: [...answer.headers], body: await answer.text() })))`;

export interface CommandResult {
  readonly code: number;
  readonly text: string;
}

export class LoneHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'meridian-host-'));
  readonly etc = join(this.folder, 'etc');
  readonly state = join(this.folder, 'state');
  readonly #network: ChildProcess;
  readonly #addresses: readonly string[];
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** The network has only `lo`, so that no other cloud interferes. */
  static async open(): Promise<LoneHost> {
    const network = await newNetwork();
    await inside(network, ['ip', 'address', 'add', 'fd00::11/128', 'dev', 'lo']);
    return new LoneHost(network, ownAddresses);
  }

  private constructor(network: ChildProcess, addresses: readonly string[]) {
    this.#network = network;
    this.#addresses = addresses;
  }

  meridian(...words: string[]): Promise<CommandResult> {
    return this.exec(this.#main(words));
  }

  meridianWith(env: Readonly<Record<string, string>>, ...words: string[]): Promise<CommandResult> {
    return this.exec(this.#main(words), env);
  }

  init(): Promise<CommandResult> {
    return this.meridian('init', ...initOptions, ...this.#addresses, '--admin', 'ann@example.org', ...little);
  }

  /** Joins by a line of `invite`. */
  join(line: string): Promise<CommandResult> {
    return this.meridian('join', line, ...this.#addresses, ...little);
  }

  /** Runs `meridian node run`; the returned function ends it and resolves with its exit code. */
  run(): () => Promise<number | null> {
    return this.start(this.#main(['run']));
  }

  exec(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return inside(this.#network, words, env);
  }

  async fetch(request: Request): Promise<Response> {
    const { url, method, headers } = request;
    const sent = JSON.stringify({ method, headers: [...headers], body: await request.text() });
    const { code, text } = await this.exec([process.execPath, '--eval', fetching], { ASKED: url, SENT: sent });
    if (code !== 0) throw new Error(text);
    const { body, ...o } = JSON.parse(text) as { body: string; status: number; headers: [string, string][] };
    return new Response(body, o);
  }

  /** Starts a program inside the network; the returned function ends it and resolves with its exit code. */
  start(words: readonly string[]): () => Promise<number | null> {
    const child = spawn('nsenter', entering(this.#network, words), { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const end = (): Promise<number | null> => {
      child.kill('SIGTERM');
      return ended;
    };
    this.#ends.push(end);
    return end;
  }

  /** Starts a Node program inside the network; resolves once it has printed something. */
  async program(script: string): Promise<() => void> {
    const words = entering(this.#network, [process.execPath, '-e', script]);
    const child = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return () => void child.kill();
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    this.#network.kill('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }

  #main(words: readonly string[]): string[] {
    return [process.execPath, join(root, 'dist/services/node.js'), '--etc', this.etc, '--state', this.state, ...words];
  }
}

async function newNetwork(): Promise<ChildProcess> {
  const script = 'ip link set lo up && echo up && exec sleep infinity';
  const network = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => network.stdout.once('data', resolve));
  return network;
}

const entering = ({ pid }: ChildProcess, words: readonly string[]): string[] => [
  `--net=/proc/${pid}/ns/net`,
  '--',
  ...words,
];

function inside(
  network: ChildProcess,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const options = { timeout: 120_000, env: Object.assign({}, process.env, env) };
  return new Promise((resolve) => {
    execFile('nsenter', entering(network, words), options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
    );
  });
}
