import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PreferenceSender } from '../../src/connection/preference-sender.ts';
import type { LayerPreference } from '../../src/core/layers.ts';

const preference = (spatialLayer: number): LayerPreference => ({
  paused: false,
  spatialLayer,
  temporalLayer: undefined,
});

describe('the sender of preferences', () => {
  let sent: [string, number | undefined][] = [];
  let connected = true;
  let sender: PreferenceSender;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    sent = [];
    connected = true;
    sender = new PreferenceSender({
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

  test('sends a few at once and many at the rate that the signaling node accepts', () => {
    for (let index = 0; index < 100; index += 1) sender.put(`T${index}`, preference(0));
    expect(sent).toHaveLength(40);
    vi.advanceTimersByTime(1000);
    expect(sent.length).toBeGreaterThanOrEqual(59);
    expect(sent.length).toBeLessThanOrEqual(61);
    vi.advanceTimersByTime(3000);
    expect(sent).toHaveLength(100);
    expect(sender.waiting).toBe(0);
  });

  test('keeps only the latest preference of a track while it waits', () => {
    connected = false;
    sender.put('T', preference(0));
    sender.put('T', preference(1));
    expect(sender.waiting).toBe(1);
    connected = true;
    sender.flush();
    expect(sent).toEqual([['T', 1]]);
  });

  test('sends nothing for a track that is gone', () => {
    connected = false;
    sender.put('T', preference(0));
    sender.drop('T');
    connected = true;
    sender.flush();
    expect(sent).toEqual([]);
  });

  test('sends nothing after close', () => {
    for (let index = 0; index < 50; index += 1) sender.put(`T${index}`, preference(0));
    sender.close();
    vi.advanceTimersByTime(5000);
    expect(sent).toHaveLength(40);
    expect(vi.getTimerCount()).toBe(0);
  });
});
