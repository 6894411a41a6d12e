import { ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { collectingLog } from '../../../base/runtime/test/support/log.ts';
import { Copy } from '../../src/copying/copy.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { Access, type Client } from '../../src/locating/access.ts';
import { PREFIXES_MAX, VOTE_LIFE_MS } from '../../src/locating/core/access/index.ts';
import { Ledger } from '../../src/placing/core/ledger.ts';
import { PlacementIndex } from '../../src/placing/core/placement-index.ts';
import { YoungRooms } from '../../src/placing/core/young-rooms.ts';
import { description, frankfurt, noLoad, singapore } from './fixtures.ts';

const FRA = 'eu/frankfurt';
const SGP = 'ap/singapore';

/** A centre with a node in Frankfurt and a node in Singapore, over a store in memory. */
function centre(entries: Map<string, string> = new Map(), asnOf: (ip: string) => number | undefined = () => undefined) {
  const clock = new ManualClock();
  const { log, lines } = collectingLog();
  const fleet = new Fleet();
  const node = (nodeId: string, region: string, city: string, at: { latitude: number; longitude: number }) =>
    fleet.register(
      { description: description({ nodeId, hostId: nodeId, region, city, ...at }), rooms: [], load: noLoad },
      0,
    );
  node('fra', 'eu', 'frankfurt', frankfurt);
  node('sgp', 'ap', 'singapore', singapore);
  const delays = { version: 1, delayMs: () => 80, rttMs: () => 160 };
  const placementIndex = new PlacementIndex({ fleet, ledger: new Ledger(), young: new YoungRooms(), delays });
  placementIndex.refresh(0);
  const store = {
    load: async () => [...entries],
    put: async (key: string, value: string) => void entries.set(key, value),
    remove: async (key: string) => void entries.delete(key),
    close: async () => undefined,
  };
  const copy = new Copy({ store, clock, log, onFailure: () => undefined });
  const access = new Access({ placementIndex, clock, log, copy, asnOf });
  const rtts = (client: Client): Record<string, number> => {
    const belief = access.believe(client);
    return Object.fromEntries(
      placementIndex.sites.map(({ key }, site) => [key, Math.round(belief.meanMs[site] ?? Number.NaN)]),
    );
  };
  const timed = (client: Client): (string | undefined)[] =>
    [...access.believe(client).timed].map((site) => placementIndex.sites[site]?.key);
  return { access, placementIndex, clock, copy, entries, fleet, lines, rtts, timed };
}

const inFrankfurt = { ...frankfurt, radiusKm: 50, source: 'test', label: '', countryCode: 'DE' };
const client = (ip: string, times: [string, number][] = []): Client => ({
  ip,
  location: inFrankfurt,
  times: times.map(([siteKey, rttMs]) => ({ siteKey, rttMs })),
});

describe('the belief of round trips from a client to the sites', () => {
  test('follows the database’s place for an address without measurements, and no site counts as timed', () => {
    const { rtts, timed } = centre();
    const unmeasuredClient = client('9.9.9.9');
    expect(rtts(unmeasuredClient)[FRA]).toBeLessThan(rtts(unmeasuredClient)[SGP] ?? 0);
    expect(timed(unmeasuredClient)).toEqual([]);
  });

  test.each([
    { name: 'a possible time', rttMs: 33, expect: [FRA] },
    { name: 'no time at all', rttMs: 0, expect: [] },
    { name: 'a negative time', rttMs: -3, expect: [] },
    { name: 'a time of a stalled page', rttMs: 2000, expect: [] },
    { name: 'NaN', rttMs: Number.NaN, expect: [] },
  ])('takes a client’s time of $rttMs ms for Frankfurt ($name) as timing $expect', (row) => {
    expect(centre().timed(client('9.9.9.9', [[FRA, row.rttMs]]))).toEqual(row.expect);
  });

  test('ignores a client’s time for an unknown site', () => {
    expect(centre().timed(client('9.9.9.9', [['moon/crater', 33]]))).toEqual([]);
  });

  test('prefers the client’s own time to its prefix’s, and the prefix’s to the network’s', () => {
    const { access, rtts } = centre();
    for (const [index, rttMs] of [50, 60, 70].entries()) access.learn(client(`9.9.${index}.1`, [[FRA, rttMs]]));
    expect(rtts(client('9.9.200.1'))[FRA]).toBe(60); // three prefixes of the network agree
    for (const [index, rttMs] of [20, 21, 22].entries()) access.learn(client(`9.9.200.${index + 1}`, [[FRA, rttMs]]));
    expect(rtts(client('9.9.200.99'))[FRA]).toBe(21); // three addresses of the prefix
    expect(rtts(client('9.9.200.1'))[FRA]).toBe(20); // the address that measured
    expect(rtts(client('9.9.200.1', [[FRA, 35]]))[FRA]).toBe(35); // the present timing
  });

  test('is computed once for all clients of a place, and again when the sites change', () => {
    const { access, placementIndex, fleet } = centre();
    const first = access.believe(client('9.9.9.9'));
    expect(access.believe(client('8.8.8.8'))).toBe(first);
    const nyc = description({
      nodeId: 'nyc',
      hostId: 'nyc',
      region: 'us',
      city: 'nyc',
      latitude: 40.7,
      longitude: -74,
    });
    fleet.register({ description: nyc, rooms: [], load: noLoad }, 0);
    placementIndex.refresh(0);
    expect(access.believe(client('8.8.8.8')).meanMs.length).toBe(3);
  });

  test('ignores a database’s place that light disproves', () => {
    const { access, timed } = centre();
    // A client 5 ms from Singapore cannot be in Frankfurt, so sites near Singapore are near now.
    const moved = client('9.9.9.9', [[SGP, 5]]);
    expect(timed(moved)).toEqual([SGP]);
    expect(access.believe(moved).order[0]).toBe(access.believe(client('9.9.9.9')).order[1]);
  });
});

describe('a measurement learnt from a client', () => {
  test('moves no other client until three addresses have measured; their median then counts', () => {
    const { access, rtts, timed } = centre();
    access.learn(client('9.9.9.1', [[FRA, 500]]));
    access.learn(client('9.9.9.1', [[FRA, 600]]));
    access.learn(client('9.9.9.2', [[FRA, 30]]));
    expect(timed(client('9.9.9.3'))).toEqual([]);
    access.learn(client('9.9.9.3', [[FRA, 31]]));
    expect(rtts(client('9.9.9.4'))[FRA]).toBe(31);
  });

  test('is forgotten after days', () => {
    const { access, clock, timed } = centre();
    access.learn(client('9.9.9.1', [[FRA, 30]]));
    clock.advance(VOTE_LIFE_MS - 1);
    expect(timed(client('9.9.9.1'))).toEqual([FRA]);
    clock.advance(1);
    expect(timed(client('9.9.9.1'))).toEqual([]);
  });

  test.each(['10.0.0.1', '127.0.0.1', 'fe80::1', 'nonsense'])('is ignored from %s', (ip) => {
    const { access } = centre();
    access.learn(client(ip, [[FRA, 30]]));
    expect(access.book.size).toBe(0);
  });

  test('is ignored when no line can be so fast or so slow', () => {
    const { access } = centre();
    access.learn(
      client('9.9.9.1', [
        [FRA, 0],
        [SGP, 2000],
      ]),
    );
    expect(access.book.size).toBe(0);
  });
});

describe('a client’s own figure about its media node', () => {
  const claimOf = (siteKey: string, rttMs: number) => [{ siteKey, rttMs }];

  test.each([
    { name: 'a single /64', ips: [1, 2, 3].map((host) => `2a01:4f8:77:1::${host}`), other: '2a01:4f8:77:ff00::9' },
    { name: 'many /64s', ips: [1, 2, 3].map((link) => `2a01:4f8:77:${link}00::1`), other: '2a01:4f8:77:ff00::9' },
    {
      name: 'one /24 and two more, for the whole network',
      ips: ['9.9.1.1', '9.9.1.2', '9.9.1.3', '9.9.2.1', '9.9.3.1'],
      other: '9.9.77.1',
    },
    { name: 'one /24, for the /24', ips: ['9.9.1.1', '9.9.1.2', '9.9.1.3'], other: '9.9.1.9' },
  ])('moves no other client: addresses of $name', ({ ips, other }) => {
    const { access, rtts } = centre();
    const before = rtts(client(other));
    for (const ip of ips) {
      access.learnClaims(client(ip), claimOf(SGP, 1));
      access.learnClaims(client(ip), claimOf(SGP, 300));
      access.learnClaims(client(ip), claimOf(FRA, 300));
    }
    expect(rtts(client(other))).toEqual(before);
    expect(rtts(client(ips[0] as string))[FRA]).toBe(300);
  });

  test('counts at once for its own address, with IPv6 for its own /64', () => {
    const { access, rtts } = centre();
    expect(access.learnClaims(client('2a01:4f8:77:1::1'), claimOf(FRA, 33))).toEqual(claimOf(FRA, 33));
    expect(rtts(client('2a01:4f8:77:1::2'))[FRA]).toBe(33);
    expect(rtts(client('2a01:4f8:77:2::2'))[FRA]).not.toBe(33);
  });

  test.each([
    { name: 'too fast for its place', receipts: [], rttMs: 90, isTaken: false },
    { name: 'slow enough for its place', receipts: [], rttMs: 110, isTaken: true },
    { name: 'too fast for its receipt', receipts: [[FRA, 5]], rttMs: 90, isTaken: false },
    { name: 'slow enough for its receipt', receipts: [[FRA, 5]], rttMs: 110, isTaken: true },
    { name: 'too fast for its place, but not for its receipt', receipts: [[SGP, 9]], rttMs: 8, isTaken: true },
  ] as { name: string; receipts: [string, number][]; rttMs: number; isTaken: boolean }[])(
    'of $rttMs ms, $name, counts: $isTaken',
    ({ receipts, rttMs, isTaken }) => {
      const taken = isTaken ? claimOf(SGP, rttMs) : [];
      const now = centre();
      expect(now.access.learnClaims(client('9.9.9.1', receipts), claimOf(SGP, rttMs))).toEqual(taken);
      const before = centre();
      before.access.learn(client('9.9.9.1', receipts)); // an earlier measurement of a signaling node
      expect(before.access.learnClaims(client('9.9.9.1'), claimOf(SGP, rttMs))).toEqual(taken);
    },
  );

  test('is ignored when no line can be so fast or so slow, and not stored for an address outside public networks', () => {
    const { access } = centre();
    expect(
      access.learnClaims(client('9.9.9.1'), [...claimOf(FRA, 0), ...claimOf(SGP, 2000), ...claimOf('moon/crater', 30)]),
    ).toEqual([]);
    expect(access.learnClaims(client('10.0.0.1'), claimOf(FRA, 30))).toEqual(claimOf(FRA, 30));
    expect(access.book.size).toBe(0);
  });
});

test('three /64s of a home that signaling nodes measured do not move the neighbours in its /48', () => {
  const { access, rtts } = centre();
  const before = rtts(client('2a01:4f8:77:ff00::9'));
  for (const link of [1, 2, 3]) access.learn(client(`2a01:4f8:77:1${link}::1`, [[FRA, 500]]));
  expect(rtts(client('2a01:4f8:77:ff00::9'))).toEqual(before);
});

describe('with a database of autonomous systems', () => {
  const asnOf = (ip: string): number | undefined =>
    ip.startsWith('9.') || ip.startsWith('2001:')
      ? 64500
      : ip.startsWith('8.8.')
        ? Number(ip.split('.')[2]) + 1
        : undefined;

  test('prefixes of a system vote together, however far apart their numbers and in both address families', () => {
    const { access, rtts, timed } = centre(new Map(), asnOf);
    const addresses = ['9.1.1.1', '9.2.1.1', '2001:4860:1::1'];
    for (const [index, ip] of addresses.entries()) access.learn(client(ip, [[FRA, 50 + index]]));
    expect(rtts(client('9.77.1.1'))[FRA]).toBe(51);
    expect(timed(client('7.77.1.1'))).toEqual([]);
  });

  test('prefixes of different systems do not vote together, though their numbers are neighbours', () => {
    const { access, timed } = centre(new Map(), asnOf);
    for (const third of [1, 2, 3]) access.learn(client(`8.8.${third}.1`, [[FRA, 50]]));
    expect(timed(client('8.8.4.1'))).toEqual([]);
  });

  test('the prefix of an address without a known system votes in its /16', () => {
    const { access, rtts } = centre(new Map(), asnOf);
    for (const third of [1, 2, 3]) access.learn(client(`7.7.${third}.1`, [[FRA, 50]]));
    expect(rtts(client('7.7.4.1'))[FRA]).toBe(50);
  });
});

describe('the copy of the measurements', () => {
  test('holds changed records after a flush, so that another centre has the same beliefs', async () => {
    const { access, entries, rtts } = centre();
    for (const [index, rttMs] of [20, 21, 22].entries()) access.learn(client(`9.9.9.${index + 1}`, [[FRA, rttMs]]));
    expect(entries.size).toBe(0);
    access.flush();
    expect(entries.size).toBe(3); // the prefix, its network, and the claims about databases for its country
    const nextCentre = centre(entries);
    nextCentre.access.restore((await nextCentre.copy.load()).access);
    for (const ip of ['9.9.9.1', '9.9.9.77']) expect(nextCentre.rtts(client(ip))).toEqual(rtts(client(ip)));
    expect(nextCentre.lines.filter(({ level }) => level === 40)).toEqual([]);
  });

  test('is written 200 records at a time, each record once', () => {
    const { access, entries } = centre();
    for (let index = 0; index < 250; index += 1) access.learn(client(`9.9.${index}.1`, [[FRA, 30]]));
    access.flush();
    expect(entries.size).toBe(200);
    access.flush();
    expect(entries.size).toBe(252); // 250 prefixes of a network and country
    entries.clear();
    access.flush();
    expect(entries.size).toBe(0);
  });

  test('holds no more prefixes than the book, however many prefixes clients come from', () => {
    const { access, entries } = centre();
    const flushAll = (): void => {
      for (let turn = 0; turn < 800; turn += 1) access.flush();
    };
    const ask = (count: number, first: number): void => {
      for (let index = 0; index < count; index += 1)
        access.learn(client(`${first + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.1`, [[FRA, 30]]));
    };
    ask(PREFIXES_MAX / 2, 11);
    flushAll();
    ask(PREFIXES_MAX, 21);
    flushAll();
    expect(entries.size).toBeGreaterThan(PREFIXES_MAX / 2);
    expect(entries.size).toBeLessThanOrEqual(PREFIXES_MAX + 1); // and the claims about databases for the country
  });

  test('is cut to the bound of the book when the store holds more', () => {
    const { access, entries, lines } = centre();
    const records = Array.from({ length: PREFIXES_MAX + 100 }, (_, index) => ({
      key: `p${index}`,
      sites: [],
    }));
    for (const record of records) entries.set(`access/${record.key}`, JSON.stringify(record));
    access.restore(records);
    access.flush();
    expect(entries.size).toBe(PREFIXES_MAX);
    expect(lines).toMatchObject([{ tooMany: 100 }]);
  });

  test('loses only its unreadable records, and the centre logs them', () => {
    const { access, rtts, lines } = centre();
    access.learn(client('9.9.9.1', [[FRA, 30]]));
    access.flush();
    const other = centre();
    const validRecord = {
      key: '9.9.9.0/24',
      sites: [[FRA, [{ voter: '9.9.9.1', rttMs: 30, atMs: other.clock.wallMs(), isProven: true }]]],
    };
    other.access.restore([null, 7, {}, { key: 'x', sites: [[1, 2]] }, validRecord]);
    expect(other.rtts(client('9.9.9.1'))).toEqual(rtts(client('9.9.9.1')));
    expect(lines).toEqual([]);
    expect(other.lines).toMatchObject([{ unreadable: 4 }]);
  });
});

test.each(['9.9.9.9', '', '10.0.0.1', 'nonsense'])('the sites to time of %j are among the existing sites', (ip) => {
  const { access } = centre();
  for (const sites of [access.sitesToTime(client(ip)), access.sitesToOffer(client(ip))])
    expect(sites).toEqual([FRA, SGP]);
});

describe('a database of locations that is wrong', () => {
  // The database puts all clients into Frankfurt, and a signaling node in Singapore measures 5 ms.
  const from = (prefix: number): Client => client(`9.9.${prefix}.1`, [[SGP, 5]]);
  const asnOf = (): number => 64500;

  test('about prefixes of a network gets a wider radius for its other prefixes, with a reason, also after a restart', async () => {
    const { access, clock, copy, entries } = centre(new Map(), asnOf);
    for (let prefix = 0; prefix < 8; prefix += 1) {
      expect(access.widened('9.9.99.1', inFrankfurt).location.radiusKm).toBe(50);
      access.learn(from(prefix));
    }
    const { location, why } = access.widened('9.9.99.1', inFrankfurt);
    expect(Math.round(location.radiusKm / 1000)).toBe(10);
    expect(why).toMatch(/^8 of 8 prefixes of AS64500 were elsewhere/);
    access.flush();
    await clock.advance(0);
    const again = centre(entries, asnOf);
    again.access.restore((await copy.load()).access);
    expect(again.lines.some((line) => JSON.stringify(line).includes('could not be read'))).toBe(false);
    expect(again.access.widened('9.9.99.1', inFrankfurt).location).toEqual(location);
  });

  test('is not disproved by clients’ own figures, nor by a signaling node’s own place', () => {
    const { access } = centre(new Map(), asnOf);
    for (let prefix = 0; prefix < 8; prefix += 1) {
      access.learnClaims(from(prefix), [{ siteKey: SGP, rttMs: 5 }]);
      access.learn({ ...from(prefix), location: { ...inFrankfurt, source: 'none' } });
    }
    expect(access.widened('9.9.99.1', inFrankfurt)).toEqual({ location: inFrankfurt, why: '' });
  });
});
