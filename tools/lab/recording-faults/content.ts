// What recorded files contain, as ffmpeg decodes them: the moments of flashes and beeps, and every complaint.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 256 * 1_048_576;
/** Decoders begin with a sound of their own, and a file in the middle of a flash or beep: half a second is left out. */
const SETTLING = { video: 15, audio: 500 };
const WHITE = 180;
const LOUD_DB = -30;
/** One value of loudness for so many samples of 48 000 a second: a millisecond. */
const LOUDNESS = 'aresample=48000,asetnsamples=n=48,astats=metadata=1:reset=1';

/** In milliseconds of the file's own times (`tfdt`), which are those of the stint. */
export interface Content {
  readonly moments: readonly number[];
  readonly frames: number;
  readonly complaints: readonly string[];
}

/** Decodes all of a file of one track. */
export async function contentOf(file: string, kind: 'audio' | 'video'): Promise<Content> {
  const filter =
    kind === 'video'
      ? // The usual time base is that of a guessed frame rate: two pictures of one tick are complained of.
        ['-vf', 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-', '-enc_time_base', '1:90000']
      : ['-af', `${LOUDNESS},ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-`];
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-copyts', '-i', file, ...filter, '-f', 'null', '-'];
  const { stdout, stderr } = await run('ffmpeg', args, { maxBuffer: OUTPUT_BYTES_MAX });
  const threshold = kind === 'video' ? WHITE : LOUD_DB;
  const moments: number[] = [];
  let [frames, ms, wasOn] = [0, 0, true];
  for (const line of stdout.split('\n')) {
    const time = /pts_time:([\d.-]+)/.exec(line)?.[1];
    if (time !== undefined) {
      frames += 1;
      ms = Number(time) * 1000;
      continue;
    }
    const value = /=(-?[\d.]+|-?inf|nan)$/.exec(line)?.[1];
    if (value === undefined) continue;
    const isOn = Number(value) > threshold; // "-inf" is no number, and silent
    if (isOn && !wasOn && frames > SETTLING[kind]) moments.push(ms);
    wasOn = isOn;
  }
  return { moments, frames, complaints: stderr.split('\n').filter((line) => line !== '') };
}

/** Each flash beside the nearest beep, in ms: above 0 the beep is later. Those without one nearby are left out. */
export function offsetsOf(flashes: readonly number[], beeps: readonly number[]): readonly number[] {
  return flashes.flatMap((flash) => {
    const nearest = beeps.reduce(
      (best, beep) => (Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best),
      Infinity,
    );
    return Math.abs(nearest - flash) < 400 ? [nearest - flash] : [];
  });
}

/** The longest time between two neighbours beyond the second that is usual, in ms; 0 for fewer than two. */
export function longestHoleMs(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(0, ...sorted.slice(1).map((moment, at) => moment - (sorted[at] ?? moment) - 1000));
}
