import { describe, expect, it } from 'vitest';
import { FreshEvents } from '../../src/core/fresh-events.ts';

const event = (id: string, atS: number, sequence = 1, sid = 'RM_1') => ({
  id,
  sequence,
  room: { sid },
  storedAt: new Date(1_000_000 + atS * 1000).toISOString(),
});
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id).join(' ');

describe('a polled list of events, newest first', () => {
  it('yields each event once, oldest first', () => {
    const fresh = new FreshEvents();
    expect(ids(fresh.take([event('b', 2), event('a', 1)]))).toBe('a b');
    expect(ids(fresh.take([event('c', 3), event('b', 2), event('a', 1)]))).toBe('c');
    expect(fresh.take([event('c', 3)])).toEqual([]);
  });

  it('keeps a room’s sequence among events stored at the same time', () => {
    const at = [event('z', 1, 1), event('a', 1, 3), event('k', 1, 2), event('q', 1, 1, 'RM_2')];
    expect(ids(new FreshEvents().take(at))).toBe('z k a q');
  });

  it('yields an event that another api instance stored 25 s late, and none that is older', () => {
    const fresh = new FreshEvents();
    fresh.take([event('a', 100)]);
    expect(ids(fresh.take([event('late', 75), event('old', 60)]))).toBe('late');
    expect([fresh.isOld(event('x', 71)), fresh.isOld(event('x', 69))]).toEqual([false, true]);
  });

  it('forgets events that can no longer appear', () => {
    const fresh = new FreshEvents();
    for (let atS = 0; atS < 1000; atS++) fresh.take([event(`e${atS}`, atS)]);
    expect(fresh.remembered).toBeLessThan(40);
  });
});
