import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openFileStore } from '../../../files/object-store/src/file-store.ts';
import type { Store } from '../../../files/object-store/src/store.ts';
import type { Manifest } from '../../../media/recorder/src/core/journal/manifest.ts';
import { readRecording } from '../../../media/recorder/test/support/read-recording.ts';
import { closePages, type Participant } from './browser.ts';
import { untilFleetAlive } from './fleet.ts';
import { until } from './poll.ts';
import { sharedChromium } from './shared-browser.ts';
import type { sharedCloud } from './shared-cloud.ts';

const recorders = ['rec-fra', 'rec-sgp'];

/** Prepares a test file: the fleet is alive before each test; pages and copies (in `place`) are removed after all. */
export function recordingsOf(cloud: ReturnType<typeof sharedCloud>) {
  const place = mkdtempSync(pathOf(tmpdir(), 'recordings-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    await untilFleetAlive(cloud);
  });
  beforeEach(() => untilFleetAlive(cloud));
  afterAll(async () => {
    if (browser !== undefined) await closePages(browser);
    await browser?.close();
    rmSync(place, { recursive: true, force: true });
  });

  const running = (ann: Participant, recordingId: string): Promise<unknown> =>
    until('it runs', async () => (await states(ann)).includes(`${recordingId} running`));
  const states = (p: Participant): Promise<string[]> =>
    p.room('return room.recordings.map(({ recordingId, state }) => recordingId + " " + state);');
  const busyRecorders = async (): Promise<string[]> => {
    const shown = await Promise.all(recorders.map((id) => cloud.metrics(id)));
    return recorders.filter((_, at) => /^meridian_recorder_recordings [1-9]/m.test(shown[at] ?? ''));
  };

  const pieces = async (id: string): Promise<number> =>
    Number(/_pieces_total (\d+)/.exec(await cloud.metrics(id))?.[1] ?? 0);

  async function copyOf(recorderId: string): Promise<Store | undefined> {
    const folder = pathOf(cloud.stateDir, recorderId, 'recordings');
    if (!existsSync(folder)) return undefined;
    const to = mkdtempSync(pathOf(place, `${recorderId}-`));
    cpSync(folder, to, { recursive: true });
    return await openFileStore({ folder: to });
  }

  const hasFiles = (recorderId: string, recordingId: string): boolean => {
    const folder = pathOf(cloud.stateDir, recorderId, 'recordings');
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.some((one) => one.isFile() && one.parentPath.includes(recordingId));
  };

  /**
   * Resolves with a recording in the store of one of these recorders, once a stint of it has ended so, and all files
   * are whole.
   */
  const stored = (
    recorderIds: readonly string[],
    recordingId: string,
    why: string,
  ): Promise<{ store: Store; manifest: Manifest }> =>
    until(`a stint is in the store that has ended: ${why}`, async () => {
      for (const recorderId of recorderIds) {
        const store = await copyOf(recorderId);
        const manifest = await (store && readRecording(store, 'dev', recordingId).catch(() => undefined));
        const isWhole = manifest?.tracks.every(({ files }) => files.every(({ sha256 }) => sha256 !== undefined));
        const hasEnded = manifest?.stints.some((stint) => stint.why === why);
        if (store !== undefined && manifest !== undefined && hasEnded && isWhole) return { store, manifest };
        await store?.close('looked at');
      }
      return undefined;
    });

  /** Decodes every file; returns codecs, and seconds for each kind. */
  async function play({ store, manifest }: { store: Store; manifest: Manifest }, recordingId: string) {
    const seconds = { audio: 0, video: 0 };
    for (const { kind, files } of manifest.tracks)
      for (const { stintId, name } of files) {
        const file = pathOf(place, name.replaceAll('/', '-'));
        writeFileSync(file, await store.get(`t-dev/${recordingId}/${stintId}/${name}`));
        const raw = kind === 'video' ? 'rawvideo' : 's16le';
        execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', file, '-f', raw, '-y', '/dev/null']);
        const asked = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
        seconds[kind] += Number(execFileSync('ffprobe', asked).toString());
      }
    await store.close('played');
    return seconds;
  }

  return { place, chromium: () => browser, running, busy: busyRecorders, pieces, hasFiles, stored, play };
}
