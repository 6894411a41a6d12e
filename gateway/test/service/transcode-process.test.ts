import { ManualClock } from '@meridian/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { MixEncoder } from '../../src/adapters/ffmpeg/audio.ts';
import { findSandbox } from '../../src/adapters/ffmpeg/sandbox.ts';
import { Heard, isAlive, supervisorOf } from '../support/transcoding.ts';

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

const block = new Float32Array(1920);

async function running(o: Parameters<typeof supervisorOf>[0] = {}) {
  const heard = new Heard();
  const rest = await supervisorOf(o);
  close = () => rest.supervisor.close();
  const said: boolean[] = [];
  const { promise: degraded, resolve } = Promise.withResolvers<void>();
  const encoder = new MixEncoder({
    to: 'aac',
    supervisor: rest.supervisor,
    onUnit: heard.onUnit,
    onDegraded: (isDegraded) => {
      said.push(isDegraded);
      resolve();
    },
  });
  let blocks = 0;
  const write = (count: number): void => {
    for (const end = blocks + count; blocks < end; blocks += 1) encoder.write(blocks * 20, block);
  };
  write(20);
  await heard.until(() => true);
  return { ...rest, encoder, heard, write, said, degraded, pid: encoder.pid ?? 0 };
}

describe('a process of ffmpeg', () => {
  it('goes on with the next units after it was killed', async () => {
    const restarted = Promise.withResolvers<void>();
    const { pid, heard, write, counted, encoder } = await running({ onRestart: restarted.resolve });
    process.kill(pid, 'SIGKILL');
    await restarted.promise;
    write(30);
    await heard.until(({ ptsMs }) => ptsMs > 900);
    expect(counted.restarts).toBe(1);
    expect(counted.started).toEqual(['mix to aac', 'mix to aac']);
    expect(encoder.pid).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });

  it('is gone after close, which may be called twice and gives the capacity back', async () => {
    const { pid, encoder, supervisor, counted } = await running();
    expect(isAlive(pid)).toBe(true);
    await Promise.all([encoder.close(), encoder.close()]);
    expect(isAlive(pid)).toBe(false);
    expect([supervisor.usedMillicores, supervisor.running, counted.running]).toEqual([0, 0, 0]);
  });

  it('that stands still is ended after the grace', async () => {
    const clock = new ManualClock();
    const { pid, encoder } = await running({ clock });
    process.kill(pid, 'SIGSTOP');
    const closed = encoder.close();
    clock.advance(1999);
    expect(isAlive(pid)).toBe(true);
    clock.advance(1);
    await closed;
    expect(isAlive(pid)).toBe(false);
  });

  it('that takes nothing costs no memory: the oldest units are dropped and counted', async () => {
    const { pid, encoder, write, counted } = await running();
    process.kill(pid, 'SIGSTOP');
    write(1000);
    expect(encoder.queuedBytes).toBeLessThan(384_000 + 64 * 1024);
    expect(counted.dropped).toBeGreaterThan(800);
    process.kill(pid, 'SIGKILL');
  });

  it('that cannot live is tried again, and its user is told', async () => {
    const path = process.env['PATH'];
    const restarted = Promise.withResolvers<void>();
    const { pid, degraded, counted } = await running({ onRestart: restarted.resolve, noSandbox: true });
    process.env['PATH'] = '/nowhere';
    try {
      process.kill(pid, 'SIGKILL');
      await degraded;
    } finally {
      process.env['PATH'] = path;
    }
    expect(counted.restarts).toBeGreaterThanOrEqual(3);
  });

  it('is refused beyond the capacity', async () => {
    await expect(running({ capacity: 39 })).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  });

  it('runs without a wrapper that is not there, and says so once', async () => {
    const path = process.env['PATH'];
    const lines: unknown[] = [];
    process.env['PATH'] = '/nowhere';
    try {
      expect(await findSandbox({ warn: (...line: unknown[]) => void lines.push(line) }, 1000)).toEqual([]);
    } finally {
      process.env['PATH'] = path;
    }
    expect(lines).toEqual([[{ missing: ['prlimit', 'nice'] }, expect.any(String)]]);
  });
});
