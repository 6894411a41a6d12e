// `bench -- forward` from end to end: real namespaces, our real node and light clients, for two viewers.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'meridian-forward-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function bench(...args: string[]): { child: ChildProcess; ended: Promise<number | null>; out: () => string } {
  const main = join(import.meta.dirname, '../../bench/main.ts');
  const child = spawn(process.execPath, [main, 'forward', '--no-priority', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => texts.push(String(chunk)));
  return { child, ended: once(child, 'close').then(([code]) => code as number | null), out: () => texts.join('') };
}

/** Namespaces, devices and processes of a run that is over. */
function leftOf(pid: number | undefined): string[] {
  const own = new RegExp(`mer[fc]-${pid}\\b`);
  const texts = [['ip', 'netns', 'list'] as const, ['ip', '-o', 'link'] as const, ['ps', '-eo', 'args'] as const];
  return texts
    .map(([file, ...args]) => execFileSync(file, args, { encoding: 'utf8' }))
    .flatMap((text) => text.split('\n').filter((line) => own.test(line)));
}

test('measures our node with a window of two seconds, and leaves nothing behind', async () => {
  const csv = join(dir, 'rows.csv');
  const small = ['--shape', '1x2', '--rounds', '1', '--window', '2', '--traces', 'burst', '--servers', 'ours,stock'];
  const { child, ended, out } = bench(...small, '--csv', csv, '--json');
  expect(await ended, out()).toBeLessThanOrEqual(1); // 1: a busy machine lost packets
  const line = out()
    .split('\n')
    .find((text) => text.startsWith('{"name":"forward"'));
  const { params, metrics } = JSON.parse(line ?? '{}') as Record<'params' | 'metrics', Record<string, unknown>>;
  expect(params).toMatchObject({ shape: '1x2', ours: expect.stringContaining('SRTP_AEAD_AES_') });
  const figures = metrics['burst.ours'] as Record<string, number>;
  // Each viewer receives some 145 packets of the camera and 50 of the microphone.
  expect(figures['packetsPerSecond']).toBeGreaterThan(200);
  expect(figures['cpuUsPerPacket']).toBeGreaterThan(0);
  expect(metrics['1x2.burstToStock']).toBeGreaterThan(0);
  const rows = readFileSync(csv, 'utf8').trimEnd().split('\n');
  expect(rows.map((row) => row.split(',').slice(0, 3).join())).toEqual([
    'round,server,trace',
    '0,ours,burst',
    '0,stock,burst',
  ]);
  expect(leftOf(child.pid)).toEqual([]);
});

test('ends what it has started when it is interrupted in a measurement', async () => {
  const { child, ended, out } = bench('--shape', '1x2', '--rounds', '2', '--window', '2', '--servers', 'ours');
  while (!out().includes('round 1 paced')) await once(child.stderr as NodeJS.EventEmitter, 'data');
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(leftOf(child.pid)).toEqual([]);
});

test('says what it needs where namespaces are not permitted', async () => {
  const path = join(dir, 'no-tools');
  const main = join(import.meta.dirname, '../../bench/main.ts');
  const child = spawn('setpriv', ['--reuid', 'nobody', process.execPath, main, 'forward'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: path },
  });
  const texts: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => texts.push(String(chunk)));
  const [code] = await once(child, 'close');
  expect(texts.join('')).toContain('The benchmark needs network namespaces, so run it as root');
  expect(code).toBe(1);
});
