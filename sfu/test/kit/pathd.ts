// Real pathd processes for tests: the binary, a process with its commands, and datagrams in its format.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

let binary: string | undefined;

/** Returns the pathd that the set-up has built; without the set-up, compiles one once. */
export function pathdBin(): string {
  const configured = process.env['MERIDIAN_PATHD_BIN'];
  if (configured !== undefined && configured !== '' && configured !== 'none') return configured;
  if (binary === undefined) {
    const sources = join(import.meta.dirname, '../../pathd/src');
    const files = readdirSync(sources).filter((name) => name.endsWith('.c'));
    const compiled = join(mkdtempSync(join(tmpdir(), 'pathd-')), 'pathd');
    const flags = ['-std=c11', '-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror'];
    execFileSync('gcc', [...flags, '-o', compiled, ...files.map((name) => join(sources, name)), '-lm']);
    binary = compiled;
  }
  return binary;
}

/** Returns the rules' decisions for a trace of events, one per line (sfu/pathd/src/trace.c). */
export const replay = (events: readonly string[]): string[] =>
  execFileSync(pathdBin(), ['--replay'], { input: `${events.join('\n')}\n`, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

export class TestPathd {
  readonly child: ChildProcessWithoutNullStreams;
  readonly id: string;
  readonly lines: string[] = [];
  #number = 0;
  #waiters: { matches: (line: string) => boolean; resolve: (line: string) => void }[] = [];
  wirePort = 0;
  localPort = 0;

  static async start(
    id: string,
    ip = '127.0.0.1',
    incarnation = 1,
    env: Readonly<Record<string, string>> = {},
  ): Promise<TestPathd> {
    const pathd = new TestPathd(id, ip, incarnation, env);
    const [, wire, local] = (await pathd.next((line) => line.startsWith('ready'))).split(' ');
    pathd.wirePort = Number(wire);
    pathd.localPort = Number(local);
    return pathd;
  }
  private constructor(id: string, ip: string, incarnation: number, env: Readonly<Record<string, string>>) {
    this.id = id;
    this.child = spawn(pathdBin(), [id, String(incarnation), ip, '0', ip, '0'], { env: { ...process.env, ...env } });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(line);
      const at = this.#waiters.findIndex(({ matches }) => matches(line));
      if (at >= 0) this.#waiters.splice(at, 1)[0]?.resolve(line);
    });
  }

  /** Resolves with the next matching line of output. */
  next(matches: (line: string) => boolean): Promise<string> {
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }

  /** Sends a command; resolves with 'ok' or the text of the error. */
  async send(command: string): Promise<string> {
    this.#number += 1;
    const number = this.#number;
    const answer = this.next((line) => line === `ok ${number}` || line.startsWith(`error ${number} `));
    this.child.stdin.write(`${number} ${command}\n`);
    const [verdict, , ...words] = (await answer).split(' ');
    return verdict === 'ok' ? 'ok' : words.join(' ');
  }

  async status(): Promise<Record<string, number>> {
    const line = this.next((one) => one.startsWith('status '));
    await this.send('status');
    return Object.fromEntries(
      (await line)
        .split(' ')
        .slice(1)
        .map((part) => part.split('='))
        .map(([key, value]) => [key ?? '', Number(value)]),
    );
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await ended;
  }
}

const rotl = (x: bigint, bits: bigint): bigint => BigInt.asUintN(64, (x << bits) | (x >> (64n - bits)));

/** SipHash-2-4, a second implementation from its paper, so that the C program does not judge itself. */
export function siphash(key: Buffer, text: Buffer): bigint {
  const [k0, k1] = [key.readBigUInt64LE(0), key.readBigUInt64LE(8)];
  let [v0, v1] = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn];
  let [v2, v3] = [k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n];
  const add = (a: bigint, b: bigint): bigint => BigInt.asUintN(64, a + b);
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      v0 = add(v0, v1);
      v1 = rotl(v1, 13n) ^ v0;
      v0 = rotl(v0, 32n);
      v2 = add(v2, v3);
      v3 = rotl(v3, 16n) ^ v2;
      v0 = add(v0, v3);
      v3 = rotl(v3, 21n) ^ v0;
      v2 = add(v2, v1);
      v1 = rotl(v1, 17n) ^ v2;
      v2 = rotl(v2, 32n);
    }
  };
  const padded = Buffer.alloc(Math.ceil((text.length + 1) / 8) * 8);
  text.copy(padded);
  padded[padded.length - 1] = text.length & 0xff;
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at);
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xffn;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

export interface Datagram {
  readonly kind: number;
  readonly slot?: number;
  readonly flow?: number;
  readonly relayed?: boolean;
  readonly incarnation?: number;
  readonly source: string;
  readonly destination: string;
  readonly hop?: string;
  readonly seq?: number;
  readonly payload: Buffer;
  readonly key: Buffer;
  /** Key of source and destination; the seal of a relayed datagram is made with it. */
  readonly sealKey?: Buffer | undefined;
}

/** Builds a datagram in the format of sfu/pathd/src/wire.h. */
export function datagram(o: Datagram): Buffer {
  const header = Buffer.alloc(32);
  header[0] = (o.sealKey === undefined ? 0x10 : 0x20) | o.kind;
  header[1] = (o.relayed === true ? 0x80 : 0) | ((o.flow ?? 0) << 2) | (o.slot ?? 0);
  header.writeUInt16BE(o.incarnation ?? 2, 2); // the first flow of a TestPathd
  header.write(o.source, 4, 'hex');
  header.write(o.destination, 8, 'hex');
  header.write(o.hop ?? o.source, 12, 'hex');
  header.writeUInt32BE(o.seq ?? 1, 16);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(o.payload.length);
  /** MAC over the header without its MAC, the length, and the payload unless the datagram is media (kind 1). */
  const macOf = (key: Buffer, of: Buffer): Buffer => {
    const inner = Buffer.alloc(o.kind === 1 ? 0 : 8);
    if (o.kind !== 1) inner.writeBigUInt64LE(siphash(key, o.payload));
    return bigEndian(siphash(key, Buffer.concat([of, length, inner])));
  };
  if (o.sealKey === undefined) {
    macOf(o.key, header.subarray(0, 24)).copy(header, 24);
    return Buffer.concat([header, o.payload]);
  }
  const unrelayed = Buffer.from(header.subarray(0, 24));
  unrelayed[1] = (header[1] ?? 0) & 0x7f;
  unrelayed.write(o.source, 12, 'hex');
  const seal = macOf(o.sealKey, unrelayed);
  bigEndian(siphash(o.key, Buffer.concat([header.subarray(0, 24), length, seal]))).copy(header, 24);
  return Buffer.concat([header, seal, o.payload]);
}

function bigEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
