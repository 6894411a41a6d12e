import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { processStarted, withLock } from '../../setup/lock.mjs';
import { temporaryTree } from '../support/tree.ts';

const self = { pid: process.pid, started: processStarted(process.pid) ?? '' };
const lockFile = () => join(temporaryTree(), 'deep/lock');
const held = (holder: unknown) =>
  join(temporaryTree({ lock: typeof holder === 'string' ? holder : JSON.stringify(holder) }), 'lock');

describe('the set-up lock', () => {
  it('is held while the work runs, then removed without leftovers', async () => {
    const file = lockFile();
    const during = await withLock(file, {}, async () => JSON.parse(readFileSync(file, 'utf8')));
    expect(during).toEqual(self);
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  it('is released when the work fails', async () => {
    const file = lockFile();
    await expect(withLock(file, {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(file)).toBe(false);
  });

  it('admits two workers one after the other', async () => {
    const file = lockFile();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const other = { pid: 1, started: processStarted(1) ?? '' };
    await Promise.all([withLock(file, {}, work), withLock(file, { self: other }, work)]);
    expect(most).toBe(1);
  });

  const dead = spawnSync('true').pid;
  const stale = [
    { name: 'a process that has ended', holder: { pid: dead, started: 'some boot 17' } },
    { name: 'a pid that another process has now', holder: { pid: process.pid, started: 'another boot 5' } },
    { name: 'an empty file', holder: '' },
    { name: 'a file without a valid holder', holder: '{"pid":"seven"}' },
  ];
  it.each(stale)('is taken over from $name', async ({ holder }) => {
    const stale: unknown[] = [];
    const file = held(holder);
    await withLock(file, { onStale: (holder) => stale.push(holder), waitLimitMs: 500 }, async () => {
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(self);
    });
    expect(stale).toHaveLength(1);
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  it('is awaited while its holder lives, which is named once, and no longer than the limit', async () => {
    const named: number[] = [];
    const file = held({ pid: 1, started: processStarted(1) });
    const wait = withLock(file, { waitLimitMs: 600, onWait: ({ pid }) => named.push(pid) }, async () => 'never');
    await expect(wait).rejects.toMatchObject({ code: 'LOCK_HELD', remedy: expect.stringContaining('process 1') });
    expect(named).toEqual([1]);
  });

  it('is left alone when another process has taken it over during the work', async () => {
    const file = lockFile();
    const other = JSON.stringify({ pid: 1, started: 'x' });
    await withLock(file, {}, async () => writeFileSync(file, other));
    expect(readFileSync(file, 'utf8')).toBe(other);
  });

  it('knows when a process started, and that a dead process is dead', () => {
    expect(processStarted(process.pid)).toMatch(/^[0-9a-f-]{36} \d+$/);
    expect(processStarted(dead)).toBeUndefined();
  });
});
