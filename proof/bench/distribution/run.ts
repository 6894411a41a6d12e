// A run places orders, and looks at those that have ended: each file is read where it arrived, and taken away.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Say } from '../../support/result.ts';
import { registerResource } from '../../test/support/resources.ts';
import type { Ended, Ordered } from './judge.ts';
import type { PlannedOrder } from './plan.ts';
import type { Receivers } from './receivers.ts';
import type { Rest } from './rest.ts';
import type { SentFile } from './sinks.ts';

const LOOK_MS = 1000;
const PARALLEL = 4;
const POLL_URGENT_MS = 50;

interface Delivery {
  readonly id: string;
  readonly receiver: string;
  readonly state: string;
  readonly bytes: number;
  readonly createdAt: string;
  readonly endedAt?: string;
}
interface Open extends Ordered {
  readonly file: SentFile;
  readonly part: Ended['part'];
  readonly isHot: boolean;
}

/** The api has no such call yet: the order and the item of the call exist. */
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Run {
  readonly ordered: Ordered[] = [];
  readonly ended: Ended[] = [];
  /** Time from the change of a waiting order to urgent until its first receipt. */
  urgentMs: number | undefined;
  readonly #open = new Map<string, Open>();
  readonly #rest: Rest;
  readonly #receivers: Receivers;
  readonly #folder: string;
  readonly #forget: () => void;
  #isClosed = false;
  #number = 0;

  static async start(rest: Rest, receivers: Receivers): Promise<Run> {
    return new Run(rest, receivers, await mkdtemp(join(tmpdir(), 'meridian-bench-orders-')));
  }

  private constructor(rest: Rest, receivers: Receivers, folder: string) {
    this.#rest = rest;
    this.#receivers = receivers;
    this.#folder = folder;
    this.#forget = registerResource('uploaded files', () => this.close());
  }

  /** Makes and sends a file of `bytes`, which no receiver has. */
  async upload(bytes: number): Promise<SentFile> {
    this.#number += 1;
    const name = `file-${this.#number}.txt`;
    const path = join(this.#folder, name);
    const text = Buffer.from(randomBytes(Math.ceil(bytes / 2)).toString('hex'));
    await writeFile(path, text);
    try {
      const { item } = await this.#rest.upload(path);
      if (item === undefined) throw new Error(`the upload of ${name} has no item`);
      return { item, name, sha256: createHash('sha256').update(text).digest('hex') };
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Orders a file of the plan; its views come first. */
  async order(planned: Pick<PlannedOrder, 'receivers' | 'views' | 'isHot'>, part: Ended['part'], file: SentFile) {
    if (planned.views > 0) await this.#view(file.item, planned.views);
    const receivers = planned.receivers.map((at) => this.#receivers.list[at]?.id ?? '');
    const body = { item: file.item, to: { receivers } };
    const { id: order } = await this.#rest.ask<{ id: string }>(
      'POST',
      '/distribution/orders',
      body,
      crypto.randomUUID(),
    );
    this.ordered.push({ order, receivers });
    this.#open.set(order, { order, receivers, file, part, isHot: planned.isHot });
    return order;
  }

  /** Makes the newest order urgent that waits; measures the time until its first file is there. */
  async hurry(order: string): Promise<void> {
    const startMs = performance.now();
    const { status } = await this.#rest.call('PATCH', `/distribution/orders/${order}`, { priority: 'urgent' });
    if (status >= 300) throw new Error(`the change of an order: HTTP ${status}`);
    for (;;) {
      const { done } = await this.#rest.ask<{ done: number }>('GET', `/distribution/orders/${order}`);
      if (done > 0) break;
      await wait(POLL_URGENT_MS);
    }
    this.urgentMs = performance.now() - startMs;
  }

  /** Looks at orders until all have ended and `isOver`, or `limitMs` after that. Returns how many are still open. */
  async follow(isOver: () => boolean, limitMs: number, say: Say): Promise<number> {
    let overMs: number | undefined;
    while (!this.#isClosed) {
      for (const open of this.#open.values()) await this.#look(open);
      if (isOver()) overMs ??= performance.now();
      const isLate = overMs !== undefined && performance.now() - overMs > limitMs;
      if (isLate || (overMs !== undefined && this.#open.size === 0)) break;
      await wait(LOOK_MS);
    }
    for (const open of this.#open.values()) {
      say(`still open: ${open.order}`);
      await this.#end(open);
    }
    return this.#open.size;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await rm(this.#folder, { recursive: true, force: true });
    this.#forget();
  }

  async #view(item: string, views: number): Promise<void> {
    const { status } = await this.#rest.call('POST', '/library/views', { views: [{ item, count: views }] });
    if (status >= 300) throw new Error(`views of ${item}: HTTP ${status}`);
  }

  async #look(open: Open): Promise<void> {
    const { state } = await this.#rest.ask<{ state: string }>('GET', `/distribution/orders/${open.order}`);
    if (state === 'running') return;
    await this.#end(open);
    this.#open.delete(open.order);
  }

  async #end({ order, file, part, isHot }: Open): Promise<void> {
    const path = `/distribution/deliveries?order=${order}&limit=100`;
    const { data } = await this.#rest.ask<{ data: Delivery[] }>('GET', path);
    for (let at = 0; at < data.length; at += PARALLEL)
      await Promise.all(
        data.slice(at, at + PARALLEL).map(async ({ id, receiver, state, bytes, createdAt, endedAt }) => {
          const tookMs = endedAt === undefined ? Number.NaN : Date.parse(endedAt) - Date.parse(createdAt);
          const isDone = state === 'done';
          const isRight = isDone
            ? await this.#receivers.takeRight(receiver, Object.assign({ delivery: id }, file))
            : undefined;
          this.ended.push({ order, receiver, part, isHot, state, bytes, tookMs, isRight });
        }),
      );
  }
}
