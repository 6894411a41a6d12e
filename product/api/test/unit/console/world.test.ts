import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crossings } from '../../../src/console/core/crossing.ts';
import { fleetFromWire, linksFromWire, mergeLinks } from '../../../src/console/core/fleet.ts';
import { changeBetween, type LiveView, type World, worldOf } from '../../../src/console/core/world.ts';
import { fleetNode, fleetSeen, linksSeen, type ScriptedNode, seenLink } from '../../support/scripted-fleet.ts';

const none = { strong: 0, medium: 0, weak: 0, unknown: 0 };
const noLive: LiveView = { atMs: 0, sessions: 0, rooms: 0, places: [], nodes: new Map(), pairs: new Map() };
const centre = { isReachable: true, sinceMs: 7 };
type Link = ReturnType<typeof seenLink>;

function world(nodes: readonly ScriptedNode[], links: readonly Link[] = [], live: Partial<LiveView> = {}): World {
  return worldOf({
    nodes: fleetFromWire(fleetSeen(nodes.map(fleetNode))),
    links: linksFromWire(linksSeen(links)),
    live: { ...noLive, ...live },
    centre,
    seq: 4,
    atMs: 1000,
  });
}
const fra = { id: 'fra', city: 'Frankfurt' };
const lon = { id: 'lon', city: 'London' };
const sgp = { id: 'sgp', city: 'Singapore', region: 'ap' };
const used = { inUse: true };
const both = (a: string, b: string, o: Partial<Link> = {}): Link[] => [seenLink(a, b, o), seenLink(b, a, o)];

describe('sites', () => {
  it('sum the media nodes of a city in a region, and show the worst state', () => {
    const { sites, totals } = world(
      [
        { ...fra, sessions: 30, cpu: 0.123 },
        { id: 'fra-2', city: 'Frankfurt', host: 'host-fra', state: 'suspect', sessions: 50 },
        { id: 'sig', city: 'Frankfurt', kind: 'signaling', state: 'dead' },
        { ...sgp, state: 'draining' },
      ],
      [],
      {
        nodes: new Map([
          ['fra', { ...none, strong: 3 }],
          ['fra-2', { ...none, strong: 1, weak: 2 }],
        ]),
      },
    );
    expect(sites).toEqual([
      expect.objectContaining({
        site: 'eu/Frankfurt',
        state: 'suspect',
        nodes: 2,
        nodesAlive: 1,
        hosts: 2,
        sessions: 80,
        sessionsMax: 200,
        load: 0.5,
        strength: { ...none, strong: 4, weak: 2 },
      }),
      expect.objectContaining({ site: 'ap/Singapore', state: 'draining', nodesAlive: 1 }),
    ]);
    expect(totals).toMatchObject({ nodes: 3, nodesAlive: 2, strength: { ...none, strong: 4, weak: 2 } });
  });

  it('ignore dead nodes', () => {
    const dead = { id: 'fra-2', city: 'Frankfurt', state: 'dead', sessions: 90, cpu: 1 };
    const [site] = world([{ ...fra, sessions: 3 }, dead]).sites;
    expect([site?.state, site?.nodes, site?.nodesAlive, site?.sessions, site?.sessionsMax, site?.load]).toEqual([
      ...['dead', 2, 1, 3, 100, 0.2],
    ]);
    expect(world([dead]).sites[0]).toMatchObject({ sessions: 0, sessionsMax: 0, load: 0 });
  });

  it('without a media node are not on the map', () => {
    expect(world([{ id: 'sig', city: 'Paris', kind: 'signaling' }]).sites).toEqual([]);
  });
});

describe('links', () => {
  it('merge pairs of hosts into a pair of sites, with mean delays and the worst loss', () => {
    const { links } = world(
      [fra, { id: 'fra-2', city: 'Frankfurt' }, lon],
      [
        seenLink('host-fra', 'host-lon', { rttMs: 10.2, jitterMs: 1, lossFast: 0.0304 }),
        seenLink('host-lon', 'host-fra', { rttMs: 11.2, jitterMs: 3, lossFast: -1, lossSlow: 0.01 }),
        seenLink('host-fra-2', 'host-lon', { rttMs: -1, jitterMs: -1, lossFast: -1, lossSlow: -1, isReachable: false }),
        ...both('host-fra', 'host-fra-2'),
      ],
    );
    expect(links).toEqual([
      {
        from: 'eu/Frankfurt',
        to: 'eu/London',
        rttMs: 11,
        jitterMs: 2,
        loss: 0.03,
        isUsed: false,
        isReachable: true,
        via: [],
        sessions: 0,
      },
    ]);
  });

  it('without a measurement have no figures', () => {
    const [link] = world(
      [fra, lon],
      both('host-fra', 'host-lon', { rttMs: -1, jitterMs: -1, lossFast: -1, lossSlow: -1 }),
    ).links;
    expect(Object.keys(link ?? {})).not.toEqual(expect.arrayContaining(['rttMs']));
    expect([link?.jitterMs, link?.loss]).toEqual([undefined, undefined]);
  });

  it('are reachable if any of their pairs of hosts is', () => {
    const cut = { isReachable: false };
    expect(world([fra, lon], both('host-fra', 'host-lon', cut)).links[0]?.isReachable).toBe(false);
    const half = [seenLink('host-fra', 'host-lon', cut), seenLink('host-lon', 'host-fra')];
    expect(world([fra, lon], half).links[0]?.isReachable).toBe(true);
  });

  const relayed = [
    ...both('host-fra', 'host-sgp', { ...used, via: 'host-lon' }),
    ...both('host-fra', 'host-lon', used),
    ...both('host-lon', 'host-sgp', used),
  ];
  it('are used along the path of media: over the legs of a relay, not the direct link', () => {
    const { links } = world([fra, lon, sgp], relayed, {
      pairs: new Map([
        ['fra sgp', 5],
        ['fra lon', 2],
      ]),
    });
    expect(links.map(({ from, to, isUsed, via, sessions }) => [from, to, isUsed, via, sessions])).toEqual([
      ['ap/Singapore', 'eu/Frankfurt', false, ['eu/London'], 0],
      ['eu/Frankfurt', 'eu/London', true, [], 7],
      ['ap/Singapore', 'eu/London', true, [], 5],
    ]);
  });

  it('are found by the pairs of nodes whose media uses them', () => {
    const crossings = new Crossings(
      fleetFromWire(fleetSeen([fra, lon, sgp, { id: 'fra-2', city: 'Frankfurt', host: 'host-fra' }].map(fleetNode))),
      linksFromWire(linksSeen(relayed)),
    );
    expect(crossings.ofNodes('sgp', 'fra').sort()).toEqual(['ap/Singapore|eu/London', 'eu/Frankfurt|eu/London']);
    expect(crossings.ofNodes('lon', 'fra-2')).toEqual(['eu/Frankfurt|eu/London']);
    expect([crossings.ofNodes('fra', 'fra-2'), crossings.ofNodes('fra', 'unknown')]).toEqual([[], []]);
  });

  it('in use have the figures of the later answer', () => {
    const linksOf = (links: readonly Link[]) => linksFromWire(linksSeen(links));
    const merged = mergeLinks(
      linksOf([...both('a', 'b', used), ...both('a', 'c')]),
      linksOf([seenLink('a', 'b', { ...used, rttMs: 99 })]),
    );
    expect(merged.map(({ fromHostId, toHostId, isInUse, rttMs }) => [fromHostId, toHostId, isInUse, rttMs])).toEqual([
      ['a', 'b', true, 99],
      ['b', 'a', false, 20],
      ['a', 'c', false, 20],
      ['c', 'a', false, 20],
    ]);
  });
});

describe('a change', () => {
  const before = world([fra, lon], both('host-fra', 'host-lon'));

  it.each([
    ['a millisecond less than half', [fra, lon], { rttMs: 20.4 }],
    ['loss below a thousandth', [fra, lon], { lossFast: 0.0004 }],
    ['load within a hundredth', [{ ...fra, cpu: 0.203 }, lon], {}],
  ])('is not caused by %s', (_, nodes, link) => {
    expect(changeBetween(before, world(nodes, both('host-fra', 'host-lon', link)))).toBeUndefined();
  });

  it('contains whole sites and links, and names the removed ones', () => {
    const place = { place: 'Paris, FR', countryCode: 'FR', latitude: 48.9, longitude: 2.4, strength: none };
    const after = world([{ ...fra, cpu: 0.5 }, sgp], both('host-fra', 'host-sgp'), { places: [place] });
    expect(changeBetween(before, after)).toMatchObject({
      seq: 5,
      sites: [{ site: 'eu/Frankfurt', load: 0.5, nodes: 1 }, { site: 'ap/Singapore' }],
      links: [{ from: 'ap/Singapore', to: 'eu/Frankfurt' }],
      places: [place],
      removedSites: ['eu/London'],
      removedLinks: ['eu/Frankfurt eu/London'],
      removedPlaces: [],
    });
    expect(changeBetween(after, before)?.removedPlaces).toEqual(['Paris, FR']);
  });

  it('is sent when the centre no longer answers', () => {
    const away = { ...before, centre: { isReachable: false, sinceMs: 0 } };
    expect(changeBetween(before, away)).toMatchObject({ centre: { isReachable: false }, sites: [] });
    expect(changeBetween(before, { ...before, centre: { isReachable: true, sinceMs: 9999 } })).toBeUndefined();
  });

  const nodes = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      city: fc.constantFrom('X', 'Y', 'Z'),
      cpu: fc.float({ min: 0, max: 1, noNaN: true }),
    }),
    { selector: ({ id }) => id },
  );
  const links = fc.array(
    fc.record({
      from: fc.constantFrom('a', 'b'),
      to: fc.constantFrom('c', 'd'),
      rttMs: fc.integer({ min: -1, max: 300 }),
      inUse: fc.boolean(),
    }),
    { maxLength: 4 },
  );
  const worlds = fc.tuple(nodes, links).map(([some, of]) =>
    world(
      some,
      of.map(({ from, to, ...rest }) => seenLink(`host-${from}`, `host-${to}`, rest)),
    ),
  );
  it('applied to the earlier world yields the later world, for any two worlds', () => {
    fc.assert(
      fc.property(worlds, worlds, (one, other) => {
        const change = changeBetween(one, other);
        expect(sorted(change === undefined ? one : applied(one, change))).toEqual(sorted(other));
      }),
    );
  });
});

function applied(world: World, change: NonNullable<ReturnType<typeof changeBetween>>): World {
  const merged = <T>(
    before: readonly T[],
    changed: readonly T[],
    gone: readonly string[],
    keyOf: (one: T) => string,
  ) => {
    const all = new Map([...before, ...changed].map((one) => [keyOf(one), one]));
    for (const key of gone) all.delete(key);
    return [...all.values()];
  };
  return {
    ...world,
    sites: merged(world.sites, change.sites, change.removedSites, ({ site }) => site),
    links: merged(world.links, change.links, change.removedLinks, ({ from, to }) => `${from} ${to}`),
    places: merged(world.places, change.places, change.removedPlaces, ({ place }) => place),
    totals: change.totals,
  };
}

const sorted = ({ sites, links, totals }: World) => ({
  totals,
  sites: [...sites].sort((a, b) => a.site.localeCompare(b.site)),
  links: [...links].sort((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`)),
});
