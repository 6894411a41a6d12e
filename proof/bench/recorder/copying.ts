// Measures the cost of copied recordings: rooms of one participant each, whose media goes to the spool and from there
// to a store on the disk. Each row is of a recorder of its own. A packet that the recorder does not read in time is
// lost, since nothing is sent again.
import { setTimeout as delay } from 'node:timers/promises';
import { openFileStore } from '../../../files/object-store/src/file-store.ts';
import { manifestOf } from '../../../media/recorder/src/core/journal/manifest-of.ts';
import { recordingPrefix } from '../../../media/recorder/src/core/names.ts';
import { listStints, readJournals } from '../../../media/recorder/src/stints/read-journals.ts';
import type { Say } from '../../support/case.ts';
import { firstThreadCpuMs, treeCpuMs } from '../capacity/processor.ts';
import { BenchRecorder, recordingOf, tenant } from './bench-recorder.ts';
import { Publishers } from './publishers.ts';

/** Code is compiled, and the first parts go to the store. */
const WARM_MS = 6000;
const STORED_LIMIT_MS = 180_000;
/** People come to rooms at any time, so recordings begin spread over a piece, and at most 50 in a second. */
const [BEGIN_SPREAD_MS, BEGIN_EVERY_MS, BEGIN_STEP] = [2000, 20, 37];

export interface Copied {
  /** Pictures of 1.2 Mbit/s, each with a track of sound. */
  readonly tracks: number;
  /** Cores that the recorder's process used, with all its threads. */
  readonly cores: number;
  /** Cores that its thread with JavaScript used: at 1 no more can be recorded, however many cores there are. */
  readonly threadCores: number;
  readonly perCore: number;
  /** Share of the sent frames that the journals have, from the first to the last. */
  readonly writtenShare: number;
  readonly holes: number;
  readonly flushMsP99: number;
  /** Upper bound of the longest flush, by the buckets of the metric. */
  readonly flushMsMax: number;
  readonly rssMiB: number;
  /** Reports in which the recorder handed its recordings over. */
  readonly reportsBehind: number;
  readonly rejoins: number;
  /** Longest time by which the benchmark sent too late. */
  readonly sentLateMsMax: number;
}

/** Measures so many recordings at once for so long. `args` are for the recorder's Node, such as `--cpu-prof`. */
export async function measureCopying(
  o: { readonly counts: readonly number[]; readonly seconds: number; readonly args: readonly string[] },
  say: Say,
): Promise<Copied[]> {
  const rows: Copied[] = [];
  for (const count of o.counts) {
    const row = await measured(count, o);
    rows.push(row);
    say(
      `${count} tracks: ${row.cores.toFixed(2)} cores (${row.threadCores.toFixed(2)} in one thread), ` +
        `${row.perCore.toFixed(0)} on a core; ${(100 * row.writtenShare).toFixed(2)} % written, ${row.holes} holes; ` +
        `flush p99 ${row.flushMsP99.toFixed(0)} ms, max ${row.flushMsMax.toFixed(0)} ms`,
    );
  }
  return rows;
}

async function measured(
  count: number,
  { seconds, args }: { readonly seconds: number; readonly args: readonly string[] },
): Promise<Copied> {
  const publishers = await Publishers.open();
  let recorder: BenchRecorder | undefined;
  try {
    recorder = await BenchRecorder.start(publishers, { slots: 4 * count, args });
    const spreadMs = Math.max(BEGIN_SPREAD_MS, count * BEGIN_EVERY_MS);
    const begin = async (at: number): Promise<void> => {
      await delay((at * BEGIN_STEP * BEGIN_EVERY_MS) % spreadMs);
      await recorder?.record(at);
    };
    await Promise.all(numbers(0, count).map(begin));
    await delay(WARM_MS);
    const { pid } = recorder;
    const before = flushesOf(await recorder.metrics());
    const [fromCpuMs, fromThreadMs, fromMs] = [treeCpuMs(pid), firstThreadCpuMs(pid), performance.now()];
    await delay(seconds * 1000);
    const [cpuMs, threadMs] = [treeCpuMs(pid) - fromCpuMs, firstThreadCpuMs(pid) - fromThreadMs];
    const lastedMs = performance.now() - fromMs;
    const { rssMiB, reportsBehind, rejoins } = recorder;
    const flushes = flushesBetween(before, flushesOf(await recorder.metrics()));
    publishers.stop();
    await recorder.read();
    recorder.mute();
    await recorder.finish(STORED_LIMIT_MS);
    const kept = await keptOf(recorder.storeDir, count);
    const cores = cpuMs / lastedMs;
    return {
      tracks: count,
      cores,
      threadCores: threadMs / lastedMs,
      perCore: count / cores,
      writtenShare: kept.frames / publishers.frames,
      holes: kept.holes,
      flushMsP99: quantile(flushes, 0.99),
      flushMsMax: quantile(flushes, 1),
      rssMiB,
      reportsBehind,
      rejoins,
      sentLateMsMax: publishers.lateMsMax,
    };
  } finally {
    publishers.close();
    await recorder?.close();
  }
}

/** Counts what the store has of all recordings: frames, and holes by a gap or in time, up to the end of the media. */
async function keptOf(folder: string, count: number): Promise<{ readonly frames: number; readonly holes: number }> {
  const store = await openFileStore({ folder });
  const kept = { frames: 0, holes: 0 };
  try {
    for (const at of numbers(0, count)) {
      const prefix = recordingPrefix(tenant, recordingOf(at));
      const read = (path: string, from: number, bytes: number): Promise<Uint8Array> =>
        store.get(`${prefix}${path}`, { range: { from, bytes } });
      const journals = await readJournals(await listStints(store, prefix), read, (line) => {
        if (line.type === 'piece') kept.frames += line.frames;
        if (line.type === 'gap') kept.holes += 1;
      });
      const { holes, tracks } = manifestOf(journals);
      kept.holes += holes.length;
      for (const track of tracks) {
        const endMs = track.muted.at(-1)?.ms ?? Number.POSITIVE_INFINITY;
        kept.holes += track.holes.filter(({ ms, durationMs }) => ms + durationMs < endMs).length;
      }
    }
  } finally {
    await store.close('counted');
  }
  return kept;
}

/** Number of flushes at most so long, by the upper bound in milliseconds; rising. */
type Flushes = ReadonlyMap<number, number>;

function flushesOf(text: string): Flushes {
  const rows = [...text.matchAll(/^meridian_recorder_flush_ms_bucket\{[^}]*le="([^"]+)"[^}]*\} (\S+)$/gm)];
  if (rows.length === 0) throw new Error('the recorder shows no flush_ms');
  return new Map(rows.map(([, le, value]) => [le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), Number(value)]));
}

const flushesBetween = (from: Flushes, to: Flushes): Flushes =>
  new Map([...to].map(([bound, flushes]) => [bound, flushes - (from.get(bound) ?? 0)]));

/** Returns the time below which a share of the flushes stayed, by even spread within a bucket. */
function quantile(flushes: Flushes, share: number): number {
  const rows = [...flushes].sort(([a], [b]) => a - b);
  const wanted = share * (rows.at(-1)?.[1] ?? 0);
  let [fromMs, before] = [0, 0];
  for (const [toMs, upTo] of rows) {
    if (upTo >= wanted && upTo > before)
      return Number.isFinite(toMs) ? fromMs + ((toMs - fromMs) * (wanted - before)) / (upTo - before) : toMs;
    [fromMs, before] = [toMs, upTo];
  }
  return Number.NaN;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
