// Data and world of the simulator, on small tables as untidy as real ones.

import { distanceKm } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../sim/csv.ts';
import { databaseAnswer, errorKm } from '../../sim/geo-errors.ts';
import { builtInGeography, INTRA_CITY_RTT_MS, modelRttMs, readGeography } from '../../sim/geography.ts';
import { chooseCities } from '../../sim/places.ts';
import { linkMs, makeWorld, type WorldOptions } from '../../sim/world.ts';

const sitesHead = 'site,city,country,latitude,longitude,population';
const rttHead = 'from,to,min_ms,avg_ms,mdev_ms';
const three = [sitesHead, '7,A,,0,0,100', '90,B,,0,1,300', '291,"C, the ""third""",,0,2,'].join('\n');
const geography = (sites: string, rtts: readonly string[]) =>
  readGeography(sites, [rttHead, ...rtts].join('\n'), 'test');
const measuredRows = (...more: string[]) => [
  '7,90,10,11,1',
  '90,7,10,12,1',
  '7,291,20,21,1',
  '291,7,20,22,1',
  '90,291,30,31,1',
  '291,90,30,32,1',
  ...more,
];

test.each([
  { name: 'a quote that is never closed is an error', text: 'a\n"1\n2\n3"\n4', error: /^f, line 2: a quote is never/ },
  { name: 'a missing column is named', text: 'b,c\n1,2', error: /no column a; there are: b, c/ },
])('a CSV table: $name', ({ text, error }) => expect(() => parseCsv(text, ['a'], 'f')).toThrow(error));

describe('a world from awkward data', () => {
  test('any numbers are ids, the faster direction of a pair counts, and an unknown population becomes the median', () => {
    const { sites, rttMs, notes } = geography(three, measuredRows());
    expect(sites.map((site) => [site.label, site.people])).toEqual([
      ['A', 100],
      ['B', 300],
      ['C, the "third"', 300],
    ]);
    expect([...rttMs]).toEqual([1, 11, 21, 11, 1, 31, 21, 31, 1]);
    expect(notes).toEqual(['1 sites of unknown population, given the median 300']);
  });

  test.each([
    {
      name: 'a direction without a figure takes that of the other',
      rtts: measuredRows().slice(1),
      ab: 12,
      note: undefined,
    },
    {
      name: 'a pair takes the smallest mean of several rows',
      rtts: measuredRows('7,90,5,6,1', '7,90,5,60,1'),
      ab: 6,
      note: undefined,
    },
    {
      name: 'a mean below the minimum of its row becomes the minimum',
      rtts: ['7,90,10,4,1', ...measuredRows().slice(2)],
      ab: 10,
      note: '1 means below their minimum, raised to it',
    },
    {
      name: 'figures that are no positive number are ignored',
      rtts: ['7,90,1,x,1', '90,7,1,,1', '7,90,1,-3,1', '7,90,1,0,1', '90,7,,12,', ...measuredRows().slice(2)],
      ab: 12,
      note: '4 round trips that are no positive number, ignored',
    },
    {
      name: 'rows with an unknown site, or twice the same site, are ignored',
      rtts: measuredRows('7,5,1,1,1', '7,7,0.1,0.1,0'),
      ab: 11,
      note: '1 round trips of unknown sites, ignored',
    },
  ])('$name', ({ rtts, ab, note }) => {
    const { rttMs, notes } = geography(three, rtts);
    expect(rttMs[1]).toBe(ab);
    expect(rttMs[0]).toBe(INTRA_CITY_RTT_MS);
    if (note === undefined) expect(notes).toHaveLength(1);
    else expect(notes).toContain(note);
  });

  test('a pair measured in neither direction comes from the model, and is counted', () => {
    const count = 21; // without one pair, a site has 19 of 20 pairs measured: more than the 90 % that it needs
    const sites = [
      sitesHead,
      ...Array.from({ length: count }, (_, index) => `${index},S${index},,0,${index / 10},5`),
    ].join('\n');
    const rtts: string[] = [];
    for (let a = 0; a < count; a += 1) for (let b = 0; b < a; b += 1) if (a + b > 1) rtts.push(`${a},${b},9,9,0`);
    const { rttMs, notes } = geography(sites, rtts);
    expect(rttMs[1]).toBe(modelRttMs({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 0.1 }));
    expect(notes).toEqual(['1 pairs without a round trip to believe in either direction, taken from the model']);
  });

  // B is 111 km east of A: light in fibre takes 1.112 ms for the round trip, and 2.224 ms from A to C.
  test.each([
    {
      name: 'slower than light is accepted',
      rtts: ['7,90,1.113,1.113,0', ...measuredRows().slice(2)],
      ab: 1.113,
      notes: [],
    },
    {
      name: 'faster than light is replaced by the other direction',
      rtts: ['7,90,1.111,1.111,0', ...measuredRows().slice(1)],
      ab: 12,
      notes: ['1 round trips faster than light in fibre between their sites, not believed'],
    },
    {
      name: 'faster than light in both directions is replaced by the model',
      rtts: ['7,90,0.5,1,0', '90,7,0.5,1.1,0', ...measuredRows().slice(2)],
      ab: modelRttMs({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 }),
      notes: [
        '2 round trips faster than light in fibre between their sites, not believed',
        '1 pairs without a round trip to believe in either direction, taken from the model',
      ],
    },
    {
      name: 'faster than light is ignored beside a possible one',
      rtts: measuredRows('7,90,1,1,0'),
      ab: 11,
      notes: [/faster than light/],
    },
  ])('a round trip $name', ({ rtts, ab, notes }) => {
    const world = geography(three, rtts);
    expect(world.sites).toHaveLength(3);
    expect(world.rttMs[1]).toBe(ab);
    expect(world.notes.slice(1)).toEqual(
      notes.map((note) => (typeof note === 'string' ? note : expect.stringMatching(note))),
    );
  });

  test('sites without a place, named twice or hardly measured are left out, and counted', () => {
    const sites = `${three}\n8,D,,91,0,1\n,E,,0,0,1\n9,F,,,,1\n7,G,,0,1,1\n400,H,,0,1,1`;
    const { sites: kept, notes } = geography(sites, measuredRows());
    expect(kept.map((site) => site.label)).toEqual(['A', 'B', 'C, the "third"']);
    expect(notes).toContain('1 sites named twice, the first kept');
    expect(notes).toContain('3 sites without a valid place, left out');
    expect(notes).toContain('1 sites with less than 90 % of their pairs measured, left out');
  });

  test('without data the source is the model, which respects the speed of light and is repeatable', () => {
    const places = [0, 30, 60].map((longitude) => ({ label: 'x', latitude: 0, longitude, people: 1 }));
    const model = builtInGeography(places, seededRng('model'));
    expect(model.source).toMatch(/model: great circle/);
    expect(model.rttMs[1]).toBeGreaterThan(
      (2 * distanceKm(places[0] ?? { latitude: 0, longitude: 0 }, places[1] ?? { latitude: 0, longitude: 0 })) / 200,
    );
    expect(builtInGeography(places, seededRng('model')).rttMs).toEqual(model.rttMs);
  });
});

test('the first machine is placed where most people are near, the next where most are still far from a machine', () => {
  const sites = [
    [0, 0, 9],
    [0, 1, 10],
    [0, 90, 4],
    [60, 180, 3],
  ].map(([latitude = 0, longitude = 0, people = 0]) => ({ label: '', latitude, longitude, people }));
  expect(chooseCities(sites, 3)).toEqual([1, 2, 3]);
});

describe('answers of a database', () => {
  test('are wrong by over 40 km for more than half of the addresses in Europe, and for still more in Asia', () => {
    const errors = (truth: { latitude: number; longitude: number }): number[] =>
      Array.from({ length: 4000 }, (_, index) =>
        errorKm(
          truth,
          databaseAnswer(truth, seededRng(`geo ${index}`), () => ({ latitude: 0, longitude: 0 })),
        ),
      );
    const wrong = (list: number[]): number => list.filter((km) => km > 40).length / list.length;
    const europe = errors({ latitude: 48, longitude: 2 });
    // Half of the addresses are mobile, of which 97 % are wrong by over 40 km; of the others 15 % are in Europe and
    // 57 % in Asia.
    expect(wrong(europe)).toBeGreaterThan(0.5);
    expect(wrong(europe)).toBeLessThan(0.6);
    expect(wrong(errors({ latitude: 19, longitude: 73 }))).toBeGreaterThan(0.7);
    expect(Math.max(...europe)).toBeGreaterThan(4000);
  });
});

describe('the world', () => {
  const places = Array.from({ length: 30 }, (_, index) => ({
    label: `S${index}`,
    latitude: (index % 5) * 20 - 40,
    longitude: index * 12 - 180,
    people: 1 + (index % 7),
  }));
  const base = builtInGeography(places, seededRng('places'));
  const options: WorldOptions = {
    nodes: 13,
    cities: 6,
    rooms: 20,
    size: 4,
    users: 800,
    geoErrors: true,
  };
  const world = makeWorld(base, options, seededRng('world'));

  test('is the same for the same seed, and has other rooms for another seed', () => {
    const { timeMs, links, ...again } = makeWorld(base, options, seededRng('world'));
    const { timeMs: time, links: linksBefore, ...first } = world;
    expect(again).toEqual(first);
    expect(links.rng.fork('any').next()).toBe(linksBefore.rng.fork('any').next());
    expect(links.probeNoise()).toEqual(linksBefore.probeNoise());
    const person = world.rooms[0]?.people[0];
    if (person === undefined) throw new Error('a room has people');
    expect(timeMs(person, 2)).toBe(time(person, 2));
    expect(time(person, 2)).toBeGreaterThanOrEqual(person.trueRttMs[2] ?? Infinity);
    expect(makeWorld(base, options, seededRng('other')).rooms).not.toEqual(world.rooms);
  });

  test('every city has its share of hosts, every room its people, and no person sits in two', () => {
    expect(world.cities.map((_, city) => world.hosts.filter((host) => host.city === city).length)).toEqual([
      3, 2, 2, 2, 2, 2,
    ]);
    expect(world.rooms.map((room) => room.people.length)).toEqual(Array(20).fill(4));
    expect(new Set(world.rooms.flatMap((room) => room.people.map((person) => person.id))).size).toBe(80);
  });

  test('without errors the database answers the truth', () => {
    const honest = makeWorld(base, { ...options, geoErrors: false }, seededRng('world'));
    for (const person of honest.rooms.flatMap((room) => room.people))
      expect(errorKm(places[person.site] ?? person.answer, person.answer)).toBeLessThan(0.001);
  });

  test('the delay of a link is half the round trip, also inside a city', () => {
    expect(linkMs(world, 0, 1)).toBe(INTRA_CITY_RTT_MS / 2);
    expect(linkMs(world, 0, 3)).toBe((world.cityRttMs[1] ?? 0) / 2);
  });

  test.each([
    { utilisation: 0.3, seats: 267 },
    { utilisation: 0.9, seats: 89 },
  ])('with a utilisation of $utilisation has exactly $seats seats', ({ utilisation, seats }) => {
    const { hosts } = makeWorld(base, { ...options, utilisation }, seededRng('world'));
    expect(hosts.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(seats);
    expect(hosts.every(({ capacity }) => Number.isInteger(capacity) && capacity >= 1)).toBe(true);
  });
});
