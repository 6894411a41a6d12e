// How well edges keep the library: what they ask the node for beside an ideal cache of the same size, copies that many
// viewers of one cold file cost, and how evenly viewers are spread while edges come and go.
import { seededRng } from '@meridian/runtime';
import type { LabResult, Metrics, Say } from '../../support/case.ts';
import { missedOf, spreadMetrics } from './cache/figures.ts';
import { type PrefetchOptions, prefetched } from './cache/prefetch.ts';
import { Rig } from './cache/rig.ts';
import { coalescing, zipfTrace } from './cache/served.ts';
import { type SpreadOptions, spreadOf } from './cache/spread.ts';

const SEED = 'library cache';
/** Of Zipf's law: between what libraries of films and pages have. */
const EXPONENT = 0.9;
const EDGES = 4;
/** Viewers of the trace at a time. */
const WATCHING = 500;
const CROWD = 50;
const FILE_BYTES = 65_536;
/** `renewMs` of `GET /library/plays/TOKEN`. */
const RENEW_MS = 300_000;

const sizes = {
  full: { contents: 3000, requests: 12_000, largeMebibytes: 16, viewers: 11_000, stepMinutes: 8 },
  quick: { contents: 1500, requests: 3000, largeMebibytes: 8, viewers: 1100, stepMinutes: 7 },
} as const;

/** What edges can have; all viewers fill half of it. The last comes later. */
const capacityShares = [2, 2, 2, 2, 4, 4, 4, 4, 4].map((part) => part / 11);
const changes: Pick<SpreadOptions, 'first' | 'steps'> = {
  first: [0, 1, 2, 3, 4, 5, 6, 7],
  steps: [
    { name: 'smallLeaves', joins: [], leaves: [0] },
    { name: 'smallJoins', joins: [0], leaves: [] },
    { name: 'largeLeaves', joins: [], leaves: [4] },
    { name: 'newJoins', joins: [8], leaves: [] },
    { name: 'largeJoins', joins: [4], leaves: [] },
    { name: 'twoLeave', joins: [], leaves: [1, 5] },
    { name: 'twoJoin', joins: [1, 5], leaves: [] },
  ],
};

/** A site half full of other viewers, and contents that few, many, and all at once want. */
const growing: Omit<PrefetchOptions, 'contents'> = {
  capacities: Array.from({ length: 8 }, () => 250),
  growths: [
    { firstPerMinute: 2, doublingMs: 60_000, mostPerMinute: 30 },
    { firstPerMinute: 2, doublingMs: 60_000, mostPerMinute: 240 },
    { firstPerMinute: 10, doublingMs: 5000, mostPerMinute: 600 },
  ],
  forMs: 300_000,
  horizonMs: 60_000,
  lookMs: 2000,
  fetchMs: 3000,
};

/** `quick`: a tenth of it, as a test of this tool; what is spread of so few viewers meets no aim. */
export async function cachePart({ quick = false }: { readonly quick?: boolean }, say: Say): Promise<LabResult> {
  const { contents, requests, largeMebibytes, viewers, stepMinutes } = quick ? sizes.quick : sizes.full;
  const files = { count: contents, bytes: FILE_BYTES, large: 2, largeBytes: largeMebibytes * 1_048_576 };
  const rig = await Rig.open(files);
  let zipf: Metrics;
  let merged: Awaited<ReturnType<typeof coalescing>>;
  try {
    const served = { rig, files, edges: EDGES, seed: SEED };
    say(`${requests} requests for ${contents} contents at ${EDGES} edges`);
    zipf = await zipfTrace(served, { requests, exponent: EXPONENT, viewers: WATCHING });
    say(`${CROWD} at once for one cold file`);
    merged = await coalescing(served, { crowd: CROWD });
  } finally {
    await rig.close();
  }
  say(`${viewers} viewers, and edges that come and go`);
  const capacities = capacityShares.map((share) => Math.round(share * viewers));
  const time = { stepMs: stepMinutes * 60_000, renewMs: RENEW_MS };
  const people = { viewers, contents, exponent: EXPONENT, capacities };
  const rows = await spreadOf(Object.assign({}, changes, people, time), seededRng(SEED).fork('spread'));
  const prefetch = prefetched(Object.assign({ contents: quick ? 3 : 12 }, growing), seededRng(SEED).fork('prefetch'));
  const params = { contents, requests, fileBytes: FILE_BYTES, exponent: EXPONENT, edges: EDGES, crowd: CROWD };
  return {
    params: Object.assign(params, { largeMebibytes, viewers, stepMinutes, renewSeconds: RENEW_MS / 1000 }),
    metrics: { zipf, coalescing: merged, spread: spreadMetrics(rows), prefetch },
    missed: missedOf(quick ? [] : rows, merged),
  };
}
