// Floor of the benchmark: a C program that does no more than a forwarder must, built for the run. Its keys are given,
// and so are those of its clients.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { until } from '../../test/support/poll.ts';
import { buildProgram, type LightClients, type Suite, type Trace } from '../capacity/clients.ts';
import type { ForwardServer, ServerPlace, StartServer } from './server.ts';
import { packetBytesMax, sendMedia } from './trace.ts';

const answerLimitMs = 10_000;
const endLimitMs = 5000;
const errorCharactersMax = 4000;
const firstSsrc = 1000;
/** Distance between the SSRCs of a stream at two subscribers: more than the streams of all publishers. */
const ssrcStep = 1000;
/** Sequence numbers at a subscriber differ from those at the publisher. */
const seqAdd = 4000;
const calibrationPackets = 10_000;
const keyBytes: Readonly<Record<Suite, number>> = { SRTP_AEAD_AES_256_GCM: 32, SRTP_AEAD_AES_128_GCM: 16 };
const saltBytes = 12;

interface Calibration {
  readonly sendNs: number;
  readonly segmentNs: number;
  readonly segments: number;
}
interface Publisher {
  readonly source: number;
  readonly streams: readonly { readonly kind: 'video' | 'audio'; readonly ssrc: number }[];
}

/** Sends each packet by a system call. */
export const startFloor: StartServer = (place) => Floor.start(place, 'each');
/** Sends each run of equal packets of a receive batch to the same subscriber by a system call. */
export const startFloorGso: StartServer = (place) => Floor.start(place, 'segments');

class Floor implements ForwardServer {
  readonly #place: ServerPlace;
  readonly #mode: 'each' | 'segments';
  readonly #dir: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ports = new Map<number, number>();
  readonly #publishers = new Map<string, Publisher>();
  #calibration: Calibration | undefined;
  #isCalibrating = false;
  #suite = 'no client yet';
  #errors = '';
  #ends = 0;
  #closing: Promise<void> | undefined;

  /** Rejects with the compiler's output when the build fails. */
  static async start(place: ServerPlace, mode: 'each' | 'segments'): Promise<Floor> {
    const dir = mkdtempSync(join(tmpdir(), 'meridian-floor-'));
    try {
      return new Floor({ place, mode, dir, program: await buildProgram(dir, 'floor', ['floor.c', 'srtp.c']) });
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(o: { place: ServerPlace; mode: 'each' | 'segments'; dir: string; program: string }) {
    const { namespace, cpu, address } = o.place;
    this.#place = o.place;
    this.#mode = o.mode;
    this.#dir = o.dir;
    const prefix = ['netns', 'exec', namespace, 'taskset', '-c', String(cpu)];
    const child = spawn('ip', [...prefix, o.program, address, o.mode], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    const note = (text: string): string => (this.#errors = `${this.#errors}${text}`.slice(-errorCharactersMax));
    child.stderr.on('data', (chunk: Buffer) => note(String(chunk)));
    child.stdin.on('error', (error) => note(error.message));
    child.on('error', (error) => note(error.message));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, rest = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
      const [id, port] = rest.split(' ').map(Number);
      if (word === 'opened') this.#ports.set(id ?? 0, port ?? 0);
      else if (word === 'calibrated') this.#calibration = JSON.parse(rest) as Calibration;
    });
  }

  get title(): string {
    const { sendNs, segmentNs, segments } = this.#calibration ?? { sendNs: 0, segmentNs: 0, segments: 0 };
    const way = this.#mode === 'each' ? 'a send for each packet' : 'a send for each run of equal packets';
    const alone = `sending alone ${(sendNs / 1000).toFixed(2)} µs, in runs of ${segments} ${(segmentNs / 1000).toFixed(2)} µs`;
    return `Floor: ${way}, ${this.#suite}, ${packetBytesMax} bytes: ${alone} a packet`;
  }

  pids(): readonly number[] {
    this.#check();
    return [this.#child.pid ?? 0];
  }

  async publish(clients: LightClients, o: { room: string; video: boolean; trace: Trace }): Promise<string> {
    const index = this.#publishers.size;
    const video = { kind: 'video', ssrc: firstSsrc + 2 * index, payloadType: 96 } as const;
    const audio = { kind: 'audio', ssrc: firstSsrc + 2 * index + 1, payloadType: 111 } as const;
    const id = String(index);
    const source = this.#newId();
    this.#publishers.set(id, { source, streams: o.video ? [video, audio] : [audio] });
    const key = this.#newKey(clients);
    const port = await this.#open(`source ${source} ${hex(key)}`, source);
    const transport = await this.#connect(clients, { port, sendKey: key, receiveKey: key, sends: true });
    const level = { levelExtensionId: 0 };
    sendMedia(clients, transport, {
      index,
      trace: o.trace,
      video: o.video ? video : undefined,
      audio: { ...audio, ...level },
    });
    return id;
  }

  async subscribe(clients: LightClients, o: { room: string; publishers: readonly string[] }): Promise<void> {
    const sink = this.#newId();
    const key = this.#newKey(clients);
    const ssrcAdd = sink * ssrcStep;
    const port = await this.#open(`sink ${sink} ${hex(key)} ${ssrcAdd} ${seqAdd}`, sink);
    const transport = await this.#connect(clients, { port, sendKey: key, receiveKey: key, sends: false });
    this.#say(`connect ${sink} ${this.#place.far.address} ${clients.endOf(transport).port}`);
    await this.#calibrateOnce(sink);
    for (const id of o.publishers) {
      const publisher = this.#publishers.get(id);
      if (publisher === undefined) throw new Error(`There is no publisher ${id}.`);
      for (const { ssrc, kind } of publisher.streams) clients.expect(transport, { ssrc: ssrc + ssrcAdd, kind });
      this.#say(`route ${publisher.source} ${sink}`);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #connect(
    clients: LightClients,
    o: { port: number; sendKey: Uint8Array; receiveKey: Uint8Array; sends: boolean },
  ): Promise<number> {
    const transport = clients.connectKeyed({ address: this.#place.address, ...o });
    await clients.connected();
    this.#suite = clients.endOf(transport).suite;
    return transport;
  }

  /** The first subscriber receives datagrams that it drops, before its media. */
  async #calibrateOnce(sink: number): Promise<void> {
    if (this.#isCalibrating) return;
    this.#isCalibrating = true;
    this.#say(`calibrate ${sink} ${calibrationPackets} ${packetBytesMax}`);
    await this.#answered('the floor calibrates', () => this.#calibration);
  }

  #open(command: string, id: number): Promise<number> {
    this.#say(command);
    return this.#answered('the floor opens a socket', () => this.#ports.get(id));
  }

  #newId(): number {
    this.#ends += 1;
    return this.#ends;
  }

  /** Servers choose the largest key that the clients offer, and so does the floor. */
  #newKey({ suites }: LightClients): Buffer {
    return randomBytes(Math.max(...suites.map((suite) => keyBytes[suite])) + saltBytes);
  }

  #say(command: string): void {
    this.#child.stdin.write(`${command}\n`);
  }

  async #answered<T>(what: string, probe: () => T | undefined): Promise<T> {
    const answer = await until(what, () => probe() ?? (this.#hasEnded ? null : undefined), answerLimitMs);
    if (answer === null) throw new Error(`The floor ended:\n${this.#errors}`);
    return answer as T;
  }

  get #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #check(): void {
    if (this.#hasEnded) throw new Error(`The floor ended:\n${this.#errors}`);
  }

  async #end(): Promise<void> {
    if (!this.#hasEnded) {
      const ended = once(this.#child, 'exit');
      this.#child.stdin.end();
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), endLimitMs);
      await ended;
      clearTimeout(killer);
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
