// A recorder with a store of its own is killed while it records: the api asks the remaining recorders, and the missing
// time becomes a named hole.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readFinishedRecording } from '@meridian/protocol';
import { type Link, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../base/runtime/test/support/until.ts';
import { openFileStore } from '../../../files/object-store/src/file-store.ts';
import { finishingOf, whenFinished } from '../../../media/recorder/test/support/finishing.ts';
import { temporaryFolder } from '../../../media/recorder/test/support/spooling.ts';
import { speak, TestRecorder, TestRoom } from '../../../media/recorder/test/support/stinting.ts';
import { testApi } from '../../../product/api/test/support/test-api.ts';
import { entry, journal, START_MS } from '../../../product/api/test/unit/events/journals.ts';

const child = join(import.meta.dirname, '../../../media/recorder/test/support/killed-child.ts');
const [killedMs, cameMs, stoppedMs] = [10_000, 10_300, 25_000];
const at = { tenant: 'acme', recordingId: 'rec_1' };
const roomKey = 'acme/daily';

async function killedRecorder(): Promise<string> {
  const place = temporaryFolder('rec-fra');
  const process_ = spawn(process.execPath, [child, place, roomKey, String(START_MS), String(killedMs)], {
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
  const { stint } = await sgp.open(room, { recorderId: 'rec-sgp', roomKey });
  speak(sgp, room.publish('ann', 'audio'), stoppedMs - cameMs);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  return sgp;
}

function sharedOf(recorders: readonly TestRecorder[]): string {
  const folder = temporaryFolder('shared');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { place } of recorders)
    for (const name of ['objects', 'hashes'])
      cpSync(join(place, 'store', name), join(folder, name), { recursive: true });
  return folder;
}

it('the time that a killed recorder has, and the next one lacks, is a hole of the finished recording', async () => {
  const [place, sgp, api] = await Promise.all([killedRecorder(), nextRecorder(), testApi()]);
  onTestFinished(() => api.close());
  // The killed recorder restarts, and moves its files into its store.
  const fra = await TestRecorder.start({ place });
  onTestFinished(() => fra.dispose());
  expect(await (await fra.recover()).outcomes).toEqual(['stored']);
  const shared = sharedOf([fra, sgp]);
  const own = { isStoreShared: false };
  const [first, last] = [finishingOf(fra.store, own), finishingOf(sgp.store, own)];
  onTestFinished(async () => void (await Promise.all([first.close(), last.close()])));
  first.serveOn(api.recorders.fra.side as Link);
  last.serveOn(api.recorders.sgp.side as Link);

  const started = { sinceWallMs: START_MS };
  const said = (wallMs: number, recorderId: string, isOver: boolean) => ({
    ...entry.recording(at.recordingId, recorderId, { ...started, isOver }),
    wallMs: START_MS + wallMs,
  });
  const [begun, next, over] = [
    said(0, 'rec-fra', false),
    said(cameMs, 'rec-sgp', false),
    said(stoppedMs, 'rec-sgp', true),
  ];
  await api.clock.advance(START_MS + stoppedMs - api.clock.wallMs());
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann'), begun, next, over], { roomKey }));
  const shown = async () => (await api.ask('GET', `/recordings/${at.recordingId}`)).json();
  await until('it is finished', async () => {
    await api.clock.advance(1000);
    await api.telling.jobs.settled();
    return (await shown()).state === 'finished';
  });
  const lacked = { startedAt: new Date(START_MS).toISOString(), endedAt: new Date(START_MS + cameMs).toISOString() };
  expect(await shown()).toMatchObject({
    startedAt: lacked.startedAt,
    durationMs: stoppedMs,
    holeMs: cameMs,
    holes: [{ ...lacked, recorder: 'rec-fra' }],
    failure: null,
  });

  // Players get the same description.
  const json = await sgp.store.get(`t-acme/${at.recordingId}/finished/finished.json`, {});
  const finished = readFinishedRecording(JSON.parse(Buffer.from(json).toString()));
  expect(finished).toMatchObject({
    startedWallMs: START_MS,
    durationMs: stoppedMs,
    holes: [{ ms: 0, durationMs: cameMs }],
    outputs: [{ name: 'p001-camera' }],
  });
  expect(Math.abs((finished.outputs[0]?.offsetMs ?? 0) - cameMs)).toBeLessThan(100);

  // A store that both share has everything, except for data that had not reached a disk.
  const store = await openFileStore({ folder: shared });
  const finishing = finishingOf(store);
  onTestFinished(async () => void (await Promise.all([finishing.close(), store.close('test')])));
  const ordered = { startedWallMs: START_MS, endedWallMs: START_MS + stoppedMs };
  const whole = await whenFinished(finishing, { ...at, renditions: [], recorders: ['rec-fra'], ...ordered });
  expect(whole).toMatchObject({ startedWallMs: START_MS, durationMs: stoppedMs, holes: [{}] });
  expect(whole.holes?.[0]?.ms).toBeGreaterThanOrEqual(killedMs - 2000);
  expect(whole.holeMs).toBeLessThanOrEqual(cameMs - (killedMs - 2000));
});
