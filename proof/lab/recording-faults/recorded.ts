// Records the clock, with a fault at its moment: orders over REST, and judges by the files in the library.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ClockSource } from '../../support/clock/clock-source.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { requestApi } from '../../test/support/company.ts';
import { untilFleetAlive } from '../../test/support/fleet.ts';
import { downloadItem } from '../../test/support/item-file.ts';
import { until } from '../../test/support/poll.ts';
import { waysOf } from '../../test/support/ways.ts';
import { judge, type Span, type Verdict } from './judge.ts';
import { type PlannedRecording, RECORDED_MS } from './plan.ts';
import { burstsOf, complaintsOf, durationsOf, picturesOf } from './seen.ts';
import type { Stage } from './stage.ts';

/** Duration of a fault that nothing ends by itself. */
const LASTS_MS = 8000;
/** Library node of the region in which the recordings are made. */
const LIBRARY = 'lib-fra';
/** Longer than the api waits for a recorder that is away. */
const FINISHED_LIMIT_MS = 240_000;
/** The duration of a last picture is unknown, and sound may end a packet later. */
const DURATION_APART_MS = 500;

interface Output {
  readonly item: string;
  readonly name: string;
  readonly offsetMs: number;
  readonly durationMs: number;
}

/** Recording as the API shows it. */
export interface Shown {
  readonly state: string;
  readonly failure: string | null;
  readonly version: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly holes: readonly { readonly startedAt: string; readonly endedAt: string; readonly recorder: string | null }[];
  readonly outputs: readonly Output[];
}

export interface RecordedRow extends Verdict {
  readonly node: string;
  readonly version: number;
  readonly files: number;
  /** Names of the recorders of its holes. */
  readonly holesOf: string;
  /** Time from the stop to the finished recording. */
  readonly finishedMs: number;
  readonly broken: readonly string[];
}

/** Records the room for `RECORDED_MS` while the fault happens. Rejects if the recording is not finished. */
export async function recordedRow(stage: Stage, planned: PlannedRecording, room: string): Promise<RecordedRow> {
  const { cloud } = stage;
  await untilFleetAlive(cloud);
  const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'clock', from: 'frankfurt' });
  const source = ClockSource.byRtmp(publish?.rtmp.url ?? '');
  try {
    await until('the clock is in the room', () => isPublished(cloud, room));
    const { id } = await requestApi(cloud, 'POST', `/rooms/${room}/recordings`, { mode: planned.mode });
    const recordingId = String(id);
    await until('the recording runs', async () => (await shownOf(cloud, recordingId)).state === 'running');
    const { node, stoppedMs } = await withFault(stage, planned, { room, recordingId });
    source.check();
    const shown = await until(
      'it is finished',
      async () => {
        const recording = await shownOf(cloud, recordingId);
        return ['finished', 'failed'].includes(recording.state) && recording;
      },
      FINISHED_LIMIT_MS,
    );
    const finishedMs = Math.round(performance.now() - stoppedMs);
    return Object.assign(await judged(stage, shown, source.stalls), { node, finishedMs });
  } finally {
    source.close();
  }
}

/** Stops the recording in time, and makes the fault at its moment: before the stop or after it. */
async function withFault(
  stage: Stage,
  { fault, afterMs }: PlannedRecording,
  { room, recordingId }: { readonly room: string; readonly recordingId: string },
): Promise<{ readonly node: string; readonly stoppedMs: number }> {
  const node = { recorder: await recorderOf(stage.cloud, room), library: LIBRARY, store: 'the store' }[fault.target];
  const stop = async (): Promise<number> => {
    await pause(RECORDED_MS);
    await until('it is stopped', () => isStopped(stage.cloud, room, recordingId));
    return performance.now();
  };
  const fail = async (): Promise<void> => {
    await pause(afterMs);
    const repair = await stage.inject(fault, node);
    await pause(LASTS_MS);
    await repair();
  };
  const [stoppedMs] = await Promise.all([stop(), fail()]);
  return { node, stoppedMs };
}

/** Compares the files in the library with what the clock has shown. `folder` holds each file for a while. */
export async function judged(
  { cloud, folder }: Pick<Stage, 'cloud' | 'folder'>,
  { state, failure, version, startedAt, durationMs, holes, outputs }: Shown,
  stalls: readonly Span[],
): Promise<Omit<RecordedRow, 'node' | 'finishedMs'>> {
  const fromMs = Date.parse(startedAt);
  const broken: string[] = state === 'failed' ? [`it failed: ${failure}`] : [];
  const pictures = [];
  const bursts = [];
  for (const output of outputs) {
    const path = join(folder, `${output.item}.mp4`);
    await until(`${output.name} is downloaded`, () => downloadItem(cloud, output.item, path));
    const file = { path, startMs: fromMs + output.offsetMs };
    broken.push(...(await complaintsOf(path)).map((line) => `${output.name}: ${line}`));
    const durations = await durationsOf(path);
    const fileMs = Math.max(0, ...Object.values(durations));
    if (Math.abs(fileMs - output.durationMs) > DURATION_APART_MS)
      broken.push(`${output.name}: ${Math.round(fileMs)} ms, not ${output.durationMs} ms`);
    if (durations['video'] !== undefined) pictures.push(...(await picturesOf(file)));
    if (durations['audio'] !== undefined) bursts.push(...(await burstsOf(file)));
    rmSync(path);
  }
  const named = holes.map((hole) => ({ fromMs: Date.parse(hole.startedAt), toMs: Date.parse(hole.endedAt) }));
  const verdict = judge({ fromMs, toMs: fromMs + durationMs, holes: named, stalls, pictures, bursts });
  const holesOf = holes.map(({ recorder }) => recorder ?? 'unknown').join(' ');
  return Object.assign(verdict, { version, files: outputs.length, holesOf, broken });
}

/** Returns whether a participant of the room has picture and sound. */
export async function isPublished(cloud: TestCloud, room: string): Promise<boolean> {
  const { data } = await requestApi(cloud, 'GET', `/rooms/${room}/participants`);
  return (data as { tracks: unknown[] }[]).some(({ tracks }) => tracks.length >= 2);
}

export const shownOf = async (cloud: TestCloud, recordingId: string): Promise<Shown> =>
  (await requestApi(cloud, 'GET', `/recordings/${recordingId}`)) as unknown as Shown;

/** Stops the recording; a failure of the room's node is asked for again. */
export async function isStopped(cloud: TestCloud, room: string, recordingId: string): Promise<boolean> {
  await requestApi(cloud, 'DELETE', `/rooms/${room}/recordings/${recordingId}`);
  return true;
}

/** Returns the recorder that reports the recording of the room. */
export async function recorderOf(cloud: TestCloud, room: string): Promise<string> {
  return await until('a recorder reports the recording', async () => {
    const { nodes } = (await cloud.fleet()) as unknown as {
      nodes: { nodeId: string; load: { recordings?: { roomKey: string }[] } }[];
    };
    return nodes.find(({ load }) => load.recordings?.some(({ roomKey }) => roomKey.endsWith(`/${room}`)))?.nodeId;
  });
}
