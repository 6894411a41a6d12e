// Renditions of one film: what our encoding of it takes of the processor beside ffmpeg alone with the same settings,
// and how much faster several workers are.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ObjectWriter, openFileStore, type Store } from '@meridian/object-store';
import { findFfmpeg } from '@meridian/opener';
import { systemClock } from '@meridian/runtime';
import { chunksOf, type RenditionPlan, type Rung } from '../../../library/src/core/renditions/plan.ts';
import { runTask } from '../../../library/src/renditions/run-task.ts';
import { SourceCache } from '../../../library/src/renditions/source-cache.ts';
import { ENCODING_SPACE_BYTES, type Workshop } from '../../../library/src/renditions/workshop.ts';
import { type LabResult, type Metrics, percentile, type Say } from '../../support/case.ts';

/** What we add to an ffmpeg: chunks, small pictures, boxes that are moved, hashes, the store. */
const toPlainAim = 0.95;
/** Of four workers with a core each, by what chunks took of the processor. */
const fourAim = 3.6;
const RATE = 30;
const PRESET = 'veryfast';
const CONTENT = 'up_benchmark';
/** Of Linux: the unit of times in /proc. */
const TICKS_PER_SECOND = 100;
const run = promisify(execFile);

const ladder: readonly Rung[] = [
  { name: '360p', width: 640, height: 360, codec: 'h264', crf: 23, maxKbps: 1000 },
  { name: '720p', width: 1280, height: 720, codec: 'h264', crf: 23, maxKbps: 3500 },
];

interface Transcoded {
  /** Processor seconds for a second of the film. */
  readonly ours: readonly number[];
  readonly plain: readonly number[];
  /** Processor seconds of each chunk. */
  readonly chunkS: readonly number[];
  /** Seconds of all chunks: by one worker, by two at once. */
  readonly oneS: number;
  readonly twoS: number;
}

interface Transcoding {
  /** Of the film. */
  readonly seconds: number;
  readonly chunks: number;
  readonly turns: number;
}

export async function transcodePart(o: Transcoding, say: Say): Promise<LabResult> {
  return Object.assign({ params: { ...o } }, transcodingResult(await measureTranscoding(o, say)));
}

async function measureTranscoding({ seconds, chunks, turns }: Transcoding, say: Say): Promise<Transcoded> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-library-'));
  const store = await openFileStore({ folder: join(folder, 'store') });
  const bench = new Bench(folder, store, { seconds, chunks });
  try {
    await bench.prepare();
    const [ours, plain]: [number[], number[]] = [[], []];
    let chunkS: number[] = [];
    let oneS = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      plain.push((await bench.cost(() => bench.plain())) / seconds);
      const startMs = performance.now();
      const work = async (): Promise<void> => {
        chunkS = await bench.oneWorker();
      };
      ours.push((await bench.cost(work)) / seconds);
      oneS = (performance.now() - startMs) / 1000;
      say(
        `turn ${turn + 1}: ours ${ours.at(-1)?.toFixed(3)}, ffmpeg ${plain.at(-1)?.toFixed(3)} core seconds a second`,
      );
    }
    const startMs = performance.now();
    await bench.twoWorkers();
    return { ours, plain, chunkS, oneS, twoS: (performance.now() - startMs) / 1000 };
  } finally {
    await bench.close();
    await store.close('measured');
    rmSync(folder, { recursive: true });
  }
}

function transcodingResult(o: Transcoded): { readonly metrics: Metrics; readonly missed: string[] } {
  const middle = (values: readonly number[]): number => percentile(values, 0.5);
  const toPlain = middle(o.plain) / middle(o.ours);
  const fourTimes = speedup(o.chunkS, 4);
  const metrics = {
    oursCoreSeconds: middle(o.ours),
    plainCoreSeconds: middle(o.plain),
    toPlain,
    twoWorkersTimes: o.oneS / o.twoS,
    fourWorkersTimes: fourTimes,
  };
  const missed: string[] = [];
  if (toPlain < toPlainAim) missed.push(`${toPlain.toFixed(2)} of ffmpeg alone, aim ${toPlainAim}`);
  if (o.chunkS.length % 4 === 0 && fourTimes < fourAim)
    missed.push(`four workers are ${fourTimes.toFixed(2)} times as fast, aim ${fourAim}`);
  return { metrics, missed };
}

/** How much faster so many workers are, each of which takes the next chunk when it is free. */
export function speedup(chunkS: readonly number[], workers: number): number {
  const untilS = Array.from({ length: workers }, () => 0);
  for (const one of chunkS) {
    const first = untilS.indexOf(Math.min(...untilS));
    untilS[first] = (untilS[first] ?? 0) + one;
  }
  return chunkS.reduce((sum, one) => sum + one, 0) / Math.max(...untilS);
}

class Bench {
  readonly #folder: string;
  readonly #store: Store;
  readonly #plan: RenditionPlan;
  readonly #sources: SourceCache[] = [];
  #sandbox: readonly string[] = [];
  #leases = 0;

  constructor(folder: string, store: Store, o: { readonly seconds: number; readonly chunks: number }) {
    this.#folder = folder;
    this.#store = store;
    const [durationMs, rate] = [o.seconds * 1000, { num: RATE, den: 1 }];
    const chunks = chunksOf(durationMs, rate, durationMs / o.chunks);
    this.#plan = { ladder, chunks, durationMs, hasSound: false, rate, av1: { pays: false, saving: 0 } };
  }

  get #clip(): string {
    return join(this.#folder, 'film.mp4');
  }

  /** A moving picture with grain: as hard to encode as a film. */
  async prepare(): Promise<void> {
    const picture = `testsrc2=s=1280x720:r=${RATE}:d=${this.#plan.durationMs / 1000},noise=alls=4:allf=t`;
    const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-g', '60', '-pix_fmt', 'yuv420p'];
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, ...coding, this.#clip]);
    const object = new ObjectWriter(this.#store, `t-bench/${CONTENT}/original`, () => undefined);
    await object.write(await readFile(this.#clip));
    await object.finish();
    this.#sandbox = (await findFfmpeg({ warn: () => undefined }, ENCODING_SPACE_BYTES)).sandbox;
  }

  /** Processor seconds of this process and of all that it waited for. */
  async cost(work: () => Promise<void>): Promise<number> {
    const before = usedS();
    await work();
    return usedS() - before;
  }

  /** One ffmpeg as people would write it, to files. */
  async plain(): Promise<void> {
    const graph = '[0:v]split=2[a][b];[a]scale=640:360:flags=bicubic[small]';
    const outputs = ladder.flatMap(({ name, crf, maxKbps }, at) => [
      ...['-map', at === 0 ? '[small]' : '[b]', '-c:v', 'libx264', '-preset', PRESET, '-crf', `${crf}`],
      ...['-profile:v', 'high', '-maxrate', `${maxKbps}k`, '-bufsize', `${2 * maxKbps}k`, '-threads', '1'],
      ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', join(this.#folder, `plain-${name}.mp4`)],
    ]);
    const input = ['-y', '-v', 'error', '-threads', '1', '-filter_threads', '1', '-i', this.#clip];
    await run('ffmpeg', [...input, '-filter_complex', graph, ...outputs]);
  }

  /** All chunks one after another; how many processor seconds each takes. */
  async oneWorker(): Promise<number[]> {
    const shop = await this.#shop();
    const each: number[] = [];
    for (const chunk of this.#plan.chunks.keys()) {
      each.push(await this.cost(() => this.#encode(shop, chunk)));
    }
    return each;
  }

  async twoWorkers(): Promise<void> {
    const waiting = [...this.#plan.chunks.keys()];
    const work = async (shop: Workshop): Promise<void> => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) await this.#encode(shop, chunk);
    };
    await Promise.all([work(await this.#shop()), work(await this.#shop())]);
  }

  async close(): Promise<void> {
    for (const sources of this.#sources) await sources.close();
  }

  async #encode(shop: Workshop, chunk: number): Promise<void> {
    this.#leases += 1;
    const payload = JSON.stringify({ contentId: CONTENT, chunk, plan: this.#plan });
    const task = { kind: 'encode', tenant: 'bench', lease: `lease-${this.#leases}`, payload } as const;
    await runTask(shop, Object.assign({ signal: new AbortController().signal, onDone: () => undefined }, task));
  }

  async #shop(): Promise<Workshop> {
    const folder = join(this.#folder, `sources-${this.#sources.length}`);
    const sources = await SourceCache.open({ folder, bytesMax: 2 ** 32 });
    this.#sources.push(sources);
    const settings = { h264Preset: PRESET, av1Preset: 8, threads: 1 };
    const own = { store: this.#store, sources, sandbox: this.#sandbox, settings, clock: systemClock() };
    return Object.assign({ hasAv1: false, samples: 1, sampleMs: 1000, chunkMsMin: 1000 }, own);
  }
}

/** User and system time, own and of children (proc(5), fields 14 to 17). */
function usedS(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0) / TICKS_PER_SECOND;
}
