import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, ManualClock, secureRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { openFileStore } from '../../../../files/object-store/src/file-store.ts';
import { FaultyStore } from '../../../../files/object-store/test/support/faulty-store.ts';
import { Stints, type StintsOptions } from '../../src/recordings/stints.ts';
import { opus } from '../support/coded-frames.ts';
import { linesOf } from '../support/spooling.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });

/** Makes two recordings that a process has left in its spool. */
async function recorderWithLeftovers(): Promise<TestRecorder> {
  const rig = await TestRecorder.start();
  rig.store.fails = () => new StoreError('STORE_UNREACHABLE');
  for (const recordingId of ['rec_1', 'rec_2']) {
    const room = new TestRoom();
    const { stint } = await rig.open(room, { recordingId });
    const sound = room.publish('ann', 'audio');
    for (let at = 0; at < 250; at += 1) {
      rig.clock.advance(20);
      sound.frame(opus(rig.clock.nowMs()));
    }
    await until('pieces are kept', async () =>
      (await rig.space.stintFolders()).every((folder) => linesOf(folder).some(({ type }) => type === 'piece')),
    );
    await stint.close('ended');
  }
  await rig.stop();
  onTestFinished(() => rig.dispose());
  return rig;
}

async function restarted(rig: TestRecorder, fails: FaultyStore['fails']) {
  const clock = new ManualClock();
  const store = new FaultyStore(await openFileStore({ folder: join(rig.place, 'store') }));
  store.fails = fails;
  const parts = {
    links: { sockets: [] },
    sockets: {},
    studio: {},
    pages: {},
    onFlushed: () => undefined,
  } as never as Pick<StintsOptions, 'links' | 'sockets' | 'studio' | 'pages' | 'onFlushed'>;
  const spoolDir = rig.space.folder;
  const stints = await Stints.open({ recorderId: 'rec-1', spoolDir, store, clock, rng: secureRng(), log, ...parts });
  onTestFinished(() => stints.close('the test is over'));
  return { stints, store, clock };
}
const spooled = (rig: TestRecorder): string[] =>
  readdirSync(rig.space.folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(rig.space.folder, path)).isFile());

const reasonsOf = (rig: TestRecorder): string[] => spooled(rig).filter((path) => path.endsWith('reason.json'));

it('an erasure waits for uploads in progress, and gives up before its caller does', async () => {
  const rig = await recorderWithLeftovers();
  const { stints, store, clock } = await restarted(rig, () => new StoreError('STORE_UNREACHABLE'));
  await until('uploads are tried', () => store.calls.length > 0);
  expect(await stints.hasSpooled('Acme', 'rec_1')).toBe(true);
  expect(await stints.hasSpooled('acme', 'rec_1')).toBe(false);
  let error: unknown;
  const erasing = stints.eraseSpooled('Acme', 'rec_1').catch((refused: unknown) => {
    error = refused;
  });
  await stints.eraseSpooled('Acme', 'rec_3');
  await until('it is given up', () => {
    clock.advance(1000);
    return error !== undefined;
  });
  await erasing;
  expect(error).toMatchObject({ code: 'OVERLOADED' });
  expect(await stints.hasSpooled('Acme', 'rec_1')).toBe(true);
  store.fails = () => undefined;
  let isErased = false;
  const again = stints.eraseSpooled('Acme', 'rec_1').then(() => {
    isErased = true;
  });
  // The other recording's wait uses this clock too.
  await until('it is erased', () => {
    clock.advance(100);
    return isErased;
  });
  await again;
  expect(await stints.hasSpooled('Acme', 'rec_1')).toBe(false);
});

it('an erasure removes data that the store refused and that was put aside, of this recording only', async () => {
  const rig = await recorderWithLeftovers();
  const refuses = (call: string): Error | undefined => (call === 'put' ? new StoreError('STORE_REFUSED') : undefined);
  const { stints } = await restarted(rig, refuses);
  await until('nothing else is there', async () => {
    const rests = ['rec_1', 'rec_2'].map((recordingId) => stints.hasSpooled('Acme', recordingId));
    return !(await Promise.all(rests)).includes(true) && stints.figures.filesAside === reasonsOf(rig).length;
  });
  const before = spooled(rig);
  await stints.eraseSpooled('Acme', 'rec_1');
  const after = spooled(rig);
  expect(after.length).toBeGreaterThan(0);
  expect(after.length).toBe(before.length / 2);
  expect(reasonsOf(rig).length).toBe(stints.figures.filesAside);
  await stints.eraseSpooled('Acme', 'rec_2');
  expect([spooled(rig), stints.figures.filesAside, existsSync(rig.space.folder)]).toEqual([[], 0, true]);
});
