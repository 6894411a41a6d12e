import { createLogger, createMetrics, ManualClock } from '@meridian/runtime';
import { expect, test, vi } from 'vitest';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import { Routing } from '../../../src/routing/routing.ts';
import { description, noLoad } from '../fixtures.ts';

test('a burst of registrations that changes no host with routes looks at the fleet once in a batch', () => {
  const clock = new ManualClock();
  const fleet = new Fleet();
  const log = createLogger({ name: 'test', level: 'silent' });
  const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
  const routing = new Routing({ clock, fleet, log, metrics });
  const register = (nodeId: string, hostId: string): void => {
    fleet.register({ description: description({ nodeId, hostId }), rooms: [], load: noLoad }, clock.nowMs());
    routing.fleetChanged();
  };
  register('sfu-0', 'host');
  clock.advance(1000);
  const looks = vi.spyOn(fleet, 'list');
  for (let index = 1; index <= 50; index += 1) register(`sfu-${index}`, 'host');
  expect(looks.mock.calls.length).toBeLessThan(5);
  register('sfu-new', 'new-host');
  clock.advance(1000);
  expect(routing.planner.hosts.map(({ hostId }) => hostId)).toEqual(['host', 'new-host']);
  routing.close();
});
