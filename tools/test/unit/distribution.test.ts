// Pure parts of `npm run bench -- distribution`.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judged, type Looked } from '../../bench/distribution/checking.ts';
import type { Delivery } from '../../bench/distribution/client.ts';
import { catchUpSeconds, changedOf, costOf, countsOf, lostOf, timesOf } from '../../bench/distribution/figures.ts';
import { DELIVERIES_A_DAY, type PlanOptions, planOf } from '../../bench/distribution/plan.ts';
import { kinds, ofKinds } from '../../bench/distribution/usage.ts';

const HOUR_MS = 3_600_000;
const shape: PlanOptions = {
  forMs: HOUR_MS,
  receivers: 60,
  bigReceivers: [0, 59],
  bigItems: 3,
  bigBytes: 2_000_000_000,
};
const plan = planOf(shape, seededRng('a test'));

describe('what is ordered in an hour', () => {
  it('is ten times the deliveries of an hour of the peak day', () => {
    const ordered = plan.orders.reduce((sum, { receivers }) => sum + receivers.length, 0);
    expect([ordered, plan.deliveries]).toEqual([Math.round(DELIVERIES_A_DAY / 24), Math.round(DELIVERIES_A_DAY / 24)]);
  });

  it('is spread over the whole hour, in the order of time', () => {
    const times = plan.orders.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const quarters = countsOf(times.map((ms) => String(Math.floor((ms * 4) / HOUR_MS))));
    expect([...quarters.keys()].sort()).toEqual(['0', '1', '2', '3']);
    for (const count of quarters.values()) expect(count / times.length).toBeCloseTo(0.25, 1);
  });

  it('has few urgent and many normal orders', () => {
    const counts = countsOf(plan.orders.map(({ priority }) => priority));
    const share = (name: string): number => (counts.get(name) ?? 0) / plan.orders.length;
    expect(share('urgent')).toBeCloseTo(0.1, 1);
    expect(share('normal')).toBeCloseTo(0.6, 1);
    expect(share('bulk')).toBeCloseTo(0.3, 1);
  });

  it('gives no receiver a small item twice', () => {
    const small = plan.orders.filter(({ isBig }) => !isBig);
    const pairs = small.flatMap(({ item, receivers }) => receivers.map((receiver) => `${item} ${receiver}`));
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('has one big file in two hundred, in turn for those that take them', () => {
    const big = plan.orders.filter(({ isBig }) => isBig);
    expect(big.length / plan.deliveries).toBeCloseTo(0.005, 4);
    expect(big.slice(0, 6).map(({ receivers, item }) => [receivers, item])).toEqual([
      [[0], 'big-0.txt'],
      [[59], 'big-0.txt'],
      [[0], 'big-1.txt'],
      [[59], 'big-1.txt'],
      [[0], 'big-2.txt'],
      [[59], 'big-2.txt'],
    ]);
  });

  it('has many small files and few larger ones, from 4 kB to 4 MB', () => {
    const sizes = plan.items.filter(({ name }) => name.startsWith('small')).map(({ bytes }) => bytes);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4096);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4_194_304);
    expect(sizes.filter((bytes) => bytes < 65_536).length).toBeGreaterThan(sizes.length / 2);
    expect(sizes.filter((bytes) => bytes > 1_048_576).length).toBeGreaterThan(0);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(planOf(shape, seededRng('a test'))).toEqual(plan);
    expect(planOf(shape, seededRng('another test'))).not.toEqual(plan);
  });
});

const delivery = (o: Partial<Delivery> & { readonly tookS?: number } = {}): Delivery => {
  const { tookS = 1, ...given } = o;
  const created = '2026-11-27T10:00:00.000Z';
  const row = {
    id: 'DL_1',
    order: 'DO_1',
    receiver: 'RC_1',
    region: 'frankfurt',
    item: 'LI_1',
    bytes: 1000,
    priority: 'normal',
    state: 'done',
    attempts: 1,
    tookMs: 10,
    neighbourBytes: 0,
    createdAt: created,
    noticedAt: '2026-11-27T10:00:00.250Z',
    endedAt: new Date(Date.parse(created) + tookS * 1000).toISOString(),
  } satisfies Delivery;
  return Object.assign(row, given);
};

describe('what the rows say', () => {
  it('keeps times apart by place, size and priority', () => {
    const deliveries = [
      ...[1, 2, 3, 4].map((tookS) => delivery({ tookS })),
      delivery({ tookS: 20, region: 'sydney', priority: 'urgent' }),
      delivery({ tookS: 50, item: 'LI_big', priority: 'bulk' }),
    ];
    const group = (count: number, p50: number, p99: number) => ({
      deliveries: count,
      msP50: p50,
      msP95: p99,
      msP99: p99,
      noticedMsP99: 250,
    });
    expect(timesOf({ deliveries, bigItems: new Set(['LI_big']), cutRegion: 'sydney' })).toEqual({
      outside: { small: { normal: group(4, 2000, 4000) }, big: { bulk: group(1, 50_000, 50_000) } },
      cut: { small: { urgent: group(1, 20_000, 20_000) } },
    });
  });

  it('counts as catching up what was ordered in the cut region before it was joined again', () => {
    const endMs = Date.parse('2026-11-27T10:00:10.000Z');
    const late = delivery({ region: 'sydney', tookS: 17 });
    const elsewhere = delivery({ tookS: 90 });
    const after = delivery({ region: 'sydney', createdAt: '2026-11-27T10:00:11.000Z', tookS: 95 });
    expect(catchUpSeconds([late, elsewhere, after], { region: 'sydney', endMs })).toBe(7);
    expect(catchUpSeconds([delivery({ region: 'sydney' })], { region: 'sydney', endMs })).toBe(0);
  });

  it('counts as lost what is not done, and as changed what a later look finds otherwise', () => {
    const open = delivery({ id: 'DL_2', state: 'noticed' });
    expect(lostOf([delivery(), open])).toEqual([open]);
    const rows = [delivery(), delivery({ id: 'DL_3' })];
    expect(changedOf(rows, [delivery({ tookMs: 11 }), delivery({ id: 'DL_3' })])).toEqual(['DL_1']);
    expect(changedOf(rows, [delivery()])).toEqual(['DL_3']);
  });
});

describe('what it costs', () => {
  it('is CPU time for a thousand deliveries, by kind and together', () => {
    const from = ofKinds(() => 1000);
    const to = Object.assign({}, from, { api: 5000, receivers: 3000 });
    const cost = costOf({ from, to, peakBytes: ofKinds(() => 2_000_000), deliveries: 2000 });
    expect(Object.keys(cost)).toEqual([...kinds, 'cpuSecondsPer1000']);
    expect(cost['api']).toEqual({ cpuSecondsPer1000: 2, peakMb: 2 });
    expect(cost['redis']).toEqual({ cpuSecondsPer1000: 0, peakMb: 2 });
    expect(cost['cpuSecondsPer1000']).toBe(3);
  });
});

describe('a run of two deliveries', () => {
  const text = 'a file';
  const item = {
    id: 'LI_1',
    name: 'small-0.txt',
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  const order = { id: 'DO_1', item: 'LI_1', state: 'completed', total: 2, done: 2 };
  const rows = ['RC_1', 'RC_2'].map((receiver) => delivery({ id: `DL_${receiver}`, receiver, bytes: text.length }));
  let folder: string;
  let files: Record<string, string>;
  let later: readonly Delivery[];
  let completions: number;
  let endedOfFirst: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meridian-bench-test-'));
    files = { RC_1: text, RC_2: text };
    later = rows;
    completions = 1;
    endedOfFirst = 1;
  });
  const remove = (): void => rmSync(folder, { recursive: true });
  afterEach(remove);

  const verdict = (deliveries: readonly Delivery[] = rows) => {
    for (const [receiver, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, receiver, item.id), { recursive: true });
      writeFileSync(join(folder, receiver, item.id, item.name), bytes);
    }
    const looked: Looked = {
      client: {
        all: async <T>(path: string): Promise<T[]> => {
          const events = Array.from({ length: completions }, () => ({ order: { id: order.id } }));
          return (path.startsWith('/events') ? events : later) as T[];
        },
      },
      receivers: rows.map(({ receiver }) => ({ id: receiver, name: receiver, filesDir: join(folder, receiver) })),
      metricsOf: async (name) => {
        const ended = name === 'RC_1' ? endedOfFirst : 1;
        const bytes = ended * text.length;
        return [
          `meridian_receiver_deliveries_ended_total{priority="normal",code="OK"} ${ended}`,
          'meridian_receiver_received_bytes_total{from="neighbour"} 0',
          `meridian_receiver_received_bytes_total{from="library"} ${bytes}`,
        ].join('\n');
      },
    };
    return judged(looked, { parts: [{ orders: [order], deliveries }], items: [item], wrong: [] });
  };

  it('is well when each has ended once, with its file', async () => {
    expect(await verdict()).toEqual({ lost: 0, twice: 0, wrongHashes: 0, missed: [] });
  });

  it.each([
    ['is not done', () => [rows[0], delivery({ id: 'DL_RC_2', receiver: 'RC_2', bytes: 6, state: 'failed' })]],
    ['has no row', () => [rows[0]]],
  ] as const)('has lost one that %s', async (_what, made) => {
    later = made().filter((row) => row !== undefined);
    endedOfFirst = 1;
    expect((await verdict(later)).lost).toBe(1);
  });

  it.each<[string, () => void]>([
    [
      'a receipt changed a row later',
      () => (later = rows.map((row) => delivery(Object.assign({}, row, { tookMs: 99 })))),
    ],
    ['its order was completed again', () => (completions = 2)],
    ['its order was not completed', () => (completions = 0)],
    ['a receiver brought it again', () => (endedOfFirst = 2)],
  ])('ended twice, or not at all, when %s', async (_what, change) => {
    change();
    expect((await verdict()).twice).toBeGreaterThan(0);
  });

  it.each<[string, () => void]>([
    ['are missing', () => (files = { RC_1: text })],
    ['are others', () => (files = { RC_1: text, RC_2: 'b file' })],
  ])('is wrong when the bytes of a receiver %s', async (_what, change) => {
    change();
    const { wrongHashes, missed } = await verdict();
    expect([wrongHashes, missed.length]).toEqual([1, 1]);
  });
});
