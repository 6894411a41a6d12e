// Viewers with signaling alone, in processes of their own (viewers-main.ts): what they cost is not the service's.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { owned } from '../../../test/support/owned.ts';

export interface JoinAsked {
  readonly host: string;
  readonly port: number;
  /** Number of the first of them, by which they have their addresses. */
  readonly first: number;
  readonly tokens: readonly string[];
  /** Joins under way. */
  readonly atOnce: number;
}

/** What a process is asked; `report`: of the broadcasts since `listen`, when each was begun (`monotonicMs`). */
export type Asked =
  | { readonly join: JoinAsked }
  | { readonly listen: true }
  | { readonly report: { readonly begunMs: readonly number[] } };
/** What it says; `heard`: so many broadcasts have come to all of its viewers; `delays`: at [n] those of n ms. */
export type Said =
  | { readonly joinMs: readonly number[] }
  | { readonly listening: true }
  | { readonly heard: number }
  | { readonly delays: readonly number[] }
  | { readonly failed: string };

/** Of the machine, the same in all of its processes, in ms. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export class Viewers {
  readonly #children: readonly ChildProcess[];
  readonly #disown = owned('viewers', () => this.end());
  #failure: Error | undefined;
  #isEnded = false;
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(processes: number) {
    const file = join(import.meta.dirname, 'viewers-main.ts');
    this.#children = Array.from({ length: processes }, () => fork(file, { stdio: ['ignore', 2, 2, 'ipc'] }));
    for (const child of this.#children) {
      child.on('message', (said: Said) => {
        if ('failed' in said) this.#fail(said.failed);
      });
      child.once('exit', (code) => this.#fail(`a process of viewers ended with ${code}`));
    }
  }

  /** All of them join; how long each took, in ms. `atOnce`: of all. */
  async join({ tokens, atOnce, ...at }: Omit<JoinAsked, 'first'>): Promise<number[]> {
    const share = Math.ceil(tokens.length / this.#children.length);
    const ofChild = (_: ChildProcess, index: number): Asked => {
      const part = { first: index * share, tokens: tokens.slice(index * share, (index + 1) * share) };
      return { join: Object.assign({ atOnce: Math.ceil(atOnce / this.#children.length) }, at, part) };
    };
    const said = await this.#ask(ofChild, 'joinMs');
    return said.flatMap(({ joinMs }) => joinMs);
  }

  /** From now on broadcasts count, from the first. */
  async listen(): Promise<void> {
    await this.#ask(() => ({ listen: true }), 'listening');
  }

  /** Resolves when all have heard so many broadcasts. Call it before the last of them is begun. */
  async heard(count: number): Promise<void> {
    await Promise.all(this.#children.map((child) => this.#said(child, 'heard', ({ heard }) => heard === count)));
  }

  /** How many receipts had which delay: at [n] those of n ms. */
  async delays(begunMs: readonly number[]): Promise<number[]> {
    const said = await this.#ask(() => ({ report: { begunMs } }), 'delays');
    return (said[0]?.delays ?? []).map((_, ms) => said.reduce((sum, { delays }) => sum + (delays[ms] ?? 0), 0));
  }

  /** Idempotent. */
  end(): void {
    this.#disown();
    this.#isEnded = true;
    for (const child of this.#children) child.kill();
  }

  #ask<K extends SaidKey>(asked: (child: ChildProcess, index: number) => Asked, key: K): Promise<SaidOf<K>[]> {
    const answers = this.#children.map((child) => this.#said(child, key, () => true));
    for (const [index, child] of this.#children.entries()) child.send(asked(child, index));
    return Promise.all(answers);
  }

  #said<K extends SaidKey>(child: ChildProcess, key: K, isIt: (said: SaidOf<K>) => boolean): Promise<SaidOf<K>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<SaidOf<K>>();
    const take = (said: Said): void => {
      if (key in said && isIt(said as SaidOf<K>)) resolve(said as SaidOf<K>);
    };
    child.on('message', take);
    this.#waiting.add(reject);
    return promise.finally(() => {
      child.off('message', take);
      this.#waiting.delete(reject);
    });
  }

  #fail(why: string): void {
    if (this.#isEnded) return;
    this.#failure ??= new Error(why);
    for (const reject of [...this.#waiting]) reject(this.#failure);
  }
}

type SaidKey = 'joinMs' | 'listening' | 'heard' | 'delays';
type SaidOf<K extends SaidKey> = Extract<Said, Readonly<Record<K, unknown>>>;
