// Tests the choice of an edge: near ones first, within a site by programme, and none above its share.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundedChoice,
  chooseEdge,
  chooseEdges,
  type Edge,
  type EdgeState,
  LOAD_FACTOR,
} from '../../src/edges/choose.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const mainz = { latitude: 50, longitude: 8.27 }; // 30 km from Frankfurt
const singapore = { latitude: 1.35, longitude: 103.82 };

interface EdgeChanges extends Partial<Edge> {
  readonly load?: number;
  readonly isAlive?: boolean;
  readonly origins?: readonly string[];
}
function edge(
  name: string,
  { load = 0, isAlive = true, origins = ['gw'], ...edgeFields }: EdgeChanges = {},
): EdgeState {
  const place = { region: 'fra', ...frankfurt };
  const own: Edge = { url: `https://${name}`, capacity: 1000, tier: 'edge', ...place, ...edgeFields };
  return { edge: own, isAlive, load, originIds: new Set(origins) };
}
const choice = { location: frankfurt, fence: '', originId: 'gw', originUrl: 'https://gw', contentKey: 'show' };
const nameOf = (state: EdgeState | undefined): string => state?.edge.url.replace(/^https?:\/\//, '') ?? 'none';
const chosen = (states: readonly EdgeState[], o: Partial<typeof choice> = {}): string =>
  nameOf(chooseEdge(states, { ...choice, ...o }));

describe('a viewer is led to', () => {
  const sgp = edge('sgp', { region: 'sgp', ...singapore });
  const regional = edge('regional', { tier: 'regional' });
  it.each<[string, EdgeState[], Partial<typeof choice>, string]>([
    ['no edge where there is none', [], {}, 'none'],
    ['no dead edge', [edge('a', { isAlive: false })], {}, 'none'],
    ['no edge that does not know the origin', [edge('a', { origins: ['other'] })], {}, 'none'],
    ['no edge of another scheme', [edge('a', { url: 'http://a' })], {}, 'none'],
    ['no edge outside the fence', [edge('a')], { fence: 'sgp' }, 'none'],
    ['the edge inside the fence, however far', [edge('a'), sgp], { fence: 'sgp' }, 'sgp'],
    ['the nearest edge', [edge('a'), sgp], { location: singapore }, 'sgp'],
    ['the next edge when the nearest is full', [edge('a', { load: 1000 }), sgp], {}, 'sgp'],
    ['the least full edge when all are full', [edge('a', { load: 2000 }), edge('b', { load: 1500 })], {}, 'b'],
    ['an edge, though a regional one is nearer', [regional, sgp], {}, 'sgp'],
    ['a regional edge where there is no other', [regional, edge('a', { isAlive: false })], {}, 'regional'],
  ])('%s', (_what, states, o, expected) => {
    expect(chosen(states, o)).toBe(expected);
    expect(chosen([...states].reverse(), o)).toBe(expected);
  });
  it('several edges on request, best first and each once, as if the earlier ones were missing', () => {
    const states = [regional, sgp, edge('a', { load: 1000 }), edge('b'), edge('dead', { isAlive: false })];
    const names = (count: number): string[] => chooseEdges(states, choice, count).map(nameOf);
    expect(names(0)).toEqual([]);
    expect(names(2)).toEqual(['b', 'sgp']);
    expect(names(9)).toEqual(['b', 'sgp', 'a', 'regional']);
  });
  it('the same edge of a site as all viewers of a small show, while other shows get other edges', () => {
    const site = [edge('a'), edge('b'), edge('c', mainz)];
    const edgeOf = (contentKey: string): string => chosen(site, { contentKey });
    expect(edgeOf('show')).toBe(edgeOf('show'));
    const shows = Array.from({ length: 300 }, (_, index) => edgeOf(`show-${index}`));
    for (const name of ['a', 'b', 'c']) expect(shows.filter((one) => one === name).length).toBeGreaterThan(70);
  });
});

const sites = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });
const shows = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 400 });
const siteOf = (capacities: readonly number[]): EdgeState[] =>
  capacities.map((hundreds, index) => edge(`e${index}`, { capacity: hundreds * 100 }));

/** Seats viewers one after the other. */
function seated(site: readonly EdgeState[], viewers: readonly string[]) {
  const loads = new Map(site.map(({ edge: { url } }) => [url, 0]));
  const seats = viewers.map((show) => {
    const currentStates = site.map((state) => ({ ...state, load: loads.get(state.edge.url) ?? 0 }));
    const to =
      boundedChoice(currentStates, { contentKey: show })?.edge.url ?? expect.unreachable('there is always one');
    loads.set(to, (loads.get(to) ?? 0) + 1);
    return to;
  });
  return { loads, seats };
}

describe('within a site', () => {
  it('no edge has more than its share, whatever the shows', () => {
    fc.assert(
      fc.property(sites, shows, (capacities, viewers) => {
        const site = siteOf(capacities);
        const { loads } = seated(
          site,
          viewers.map((show) => `show-${show}`),
        );
        const capacity = site.reduce((sum, one) => sum + one.edge.capacity, 0);
        for (const { edge: one } of site)
          expect(loads.get(one.url) ?? 0).toBeLessThanOrEqual(
            Math.ceil((LOAD_FACTOR * viewers.length * one.capacity) / capacity),
          );
      }),
    );
  });

  it('a viewer keeps its edge, even when it is not the first, until the edge is at its bound', () => {
    const site = siteOf([10, 10, 10]).map((state, index) => Object.assign({}, state, { load: index === 0 ? 0 : 90 }));
    for (let show = 0; show < 20; show += 1) {
      const contentKey = `show-${show}`;
      for (const index of [0, 1, 2]) {
        const at = site[index]?.edge.url;
        // An edge may have 73 of 181 viewers.
        const kept = boundedChoice(site, { contentKey, at })?.edge.url;
        expect(kept).toBe('https://e0');
      }
    }
    const even = siteOf([10, 10, 10]);
    for (const { edge: own } of even)
      expect(boundedChoice(even, { contentKey: 'show', at: own.url })?.edge.url).toBe(own.url);
  });

  it('an edge that goes moves only its own shows, while no edge is at its bound', () => {
    fc.assert(
      fc.property(sites, fc.integer({ min: 0, max: 11 }), (capacities, at) => {
        const site = siteOf([...capacities, 7]);
        const removedEdge = site[at % site.length];
        const remainingEdges = site.filter((one) => one !== removedEdge);
        for (let show = 0; show < 50; show += 1) {
          const before = boundedChoice(site, { contentKey: `show-${show}` });
          if (before !== removedEdge)
            expect(boundedChoice(remainingEdges, { contentKey: `show-${show}` })).toBe(before);
        }
      }),
    );
  });

  it('few viewers of many shows move when an edge comes, even with edges at their bounds', () => {
    const viewers = Array.from({ length: 4000 }, (_, index) => `show-${(index * 7919) % 400}`);
    const names = Array.from({ length: 10 }, (_, index) => edge(`e${index}`));
    const [before, after] = [seated(names, viewers).seats, seated([...names, edge('new')], viewers).seats];
    const moved = before.filter((to, index) => to !== after[index]).length / viewers.length;
    expect(moved).toBeLessThan(0.35); // 0.09 at best; hashing by remainder would give 0.9
  });

  it('a show larger than an edge continues at the next ones, in the same order for each viewer', () => {
    const { loads } = seated(
      siteOf([10, 10, 10, 10]),
      Array.from({ length: 100 }, () => 'one show'),
    );
    expect([...loads.values()].sort((a, b) => b - a)).toEqual([30, 30, 30, 10]);
  });
});
