import { describe, expect, it } from 'vitest';
import { type SubscriptionRequest, SubscriptionRequests } from '../../src/core/subscription-requests.ts';

const BURST = 40;
const PER_SECOND = 20;
const voices = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `voice ${from + at}`);
const textsOf = (asks: readonly SubscriptionRequest[]): string[] =>
  asks.map(({ trackId, subscribed }) => `${subscribed ? '+' : '-'}${trackId}`);

describe('asking', () => {
  it("requests the picture first, and voices below signaling's rate limit", () => {
    const asking = new SubscriptionRequests(0);
    asking.setWanted('picture', voices(100));
    const first = textsOf(asking.takeDue(0));
    expect(first).toEqual(['+picture', ...voices(BURST).map((voice) => `+${voice}`)]);
    expect(asking.takeDue(0)).toEqual([]);
    let count = 0;
    for (let nowMs = 20; nowMs <= 2000; nowMs += 20) count += asking.takeDue(nowMs).length;
    expect(count).toBe(2 * PER_SECOND);
    expect(textsOf(asking.takeDue(60_000))).toHaveLength(100 - BURST - 2 * PER_SECOND);
    expect(asking.takeDue(120_000)).toEqual([]);
  });

  it('requests another picture at once, however many voices wait', () => {
    const asking = new SubscriptionRequests(0);
    asking.setWanted('picture', voices(100));
    asking.takeDue(0);
    asking.setWanted('other', voices(100));
    expect(textsOf(asking.takeDue(0))).toEqual(['+other']);
    expect(textsOf(asking.takeDue(50))).toEqual(['-picture']);
  });

  it('cancels unwanted tracks before it requests more, once', () => {
    const asking = new SubscriptionRequests(0);
    asking.setWanted(undefined, voices(2));
    asking.takeDue(0);
    asking.setWanted(undefined, voices(2, 1));
    expect(textsOf(asking.takeDue(0))).toEqual(['-voice 0', '+voice 2']);
    asking.setWanted(undefined, []);
    expect(textsOf(asking.takeDue(0))).toEqual(['-voice 1', '-voice 2']);
    expect(asking.takeDue(60_000)).toEqual([]);
  });

  it('repeats a refused request after 1 s, 2 s … 30 s, and from 1 s again after a success', () => {
    const asking = new SubscriptionRequests(0);
    asking.setWanted('picture', ['voice']);
    asking.takeDue(0);
    let nowMs = 0;
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      for (const trackId of ['picture', 'voice', 'never asked']) asking.requestFailed(trackId, nowMs);
      asking.requestFailed('voice', nowMs); // The voice has failed twice.
      nowMs += seconds * 1000 - 1;
      expect(asking.takeDue(nowMs)).toEqual([]);
      nowMs += 1;
      expect(textsOf(asking.takeDue(nowMs))).toEqual(['+picture', '+voice']);
    }
    asking.trackArrived('voice');
    asking.trackArrived('never asked');
    asking.requestFailed('voice', nowMs);
    expect(textsOf(asking.takeDue(nowMs + 1000))).toEqual(['+voice']);
  });

  it('requests everything again in another session', () => {
    const asking = new SubscriptionRequests(0);
    asking.setWanted('picture', ['voice']);
    asking.takeDue(0);
    asking.forget();
    expect(textsOf(asking.takeDue(0))).toEqual(['+picture', '+voice']);
  });
});
