// A signaling node as deployed: its bundle in a process of its own on one processor. The centre and the media node are
// the stubs of the node's own tests, in this process; no media flows.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Authority, CredentialStore, createLogger, systemClock } from '@meridian/runtime';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { FakeCentre } from '../../../signaling/test/service/rig/centre.ts';
import { apiKey, secret } from '../../../signaling/test/service/rig/client.ts';
import { FakeNode } from '../../../signaling/test/service/rig/node.ts';
import { until } from '../../test/support/poll.ts';

const id = 'sig-bench';
const region = 'bench';
const identityLifeMs = 3600_000;
const startLimitMs = 30_000;
const endLimitMs = 15_000;
const outputLinesMax = 100;
const mainFile = bundleOf(join(import.meta.dirname, '../../..'), 'signaling');

/** A server under measurement. */
export interface Server {
  /** Address for the clients of a room. */
  url(room: string): string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts a program on one processor; it ends with this process. `port` is called for every line of its output. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #output: string[] = [];

  constructor(o: { cpu: number; args: readonly string[]; onLine?: (line: string) => void }) {
    const endsWithUs = ['setpriv', '--pdeathsig', 'TERM'];
    this.#child = spawn('taskset', ['-c', String(o.cpu), ...endsWithUs, process.execPath, ...o.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        const lines = chunk.toString().trimEnd().split('\n');
        for (const line of lines) o.onLine?.(line);
        this.#output.push(...lines);
        this.#output.splice(0, Math.max(0, this.#output.length - outputLinesMax));
      });
    this.#child.on('error', (error) => this.#output.push(error.message));
  }

  /** Throws with its output when it has ended. */
  get pid(): number {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null)
      throw new Error(`the server has ended:\n${this.#output.join('\n')}`);
    return pid;
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
    await ended;
    clearTimeout(killer);
  }
}

/** `nodeArgs`: options of its Node. */
export async function startSignaling(o: { cpu: number; nodeArgs: readonly string[] }): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-signal-'));
  const clock = systemClock();
  const log = createLogger({ name: 'bench', level: 'fatal' });
  const authority = await Authority.create({ clock });
  const centre = new FakeCentre({ authority, clock, log });
  const media = new FakeNode({ id: 'sfu-bench', region, authority, clock, log });
  let server: ServerProcess | undefined;
  const close = async (): Promise<void> => {
    await server?.close();
    await media.stop();
    await centre.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await centre.start();
    await media.start();
    centre.addNode(media.ref);
    const stateDir = join(folder, 'state');
    const credentials = await authority.issueCredentials({ id, kind: 'signaling', region }, identityLifeMs);
    new CredentialStore(join(stateDir, 'credentials.json')).save(credentials);
    const file = join(folder, 'signaling.json');
    const config = {
      id,
      region,
      city: 'bench',
      latitude: 0,
      longitude: 0,
      hostId: 'bench',
      stateDir,
      logLevel: 'warn',
      centreUrl: centre.url,
      enrolUrl: centre.enrolUrl,
      httpHost: '127.0.0.1',
      httpPort: 0,
      publicUrl: 'ws://127.0.0.1:7880',
      controlListen: { ip: '127.0.0.1', port: 0 },
      apiKeys: [{ key: apiKey, secret, tenant: 'bench' }],
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    const started = new ServerProcess({ cpu: o.cpu, args: [...o.nodeArgs, mainFile, '--config', file] });
    server = started;
    const port = await until(
      'the signaling node registers',
      () => {
        void started.pid;
        return centre.nodes.get(id)?.addresses?.find(({ purpose }) => purpose === 'http')?.port;
      },
      startLimitMs,
    );
    return {
      url: () => `ws://127.0.0.1:${port}/v1/rtc`,
      get pid() {
        return started.pid;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
