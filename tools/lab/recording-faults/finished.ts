// What a finished recording is to viewers: its MP4s, decoded by ffmpeg and played by Chromium, and two of its files.
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { finishPlanOf, type PlannedOutput } from '../../../recorder/src/core/finishing/plan.ts';
import type { Manifest } from '../../../recorder/src/core/journal/manifest.ts';
import { copyMp4, type ReadRange } from '../../../recorder/src/finishing/copy-mp4.ts';
import { playFault } from './player.ts';

const run = promisify(execFile);
/** Chromium plays no VP8 in MP4. */
const UNPLAYED: ReadonlySet<string> = new Set(['vp8']);

/** What is wrong with them. `folder`: has the files already, as STINT-NAME; MP4s are written there. */
export async function finishedFaults(
  manifest: Manifest,
  { read, folder, browser }: { readonly read: ReadRange; readonly folder: string; readonly browser: Browser },
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const output of finishPlanOf(manifest).outputs) {
    const path = join(folder, `${output.name}.mp4`);
    const { durationMs } = await written(path, output, read);
    // The usual time base is that of a guessed frame rate: two pictures of one tick are complained of.
    const decoding = ['-i', path, '-enc_time_base:v', '1:90000', '-f', 'null', '-'];
    const { stderr } = await run('ffmpeg', ['-loglevel', 'error', '-nostdin', ...decoding]);
    if (stderr !== '') faults.push(`${output.name}.mp4: ${stderr.trim()}`);
    if (UNPLAYED.has(output.picture?.codec ?? '')) continue;
    const played = await playFault(browser, { path, durationMs, hasPicture: output.picture !== undefined });
    if (played !== undefined) faults.push(`${output.name}.mp4 in Chromium: ${played}`);
  }
  for (const kind of ['video', 'audio'] as const) {
    const track = manifest.tracks.find((one) => one.kind === kind);
    const file = track?.files.find(({ codec }) => !UNPLAYED.has(codec));
    if (file === undefined) continue;
    const path = join(folder, `${file.stintId}-${file.name}`);
    const played = await playFault(browser, { path, durationMs: file.durationMs, hasPicture: kind === 'video' });
    if (played !== undefined) faults.push(`${file.name} in Chromium: ${played}`);
  }
  return faults;
}

async function written(path: string, output: PlannedOutput, read: ReadRange): Promise<{ durationMs: number }> {
  const file = await open(path, 'w');
  try {
    return await copyMp4(output, read, async (bytes) => void (await file.writeFile(bytes)));
  } finally {
    await file.close();
  }
}
