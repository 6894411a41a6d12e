import { describe, expect, it } from 'vitest';
import type { DriverStatus, PlayProtocol } from '../../src/core/play.ts';
import { Attempt } from '../../src/play/attempt.ts';

/** An attempt with scripted drivers; `log` records opening and closing. */
function attemptOf(list: readonly PlayProtocol[], refused: readonly PlayProtocol[] = []) {
  const log: string[] = [];
  const statuses: Partial<Record<PlayProtocol, DriverStatus>> = {};
  const box = { hidden: true, remove: () => log.push('box removed') } as unknown as HTMLElement;
  const attempt = new Attempt({
    box,
    muted: true,
    list,
    nowMs: 0,
    open: async (protocol, { muted }) => {
      log.push(`open ${protocol}`);
      if (refused.includes(protocol)) throw Object.assign(new Error(), { code: 'ENTRY_UNREACHABLE' });
      return {
        status: () => statuses[protocol] ?? { at: 'connecting' },
        setMuted: (now) => log.push(now ? `mute ${protocol}` : `unmute ${protocol}`),
        close: () => log.push(`close ${protocol}${muted ? '' : ', opened with sound'}`),
      };
    },
  });
  return { attempt, log, statuses, box };
}
/** Waits until everything that opens at once is open. */
const untilOpened = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an attempt', () => {
  it('opens one protocol after another, and none after the last', async () => {
    const { attempt, log } = attemptOf(['flv', 'hls'], ['flv', 'hls']);
    for (const nowMs of [1, 2, 3]) {
      await untilOpened();
      attempt.status(nowMs);
    }
    expect(attempt.watch).toEqual({ at: 'failed', code: 'ENTRY_UNREACHABLE' });
    expect(log).toEqual(['open flv', 'open hls']);
  });
  it('closes a failed protocol before it opens it again', async () => {
    const { attempt, log, statuses } = attemptOf(['flv']);
    await untilOpened();
    statuses.flv = { at: 'playing' };
    attempt.status(1);
    statuses.flv = { at: 'failed', code: 'SOCKET_LOST' };
    attempt.status(2);
    expect(log).toEqual(['open flv', 'mute flv', 'close flv', 'open flv']);
  });
  it('closes a protocol that opens after the attempt has ended', async () => {
    const { attempt, log } = attemptOf(['flv']);
    attempt.close();
    attempt.close();
    await untilOpened();
    expect(log.filter((one) => one === 'close flv')).toEqual(['close flv']);
  });
  it('that takes over becomes visible and audible, and has the earlier attempt’s fallbacks', async () => {
    const [current, better] = [attemptOf(['flv', 'hls']), attemptOf(['flv'])];
    await untilOpened();
    better.statuses.flv = { at: 'playing' };
    better.attempt.status(1);
    better.attempt.takeOver(current.attempt.watch, false);
    expect(better.box.hidden).toBe(false);
    expect(better.log).toContain('unmute flv');
    expect(better.attempt.watch).toMatchObject({ at: 'playing', list: ['flv', 'hls'] });
  });
});
