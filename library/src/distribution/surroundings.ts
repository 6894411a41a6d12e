// What this node knows of other library nodes and of holders, asked at channels at most every few seconds.
import type { Described } from '@meridian/distribution';
import type { Hub, InboxPort } from '@meridian/distribution/streams';
import type { Clock, Timer } from '@meridian/runtime';
import type { Around } from './sources.ts';

const ANNOUNCE_MS = 10_000;
const HUBS_MS = 5000;
/** Of 128 GiB: the hashes of its blocks take 700 kB. */
const DESCRIBED_MAX = 200;

export interface SurroundingsOptions {
  readonly self: Hub;
  readonly port: InboxPort;
  readonly clock: Clock;
}

export class Surroundings {
  readonly #o: SurroundingsOptions;
  readonly #described = new Map<string, Described>();
  readonly #timer: Timer;
  #hubs: { readonly list: readonly Hub[]; readonly atMs: number } = { list: [], atMs: Number.NEGATIVE_INFINITY };

  constructor(o: SurroundingsOptions) {
    this.#o = o;
    this.#timer = o.clock.every(ANNOUNCE_MS, () => void o.port.announce(o.self));
    void o.port.announce(o.self);
  }

  get self(): Hub {
    return this.#o.self;
  }

  async hubs(): Promise<readonly Hub[]> {
    const { clock, port } = this.#o;
    const nowMs = clock.nowMs();
    if (nowMs - this.#hubs.atMs < HUBS_MS) return this.#hubs.list;
    const list = await port.hubs();
    // While no channel answers, the nodes of before count.
    this.#hubs = { list: list.length > 0 ? list : this.#hubs.list, atMs: nowMs };
    return this.#hubs.list;
  }

  /** Of this tenant; undefined: the channels do not know it, or do not answer. */
  async described(content: string, tenant: string): Promise<Described | undefined> {
    let found = this.#described.get(content);
    if (found === undefined) {
      found = await this.#o.port.described(content);
      if (found === undefined) return undefined;
      this.#described.set(content, found);
      const [oldest] = this.#described.keys();
      if (this.#described.size > DESCRIBED_MAX && oldest !== undefined) this.#described.delete(oldest);
    }
    return found.tenant === tenant ? found : undefined;
  }

  async around(o: Pick<Around, 'content' | 'tenant' | 'fence'>): Promise<Around> {
    const [hubs, holders, described] = await Promise.all([
      this.hubs(),
      this.#o.port.holders(o),
      this.described(o.content, o.tenant),
    ]);
    return Object.assign({ self: this.#o.self, hubs, holders, origins: described?.origins ?? [] }, o);
  }

  /** Idempotent. */
  close(): void {
    this.#timer.cancel();
  }
}
