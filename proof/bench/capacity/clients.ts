// Light clients, which are a C program in `bench/clients/` that is built for the run. One thread serves all clients.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
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
const sources = ['main.c', 'publish.c', 'receive.c', 'srtp.c', 'stun.c', 'transport.c'];

/** SRTP suites by OpenSSL's names. A client offers them in the order of its list. */
export type Suite = 'SRTP_AEAD_AES_256_GCM' | 'SRTP_AEAD_AES_128_GCM';
const suitesAll: readonly Suite[] = ['SRTP_AEAD_AES_256_GCM', 'SRTP_AEAD_AES_128_GCM'];

/** ICE parameters of every client, for a server that checks the connection itself. */
export const clientIce = { usernameFragment: 'clients0', password: 'passwordOfLightClients00' };

/** A packet of a camera. `bytes` are those of RTP, before SRTP. */
export interface TracePacket {
  readonly atUs: number;
  readonly bytes: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isKey: boolean;
}
/** Packets of a camera by their times, which repeat after `periodUs`. */
export interface Trace {
  readonly periodUs: number;
  readonly packets: readonly TracePacket[];
}

/** Bytes of RTP that a transport has received, and bytes of reports and checks that it has sent. */
export interface Tally {
  readonly receivedBytes: number;
  readonly answeredBytes: number;
}

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
  /** Longest time between two packets of a stream that ran when the window opened. */
  readonly worstGapMs: number;
  /** Delay of the clients' own sending. Above some ms the clients lacked CPU time, so the window says little. */
  readonly sendLateMsP99: number;
  readonly cpuMs: number;
}

export class LightClients {
  readonly fingerprint: string;
  /** SRTP suites that the clients offer. */
  readonly suites: readonly Suite[];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #dir: string;
  readonly #connected = new Map<number, { readonly port: number; readonly suite: Suite }>();
  readonly #traces: Trace[] = [];
  readonly #failed = new Set<number>();
  /** Called when a transport has connected or failed. */
  readonly #settled = new Map<number, () => void>();
  #measured: ClientWindow | undefined;
  #tally: ReadonlyMap<number, Tally> | undefined;
  #errors = '';
  #transports = 0;

  /**
   * Builds the clients and starts them on one processor, in a network namespace where one is given. Precise clients
   * send each packet at its time; others send at the next of their sweeps. Rejects with the compiler's output when the
   * build fails.
   */
  static async start(o: {
    cpu: number;
    namespace?: string;
    isPrecise?: boolean;
    suites?: readonly Suite[];
  }): Promise<LightClients> {
    const dir = mkdtempSync(join(tmpdir(), 'meridian-clients-'));
    try {
      const program = await buildProgram(dir, 'clients', sources);
      const prefix = o.namespace === undefined ? [] : ['ip', 'netns', 'exec', o.namespace];
      const args = [o.isPrecise === true ? 'precise' : 'swept', (o.suites ?? suitesAll).join(':')];
      const [command = '', ...rest] = [...prefix, 'taskset', '-c', String(o.cpu), program, ...args];
      const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
      const lines = createInterface({ input: child.stdout });
      const [first] = (await Promise.race([
        once(lines, 'line', { signal: AbortSignal.timeout(startLimitMs) }),
        once(child, 'exit').then(() => ['']),
      ])) as [string];
      const fingerprint = /^fingerprint (\S+)$/.exec(first)?.[1];
      if (fingerprint === undefined) throw new Error('the light clients did not start');
      return new LightClients(child, lines, { dir, fingerprint, suites: o.suites ?? suitesAll });
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    lines: NodeJS.EventEmitter,
    o: { dir: string; fingerprint: string; suites: readonly Suite[] },
  ) {
    this.#child = child;
    this.#dir = o.dir;
    this.fingerprint = o.fingerprint;
    this.suites = o.suites;
    child.stderr.on('data', (chunk: Buffer) => (this.#errors = `${this.#errors}${chunk}`.slice(-4000)));
    child.stdin.on('error', (error) => (this.#errors += error.message));
    lines.on('line', (line: string) => {
      const [word, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
      if (word === 'up') {
        const [id, port, suite] = rest.split(' ');
        this.#connected.set(Number(id), { port: Number(port), suite: suite as Suite });
        this.#settled.get(Number(id))?.();
      } else if (word === 'failed') {
        this.#failed.add(Number(rest));
        this.#settled.get(Number(rest))?.();
      } else if (word === 'measured') this.#measured = JSON.parse(rest) as ClientWindow;
      else if (word === 'tally') this.#tally = talliesOf(JSON.parse(rest) as Record<string, [number, number]>);
    });
  }

  /**
   * Begins ICE and DTLS of one transport and returns its id; `connected` waits for all begun so far. A client is
   * controlling, unless the server is.
   */
  connect(
    transport: wire.TransportInfo.$Properties,
    o: { sends: boolean; transportCcId: number; role?: 'controlling' | 'controlled' },
  ): number {
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
      o.role ?? 'controlling',
      o.transportCcId,
    );
    return id;
  }

  /**
   * Opens a transport without ICE and DTLS, and returns its id. Each key is followed by its salt of 12 bytes; `sendKey`
   * is that of packets from the client.
   */
  connectKeyed(o: {
    address: string;
    port: number;
    sendKey: Uint8Array;
    receiveKey: Uint8Array;
    sends: boolean;
  }): number {
    this.#transports += 1;
    const id = this.#transports;
    const keys = [o.sendKey, o.receiveKey].map((key) => Buffer.from(key).toString('hex'));
    this.#sendLine('keyed', id, o.sends ? 'send' : 'recv', o.address, o.port, ...keys);
    return id;
  }

  /** Returns the port of a transport's end here, and its SRTP suite. Throws before `connected` has resolved. */
  endOf(transport: number): { readonly port: number; readonly suite: Suite } {
    const end = this.#connected.get(transport);
    if (end === undefined) throw new Error('the transport is not connected');
    return end;
  }

  /** Resolves in the moment in which a transport is up, whatever the others do. Rejects when it fails. */
  async up(transport: number): Promise<void> {
    if (!this.#connected.has(transport) && !this.#failed.has(transport)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const limit = setTimeout(() => reject(new Error('a light client did not connect')), connectLimitMs);
      this.#settled.set(transport, resolve);
      try {
        await promise;
      } finally {
        clearTimeout(limit);
        this.#settled.delete(transport);
      }
    }
    if (this.#failed.has(transport)) throw new Error('a light client failed its DTLS handshake');
  }

  async connected(): Promise<void> {
    await until(
      'light clients connect',
      () => this.#hasEnded || this.#connected.size + this.#failed.size === this.#transports,
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

  /** Starts to send the packets of a camera, by a trace that repeats. */
  replay(transport: number, o: { ssrc: number; payloadType: number; trace: Trace; phaseMs: number }): void {
    this.#sendLine('replay', transport, o.ssrc, o.payloadType, this.#numberOf(o.trace), o.phaseMs);
  }

  /** Returns the number by which the clients know a trace, after handing it to them once. */
  #numberOf(trace: Trace): number {
    const known = this.#traces.indexOf(trace);
    if (known >= 0) return known;
    const number = this.#traces.push(trace) - 1;
    this.#sendLine('trace', number, trace.periodUs);
    for (const { atUs, bytes, isFirst, isLast, isKey } of trace.packets)
      this.#sendLine('packet', number, atUs, bytes, (isFirst ? 1 : 0) + (isLast ? 2 : 0) + (isKey ? 4 : 0));
    return number;
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

  /** Returns what each transport has received and sent so far. */
  async tally(): Promise<ReadonlyMap<number, Tally>> {
    this.#tally = undefined;
    this.#sendLine('tally');
    await until('the light clients counted', () => this.#hasEnded || this.#tally !== undefined, measureGraceMs);
    this.#check();
    return this.#tally ?? new Map();
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

const talliesOf = (counts: Readonly<Record<string, readonly [number, number]>>): ReadonlyMap<number, Tally> =>
  new Map(
    Object.entries(counts).map(([id, [receivedBytes, answeredBytes]]) => [
      Number(id),
      { receivedBytes, answeredBytes },
    ]),
  );

/** Builds a program of `bench/clients/` and returns its path. Rejects with the compiler's output. */
export async function buildProgram(dir: string, name: string, files: readonly string[]): Promise<string> {
  const program = join(dir, name);
  try {
    const inputs = files.map((file) => join(sourceDir, file));
    await promisify(execFile)('gcc', ['-O2', '-o', program, ...inputs, '-lssl', '-lcrypto']);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(
      `${name} of bench/clients could not be built (needed: apt-get install gcc libc6-dev libssl-dev):\n${stderr || message}`,
    );
  }
  return program;
}
