// Tests the messages of a service to systemd: real datagrams of systemd-notify to a socket in place of systemd's.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, expect, test } from 'vitest';
import { watchdogMs } from '../../src/systemd.ts';
import { until } from '../support/until.ts';

const main = join(import.meta.dirname, '../support/service-main.ts');
const folder = mkdtempSync(join(tmpdir(), 'meridian-systemd-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Collects the datagrams in order of arrival, with the time of the last. */
async function listen(socket: string) {
  const receiver = spawn('socat', ['-u', `UNIX-RECV:${socket}`, 'STDOUT'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(receiver);
  const notifications = { text: '', atMs: performance.now() };
  receiver.stdout.on('data', (bytes: Buffer) => {
    notifications.text += bytes.toString();
    notifications.atMs = performance.now();
  });
  await until('the socket is there', () => existsSync(socket));
  return notifications;
}

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
  });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line));
  return { child, lines, exited: once(child, 'exit') };
}

test.each([
  [{}, 0],
  [{ WATCHDOG_USEC: '' }, 0],
  [{ WATCHDOG_USEC: '-1' }, 0],
  [{ WATCHDOG_USEC: '1e9' }, 0],
  [{ WATCHDOG_USEC: 'soon' }, 0],
  [{ WATCHDOG_USEC: '0' }, 0],
  [{ WATCHDOG_USEC: '2000000', WATCHDOG_PID: '8' }, 0],
  [{ WATCHDOG_USEC: '2000000', WATCHDOG_PID: '7' }, 2000],
  [{ WATCHDOG_USEC: '2000000' }, 2000],
])('with %j, process 7 is watched for %d ms', (env, limitMs) => {
  expect(watchdogMs({ env, pid: 7 })).toBe(limitMs);
});

test('a service reports its start and its end, and feeds the watchdog until it is frozen', async () => {
  const socket = join(folder, 'notify');
  const limitMs = 400;
  const notifications = await listen(socket);
  const { child, exited } = start({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(limitMs * 1000) });
  await until('it is ready, and feeds', () => notifications.text.split('WATCHDOG=1').length > 3, 60_000);
  expect(notifications.text).toMatch(/^READY=1\nSTATUS=serving/);
  child.kill('SIGSTOP');
  // systemd judges by the same time.
  await until(
    'it has not been heard for as long as was granted',
    () => performance.now() - notifications.atMs > limitMs,
  );
  expect(notifications.text).not.toContain('STOPPING');
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await until('its end is heard', () => /STOPPING=1\nSTATUS=closing/.test(notifications.text));
});

test.each([
  { isThere: true, heardAtEnd: /^READY=1\nSTATUS=serving.*STOPPING=1/s },
  { isThere: false, heardAtEnd: /^STOPPING=1/ },
])('a service that waits is ready after the wait ($isThere)', async ({ isThere, heardAtEnd }) => {
  const socket = join(folder, `waits ${isThere}`);
  const notifications = await listen(socket);
  const { child, lines, exited } = start({ NOTIFY_SOCKET: socket, MERIDIAN_ACT: 'be ready when asked' });
  await until('it serves, and waits', () => lines.some((line) => line.includes('started')), 60_000);
  if (isThere) {
    child.kill('SIGUSR2');
    await until('it is ready', () => notifications.text.includes('READY=1'));
  }
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await until('its end is heard', () => notifications.text.includes('STOPPING=1'));
  expect(notifications.text).toMatch(heardAtEnd);
});

test('without systemd-notify a service runs, and logs once that systemd gets no messages', async () => {
  const env = { NOTIFY_SOCKET: join(folder, 'none'), WATCHDOG_USEC: '20000', PATH: folder };
  const { child, lines, exited } = start(env);
  await until(
    'it warns',
    () => lines.some((line) => line.includes('systemd gets no messages from this service')),
    60_000,
  );
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(lines.filter((line) => line.includes('systemd gets no messages'))).toHaveLength(1);
});

test('a service that systemd did not start feeds nothing', async () => {
  const { child, lines, exited } = start({ WATCHDOG_USEC: '20000', PATH: folder });
  await until('it has started', () => lines.some((line) => line.includes('"started"')), 60_000);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(lines.join()).not.toContain('systemd');
});
