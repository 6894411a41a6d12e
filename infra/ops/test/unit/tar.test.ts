import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pack, unpack } from '../../src/adapters/tar.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-tar-'));
  mkdirSync(join(folder, 'stage'));
  writeFileSync(join(folder, 'stage/secret'), 'a secret');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('an archive is readable only by its owner, and unpacks completely', async () => {
  const file = join(folder, 'saved.tgz');
  await pack(join(folder, 'stage'), file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  mkdirSync(join(folder, 'back'));
  await unpack(file, join(folder, 'back'));
  expect(readFileSync(join(folder, 'back/secret'), 'utf8')).toBe('a secret');
});

it('an existing file, which others may have opened, is not overwritten', async () => {
  const file = join(folder, 'saved.tgz');
  writeFileSync(file, 'of another');
  await expect(pack(join(folder, 'stage'), file)).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  expect(readFileSync(file, 'utf8')).toBe('of another');
});
