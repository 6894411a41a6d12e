// The centre and all library nodes die while files are on their way: what receivers know by then comes from neighbours.
import type { Metrics } from '../../support/case.ts';
import type { KnownReceiver } from './cluster.ts';
import { sumOf } from './figures.ts';
import { completed, deliveriesOf, itemOf, type Run } from './phases.ts';
import { comesTrue, pause } from './waiting.ts';

/** A poll that finds no library node says anew what is held: the first of them ends within two seconds. */
const POLLS_ANEW_MS = 5000;
const BROUGHT_MS = 300_000;
const NOTICED_MS = 60_000;

/** By the metrics ports of receivers. */
interface Counts {
  /** Deliveries that have ended. */
  readonly ended: number;
  /** Notices without a receipt. */
  readonly held: number;
}

async function countsOf({ cluster }: Run, receivers: readonly KnownReceiver[]): Promise<readonly Counts[]> {
  return await Promise.all(
    receivers.map(async ({ name }) => {
      const text = await cluster.metricsOf(name);
      const ended = sumOf(text, 'meridian_receiver_deliveries_ended_total');
      return { ended, held: sumOf(text, 'meridian_receiver_notices_held') };
    }),
  );
}

const total = (counts: readonly Counts[], of: keyof Counts): number => counts.reduce((sum, one) => sum + one[of], 0);

/**
 * The first receiver of each site has the files; then they are ordered for all others. When each of these has
 * notices, api, centre, Redis and all library nodes are killed, and stay dead until nothing that was noticed is left.
 */
export async function centreDead(run: Run, names: readonly string[]) {
  const { cluster, clock, say } = run;
  const items = names.map((name) => itemOf(run, name));
  const sites = new Set<string>();
  const first = cluster.receivers.filter(({ site }) => !sites.has(site) && sites.add(site));
  const others = cluster.receivers.filter((receiver) => !first.includes(receiver));
  const idsOf = (list: readonly KnownReceiver[]): string[] => list.map(({ id }) => id);
  const orders = await Promise.all(items.map(({ id }) => cluster.client.order(id, idsOf(first), 'normal')));
  await completed(run);
  const before = await countsOf(run, others);
  for (const { id } of items) orders.push(await cluster.client.order(id, idsOf(others), 'normal'));
  const haveAll = async (): Promise<boolean> =>
    (await countsOf(run, others)).every(({ ended, held }, at) => held + ended > (before[at]?.ended ?? 0));
  const areNoticed = await comesTrue(clock, haveAll, NOTICED_MS);
  await cluster.killCentre();
  const atDeath = await countsOf(run, others);
  say(`the centre is dead; ${total(atDeath, 'ended') - total(before, 'ended')} files had come`);
  await pause(clock, POLLS_ANEW_MS);
  const held = total(await countsOf(run, others), 'held');
  const isBrought = await comesTrue(clock, async () => total(await countsOf(run, others), 'held') === 0, BROUGHT_MS);
  const after = await countsOf(run, others);
  await cluster.startCentre();
  const backMs = clock.nowMs();
  await completed(run);
  const deliveries = await deliveriesOf(run, orders);
  const ofOthers = deliveries.filter(({ receiver }) => others.some(({ id }) => id === receiver));
  const bytes = ofOthers.reduce((sum, one) => sum + one.bytes, 0);
  const metrics: Metrics = {
    deliveries: ofOthers.length,
    endedBefore: total(atDeath, 'ended') - total(before, 'ended'),
    heldAfterPolls: held,
    endedWithoutCentre: total(after, 'ended') - total(atDeath, 'ended'),
    leftWithoutCentre: total(after, 'held'),
    neighbourShare: ofOthers.reduce((sum, one) => sum + one.neighbourBytes, 0) / bytes,
    completedSeconds: (clock.nowMs() - backMs) / 1000,
  };
  const wrong: string[] = [];
  if (!areNoticed) wrong.push('not every receiver had a notice when the centre was killed');
  if (!isBrought) wrong.push(`${total(after, 'held')} noticed files did not come without the centre`);
  if (total(after, 'ended') === total(atDeath, 'ended')) wrong.push('no file came without the centre');
  return { metrics, orders, deliveries, wrong };
}
