import { mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileThreads } from '../../src/file-threads/file-threads.ts';

const threads = new FileThreads();
let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'meridian-thread-')));
});
afterAll(async () => {
  await threads.close();
  await rm(folder, { recursive: true });
});
const write = (path: string, text: string) => ({ do: 'write', path, bytes: Buffer.from(text), flags: 'wx' }) as const;

it('files are made, written, linked and removed, in new folders', async () => {
  const inner = join(folder, 'one/two');
  await threads.run([
    { do: 'expectNone', path: join(inner, 'a') },
    { do: 'makeFolder', path: inner, within: folder },
    { do: 'makeEmpty', path: join(inner, 'a'), bytes: 4 },
    { do: 'writeAt', path: join(inner, 'a'), bytes: Buffer.from('end'), at: 1 },
    { do: 'writeAt', path: join(inner, 'new'), bytes: Buffer.from('line'), at: 0, isNew: true },
    { do: 'expectBytes', path: join(inner, 'a'), bytes: 4 },
    { do: 'link', from: join(inner, 'a'), to: join(inner, 'b') },
    { do: 'sync', files: [join(inner, 'b')], folders: [inner] },
    { do: 'unlink', path: join(inner, 'a') },
    { do: 'unlink', path: join(inner, 'missing') },
  ]);
  expect((await readdir(inner)).toSorted()).toEqual(['b', 'new']);
  expect(await readFile(join(inner, 'b'), 'latin1')).toBe('\0end');
});

it('a failure has the code of the step, and the steps after it are left out', async () => {
  const [path, after] = [join(folder, 'kept'), join(folder, 'after')];
  await threads.run([write(path, 'kept')]);
  const failing = [
    ['EEXIST', write(path, 'other')],
    ['EEXIST', { do: 'expectNone', path }],
    ['EFBIG', { do: 'expectBytes', path, bytes: 5 }],
    ['ENOENT', { do: 'writeAt', path: join(folder, 'missing'), bytes: Buffer.from('x'), at: 0 }],
    ['ENOENT', { do: 'sync', files: [join(folder, 'missing')] }],
    ['EEXIST', { do: 'makeEmpty', path, bytes: 1 }],
  ] as const;
  for (const [code, step] of failing)
    await expect(threads.run([step, write(after, 'x')])).rejects.toMatchObject({ code });
  expect(await readFile(path, 'latin1')).toBe('kept');
  await expect(readFile(after)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('no folder is made where a symbolic link leads out', async () => {
  const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
  for (const path of [inside, outside]) await threads.run([{ do: 'makeFolder', path, within: folder }]);
  await symlink(outside, join(inside, 'link'));
  const job = threads.run([{ do: 'makeFolder', path: join(inside, 'link'), within: inside }]);
  await expect(job).rejects.toMatchObject({ code: 'ELOOP' });
});

it('closing waits for the jobs under way, and refuses later ones', async () => {
  const own = new FileThreads();
  const path = join(folder, 'last');
  const job = own.run([write(path, 'last'), { do: 'sync', files: [path] }]);
  await Promise.all([own.close(), own.close()]);
  await job;
  expect(await readFile(path, 'latin1')).toBe('last');
  await expect(own.run([write(`${path}2`, 'x')])).rejects.toMatchObject({ code: 'EPIPE' });
});
