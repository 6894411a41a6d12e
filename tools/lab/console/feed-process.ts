// The feed in a process of its own: its work is not the service's, and not the page's.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { owned } from '../../../test/support/owned.ts';
import { treeCpuMs } from '../../bench/capacity/processor.ts';
import type { FeedCounts } from './feed.ts';
import type { NodePlant } from './feed-nodes.ts';

export interface FedWorldAsked {
  readonly users: number;
  readonly nodes: number;
  readonly seed: string;
}

export type FeedAsked = { readonly id: number } & (
  | { readonly register: FedWorldAsked & { readonly centre: CentreAddress } }
  | { readonly begin: true }
  | { readonly plantLoss: { readonly pair: string; readonly loss: number } }
  | { readonly plant: NodePlant }
  | { readonly kill: string }
  | { readonly revive: string }
  | { readonly killRegion: string }
  | { readonly reviveRegion: string }
  | { readonly counts: true }
);
export type FeedSaid =
  | {
      readonly id: number;
      readonly counts?: FeedCounts;
      readonly api?: { readonly linked: number; readonly of: number };
    }
  | { readonly failed: string };
type Wanted<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

export class FeedProcess {
  readonly #child: ChildProcess;
  readonly #disown = owned('a feed', () => this.end());
  readonly #waiting = new Map<number, PromiseWithResolvers<Exclude<FeedSaid, { failed: string }>>>();
  #failure: Error | undefined;
  #next = 1;
  #isEnded = false;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'feed-main.ts'), { stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (said: FeedSaid) => {
      if ('failed' in said) return this.#fail(said.failed);
      this.#waiting.get(said.id)?.resolve(said);
      this.#waiting.delete(said.id);
    });
    this.#child.once('exit', (code) => this.#fail(`the feed ended with ${code}`));
  }

  get cpuMs(): number {
    return treeCpuMs(this.#child.pid ?? 0);
  }

  /** All nodes are registered. */
  async register(world: FedWorldAsked & { readonly centre: CentreAddress }): Promise<void> {
    await this.#ask({ register: world });
  }

  /** All people have joined, and are measured from now on. */
  async begin(): Promise<FeedCounts> {
    return this.#counted({ begin: true });
  }

  counts(): Promise<FeedCounts> {
    return this.#counted({ counts: true });
  }

  /** Signaling nodes to which an api has a link, of all. */
  async linkedToApi(): Promise<{ readonly linked: number; readonly of: number }> {
    return (await this.#ask({ counts: true })).api ?? { linked: 0, of: 0 };
  }

  /** `pair`: of sites, "SMALLER LARGER"; 0 heals. */
  async plantLoss(pair: string, loss: number): Promise<void> {
    await this.#ask({ plantLoss: { pair, loss } });
  }

  /** Something wrong with a media node, or its end. */
  async plant(plant: NodePlant): Promise<void> {
    await this.#ask({ plant });
  }

  async kill(nodeId: string): Promise<void> {
    await this.#ask({ kill: nodeId });
  }

  async revive(nodeId: string): Promise<void> {
    await this.#ask({ revive: nodeId });
  }

  /** All nodes of a region are silent from now on. */
  async killRegion(region: string): Promise<void> {
    await this.#ask({ killRegion: region });
  }

  /** They run again. */
  async reviveRegion(region: string): Promise<void> {
    await this.#ask({ reviveRegion: region });
  }

  /** Idempotent. */
  end(): void {
    this.#disown();
    this.#isEnded = true;
    this.#child.kill('SIGKILL');
  }

  async #counted(asked: Wanted<FeedAsked>): Promise<FeedCounts> {
    const { counts } = await this.#ask(asked);
    if (counts === undefined) throw new Error('the feed says no counts');
    return counts;
  }

  #ask(asked: Wanted<FeedAsked>): Promise<Exclude<FeedSaid, { failed: string }>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next;
    this.#next += 1;
    const answer = Promise.withResolvers<Exclude<FeedSaid, { failed: string }>>();
    this.#waiting.set(id, answer);
    this.#child.send({ id, ...asked });
    return answer.promise;
  }

  #fail(what: string): void {
    if (this.#isEnded) return;
    this.#failure ??= new Error(what);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
