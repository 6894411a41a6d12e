// The media worker's sending to clients whose path is narrower than others', or that the kernel does not reach. The
// batch is compiled alone, and a network namespace has addresses of both kinds. Needs root, as the gate does.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const kit = join(import.meta.dirname, '../kit');
const sources = join(import.meta.dirname, '../../worker/src');
const folder = mkdtempSync(join(tmpdir(), 'meridian-worker-sockets-'));
const program = join(folder, 'send-batch');
const refuse = join(folder, 'refuse.so');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  symlinkSync(sources, join(folder, 'Meridian'));
  const files = ['SendBatch.cpp', 'Switches.cpp'].map((name) => join(sources, name));
  const include = ['-I', join(kit, 'send-batch'), '-I', folder];
  const all = [join(kit, 'send-batch/main.cpp'), ...files];
  execFileSync('g++', ['-std=c++20', '-w', ...include, '-o', program, ...all, '-luv', '-ldl']);
  execFileSync('gcc', ['-shared', '-fPIC', '-o', refuse, join(kit, 'refuse.c'), '-ldl']);
});

/** An address with a path MTU of 600 bytes, and an address without a route. */
const [narrow, wide, unreachable] = ['127.0.0.2', '127.0.0.1', '192.0.2.1'];
const network = `ip link set lo up; ip route add local ${narrow} dev lo mtu 600 table local; exec "$@"`;

/** Sends these turns. */
function sent(turns: readonly string[], env: Record<string, string> = {}) {
  const command = [
    '-n',
    'sh',
    '-ec',
    network,
    'sh',
    'env',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ];
  const output = execFileSync('unshare', [...command, program, ...turns], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const [messages, calls, reported, arrived, isTimed] = line.split(' ').map(Number);
      return { messages, calls, reported, arrived, isTimed: isTimed === 1 };
    });
}

test('a client behind a small MTU gets its datagrams in fragments, and others still get segments', () => {
  const both = `${narrow}:1200x8,${wide}:1200x8`;
  const [first, second, small] = sent([both, both, `${narrow}:500x8`]);
  expect(first).toMatchObject({ reported: 16, arrived: 16, isTimed: true });
  // The message of segments is one; the narrow ones leave by themselves, each refused once as it is too large whole.
  expect(second).toEqual({ messages: 1, calls: 9, reported: 16, arrived: 16, isTimed: true });
  expect(small).toEqual({ messages: 1, calls: 1, reported: 8, arrived: 8, isTimed: true });
});

test('with the patch off the kernel fragments by itself', () => {
  const both = `${narrow}:1200x8,${wide}:1200x8`;
  const [, second] = sent([both, both], { MERIDIAN_WORKER_OFF: 'send-whole' });
  expect(second).toEqual({ messages: 9, calls: 1, reported: 16, arrived: 16, isTimed: true });
});

test('a packet that waits in the batch has the time at which the batch is sent, also when the clock stands still', () => {
  expect(sent([`${wide}:1200x8`, `${wide}:100x1`]).map(({ isTimed }) => isTimed)).toEqual([true, true]);
});

test('a client that the kernel does not reach costs the others no segments', () => {
  const [first, second] = sent([`${unreachable}:1200x3,${wide}:1200x8`, `${wide}:1200x8`]);
  expect(first).toMatchObject({ reported: 8, arrived: 8, isTimed: true });
  expect(second).toEqual({ messages: 1, calls: 1, reported: 8, arrived: 8, isTimed: true });
});

test('a kernel that refuses all segments is asked a few times only, whoever the clients are', () => {
  const hosts = (from: number): string =>
    Array.from({ length: 30 }, (_, at) => `127.0.1.${from + at}:1200x2`).join(',');
  const [first, second] = sent([hosts(1), hosts(31)], { LD_PRELOAD: refuse, REFUSE: 'segments' });
  expect(first).toMatchObject({ reported: 60, arrived: 60 });
  expect(second).toEqual({ messages: 60, calls: 1, reported: 60, arrived: 60, isTimed: true });
});

test('in a long turn the first datagrams leave before the last come, and those of a client stay together', () => {
  const [turn] = sent([`127.0.1.1:100x63,127.0.1.2:1200x8,127.0.1.3:1200x8`]);
  expect(turn).toEqual({ messages: 3, calls: 2, reported: 79, arrived: 79, isTimed: true });
});
