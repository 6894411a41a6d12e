// First task of a content: reads its facts and chooses sizes, qualities and chunks.
import { fileArg } from '@meridian/room-media';
import { needsLength } from '../core/length.ts';
import { PacketTally } from '../core/packets.ts';
import { compareArgs, type Pictures, probeArgs, sampleArgs, ssimOf, tallyArgs } from '../core/renditions/args.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import {
  chunksOf,
  ladderOf,
  type RenditionPlan,
  type Rung,
  type RungCodec,
  type RungSize,
} from '../core/renditions/plan.ts';
import { av1Pays, type Measured, probedCrfs, qualityFor, sampleTimes } from '../core/renditions/quality.ts';
import { readReport, type Source, type SourcePicture, sourceOf } from '../core/renditions/source.ts';
import { type FileReport, isCounted, needsCounts } from '../core/streams.ts';
import type { Job } from './rendition-context.ts';
import { DURATION_MS_MAX, type Payload } from './tasks.ts';

/** Bound of ffprobe's output: a broken file may declare thousands of streams. */
const FACTS_BYTES_MAX = 4 * 1_048_576;
/** Bound of an encoded sample; those of all qualities at one size are in memory. */
const SAMPLE_BYTES_MAX = 64 * 1_048_576;
const PROBE_MS_MAX = 120_000;
const LENGTH_MS_MAX = 1_800_000;
const SAMPLE_MS_MAX = 600_000;
/** Size of AV1: below, it saves little; above, few devices decode it without hardware. */
const AV1_LINES = 720;
const AV1_KBPS = 2500;
/** Views that are expected without a number from the api: usual for a video in a library of courses. */
const DEFAULT_VIEWS = 20;

/** Rejects with a `RenditionError`, and as the store does. */
export async function analyse(job: Job, { views = DEFAULT_VIEWS }: Payload<'analyse'>): Promise<RenditionPlan> {
  const sourceFile = await job.source();
  try {
    const source = await probe(job, sourceFile.fd);
    const { picture, sound } = source;
    const durationMs = durationOf(source);
    const { chunkMsMin } = job.context;
    const rate = picture?.rate ?? { num: 1, den: 1 };
    const chosen = await ladder(job, { fd: sourceFile.fd, picture, durationMs, views });
    return {
      ladder: chosen.ladder,
      chunks: picture === undefined ? [] : chunksOf(durationMs, rate, picture.hasJumps ? durationMs : chunkMsMin),
      durationMs,
      hasSound: sound !== undefined,
      rate,
      av1: chosen.av1,
    };
  } finally {
    sourceFile.release();
  }
}

/**
 * Reads which streams are shown, and how. Without `isMeasured` the length may be unknown: several chunks of a plan say
 * that it was measured, and that the clock does not jump. Rejects with `MEDIA_BROKEN` or `COLOUR_UNKNOWN`, and as runs
 * of ffmpeg do.
 */
export async function probe(job: Job, fd: number, isMeasured = true): Promise<Source> {
  const args = probeArgs(fileArg(0, 1));
  const run = { program: 'ffprobe', files: [fd], outputs: [] } as const;
  const json = await job.read(Object.assign({ args, limitMs: PROBE_MS_MAX }, run), FACTS_BYTES_MAX);
  const report = readReport(json);
  return sourceOf(report, await tallyOf(job, fd, { report, isLengthNeeded: isMeasured && needsLength(report) }));
}

/** Counts packets where the file does not say enough: all of them for its length, some to tell films from stills. */
async function tallyOf(
  job: Job,
  fd: number,
  { report, isLengthNeeded }: { readonly report: FileReport; readonly isLengthNeeded: boolean },
): Promise<PacketTally | undefined> {
  if (!isLengthNeeded && !needsCounts(report)) return undefined;
  const counts = new PacketTally();
  const enough = new AbortController();
  const take = (bytes: Uint8Array): void => {
    counts.push(Buffer.from(bytes).toString('latin1'));
    if (!isLengthNeeded && isCounted(report, counts)) enough.abort();
    enough.signal.throwIfAborted();
  };
  const args = tallyArgs(fileArg(0, 1));
  try {
    await job.run({ program: 'ffprobe', args, files: [fd], outputs: [take], limitMs: LENGTH_MS_MAX });
  } catch (error) {
    if (!enough.signal.aborted || error !== enough.signal.reason) throw error;
  }
  return counts;
}

/** Prefers the picture to the sound. */
function durationOf({ picture, sound }: Source): number {
  const durationMs = (picture ?? sound)?.endMs ?? 0;
  if (durationMs < 1) throw new RenditionError('MEDIA_BROKEN', 'the file has no duration');
  if (durationMs > DURATION_MS_MAX) throw new RenditionError('MEDIA_TOO_LONG', `${durationMs} ms`);
  return durationMs;
}

interface Probed {
  readonly fd: number;
  readonly picture: SourcePicture | undefined;
  readonly durationMs: number;
  readonly views: number;
}

async function ladder(job: Job, o: Probed): Promise<Pick<RenditionPlan, 'ladder' | 'av1'>> {
  const { picture, durationMs, views } = o;
  if (picture === undefined) return { ladder: [], av1: { pays: false, saving: 0 } };
  const sizes = ladderOf(picture);
  // Only the start of a file whose clock jumps can be found without decoding what is before.
  const times = picture.hasJumps ? [0] : sampleTimes(durationMs, job.context.sampleMs, job.context.samples);
  const rungs: Rung[] = [];
  let av1 = { pays: false, saving: 0 };
  let av1Rung: Rung | undefined;
  for (const [at, size] of sizes.entries()) {
    const withAv1 = size.name === `${AV1_LINES}p` && job.context.hasAv1;
    const measured = await measure(job, { fd: o.fd, picture, times, size, withAv1 });
    const h264 = qualityFor(measured.h264, 'h264');
    rungs.push(Object.assign({ codec: 'h264' as const, crf: h264.crf }, size));
    if (withAv1) {
      const av1Quality = qualityFor(measured.av1, 'av1');
      const sampledMs = times.length * job.context.sampleMs;
      av1 = av1Pays({ h264Bytes: h264.bytes, av1Bytes: av1Quality.bytes, sampledMs, durationMs, views });
      av1Rung = Object.assign({}, size, { name: `${size.name}-av1`, codec: 'av1' as const, crf: av1Quality.crf });
    }
    job.done((at + 1) / (sizes.length + 1));
  }
  if (av1.pays && av1Rung !== undefined) rungs.push(Object.assign({}, av1Rung, { maxKbps: AV1_KBPS }));
  return { ladder: rungs, av1 };
}

interface Try {
  readonly codec: RungCodec;
  readonly crf: number;
}

async function measure(
  job: Job,
  o: {
    readonly fd: number;
    readonly picture: SourcePicture;
    readonly times: readonly number[];
    readonly size: RungSize;
    readonly withAv1: boolean;
  },
): Promise<Record<RungCodec, Measured[]>> {
  const tries: Try[] = (o.withAv1 ? (['h264', 'av1'] as const) : (['h264'] as const)).flatMap((codec) =>
    probedCrfs[codec].map((crf) => ({ codec, crf })),
  );
  const sums = tries.map(() => ({ ssim: 0, bytes: 0, samples: 0 }));
  for (const fromMs of o.times) {
    const coded = await encodeSample(job, o, { fromMs, tries });
    for (const [at, bytes] of coded.entries()) {
      const ssim = await compare(job, o, { fromMs, bytes });
      const sum = sums[at];
      if (ssim === undefined || sum === undefined) continue;
      sum.ssim += ssim;
      sum.bytes += bytes.length;
      sum.samples += 1;
    }
  }
  const measuredOf = (codec: RungCodec): Measured[] =>
    tries.flatMap((one, at) => {
      const { ssim, bytes, samples } = sums[at] ?? { ssim: 0, bytes: 0, samples: 0 };
      return one.codec === codec && samples > 0 ? [{ crf: one.crf, ssim: ssim / samples, bytes }] : [];
    });
  return { h264: measuredOf('h264'), av1: measuredOf('av1') };
}

type Sampled = Pick<Parameters<typeof measure>[1], 'fd' | 'picture' | 'size'>;

function picturesAt(job: Job, { picture }: Sampled, fromMs: number, file: string): Pictures {
  const { rate } = picture;
  const pictureCount = (ms: number): number => Math.floor((ms * rate.num) / (1000 * rate.den));
  const count = Math.max(1, pictureCount(job.context.sampleMs));
  return Object.assign({}, picture, { file, from: pictureCount(fromMs), count });
}

async function encodeSample(
  job: Job,
  o: Sampled,
  { fromMs, tries }: { readonly fromMs: number; readonly tries: readonly Try[] },
): Promise<Uint8Array[]> {
  const pieces: Uint8Array[][] = tries.map(() => []);
  let bytes = 0;
  const outputs = pieces.map((own) => (piece: Uint8Array) => {
    bytes += piece.length;
    if (bytes > SAMPLE_BYTES_MAX) throw new RenditionError('FFMPEG_FAILED', 'a sample of too many bytes');
    own.push(piece);
  });
  const pictures = picturesAt(job, o, fromMs, fileArg(0, tries.length));
  const args = sampleArgs(pictures, o.size, { tries, settings: job.context.settings });
  await job.run({ args, files: [o.fd], outputs, limitMs: SAMPLE_MS_MAX });
  return pieces.map((own) => Buffer.concat(own));
}

async function compare(
  job: Job,
  o: Sampled,
  { fromMs, bytes }: { readonly fromMs: number; readonly bytes: Uint8Array },
): Promise<number | undefined> {
  const args = compareArgs(picturesAt(job, o, fromMs, fileArg(0, 1)), o.size);
  const input = (write: (piece: Uint8Array) => Promise<void>): Promise<void> => write(bytes);
  const run = { args, input, files: [o.fd], outputs: [], limitMs: SAMPLE_MS_MAX };
  return ssimOf(await job.read(run, FACTS_BYTES_MAX));
}
