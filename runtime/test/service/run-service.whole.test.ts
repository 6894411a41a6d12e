import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/redis-server.ts';
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
  /** Exit code, or the signal's name. */
  ended: Promise<number | string | null>;
  messages(): unknown[];
  lines(): Record<string, unknown>[];
  stderr(): string;
}

function run(config: unknown, env: Record<string, string> = {}, more: readonly string[] = []): Run {
  const file = join(folder, `${children.length}-${process.hrtime.bigint()}.json`);
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, '--config', file, ...more], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // What is compiled is kept: most of a start is compiling.
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

async function started(config: unknown): Promise<Run> {
  const service = run(config);
  await until(`started (${service.stderr()})`, () => service.messages().includes('started'), 90_000);
  return service;
}

/**
 * Closes the channel; resolves with the exit code when the last line is there too: after a disconnection Node does not
 * report its end.
 */
async function exitOnDisconnect({ child, messages }: Run): Promise<unknown[]> {
  const exited = once(child, 'exit');
  child.disconnect();
  const code = await exited;
  await until('its last line', () => messages().at(-1) === 'closed');
  return code;
}

describe('a service process', () => {
  it.each<[string, unknown, Record<string, string>, RegExp]>([
    [
      'an unknown key',
      { acts: 'run' },
      {},
      /^configuration is not valid:\n {2}acts = "run": no such key; did you mean act\?\n/,
    ],
    [
      'a value of the wrong type',
      { metricsPort: 'x' },
      {},
      /\n {2}metricsPort = "x": must be integer\n {4}in \S+\.json\n {4}example: metricsPort: 0\n$/,
    ],
    ['a file that is not JSON', '{', {}, /--config = .*readable JSON file/],
    [
      'a bad value in the environment',
      {},
      { MERIDIAN_CLOSE_LIMIT_MS: 'soon' },
      /closeLimitMs = "soon": must be integer/,
    ],
    ['a secret of the wrong form', { clusterSecret: 'abc' }, {}, /clusterSecret = "\[redacted\]"/],
  ])('with %s says so in words on stderr and exits with 2', async (_what, config, env, text) => {
    const service = run(config, env);
    expect(await service.ended).toBe(2);
    expect(service.stderr()).toMatch(text);
    expect(service.stderr()).not.toContain('    at ');
    expect(service.lines()).toEqual([]);
  });

  it.each([
    ['at its start', []],
    ['when it is only asked for', ['--check-config']],
  ])('says what its own check refuses %s, and exits with 2', async (_when, more) => {
    const service = run({ stateDir: '/wrong' }, {}, more);
    expect(await service.ended).toBe(2);
    expect(service.stderr()).toMatch(
      /^configuration is not valid:\n {2}stateDir = "\/wrong": another folder\n {4}in \S+\.json\n$/,
    );
    expect(service.lines()).toEqual([]);
  });

  it('logs what its check warns of, and starts', async () => {
    const service = await started({ stateDir: '/odd' });
    expect(service.lines()[0]).toMatchObject({ level: 'warn', msg: 'configuration: stateDir: another folder' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  it('that cannot start closes what it had opened and exits with 1', async () => {
    const service = run({ act: 'fail to start' });
    expect(await service.ended).toBe(1);
    expect(service.messages()).toEqual(['start failed', 'second closed', 'first closed', 'closed']);
    expect(service.lines()[0]).toMatchObject({ level: 'fatal', err: { message: 'no way to start' } });
  });

  it.each([
    ['throw later', 'uncaught exception', 'thrown in a timer'],
    ['reject later', 'unhandled rejection', 'rejected and not caught'],
  ])('that fails unexpectedly (%s) says why and exits with 1 without closing', async (act, message, why) => {
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
    const service = await started({});
    service.child.kill(signal);
    expect(await service.ended).toBe(0);
    expect(service.messages()).toEqual(['started', 'closing', 'second closed', 'first closed', 'closed']);
    expect(service.lines()[3]).toMatchObject({ cause: signal });
  });

  it('closes in order when the channel to the process that started it closes, and exits with 0', async () => {
    const service = await started({});
    expect(await exitOnDisconnect(service)).toEqual([0, null]);
    expect(service.messages().slice(2)).toEqual(['second closed', 'first closed', 'closed']);
    expect(service.lines()[3]).toMatchObject({ cause: 'starter gone' });
  });

  it('closes when that channel has closed while it was loaded', async () => {
    const loadsLate = "await new Promise((resolve) => process.once('disconnect', resolve))";
    const service = run({}, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(loadsLate)}` });
    expect(await exitOnDisconnect(service)).toEqual([0, null]);
  });

  it('leaves before anything closes on SIGTERM', async () => {
    const service = await started({ act: 'leave at once' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.messages().slice(1)).toEqual(['leaving', 'closing', 'second closed', 'first closed', 'closed']);
  });

  it('closes all the same when it cannot leave', async () => {
    const service = await started({ act: 'fail to leave' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.messages().slice(1, 3)).toEqual(['leaving failed; closing', 'closing']);
  });

  it('leaves for no terminal and for no parent that is gone', async () => {
    const [one, other] = [await started({ act: 'leave for ever' }), await started({ act: 'leave for ever' })];
    one.child.kill('SIGINT');
    expect(await one.ended).toBe(0);
    other.child.kill('SIGTERM');
    await until('it leaves', () => other.messages().includes('leaving'));
    expect(await exitOnDisconnect(other)).toEqual([0, null]);
    expect(one.messages()).not.toContain('leaving');
  });

  it('that leaves ends at once on a second SIGTERM half a second after the first', async () => {
    const service = await started({ act: 'leave for ever' });
    await until('its end', () => !service.child.kill('SIGTERM'), 90_000);
    expect(await service.ended).toBe(143);
    expect(service.messages()).toEqual(['started', 'leaving']);
  });

  it('goes on closing past a step that fails', async () => {
    const service = await started({ act: 'fail while closing' });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.messages()).toEqual([
      'started',
      'closing',
      'closing failed; going on with the next step',
      'first closed',
      'closed',
    ]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('exits at once on a second %s half a second after the first, with %d', async (signal, code) => {
    const service = await started({ act: 'hang while closing', closeLimitMs: 600_000 });
    const firstMs = performance.now();
    service.child.kill(signal);
    await until('closing', () => service.messages().includes('closing'));
    await until('its end', () => !service.child.kill(signal), 90_000);
    expect(await service.ended).toBe(code);
    // Those sent in the first half second were taken for echoes of the first.
    expect(performance.now() - firstMs).toBeGreaterThanOrEqual(500);
  });

  it('goes on closing in order when a supervisor and a terminal pass on the same request by two signals', async () => {
    const service = await started({ act: 'hang while closing', closeLimitMs: 800 });
    service.child.kill('SIGINT');
    await until('closing', () => service.messages().includes('closing'));
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.messages().at(-1)).toBe('closing took too long');
  });

  it('exits with 1 when closing takes longer than its limit', async () => {
    const service = await started({ act: 'hang while closing', closeLimitMs: 300 });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.messages().at(-1)).toBe('closing took too long');
  });

  it('can be ended while it is still starting', async () => {
    const service = run({ act: 'hang while starting' });
    await until('hanging', () => service.messages().includes('hanging'), 90_000);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.messages()).toEqual(['hanging', 'closing', 'second closed', 'first closed', 'closed']);
  });

  it.each(['run', 'hang while starting'])('answers each beat of its parent: %s', async (act) => {
    const { child } = run({ act });
    for (let beats = 0; beats < 2; beats += 1) {
      child.send('beat');
      for await (const [said] of on(child, 'message')) if (said === 'beat') break;
    }
  });

  it('says to its parent that it has started', async () => {
    const [said] = await once(run({ act: 'run' }).child, 'message');
    expect(said).toBe('started');
  });

  it('serves metrics on its port until it is closed', async () => {
    const metricsPort = await freePort();
    const service = await started({ metricsPort });
    expect(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()).toContain(
      'meridian_sample_process_cpu_seconds_total',
    );
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${metricsPort}/metrics`)).rejects.toThrow();
  });

  it.each<[string, string, Record<string, string | number>[]]>([
    ['hang while starting', 'hanging', [{ status: 503, text: 'starting\n' }]],
    [
      'leave for ever',
      'started',
      [
        { status: 200, text: 'serving\n' },
        { status: 503, text: 'leaving\n' },
      ],
    ],
  ])('says at /healthz how it is, and at /livez that it lives: %s', async (act, ready, answers) => {
    const metricsPort = await freePort();
    const service = run({ act, metricsPort });
    await until(ready, () => service.messages().includes(ready));
    const url = `http://127.0.0.1:${metricsPort}`;
    for (const [index, expected] of answers.entries()) {
      if (index > 0) {
        service.child.kill('SIGTERM');
        await until('it leaves', () => service.messages().includes('leaving'));
      }
      const answer = await fetch(`${url}/healthz`);
      expect({ status: answer.status, text: await answer.text() }).toEqual(expected);
      expect((await fetch(`${url}/livez`)).status).toBe(200);
    }
  });
});
