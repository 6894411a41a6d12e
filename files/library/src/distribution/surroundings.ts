// Library nodes and descriptions of contents, cached from the channels; holders of contents are not cached.
import type { Described } from '@meridian/distribution';
import type { Hub, InboxPort } from '@meridian/distribution/streams';
import { MeridianError } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { SourceCandidates } from './sources.ts';

const ANNOUNCE_MS = 10_000;
const HUBS_MS = 5000;
/** A description of 128 GiB has 700 kB of hashes. */
const DESCRIBED_MAX = 200;
const DESCRIBED_MS = 60_000;
/** Bound of the remembered erased contents, of some ten bytes each; the oldest are forgotten. */
const GONE_MAX = 10_000;

export interface SurroundingsOptions {
  readonly self: Hub;
  readonly port: InboxPort;
  readonly clock: Clock;
}

export class Surroundings {
  readonly #o: SurroundingsOptions;
  readonly #described = new Map<string, { readonly described: Described; readonly atMs: number }>();
  readonly #erased = new Set<string>();
  readonly #timer: Timer;
  readonly #stop: () => void;
  #hubs: { readonly list: readonly Hub[]; readonly atMs: number } = { list: [], atMs: Number.NEGATIVE_INFINITY };

  constructor(o: SurroundingsOptions) {
    this.#o = o;
    this.#timer = o.clock.every(ANNOUNCE_MS, () => void o.port.announce(o.self));
    // A new or returned channel may not know this node yet.
    this.#stop = o.port.onNotice((inbox) => {
      if (inbox === undefined) void this.#announce();
    });
  }

  get self(): Hub {
    return this.#o.self;
  }

  async hubs(): Promise<readonly Hub[]> {
    const { clock, port } = this.#o;
    const nowMs = clock.nowMs();
    if (nowMs - this.#hubs.atMs < HUBS_MS) return this.#hubs.list;
    const list = await port.hubs();
    // While no channel answers, the previous list counts.
    this.#hubs = { list: list.length > 0 ? list : this.#hubs.list, atMs: nowMs };
    return this.#hubs.list;
  }

  /** Returns a content of this tenant. Rejects with OVERLOADED when channels that may know it do not answer. */
  async described(content: string, tenant: string): Promise<Described | undefined> {
    const found = await this.#describedOf(content);
    return found?.tenant === tenant ? found : undefined;
  }

  /** Marks a content as erased here, because channels still describe it for days. */
  forget(content: string): void {
    this.#erased.delete(content);
    this.#erased.add(content);
    const [oldest] = this.#erased;
    if (this.#erased.size > GONE_MAX && oldest !== undefined) this.#erased.delete(oldest);
  }

  /** Returns no origins when channels do not answer. */
  async candidatesFor(o: Pick<SourceCandidates, 'content' | 'tenant' | 'fence'>): Promise<SourceCandidates> {
    const [hubs, holders, origins] = await Promise.all([this.hubs(), this.#o.port.holders(o), this.#originsOf(o)]);
    return Object.assign({ self: this.#o.self, hubs, holders, origins }, o);
  }

  close(): void {
    this.#timer.cancel();
    this.#stop();
  }

  async #announce(): Promise<void> {
    await this.#o.port.announce(this.#o.self);
    this.#hubs = { list: this.#hubs.list, atMs: Number.NEGATIVE_INFINITY };
  }

  async #originsOf({ content, tenant }: Pick<SourceCandidates, 'content' | 'tenant'>): Promise<readonly string[]> {
    try {
      return (await this.described(content, tenant))?.origins ?? [];
    } catch (error) {
      if (error instanceof MeridianError) return [];
      throw error;
    }
  }

  /** Refreshes after `DESCRIBED_MS`, since origins change. While channels are silent, the cached one is returned. */
  async #describedOf(content: string): Promise<Described | undefined> {
    if (this.#erased.has(content)) return undefined;
    const { clock, port } = this.#o;
    const cached = this.#described.get(content);
    const nowMs = clock.nowMs();
    if (cached !== undefined && nowMs - cached.atMs < DESCRIBED_MS) return cached.described;
    const found = await port.described(content).catch((error: unknown) => {
      if (cached === undefined) throw error;
      return cached.described;
    });
    this.#described.delete(content);
    if (found === undefined) return undefined;
    this.#described.set(content, { described: found, atMs: nowMs });
    const [oldest] = this.#described.keys();
    if (this.#described.size > DESCRIBED_MAX && oldest !== undefined) this.#described.delete(oldest);
    return found;
  }
}
