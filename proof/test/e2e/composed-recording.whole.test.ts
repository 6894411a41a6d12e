import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFileStore } from '../../../files/object-store/src/file-store.ts';
import type { Manifest } from '../../../media/recorder/src/core/journal/manifest.ts';
import { readRecording } from '../../../media/recorder/test/support/read-recording.ts';
import { closePages, type Participant } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { untilFleetAlive } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
let browser: Browser;
let outputFolder: string;
beforeAll(async () => {
  outputFolder = mkdtempSync(pathOf(tmpdir(), 'composed-'));
  browser = await sharedChromium();
  await untilFleetAlive(cloud);
});
afterAll(async () => {
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  rmSync(outputFolder, { recursive: true, force: true });
});

const countPieces = async (id: string): Promise<number> =>
  Number(/_pieces_total (\d+)/.exec(await cloud.metrics(id))?.[1] ?? 0);
const recordings = (p: Participant): Promise<string[]> =>
  p.room('return room.recordings.map(({ state, mode, layout }) => [state, mode, layout].join(" "));');

/** Resolves when the stint has ended and the recorder's store has its whole files; copies them to `outputFolder`. */
const untilStored = (recordingId: string): Promise<Manifest> =>
  until('the recording is in the store', async () => {
    const folder = pathOf(cloud.stateDir, 'rec-fra', 'recordings');
    if (!existsSync(folder)) return undefined;
    const to = mkdtempSync(pathOf(outputFolder, 'store-'));
    cpSync(folder, to, { recursive: true });
    const store = await openFileStore({ folder: to });
    const manifest = await readRecording(store, 'dev', recordingId).catch(() => undefined);
    const files = manifest?.tracks.flatMap((track) => track.files) ?? [];
    const isWhole = manifest?.isOver === true && files.every(({ sha256 }) => sha256 !== undefined);
    if (isWhole)
      for (const { stintId, name } of files)
        writeFileSync(pathOf(outputFolder, name), await store.get(`t-dev/${recordingId}/${stintId}/${name}`));
    await store.close('looked at');
    return isWhole ? manifest : undefined;
  });

/** Tells which parts of the picture (left, right, whole) have many colours at this time, as a camera's have. */
function busyParts(file: string, atS: number): boolean[] {
  const args = ['-v', 'error', '-ss', `${atS}`, '-i', file, '-frames:v', '1', '-vf', 'scale=64:36', '-pix_fmt', 'gray'];
  const grey = execFileSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1']);
  const values = (x: number): Set<number> =>
    new Set(Array.from({ length: 20 * 12 }, (_, at) => grey[(12 + Math.floor(at / 20)) * 64 + x + (at % 20)] ?? 0));
  return [6, 38].map((x) => values(x).size > 8);
}

it('a composed recording has one picture and one sound of two people, in one file each', async () => {
  const ann = await join(browser, cloud, { room: 'composed-call', name: 'Ann', from: 'frankfurt' });
  await join(browser, cloud, { room: 'composed-call', name: 'Bob', from: 'frankfurt' });
  const before = await countPieces('rec-fra');
  const recordingId = await ann.room<string>('return await room.acts.startRecording({ mode: "composed" });');
  await until('it runs', async () => (await recordings(ann)).includes('running composed grid'));
  await until('media is on its disk', async () => (await countPieces('rec-fra')) >= before + 8);
  await ann.room('await room.acts.setRecordingLayout("speaker");');
  await until('all see the layout', async () => (await recordings(ann)).includes('running composed speaker'));
  await until('more is on its disk', async () => (await countPieces('rec-fra')) >= before + 12);
  await ann.room('await room.acts.stopRecording();');
  const { tracks } = await untilStored(recordingId);
  expect(tracks.map(({ kind, source, files }) => [kind, source, files.map(({ codec }) => codec)])).toEqual([
    ['video', 'composed', ['h264']],
    ['audio', 'composed', ['aac']],
  ]);
  for (const { files } of tracks)
    for (const { name } of files)
      execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', pathOf(outputFolder, name), '-f', 'null', '-']);
  expect(busyParts(pathOf(outputFolder, tracks[0]?.files[0]?.name ?? ''), 5)).toEqual([true, true]);
}, 120_000);
