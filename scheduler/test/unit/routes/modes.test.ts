// Pairs of hosts that may be relayed, by the modes of their shared rooms.
import { createLogger, createMetrics, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import { Routing } from '../../../src/routing/routing.ts';
import { description, noLoad, room } from '../fixtures.ts';

const hosts = ['a', 'b', 'c'] as const;
/** One-way delays with which the way from a to b is long directly and short over c. */
const oneWayMs = (from: string, to: string): number => ([from, to].includes('c') ? 10 : 90);

function routed(rooms: readonly string[]) {
  const clock = new ManualClock();
  const fleet = new Fleet();
  const log = createLogger({ name: 'test', level: 'silent' });
  const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
  const mayRelayRoom = (key: string): boolean => !key.startsWith('t/direct');
  const routing = new Routing({ clock, fleet, log, metrics, mayRelayRoom, isPlacePretended: true });
  for (const name of hosts) {
    const path = { purpose: 'path', protocol: 'udp', ip: '127.0.0.1', announced: '', port: 7940 };
    const node = description({ nodeId: `sfu-${name}`, hostId: name, addresses: [path] });
    fleet.register({ description: node, rooms: name === 'c' ? [] : rooms.map((key) => room(key)), load: noLoad }, 0);
  }
  routing.fleetChanged();
  for (let step = 0; step < 60; step += 1) {
    for (const from of hosts) {
      const samples = hosts
        .filter((to) => to !== from)
        .map((to) => ({
          toHostId: to,
          rttMs: 2 * oneWayMs(from, to),
          onewayChangeMs: 0,
          jitterMs: 0,
          lossFast: 0,
          lossSlow: 0,
          slowProbes: 100,
          isSilent: false,
        }));
      routing.report(`sfu-${from}`, samples);
    }
    clock.advance(500);
  }
  const via = routing.pathOf('a', 'b')?.via;
  routing.close();
  return via;
}

test.each([
  { rooms: [], via: 'c' },
  { rooms: ['t/relay'], via: 'c' },
  { rooms: ['t/direct-1', 't/direct-2'], via: '' },
  { rooms: ['t/direct-1', 't/relay'], via: 'c' },
])('two hosts that share $rooms go over "$via"', ({ rooms, via }) => {
  expect(routed(rooms)).toBe(via);
});
