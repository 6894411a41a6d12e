// A host in a network and folders of its own, by the real commands and services.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '../../..');
const where = ['--region', 'frankfurt', '--domain', 'meet.example.org'];
/** IPv4, IPv6, and one for media at port 443. */
const addresses = ['--address', '127.0.0.11', '--address', 'fd00::11', '--tls-address', '127.0.0.12'];

export interface Ended {
  readonly code: number;
  readonly text: string;
}

export class LoneHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'meridian-host-'));
  readonly etc = join(this.folder, 'etc');
  readonly state = join(this.folder, 'state');
  readonly #network: ChildProcess;
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** Its network has `lo` and nothing else, so that no other cloud is in the way. */
  static async open(): Promise<LoneHost> {
    const script = 'ip link set lo up && ip address add fd00::11/128 dev lo && echo up && exec sleep infinity';
    const network = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => network.stdout.once('data', resolve));
    return new LoneHost(network);
  }

  private constructor(network: ChildProcess) {
    this.#network = network;
  }

  /** `meridian node WORDS`: what it prints, and its exit code. */
  meridian(...words: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile('nsenter', this.#main(words), { timeout: 120_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
      );
    });
  }

  init(): Promise<Ended> {
    return this.meridian(
      'init',
      ...where,
      ...addresses,
      '--admin',
      'ann@example.org',
      '--media-nodes',
      '1',
      '--no-start',
    );
  }

  /** `meridian node run`, until the answer is called: its exit code. */
  run(): () => Promise<number | null> {
    const child = spawn('nsenter', this.#main(['run']), { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const end = (): Promise<number | null> => {
      child.kill('SIGTERM');
      return ended;
    };
    this.#ends.push(end);
    return end;
  }

  /** A program of Node inside the network, once it has printed something. */
  async program(script: string): Promise<() => void> {
    const words = this.#inside([process.execPath, '-e', script]);
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
    const program = [process.execPath, join(root, 'ops/src/main.ts'), '--etc', this.etc, '--state', this.state];
    return this.#inside([...program, ...words]);
  }

  #inside(words: readonly string[]): string[] {
    return [`--net=/proc/${this.#network.pid}/ns/net`, '--', ...words];
  }
}
