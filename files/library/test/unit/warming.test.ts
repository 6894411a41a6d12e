// Prefetching of hot contents by the edges that will get their viewers.
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Demand } from '../../src/core/demand.ts';
import { type AskEdge, Warming, type WarmingOptions } from '../../src/delivery/warming.ts';

const opened = { tenant: 'acme', contentId: 'up_film', fence: '' };
const log = createLogger({ name: 'warming', level: 'silent' });
const of = (token: string) => ({ token, address: '192.0.2.1' });

function setUp(o: { readonly edges?: number; readonly load?: number; readonly ask?: AskEdge } = {}) {
  const { edges = 3, load = 100 } = o;
  const clock = new ManualClock();
  const asked: string[] = [];
  const outcomes: string[] = [];
  const ask: AskEdge = async (url, { range = '', 'meridian-edge': proof = '' }) => {
    asked.push(`${url} ${range} ${proof}`);
    return { status: range === '' ? 200 : 206 };
  };
  const states = Array.from({ length: edges }, (_, at) => ({
    edge: { url: `https://e${at}`, region: 'fra', latitude: 50, longitude: 8, capacity: 1000, tier: 'edge' as const },
    isAlive: true,
    load,
    originIds: new Set<string>(),
  }));
  const files: Readonly<Record<string, number>> = { 't-acme/up_film/original': 5_000_000 };
  const store: WarmingOptions['store'] = {
    head: async (key) => (files[key] === undefined ? undefined : { bytes: files[key], sha256: '' }),
    get: async () => new Uint8Array(),
  };
  const places: WarmingOptions['places'] = {
    edges: { signs: { proof: 'proof' } } as WarmingOptions['places']['edges'],
    siteOf: async () => states,
    edgePathOf: (contentId, token) => `/library/edge/lib-1/${contentId}/${token}`,
  };
  const onWarmed = (outcome: string): void => void outcomes.push(outcome);
  const warming = new Warming({ demand: new Demand(1), places, store, ask: o.ask ?? ask, clock, log, onWarmed });
  const starts = async (count: number): Promise<void> => {
    for (let at = 1; at <= count; at += 1) await warming.notePlaybackStart(opened, of(`token-${at}`));
  };
  const look = async (): Promise<void> => {
    await warming.spreadHot();
    await warming.settled();
  };
  return { warming, clock, asked, outcomes, starts, look };
}

it('no edge fetches a content with few viewers', async () => {
  const { starts, look, asked } = setUp();
  await starts(2);
  await look();
  expect(asked).toEqual([]);
});

it('the first edge fetches every slice once, by a request with the last viewer’s token', async () => {
  const { starts, look, asked, outcomes } = setUp();
  await starts(3);
  await look();
  await look();
  const url = 'https://e0/library/edge/lib-1/up_film/token-3/original';
  expect(asked).toEqual([`${url} bytes=0-0 proof`, `${url} bytes=4194304-4194304 proof`]);
  expect(outcomes).toEqual(['fetched']);
});

it('every edge that will get viewers fetches the content, so that no edge exceeds its share', async () => {
  const { starts, look, asked } = setUp({ load: 0 });
  await starts(30);
  await look();
  expect(new Set(asked.map((one) => new URL(one.split(' ')[0] ?? '').host)).size).toBe(3);
});

it('an edge that failed fetches again soon, and the other edges only after ten minutes', async () => {
  let status = 503;
  let count = 0;
  const ask: AskEdge = async () => {
    count += 1;
    return { status };
  };
  const { starts, look, outcomes, clock } = setUp({ ask });
  await starts(3);
  await look();
  expect([count, outcomes]).toEqual([1, ['failed']]);
  status = 206;
  await look();
  await look();
  expect(outcomes).toEqual(['failed', 'fetched']);
  clock.advance(11 * 60_000);
  await starts(3);
  await look();
  expect(outcomes).toEqual(['failed', 'fetched', 'fetched']);
});

it('running fetches end when warming is closed', async () => {
  const begun = Promise.withResolvers<void>();
  const ask: AskEdge = (_url, _headers, signal) => {
    begun.resolve();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const { warming, starts, outcomes } = setUp({ ask });
  await starts(3);
  void warming.spreadHot();
  await begun.promise;
  await warming.close();
  await warming.close();
  expect(outcomes).toEqual(['failed']);
});
