// Players of HLS in thousands: a C program beside this file, built for the run. What they cost is not the server's.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { owned } from '../../../test/support/owned.ts';

/** Of all players until now, but `starved`: those that have had no new segment for three target durations. */
export interface Played {
  readonly bytes: number;
  readonly playlists: number;
  readonly segments: number;
  readonly errors: number;
  readonly starved: number;
}

const ANSWER_MS = 60_000;

export class Players {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #disown = owned('players', () => this.end());
  #failure: Error | undefined;
  #wait: { readonly word: string; resolve(words: string[]): void; reject(error: Error): void } | undefined;

  /** Builds and starts them. Rejects with the compiler's words. @param folder where the program is put */
  static async start(folder: string): Promise<Players> {
    const program = join(folder, 'players');
    await promisify(execFile)('gcc', ['-O2', '-Wall', '-o', program, join(import.meta.dirname, 'players.c')]);
    return new Players(spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#heard(line));
    child.once('exit', (code) => this.#fail(new Error(`the players ended with ${code}`)));
  }

  /** So many of `BASE/media.m3u8`, which each asks for every `targetMs`. Resolves when all have media. */
  async open(base: string, count: number, targetMs: number): Promise<void> {
    const { hostname, port, pathname } = new URL(base);
    await this.#ask(`open ${hostname} ${port} ${count} ${pathname} ${targetMs}`, 'opened');
  }

  async count(): Promise<Played> {
    const numbers = (await this.#ask('count', 'counted')).map(Number);
    const [bytes = 0, playlists = 0, segments = 0, errors = 0, starved = 0] = numbers;
    return { bytes, playlists, segments, errors, starved };
  }

  /** Ends all players; more may be opened. */
  async close(): Promise<void> {
    await this.#ask('close', 'closed');
  }

  /** Ends the program; idempotent. */
  end(): void {
    this.#disown();
    this.#fail(new Error('the players are ended'));
    this.#child.kill();
  }

  #ask(line: string, word: string): Promise<string[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const timer = setTimeout(() => reject(new Error(`the players say no ${word}`)), ANSWER_MS);
    this.#wait = { word, resolve, reject };
    this.#child.stdin.write(`${line}\n`);
    return promise.finally(() => clearTimeout(timer));
  }

  #heard(line: string): void {
    const [word, ...words] = line.split(' ');
    if (word === 'failed') this.#fail(new Error(`a player: ${words.join(' ')}`));
    else if (word === this.#wait?.word) this.#wait?.resolve(words);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wait?.reject(this.#failure);
  }
}
