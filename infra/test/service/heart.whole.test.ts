// Real processes that are stopped, hang or work: the supervisor replaces only the frozen ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Child, type Command, heartOf } from '@meridian/runtime/child';
import { type HeartLimits, heartLimits } from '@meridian/runtime/heart';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processStart } from '../../local/state.ts';
import { treeRoot } from '../../setup/paths.mjs';
import { temporaryTree } from '../support/tree.ts';

const limit = { timeout: 60_000 };

async function started(command: Omit<Command, 'env'>, keepsFrozen = false) {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const seen = { lines: [] as string[], events: [] as string[], deaths: [] as string[], pids: [] as number[] };
  const child = new Child('gw-fra', {
    keepsFrozen,
    command: async () => ({ ...command, env: { PATH, NODE_COMPILE_CACHE } }),
    onLine: (line) => seen.lines.push(line),
    onEvent: (text) => seen.events.push(text),
    onPid: (pid) => {
      if (pid !== undefined) seen.pids.push(pid);
    },
    onDeath: (how) => seen.deaths.push(how),
  });
  onTestFinished(() => child.stop());
  await child.start();
  return { child, seen };
}

function service(): Omit<Command, 'env'> {
  const root = temporaryTree({ 'config.json': '{}' });
  const main = join(treeRoot, 'base/runtime/test/support/service-main.ts');
  return { file: process.execPath, args: [main, '--config', join(root, 'config.json')] };
}

describe('a child that is stopped', () => {
  it('is killed and restarted at once, without leftovers', async () => {
    const { child, seen } = await started(service());
    await expect.poll(() => seen.lines.join(), limit).toContain('"started"');
    const [first = 0] = seen.pids;
    process.kill(first, 'SIGSTOP');
    await expect
      .poll(() => seen.deaths, limit)
      .toEqual([expect.stringMatching(/^frozen: it has been stopped for \d+/)]);
    await expect.poll(() => seen.lines.filter((line) => line.includes('"started"')), limit).toHaveLength(2);
    expect(processStart(first)).toBeUndefined();
    expect(seen.events).toContain('starts again in 0 ms');
    expect(child.pid).toBe(seen.pids[1]);
  });
});

/** Starts a process that answers beats, and does `work` on any other message, then replies 'done'. */
async function beating(work: string, limits?: HeartLimits) {
  const script = `
    process.on('message', (word) => { if (word === 'beat') process.send('beat'); else { ${work}; process.send('done'); } });
    process.send('up');`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  const frozen: string[] = [];
  const heart = heartOf(child, (why) => frozen.push(why), limits);
  onTestFinished(() => heart?.close());
  await once(child, 'message'); // the first beat
  return { child, frozen };
}

describe('a child that does not answer', () => {
  const rows = [
    // measured in processor time, which others may need
    { name: 'hangs in a loop', work: 'for (;;);', withinMs: limit.timeout },
    {
      name: 'waits without an end',
      work: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
      withinMs: 3 * 2000, // a beat comes within a second, and the silence takes another
    },
  ];
  it.each(rows)('is frozen when it $name', async ({ work, withinMs }) => {
    const { child, frozen } = await beating(work, { ...heartLimits, silentMs: 1000 });
    child.send('work');
    const sentMs = performance.now();
    await expect.poll(() => frozen, limit).toEqual([expect.stringMatching(/^frozen: it has not answered for \d+ ms$/)]);
    expect(performance.now() - sentMs).toBeLessThan(withinMs);
  });
});
