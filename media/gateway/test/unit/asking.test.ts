import { describe, expect, it } from 'vitest';
import { type Ask, Asking } from '../../src/core/asking.ts';

const BURST = 40;
const PER_SECOND = 20;
const voices = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `voice ${from + at}`);
const asked = (asks: readonly Ask[]): string[] =>
  asks.map(({ trackId, subscribed }) => `${subscribed ? '+' : '-'}${trackId}`);

describe('asking', () => {
  it("requests the picture first, and voices below signaling's rate limit", () => {
    const asking = new Asking(0);
    asking.want('picture', voices(100));
    const first = asked(asking.take(0));
    expect(first).toEqual(['+picture', ...voices(BURST).map((voice) => `+${voice}`)]);
    expect(asking.take(0)).toEqual([]);
    let count = 0;
    for (let nowMs = 20; nowMs <= 2000; nowMs += 20) count += asking.take(nowMs).length;
    expect(count).toBe(2 * PER_SECOND);
    expect(asked(asking.take(60_000))).toHaveLength(100 - BURST - 2 * PER_SECOND);
    expect(asking.take(120_000)).toEqual([]);
  });

  it('requests another picture at once, however many voices wait', () => {
    const asking = new Asking(0);
    asking.want('picture', voices(100));
    asking.take(0);
    asking.want('other', voices(100));
    expect(asked(asking.take(0))).toEqual(['+other']);
    expect(asked(asking.take(50))).toEqual(['-picture']);
  });

  it('cancels unwanted tracks before it requests more, once', () => {
    const asking = new Asking(0);
    asking.want(undefined, voices(2));
    asking.take(0);
    asking.want(undefined, voices(2, 1));
    expect(asked(asking.take(0))).toEqual(['-voice 0', '+voice 2']);
    asking.want(undefined, []);
    expect(asked(asking.take(0))).toEqual(['-voice 1', '-voice 2']);
    expect(asking.take(60_000)).toEqual([]);
  });

  it('repeats a refused request after 1 s, 2 s … 30 s, and from 1 s again after a success', () => {
    const asking = new Asking(0);
    asking.want('picture', ['voice']);
    asking.take(0);
    let nowMs = 0;
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      for (const trackId of ['picture', 'voice', 'never asked']) asking.failed(trackId, nowMs);
      asking.failed('voice', nowMs); // The voice has failed twice.
      nowMs += seconds * 1000 - 1;
      expect(asking.take(nowMs)).toEqual([]);
      nowMs += 1;
      expect(asked(asking.take(nowMs))).toEqual(['+picture', '+voice']);
    }
    asking.came('voice');
    asking.came('never asked');
    asking.failed('voice', nowMs);
    expect(asked(asking.take(nowMs + 1000))).toEqual(['+voice']);
  });

  it('requests everything again in another session', () => {
    const asking = new Asking(0);
    asking.want('picture', ['voice']);
    asking.take(0);
    asking.forget();
    expect(asked(asking.take(0))).toEqual(['+picture', '+voice']);
  });
});
