// What the lab `library-faults` does, from its seed, and how it judges what it finds.
import { expect, it } from 'vitest';
import { strangeDeaths } from '../../lab/library-faults/deaths.ts';
import { DECKS_LEAST, type Fault, faultsOf } from '../../lab/library-faults/deck.ts';
import { type Facts, findingsOf } from '../../lab/library-faults/judge.ts';
import { planOf } from '../../lab/library-faults/plan.ts';

const targets = ['api', 'redis', 'node', 'receiver'];
function taken(seed: number, count: number): Fault[] {
  const list: Fault[] = [];
  for (const fault of faultsOf(seed, targets, ['client'])) if (list.push(fault) === count) break;
  return list;
}
const kindsIn = (deck: readonly Fault[], target: string): string[] =>
  deck.filter((fault) => fault.target === target).map(({ kind }) => kind);

it('the same seed gives the same faults, another one others', () => {
  expect(taken(7, 40)).toEqual(taken(7, 40));
  expect(taken(8, 40)).not.toEqual(taken(7, 40));
});

it('in two decks each part is killed once and frozen once, and clients are cut in each', () => {
  const size = targets.length + 1;
  const all = taken(3, 6 * size);
  for (let at = 0; at < all.length; at += DECKS_LEAST * size) {
    const decks = all.slice(at, at + DECKS_LEAST * size);
    for (const target of targets) {
      expect(kindsIn(decks.slice(0, size), target)).toHaveLength(1);
      expect(kindsIn(decks, target).sort()).toEqual(['freeze', 'kill']);
    }
    expect(kindsIn(decks, 'client')).toEqual(['cut', 'cut']);
  }
});

it('pauses and absences are within their bounds', () => {
  for (const { kind, afterMs, lastsMs } of taken(5, 500)) {
    expect(afterMs).toBeGreaterThanOrEqual(1000);
    expect(afterMs).toBeLessThan(3000);
    const [least, most] = { kill: [0, 3000], freeze: [1000, 8000], cut: [0, 1] }[kind];
    expect(lastsMs).toBeGreaterThanOrEqual(least ?? 0);
    expect(lastsMs).toBeLessThan(most ?? 0);
  }
});

it('orders are of uploads that have begun, to different receivers', () => {
  const counts = { uploads: 20, orders: 100, receivers: 6 };
  const plan = planOf(11, counts);
  expect(plan).toEqual(planOf(11, counts));
  expect([plan.uploads.length, plan.orders.length]).toEqual([20, 100]);
  for (const { bytes } of plan.uploads) expect(bytes >= 1000 && bytes <= 40_000_000).toBe(true);
  for (const { upload, to = [0], atMs } of plan.orders) {
    expect(plan.uploads[upload]?.atMs).toBeLessThanOrEqual(atMs);
    expect(new Set(to).size).toBe(to.length);
    expect(to.length).toBeGreaterThan(0);
    for (const place of to) expect(place >= 0 && place < 6).toBe(true);
  }
});

const time = { createdAt: '2026-01-01T00:00:00Z' };
const whole: Facts = {
  uploaded: [{ name: 'a.txt', sha256: 'aa', item: 'LI_1' }],
  items: [{ id: 'LI_1', name: 'a.txt', state: 'ready', sha256: 'aa' }],
  ordered: [{ id: 'DO_1', to: ['RC_1', 'RC_2'] }],
  orders: [{ id: 'DO_1', state: 'completed', total: 2, done: 2 }],
  deliveries: [
    Object.assign({ id: 'DL_1', order: 'DO_1', receiver: 'RC_1', state: 'done' }, time),
    Object.assign({ id: 'DL_2', order: 'DO_1', receiver: 'RC_2', state: 'done' }, time),
  ],
  overview: {
    deliveries: { waiting: 0, done: 2 },
    receivers: { online: 2 },
    channels: [{ name: 'a', up: true, waiting: 0 }],
  },
  places: [
    { id: 'RC_1', name: 'site', kind: 'agent' },
    { id: 'RC_2', name: 'region', kind: 'region' },
  ],
  events: [
    { id: 'EV_1', event: 'item.ready', of: 'LI_1' },
    { id: 'EV_2', event: 'order.completed', of: 'DO_1' },
  ],
  heard: [
    { id: 'EV_1', event: 'item.ready', of: 'LI_1' },
    { id: 'EV_2', event: 'order.completed', of: 'DO_1' },
    { id: 'EV_2', event: 'order.completed', of: 'DO_1' },
  ],
  notified: ['DL_1', 'DL_1'],
  left: [],
};
const but = (change: Partial<Facts>): Facts => Object.assign({}, whole, change);
const [first, second] = whole.deliveries;
if (first === undefined || second === undefined) throw new Error('there are two deliveries');

it('what is whole has no finding, though webhooks and calls come again', () => {
  expect(findingsOf(whole)).toEqual([]);
});

it.each<[name: string, facts: Facts, finding: string]>([
  ['a lost item', but({ items: [] }), 'a.txt: its item LI_1 is lost'],
  [
    'a second item',
    but({ items: [...whole.items, { id: 'LI_2', name: 'a.txt', state: 'ready' }] }),
    'LI_2 is there as well',
  ],
  ['another hash', but({ uploaded: [{ name: 'a.txt', sha256: 'bb', item: 'LI_1' }] }), 'has another hash'],
  ['a lost order', but({ orders: [] }), 'DO_1: the order is lost'],
  ['a second order', but({ ordered: [] }), 'DO_1: an order that was not acknowledged'],
  ['a second delivery', but({ deliveries: [first, first, second] }), 'DO_1: 2 deliveries to RC_1'],
  ['a lost delivery', but({ deliveries: [first] }), 'DO_1: 0 deliveries to RC_2'],
  ['an open delivery', but({ deliveries: [first, Object.assign({}, second, { state: 'noticed' })] }), 'is noticed'],
  ['a wrong count', but({ overview: Object.assign({}, whole.overview, { deliveries: { done: 3 } }) }), 'counts 3'],
  ['a second event', but({ events: [...whole.events, { id: 'EV_3', event: 'item.ready', of: 'LI_1' }] }), '2 events'],
  ['an event not heard', but({ heard: whole.heard.slice(1) }), 'item.ready of LI_1: 0 events were heard'],
  ['a call that did not come', but({ notified: [] }), 'DL_1: the system of the site was not called'],
  ['what is left', but({ left: ['1 receipts are left'] }), '1 receipts are left'],
])('%s is a finding', (_name, facts, finding) => {
  expect(findingsOf(facts).join('\n')).toContain(finding);
});

it('a death is strange when nothing has killed the process, and its start has not failed', () => {
  const died = (timeMs: number): string => `{"level":40,"time":${timeMs},"msg":"[supervisor] died (exit code 1)"}`;
  const log = ['{"msg":"closed","cause":"start failed"}', died(1000), '{"msg":"working"}', died(9000)];
  const killed = (): number => 1;
  const judged = (...deaths: { id: string; atMs: number; how: string }[]) =>
    strangeDeaths(deaths, { killed, log: () => log });
  const failed = { id: 'api', atMs: 1001, how: 'exit code 1' };
  const kill = { id: 'api', atMs: 500, how: 'SIGKILL' };
  expect(judged(kill, failed)).toEqual({ findings: [], failedStarts: 1 });
  expect(judged(kill, kill).findings).toEqual(['api was killed 1 times more than by the lab']);
  const crash = judged({ id: 'api', atMs: 9002, how: 'exit code 1' });
  expect(crash).toMatchObject({ failedStarts: 0, findings: [expect.stringContaining('"working"')] });
});
