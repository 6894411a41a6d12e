// pathd sends the datagrams of a turn in few messages, and still sends them where the kernel refuses that.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { closeAll, pair } from './kit/pathds.ts';

// Runs of equal size, a shorter end of a run, and sizes that fall and rise.
const sizes = [1000, 1000, 1000, 700, 700, 900, 100, 100, 100, 100, 300, 1000, 1000, 999, 1000, 120];
const folder = mkdtempSync(join(tmpdir(), 'meridian-pathd-batch-'));
const refuse = join(folder, 'refuse.so');

beforeAll(() => {
  execFileSync('gcc', ['-shared', '-fPIC', '-o', refuse, join(import.meta.dirname, '../kit/refuse.c'), '-ldl']);
});
afterEach(closeAll);
afterAll(() => rmSync(folder, { recursive: true }));

async function world(ip: string, env: Readonly<Record<string, string>> = {}) {
  const { a, b, pipeA, pipeB } = await pair(ip, env);
  let refusals = '';
  a.child.stderr.on('data', (text: Buffer) => {
    refusals += text.toString();
  });
  let sent = 0;
  /** Gives the first pathd datagrams to handle in one turn, and expects all of them at the end, in order and whole. */
  const burst = async () => {
    const wanted = sizes.map((bytes) => {
      sent += 1;
      return Buffer.alloc(bytes, sent);
    });
    a.child.kill('SIGSTOP');
    try {
      for (const datagram of wanted)
        await new Promise((resolve) => pipeA.socket.send(datagram, a.localPort, ip, resolve));
    } finally {
      // A stopped process would not end either.
      a.child.kill('SIGCONT');
    }
    await until(`${sent} datagrams arrive`, () => pipeB.received.length >= sent);
    const hex = (datagrams: readonly Buffer[]): string[] => datagrams.map((datagram) => datagram.toString('hex'));
    expect(hex(pipeB.received.slice(-wanted.length))).toEqual(hex(wanted));
  };
  return { burst, refusals: () => refusals.match(/refused$/gm)?.length ?? 0, status: () => b.status() };
}

test.each(['127.0.0.1', '::1'])('datagrams of a turn arrive whole and in order over %s', async (ip) => {
  const one = await world(ip);
  await one.burst();
  expect(await one.status()).toMatchObject({ toPipes: sizes.length, malformed: 0, forged: 0 });
});

test('a socket that refuses segments gets single datagrams from then on', async () => {
  const one = await world('127.0.0.1', { LD_PRELOAD: refuse, REFUSE: 'segments' });
  await one.burst();
  await until('it is refused', () => one.refusals() > 0);
  await one.burst();
  expect(one.refusals()).toBe(1);
});

test('a size of segments that is refused is not tried again, but smaller ones are', async () => {
  const one = await world('127.0.0.1', { LD_PRELOAD: refuse, REFUSE: 'large' });
  await one.burst();
  // Runs of 1000, and then of 700 bytes.
  await until('both large sizes are refused', () => one.refusals() > 1);
  await one.burst();
  expect(one.refusals()).toBe(2);
});
