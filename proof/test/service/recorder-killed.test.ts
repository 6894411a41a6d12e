// A recorder with a store of its own is killed while it records, and another one goes on: the api waits for the killed
// one, names the hole, and makes a new version when it is back. The store is the default one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../base/runtime/test/support/until.ts';
import { temporaryFolder } from '../../../media/recorder/test/support/spooling.ts';
import { speak, TestRecorder, TestRoom } from '../../../media/recorder/test/support/stinting.ts';
import { type TestApi, testApi } from '../../../product/api/test/support/test-api.ts';
import { entry, journal, START_MS } from '../../../product/api/test/unit/events/journals.ts';
import { streamsOf } from '../support/media-streams.ts';
import { RecordingNodes, realLibraryNode } from '../support/recording-nodes.ts';

const child = join(import.meta.dirname, '../../../media/recorder/test/support/killed-child.ts');
const [killedMs, cameMs, stoppedMs] = [10_000, 10_300, 25_000];
/** Media that had not reached a disk when the recorder was killed. */
const lostMsMax = cameMs - (killedMs - 2000);
const recordingId = 're_killed';
const roomKey = 'acme/daily';

interface Shown {
  readonly state: string;
  readonly version: number;
  readonly durationMs: number;
  readonly holeMs: number;
  readonly holes: readonly { readonly startedAt: string; readonly endedAt: string; readonly recorder: string }[];
  readonly outputs: readonly { readonly item: string; readonly offsetMs: number; readonly durationMs: number }[];
}

/** Records in a process of its own until killed; returns the folder that is left. */
async function killedRecorder(): Promise<string> {
  const place = temporaryFolder('rec-fra');
  const process_ = spawn(process.execPath, [child, place, roomKey, String(START_MS), String(killedMs), recordingId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(process_, 'exit');
  for await (const line of createInterface(process_.stdout))
    if (Number(line) > killedMs - 2000) process_.kill('SIGKILL');
  expect((await exited)[1]).toBe('SIGKILL');
  return place;
}

/** Runs the recorder that continues until the recording is stopped. */
async function nextRecorder(): Promise<TestRecorder> {
  const sgp = await TestRecorder.start({ clock: new ManualClock({ wallMs: START_MS + cameMs }) });
  onTestFinished(() => sgp.dispose());
  const room = new TestRoom();
  const { stint } = await sgp.open(room, { recordingId, recorderId: 'rec-sgp', roomKey });
  speak(sgp, room.publish('ann', 'audio'), stoppedMs - cameMs);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  return sgp;
}

/** Starts the killed recorder anew, which moves its files into its store. */
async function returned(place: string): Promise<TestRecorder> {
  const fra = await TestRecorder.start({ place });
  onTestFinished(() => fra.dispose());
  expect(await (await fra.recover()).outcomes).toEqual(['stored']);
  return fra;
}

async function openedApi() {
  const api = await testApi();
  onTestFinished(() => api.close());
  // Before there are nodes, because each has work every second.
  await api.clock.advance(START_MS + stoppedMs - api.clock.wallMs());
  await realLibraryNode(api);
  const shown = async (): Promise<Shown> => (await api.ask('GET', `/recordings/${recordingId}`)).json();
  const untilVersion = async (version: number, stepMs = 2000): Promise<Shown> => {
    let recording = await shown();
    await until(`version ${version} is finished`, async () => {
      await api.clock.advance(stepMs);
      await api.telling.jobs.settled();
      recording = await shown();
      expect(recording.state).not.toBe('failed');
      return recording.state === 'finished' && recording.version === version;
    });
    return recording;
  };
  return { api, nodes: new RecordingNodes(api), untilVersion };
}

/** The room's owner reports the recording, whose first recorder was killed. */
async function reportRecording(api: TestApi): Promise<void> {
  const reported = (wallMs: number, recorderId: string, isOver: boolean) => ({
    ...entry.recording(recordingId, recorderId, { sinceWallMs: START_MS, isOver }),
    wallMs: START_MS + wallMs,
  });
  const entries = [
    reported(0, 'rec-fra', false),
    reported(cameMs, 'rec-sgp', false),
    reported(stoppedMs, 'rec-sgp', true),
  ];
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann'), ...entries], { roomKey }));
}

/** Returns the seconds of sound in the file of the recording, which a link to its item opens at the library node. */
async function soundSeconds(api: TestApi, { outputs }: Shown): Promise<number> {
  const [{ item } = expect.unreachable()] = outputs;
  const link = await api.ask('POST', `/library/items/${item}/links`, { body: { may: 'download' } });
  const answer = await fetch(link.json().url);
  expect(answer.status).toBe(200);
  const folder = mkdtempSync(join(tmpdir(), 'killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file.mp4');
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  return Math.max(...streamsOf(path).map(({ seconds }) => seconds));
}

it('a recorder that is killed for good is awaited, its time is a named hole, and its return makes a whole version', async () => {
  const [place, sgp, { api, nodes, untilVersion }] = await Promise.all([killedRecorder(), nextRecorder(), openedApi()]);
  api.recorders.fra.link = 'cut';
  nodes.link(api.recorders.sgp, sgp);
  await reportRecording(api);
  const first = await untilVersion(1);
  expect(api.clock.wallMs() - START_MS - stoppedMs).toBeGreaterThanOrEqual(120_000);
  const [startedAt, endedAt] = [START_MS, START_MS + cameMs].map((ms) => new Date(ms).toISOString());
  expect(first).toMatchObject({
    startedAt,
    durationMs: stoppedMs,
    holes: [{ startedAt, endedAt, recorder: 'rec-fra' }],
  });
  expect(first.outputs).toMatchObject([{ name: 'p001-camera', identity: 'ann' }]);
  expect(Math.abs((first.outputs[0]?.offsetMs ?? 0) - cameMs)).toBeLessThan(100);
  expect(await soundSeconds(api, first)).toBeCloseTo((stoppedMs - cameMs) / 1000, 0);

  nodes.link(api.recorders.fra, await returned(place));
  const whole = await untilVersion(2);
  expect(whole).toMatchObject({ startedAt, durationMs: stoppedMs, holes: [{ recorder: 'rec-fra' }] });
  expect(whole.holeMs).toBeLessThanOrEqual(lostMsMax);
  expect(whole.outputs[0]?.item).toBe(first.outputs[0]?.item);
  expect(await soundSeconds(api, whole)).toBeCloseTo(stoppedMs / 1000, 0);
});

it('the stint of a killed recorder that comes back at once is in the first version', async () => {
  const [place, sgp, { api, nodes, untilVersion }] = await Promise.all([killedRecorder(), nextRecorder(), openedApi()]);
  nodes.link(api.recorders.sgp, sgp);
  nodes.link(api.recorders.fra, await returned(place));
  await reportRecording(api);
  // Small steps, because the library node works in real time.
  const whole = await untilVersion(1, 100);
  expect(api.clock.wallMs() - START_MS - stoppedMs).toBeLessThan(120_000);
  expect(whole).toMatchObject({ durationMs: stoppedMs, holes: [{ recorder: 'rec-fra' }] });
  expect(whole.holeMs).toBeLessThanOrEqual(lostMsMax);
  expect(await soundSeconds(api, whole)).toBeCloseTo(stoppedMs / 1000, 0);
  // Nothing more is awaited, so the recorders need their stints no more.
  await until('the stints are erased', async () => {
    await api.clock.advance(500);
    await api.telling.jobs.settled();
    return (await sgp.keys()).length === 0;
  });
});
