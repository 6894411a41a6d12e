import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const MAIN = fileURLToPath(new URL('../support/service-main.ts', import.meta.url));
const children: ChildProcess[] = [];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-service-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  child: ChildProcess;
  /** Exit code, or name of the signal. */
  ended: Promise<number | string | null>;
  messages(): unknown[];
  lines(): Record<string, unknown>[];
  stderr(): string;
}

function run(config: unknown, env: Record<string, string> = {}, extraArgs: readonly string[] = []): Run {
  const file = join(folder, `${children.length}-${process.hrtime.bigint()}.json`);
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, '--config', file, ...extraArgs], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Keeps the compile cache: most of a start is compiling.
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = (): Record<string, unknown>[] =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
    lines,
    messages: () => lines().map((line) => line['msg']),
    stderr: () => stderr,
  };
}

async function startedRun(config: unknown): Promise<Run> {
  const service = run(config);
  await until(`started (${service.stderr()})`, () => service.messages().includes('started'), 90_000);
  return service;
}

describe('a service process', () => {
  it.each([
    ['at its start', []],
    ['when only the check is requested', ['--check-config']],
  ])('prints the complaint of its own check %s, and exits with 2', async (_when, more) => {
    const service = run({ stateDir: '/wrong' }, {}, more);
    expect(await service.ended).toBe(2);
    expect(service.stderr()).toMatch(
      /^configuration is not valid:\n {2}stateDir = "\/wrong": another folder\n {4}in \S+\.json\n$/,
    );
    expect(service.lines()).toEqual([]);
  });

  it('closes what it has opened and exits with 1 when it cannot start', async () => {
    const service = run({ act: 'fail to start' });
    expect(await service.ended).toBe(1);
    expect(service.messages()).toEqual(['start failed', 'second closed', 'first closed', 'closed']);
    expect(service.lines()[0]).toMatchObject({ level: 'fatal', err: { message: 'no way to start' } });
  });

  it.each([
    ['throw later', 'uncaught exception', 'thrown in a timer'],
    ['reject later', 'unhandled rejection', 'rejected and not caught'],
  ])('prints why it failed unexpectedly (%s) and exits with 1 without closing', async (act, message, why) => {
    const service = run({ act });
    expect(await service.ended).toBe(1);
    expect(service.lines().at(-1)).toMatchObject({
      level: 'fatal',
      msg: message,
      err: { message: why, stack: expect.stringContaining('service-main.ts') },
    });
    expect(service.messages()).not.toContain('first closed');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('closes in order on %s and exits with 0', async (signal) => {
    const service = await startedRun({});
    service.child.kill(signal);
    expect(await service.ended).toBe(0);
    expect(service.messages()).toEqual(['started', 'closing', 'second closed', 'first closed', 'closed']);
    expect(service.lines()[3]).toMatchObject({ cause: signal });
  });

  it('exits with 1 when closing takes longer than its limit', async () => {
    const service = await startedRun({ act: 'hang while closing', closeLimitMs: 300 });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.messages().at(-1)).toBe('closing took too long');
  });

  it.each(['run', 'hang while starting'])('answers each beat of its parent: %s', async (act) => {
    const { child } = run({ act });
    for (let beats = 0; beats < 2; beats += 1) {
      child.send('beat');
      for await (const [message] of on(child, 'message')) if (message === 'beat') break;
    }
  });

  it('serves metrics on its port until it is closed', async () => {
    const metricsPort = await freePort();
    const service = await startedRun({ metricsPort });
    expect(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()).toContain(
      'meridian_sample_process_cpu_seconds_total',
    );
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${metricsPort}/metrics`)).rejects.toThrow();
  });
});
