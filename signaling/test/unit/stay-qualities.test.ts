// Tests reports on stays with an api that is late, slow or absent.
import { MeridianError, type wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { StayQualities } from '../../src/clients/stay-qualities.ts';
import { bounds } from '../../src/limits.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: wire.StayQuality.$Properties[][] = [];
  const api = { answer: (): Promise<unknown> => Promise.resolve({}) };
  let lost = 0;
  const stays = new StayQualities({
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    call: (message) => {
      sent.push(message.stays ?? []);
      return api.answer();
    },
    onLost: () => {
      lost += 1;
    },
  });
  const put = (sessionId: string, measuredS: number) => stays.put(sessionId, { sessionId, quality: { measuredS } });
  const reported = () =>
    sent.map((batch) => batch.map(({ sessionId, quality }) => `${sessionId} ${quality?.measuredS}`));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stays, api, put, reported, pass, lost: () => lost };
}

describe('the report on a stay', () => {
  it('is sent every two minutes, only the latest of each session', async () => {
    const { put, reported, pass } = setUp();
    put('a', 10);
    put('a', 20);
    put('b', 10);
    await pass(bounds.stayQualityEveryMs - 1);
    expect(reported()).toEqual([]);
    await pass(1);
    expect(reported()).toEqual([['a 20', 'b 10']]);
    await pass(bounds.stayQualityEveryMs * 3);
    expect(reported()).toHaveLength(1);
    put('a', 30);
    await pass(bounds.stayQualityEveryMs);
    expect(reported()[1]).toEqual(['a 30']);
  });

  it('is sent soon after the session’s end, once, and forgotten', async () => {
    const { stays, put, reported, pass } = setUp();
    put('a', 10);
    stays.over('a');
    stays.over('a');
    stays.over('unknown');
    await pass(bounds.stayQualitySoonMs);
    expect(reported()).toEqual([['a 10']]);
    expect(stays.size).toBe(0);
    put('b', 10);
    await pass(bounds.stayQualityEveryMs);
    stays.over('b');
    expect(stays.size).toBe(0);
    expect(reported()).toHaveLength(2);
  });

  it('waits while there is no api, and later reports of the session replace it', async () => {
    const { stays, api, put, reported, pass } = setUp();
    api.answer = () => Promise.reject(new MeridianError('API_UNREACHABLE'));
    put('a', 10);
    stays.over('a');
    await pass(bounds.stayQualitySoonMs);
    for (let second = 10; second < 60; second += 10) put('b', second);
    await pass(bounds.stayQualityRetryMs);
    api.answer = () => Promise.resolve({});
    await pass(bounds.stayQualityRetryMs);
    expect(reported().at(-1)).toEqual(['a 10', 'b 50']);
    expect(stays.size).toBe(1);
  });

  it('is dropped beyond the bound, for the session without news for longest first, and counted', async () => {
    const { stays, put, reported, pass, lost } = setUp();
    put('old', 10);
    put('alive', 10);
    for (let each = 2; each < bounds.stayQualitiesMax; each += 1) put(`s${each}`, 10);
    put('old', 20);
    put('more', 10);
    expect(lost()).toBe(1);
    expect(stays.size).toBe(bounds.stayQualitiesMax);
    await stays.flush(1000);
    await pass(0);
    const all = reported().flat();
    expect(all).toHaveLength(bounds.stayQualitiesMax);
    expect(all).toContain('old 20');
    expect(all).not.toContain('alive 10');
    expect(Math.max(...reported().map(({ length }) => length))).toBe(bounds.stayQualitiesAtOnce);
  });

  it('is waited for by an ordered stop, for a bounded time; nothing is sent afterwards', async () => {
    const { stays, api, put, reported, pass } = setUp();
    api.answer = () => new Promise(() => undefined);
    put('a', 10);
    const flushed = stays.flush(2000);
    await pass(2000);
    await flushed;
    stays.close();
    stays.close();
    put('b', 10);
    await pass(bounds.stayQualityEveryMs);
    expect(reported()).toEqual([['a 10']]);
  });
});
