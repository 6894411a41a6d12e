// What the pages of rooms, reports and webhooks share: values that are asked for again and again, times, texts.
import { describe, expect, it } from 'vitest';
import { reportTexts } from '../../../src/admin/reports/text.ts';
import { roomTexts } from '../../../src/admin/rooms/text.ts';
import { Poll } from '../../../src/admin/traffic/poll.ts';
import { trafficTexts } from '../../../src/admin/traffic/text.ts';
import { dayBegin, dayEnd, exactTimeText, spanText, timeText } from '../../../src/admin/traffic/when.ts';
import { webhookTexts } from '../../../src/admin/webhooks/text.ts';
import { english } from './scripted-traffic.ts';

/** A page whose time and visibility the test turns. */
class FakePage {
  isShown = true;
  #timers: { readonly ms: number; readonly then: () => void }[] = [];
  #listeners = new Set<() => void>();

  readonly ports = {
    after: (ms: number, then: () => void) => {
      const timer = { ms, then };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      };
    },
    isVisible: () => this.isShown,
    onVisibility: (then: () => void) => {
      this.#listeners.add(then);
      return () => this.#listeners.delete(then);
    },
  };

  get waiting(): readonly number[] {
    return this.#timers.map(({ ms }) => ms);
  }
  get listeners(): number {
    return this.#listeners.size;
  }

  show(isShown: boolean): void {
    this.isShown = isShown;
    for (const listener of this.#listeners) listener();
  }

  ring(): void {
    const [first] = this.#timers.splice(0, 1);
    first?.then();
  }
}

/** Answers that the test gives, one by one. */
function polled() {
  const page = new FakePage();
  const open: PromiseWithResolvers<number>[] = [];
  const load = (): Promise<number> => {
    const call = Promise.withResolvers<number>();
    open.push(call);
    return call.promise;
  };
  const poll = new Poll({ load, everyMs: 3000, ports: page.ports });
  const settled = async (act: () => void): Promise<void> => {
    act();
    await new Promise(setImmediate);
  };
  return { page, poll, calls: () => open.length, settled, answer: (at: number) => open[at] };
}

describe('a value that is asked for again and again', () => {
  it('is asked for at once, and again some time after each answer', async () => {
    const { page, poll, calls, settled, answer } = polled();
    poll.start();
    expect([calls(), page.waiting]).toEqual([1, []]);
    await settled(() => answer(0)?.resolve(7));
    expect([poll.state.get(), page.waiting]).toEqual([{ value: 7, problem: undefined }, [3000]]);
    page.ring();
    expect(calls()).toBe(2);
  });

  it('is not asked for while the page is hidden, and at once when it is shown', async () => {
    const { page, poll, calls, settled, answer } = polled();
    poll.start();
    await settled(() => answer(0)?.resolve(1));
    page.show(false);
    expect([calls(), page.waiting]).toEqual([1, []]);
    page.show(true);
    expect(calls()).toBe(2);
    page.isShown = false; // between the call and its answer
    await settled(() => answer(1)?.resolve(2));
    expect([poll.state.get().value, page.waiting]).toEqual([2, []]);
  });

  it('is not asked for, and shown, after the page is closed', async () => {
    const { page, poll, calls, settled, answer } = polled();
    poll.start();
    await settled(() => answer(0)?.resolve(1));
    page.ring();
    poll.close();
    await settled(() => answer(1)?.resolve(2));
    page.show(true);
    void poll.now();
    expect([calls(), page.waiting, page.listeners, poll.state.get().value]).toEqual([2, [], 0, 1]);
  });

  it('stays when a call fails, with the problem, until one succeeds', async () => {
    const { page, poll, settled, answer } = polled();
    const problem = new Error('no answer');
    poll.start();
    await settled(() => answer(0)?.resolve(1));
    page.ring();
    await settled(() => answer(1)?.reject(problem));
    expect([poll.state.get(), page.waiting]).toEqual([{ value: 1, problem }, [3000]]);
    page.ring();
    await settled(() => answer(2)?.resolve(3));
    expect(poll.state.get()).toEqual({ value: 3, problem: undefined });
  });

  it('is not replaced by the answer to an earlier call', async () => {
    const { page, poll, settled, answer } = polled();
    poll.start();
    void poll.now();
    await settled(() => answer(1)?.resolve(2));
    await settled(() => answer(0)?.resolve(1));
    expect([poll.state.get().value, page.waiting]).toEqual([2, [3000]]);
  });
});

describe('times', () => {
  const reader = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
  const say = english(trafficTexts);

  it('are in the user’s zone; what is no time is nothing', () => {
    for (const text of [undefined, '', 'soon']) expect(timeText(text, reader)).toBe('');
    expect(timeText('2026-11-23T08:48:59Z', reader)).toBe('23 Nov 2026, 09:48');
    expect(exactTimeText('2026-11-23T08:48:59Z', reader)).toBe('23 Nov 2026, 09:48:59');
  });

  it('make spans in two units at most; one that cannot be is none', () => {
    const rows = [
      [Number.NaN, '0 s'],
      [-5000, '0 s'],
      [400, '0 s'],
      [59_499, '59 s'],
      [59_500, '1 min 0 s'],
      [3_599_000, '59 min 59 s'],
      [3_600_000, '1 h 0 min'],
      [97 * 3_600_000 + 60_000, '97 h 1 min'],
    ] as const;
    for (const [ms, text] of rows) expect(spanText(0, ms, say)).toBe(text);
  });

  it('begin and end days in the zone, also where clocks change', () => {
    for (const day of ['', 'today', '2026-13-01', '2026-1-1']) {
      expect(dayBegin(day, 'UTC')).toBeUndefined();
      expect(dayEnd(day, 'UTC')).toBeUndefined();
    }
    const rows = [
      ['2026-11-23', 'Asia/Shanghai', '2026-11-22T16:00:00.000Z', '2026-11-23T16:00:00.000Z'],
      ['2026-11-23', 'America/New_York', '2026-11-23T05:00:00.000Z', '2026-11-24T05:00:00.000Z'],
      ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z', '2026-11-23T18:15:00.000Z'],
    ] as const;
    for (const [day, zone, begin, end] of rows)
      expect([dayBegin(day, zone), dayEnd(day, zone)], `${day} ${zone}`).toEqual([begin, end]);
  });
});

describe('texts of these pages', () => {
  const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  const all = { roomTexts, reportTexts, trafficTexts, webhookTexts };
  for (const [name, { en, zh }] of Object.entries(all))
    it(`have both languages: ${name}`, () => {
      expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
      for (const [key, text] of Object.entries(en)) {
        const other = (zh as Record<string, string>)[key] ?? '';
        expect({ key, holes: holes(other) }).toEqual({ key, holes: holes(text) });
        expect([text.trim(), other.trim()]).not.toContain('');
      }
    });
});
