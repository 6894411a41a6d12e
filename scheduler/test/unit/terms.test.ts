// A node reports an earlier term of leading that the store does not know: the store was rolled back, and what else it
// lost is unknown. The store still has the mark that a fleet has once settled.
import type { KeyValue } from '@meridian/runtime';
import { createLogger, createMetrics, ManualClock, memoryKeyValue, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { fleetView } from '../../src/administration/reports.ts';
import { centreMetrics } from '../../src/base/metrics.ts';
import { kvStore } from '../../src/copying/kv-store.ts';
import { WARM_UP_MS } from '../../src/fleet/warm-up.ts';
import { aloneTerms, ElectedTerms, leadingEpoch, type TermParts } from '../../src/leading/terms.ts';
import { Locator } from '../../src/locating/locate.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function parts() {
  const clock = new ManualClock();
  const kv = memoryKeyValue({ clock, maxEntries: 1000 });
  const o: TermParts = {
    clock,
    rng: seededRng('terms'),
    log: createLogger({ name: 'test', level: 'silent' }),
    metrics: centreMetrics(createMetrics({ service: 'scheduler' })),
    locator: new Locator({ geo: { locate: () => undefined }, developmentCities: true }),
  };
  return { clock, kv, o };
}

test('a lone centre waits for the fleet again, and raises its epoch above the term that a node names', async () => {
  const { clock, kv, o } = parts();
  const store = kvStore(kv);
  await store.put('settled', 'true');
  await store.put('centre-epoch', '3');
  const terms = await aloneTerms({ ...o, store });
  terms.centre.listening();
  expect([terms.epoch, terms.centre.warmUp.isWaiting]).toEqual([4, false]);
  await terms.noteEpoch(9, 'CE_before');
  expect([terms.epoch, terms.centre.warmUp.isWaiting]).toEqual([10, true]);
  clock.advance(WARM_UP_MS);
  expect(terms.centre.warmUp.isWaiting).toBe(false);
  await terms.close('the test is over');
});

test('a centre among several that leads again over a store without its terms waits for the fleet, and still knows which nodes were to be drained', async () => {
  const { clock, kv, o } = parts();
  await kvStore(kv).put('settled', 'true');
  const terms = new ElectedTerms({
    ...o,
    kv,
    id: 'centre',
    url: () => 'wss://centre',
    onChange: () => undefined,
    onOtherLeads: () => undefined,
  });
  await terms.start();
  expect(terms.mayDecide()).toBe(true);
  const incarnations = new Set([terms.centre.incarnation]);
  expect(terms.centre.warmUp.isWaiting).toBe(false);
  const heard = terms.noteEpoch(50, 'CE_before');
  await settle();
  await heard;
  expect(terms.epoch).toBe(51);
  terms.centre.fleet.setCommandsAhead('away', { drainReason: 'kernel' });
  // The store loses the lease and the count of epochs, and keeps the settled mark.
  for (const [key] of await kv.entries('', { limit: 1000 })) if (!key.startsWith('copy/')) await kv.delete(key);
  await kv.delete('leader');
  for (let passedMs = 0; passedMs < 60_000 && (!terms.mayDecide() || incarnations.size < 2); passedMs += 50) {
    clock.advance(50);
    await settle();
    if (terms.mayDecide()) incarnations.add(terms.centre.incarnation);
  }
  expect([terms.mayDecide(), incarnations.size]).toEqual([true, 2]);
  expect(terms.epoch).toBeGreaterThan(51);
  expect(terms.centre.warmUp.isWaiting).toBe(true);
  const { commandsAhead } = fleetView(terms.centre, clock.nowMs());
  expect(commandsAhead).toEqual([{ nodeId: 'away', drainReason: 'kernel', cordonReason: null }]);
  await terms.close('the test is over');
});

test('a centre that does not lead reports a change of leader, and its epoch', async () => {
  const { clock, kv, o } = parts();
  const changes: string[] = [];
  const start = async (id: string): Promise<ElectedTerms> => {
    const terms: ElectedTerms = new ElectedTerms({
      ...o,
      kv,
      id,
      url: () => `wss://${id}`,
      onChange: () => undefined,
      onOtherLeads: () => changes.push(`${id}: ${terms.leader?.url} ${terms.leader?.epoch}`),
    });
    await terms.start();
    return terms;
  };
  const [first, second, third] = [await start('first'), await start('second'), await start('third')];
  expect(changes).toEqual(['second: wss://first 1', 'third: wss://first 1']);
  const pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 50) {
      clock.advance(50);
      await settle();
    }
  };
  await pass(3000);
  expect(changes).toHaveLength(2); // many polls of the same leader report no change
  await first.close('the test wants another');
  await pass(1000);
  expect([second.mayDecide(), third.mayDecide()]).toEqual([true, false]);
  expect(changes.slice(2)).toEqual(['third: wss://second 2']);
  await third.close('the test is over');
  await second.close('the test is over');
});

/** Leads over a store whose answers to renewals are held back. */
async function leadingSlowly() {
  const { clock, kv, o } = parts();
  await kvStore(kv).put('settled', 'true');
  const held: (() => void)[] = [];
  let fails = false;
  const slow: KeyValue = Object.assign(Object.create(kv) as KeyValue, {
    renewLease: async (...args: Parameters<KeyValue['renewLease']>) => {
      await new Promise<void>((resolve) => held.push(resolve));
      if (fails) throw new Error('the store did not answer');
      return kv.renewLease(...args);
    },
  });
  const terms = new ElectedTerms({
    ...o,
    kv: slow,
    id: 'centre',
    url: () => 'wss://centre',
    onChange: () => undefined,
    onOtherLeads: () => undefined,
  });
  await terms.start();
  expect(terms.mayDecide()).toBe(true);
  const answer = (how: 'yes' | 'not at all'): void => {
    fails = how === 'not at all';
    for (const resolve of held.splice(0)) resolve();
  };
  return { clock, terms, answer };
}

test('a leader that learns of a higher term continues when the store has confirmed a higher epoch, however late', async () => {
  const { terms, answer } = await leadingSlowly();
  let epochThen: number | undefined;
  const heard = terms.noteEpoch(50, 'CE_before').then(() => {
    epochThen = terms.epoch;
  });
  await settle();
  expect(epochThen).toBeUndefined();
  answer('yes');
  await heard;
  expect(epochThen).toBe(51);
  await terms.close('the test is over');
});

test('a leader that could not raise its epoch above a term that a node has obeyed does not register that node', async () => {
  const { terms, answer } = await leadingSlowly();
  const epoch = terms.epoch;
  const heard = terms.noteEpoch(50, 'CE_before');
  answer('not at all');
  await expect(heard).rejects.toMatchObject({ code: 'NOT_LEADER' });
  expect([terms.mayDecide(), terms.epoch]).toEqual([true, epoch]);
  await terms.close('the test is over');
});

test('a deposed leader has no epoch to order under', async () => {
  const { terms } = await leadingSlowly();
  expect(leadingEpoch(terms)).toBe(terms.epoch);
  expect(leadingEpoch(terms)).toBeGreaterThan(0);
  terms.resign('the test says so');
  await settle();
  expect(terms.mayDecide()).toBe(false);
  expect(leadingEpoch(terms)).toBeUndefined();
  await terms.close('the test is over');
});
