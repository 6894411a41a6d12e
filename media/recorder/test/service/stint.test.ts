import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyPost } from '@meridian/protocol';
import type { TrackSink } from '@meridian/room-media';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PART_BYTES_MIN } from '../../../../files/object-store/src/core/bounds.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { finishPlanOf } from '../../src/core/assembling/plan.ts';
import { HeldStints } from '../../src/stints/held-stints.ts';
import { TRACKS_MAX, whyOf } from '../../src/stints/stint.ts';
import { SLICE_MS } from '../../src/stints/stint-uploads.ts';
import { h264, opus, vp8 } from '../support/coded-frames.ts';
import { log as silent } from '../support/made-recordings.ts';
import { readRecording } from '../support/read-recording.ts';
import { diskError, linesOf, readJournal } from '../support/spooling.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

async function recorder(o: Parameters<typeof TestRecorder.start>[0] = {}): Promise<TestRecorder> {
  const made = await TestRecorder.start(o);
  onTestFinished(() => made.dispose());
  return made;
}

/** Plays sound and pictures for some seconds, while the clock advances. */
function play(rig: TestRecorder, o: { seconds: number; sound?: TrackSink; picture?: TrackSink; bytes?: number }): void {
  for (let at = 0; at < o.seconds * 50; at += 1) {
    rig.clock.advance(20);
    const nowMs = rig.clock.nowMs();
    o.sound?.frame(opus(nowMs));
    if (at % 2 === 0) o.picture?.frame(h264(nowMs, at % 50 === 0, { bytes: o.bytes ?? 2000 }));
  }
}
/** Returns the state of a promise, for tests that advance the clock until it settles. */
function stateOf(promise: Promise<unknown>): { as: unknown } {
  const state: { as: unknown } = { as: undefined };
  const note = (how: unknown): void => {
    state.as = how;
  };
  promise.then(note, note);
  return state;
}
async function journalText(rig: TestRecorder): Promise<string> {
  const key = (await rig.keys()).find((one) => one.endsWith('/journal.jsonl')) ?? '';
  return Buffer.from(await rig.store.get(key, {})).toString();
}

const slice = (rig: TestRecorder, number: number): Promise<void> =>
  until('a slice is there', async () => (await rig.keys()).some((key) => key.endsWith(`journal-00000${number}.jsonl`)));

it('a stint stores a whole room, and leaves nothing on the disk', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint, closed } = await rig.open(room);
  const sound = room.publish('ann', 'audio');
  const picture = room.publish('ann', 'video');
  const other = room.publish('bob', 'audio');
  expect([stint.participants, stint.tracks]).toEqual([2, 3]);
  room.speakers = [
    { sessionId: 'ann', levelDbov: -30 },
    { sessionId: 'bob', levelDbov: -20 },
  ];
  play(rig, { seconds: 3, sound, picture });
  other.muted(true);
  play(rig, { seconds: 3, sound, picture });
  other.end();
  other.end();
  expect(stint.participants).toBe(1);
  room.speakers = [];
  play(rig, { seconds: 4, sound, picture });
  await stint.close('ended');
  await stint.close('lost');
  expect(await stint.outcome).toBe('stored');
  expect([closed, room.closes]).toEqual([['ended'], 1]);
  expect([rig.spooled(), readdirSync(rig.space.folder)]).toEqual([[], ['aside']]);

  const manifest = await readRecording(rig.store, 'Acme', 'rec_1');
  expect(manifest).toMatchObject({ recordingId: 'rec_1', roomKey: 'Acme/daily', identity: '', isOver: true });
  expect(manifest.stints).toMatchObject([{ stintId: stint.stintId, recorderId: 'rec-1', why: 'ended' }]);
  expect(manifest.speakers).toEqual([
    { identity: 'bob', ms: 500 },
    { identity: '', ms: 6500 },
  ]);
  expect(manifest.tracks.map((track) => track.participantName)).toEqual(
    ['ann', 'ann', 'bob'].map((who) => `Name of ${who}`),
  );
  expect(manifest.tracks.map(({ trackId, source, files }) => [trackId, source, files.length])).toEqual([
    ['TR_annaudio', 'microphone', 1],
    ['TR_annvideo', 'camera', 1],
    ['TR_bobaudio', 'microphone', 0],
  ]);
  for (const { files, holes } of manifest.tracks.slice(0, 2)) {
    expect(holes).toEqual([]);
    for (const file of files) {
      const bytes = await rig.store.get(`t-.acme/rec_1/${file.stintId}/${file.name}`, {});
      expect([bytes.length, hashOf(bytes)]).toEqual([file.bytes, file.sha256]);
      for (const piece of file.pieces)
        expect(hashOf(bytes.subarray(piece.offset, piece.offset + piece.bytes))).toBe(piece.sha256);
      expect(file.durationMs).toBeGreaterThan(9900);
    }
  }
  expect(manifest.tracks[2]?.muted).toEqual([{ ms: 3000, durationMs: 3000 }]);
});

it('a stint asks for a key frame when it needs one: at the beginning and after a full disk', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  const picture = room.publish('ann', 'video');
  picture.frame(vp8(rig.clock.nowMs(), false));
  expect(room.keyDemands).toEqual(['TR_annvideo']);
  const goOn = (from: number, isKey: boolean): void => {
    for (let at = from; at < from + 50; at += 1) {
      rig.clock.advance(40);
      picture.frame(vp8(rig.clock.nowMs(), isKey && at === from));
    }
  };
  goOn(0, true);
  goOn(100, true);
  room.keyDemands.length = 0;
  rig.disk.fails = (call, path) => (call === 'write' && path.endsWith('.mp4') ? diskError('ENOSPC') : undefined);
  goOn(200, true);
  await until('the disk has failed', () => rig.disk.failures > 0 && rig.clock.pendingTimers > 3);
  rig.disk.fails = () => undefined;
  rig.clock.advance(1000);
  expect(room.keyDemands).toEqual(['TR_annvideo']);
  goOn(300, true);
  goOn(400, true);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  const { lines } = readJournal(await journalText(rig));
  expect(lines.filter(({ type }) => type === 'gap')).toHaveLength(1);
});

it('a stint deletes a file only when the store has it and the journal says so', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  const sound = room.publish('ann', 'audio');
  play(rig, { seconds: 3, sound });
  rig.store.says = (info, key) =>
    key.endsWith('.mp4') ? { bytes: info.bytes, sha256: hashOf(Buffer.from('other')) } : info;
  await stint.close('ended');
  const over = stateOf(stint.outcome);
  await until('the store has been asked', () => rig.store.countOf('head') > 0);
  expect(rig.spooled().filter((path) => path.endsWith('.mp4'))).toHaveLength(1);
  await until('it is over', () => {
    rig.clock.advance(60_000);
    return over.as !== undefined;
  });
  // The file is aside, with the reason, and no line claims that the store has it.
  const aside = rig.spooled();
  expect(aside.map((path) => path.split('/').at(-1)).sort()).toEqual(['reason.json', 'track-0001-000001.mp4']);
  const reason = aside.find((path) => path.endsWith('reason.json')) ?? '';
  expect(JSON.parse(await readFile(join(rig.space.folder, reason), 'utf8'))).toMatchObject({ code: 'HASH_MISMATCH' });
  expect([rig.space.asideCount, over.as]).toEqual([1, 'stored']);
  expect(readJournal(await journalText(rig)).lines.some(({ type }) => type === 'fileEnd')).toBe(false);
  const manifest = await readRecording(rig.store, 'Acme', 'rec_1');
  expect(manifest.tracks[0]?.files[0]).toMatchObject({ sha256: undefined, refusal: 'HASH_MISMATCH' });
  // The stint is complete without the refused file, which is missing.
  const isBusy = (): Promise<boolean> => Promise.resolve(false);
  const held = new HeldStints({ store: rig.store, storeId: 's', clock: rig.clock, log: silent, isBusy });
  const { stints } = await held.find({ tenant: 'Acme', recordingId: 'rec_1' });
  expect(stints).toMatchObject([{ stintId: stint.stintId, complete: true, journals: ['journal.jsonl'] }]);
  expect(finishPlanOf(manifest).missing).toEqual([`${stint.stintId}/track-0001-000001.mp4`]);
});

it('a stint keeps the file while its line is not durable', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  await slice(rig, 1);
  play(rig, { seconds: 3, sound: room.publish('ann', 'audio') });
  // Only the file's `put` fails, because the journal may be stored first.
  rig.store.fails = (call, key) => {
    if (call === 'put' && key.endsWith('.mp4'))
      rig.disk.fails = (_call, path) => (path.endsWith('.jsonl') ? diskError('EIO') : undefined);
    return undefined;
  };
  await stint.close('ended');
  await until('the store has the file', async () => (await rig.keys()).some((key) => key.endsWith('.mp4')));
  await until('the journal has failed', () => rig.disk.failures > 0);
  expect(rig.spooled().filter((path) => path.endsWith('.mp4'))).toHaveLength(1);
  rig.store.fails = () => undefined;
  rig.disk.fails = () => undefined;
  const over = stateOf(stint.outcome);
  await until('all is stored', () => {
    rig.clock.advance(1000);
    return over.as !== undefined;
  });
  expect([over.as, rig.spooled()]).toEqual(['stored', []]);
});

it('a stint waits on the disk for an unreachable store, without a time limit', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  let isAway = true;
  rig.store.fails = () => (isAway ? new StoreError('STORE_UNREACHABLE') : undefined);
  const { stint, closed } = await rig.open(room);
  play(rig, { seconds: 200, sound: room.publish('ann', 'audio') });
  await stint.close('elsewhere');
  expect(closed).toEqual(['elsewhere']);
  expect(rig.spooled()).toHaveLength(2);
  isAway = false;
  const over = stateOf(stint.outcome);
  await until('all is stored', () => {
    rig.clock.advance(60_000);
    return over.as !== undefined;
  });
  expect([over.as, rig.spooled()]).toEqual(['stored', []]);
  expect((await rig.keys()).map((key) => key.split('/').at(-1))).toEqual(['journal.jsonl', 'track-0001-000001.mp4']);
});

it('a running stint is readable from the store, except its last minute', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  // The first slice is immediate, so apis know this stint from then on.
  await slice(rig, 1);
  expect((await readRecording(rig.store, 'Acme', 'rec_1')).stints).toMatchObject([{ recorderId: 'rec-1' }]);
  const [sound, picture] = [room.publish('ann', 'audio'), room.publish('ann', 'video')];
  const minute = async (): Promise<void> => {
    play(rig, { seconds: 59, sound, picture, bytes: 6000 });
    const [folder = ''] = await rig.space.stintFolders();
    await until('its pieces are kept', () => {
      const journal = join(folder, 'journal.jsonl');
      const last = linesOf(folder).findLast(({ type }) => type === 'piece');
      if ((rig.disk.durable.get(journal) ?? 0) < statSync(journal).size) return false;
      return last?.type === 'piece' && last.ms > rig.clock.nowMs() - 5000;
    });
    play(rig, { seconds: 1, sound, picture, bytes: 6000 });
  };
  await minute();
  await slice(rig, 2);
  await minute();
  await slice(rig, 3);
  await until('a part is there', () => rig.store.countOf('append') > 0);
  const manifest = await readRecording(rig.store, 'Acme', 'rec_1');
  expect([manifest.isOver, manifest.tracks.length]).toEqual([false, 2]);
  expect(manifest.durationMs).toBeGreaterThan(2 * SLICE_MS - 5000);
  expect(manifest.stints[0]?.why).toBeUndefined();
  play(rig, { seconds: 30, sound, picture, bytes: 6000 });
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  expect((await rig.keys()).map((key) => key.split('/').at(-1))).toEqual([
    ...['journal.jsonl', 'track-0001-000001.mp4', 'track-0002-000002.mp4'],
  ]);
  const whole = await readRecording(rig.store, 'Acme', 'rec_1');
  expect(whole.durationMs).toBeCloseTo(150_000, -2);
  expect(whole.tracks[1]?.files[0]?.bytes).toBeGreaterThan(PART_BYTES_MIN);
});

it("a stint's end has the reason of the session's code", async () => {
  expect(['RECORDING_ENDED', 'ROOM_ENDED', 'RECORDING_ELSEWHERE', 'NODE_LOST', ''].map(whyOf)).toEqual([
    ...['ended', 'ended', 'elsewhere', 'lost', 'lost'],
  ]);
  const rig = await recorder();
  const room = new TestRoom();
  const { stint, closed } = await rig.open(room);
  room.hooks.onEnded('RECORDING_ELSEWHERE');
  room.hooks.onEnded('ROOM_ENDED');
  expect(await stint.outcome).toBe('stored');
  expect([closed, room.closes]).toEqual([['elsewhere'], 1]);
  expect(readJournal(await journalText(rig)).lines.at(-1)).toEqual({ type: 'end', why: 'elsewhere', ms: 0 });
});

it('a stint leaves nothing behind when the room cannot be joined, and refuses invalid names', async () => {
  const rig = await recorder();
  const refused = rig.open(new TestRoom(), { join: () => Promise.reject(new Error('ROOM_FULL')) });
  await expect(refused).rejects.toThrow('ROOM_FULL');
  expect(readdirSync(rig.space.folder)).toEqual(['aside']);
  for (const wrong of [{ roomKey: '../x/y' }, { roomKey: 'acme' }, { recordingId: '../r' }, { recorderId: 'a/b' }])
    await expect(rig.open(new TestRoom(), wrong)).rejects.toThrow(RangeError);
  rig.disk.fails = (call) => (call === 'open' ? diskError('EROFS') : undefined);
  await expect(rig.open(new TestRoom())).rejects.toThrow('EROFS');
  expect(rig.spooled()).toEqual([]);
});

it('a stint leaves a joined room when its spool failed, and keeps away from a folder of the same moment', async () => {
  const rig = await recorder();
  const [first, second] = [new TestRoom(), new TestRoom()];
  const one = await rig.open(first);
  const two = await rig.open(second);
  expect(one.stint.stintId).not.toBe(two.stint.stintId);
  const late = new TestRoom();
  const { stint } = await rig.open(late, {
    join: async (hooks) => {
      const room = await late.join(hooks);
      for (let at = 0; at < 200_000; at += 1) late.offer('ann', at)?.end();
      return room;
    },
  });
  await until('the room is left', () => late.closes > 0);
  expect(await stint.outcome).toBe('left');
  for (const { stint } of [one, two]) await stint.close('ended');
  expect(await Promise.all([one.stint.outcome, two.stint.outcome])).toEqual(['stored', 'stored']);
});

it('a stint records a bounded number of tracks at once, or a single participant', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room, { identity: 'ann' });
  for (let at = 0; at < TRACKS_MAX; at += 1) expect(room.offer('ann', at)).toBeDefined();
  expect(room.offer('ann', TRACKS_MAX)).toBeUndefined();
  room.sinks.get('TR_ann0')?.end();
  expect(room.offer('ann', TRACKS_MAX + 1)).toBeDefined();
  expect(stint.participants).toBe(1);
  room.speakers = [{ sessionId: 'bob', levelDbov: -1 }];
  rig.clock.advance(1000);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  expect(readJournal(await journalText(rig)).lines.some(({ type }) => type === 'speaker')).toBe(false);
});

it('a stint closes within its time although the disk hangs, and leaves durable data to the next start', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint, closed } = await rig.open(room);
  const sound = room.publish('ann', 'audio');
  play(rig, { seconds: 5, sound });
  await until('pieces are kept', () => rig.spooled().length === 2);
  rig.disk.fails = (_call, path) => (path.endsWith('.jsonl') ? diskError('EIO') : undefined);
  const closing = stint.close('ended');
  await until('the end waits', () => rig.clock.pendingTimers > 2);
  rig.clock.advance(5000);
  await closing;
  expect([await stint.outcome, closed]).toEqual(['left', ['ended']]);
  expect(rig.spooled()).toHaveLength(2);
  await rig.stop();
  const next = await recorder({ place: rig.place });
  const { stints, outcomes } = await next.recover();
  expect([stints, await outcomes, next.spooled()]).toEqual([1, ['stored'], []]);
  expect((await readRecording(next.store, 'Acme', 'rec_1')).stints[0]?.why).toBe('lost');
  expect(existsSync(next.space.folder)).toBe(true);
});

it('a stint notes posts and their removal for a whole room, and none for one participant', async () => {
  const rig = await recorder();
  const [room, single] = [new TestRoom(), new TestRoom()];
  const { stint } = await rig.open(room);
  const { stint: other } = await rig.open(single, { identity: 'ann', recordingId: 'rec_2' });
  const startedWallMs = rig.clock.wallMs();
  const post = (n: number, o: object = {}) => ({
    ...emptyPost,
    postId: `PT_${n}`,
    kind: 'danmaku',
    text: `${n}`,
    ...o,
  });
  play(rig, { seconds: 2 });
  const nowWallMs = rig.clock.wallMs();
  const added = [
    post(1, { wallMs: startedWallMs + 1500, pictureWallMs: startedWallMs + 700, style: '#ff0000' }),
    // Post 2 is from before the stint; the clock of post 3 is ahead.
    post(2, { wallMs: startedWallMs - 500, pictureWallMs: startedWallMs - 900 }),
    post(3, { wallMs: nowWallMs + 60_000 }),
  ];
  room.hooks.onPosts?.({ added, removedIds: [], omitted: 0 });
  room.hooks.onPosts?.({ added: [], removedIds: ['PT_3'], omitted: 0 });
  expect(single.hooks.onPosts).toBeUndefined();
  await stint.close('ended');
  await other.close('ended');
  expect([await stint.outcome, await other.outcome]).toEqual(['stored', 'stored']);
  room.hooks.onPosts?.({ added: [post(4)], removedIds: [], omitted: 0 });
  const { posts } = await readRecording(rig.store, 'Acme', 'rec_1');
  expect(posts.map(({ text, ms, pictureMs, style, removedMs }) => [text, ms, pictureMs, style, removedMs])).toEqual([
    ['2', 0, 0, '', undefined],
    ['1', 1500, 700, '#ff0000', undefined],
    ['3', 2000, 2000, '', 2000],
  ]);
  expect((await readRecording(rig.store, 'Acme', 'rec_2')).posts).toEqual([]);
});

it('the last correction of a run applies to all its files', async () => {
  const rig = await recorder();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  const sound = room.publish('ann', 'audio');
  const [run, other] = [{ laterMs: 0 }, { laterMs: 30 }];
  const push = (seconds: number, of: { readonly laterMs: number }, channels = 2): void => {
    for (let at = 0; at < seconds * 50; at += 1) {
      rig.clock.advance(20);
      sound.frame({ ...opus(rig.clock.nowMs()), format: { codec: 'opus', sampleRate: 48_000, channels } }, of);
    }
  };
  rig.clock.advance(1000);
  push(1, run, 1);
  push(3, run);
  run.laterMs = -158;
  push(2, run);
  push(1, other);
  await stint.close('ended');
  expect(await stint.outcome).toBe('stored');
  const [track] = (await readRecording(rig.store, 'Acme', 'rec_1')).tracks;
  expect(track?.files.map(({ ms, durationMs, laterMs }) => [ms, durationMs, laterMs])).toEqual([
    [1020 - 158, 1000, -158],
    [2020 - 158, 5000, -158],
    [7020 + 30, 1000, 30],
  ]);
});
