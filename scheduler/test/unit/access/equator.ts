// Sites along the equator, for tests of learning: a client's true round trip is 2 ms a degree and 3 ms (light alone
// takes 1.1).
import { ManualClock } from '@meridian/runtime';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { Copy } from '../../../src/copying/copy.ts';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import { Access, type Client } from '../../../src/locating/access.ts';
import { Ledger } from '../../../src/placing/core/ledger.ts';
import { PlacementIndex } from '../../../src/placing/core/placement-index.ts';
import { YoungRooms } from '../../../src/placing/core/young-rooms.ts';
import { description, noLoad } from '../fixtures.ts';

export const longitudes: readonly number[] = Array.from({ length: 16 }, (_, index) => index * 10);
export const keyOf = (longitude: number): string => `r/c${String(longitude).padStart(3, '0')}`;
export const trueMs = (from: number, to: number): number => 3 + 2 * Math.abs(from - to);

/** A centre with a site at each of these longitudes. */
export function centre(longitudesOfSites: readonly number[] = longitudes) {
  const clock = new ManualClock();
  const { log } = collectingLog();
  const fleet = new Fleet();
  for (const longitude of longitudesOfSites) {
    const nodeId = `n${String(longitude).padStart(3, '0')}`;
    const place = { region: 'r', city: keyOf(longitude).slice(2), latitude: 0, longitude };
    fleet.register({ description: description({ nodeId, hostId: nodeId, ...place }), rooms: [], load: noLoad }, 0);
  }
  const lonOf = (hostId: string): number => Number(hostId.slice(1));
  const rttMs = (a: string, b: string): number => 2 * Math.abs(lonOf(a) - lonOf(b));
  const delays = { version: 1, delayMs: (a: string, b: string) => rttMs(a, b) / 2, rttMs };
  const placementIndex = new PlacementIndex({ fleet, ledger: new Ledger(), young: new YoungRooms(), delays });
  placementIndex.refresh(0);
  const none = async () => undefined;
  const store = { load: async () => [], put: none, remove: none, close: none };
  const access = new Access({
    placementIndex,
    clock,
    log,
    copy: new Copy({ store, clock, log, onFailure: () => undefined }),
  });
  /** Returns where a newcomer is sent first by belief, and the timed sites. */
  const sentTo = (client: Client) => {
    const { order, timed } = access.believe(client);
    return { longitude: longitudesOfSites[order[0] ?? -1] ?? Number.NaN, timed: timed.size };
  };
  return { access, clock, sentTo };
}

/** A client that the database puts at this longitude. */
export const client = (ip: string, databaseLongitude: number): Client => ({
  ip,
  location: { latitude: 0, longitude: databaseLongitude, radiusKm: 20, source: 'test', label: '', countryCode: '' },
  times: [],
});
export const times = (figures: Readonly<Record<number, number>>) =>
  Object.entries(figures).map(([longitude, rttMs]) => ({ siteKey: keyOf(Number(longitude)), rttMs }));
export type Centre = ReturnType<typeof centre>;

/** Runs an honest session: it times the requested sites. */
export function session({ access }: Centre, ip: string, databaseLongitude: number, trueLongitude: number): string[] {
  const asked = access.sitesToTime(client(ip, databaseLongitude));
  const found = asked.map((siteKey) => ({ siteKey, rttMs: trueMs(trueLongitude, Number(siteKey.slice(3))) }));
  access.learn({ ...client(ip, databaseLongitude), times: found });
  return asked;
}
