// A trace for tests of `npm run sim -- --suite policies`: people of four cities in six rooms.
import type { Trace } from '../../sim/policies/trace.ts';

export const HOUR_S = 3600;

/** Lisbon to Sydney is slow; over Tokyo it is faster. */
export const nodes = (
  [
    ['west', 'Lisbon', 38.7, -9.1],
    ['west', 'New York', 40.7, -74],
    ['east', 'Tokyo', 35.7, 139.7],
    ['south', 'Sydney', -33.9, 151.2],
  ] as const
).map(([region, city, latitude, longitude], index) => {
  return { nodeId: `sfu-${index}`, region, city, latitude, longitude, sessionsMax: index === 0 ? 500 : 0 };
});

export const trace = (o: Partial<Trace> = {}): Trace => ({
  from: '2026-11-26T00:00:00.000Z',
  to: '2026-11-26T01:00:00.000Z',
  share: 1,
  nodes,
  links: [
    { from: 0, to: 2, rttMs: 160 },
    { from: 3, to: 2, rttMs: 110 },
  ],
  places: nodes.map(({ latitude, longitude }) => ({ latitude, longitude })),
  rooms: Array.from({ length: 6 }, (_, room) =>
    nodes.map((__, person) => ({
      person,
      place: person,
      node: -1,
      fromS: room * 60 + person,
      toS: 900 + room * 60,
    })),
  ),
  prices: { currency: 'EUR', nodeHours: [{ price: 0.01 }], traffic: [{ unit: 'GB', price: 0.05 }] },
  ...o,
});
export const session = { person: 0, place: 0, node: 0, fromS: 0, toS: 60 };
