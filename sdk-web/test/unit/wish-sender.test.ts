import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WishSender } from '../../src/connection/wish-sender.ts';
import type { Wish } from '../../src/core/layers.ts';

const wish = (spatialLayer: number): Wish => ({ paused: false, spatialLayer, temporalLayer: undefined });

describe('the sender of wishes', () => {
  let sent: [string, number | undefined][] = [];
  let connected = true;
  let sender: WishSender;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    sent = [];
    connected = true;
    sender = new WishSender({
      now: () => performance.now(),
      send: (trackId, each) => {
        if (connected) sent.push([trackId, each.spatialLayer]);
        return connected;
      },
    });
  });
  afterEach(() => {
    sender.close();
    vi.useRealTimers();
  });

  test('sends a few at once and many at the pace the door accepts', () => {
    for (let index = 0; index < 100; index += 1) sender.put(`T${index}`, wish(0));
    expect(sent).toHaveLength(40);
    vi.advanceTimersByTime(1000);
    expect(sent.length).toBeGreaterThanOrEqual(59);
    expect(sent.length).toBeLessThanOrEqual(61);
    vi.advanceTimersByTime(3000);
    expect(sent).toHaveLength(100);
    expect(sender.waiting).toBe(0);
  });

  test('keeps only the latest wish of a track while it waits', () => {
    connected = false;
    sender.put('T', wish(0));
    sender.put('T', wish(1));
    expect(sender.waiting).toBe(1);
    connected = true;
    sender.flush();
    expect(sent).toEqual([['T', 1]]);
  });

  test('does not ask for a track that is gone', () => {
    connected = false;
    sender.put('T', wish(0));
    sender.drop('T');
    connected = true;
    sender.flush();
    expect(sent).toEqual([]);
  });

  test('is silent after close', () => {
    for (let index = 0; index < 50; index += 1) sender.put(`T${index}`, wish(0));
    sender.close();
    vi.advanceTimersByTime(5000);
    expect(sent).toHaveLength(40);
    expect(vi.getTimerCount()).toBe(0);
  });
});
