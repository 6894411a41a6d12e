import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LackWatch, RECHECK_MS } from '@meridian/room-media';
import { ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { supervisorOf } from '../support/transcoding.ts';

const path = process.env['PATH'];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-encoders-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(directory, { recursive: true });
});

function fake(script: string): void {
  const file = join(directory, 'ffmpeg');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${directory}:${path}`;
}
async function ask(sandbox: readonly string[] = []) {
  const errors: unknown[] = [];
  const infos: unknown[] = [];
  const clock = new ManualClock();
  const log = { error: (...line: unknown[]) => void errors.push(line), info: (text: unknown) => void infos.push(text) };
  const watch = await LackWatch.open({ sandbox, clock, log });
  onTestFinished(() => watch.close());
  return { watch, lacks: watch.lacks, errors, infos, clock };
}
const allEncoders = ['libx264', 'mpeg1video', 'libopus', 'aac', 'mp2'];
const list = (...names: string[]): string =>
  `cat <<END\nEncoders:\n V..... = Video\n ------\n${names.map((name) => ` V....D ${name}   ${allEncoders.join(' ')}`).join('\n')}\nEND`;

it('no encoder is missing with Debian’s ffmpeg', async () => {
  const { lacks, errors, infos, clock } = await ask();
  expect([lacks, errors, infos, clock.pendingTimers]).toEqual([[], [], [], 0]);
});

const both = ['sound', 'picture'];
const cure = expect.stringMatching(/^[^\n]*RTMP, FLV, HLS, MPEG-1; install one .*apt-get install ffmpeg[^\n]*$/);
it.each<[string, string, string[], string[]]>([
  ['an ffmpeg without libx264', list('libx264rgb', ...allEncoders.slice(1)), ['picture'], ['libx264']],
  ['an ffmpeg without Opus', list(...allEncoders.filter((name) => name !== 'libopus')), ['sound'], ['libopus']],
  ['an ffmpeg without output', 'true', both, allEncoders],
  ['an ffmpeg that ends with an error', 'exit 1', both, allEncoders],
])('the lacks of %s are found, and one line of the log has the cure', async (_what, script, lacks, missing) => {
  fake(script);
  const sorted = expect.objectContaining({ missing: expect.toSatisfy((got: string[]) => same(got, missing)) });
  expect(await ask()).toMatchObject({ lacks, errors: [[sorted, cure]] });
});
const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();

it('an ffmpeg whose sandbox does not work is not used: orders get NO_SANDBOX, and the log has the reason', async () => {
  const { watch, lacks, errors } = await ask(['sh', '-c', 'echo "no sandbox: Landlock" >&2; exit 125']);
  expect([lacks, watch.isSandboxed]).toEqual([both, false]);
  const line = expect.objectContaining({ lacking: 'sandbox', refusal: 'no sandbox: Landlock' });
  expect(errors).toEqual([[line, expect.stringContaining('meridian node doctor')]]);
  const { supervisor } = await supervisorOf({ sandbox: [], lacks, isSandboxed: watch.isSandboxed });
  onTestFinished(() => supervisor.close());
  const refuse = (): void => supervisor.refuseLacking('picture');
  expect(refuse).toThrow(expect.objectContaining({ code: 'NO_SANDBOX' }));
  expect(() => supervisor.check({ cost: 1, makes: 'sound' })).toThrow(expect.objectContaining({ code: 'NO_SANDBOX' }));
});

it('a host without ffmpeg lacks everything', async () => {
  process.env['PATH'] = directory;
  expect(await ask()).toMatchObject({ lacks: both, errors: [[expect.anything(), cure]] });
});

it('an ffmpeg that is installed later is found without a restart, also if it cannot run at first', async () => {
  process.env['PATH'] = directory;
  const { watch, errors, infos, clock } = await ask();
  let changes = 0;
  watch.onChange = () => {
    changes += 1;
  };
  const look = async (): Promise<void> => {
    clock.advance(RECHECK_MS);
    await vi.waitFor(() => expect(clock.pendingTimers + infos.length).toBe(1), { timeout: 20_000 });
  };
  await look();
  fake('exit 127'); // Its libraries are missing.
  await look();
  expect([watch.lacks, changes, infos, errors.length]).toEqual([both, 0, [], 1]);
  fake(list(...allEncoders));
  await look();
  expect([watch.lacks, changes, clock.pendingTimers]).toEqual([[], 1, 0]);
  expect([infos, errors.length]).toEqual([[expect.stringContaining('ffmpeg is there now')], 1]);
});
