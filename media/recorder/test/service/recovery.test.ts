import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PART_BYTES_MIN } from '../../../../files/object-store/src/core/bounds.ts';
import { StoreError } from '../../../../files/object-store/src/core/errors.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import type { Manifest } from '../../src/core/journal/manifest.ts';
import { h264, opus } from '../support/coded-frames.ts';
import { readRecording } from '../support/read-recording.ts';
import { linesOf } from '../support/spooling.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

async function recorder(o: Parameters<typeof TestRecorder.start>[0] = {}): Promise<TestRecorder> {
  const made = await TestRecorder.start(o);
  onTestFinished(() => made.dispose());
  return made;
}

/** Runs a stint of `seconds`. Returns the recorder, which runs on, with the stint and its folder. */
async function runStint(o: { seconds: number; bytes?: number; before?: (rig: TestRecorder) => void }) {
  const rig = await recorder();
  o.before?.(rig);
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  const [sound, picture] = [room.publish('ann', 'audio'), room.publish('ann', 'video')];
  for (let at = 0; at < o.seconds * 25; at += 1) {
    rig.clock.advance(40);
    const nowMs = rig.clock.nowMs();
    sound.frame(opus(nowMs));
    picture.frame(h264(nowMs, at % 25 === 0, { bytes: o.bytes ?? 1000 }));
  }
  const [folder = ''] = await rig.space.stintFolders();
  return { own: rig, stint, folder };
}
/** Copies the spool and store as a kill at this moment would leave them to the next process. */
async function copyAfterKill(rig: TestRecorder): Promise<string> {
  const place = `${rig.place}-after`;
  // The recorder runs on during the copy. Media and data are copied last, so that they contain all that the journals
  // copied before them list.
  const isLate = (path: string): boolean => /\.mp4$|\/data$|\/hashes\/.*[^/]$/.test(path);
  // A temporary file of the store is no object yet.
  const isKept = (path: string): boolean => !path.includes('/store/tmp/');
  const early = (path: string): boolean => isKept(path) && (statSync(path).isDirectory() || !isLate(path));
  await cp(rig.place, place, { recursive: true, filter: early });
  await cp(rig.place, place, { recursive: true, force: false, filter: isKept });
  return place;
}
async function checkFiles(rig: TestRecorder, manifest: Manifest): Promise<number> {
  let pieces = 0;
  for (const { files } of manifest.tracks)
    for (const file of files) {
      const bytes = Buffer.concat(await readAll(rig, `t-.acme/rec_1/${file.stintId}/${file.name}`));
      expect([bytes.length, hashOf(bytes)]).toEqual([file.bytes, file.sha256]);
      for (const piece of file.pieces)
        expect(hashOf(bytes.subarray(piece.offset, piece.offset + piece.bytes))).toBe(piece.sha256);
      pieces += file.pieces.length;
    }
  return pieces;
}
async function readAll(rig: TestRecorder, key: string): Promise<Uint8Array[]> {
  const info = await rig.store.head(key);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < (info?.bytes ?? 0); from += PART_BYTES_MIN)
    parts.push(await rig.store.get(key, { range: { from, bytes: PART_BYTES_MIN } }));
  return parts;
}
const pieceCount = (folder: string): number => linesOf(folder).filter(({ type }) => type === 'piece').length;

it('a start uploads what the journal lists, cuts off the rest, and marks the stint as lost', async () => {
  const { own, folder } = await runStint({ seconds: 11 });
  await until('pieces are kept', () => pieceCount(folder) >= 8);
  const place = await copyAfterKill(own);
  const copiedFolder = folder.replace(own.place, place);
  // A kill can leave half a piece, a file without a line, and half a line.
  appendFileSync(join(copiedFolder, 'track-0001-000001.mp4'), Buffer.alloc(777));
  writeFileSync(join(copiedFolder, 'track-0009-000009.mp4'), 'begun');
  appendFileSync(join(copiedFolder, 'journal.jsonl'), '{"type":"piece","file":1,"off');
  const count = pieceCount(copiedFolder);
  const next = await recorder({ place });
  const { stints, outcomes } = await next.recover();
  expect([stints, await outcomes]).toEqual([1, ['stored']]);
  const manifest = await readRecording(next.store, 'Acme', 'rec_1');
  expect(await checkFiles(next, manifest)).toBe(count);
  expect(manifest.stints[0]).toMatchObject({ why: 'lost' });
  expect(manifest.stints[0]?.durationMs).toBeGreaterThanOrEqual(8000);
  expect(next.spooled()).toEqual([]);
  expect((await next.recover()).stints).toBe(0);
});

it('a start continues an upload in parts, and sends no part twice', async () => {
  const { own, folder } = await runStint({ seconds: 60, bytes: 9000 });
  await until('two parts are there', () => own.store.answers('append') >= 2);
  own.store.fails = () => new StoreError('STORE_UNREACHABLE');
  const place = await copyAfterKill(own);
  const next = await recorder({ place });
  expect(await (await next.recover()).outcomes).toEqual(['stored']);
  await checkFiles(next, await readRecording(next.store, 'Acme', 'rec_1'));
  const bytes = linesOf(folder).reduce(
    (sum, line) => sum + (line.type === 'piece' && line.file === 2 ? line.bytes : 0),
    0,
  );
  const sent = next.store.calls.filter(({ call }) => call === 'append').reduce((sum, one) => sum + one.bytes, 0);
  expect(sent).toBeLessThan(bytes - 2 * PART_BYTES_MIN + 10_000);
});

it.each([
  ['before the journal says that the store has the files', (call: string) => call === 'put'],
  ['before the store has the whole journal', (call: string) => call === 'head'],
])('a start ends the same after a death %s', async (_name, isKillPoint) => {
  let place: Promise<string> | undefined;
  const { own, stint } = await runStint({ seconds: 5 });
  const forever = Promise.withResolvers<undefined>();
  const answer = own.store.loses;
  own.store.loses = (call, key) => {
    if (isKillPoint(call) && place === undefined) {
      place = copyAfterKill(own);
      own.store.fails = () => forever.promise;
    }
    return answer(call, key);
  };
  await stint.close('ended');
  await until('it has died', () => place !== undefined);
  const next = await recorder({ place: await (place ?? '') });
  expect(await (await next.recover()).outcomes).toEqual(['stored']);
  const manifest = await readRecording(next.store, 'Acme', 'rec_1');
  expect(await checkFiles(next, manifest)).toBeGreaterThan(0);
  // The stint had ended by itself, and a start keeps its reason.
  expect([manifest.isOver, manifest.stints[0]?.why, next.spooled()]).toEqual([true, 'ended', []]);
  forever.resolve(undefined);
});

it('a start removes a folder whose journal is in the store already', async () => {
  const { own, stint, folder } = await runStint({ seconds: 5 });
  own.store.fails = (call) => (call === 'list' ? new StoreError('STORE_UNREACHABLE') : undefined);
  await stint.close('ended');
  await until('the journal is there', async () => {
    const found = await own.store.head(`t-.acme/rec_1/${stint.stintId}/journal.jsonl`);
    return found !== undefined;
  });
  await until('a list of the store has failed', () => own.uploader.counts.failures > 0);
  expect(readdirSync(folder)).toEqual(['journal.jsonl']);
  const next = await recorder({ place: await copyAfterKill(own) });
  expect(await (await next.recover()).outcomes).toEqual(['stored']);
  expect([next.spooled(), next.store.countOf('put')]).toEqual([[], 0]);
});

it('a start moves a changed file and broken journals aside, and uploads all other files', async () => {
  const { own, folder } = await runStint({ seconds: 11 });
  await until('pieces are kept', () => pieceCount(folder) >= 8);
  const place = await copyAfterKill(own);
  const copiedFolder = folder.replace(own.place, place);
  const beside = (name: string): string => {
    const path = join(copiedFolder, '..', name);
    mkdirSync(path);
    return path;
  };
  // A byte changed on the disk; a journal of another program; half a first line; no journal; a line garbled in the
  // middle.
  const bytes = readFileSync(join(copiedFolder, 'track-0001-000001.mp4'));
  bytes[2000] = (bytes[2000] ?? 0) ^ 1;
  writeFileSync(join(copiedFolder, 'track-0001-000001.mp4'), bytes);
  writeFileSync(join(beside('000000000-a'), 'journal.jsonl'), 'hello\nworld\n');
  writeFileSync(join(beside('000000000-b'), 'journal.jsonl'), '{"type":"sti');
  beside('000000000-c');
  const text = readFileSync(join(copiedFolder, 'journal.jsonl'), 'utf8').split('\n');
  text[2] = '{"type":"piece"}';
  writeFileSync(join(beside('000000000-d'), 'journal.jsonl'), text.join('\n'));
  const next = await recorder({ place });
  const { stints, outcomes } = await next.recover();
  expect([stints, await outcomes]).toEqual([5, ['stored']]);
  expect(next.space.asideCount).toBe(3);
  const reasons = next.spooled().filter((path) => path.endsWith('reason.json'));
  const codes = reasons.map((path) => JSON.parse(readFileSync(join(next.space.folder, path), 'utf8')).code);
  expect(codes.sort()).toEqual(['JOURNAL_BROKEN', 'JOURNAL_BROKEN', 'SPOOL_BROKEN']);
  expect(await next.space.stintFolders()).toEqual([]);
  const manifest = await readRecording(next.store, 'Acme', 'rec_1');
  expect(manifest.tracks.map(({ files }) => files[0]?.sha256 !== undefined)).toEqual([false, true]);
});

it('a start keeps the pieces before and after a garbled journal line, with a hole between them', async () => {
  const { own, folder } = await runStint({ seconds: 11 });
  await until('pieces are kept', () => pieceCount(folder) >= 8);
  const place = await copyAfterKill(own);
  const copiedFolder = folder.replace(own.place, place);
  const count = pieceCount(copiedFolder);
  const text = readFileSync(join(copiedFolder, 'journal.jsonl'), 'utf8').split('\n');
  const pieces = linesOf(copiedFolder).flatMap((line, at) => (line.type === 'piece' && line.file === 2 ? at : []));
  const at = pieces[1] ?? 0;
  text[at] = '\0'.repeat(text[at]?.length ?? 0);
  writeFileSync(join(copiedFolder, 'journal.jsonl'), text.join('\n'));
  const next = await recorder({ place });
  expect(await (await next.recover()).outcomes).toEqual(['stored']);
  const manifest = await readRecording(next.store, 'Acme', 'rec_1');
  expect(await checkFiles(next, manifest)).toBe(count - 1);
  const picture = manifest.tracks.find(({ kind }) => kind === 'video');
  expect(picture?.holes).toEqual([{ ms: expect.any(Number), durationMs: expect.closeTo(2000, -2) }]);
  expect([next.space.asideCount, next.spooled()]).toEqual([0, []]);
});

it('a start keeps everything that it has found while the store is away', async () => {
  const { own, folder } = await runStint({ seconds: 11 });
  await until('pieces are kept', () => pieceCount(folder) >= 8);
  const place = await copyAfterKill(own);
  const journal = join(folder.replace(own.place, place), 'journal.jsonl');
  appendFileSync(journal, `{"type":"piece","file":1,"off${'x'.repeat(500)}`);
  const next = await recorder({ place });
  next.store.fails = () => new StoreError('STORE_UNREACHABLE');
  const { outcomes } = await next.recover();
  await until('it is tried again', () => next.uploader.counts.failures > 0);
  await next.stop();
  expect(await outcomes).toEqual(['left']);
  // The start has removed the journal's incomplete last line, so a start after another kill does not find the line.
  expect(readFileSync(journal, 'utf8')).toMatch(/"type":"end","why":"lost","ms":[\d.]+\}\n$/);
  const last = await recorder({ place: next.place });
  expect(await (await last.recover()).outcomes).toEqual(['stored']);
});
