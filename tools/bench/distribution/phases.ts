// The parts of a run: orders as fast as the api takes them, a steady load with a region cut, one hot file for all.
import type { Clock } from '@meridian/runtime';
import { type Metrics, percentile, type Say } from '../../support/case.ts';
import { BigFiles } from './checking.ts';
import type { Delivery, Item, Order } from './client.ts';
import type { Cluster } from './cluster.ts';
import { afterMs, catchUpSeconds, costOf, timesOf } from './figures.ts';
import { isBigName, type Plan, type PlannedOrder } from './plan.ts';
import { CUT, ORIGIN } from './specs.ts';
import { cpuMsOf, peakBytesOf } from './usage.ts';
import { comesTrue, pause } from './waiting.ts';

const CLIENTS = 8;
/** Beyond a part, for what is late: retries of a delivery are up to five minutes apart. */
const LATE_MS = 900_000;
/** Of the bulk deliveries, when the hot file is ordered. */
const BULK_BEGUN = 3;

export interface Run {
  readonly cluster: Cluster;
  readonly items: ReadonlyMap<string, Item>;
  readonly clock: Clock;
  readonly say: Say;
}

export const itemOf = ({ items }: Pick<Run, 'items'>, name: string): Item => {
  const found = items.get(name);
  if (found === undefined) throw new Error(`${name} was not uploaded`);
  return found;
};

/** When no order runs any more, or it takes too long. */
export async function completed({ cluster, clock, say }: Run): Promise<void> {
  const running = (): Promise<{ readonly data: readonly Order[] }> =>
    cluster.client.ask('GET', '/distribution/orders?state=running&limit=1');
  const isOver = await comesTrue(clock, async () => (await running()).data.length === 0, LATE_MS);
  if (!isOver) say(`orders run after ${LATE_MS / 1000} s`);
}

export async function deliveriesOf({ cluster }: Run, orders: readonly Order[]): Promise<readonly Delivery[]> {
  const ids = new Set(orders.map(({ id }) => id));
  return (await cluster.client.all<Delivery>('/distribution/deliveries')).filter(({ order }) => ids.has(order));
}

/** One small file, ordered for one receiver after another by clients that wait for each answer. */
export async function fastOrders(run: Run, name: string, forMs: number) {
  const { cluster, clock } = run;
  const item = itemOf(run, name);
  const orders: Order[] = [];
  const answersMs: number[] = [];
  const beganMs = clock.nowMs();
  let next = 0;
  const client = async (): Promise<void> => {
    while (clock.nowMs() - beganMs < forMs) {
      const receiver = cluster.receivers[next++ % cluster.receivers.length];
      if (receiver === undefined) return;
      const fromMs = clock.nowMs();
      orders.push(await cluster.client.order(item.id, [receiver.id], 'normal'));
      answersMs.push(clock.nowMs() - fromMs);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const tookMs = clock.nowMs() - beganMs;
  await completed(run);
  const deliveries = await deliveriesOf(run, orders);
  const createdMs = Math.min(...deliveries.map(({ createdAt }) => Date.parse(createdAt)));
  const lastMs = Math.max(...deliveries.map(({ endedAt = '' }) => Date.parse(endedAt)));
  const metrics: Metrics = {
    clients: CLIENTS,
    ordersPerSecond: (orders.length * 1000) / tookMs,
    answerMsP50: percentile(answersMs, 0.5),
    answerMsP99: percentile(answersMs, 0.99),
    deliveriesPerSecond: (deliveries.length * 1000) / (lastMs - createdMs),
  };
  return { metrics, orders, deliveries };
}

export interface Cut {
  readonly atMs: number;
  readonly forMs: number;
}

/** The plan, in its time. `cut`: of the last region, in the middle. */
export async function steadyLoad(run: Run, plan: Plan, cut: Cut) {
  const { cluster, clock, say } = run;
  const bigFiles = new BigFiles(run);
  const orders: Order[] = [];
  const refused: string[] = [];
  const cpu = cpuMsOf(cluster.pids());
  const outBefore = cluster.o.net.bytesOut(ORIGIN);
  const beganMs = clock.nowMs();
  const waiting: Promise<void>[] = [];
  const order = async (planned: PlannedOrder): Promise<void> => {
    const item = itemOf(run, planned.item);
    const receivers = planned.receivers.flatMap((number) => cluster.receivers[number] ?? []);
    const ids = receivers.map(({ id }) => id);
    const began = planned.isBig ? receivers.map((receiver) => bigFiles.expect(receiver, item)) : [];
    const made = await cluster.client.order(item.id, ids, planned.priority);
    orders.push(made);
    for (const arrived of began) await arrived(made);
  };
  const ordering = async (): Promise<void> => {
    for (const planned of plan.orders) {
      await pause(clock, beganMs + planned.atMs - clock.nowMs());
      waiting.push(order(planned).catch((error: unknown) => void refused.push(String(error))));
    }
    await pause(clock, beganMs + cut.atMs + cut.forMs - clock.nowMs());
  };
  const [, endMs] = await Promise.all([ordering(), cutting(run, beganMs, cut)]);
  await Promise.all(waiting);
  say('all is ordered');
  await completed(run);
  const pids = cluster.pids();
  const used = { from: cpu, to: cpuMsOf(pids), peakBytes: peakBytesOf(pids) };
  const deliveries = await deliveriesOf(run, orders);
  const bigItems = new Set([...run.items.values()].filter(({ name }) => isBigName(name)).map(({ id }) => id));
  const bytes = deliveries.reduce((sum, one) => sum + one.bytes, 0);
  const lastMs = Math.max(...deliveries.map(({ endedAt = '' }) => Date.parse(endedAt)));
  const firstMs = Math.min(...deliveries.map(({ createdAt }) => Date.parse(createdAt)));
  const metrics: Metrics = {
    orders: orders.length,
    deliveries: deliveries.length,
    deliveriesPerSecond: (deliveries.length * 1000) / (lastMs - firstMs),
    deliveredMb: bytes / 1_000_000,
    originOutMb: (cluster.o.net.bytesOut(ORIGIN) - outBefore) / 1_000_000,
    neighbourShare: deliveries.reduce((sum, one) => sum + one.neighbourBytes, 0) / bytes,
    catchUpSeconds: catchUpSeconds(deliveries, { region: CUT, endMs }),
    times: timesOf({ deliveries, bigItems, cutRegion: CUT }),
    cost: costOf(Object.assign({ deliveries: deliveries.length }, used)),
  };
  return { metrics, orders, deliveries, wrong: [...refused, ...bigFiles.wrong] };
}

/** Answers the wall clock of its end. */
async function cutting({ cluster, clock, say }: Run, beganMs: number, cut: Cut): Promise<number> {
  const { net } = cluster.o;
  await pause(clock, beganMs + cut.atMs - clock.nowMs());
  net.cut(CUT, true);
  say(`${CUT} is cut`);
  try {
    await pause(clock, cut.forMs);
  } finally {
    net.cut(CUT, false);
  }
  say(`${CUT} is joined again`);
  return clock.wallMs();
}

/** One urgent file for all receivers, while bulk files are on their way to them. */
export async function hotFile(run: Run, o: { readonly hot: string; readonly bulk: readonly string[] }) {
  const { cluster } = run;
  const all = cluster.receivers.map(({ id }) => id);
  const outBefore = cluster.o.net.bytesOut(ORIGIN);
  const bulk: Order[] = [];
  for (const name of o.bulk) bulk.push(await cluster.client.order(itemOf(run, name).id, all, 'bulk'));
  const begun = async (): Promise<boolean> => {
    const states = await Promise.all(
      bulk.map(({ id }) => cluster.client.ask<Order>('GET', `/distribution/orders/${id}`)),
    );
    return states.reduce((sum, { done }) => sum + done, 0) >= BULK_BEGUN;
  };
  if (!(await comesTrue(run.clock, begun, LATE_MS))) throw new Error('no bulk file comes');
  const hot = await cluster.client.order(itemOf(run, o.hot).id, all, 'urgent');
  await completed(run);
  const deliveries = await deliveriesOf(run, [...bulk, hot]);
  const ofHot = deliveries.filter(({ order }) => order === hot.id);
  const ofBulk = deliveries.filter(({ order }) => order !== hot.id);
  const hotTimes = ofHot.map((one) => afterMs(one) ?? Number.NaN);
  const lastMs = Math.max(...ofHot.map(({ endedAt = '' }) => Date.parse(endedAt)));
  const endedBefore = ofBulk.filter(({ endedAt = '' }) => Date.parse(endedAt) < lastMs).length;
  const bytes = deliveries.reduce((sum, one) => sum + one.bytes, 0);
  const metrics: Metrics = {
    hotSecondsP50: percentile(hotTimes, 0.5) / 1000,
    hotSecondsLast: Math.max(...hotTimes) / 1000,
    bulkEndedBeforeShare: endedBefore / ofBulk.length,
    bulkSecondsLast: Math.max(...ofBulk.map((one) => afterMs(one) ?? Number.NaN)) / 1000,
    deliveredMb: bytes / 1_000_000,
    originOutMb: (cluster.o.net.bytesOut(ORIGIN) - outBefore) / 1_000_000,
    neighbourShare: deliveries.reduce((sum, one) => sum + one.neighbourBytes, 0) / bytes,
  };
  return { metrics, orders: [...bulk, hot], deliveries };
}
