// Light clients, which are a C program in `bench/clients/` that is built for the run. One thread serves all clients.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { wire } from '@meridian/protocol';
import { until } from '../../test/support/poll.ts';

const sourceDir = join(import.meta.dirname, '../clients');
const startLimitMs = 10_000;
const connectLimitMs = 20_000;
const measureGraceMs = 15_000;

/** Results of a window. Delays run from the sender's time stamp in the packet to the kernel's stamp of its arrival. */
export interface ClientWindow {
  readonly seconds: number;
  readonly streams: number;
  readonly silentStreams: number;
  readonly expectedPackets: number;
  readonly receivedPackets: number;
  readonly videoPackets: number;
  readonly audioPackets: number;
  readonly receivedBytes: number;
  /** Datagrams that the kernel dropped at the clients' own full sockets; the node is not at fault. */
  readonly ownDrops: number;
  readonly undecryptable: number;
  readonly delayMsP50: number;
  readonly delayMsP99: number;
  readonly delayMsP999: number;
  /** Delay of the clients' own sending. Above some ms the clients lacked CPU time, so the window says little. */
  readonly sendLateMsP99: number;
  readonly cpuMs: number;
}

export class LightClients {
  readonly fingerprint: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #dir: string;
  readonly #connectedIds = new Set<number>();
  readonly #failed = new Set<number>();
  #measured: ClientWindow | undefined;
  #errors = '';
  #transports = 0;

  /** Builds the clients and starts them on one processor. Rejects with the compiler's output when the build fails. */
  static async start(o: { cpu: number }): Promise<LightClients> {
    const dir = mkdtempSync(join(tmpdir(), 'meridian-clients-'));
    try {
      const program = await build(dir);
      const child = spawn('taskset', ['-c', String(o.cpu), program], { stdio: ['pipe', 'pipe', 'pipe'] });
      const lines = createInterface({ input: child.stdout });
      const [first] = (await Promise.race([
        once(lines, 'line', { signal: AbortSignal.timeout(startLimitMs) }),
        once(child, 'exit').then(() => ['']),
      ])) as [string];
      const fingerprint = /^fingerprint (\S+)$/.exec(first)?.[1];
      if (fingerprint === undefined) throw new Error('the light clients did not start');
      return new LightClients(child, lines, dir, fingerprint);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    lines: NodeJS.EventEmitter,
    dir: string,
    fingerprint: string,
  ) {
    this.#child = child;
    this.#dir = dir;
    this.fingerprint = fingerprint;
    child.stderr.on('data', (chunk: Buffer) => (this.#errors = `${this.#errors}${chunk}`.slice(-4000)));
    child.stdin.on('error', (error) => (this.#errors += error.message));
    lines.on('line', (line: string) => {
      const [word, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
      if (word === 'up') this.#connectedIds.add(Number(rest));
      else if (word === 'failed') this.#failed.add(Number(rest));
      else if (word === 'measured') this.#measured = JSON.parse(rest) as ClientWindow;
    });
  }

  /** Begins ICE and DTLS of one transport and returns its id; `connected` waits for all begun so far. */
  connect(transport: wire.TransportInfo.$Properties, o: { sends: boolean; transportCcId: number }): number {
    this.#transports += 1;
    const id = this.#transports;
    const candidate = transport.iceCandidates?.find(({ protocol }) => protocol === 'udp');
    const { usernameFragment, password } = transport.iceParameters ?? {};
    if (!candidate || !usernameFragment || !password) throw new Error('a transport has no address');
    this.#sendLine(
      'transport',
      id,
      o.sends ? 'send' : 'recv',
      candidate.address,
      candidate.port,
      usernameFragment,
      password,
      o.transportCcId,
    );
    return id;
  }

  async connected(): Promise<void> {
    await until(
      'light clients connect',
      () => this.#hasEnded || this.#connectedIds.size + this.#failed.size === this.#transports,
      connectLimitMs,
    );
    this.#check();
    if (this.#failed.size > 0) throw new Error(`${this.#failed.size} light clients failed their DTLS handshake`);
  }

  /** Starts to send a stream. `phaseMs` spreads streams over the length of a frame. */
  publish(
    transport: number,
    o: {
      ssrc: number;
      kind: 'video' | 'audio';
      payloadType: number;
      packetsPerFrame: number;
      packetBytes: number;
      levelExtensionId: number;
      phaseMs: number;
    },
  ): void {
    this.#sendLine(
      'publish',
      transport,
      o.ssrc,
      o.kind,
      o.payloadType,
      o.packetsPerFrame,
      o.packetBytes,
      o.levelExtensionId,
      o.phaseMs,
    );
  }

  expect(transport: number, o: { ssrc: number; kind: 'video' | 'audio' }): void {
    this.#sendLine('expect', transport, o.ssrc, o.kind);
  }

  async measure(ms: number): Promise<ClientWindow> {
    this.#measured = undefined;
    this.#sendLine('measure', ms);
    await until(
      'the light clients measured',
      () => this.#hasEnded || this.#measured !== undefined,
      ms + measureGraceMs,
    );
    this.#check();
    if (this.#measured === undefined) throw new Error('the light clients returned no measurement');
    return this.#measured;
  }

  /** Ends the clients by closing their stdin. Idempotent. */
  async close(): Promise<void> {
    if (!this.#hasEnded) {
      const ended = once(this.#child, 'exit');
      this.#child.stdin.end();
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(killer);
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #sendLine(...words: (string | number | null | undefined)[]): void {
    this.#child.stdin.write(`${words.join(' ')}\n`);
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #check(): void {
    if (this.#hasEnded) throw new Error(`the light clients ended: ${this.#errors}`);
  }
}

async function build(dir: string): Promise<string> {
  const program = join(dir, 'clients');
  const sources = readdirSync(sourceDir).filter((name) => name.endsWith('.c'));
  try {
    await promisify(execFile)('gcc', [
      '-O2',
      '-o',
      program,
      ...sources.map((name) => join(sourceDir, name)),
      '-lssl',
      '-lcrypto',
    ]);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(
      `the light clients could not be built (needed: apt-get install gcc libc6-dev libssl-dev):\n${stderr || message}`,
    );
  }
  return program;
}
