// The network of `bench -- forward` is gone after the process that made it, however that ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { removeLeftOvers } from '../../bench/forward/namespaces.ts';

const program = join(import.meta.dirname, 'support/forward-net.ts');

async function opened(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: true });
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  expect(line.toString()).toBe('open\n');
  return child;
}

function leftOf({ pid }: ChildProcess): string[] {
  const devices = [`merf-${pid}`, `merc-${pid}`].map((name) => `/sys/class/net/${name}`);
  const namespaces = ['servers', 'clients'].map((name) => `/run/netns/merf-${pid}-${name}`);
  return [...devices, ...namespaces].filter((file) => existsSync(file));
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s, to the process and to its group, removes the network',
  async (signal) => {
    const child = await opened();
    expect(leftOf(child)).toHaveLength(4);
    const ended = once(child, 'exit');
    child.kill(signal);
    process.kill(-Number(child.pid), signal);
    await ended;
    expect(leftOf(child)).toEqual([]);
  },
);

test('the end of the process that started it removes the network', async () => {
  const child = await opened();
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
  expect(leftOf(child)).toEqual([]);
});

test('the next run removes what a killed one has left, and nothing of one that lives', async () => {
  const [killed, lives] = [await opened(), await opened()];
  const ended = once(killed, 'exit');
  killed.kill('SIGKILL');
  await ended;
  expect(leftOf(killed)).toHaveLength(4);
  removeLeftOvers();
  expect(leftOf(killed)).toEqual([]);
  expect(leftOf(lives)).toHaveLength(4);
  const closed = once(lives, 'exit');
  lives.kill('SIGTERM');
  await closed;
});
