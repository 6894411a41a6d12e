import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { treeRoot } from '../../setup/paths.mjs';
import { temporaryTree } from '../support/tree.ts';

/** Starts a program like run.mjs does, in its own process, and collects its output. */
function start(program: string, args: string[] = []) {
  const root = temporaryTree({
    'program.mjs': program,
    'run.mjs': `
      import { runEntry } from ${JSON.stringify(join(treeRoot, 'infra/setup/entry.mjs'))};
      const args = process.argv.slice(2);
      process.exitCode = await runEntry({ root: import.meta.dirname, node: process.execPath, entry: 'program.mjs', args, env: process.env });
    `,
  });
  const child = spawn(process.execPath, [join(root, 'run.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, ended, text: () => text };
}

const untilSignalled = `
  let signals = 0;
  process.on('SIGINT', () => { signals += 1; if (signals === 1) setTimeout(() => { console.log('signals', signals); process.exit(5); }, 300); });
  setInterval(() => undefined, 1000);
  console.log('up', process.pid);
`;

describe('the program of a command', () => {
  it('gets the arguments, and gives the command its exit code', async () => {
    const { ended, text } = start('console.log(process.argv.slice(2).join()); process.exit(3);', ['a', '--b=c']);
    expect([await ended, text()]).toEqual([3, 'a,--b=c\n']);
  });

  it('gets one SIGINT when the terminal and npm both send one, and may take its time to end', async () => {
    const { child, ended, text } = start(untilSignalled);
    await expect.poll(text, { timeout: 60_000 }).toMatch(/^up/);
    // The terminal signals the whole group and npm signals again; a program in the group would get all signals.
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await sleep(50);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect([await ended, text()]).toEqual([5, expect.stringMatching(/signals 1\n$/)]);
  });

  it('gives a shell’s exit code when a signal ends it', async () => {
    const { ended } = start("process.kill(process.pid, 'SIGKILL');");
    expect(await ended).toBe(137);
  });

  it('finds its own Node first on the path', async () => {
    const { ended, text } = start("console.log(process.env.PATH.split(':')[0]);");
    await ended;
    expect(text().trim()).toBe(join(process.execPath, '..'));
  });

  it('is an error with a code when it is missing', async () => {
    const { runEntry } = await import('../../setup/entry.mjs');
    const run = runEntry({ root: temporaryTree(), node: process.execPath, entry: 'x.ts', args: [], env: {} });
    await expect(run).rejects.toMatchObject({ code: 'ENTRY_MISSING' });
  });
});
