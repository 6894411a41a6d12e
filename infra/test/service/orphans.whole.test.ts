// Whichever process of `npm start` ends, by any signal: the rest ends too, and the next start finds nothing in its way.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { killGroup } from '@meridian/runtime/child';
import { describe, expect, it, onTestFinished } from 'vitest';
import { treeRoot } from '../../setup/paths.mjs';
import { type Process, running, treeOf } from '../support/processes.ts';
import { temporaryTree } from '../support/tree.ts';

const limit = { timeout: 60_000 };
const signals = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;
/** In the order in which they start one another. */
const links = ['npm', 'the set-up', 'the supervisor'] as const;
/** A service, and a program of others with the two processes that wait beside it. */
const childProcesses = 4;

/** The set-up of a clone in which nothing is missing; then its program, a supervisor with one service. */
const setUp = `
  import { join } from 'node:path';
  import { runEntry } from ${JSON.stringify(join(treeRoot, 'infra/setup/entry.mjs'))};
  import { endWithNpm } from ${JSON.stringify(join(treeRoot, 'infra/setup/launcher.mjs'))};
  endWithNpm('start', process.env);
  const entry = 'infra/test/support/little-cloud.ts';
  const args = [join(import.meta.dirname, 'state')];
  process.exitCode = await runEntry({ root: ${JSON.stringify(treeRoot)}, node: process.execPath, entry, args, env: process.env });
`;

/** Runs a command until it says that it is ready; resolves with all its processes, which are ended after the test. */
async function started(cwd: string, logFile: string, [file = '', ...args]: string[]) {
  const log = openSync(logFile, 'w');
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, HOME, NODE_COMPILE_CACHE };
  const first = spawn(file, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let processes: Process[] = [];
  onTestFinished(() => {
    for (const pid of running([...processes, ...treeOf(first.pid ?? 0)])) killGroup(pid);
  });
  const text = (): string => readFileSync(logFile, 'utf8');
  await expect.poll(text, { timeout: 60_000 }).toMatch(/^ready /m);
  processes = treeOf(first.pid ?? 0);
  return { processes, text };
}

/** A folder in which `npm start` runs the real chain of processes, with little at its end. */
function littleTree() {
  const root = temporaryTree({
    'package.json': JSON.stringify({ private: true, type: 'module', scripts: { start: 'exec node set-up.mjs' } }),
    'set-up.mjs': setUp,
  });
  const start = (command = ['npm', 'start']) => started(root, join(root, 'log'), command);
  return { root, start, serviceLog: () => readFileSync(join(root, 'state/logs/service.log'), 'utf8') };
}

describe('all of npm start ends', () => {
  const rows = links.flatMap((killed) => signals.map((signal) => ({ killed, signal })));
  it.each(rows)('when $killed gets $signal', async ({ killed, signal }) => {
    const { start, serviceLog } = littleTree();
    const { processes } = await start();
    expect(processes).toHaveLength(links.length + childProcesses);
    process.kill(processes[links.indexOf(killed)]?.pid ?? 0, signal);
    await expect.poll(() => running(processes), limit).toEqual([]);
    // In order; a supervisor that was killed writes nothing down any more.
    const isWritten = killed !== 'the supervisor' || signal !== 'SIGKILL';
    expect(serviceLog().includes('"msg":"first closed"')).toBe(isWritten);
  });

  it('when it is the whole cloud, and the next start finds nothing in its way', async () => {
    const root = temporaryTree();
    // Above the clouds of test/support, below the system's ephemeral ports.
    const portOffset = String(24_000 + (process.pid % 8) * 100);
    const command = ['npm', 'start', '--', '--port-offset', portOffset, '--state-dir', join(root, 'state')];
    for (const killed of ['npm', 'the supervisor'] as const) {
      const { processes, text } = await started(treeRoot, join(root, 'log'), command);
      expect(processes.length).toBeGreaterThan(10);
      expect(text()).not.toContain('left behind');
      process.kill(processes[links.indexOf(killed)]?.pid ?? 0, 'SIGKILL');
      await expect.poll(() => running(processes), limit).toEqual([]);
    }
  });
});

it('a supervisor that was killed and whose exit code was not read is not in the way of the next', async () => {
  const { root, start } = littleTree();
  const supervisor = `'${process.execPath}' '${join(treeRoot, 'infra/test/support/little-cloud.ts')}' '${join(root, 'state')}'`;
  // `exec`: the sleeping parent knows nothing of its child and never asks for its exit code.
  const { processes } = await start(['sh', '-c', `${supervisor} & exec sleep 600`]);
  const killed = processes[1]?.pid ?? 0;
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => readFileSync(`/proc/${killed}/stat`, 'utf8')).toContain(') Z ');
  await start();
});
