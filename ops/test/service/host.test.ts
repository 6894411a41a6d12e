// A host from `meridian node init` to its restore, by the real commands and services, in a network of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const WAIT = { timeout: 60_000, interval: 200 };
const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'meridian-host-'));
const [etc, state] = [join(folder, 'etc'), join(folder, 'state')];
let network: ChildProcess;
const ends: (() => Promise<unknown>)[] = [];

/** Inside the network: `lo` and nothing else, so that no other cloud is in the way. */
const inside = (...words: string[]): string[] => [`--net=/proc/${network.pid}/ns/net`, '--', ...words];
const main = [process.execPath, join(root, 'ops/src/main.ts'), '--etc', etc, '--state', state];

beforeAll(async () => {
  network = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo up && exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => network.stdout?.once('data', resolve));
});
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  network.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** What a command prints, and its exit code. */
function meridian(...words: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile('nsenter', inside(...main, ...words), { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
    );
  });
}

/** `meridian node run`, until the answer is called. */
function running(): () => Promise<number | null> {
  const child = spawn('nsenter', inside(...main, 'run'), { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const end = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  ends.push(end);
  return end;
}

const where = ['--region', 'frankfurt', '--domain', 'meet.example.org', '--address', '127.0.0.11'];
const init = (...more: string[]) =>
  meridian('init', ...where, '--admin', 'ann@example.org', '--media-nodes', '1', '--no-start', ...more);

/** `doctor` finds all good but what this machine does not have: no nginx serves the name here. */
async function isWell(): Promise<void> {
  const { code, text } = await meridian('doctor');
  expect(text).toContain('ok    the centre sees 5 nodes of all hosts');
  expect(text).toContain('ok    all configuration files are good');
  expect(code).toBe(0);
}

it('a machine that is no host yet says how to begin', async () => {
  for (const command of ['doctor', 'run', 'drain']) {
    const { code, text } = await meridian(command);
    expect([command, code, text]).toEqual([command, 1, expect.stringContaining('HOST_MISSING')]);
  }
  const { code, text } = await meridian('join', 'meridian-join:nothing');
  expect([code, text]).toEqual([2, expect.stringContaining('LINE_INVALID')]);
});

it('a port that is taken ends the set-up before anything is written', async () => {
  const script = `require('node:net').createServer().listen(7810, '127.0.0.1', () => console.log('up'))`;
  const taker = spawn('nsenter', inside(process.execPath, '-e', script), { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => taker.stdout.once('data', resolve));
  const { code, text } = await init();
  taker.kill();
  expect([code, text]).toEqual([
    1,
    expect.stringMatching(/api httpListen: tcp 127\.0\.0\.1:7810: EADDRINUSE[\s\S]*PREFLIGHT_FAILED/),
  ]);
  expect(existsSync(etc)).toBe(false);
});

it('is set up, runs, is well, is saved, and comes back from the file', async () => {
  expect(await init()).toMatchObject({ code: 0 });
  expect(await init()).toEqual({ code: 1, text: expect.stringContaining('HOST_EXISTS') });
  const end = running();
  await vi.waitFor(isWell, WAIT);
  const file = join(folder, 'saved.tgz');
  expect(await meridian('backup', file)).toMatchObject({ code: 0 });
  expect(await end()).toBe(0);
  rmSync(etc, { recursive: true });
  renameSync(state, join(folder, 'lost'));
  writeFileSync(join(folder, 'cut.tgz'), 'not a back-up');
  expect(await meridian('restore', join(folder, 'cut.tgz'), '--no-start')).toEqual({
    code: 1,
    text: expect.stringContaining('BACKUP_DAMAGED'),
  });
  expect(await meridian('restore', file, '--no-start')).toMatchObject({ code: 0 });
  running();
  await vi.waitFor(isWell, WAIT);
});
