// Smoke test of ffmpeg's sandbox as services get it; jail.whole.test.ts has other users and the real ffmpeg.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { findSandbox, NO_SANDBOX_EXIT } from '../../src/adapters/ffmpeg/sandbox.ts';
import { attackPlace, successes } from '../support/attack.ts';

it('a program in the sandbox decodes, and reaches no network, file, process or right', async () => {
  const lines: unknown[] = [];
  const sandbox = await findSandbox({ warn: (...line: unknown[]) => void lines.push(line) });
  const place = attackPlace();
  expect(await successes(place, sandbox)).toEqual({ code: 0, names: ['decode'] });
  expect(lines).toEqual([]);
});

it('without a working sandbox no program runs, and the log has the reason', async () => {
  const named = process.env['MERIDIAN_JAIL_BIN'];
  const lines: unknown[] = [];
  process.env['MERIDIAN_JAIL_BIN'] = '/none/jail';
  try {
    const sandbox = await findSandbox({ warn: (...line: unknown[]) => void lines.push(line) });
    const [file = '', ...words] = [...sandbox, 'echo', 'it runs'];
    const { status, stdout, stderr } = spawnSync(file, words, { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([NO_SANDBOX_EXIT, '', "no sandbox: there is no jail at '/none/jail'\n"]);
  } finally {
    process.env['MERIDIAN_JAIL_BIN'] = named;
  }
  expect(JSON.stringify(lines)).toContain('/none/jail');
});
