// When an instance may place for its region: never while a leader may be placing there.
import { ManualClock, memoryKeyValue } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import type { Centre } from '../../../src/centre/centre.ts';
import { LEADER_KEY } from '../../../src/leading/election.ts';
import { RegionTerms } from '../../../src/leading/regions/terms.ts';
import type { ElectedTerms } from '../../../src/leading/terms.ts';

const HELD_MS = 3_600_000;

/** An instance that holds the lease of its region, beside whatever leader the store names. */
async function instance(o: { leader?: string; keepsOut?: string; isStoreDown?: boolean }) {
  const clock = new ManualClock();
  const kv = memoryKeyValue({ clock, maxEntries: 10 });
  if (o.leader !== undefined)
    await kv.takeLease(LEADER_KEY, JSON.stringify({ id: 'l', url: '', incarnation: o.leader }), { ttlMs: HELD_MS });
  const promise = { keepsOut: o.keepsOut };
  const resigned: string[] = [];
  const elected = {
    centre: {} as Centre,
    epoch: 3,
    mayDecide: () => resigned.length === 0,
    start: async () => undefined,
    resign: (why: string) => resigned.push(why),
    close: async () => undefined,
  } as unknown as ElectedTerms;
  const down = { ...kv, get: () => Promise.reject(new Error('the store is away')) };
  const terms = new RegionTerms({
    elected,
    kv: o.isStoreDown === true ? down : kv,
    clock,
    log: collectingLog().log,
    yieldingTerm: () => promise.keepsOut,
    onChange: () => undefined,
  });
  await terms.start();
  return { clock, kv, resigned, terms, said: promise };
}

describe('an instance with the lease of its region', () => {
  test.each([
    { name: 'the leader keeps out of the region', leader: 'now', keepsOut: 'now', places: true },
    { name: 'there is no leader', keepsOut: 'now', places: true },
    { name: 'another centre leads than the one that keeps out', leader: 'new', keepsOut: 'old', places: false },
    { name: 'no leader has ever accepted it as an instance', leader: 'now', places: false },
    { name: 'no leader has accepted it, and none leads', places: false },
    { name: 'the store does not say which centre leads', keepsOut: 'now', isStoreDown: true, places: false },
  ])('when $name, places: $places', async ({ name: _name, places, ...o }) => {
    const { clock, resigned, terms } = await instance(o);
    await clock.advance(1000);
    expect(terms.mayDecide()).toBe(places);
    expect(terms.epoch).toBe(places ? 3 : 0);
    // The instance gives back a lease that the leader may need.
    await clock.advance(2000);
    expect(resigned).toHaveLength(places ? 0 : 1);
  });

  test('places as soon as a new leader keeps out of the region too', async () => {
    const { terms, said } = await instance({ leader: 'new', keepsOut: 'old' });
    expect(terms.mayDecide()).toBe(false);
    said.keepsOut = 'new';
    terms.leaderChanged();
    await expect.poll(() => terms.mayDecide()).toBe(true);
  });
});
