// What the spool promises of a disk that works, fails, hangs or is full.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../runtime/test/support/until.ts';
import type { JournalLine } from '../../src/core/journal/lines.ts';
import { machineDisk } from '../../src/stints/disk.ts';
import { Spool } from '../../src/stints/spool.ts';
import { QUEUE_BYTES_MAX, RETRY_MS, StintSpool, type StintSpoolOptions } from '../../src/stints/stint-spool.ts';
import type { SpooledFile } from '../../src/stints/track-spool.ts';
import {
  begin,
  diskError,
  falseLines,
  fileEnd,
  HandledDisk,
  linesOf,
  piece,
  temporaryFolder,
} from '../support/spooling.ts';

const log = createLogger({ name: 'spool', level: 'silent' });

async function spooling(o: Partial<StintSpoolOptions> = {}) {
  const folder = o.folder ?? join(temporaryFolder('spool'), 'a/b/c');
  const [disk, clock] = [new HandledDisk(), new ManualClock()];
  const [keys, files, failures]: [number[], SpooledFile[], unknown[]] = [[], [], []];
  const spool = await StintSpool.open({
    folder,
    disk,
    clock,
    log,
    isFull: () => false,
    onKeyNeeded: (track) => void keys.push(track),
    onFile: (file) => void files.push(file),
    onFailed: (error) => void failures.push(error),
    ...o,
  });
  onTestFinished(async () => {
    await spool.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { spool, folder, disk, clock, keys, files, failures };
}
const typesOf = (lines: readonly JournalLine[]): string => lines.map(({ type }) => type).join(' ');
const gapsOf = (lines: readonly JournalLine[]): JournalLine[] => lines.filter(({ type }) => type === 'gap');

it('lists a piece only when its bytes and the name of its file are durable', async () => {
  const { spool, folder, disk } = await spooling();
  const early: string[] = [];
  disk.onWrite = (path, bytes) => {
    if (!path.endsWith('.jsonl')) return;
    const lines = Buffer.from(bytes)
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine);
    const known = new Map([...linesOf(folder), ...lines].flatMap((l) => (l.type === 'file' ? [[l.file, l.name]] : [])));
    for (const line of lines) {
      if (line.type !== 'piece') continue;
      const file = join(folder, known.get(line.file) ?? '');
      if ((disk.durable.get(file) ?? 0) < line.offset + line.bytes) early.push(`bytes of ${JSON.stringify(line)}`);
      if (!disk.named.has(file)) early.push(`the name of ${file}`);
    }
  };
  for (let ms = 0; ms < 10_000; ms += 1000)
    for (const track of [1, 2, 3]) {
      spool.write(track, ms % 4000 === 0 ? [fileEnd(ms), begin(ms), piece(ms)] : [piece(ms, { isKey: false })]);
      if (ms % 3000 === 0) await spool.flushed();
    }
  await spool.flushed();
  expect(early).toEqual([]);
  expect(falseLines(folder)).toEqual([]);
  expect(linesOf(folder).filter(({ type }) => type === 'piece')).toHaveLength(30);
  expect(readdirSync(folder)).toHaveLength(10);
  // And the journal itself is durable when it is said to be.
  expect(disk.durable.get(join(folder, 'journal.jsonl'))).toBe(spool.journalBytes);
});

it('syncs what is given at once together: one sync for each file, and one of the journal', async () => {
  const { spool, disk } = await spooling();
  for (const track of [1, 2, 3]) spool.write(track, [begin(0)]);
  await spool.flushed();
  disk.syncs = 0;
  for (const ms of [0, 1000, 2000]) for (const track of [1, 2, 3]) spool.write(track, [piece(ms)]);
  await spool.flushed();
  expect(disk.syncs).toBe(4);
});

it('makes no file before its first piece, and ends files and tracks once', async () => {
  const { spool, folder, files } = await spooling();
  spool.write(1, [begin(0), fileEnd(1), begin(2), piece(2), fileEnd(3)]);
  spool.endTrack(1, 5);
  await spool.flushed();
  expect(typesOf(linesOf(folder))).toBe('file piece trackEnd');
  expect(files.map(({ bytes, sha256 }) => [bytes, sha256 !== undefined])).toEqual([[1700, true]]);
});

it.each(['write', 'datasync'] as const)('has a gap where a %s failed, and goes on with a key frame', async (call) => {
  const { spool, folder, disk, clock, keys } = await spooling();
  spool.write(1, [begin(0), piece(0)]);
  spool.write(2, [begin(0), piece(0)]);
  await spool.flushed();
  disk.fails = (one, path) => (one === call && path.includes('track-0001') ? diskError('ENOSPC') : undefined);
  for (const ms of [1000, 2000]) for (const track of [1, 2]) spool.write(track, [piece(ms)]);
  await spool.flushed();
  expect(keys).toEqual([]);
  clock.advance(RETRY_MS);
  expect(keys).toEqual([1]);
  spool.write(1, [piece(3000, { isKey: false })]);
  // It fails again: the same gap goes on.
  spool.write(1, [piece(4000)]);
  await spool.flushed();
  disk.fails = () => undefined;
  spool.write(1, [piece(4500)]);
  await spool.flushed();
  expect(gapsOf(linesOf(folder))).toEqual([]);
  clock.advance(RETRY_MS);
  expect(keys).toEqual([1, 1]);
  spool.write(1, [piece(5000, { isKey: false }), piece(6000), piece(7000, { isKey: false })]);
  await spool.flushed();
  clock.advance(5 * RETRY_MS);
  expect(keys).toEqual([1, 1]);
  const lines = linesOf(folder);
  expect(gapsOf(lines)).toEqual([{ type: 'gap', track: 1, ms: 1000, durationMs: 5000, why: 'disk' }]);
  expect(lines.flatMap((line) => (line.type === 'piece' ? [`${line.file} ${line.ms}`] : []))).toEqual([
    ...['1 0', '2 0', '2 1000', '2 2000', '1 6000', '1 7000'],
  ]);
  expect(falseLines(folder)).toEqual([]);
});

it('begins a file that could not begin with its first piece that can be written', async () => {
  const { spool, folder, disk, clock } = await spooling();
  disk.fails = (call) => (call === 'open' ? diskError('ENOSPC') : undefined);
  spool.write(1, [begin(0), piece(0)]);
  await spool.flushed();
  disk.fails = (call) => (call === 'datasync' ? diskError('EIO') : undefined);
  clock.advance(RETRY_MS);
  spool.write(1, [piece(1000)]);
  await spool.flushed();
  expect(readdirSync(folder)).toEqual(['journal.jsonl']);
  disk.fails = () => undefined;
  clock.advance(RETRY_MS);
  spool.write(1, [piece(2000)]);
  await spool.flushed();
  expect(typesOf(linesOf(folder))).toBe('gap file piece');
  expect(falseLines(folder)).toEqual([]);
});

it('drops what waits behind a lost piece up to the next key frame', async () => {
  const { spool, folder, disk } = await spooling();
  spool.write(1, [begin(0), piece(0)]);
  await spool.flushed();
  let writes = 0;
  disk.fails = (call, path) => {
    if (call !== 'write' || !path.endsWith('.mp4')) return undefined;
    writes += 1;
    return writes === 1 ? diskError('ENOSPC') : undefined;
  };
  spool.write(1, [piece(1000), piece(2000, { isKey: false }), piece(3000), piece(4000, { isKey: false })]);
  await spool.flushed();
  const lines = linesOf(folder);
  expect(lines.flatMap((line) => (line.type === 'piece' ? [line.ms] : []))).toEqual([0, 3000, 4000]);
  expect(gapsOf(lines)).toEqual([{ type: 'gap', track: 1, ms: 1000, durationMs: 2000, why: 'disk' }]);
  expect(falseLines(folder)).toEqual([]);
});

it('ends the gap of a track with the track', async () => {
  const { spool, folder, disk } = await spooling();
  disk.fails = (call, path) => (call === 'write' && path.endsWith('.mp4') ? diskError('ENOSPC') : undefined);
  spool.write(1, [begin(0), piece(0)]);
  spool.endTrack(1, 900);
  await spool.flushed();
  expect(linesOf(folder)).toEqual([
    { type: 'gap', track: 1, ms: 0, durationMs: 900, why: 'disk' },
    { type: 'trackEnd', track: 1, ms: 900 },
  ]);
});

it('writes each line once although the journal failed in the middle, and bytes wait for their lines', async () => {
  const { spool, folder, disk, clock, files } = await spooling();
  let failures = 0;
  disk.fails = (call, path) => {
    if (call !== 'datasync' || !path.endsWith('.jsonl') || failures === 3) return undefined;
    failures += 1;
    return diskError('ENOSPC');
  };
  spool.write(1, [begin(0), piece(0)]);
  for (let count = 1; count <= 3; count += 1) {
    await until('the journal has failed', () => failures === count && clock.pendingTimers > 0);
    expect(files).toEqual([]);
    clock.advance(RETRY_MS);
  }
  spool.write(1, [piece(1000)]);
  await spool.flushed();
  expect(typesOf(linesOf(folder))).toBe('file piece piece');
  expect(files.at(-1)?.bytes).toBe(2700);
});

it('holds a bounded number of bytes for a disk that hangs; what is more is a gap', async () => {
  const { spool, folder, disk, clock } = await spooling();
  spool.write(1, [begin(0), piece(0)]);
  await spool.flushed();
  const hanging = Promise.withResolvers<undefined>();
  disk.fails = () => hanging.promise;
  const bytes = QUEUE_BYTES_MAX / 8;
  for (let ms = 1000; ms <= 20_000; ms += 1000) spool.write(1, [piece(ms, { bytes })]);
  expect(spool.queuedBytes).toBeLessThan(QUEUE_BYTES_MAX + 10_000);
  hanging.resolve(undefined);
  await spool.flushed();
  clock.advance(RETRY_MS);
  spool.write(1, [piece(21_000)]);
  await spool.flushed();
  expect(gapsOf(linesOf(folder))).toEqual([{ type: 'gap', track: 1, ms: 8000, durationMs: 13_000, why: 'disk' }]);
  expect(falseLines(folder)).toEqual([]);
  expect(spool.queuedBytes).toBe(0);
});

it('fails once when lines alone are too many for a disk that hangs, and closes then', async () => {
  const { spool, disk, failures } = await spooling();
  const hanging = Promise.withResolvers<undefined>();
  disk.fails = () => hanging.promise;
  for (let ms = 0; ms < 200_000; ms += 1) spool.note({ type: 'speaker', identity: 'ann', ms });
  expect(failures).toHaveLength(1);
  await expect(spool.noteDurably({ type: 'speaker', identity: '', ms: 0 })).rejects.toThrow('no more lines');
  hanging.resolve(undefined);
  await spool.close();
  await spool.close();
});

it('writes what is given at the very moment when it has become idle', async () => {
  const { spool, folder } = await spooling();
  for (let ms = 0; ms < 20; ms += 1) await spool.noteDurably({ type: 'speaker', identity: '', ms });
  expect(linesOf(folder)).toHaveLength(20);
});

it('closes although the journal fails, and promises nothing of what it had then', async () => {
  const { spool, disk } = await spooling();
  disk.fails = () => diskError('EIO');
  const durable = expect(spool.noteDurably({ type: 'speaker', identity: '', ms: 0 })).rejects.toThrow();
  await spool.close();
  await durable;
});

it('drops pieces while the disk is full, and takes no recordings while it is nearly so', async () => {
  const [disk, clock] = [new HandledDisk(), new ManualClock()];
  const place = temporaryFolder('full');
  const space = await Spool.open({ folder: place, disk, clock, log });
  const isAt = async (share: number) => {
    disk.usedShare = share;
    clock.advance(1000);
    await until('the disk is looked at', () => space.usedShare === share);
    return [space.isNearlyFull, space.isFull];
  };
  expect(await isAt(0.79)).toEqual([false, false]);
  expect(await isAt(0.8)).toEqual([true, false]);
  const { spool, folder, keys } = await spooling({ disk, clock, isFull: () => space.isFull });
  spool.write(1, [begin(0), piece(0)]);
  await spool.flushed();
  expect(await isAt(0.95)).toEqual([true, true]);
  spool.write(1, [piece(1000)]);
  clock.advance(3 * RETRY_MS);
  spool.write(1, [piece(4000)]);
  expect(keys).toEqual([]);
  expect(await isAt(0.94)).toEqual([true, false]);
  clock.advance(RETRY_MS);
  expect(keys.length).toBeGreaterThan(0);
  spool.write(1, [piece(5000)]);
  await spool.flushed();
  expect(gapsOf(linesOf(folder))).toEqual([{ type: 'gap', track: 1, ms: 1000, durationMs: 4000, why: 'disk' }]);
  space.close();
  await rm(place, { recursive: true });
});

it('goes through a disk that is really full: the pieces before and after are whole', async () => {
  const place = temporaryFolder('tmpfs');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  const folder = join(place, 'stint');
  const clock = new ManualClock();
  const { spool } = await spooling({ folder, disk: machineDisk, clock });
  onTestFinished(async () => {
    await spool.close();
    execFileSync('umount', [place]);
    await rm(place, { recursive: true });
  });
  writeFileSync(join(place, 'other'), Buffer.alloc(700_000));
  spool.write(1, [begin(0)]);
  for (let ms = 0; ms < 20_000; ms += 1000) {
    spool.write(1, [piece(ms, { bytes: 50_000 })]);
    await spool.flushed();
    clock.advance(1000);
  }
  expect(falseLines(folder)).toEqual([]);
  await rm(join(place, 'other'));
  for (let ms = 20_000; ms < 25_000; ms += 1000) {
    spool.write(1, [piece(ms, { bytes: 50_000 })]);
    await spool.flushed();
    clock.advance(1000);
  }
  await spool.flushed();
  expect(falseLines(folder)).toEqual([]);
  const lines = linesOf(folder);
  expect(gapsOf(lines)).toHaveLength(1);
  expect(lines.at(-1)).toMatchObject({ type: 'piece', ms: 24_000 });
});

it('puts things aside with a reason, finds stints of a former process, and removes them with their folders', async () => {
  const place = temporaryFolder('aside');
  const space = await Spool.open({ folder: place, clock: systemClock(), log });
  const folder = space.folderOf('t-acme/rec_1/0mb1k2q00-rec-1/');
  await machineDisk.makeFolder(folder);
  writeFileSync(join(folder, 'journal.jsonl'), 'x');
  for (const strange of ['lost+found', 't-Acme/rec/0mb1k2q00-rec-1', 't-acme/rec_1/unknown'])
    await machineDisk.makeFolder(join(place, strange));
  expect(await space.stintFolders()).toEqual([folder]);
  await space.putAside(join(folder, 'journal.jsonl'), {
    object: 't-acme/rec_1/k',
    code: 'STORE_REFUSED',
    message: 'no',
  });
  space.close();
  const next = await Spool.open({ folder: place, clock: systemClock(), log });
  expect([space.asideCount, next.asideCount]).toEqual([1, 1]);
  // Of builds of before: one with a reason, one whose reason was torn, one without.
  const reasons = [JSON.stringify({ object: 't-acme/rec_1/k' }), '{"object":"t-ac', undefined];
  for (const [at, reason] of reasons.entries()) {
    await machineDisk.makeFolder(join(place, `aside/before-${at}`));
    if (reason !== undefined) writeFileSync(join(place, `aside/before-${at}/reason.json`), reason);
  }
  // What is aside of this recording goes, whatever its reason says.
  const [own = ''] = await next.asideFolders().then((all) => all.filter((one) => one.includes('rec_1')));
  expect(readdirSync(own).sort()).toEqual(['journal.jsonl', 'reason.json']);
  writeFileSync(join(own, 'reason.json'), '');
  await next.removeAside('t-acme/rec_/');
  expect(await next.asideFolders()).toHaveLength(4);
  await next.removeAside('t-acme/rec_1/');
  expect(readdirSync(join(place, 'aside'))).toEqual(['before-1', 'before-2']);
  await rm(join(place, 't-acme/rec_1/unknown'), { recursive: true });
  await next.removeStint(folder);
  expect(existsSync(join(place, 't-acme'))).toBe(false);
  next.close();
  await rm(place, { recursive: true });
});
