// Whether each delivery has ended once, with the right bytes at its place.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '@meridian/runtime';
import type { Delivery, Item, Order } from './client.ts';
import type { Cluster, KnownReceiver } from './cluster.ts';
import { changedOf, countsOf, lostOf, sumOf } from './figures.ts';
import { isBigName } from './plan.ts';
import { comesTrue } from './waiting.ts';

const BIG_MS = 1_800_000;
const LISTED = 5;

export interface Verdict {
  readonly lost: number;
  readonly twice: number;
  readonly wrongHashes: number;
  /** In words. */
  readonly missed: readonly string[];
}

/** What is looked at. */
export interface Looked {
  readonly client: Pick<Cluster['client'], 'all'>;
  readonly receivers: readonly Pick<KnownReceiver, 'id' | 'name' | 'filesDir'>[];
  /** The text of its metrics port. */
  metricsOf(name: string): Promise<string>;
}
type Place = Looked['receivers'][number];

const fileOf = ({ filesDir }: Place, { id, name }: Item): string => join(filesDir, id, name);

/** Undefined when it has the bytes that were ordered. */
async function wrongOf(receiver: Place, item: Item): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(fileOf(receiver, item)), hash);
  } catch (error) {
    return `${receiver.name} has no ${item.name}: ${String(error)}`;
  }
  return hash.digest('hex') === item.sha256 ? undefined : `${receiver.name} has other bytes of ${item.name}`;
}

/**
 * Big files at their receivers: looked at as soon as they are there, then removed, as systems of a site do. All of them
 * would fill the disk.
 */
export class BigFiles {
  readonly wrong: string[] = [];
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  /** By file: orders of it that run. */
  readonly #open = new Map<string, number>();

  constructor({ cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock }) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Before it is ordered. The answer waits for the order's end, and looks. */
  expect(receiver: KnownReceiver, item: Item): (order: Order) => Promise<void> {
    const file = fileOf(receiver, item);
    this.#open.set(file, (this.#open.get(file) ?? 0) + 1);
    return async ({ id }) => {
      const isOver = async (): Promise<boolean> =>
        (await this.#cluster.client.ask<Order>('GET', `/distribution/orders/${id}`)).state !== 'running';
      const isThere = await comesTrue(this.#clock, isOver, BIG_MS);
      const wrong = isThere ? await wrongOf(receiver, item) : `${receiver.name} waits for ${item.name}`;
      if (wrong !== undefined) this.wrong.push(wrong);
      const open = (this.#open.get(file) ?? 1) - 1;
      this.#open.set(file, open);
      if (open === 0) await rm(file, { force: true });
    };
  }
}

interface Ended {
  readonly orders: readonly Order[];
  readonly deliveries: readonly Delivery[];
}

/** Of all parts of a run. `wrong`: what was found meanwhile; big files are not looked at again. */
export async function judged(
  cluster: Looked,
  o: { readonly parts: readonly Ended[]; readonly items: readonly Item[]; readonly wrong: readonly string[] },
): Promise<Verdict> {
  const orders = o.parts.flatMap((part) => part.orders);
  const deliveries = o.parts.flatMap((part) => part.deliveries);
  const expected = orders.reduce((sum, { total }) => sum + total, 0);
  const lost = lostOf(deliveries).map(
    ({ id, state, failure, region }) =>
      `${id} to ${region} is ${state} ${failure?.code ?? ''} ${failure?.detail ?? ''}`,
  );
  const absent = expected - deliveries.length;
  const twice = [
    ...changedOf(deliveries, await cluster.client.all<Delivery>('/distribution/deliveries')),
    ...(await completedTwice(cluster, orders)),
    ...(await receivedTwice(cluster, deliveries)),
  ];
  const small = o.items.filter((item) => !isBigName(item.name));
  const wrong = [...o.wrong, ...(await wrongFiles(cluster, deliveries, small))];
  const groups = [
    ['lost', lost],
    ['twice', twice],
    ['wrong', wrong],
  ] as const;
  const missed = groups.flatMap(([name, list]) => list.slice(0, LISTED).map((text) => `${name}: ${text}`));
  if (absent !== 0) missed.push(`lost: ${absent} of ${expected} deliveries have no row`);
  return { lost: lost.length + Math.abs(absent), twice: twice.length, wrongHashes: wrong.length, missed };
}

/** Orders that were not completed exactly once, by the events that companies get. */
async function completedTwice(cluster: Looked, orders: readonly Order[]): Promise<readonly string[]> {
  interface Completed {
    readonly order?: { readonly id: string };
  }
  const events = await cluster.client.all<Completed>('/events?event=order.completed');
  const counts = countsOf(events.map(({ order }) => order?.id ?? ''));
  return orders.flatMap(({ id }) => {
    const count = counts.get(id) ?? 0;
    return count === 1 ? [] : [`order ${id} was completed ${count} times`];
  });
}

/** Receivers that have ended more deliveries, or brought more bytes, than they had rows. */
async function receivedTwice(cluster: Looked, deliveries: readonly Delivery[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { id, name } of cluster.receivers) {
    const text = await cluster.metricsOf(name);
    const own = deliveries.filter(({ receiver }) => receiver === id);
    const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
    const ended = sumOf(text, 'meridian_receiver_deliveries_ended_total');
    const came = sumOf(text, 'meridian_receiver_received_bytes_total');
    if (ended !== own.length || came !== bytes)
      found.push(`${name} ended ${ended} of ${own.length} deliveries, with ${came} of ${bytes} bytes`);
  }
  return found;
}

async function wrongFiles(
  cluster: Looked,
  deliveries: readonly Delivery[],
  items: readonly Item[],
): Promise<readonly string[]> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const receivers = new Map(cluster.receivers.map((receiver) => [receiver.id, receiver]));
  const pairs = new Set(deliveries.map(({ receiver, item }) => `${receiver} ${item}`));
  const found: string[] = [];
  for (const pair of pairs) {
    const [receiver, item] = pair.split(' ');
    const at = receivers.get(receiver ?? '');
    const what = byId.get(item ?? '');
    if (at === undefined || what === undefined) continue;
    const wrong = await wrongOf(at, what);
    if (wrong !== undefined) found.push(wrong);
  }
  return found;
}
