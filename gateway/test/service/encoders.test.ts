// What is asked of the ffmpeg of a host before it gets jobs of others.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hasEncoders } from '../../src/adapters/ffmpeg/encoders.ts';

const path = process.env['PATH'];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-encoders-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(directory, { recursive: true });
});

/** An ffmpeg that says this. */
function fake(script: string): void {
  const file = join(directory, 'ffmpeg');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${directory}:${path}`;
}
async function ask() {
  const errors: unknown[] = [];
  const has = await hasEncoders([], { error: (fields: unknown) => void errors.push(fields) });
  return { has, errors };
}
const all = ['libx264', 'mpeg1video', 'libopus', 'aac', 'mp2'];
const list = (...names: string[]): string =>
  `cat <<END\nEncoders:\n V..... = Video\n ------\n${names.map((name) => ` V....D ${name}   ${all.join(' ')}`).join('\n')}\nEND`;

it('none is missing where Debian’s ffmpeg is', async () => {
  expect(await ask()).toEqual({ has: true, errors: [] });
});

it.each<[string, string, string[]]>([
  ['an ffmpeg without libx264', list('libx264rgb', ...all.slice(1)), ['libx264']],
  ['one that says nothing', 'true', all],
  ['one that ends with an error', 'exit 1', all],
])('%s makes nothing for others, and the log says what is missing', async (_what, script, missing) => {
  fake(script);
  expect(await ask()).toMatchObject({ has: false, errors: [{ missing }] });
});

it('a host without ffmpeg makes nothing for others', async () => {
  process.env['PATH'] = directory;
  expect(await ask()).toMatchObject({ has: false, errors: [{ missing: all, err: { code: 'ENOENT' } }] });
});
