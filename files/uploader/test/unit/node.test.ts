// Files on a disk that change, vanish, or are not files.
import { appendFile, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { fileSource } from '../../src/node.ts';
import { bytesOf } from '../support/scripted.ts';

const { signal } = new AbortController();
const bytes = bytesOf(700_000);

async function written(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uploader-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'talk.mp4');
  await writeFile(path, bytes);
  await utimes(path, 5, 5);
  return path;
}

it('a missing file and a folder are unreadable', async () => {
  await expect(fileSource(join(tmpdir(), 'no-such-file.mp4'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(fileSource(tmpdir())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

it.each([
  { what: 'longer', change: (path: string) => appendFile(path, 'more') },
  {
    what: 'longer and has its old time',
    change: async (path: string) => {
      await appendFile(path, 'more');
      await utimes(path, 5, 5);
    },
  },
  { what: 'shorter', change: (path: string) => truncate(path, 600_000) },
  { what: 'another of the same size', change: (path: string) => utimes(path, 1, 1) },
])('a file that is $what since its opening is not read', async ({ change }) => {
  const path = await written();
  const source = await fileSource(path);
  await change(path);
  await expect(source.read(0, 10, signal)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  await expect(buffer(source.slice(0, 10) as Readable)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
});

it('a removed file is unreadable, also for a stream', async () => {
  const path = await written();
  const source = await fileSource(path);
  await rm(path);
  await expect(source.read(0, 10, signal)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(buffer(source.slice(0, 10) as Readable)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

it('a range has the bytes of the file', async () => {
  const source = await fileSource(await written());
  expect([source.name, source.bytes]).toEqual(['talk.mp4', bytes.length]);
  expect(bytes.subarray(5, 300_000).equals(await source.read(5, 299_995, signal))).toBe(true);
  expect(bytes.subarray(5, 600_000).equals(await buffer(source.slice(5, 599_995) as Readable))).toBe(true);
});
