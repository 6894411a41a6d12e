import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestTrack } from '../../src/core/journal/manifest.ts';
import type { TestRecorder } from './stinting.ts';

/** Returns the first files of picture and sound, of a `TestRecorder`'s recording. */
export async function filesOf(rig: TestRecorder, tracks: readonly ManifestTrack[]): Promise<[string, string]> {
  const [picture = '', sound = ''] = await Promise.all(
    (['video', 'audio'] as const).map(async (kind) => {
      const file = tracks.find((track) => track.kind === kind)?.files[0];
      const path = join(rig.place, `${kind}.mp4`);
      writeFileSync(path, await rig.store.get(`t-.acme/rec_1/${file?.stintId}/${file?.name}`, {}));
      return path;
    }),
  );
  return [picture, sound];
}

function ffmpeg(...args: string[]): string {
  const all = ['-nostdin', '-copyts', ...args, '-f', 'null', '-'];
  const { stdout, stderr, status } = spawnSync('ffmpeg', all, { maxBuffer: 64 * 1_048_576 });
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
  return `${stdout}${stderr}`;
}

/** Returns times in seconds at which a light picture follows a dark one. */
export function flashesOf(file: string): number[] {
  const text = ffmpeg('-i', file, '-vf', 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-');
  const rows = [...text.matchAll(/pts_time:([\d.]+)\s+lavfi.signalstats.YAVG=([\d.]+)/g)];
  return rows.flatMap(([, at, level], index) =>
    Number(level) > 128 && Number(rows[index - 1]?.[2] ?? 0) < 128 ? [Number(at)] : [],
  );
}

/** Returns times in seconds of beeps after 0.3 s of silence. */
export function beepsOf(file: string): number[] {
  const text = ffmpeg('-i', file, '-af', 'silencedetect=noise=0.1:d=0.3');
  return [...text.matchAll(/silence_end: ([\d.]+)/g)].map(([, at]) => Number(at));
}

/** Returns the offset of each flash to its nearest beep, in seconds. */
export const offsetsOf = (flashes: readonly number[], beeps: readonly number[]): number[] =>
  flashes.map((at) => beeps.map((beep) => beep - at).sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.NaN);

export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
