// Sites that a client is offered before its Join, and the effects of a client that only asks for them.
import { describe, expect, test } from 'vitest';
import { centre, client, keyOf, session, times } from './equator.ts';

const near = [0, 10, 20, 30].map(keyOf);

describe('a client whose prefix was never measured', () => {
  test('is offered four near sites, the nearest first, and an exploring site that changes with every session', () => {
    const { access } = centre();
    const offered = [1, 2, 3, 4, 5, 6].map((host) => access.sitesToOffer(client(`9.9.9.${host}`, 0)));
    for (const sites of offered) expect(sites.slice(0, 4)).toEqual(near);
    const explorers = offered.map(([, , , , explorer]) => explorer);
    expect(new Set(explorers.slice(0, 5)).size).toBe(5);
    expect(explorers[5]).toBe(explorers[0]);
  });

  test('gets the exploring site next in its prefix’s turn, whatever clients of other prefixes ask', () => {
    const { access } = centre();
    const first = access.sitesToOffer(client('9.9.9.1', 0));
    expect(access.sitesToOffer(client('9.9.10.1', 0))).toEqual(first);
    expect(access.sitesToOffer(client('2a01:4f8:77::1', 0))).toEqual(first);
    expect(access.sitesToOffer(client('9.9.9.1', 0))).not.toEqual(first);
  });

  test('gets the next exploring site although a client with timings was asked for more in between', () => {
    const [{ access }, other] = [centre(), centre()];
    access.sitesToOffer(client('9.9.9.1', 0));
    access.sitesToTime({ ...client('9.9.9.1', 0), times: times({ 0: 5 }) });
    other.access.sitesToOffer(client('9.9.9.1', 0));
    expect(access.sitesToOffer(client('9.9.9.2', 0))).toEqual(other.access.sitesToOffer(client('9.9.9.2', 0)));
  });
});

test('a flood of prefixes without timings displaces no measurements, and only the last prefixes keep their turns', () => {
  const { access } = centre();
  const prefixes = 20_000; // as many as are counted
  access.learn({ ...client('9.9.9.1', 0), times: times({ 0: 5 }) });
  const [{ size, version }, first] = [access.book, access.sitesToOffer(client('11.0.0.1', 0))];
  for (let index = 1; index <= prefixes; index += 1)
    access.sitesToOffer(client(`11.${index >> 8}.${index & 255}.1`, 0));
  expect([access.book.size, access.book.version]).toEqual([size, version]);
  expect(access.sitesToOffer(client('11.0.0.1', 0))).toEqual(first);
});

describe('a client of a prefix with many timings', () => {
  test('is offered the prefix’s best site, then the second best, and then untimed sites', () => {
    const made = centre();
    const timed = new Set([1, 2, 3].flatMap((host) => session(made, `9.9.9.${host}`, 0, 12)));
    const offered = made.access.sitesToOffer(client('9.9.9.9', 0));
    expect(offered.slice(0, 2)).toEqual([keyOf(10), keyOf(20)]);
    expect(offered).toHaveLength(5);
    expect(offered.slice(2).filter((site) => timed.has(site))).toEqual([]);
    // The sites to time have an untimed site in the place of the second best.
    const toTime = made.access.sitesToTime(client('9.9.9.9', 0));
    expect(toTime.filter((site) => timed.has(site))).toEqual([keyOf(10)]);
    expect(offered.at(-1)).toBe(toTime.at(-1));
  });

  test('is offered the two best sites first, and no site twice, when the prefix has timed all sites', () => {
    const made = centre([0, 10, 20]);
    for (const host of [1, 2, 3]) session(made, `9.9.9.${host}`, 0, 20);
    expect(made.access.sitesToOffer(client('9.9.9.9', 0))).toEqual([keyOf(20), keyOf(10)]);
  });
});

test.each([
  { sites: [], offered: [] },
  { sites: [50], offered: [keyOf(50)] },
  { sites: [50, 0], offered: [keyOf(0), keyOf(50)] },
])('a fleet with sites at $sites offers: $offered', ({ sites, offered }) => {
  expect(centre(sites).access.sitesToOffer(client('9.9.9.9', 0))).toEqual(offered);
});
