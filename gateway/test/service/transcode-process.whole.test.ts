import { findSandbox, INPUT_PAUSE_MS, MixEncoder, STUCK_MS } from '@meridian/opener';
import { ManualClock } from '@meridian/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LONG } from '../support/eventually.ts';
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

  it('that is frozen is replaced once nothing has come out for 5 s of input, and the next units come', async () => {
    const clock = new ManualClock();
    const { pid, counted, encoder, write, heard } = await running({ clock });
    process.kill(pid, 'SIGSTOP');
    for (let ms = 0; ms < STUCK_MS; ms += 500) {
      write(2); // one write: sound goes 40 ms at a time
      expect(isAlive(pid)).toBe(true);
      clock.advance(500);
    }
    write(2);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), LONG);
    await vi.waitFor(() => expect(counted.running).toBe(0), LONG);
    clock.advance(200);
    expect(counted.restarts).toBe(1);
    write(30);
    await heard.until(({ ptsMs }) => ptsMs > 900);
    expect(encoder.pid).not.toBe(pid);
  });

  it('is not ended for a pause of its input, however long', async () => {
    const clock = new ManualClock();
    const { pid, counted, write } = await running({ clock });
    process.kill(pid, 'SIGSTOP');
    for (let pauses = 0; pauses < 5; pauses += 1) {
      write(2);
      clock.advance(INPUT_PAUSE_MS + STUCK_MS);
    }
    expect([isAlive(pid), counted.running]).toEqual([true, 1]);
    process.kill(pid, 'SIGKILL');
  });

  it('that has too little memory is tried again, and its user is informed', async () => {
    const degraded = Promise.withResolvers<void>();
    const { supervisor, counted } = await supervisorOf({ sandbox: ['prlimit', `--as=${20 * 1024 ** 2}`, '--'] });
    close = () => supervisor.close();
    const onDegraded = (isDegraded: boolean) => void (isDegraded && degraded.resolve());
    const encoder = new MixEncoder({ to: 'aac', supervisor, onUnit: () => undefined, onDegraded });
    await degraded.promise;
    expect(counted.restarts).toBeGreaterThanOrEqual(3);
    await encoder.close();
    expect(supervisor.usedMillicores).toBe(0);
  });

  it('whose user gives up when it is informed is not started again', async () => {
    const clock = new ManualClock();
    const { supervisor, counted } = await supervisorOf({ clock, sandbox: ['/nowhere/at/all'] });
    close = () => supervisor.close();
    const closed = Promise.withResolvers<void>();
    const onDegraded = () => void encoder.close().then(closed.resolve, closed.reject);
    const encoder = new MixEncoder({ to: 'aac', supervisor, onUnit: () => undefined, onDegraded });
    for (const pauseMs of [200, 400, 800]) {
      await vi.waitFor(() => expect(counted.running).toBe(0), LONG);
      clock.advance(pauseMs);
    }
    await closed.promise;
    clock.advance(60_000);
    expect([counted.restarts, supervisor.usedMillicores, clock.pendingTimers]).toEqual([3, 0, 0]);
  });

  it('that takes nothing costs no memory: the oldest units are dropped and counted', async () => {
    const { pid, encoder, write, counted } = await running();
    process.kill(pid, 'SIGSTOP');
    write(1000);
    expect(encoder.queuedBytes).toBeLessThan(384_000 + 64 * 1024);
    expect(counted.dropped).toBeGreaterThan(400);
    process.kill(pid, 'SIGKILL');
  });

  it('that cannot live is tried again, and its user is informed', async () => {
    const path = process.env['PATH'];
    const restarted = Promise.withResolvers<void>();
    const { pid, degraded, counted } = await running({ onRestart: restarted.resolve, sandbox: [] });
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
