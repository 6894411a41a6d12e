import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { JournalLine } from '../../src/core/journal/lines.ts';
import { Spool } from '../../src/stints/spool.ts';
import { QUEUE_BYTES_MAX, RETRY_MS, StintSpool, type StintSpoolOptions } from '../../src/stints/stint-spool.ts';
import type { SpooledFile } from '../../src/stints/track-spool.ts';
import {
  diskError,
  FaultyDisk,
  falseLines,
  fileBegin,
  fileEnd,
  linesOf,
  piece,
  temporaryFolder,
} from '../support/spooling.ts';

const log = createLogger({ name: 'spool', level: 'silent' });

async function spooling(o: Partial<StintSpoolOptions> = {}) {
  const folder = o.folder ?? join(temporaryFolder('spool'), 'a/b/c');
  const [disk, clock] = [new FaultyDisk(), new ManualClock()];
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

it("a piece is listed only when its bytes and its file's name are durable", async () => {
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
      spool.write(track, ms % 4000 === 0 ? [fileEnd(ms), fileBegin(ms), piece(ms)] : [piece(ms, { isKey: false })]);
      if (ms % 3000 === 0) await spool.flushed();
    }
  await spool.flushed();
  expect(early).toEqual([]);
  expect(falseLines(folder)).toEqual([]);
  expect(linesOf(folder).filter(({ type }) => type === 'piece')).toHaveLength(30);
  expect(readdirSync(folder)).toHaveLength(10);
  // The journal itself is durable up to its reported length.
  expect(disk.durable.get(join(folder, 'journal.jsonl'))).toBe(spool.journalBytes);
});

it.each(['write', 'datasync'] as const)('a failed %s leaves a gap up to the next key frame', async (call) => {
  const { spool, folder, disk, clock, keys } = await spooling();
  spool.write(1, [fileBegin(0), piece(0)]);
  spool.write(2, [fileBegin(0), piece(0)]);
  await spool.flushed();
  disk.fails = (one, path) => (one === call && path.includes('track-0001') ? diskError('ENOSPC') : undefined);
  for (const ms of [1000, 2000]) for (const track of [1, 2]) spool.write(track, [piece(ms)]);
  await spool.flushed();
  expect(keys).toEqual([]);
  clock.advance(RETRY_MS);
  expect(keys).toEqual([1]);
  spool.write(1, [piece(3000, { isKey: false })]);
  // The call fails again, which extends the same gap.
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

it('each line is written once although the journal failed midway, and bytes wait for their lines', async () => {
  const { spool, folder, disk, clock, files } = await spooling();
  let failures = 0;
  disk.fails = (call, path) => {
    if (call !== 'datasync' || !path.endsWith('.jsonl') || failures === 3) return undefined;
    failures += 1;
    return diskError('ENOSPC');
  };
  spool.write(1, [fileBegin(0), piece(0)]);
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

it('behind a hanging disk a bounded number of bytes waits, and further bytes become a gap', async () => {
  const { spool, folder, disk, clock } = await spooling();
  spool.write(1, [fileBegin(0), piece(0)]);
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

it('a full disk drops pieces, and a nearly full disk refuses recordings', async () => {
  const [disk, clock] = [new FaultyDisk(), new ManualClock()];
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
  spool.write(1, [fileBegin(0), piece(0)]);
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
