import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { SealedFile } from '../../src/sealed-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-sealed-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(name = 'x.sealed') {
  const { log, lines } = collectingLog();
  return { file: new SealedFile({ dir, name, log }), warnings: () => lines.length };
}
async function written(value: unknown): Promise<string> {
  const { file } = open();
  file.save(() => value);
  await file.close();
  return join(dir, 'x.sealed');
}

describe('a sealed file', () => {
  it('that is missing is empty, without a warning', () => {
    const { file, warnings } = open();
    expect([file.load(), warnings()]).toEqual([undefined, 0]);
  });

  it('gives the last saved value to a new process, and does not reveal it', async () => {
    const { file } = open();
    const values = [1, 2, 3].map((count) => ({ secret: `very secret ${count}` }));
    for (const value of values) file.save(() => value);
    await file.close();
    expect(open().file.load()).toEqual(values[2]);
    expect(readFileSync(join(dir, 'x.sealed')).toString('latin1')).not.toContain('secret');
    expect(readdirSync(dir).sort()).toEqual(['sealing.key', 'x.sealed']);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600);
  });

  it.each([
    ['is cut', (bytes: Buffer) => bytes.subarray(0, 20)],
    ['is empty', () => Buffer.alloc(0)],
    ['has a wrong byte', (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === 15 ? byte ^ 1 : byte)))],
  ])('that %s is empty, with a warning', async (_what, damage) => {
    const path = await written({ a: 1 });
    writeFileSync(path, damage(readFileSync(path)));
    const { file, warnings } = open();
    expect([file.load(), warnings()]).toEqual([undefined, 1]);
  });

  it('cannot replace another sealed file, and is lost with its key', async () => {
    const path = await written({ a: 1 });
    writeFileSync(join(dir, 'y.sealed'), readFileSync(path));
    expect(open('y.sealed').file.load()).toBeUndefined();
    writeFileSync(join(dir, 'sealing.key'), 'short');
    expect(open().file.load()).toBeUndefined();
    await written({ a: 2 });
    expect(open().file.load()).toEqual({ a: 2 });
  });

  it('that cannot be written is logged, and written by the next save', async () => {
    const { file, warnings } = open();
    file.save(() => {
      throw new Error('no value');
    });
    await file.close();
    expect(warnings()).toBe(1);
    file.save(() => 'now');
    await file.close();
    expect(open().file.load()).toBe('now');
  });
});
