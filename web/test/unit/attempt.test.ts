import { describe, expect, it } from 'vitest';
import type { Look, Way } from '../../src/core/play.ts';
import { Attempt } from '../../src/play/attempt.ts';

/** An attempt whose ways do as they are told; `log` says what was opened and closed. */
function attemptOf(list: readonly Way[], refused: readonly Way[] = []) {
  const log: string[] = [];
  const looks: Partial<Record<Way, Look>> = {};
  const box = { hidden: true, remove: () => log.push('box removed') } as unknown as HTMLElement;
  const attempt = new Attempt({
    box,
    muted: true,
    list,
    nowMs: 0,
    open: async (way, { muted }) => {
      log.push(`open ${way}`);
      if (refused.includes(way)) throw Object.assign(new Error(), { code: 'ENTRY_UNREACHABLE' });
      return {
        look: () => looks[way] ?? { at: 'connecting' },
        setMuted: (now) => log.push(now ? `mute ${way}` : `unmute ${way}`),
        close: () => log.push(`close ${way}${muted ? '' : ', opened with sound'}`),
      };
    },
  });
  return { attempt, log, looks, box };
}
/** Until everything that is opened at once has been. */
const opened = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an attempt', () => {
  it('opens one way after the other, and none after the last', async () => {
    const { attempt, log } = attemptOf(['flv', 'hls'], ['flv', 'hls']);
    for (const nowMs of [1, 2, 3]) {
      await opened();
      attempt.look(nowMs);
    }
    expect(attempt.watch).toEqual({ at: 'failed', code: 'ENTRY_UNREACHABLE' });
    expect(log).toEqual(['open flv', 'open hls']);
  });
  it('closes what fails before it opens it again', async () => {
    const { attempt, log, looks } = attemptOf(['flv']);
    await opened();
    looks.flv = { at: 'playing' };
    attempt.look(1);
    looks.flv = { at: 'failed', code: 'SOCKET_LOST' };
    attempt.look(2);
    expect(log).toEqual(['open flv', 'mute flv', 'close flv', 'open flv']);
  });
  it('closes what opens after its end', async () => {
    const { attempt, log } = attemptOf(['flv']);
    attempt.close();
    attempt.close();
    await opened();
    expect(log.filter((one) => one === 'close flv')).toEqual(['close flv']);
  });
  it('that takes over is seen and heard, and falls back as the one before', async () => {
    const [shown, better] = [attemptOf(['flv', 'hls']), attemptOf(['flv'])];
    await opened();
    better.looks.flv = { at: 'playing' };
    better.attempt.look(1);
    better.attempt.takeOver(shown.attempt.watch, false);
    expect(better.box.hidden).toBe(false);
    expect(better.log).toContain('unmute flv');
    expect(better.attempt.watch).toMatchObject({ at: 'playing', list: ['flv', 'hls'] });
  });
});
