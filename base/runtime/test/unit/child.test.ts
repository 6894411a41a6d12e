// Tests children whose starts fail, over minutes of a manual clock.
import { EventEmitter, once } from 'node:events';
import { boundToStdin, Child, type ChildPorts } from '@meridian/runtime/child';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Makes a child that runs `file`; collects its output and events. */
function childOf({ file, args = [] }: { file: string; args?: readonly string[] }) {
  const seen = { events: [] as string[], tries: 0, starts: 0, deaths: 0 };
  const trouble: { now?: string } = {};
  const deaths = new EventEmitter();
  const ports: ChildPorts = {
    command: async () => {
      seen.tries += 1;
      if (trouble.now !== undefined) throw new Error(trouble.now);
      return { file, args, env: {} };
    },
    onLine: () => undefined,
    onEvent: (text, level) => seen.events.push(`${level} ${text}`),
    onPid: (pid) => {
      if (pid !== undefined) seen.starts += 1;
    },
    onDeath: () => {
      seen.deaths += 1;
      deaths.emit('death');
    },
  };
  // Polling would turn the clock.
  const death = () => once(deaths, 'death');
  return { child: new Child('sfu-fra-1', ports), seen, trouble, death };
}

describe('a start that cannot be prepared', () => {
  it('is retried forever, counts as no death, and is logged at first and once a minute', async () => {
    const { child, seen, trouble } = childOf({ file: '/bin/sleep', args: ['60'] });
    trouble.now = 'ENOSPC: no space left on device';
    await child.start();
    expect(seen.events).toEqual(['warn could not prepare its start: ENOSPC: no space left on device; goes on trying']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(seen.tries).toBeGreaterThan(100);
    expect(seen.events).toHaveLength(10);
    expect(seen.events[1]).toMatch(/^warn could not prepare its start \(\d+ times so far\): ENOSPC/);
    expect([child.hasFailed, seen.deaths, seen.starts]).toEqual([false, 0, 0]);
    delete trouble.now;
    await vi.advanceTimersByTimeAsync(5000);
    expect([seen.starts, child.pid]).toEqual([1, expect.any(Number)]);
    await child.stop();
  });

  it('is retried no more once the child is ended', async () => {
    const { child, seen, trouble } = childOf({ file: '/bin/false' });
    trouble.now = 'the centre is away';
    await child.start();
    await child.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.tries).toBe(1);
  });
});

it('a child receives messages over its channel; after its end they are lost', async () => {
  const program = "process.on('message', ({ say }) => say && console.log(say))";
  const lines: string[] = [];
  const messageArrived = Promise.withResolvers<void>();
  const child = new Child('talker', {
    command: () => Promise.resolve({ file: process.execPath, args: ['-e', program], env: {} }),
    onLine: (line) => {
      lines.push(line);
      messageArrived.resolve();
    },
    onEvent: () => undefined,
    onPid: (pid) => {
      if (pid !== undefined) child.send({ say: 'good day' });
    },
    onDeath: () => undefined,
  });
  await child.start();
  await messageArrived.promise;
  await child.stop();
  child.send({ say: 'more' });
  expect(lines).toEqual(['good day']);
});

describe('a child', () => {
  const kinds = [
    { kind: 'of ours', command: { file: '/bin/false' } },
    { kind: 'of others', command: boundToStdin({ file: '/bin/false', args: [] }) },
  ];
  it.each(kinds)('$kind that dies too often has failed, and is started again a minute later', async ({ command }) => {
    const { child, seen, death } = childOf(command);
    const first = death();
    await child.start();
    await first;
    for (let deaths = 2; deaths <= 6; deaths += 1) {
      expect(child.hasFailed).toBe(false);
      const next = death();
      await vi.advanceTimersByTimeAsync(4000);
      await next;
    }
    expect(child.hasFailed).toBe(true);
    expect(seen.events.at(-1)).toBe(
      'error failed: more than 5 deaths in a minute; its log has the reason; starts again in 60 s',
    );
    await vi.advanceTimersByTimeAsync(59_999);
    expect(seen.starts).toBe(6);
    await vi.advanceTimersByTimeAsync(1);
    expect([seen.starts, child.hasFailed]).toEqual([7, false]);
    await child.stop();
  });

  it('whose configuration was refused has failed at once, and is started again a minute later', async () => {
    const { child, seen, death } = childOf({ file: '/bin/sh', args: ['-c', 'exit 2'] });
    const first = death();
    await child.start();
    await first;
    expect([child.hasFailed, seen.events.at(-1)]).toEqual([true, expect.stringContaining('was refused')]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen.starts).toBe(2);
    await child.stop();
  });
});
