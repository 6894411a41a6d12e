// Light viewers: a C program beside this file, built for the run. What they cost is not the server's.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { concatBytes } from '@meridian/opener/core';
import { encodeMessage } from '../../../gateway/src/core/rtmp/chunks.ts';
import { commandMessage } from '../../../gateway/src/core/rtmp/commands.ts';
import { owned } from '../../../test/support/owned.ts';

export interface Counted {
  /** Of all viewers until now. */
  readonly bytes: number;
  /** Pieces that they came in. */
  readonly reads: number;
}

const HANDSHAKE_BYTES = 1536;
const CHUNK_BYTES = 128;
const OPEN_MS = 30_000;

export class Viewers {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #disown = owned('viewers', () => this.end());
  #failure: Error | undefined;
  #wait: { readonly word: string; resolve(words: string[]): void; reject(error: Error): void } | undefined;

  /** Builds and starts them. Rejects with the compiler's words. @param folder where the program is put */
  static async start(folder: string): Promise<Viewers> {
    const program = join(folder, 'viewers');
    await promisify(execFile)('gcc', ['-O2', '-Wall', '-o', program, join(import.meta.dirname, 'viewers.c')]);
    return new Viewers(spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#heard(line));
    child.once('exit', (code) => this.#fail(new Error(`the viewers ended with ${code}`)));
  }

  /**
   * So many viewers of `rtmp://…/APP/NAME` or of `http://…`. Resolves when all get media. Rejects, as the other calls,
   * once a viewer's connection broke.
   */
  async open(text: string, count: number): Promise<void> {
    const url = new URL(text);
    const { hello, sign } = url.protocol === 'rtmp:' ? rtmpWords(url) : httpWords(url);
    await this.#ask(`open ${url.hostname} ${url.port} ${count} ${hello} ${sign}`, 'opened');
  }

  async count(): Promise<Counted> {
    const [bytes = 0, reads = 0] = (await this.#ask('count', 'counted')).map(Number);
    return { bytes, reads };
  }

  /** Ends all viewers; more may be opened. */
  async close(): Promise<void> {
    await this.#ask('close', 'closed');
  }

  /** Ends the program; idempotent. */
  end(): void {
    this.#disown();
    this.#fail(new Error('the viewers are ended'));
    this.#child.kill();
  }

  #ask(line: string, word: string): Promise<string[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const timer = setTimeout(() => reject(new Error(`the viewers say no ${word}`)), OPEN_MS);
    this.#wait = { word, resolve, reject };
    this.#child.stdin.write(`${line}\n`);
    return promise.finally(() => clearTimeout(timer));
  }

  #heard(line: string): void {
    const [word, ...words] = line.split(' ');
    if (word === 'failed') this.#fail(new Error(`a viewer: ${words.join(' ')}`));
    else if (word === this.#wait?.word) this.#wait?.resolve(words);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wait?.reject(this.#failure);
  }
}

/** All that a player says, at once; servers answer one after another. */
function rtmpWords(url: URL): { hello: string; sign: string } {
  const [, app = '', name = ''] = url.pathname.split('/');
  const call = (command: Parameters<typeof commandMessage>[0]): Uint8Array =>
    encodeMessage(commandMessage(command), { chunkStreamId: 3, chunkBytes: CHUNK_BYTES });
  const place = new Map([
    ['app', app],
    ['tcUrl', `rtmp://${url.host}/${app}`],
  ]);
  const hello = concatBytes([
    ...[Uint8Array.of(3), new Uint8Array(2 * HANDSHAKE_BYTES)],
    call({ name: 'connect', transactionId: 1, streamId: 0, values: [place] }),
    call({ name: 'createStream', transactionId: 2, streamId: 0, values: [null] }),
    call({ name: 'play', transactionId: 3, streamId: 1, values: [null, name, -2] }),
  ]);
  // An acknowledgement: servers give up players that send nothing.
  const message = { typeId: 3, streamId: 0, timestampMs: 0, payload: new Uint8Array(4) };
  return { hello: hexOf(hello), sign: hexOf(encodeMessage(message, { chunkStreamId: 2, chunkBytes: CHUNK_BYTES })) };
}

function httpWords(url: URL): { hello: string; sign: string } {
  const hello = `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`;
  return { hello: hexOf(Buffer.from(hello)), sign: '-' };
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
