// Records the clock with the older version, whose recordings are files of its recorders, upgrades the cloud, and has
// `meridian recordings carry-over` carry the recordings over into the library.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../../../product/cli/src/program.ts';
import type { LabResult, Metrics, Say } from '../../support/case.ts';
import { ClockSource } from '../../support/clock/clock-source.ts';
import { requestApi } from '../../test/support/company.ts';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { waysOf } from '../../test/support/ways.ts';
import { modes } from '../recording-faults/plan.ts';
import { isPublished, isStopped, judged, shownOf } from '../recording-faults/recorded.ts';
import { playedInChromium } from '../recording-hours/playing.ts';
import type { VersionsCloud } from './cloud.ts';

const RECORDED_MS = 14_000;
const FINISHED_LIMIT_MS = 240_000;
/** A recording may be longer or shorter than before: its ends are those of its media. */
const DURATION_APART_MS = 1000;

interface Recorded {
  readonly id: string;
  readonly mode: string;
  readonly durationMs: number;
  readonly stalls: ClockSource['stalls'];
}

/** Closes nothing: the caller owns the cloud, and folders are registered. */
export async function carryOver(
  cloud: VersionsCloud,
  { before, apiUrl }: { readonly before: string; readonly apiUrl: string },
  say: Say,
): Promise<LabResult> {
  const { testCloud } = cloud;
  const recordings: Recorded[] = [];
  for (const mode of modes) {
    const recording = await recordedBefore(cloud, mode);
    say(`${recording.id} (${mode}) is finished in the older version: ${recording.durationMs} ms`);
    recordings.push(recording);
  }
  for (const id of cloud.ids.filter((one) => one !== 'redis')) await cloud.replace(id, 'after');
  say('the cloud runs this version');
  const { key, secret } = testCloud.secrets().operatorKey;
  const lines: string[] = [];
  const code = await run(['recordings', 'carry-over'], {
    env: { MERIDIAN_URL: apiUrl, MERIDIAN_API_KEY: key, MERIDIAN_API_SECRET: secret },
    out: (text) => void lines.push(text),
    err: (text) => void lines.push(text),
    signal: AbortSignal.timeout(FINISHED_LIMIT_MS),
  });
  say(`carry-over: exit ${code}, ${lines.join(' ')}`);
  const missed = code === 0 ? [] : [`carry-over: exit ${code}, ${lines.join(' ')}`];
  const metrics: Record<string, Metrics> = {};
  for (const recording of recordings) {
    const { metric, broken } = await carriedOver(cloud, recording);
    metrics[recording.mode] = metric;
    missed.push(...broken.map((line) => `${recording.mode}: ${line}`));
    say(`${recording.mode}: ${JSON.stringify(metric)}`);
  }
  missed.push(...cloud.deaths.map((one) => `a process died by itself: ${JSON.stringify(one)}`));
  return { params: { before }, metrics: { ...metrics, answer: lines.join(' ') }, missed };
}

async function recordedBefore({ testCloud: cloud }: VersionsCloud, mode: string): Promise<Recorded> {
  const room = `before-${mode}`;
  const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'clock', from: 'frankfurt' });
  const source = ClockSource.byRtmp(publish?.rtmp.url ?? '');
  try {
    await until('the clock is in the room', () => isPublished(cloud, room));
    const { id } = await requestApi(cloud, 'POST', `/rooms/${room}/recordings`, { mode });
    const recordingId = String(id);
    await until('the recording runs', async () => (await shownOf(cloud, recordingId)).state === 'running');
    await pause(RECORDED_MS);
    await until('it is stopped', () => isStopped(cloud, room, recordingId));
    source.check();
    const { durationMs } = await until(
      'it is finished',
      async () => {
        const recording = await shownOf(cloud, recordingId);
        if (recording.state === 'failed') throw new Error(`it failed: ${recording.failure}`);
        return recording.state === 'finished' && recording;
      },
      FINISHED_LIMIT_MS,
    );
    return { id: recordingId, mode, durationMs, stalls: source.stalls };
  } finally {
    source.close();
  }
}

async function carriedOver(
  { testCloud: cloud }: VersionsCloud,
  { id, durationMs, stalls }: Recorded,
): Promise<{ readonly metric: Metrics; readonly broken: readonly string[] }> {
  const shown = await shownOf(cloud, id);
  const { state, version, outputs } = shown;
  if (state !== 'finished' || version !== 1) {
    const broken = [`it is ${state}, version ${version}: ${shown.failure}`];
    return { metric: { state, version }, broken };
  }
  const folder = mkdtempSync(join(tmpdir(), 'meridian-carried-'));
  const unregister = registerResource('a folder', () => rmSync(folder, { recursive: true, force: true }));
  const verdict = await judged({ cloud, folder }, shown, stalls);
  rmSync(folder, { recursive: true });
  unregister();
  const broken = [...verdict.broken, ...verdict.silent];
  if (Math.abs(shown.durationMs - durationMs) > DURATION_APART_MS)
    broken.push(`it lasts ${shown.durationMs} ms, and lasted ${durationMs} ms before`);
  for (const { item, durationMs: fileMs } of outputs) await playedInChromium(cloud, item, [fileMs / 2]);
  const { seconds, missing, unsure } = verdict;
  const names = outputs.map(({ name }) => name);
  return { metric: { state, version, durationMs: shown.durationMs, seconds, missing, unsure, names }, broken };
}
