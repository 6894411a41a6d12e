// What recorded files contain, as ffmpeg decodes them: the moments of flashes and beeps, and every complaint.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 256 * 1_048_576;
/** Decoders begin with a sound of their own, and a file in the middle of a flash or beep: half a second is left out. */
const SETTLING = { video: 15, audio: 500 };
const WHITE = 180;
const LOUD_DB = -30;
/** Where the times of sound are corrected, two packets overlap: what cuts them into milliseconds has some twice. */
const OVERLAPS = /non monotonically increasing dts to muxer/;
/** One value of loudness for so many samples of 48 000 a second: a millisecond. */
const LOUDNESS = 'aresample=48000,asetnsamples=n=48,astats=metadata=1:reset=1';

/**
 * A flash or beep lasts 100 ms. A shorter one is a part of one, beside something that is missing, or was passed in
 * haste: a picture that is sent once more is shown for less than a millisecond.
 */
const [SEEN_MS, WHOLE_MS, WHOLE_MS_MAX] = [30, 80, 150] as const;

/** In milliseconds of the file's own times (`tfdt`), which are those of the stint. */
export interface Content {
  /** When flashes or beeps begin. */
  readonly moments: readonly number[];
  /** Of them, those that are whole: their beginning is that of the source. */
  readonly whole: readonly number[];
  readonly frames: number;
  readonly complaints: readonly string[];
}

/**
 * Decodes all of a file of one track. `goesOn`: it begins where another ends, so that its first flash or beep counts; a
 * long track has many files.
 */
export async function contentOf(file: string, kind: 'audio' | 'video', goesOn = false): Promise<Content> {
  const filter =
    kind === 'video'
      ? // The usual time base is that of a guessed frame rate: two pictures of one tick are complained of.
        ['-vf', 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-', '-enc_time_base', '1:90000']
      : ['-af', `${LOUDNESS},ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-`];
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-copyts', '-i', file, ...filter, '-f', 'null', '-'];
  const { stdout, stderr } = await run('ffmpeg', args, { maxBuffer: OUTPUT_BYTES_MAX });
  return {
    ...momentsOf(stdout, {
      threshold: kind === 'video' ? WHITE : LOUD_DB,
      settling: goesOn ? 0 : SETTLING[kind],
    }),
    complaints: stderr.split('\n').filter((line) => line !== '' && !(kind === 'audio' && OVERLAPS.test(line))),
  };
}

/** `text`: as ffmpeg prints values of frames, each behind its time. What is above the threshold is on. */
export function momentsOf(
  text: string,
  { threshold, settling }: { readonly threshold: number; readonly settling: number },
): Omit<Content, 'complaints'> {
  const [moments, whole]: [number[], number[]] = [[], []];
  let [frames, ms, onMs]: [number, number, number | undefined] = [0, 0, undefined];
  let wasOn = true;
  for (const line of text.split('\n')) {
    const time = /pts_time:([\d.-]+)/.exec(line)?.[1];
    if (time !== undefined) {
      frames += 1;
      ms = Number(time) * 1000;
      continue;
    }
    const value = /=(-?[\d.]+|-?inf|nan)$/.exec(line)?.[1];
    if (value === undefined) continue;
    const isOn = Number(value) > threshold; // "-inf" is no number, and silent
    if (isOn && !wasOn) onMs = frames > settling ? ms : undefined;
    if (!isOn && wasOn && onMs !== undefined) {
      if (ms - onMs >= SEEN_MS) moments.push(onMs);
      if (ms - onMs >= WHOLE_MS && ms - onMs <= WHOLE_MS_MAX) whole.push(onMs);
      onMs = undefined;
    }
    wasOn = isOn;
  }
  return { moments, whole, frames };
}

export interface Pair {
  /** Of the flash. */
  readonly ms: number;
  /** Above 0 the beep is later. */
  readonly offsetMs: number;
}

/** Each flash with the beep that is nearest. Those without one nearby are left out. */
export function pairsOf(flashes: readonly number[], beeps: readonly number[]): readonly Pair[] {
  return flashes.flatMap((ms) => {
    const nearest = beeps.reduce(
      (best, beep) => (Math.abs(beep - ms) < Math.abs(best - ms) ? beep : best),
      Number.POSITIVE_INFINITY,
    );
    return Math.abs(nearest - ms) < 400 ? [{ ms, offsetMs: nearest - ms }] : [];
  });
}

/** How the offset changes with time, in ms an hour, by the line nearest to all pairs; 0 for fewer than two. */
export function driftMsPerHour(pairs: readonly Pair[]): number {
  const mean = (of: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [middleMs, middleOffsetMs] = [mean(({ ms }) => ms), mean(({ offsetMs }) => offsetMs)];
  const spread = mean(({ ms }) => (ms - middleMs) ** 2);
  if (pairs.length < 2 || spread === 0) return 0;
  return (mean(({ ms, offsetMs }) => (ms - middleMs) * (offsetMs - middleOffsetMs)) / spread) * 3_600_000;
}

/** The longest time between two neighbours beyond the second that is usual, in ms; 0 for fewer than two. */
export function longestHoleMs(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(0, ...sorted.slice(1).map((moment, at) => moment - (sorted[at] ?? moment) - 1000));
}
