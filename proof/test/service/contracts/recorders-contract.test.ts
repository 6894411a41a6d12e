// Contract of recorders towards the api, by a real recorder's parts and by the double of the api's tests.
import { rpc, WATCH_KEPT_MS, type wire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { FINISHED_NAME } from '../../../../media/recorder/src/core/finishing/finished.ts';
import { recordingPrefix } from '../../../../media/recorder/src/core/names.ts';
import { finishingOf, startRecorder } from '../../../../media/recorder/test/support/finishing.ts';
import { personWith, ScriptedRoom, trackOf, watchingOf } from '../../../../media/recorder/test/support/watching.ts';
import { ScriptedRecorders } from '../../../../product/api/test/support/scripted-recorders.ts';
import { type Ask, linkedTo } from './node.ts';

interface RecorderUnderTest {
  readonly ask: Ask;
  /** Finishes a recording of acme, of three seconds. */
  finish(recordingId: string): Promise<void>;
  advance(ms: number): void;
  /** Removes Ann's camera in `acme/r0`, or adds it again. */
  change(): void;
}
/** Rooms with Ann in each. */
const roomKeys = Array.from({ length: 9 }, (_, at) => `acme/r${at}`);
const camera = trackOf('TR_camera', 'camera');
const seen = { identity: 'ann', trackId: 'TR_camera', source: 'camera', codec: 'vp8' };
const facts = { startedWallMs: 1000, durationMs: 3000 };

async function scripted(): Promise<RecorderUnderTest> {
  const recorders = new ScriptedRecorders();
  let nowMs = 0;
  recorders.fra.nowMs = () => nowMs;
  for (const roomKey of roomKeys) recorders.fra.rooms.set(roomKey, { tracks: [seen] });
  return {
    ask: (kind, message) => recorders.call('rec-fra', kind, message),
    finish: async (id) => void recorders.fra.finishAnswers.set(`acme/${id}`, { state: 'finished', bytes: 1, ...facts }),
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
  const finishing = finishingOf(ownRecorder.store, { isStoreShared: false });
  const real = systemClock();
  let skippedMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + skippedMs };
  const rooms = Object.fromEntries(roomKeys.map((key) => [key, new ScriptedRoom([personWith('ann', [camera])])]));
  const { watching } = watchingOf(rooms, { clock });
  onTestFinished(async () => {
    await finishing.close();
    await ownRecorder.dispose();
  });
  return {
    ask: await linkedTo((link) => {
      finishing.serveOn(link);
      watching.serveOn(link);
    }),
    finish: async (recordingId) => {
      const lists = { holes: [], participants: [], outputs: [], chapters: [], captions: [], files: [] };
      const head = { version: 1, recordingId, room: 'r0', posts: null };
      const json = Buffer.from(JSON.stringify({ ...head, ...facts, ...lists }));
      await store.put(`${recordingPrefix('acme', recordingId)}${FINISHED_NAME}`, json, { sha256: hashOf(json) });
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
    const finishing = (o: wire.FinishRecording.$Properties = {}) =>
      ask(rpc.finishRecording, { tenant: 'acme', recordingId: 're_1', ...o });
    const erase = (o: wire.EraseRecording.$Properties = {}) =>
      ask(rpc.eraseRecording, { tenant: 'acme', recordingId: 're_1', ...o });
    const watch = async (keys: readonly string[], o: wire.RoomWatch.$Properties = {}) =>
      (await ask(rpc.watchRooms, { rooms: keys.map((roomKey) => ({ roomKey, ...o })) })).rooms;
    const said = async (...keys: string[]) =>
      (await watch(keys)).map(({ roomKey, state, code }) => [roomKey, state, code].filter(Boolean).join(' '));
    return { ...subject, finishing, erase, watch, said };
  };

  it("reports an unknown recording, or another tenant's, as unknown", async () => {
    const { finish, finishing } = await opened();
    await finish('re_1');
    expect(await finishing({ recordingId: 're_2' })).toMatchObject({ state: 'unknown' });
    expect(await finishing({ tenant: 'other' })).toMatchObject({ state: 'unknown' });
  });

  it('describes a finished recording to each request, until it is erased', async () => {
    const { finish, finishing, erase } = await opened();
    await finish('re_1');
    for (let times = 0; times < 2; times++) expect(await finishing()).toMatchObject({ state: 'finished', ...facts });
    expect(await erase({ tenant: 'other' })).toMatchObject({ objects: 0, shared: false });
    expect(await erase()).toMatchObject({ objects: 1, shared: false });
    expect(await erase()).toMatchObject({ objects: 0 });
    expect(await finishing()).toMatchObject({ state: 'unknown' });
  });

  it.each<[string, wire.FinishRecording.$Properties]>([
    ['no recording', { recordingId: '../re_1' }],
    ['no tenant', { tenant: '' }],
  ])('refuses a request with %s', async (_name, bad) => {
    const { finishing, erase } = await opened();
    await expect(finishing(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(erase(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('refuses an unknown rendition', async () => {
    const { finishing } = await opened();
    await expect(finishing({ renditions: ['9000p'] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
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
