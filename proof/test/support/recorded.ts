import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { closePages, type Participant } from './browser.ts';
import { requestApi } from './company.ts';
import { untilFleetAlive } from './fleet.ts';
import { downloadItem } from './item-file.ts';
import { until } from './poll.ts';
import { sharedChromium } from './shared-browser.ts';
import type { sharedCloud } from './shared-cloud.ts';

const recorders = ['rec-fra', 'rec-sgp'];

export interface Finished {
  readonly version: number;
  readonly durationMs: number;
  readonly holeMs: number;
  readonly holes: readonly { readonly recorder: string | null }[];
  readonly outputs: readonly FinishedOutput[];
}

export interface FinishedOutput {
  readonly item: string;
  readonly name: string;
  readonly source: string;
  readonly durationMs: number;
}

/** Downloaded original of an output. */
export interface FinishedFile extends FinishedOutput {
  readonly path: string;
  readonly url: string;
}

/** Prepares a test file: the fleet is alive before each test; pages and downloads are removed after all. */
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

  /** Returns whether the recorder's store has a file of the recording. */
  const hasStints = (recorderId: string, recordingId: string): boolean => {
    const folder = pathOf(cloud.stateDir, recorderId, 'recordings');
    if (!existsSync(folder)) return false;
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.some((one) => one.isFile() && one.parentPath.includes(recordingId));
  };

  /** Resolves with the recording once it is finished; its files are downloaded from the library, and decoded. */
  async function finished(recordingId: string, deadlineMs = 90_000): Promise<Finished & { files: FinishedFile[] }> {
    const shown = await until(
      'the recording is finished',
      async () => {
        const recording = await requestApi(cloud, 'GET', `/recordings/${recordingId}`);
        expect(recording['state']).not.toBe('failed');
        return recording['state'] === 'finished' && (recording as unknown as Finished);
      },
      deadlineMs,
    );
    const files: FinishedFile[] = [];
    for (const output of shown.outputs) {
      const path = pathOf(place, `${output.item}.mp4`);
      const url = await downloadItem(cloud, output.item, path);
      execFileSync('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-']);
      files.push(Object.assign({ path, url }, output));
    }
    return Object.assign(shown, { files });
  }

  return { chromium: () => browser, running, busy: busyRecorders, pieces, hasStints, finished };
}
