// Contract of recorders towards the api, by a real recorder's parts and by the double of the api's tests.
import { rpc, WATCH_KEPT_MS, type wire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Erasing } from '../../../../media/recorder/src/recordings/erasing.ts';
import { HeldStints } from '../../../../media/recorder/src/stints/held-stints.ts';
import { log, startRecorder } from '../../../../media/recorder/test/support/made-recordings.ts';
import { speak, TestRoom } from '../../../../media/recorder/test/support/stinting.ts';
import { personWith, ScriptedRoom, trackOf, watchingOf } from '../../../../media/recorder/test/support/watching.ts';
import { ScriptedRecorders } from '../../../../product/api/test/support/scripted-recorders.ts';
import { type Ask, linkedTo } from './node.ts';

interface RecorderUnderTest {
  readonly ask: Ask;
  /** Makes the recording `re_1` of acme, which has two complete stints. */
  record(): Promise<void>;
  advance(ms: number): void;
  /** Removes Ann's camera in `acme/r0`, or adds it again. */
  change(): void;
}
/** Rooms with Ann in each. */
const roomKeys = Array.from({ length: 9 }, (_, at) => `acme/r${at}`);
const camera = trackOf('TR_camera', 'camera');
const seen = { identity: 'ann', trackId: 'TR_camera', source: 'camera', codec: 'vp8' };

async function scripted(): Promise<RecorderUnderTest> {
  const recorders = new ScriptedRecorders();
  let nowMs = 0;
  recorders.fra.nowMs = () => nowMs;
  for (const roomKey of roomKeys) recorders.fra.rooms.set(roomKey, { tracks: [seen] });
  return {
    ask: (kind, message) => recorders.call('rec-fra', kind, message),
    record: async () => {
      recorders.fra.addStint('acme/re_1', { startedWallMs: 1000, endedWallMs: 4000 });
      recorders.fra.addStint('acme/re_1', { startedWallMs: 5000, endedWallMs: 8000 });
    },
    advance: (ms) => {
      nowMs += ms;
    },
    change: () => {
      const { tracks, seq = 1 } = recorders.fra.rooms.get('acme/r0') ?? {};
      recorders.fra.rooms.set('acme/r0', { tracks: tracks?.length ? [] : [seen], seq: seq + 1 });
    },
  };
}

async function recorder(): Promise<RecorderUnderTest> {
  const ownRecorder = await startRecorder();
  const { store } = ownRecorder;
  const real = systemClock();
  let skippedMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + skippedMs };
  const rooms = Object.fromEntries(roomKeys.map((key) => [key, new ScriptedRoom([personWith('ann', [camera])])]));
  const { watching } = watchingOf(rooms, { clock });
  const isBusy = async (): Promise<boolean> => false;
  const held = new HeldStints({ store, storeId: 'node:rec-fra', clock: real, log, isBusy });
  const erasing = new Erasing({
    store,
    isStoreShared: false,
    log,
    isRunning: () => false,
    spool: { eraseSpooled: async () => undefined },
    tasks: [],
  });
  onTestFinished(async () => {
    await held.close();
    await erasing.close();
    await ownRecorder.dispose();
  });
  return {
    ask: await linkedTo((link) => {
      held.serveOn(link);
      erasing.serveOn(link);
      watching.serveOn(link);
    }),
    record: async () => {
      for (const why of ['lost', 'ended'] as const) {
        const room = new TestRoom();
        const { stint } = await ownRecorder.open(room, { recordingId: 're_1', roomKey: 'acme/r0' });
        speak(ownRecorder, room.publish('ann', 'audio'), 3000);
        await stint.close(why);
        expect(await stint.outcome).toBe('stored');
      }
    },
    advance: (ms) => {
      skippedMs += ms;
    },
    change: () => {
      const room = rooms['acme/r0'];
      room?.change([personWith('ann', room.people.some(({ tracks }) => tracks.length > 0) ? [] : [camera])]);
    },
  };
}

describe.each([
  ['the double', scripted],
  ['a recorder', recorder],
])('contract of recorders: %s', (_, make) => {
  const opened = async () => {
    const subject = await make();
    const { ask } = subject;
    const find = (o: wire.RecordingStintsRequest.$Properties = {}) =>
      ask(rpc.recordingStints, { tenant: 'acme', recordingId: 're_1', ...o });
    const erase = (o: wire.EraseRecording.$Properties = {}) =>
      ask(rpc.eraseRecording, { tenant: 'acme', recordingId: 're_1', ...o });
    const watch = async (keys: readonly string[], o: wire.RoomWatch.$Properties = {}) =>
      (await ask(rpc.watchRooms, { rooms: keys.map((roomKey) => ({ roomKey, ...o })) })).rooms;
    const said = async (...keys: string[]) =>
      (await watch(keys)).map(({ roomKey, state, code }) => [roomKey, state, code].filter(Boolean).join(' '));
    return { ...subject, find, erase, watch, said };
  };

  it("has no stints of an unknown recording, or of another tenant's", async () => {
    const { record, find } = await opened();
    await record();
    const nothing = { stints: [], storeId: 'node:rec-fra', busy: false };
    expect(await find({ recordingId: 're_2' })).toMatchObject(nothing);
    expect(await find({ tenant: 'other' })).toMatchObject(nothing);
  });

  it('lists the stints of a recording at each request, until they are erased', async () => {
    const { record, find, erase } = await opened();
    await record();
    for (let times = 0; times < 2; times++) {
      const { stints, busy } = await find();
      expect(busy).toBe(false);
      expect(stints).toHaveLength(2);
      for (const { stintId, recorderId, startedWallMs, endedWallMs, ...held } of stints) {
        expect(held).toEqual({ complete: true, journals: ['journal.jsonl'] });
        expect(stintId?.endsWith(`-${recorderId}`)).toBe(true);
        expect(Number(endedWallMs)).toBeGreaterThan(Number(startedWallMs));
      }
    }
    expect((await erase({ tenant: 'other' })).objects).toBe(0);
    const { objects, shared } = await erase();
    expect([objects > 0, shared]).toEqual([true, false]);
    expect((await erase()).objects).toBe(0);
    expect((await find()).stints).toEqual([]);
  });

  it.each<[string, wire.RecordingStintsRequest.$Properties]>([
    ['no recording', { recordingId: '../re_1' }],
    ['no tenant', { tenant: '' }],
  ])('refuses a request with %s', async (_name, bad) => {
    const { find, erase } = await opened();
    await expect(find(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(erase(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('answers rooms in their order, joins them, and reports which are over', async () => {
    const { said, watch } = await opened();
    expect(await said('acme/r1', 'acme/r0')).toEqual(['acme/r1 joining', 'acme/r0 joining']);
    await until('they are joined', async () => !(await said('acme/r1', 'acme/r0')).join().includes('joining'));
    expect(await said('acme/gone')).toEqual(['acme/gone joining']);
    await until('it is over', async () => (await said('acme/gone'))[0] === 'acme/gone over');
    expect(await said('acme/r1', 'acme/gone', 'acme/r0')).toEqual([
      'acme/r1 watching',
      'acme/gone over',
      'acme/r0 watching',
    ]);
    expect(await watch(['acme/r1'])).toMatchObject([{ participants: 1, tracks: [seen] }]);
  });

  it('watches a limited number of rooms, each until 15 s after its last request', async () => {
    const { said, advance } = await opened();
    const first = roomKeys.slice(0, 8);
    await until('all are joined', async () => !(await said(...first)).join().includes('joining'));
    expect(await said('acme/r8')).toEqual(['acme/r8 refused OVERLOADED']);
    advance(WATCH_KEPT_MS - 1000);
    await said(...first.slice(1));
    expect(await said('acme/r8')).toEqual(['acme/r8 refused OVERLOADED']);
    advance(1000);
    await until('the first has ended', async () => (await said('acme/r8'))[0] !== 'acme/r8 refused OVERLOADED');
    expect(await said('acme/r0', 'acme/r7')).toEqual(['acme/r0 refused OVERLOADED', 'acme/r7 watching']);
  });

  it('refuses a whole request with more than 32 rooms, or with an invalid room', async () => {
    const { said } = await opened();
    const many = Array.from({ length: 33 }, (_each, at) => `acme/n${at}`);
    for (const keys of [many, ['acme/r0', 'acme']])
      await expect(said(...keys)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await said('acme/r0')).toEqual(['acme/r0 joining']);
  });

  it('returns a picture on request, and not the one already seen', async () => {
    const { watch, change } = await opened();
    const keys = ['acme/r0'];
    let [room] = await watch(keys, { withPicture: true });
    await until('there is a picture', async () => {
      change();
      [room] = await watch(keys, { withPicture: true });
      return (room?.picture?.length ?? 0) > 0;
    });
    const seenSeq = room?.seq ?? 0;
    expect(seenSeq).toBeGreaterThan(0);
    const [withoutPicture] = await watch(keys);
    expect(withoutPicture?.picture?.length ?? 0).toBe(0);
    const [pictureAgain] = await watch(keys, { withPicture: true, seenSeq });
    expect((pictureAgain?.picture?.length ?? 0) > 0).toBe(pictureAgain?.seq !== seenSeq);
  });
});
