import { expect, test } from 'vitest';
import { sitesOf } from '../../../src/moving/sites.ts';
import { CPU_MAX } from '../../../src/placing/core/filters/capacity.ts';
import { BUSY_UTILISATION } from '../../../src/placing/core/near.ts';
import { noLoad } from '../fixtures.ts';
import { RoomWorld } from '../support/room-world.ts';

test('a site is open while a node of it takes people and is below three quarters of its capacity', async () => {
  const world = await RoomWorld.start({ frankfurt: 1, paris: 1, stockholm: 1 });
  await world.pass(300_000); // until no node is in its slow start
  const { placementIndex, fleet } = world.centre;
  const open = (): boolean[] => {
    const { keys, isOpen } = sitesOf({ placementIndex, fleet, nowMs: world.clock.nowMs() });
    return keys.map((_, site) => isOpen(site));
  };
  const used = (share: number): void => {
    const { incarnation = '' } = fleet.get('sfu-paris-1')?.description ?? {};
    world.centre.fullReport('sfu-paris-1', { incarnation, rooms: [], load: { ...noLoad, cpu: CPU_MAX * share } });
  };
  expect(open()).toEqual([true, true, true]);
  await world.centre.cordon('sfu-frankfurt-1', 'a test');
  expect(open()).toEqual([false, true, true]);
  await world.centre.cordon('sfu-frankfurt-1', undefined);
  await world.centre.drain('sfu-stockholm-1', 'a test');
  expect(open()).toEqual([true, true, false]);
  used(BUSY_UTILISATION - 0.01);
  expect(open()).toEqual([true, true, false]);
  used(BUSY_UTILISATION + 0.01);
  expect(open()).toEqual([true, false, false]);
});
