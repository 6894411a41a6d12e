import { describe, expect, it } from 'vitest';
import { clustersOf } from '../../../src/console/core/clusters.ts';
import { gestureOf, wheelZoom } from '../../../src/console/core/gesture.ts';
import { HitGrid } from '../../../src/console/core/hit-grid.ts';
import {
  arcsOf,
  linkLevel,
  linkThresholds,
  linkWidth,
  markScale,
  noCounts,
  placeRadius,
  ringAround,
  siteLevel,
  siteRadius,
} from '../../../src/console/core/levels.ts';
import { searchOf, selectionOf } from '../../../src/console/core/selection.ts';
import { centred, fitted, panned, toWindow, ZOOM_MAX, zoomed } from '../../../src/console/core/viewport.ts';
import { timesOf } from '../../frame-times.ts';

describe('levels of links', () => {
  const { fairRttMs, badRttMs, fairLoss, badLoss } = linkThresholds;
  it.each([
    ['an unreachable link is broken, whatever was measured', { isReachable: false, rttMs: 1, loss: 0 }, 'broken'],
    ['a link without measurements is unknown', { isReachable: true }, 'unknown'],
    ['a link at the upper round trip is bad', { isReachable: true, rttMs: badRttMs, loss: 0 }, 'bad'],
    ['a link at the highest loss is bad', { isReachable: true, rttMs: 1, loss: badLoss }, 'bad'],
    ['a link with a measured loss alone is judged by the loss', { isReachable: true, loss: badLoss }, 'bad'],
    ['a link just below the upper round trip is fair', { isReachable: true, rttMs: badRttMs - 0.1, loss: 0 }, 'fair'],
    ['a link at the lowest fair loss is fair', { isReachable: true, rttMs: 1, loss: fairLoss }, 'fair'],
    ['a link below both is good', { isReachable: true, rttMs: fairRttMs - 0.1, loss: fairLoss - 0.0001 }, 'good'],
  ])('%s', (_, link, level) => expect(linkLevel(link)).toBe(level));
});

it('a site without a living node is dead, else as loaded as its fullest node', () => {
  const levels = [0, 0.749, 0.75, 0.899, 0.9, 1].map((load) => siteLevel({ nodesAlive: 1, load }));
  expect(levels).toEqual(['good', 'good', 'fair', 'fair', 'bad', 'bad']);
  expect(siteLevel({ nodesAlive: 0, load: 0 })).toBe('dead');
});

it('sizes of links, sites and places are bounded, whatever the counts', () => {
  for (const size of [linkWidth, siteRadius, placeRadius]) {
    expect(size(-1)).toBe(size(0));
    expect(size(0)).toBeGreaterThan(0);
    expect(size(10)).toBeGreaterThan(size(1));
    expect(size(1e9)).toBeLessThan(25);
  }
  expect([markScale(0), markScale(1e9)]).toEqual([0.5, 1.2]);
});

it('a ring of few people in a site’s city surrounds the site’s mark', () => {
  const sites = [{ at: { x: 100, y: 100 }, radius: 6 }];
  expect(ringAround({ x: 100, y: 100 }, sites)).toBeGreaterThan(6);
  expect(ringAround({ x: 103, y: 100 }, sites)).toBeGreaterThan(9);
  expect(ringAround({ x: 120, y: 100 }, sites)).toBe(0);
});

it('a ring of people begins with weak connections and closes; without people it is empty', () => {
  expect(arcsOf(noCounts)).toEqual([]);
  const arcs = arcsOf({ strong: 5, medium: 2, weak: 1, unknown: 0 });
  expect(arcs.map(({ strength }) => strength)).toEqual(['weak', 'medium', 'strong']);
  expect([arcs[0]?.from, arcs.at(-1)?.to]).toEqual([0, 1]);
});

describe('HitGrid', () => {
  const bounds = { left: -100, right: 400, top: -100, bottom: 300 };
  it('finds the nearest mark, else a line, else nothing', () => {
    const grid = new HitGrid<string>(bounds);
    grid.addMark('a', { x: 100, y: 100 }, 10);
    grid.addMark('b', { x: 118, y: 100 }, 10);
    grid.addLine('line', [
      { x: 0, y: 100 },
      { x: 300, y: 100 },
      { x: 300, y: 200 },
    ]);
    const hitAt = (x: number, y: number, slack = 4) => grid.at({ x, y }, slack);
    expect([hitAt(103, 100), hitAt(115, 100), hitAt(100, 113), hitAt(100, 116)]).toEqual(['a', 'b', 'a', undefined]);
    expect([hitAt(50, 103), hitAt(300, 150), hitAt(50, 105), hitAt(302, 202)]).toEqual([
      'line',
      'line',
      undefined,
      'line',
    ]);
  });
  it('finds marks of several cells at all their edges, and marks left of the window', () => {
    const grid = new HitGrid<string>(bounds);
    grid.addMark('large', { x: -32, y: 64 }, 40);
    for (const [x, y] of [
      [-71, 64],
      [7, 64],
      [-32, 25],
      [-32, 103],
    ] as const)
      expect(grid.at({ x, y }, 0)).toBe('large');
    expect(grid.at({ x: 9, y: 64 }, 0)).toBeUndefined();
  });
  it('finds a line of any length in the window, and drops lines and marks outside', () => {
    const grid = new HitGrid<string>(bounds);
    grid.addLine('long', [
      { x: -1e12, y: -1e12 },
      { x: 1e12, y: 1e12 },
    ]);
    grid.addLine('far', [
      { x: 5000, y: -40_000 },
      { x: 5000, y: 40_000 },
    ]);
    grid.addMark('gone', { x: 5000, y: 50 }, 10);
    expect([grid.at({ x: 150, y: 152 }, 4), grid.at({ x: 5000, y: 50 }, 4)]).toEqual(['long', undefined]);
  });
});

describe('the viewport', () => {
  const world = { width: 1000, height: 480 };
  const window = { width: 800, height: 600 };
  it('first shows the whole world, centred', () => {
    const view = fitted(world, window);
    expect(view).toEqual({ scale: 0.8, x: 0, y: (600 - 384) / 2 });
    expect(panned(view, { x: 50, y: 50 }, world, window)).toEqual(view);
    expect(zoomed(view, 0.5, { x: 1, y: 1 }, world, window)).toEqual(view);
  });
  it('zooms about a fixed point, up to a limit', () => {
    const at = { x: 500, y: 300 };
    const initialView = fitted(world, window);
    const point = { x: (at.x - initialView.x) / initialView.scale, y: (at.y - initialView.y) / initialView.scale };
    const view = zoomed(initialView, 3, at, world, window);
    expect(view.scale).toBeCloseTo(2.4);
    expect(toWindow(view, point).x).toBeCloseTo(at.x);
    expect(toWindow(view, point).y).toBeCloseTo(at.y);
    expect(zoomed(view, 1e6, at, world, window).scale).toBeCloseTo(0.8 * ZOOM_MAX);
  });
  it('never leaves the world', () => {
    const view = zoomed(fitted(world, window), 4, { x: 0, y: 0 }, world, window);
    const far = panned(view, { x: -1e9, y: 1e9 }, world, window);
    expect([far.x, far.y]).toEqual([800 - 3200, 0]);
    expect(centred(view, { x: 500, y: 240 }, world, window)).toMatchObject({ x: 400 - 1600, y: 300 - 768 });
  });
});

describe('gestures', () => {
  it('of one pointer pan; of two pointers zoom about their middle', () => {
    const [a, b] = [
      { x: 10, y: 10 },
      { x: 20, y: 10 },
    ];
    expect(gestureOf([], [a])).toBeUndefined();
    expect(gestureOf([a], [b])).toEqual({ pan: { x: 10, y: 0 }, zoom: 1, at: b });
    const apart = { x: 30, y: 10 };
    expect(gestureOf([a, b], [a, apart])).toEqual({ pan: { x: 5, y: 0 }, zoom: 2, at: { x: 20, y: 10 } });
    expect(gestureOf([a, a], [a, b])?.zoom).toBe(1);
    expect(gestureOf([a, b], [a, a])?.zoom).toBe(1);
  });
  it('of a wheel zoom in when turned up, with a limit per event', () => {
    expect(wheelZoom({ deltaY: -100, mode: 0 })).toBeGreaterThan(1);
    expect(wheelZoom({ deltaY: 3, mode: 1 })).toBeCloseTo(wheelZoom({ deltaY: 48, mode: 0 }));
    expect(wheelZoom({ deltaY: 1e6, mode: 2 })).toBeCloseTo(Math.exp(-200 / 300));
  });
});

it('nearby places merge into one at the place with most people', () => {
  const place = (name: string, people: number) => ({
    place: name,
    countryCode: 'DE',
    latitude: 0,
    longitude: 0,
    strength: { ...noCounts, strong: people },
  });
  const clusters = clustersOf(
    [
      { place: place('small', 1), at: { x: 0, y: 0 } },
      { place: place('large', 9), at: { x: 9, y: 0 } },
      { place: place('alone', 5), at: { x: 50, y: 0 } },
      { place: place('other', 2), at: { x: 15, y: 0 } },
    ],
    10,
  );
  expect(clusters).toEqual([
    { at: { x: 9, y: 0 }, places: ['large', 'other', 'small'], strength: { ...noCounts, strong: 12 } },
    { at: { x: 50, y: 0 }, places: ['alone'], strength: { ...noCounts, strong: 5 } },
  ]);
});

describe('the selection', () => {
  it.each([
    ['', undefined],
    ['?site=', undefined],
    ['?from=a', undefined],
    ['?place=', undefined],
    ['?site=eu/Frankfurt&place=x', { kind: 'site', site: 'eu/Frankfurt' }],
    ['?from=a/ü&to=b', { kind: 'link', from: 'a/ü', to: 'b' }],
    ['?place=A,+DE&place=B', { kind: 'places', places: ['A, DE', 'B'] }],
  ] as const)('%s', (search, expected) => {
    const selection = selectionOf(search);
    expect(selection).toEqual(expected);
    expect(selectionOf(searchOf(selection))).toEqual(expected);
  });
  it('has at most 50 places', () => {
    const places = Array.from({ length: 99 }, (_, at) => `p${at}`);
    expect(selectionOf(searchOf({ kind: 'places', places }))).toMatchObject({ places: places.slice(0, 50) });
  });
});

it('frame times are zero without frames, and a second without frames lowers the rate', () => {
  expect(timesOf([])).toEqual({ frames: 0, seconds: 0, framesPerSecond: 0, gapMs: { p50: 0, p95: 0, max: 0 } });
  const times = timesOf([0, 10, 20, 1020]);
  expect([times.frames, times.gapMs.p50, times.gapMs.max]).toEqual([3, 10, 1000]);
  expect(times.framesPerSecond).toBeCloseTo(3 / 1.02);
});
