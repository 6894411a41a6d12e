// The streams of an SRTP session, found by their SSRC (StreamList.cpp), which is compiled alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const kit = join(import.meta.dirname, '../kit/stream-list');
const sources = join(import.meta.dirname, '../../worker/src');
const folder = mkdtempSync(join(tmpdir(), 'meridian-worker-streams-'));
const program = join(folder, 'stream-list');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  symlinkSync(sources, join(folder, 'Meridian'));
  const files = [join(kit, 'main.cpp'), join(sources, 'StreamList.cpp'), join(sources, 'Switches.cpp')];
  execFileSync('g++', ['-std=c++20', '-w', '-DMERIDIAN_OWN_SRTP', '-I', kit, '-I', folder, '-o', program, ...files]);
});

test.each([2, 5, 1000])('each of %d streams is found until it is removed', (count) => {
  expect(execFileSync(program, [String(count)], { encoding: 'utf8' })).toBe('right\n');
});
