import { guessedOnewayMs } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  FADE_FROM_MS,
  FADE_TO_MS,
  FORWARDER_FRESH_MS,
  fastestRttMs,
  type LinkReport,
  LinkTable,
  planningLoss,
} from '../../../src/routing/core/links/index.ts';
import { frankfurt, singapore } from '../fixtures.ts';

const hosts = [
  { hostId: 'fra', ...frankfurt },
  { hostId: 'sgp', ...singapore },
  { hostId: 'fra2', ...frankfurt },
];
const report = (overrides: Partial<LinkReport> = {}): LinkReport => ({
  toHostId: 'sgp',
  rttMs: 160,
  onewayChangeMs: 0,
  jitterMs: 1,
  lossFast: 0,
  lossSlow: 0,
  slowProbes: 150,
  isSilent: false,
  ...overrides,
});
const table = (checksLight = true) => new LinkTable(hosts, { checksLight });

describe('a report is refused', () => {
  test.each([
    { name: 'of an unknown host', from: 'x', overrides: {}, reason: 'unknown_host' },
    { name: 'to an unknown host', from: 'fra', overrides: { toHostId: 'x' }, reason: 'unknown_host' },
    { name: 'about itself', from: 'sgp', overrides: {}, reason: 'own_host' },
    { name: 'with NaN', from: 'fra', overrides: { rttMs: Number.NaN }, reason: 'not_a_number' },
    { name: 'with Infinity', from: 'fra', overrides: { jitterMs: Number.POSITIVE_INFINITY }, reason: 'not_a_number' },
    { name: 'with a negative change', from: 'fra', overrides: { onewayChangeMs: -1 }, reason: 'out_of_range' },
    { name: 'without a round trip', from: 'fra', overrides: { rttMs: 0 }, reason: 'out_of_range' },
    { name: 'of a round trip of 15 minutes', from: 'fra', overrides: { rttMs: 900_000 }, reason: 'out_of_range' },
    { name: 'with a loss over 1', from: 'fra', overrides: { lossSlow: 1.01 }, reason: 'out_of_range' },
    { name: 'twice as fast as light', from: 'fra', overrides: { rttMs: 34 }, reason: 'faster_than_light' },
  ])('$name', ({ from, overrides, reason }) => {
    const links = table();
    expect(links.applyReport(from, report(overrides), 0)).toBe(reason);
    expect(links.stateOf(0, 1, 0).source).toBe('guessed');
  });

  test('not when it is faster than light in glass only, nor where places are pretended', () => {
    const fastestMs = fastestRttMs(frankfurt, singapore);
    expect(Math.round(fastestMs)).toBe(34); // 10,261 km / 299.8 km a ms
    expect(table().applyReport('fra', report({ rttMs: 35 }), 0)).toBeUndefined();
    expect(table(false).applyReport('fra', report({ rttMs: 0.1 }), 0)).toBeUndefined();
  });
});

describe('a link that was never measured', () => {
  test('takes half the round trip measured by the other end, and counts as a guess', () => {
    const links = table();
    links.applyReport('sgp', report({ toHostId: 'fra', rttMs: 200 }), 0);
    expect(links.stateOf(0, 1, 0)).toMatchObject({ source: 'guessed', onewayMs: 100, loss: 0, jitterMs: 0 });
    expect([links.rttMs(0, 1, 0), links.rttMs(1, 0, 0), links.rttMs(0, 2, 0)]).toEqual([200, 200, Number.NaN]);
  });
});

describe('a measured link', () => {
  test('takes half the round trip one way', () => {
    const links = table();
    expect(links.applyReport('fra', report(), 0)).toBeUndefined();
    expect(links.stateOf(0, 1, 0)).toMatchObject({
      source: 'measured',
      rttMs: 160,
      onewayMs: 80,
      jitterMs: 1,
      ageMs: 0,
    });
  });

  test.each([
    { name: 'this direction by 40 ms more', there: 40, back: 0, onewayMs: 120, otherMs: 80 },
    { name: 'the opposite direction by 40 ms more', there: 0, back: 40, onewayMs: 80, otherMs: 120 },
    { name: 'both directions alike', there: 40, back: 40, onewayMs: 100, otherMs: 100 },
    { name: 'this direction by more than the round trip', there: 1000, back: 0, onewayMs: 200, otherMs: 0 },
  ])('is divided by the slowdown of its directions: $name', ({ there, back, onewayMs, otherMs }) => {
    const links = table();
    links.applyReport('fra', report({ rttMs: 200, onewayChangeMs: there }), 0);
    links.applyReport('sgp', report({ toHostId: 'fra', rttMs: 200, onewayChangeMs: back }), 0);
    expect([links.stateOf(0, 1, 0).onewayMs, links.stateOf(1, 0, 0).onewayMs]).toEqual([onewayMs, otherMs]);
  });

  test('has the shorter of both ends’ round trips; the slowed direction is known when both have reported', () => {
    const links = table();
    links.applyReport('fra', report({ rttMs: 200 }), 0);
    links.applyReport('sgp', report({ toHostId: 'fra', rttMs: 200 }), 0);
    const oneways = () => [links.stateOf(0, 1, 500).onewayMs, links.stateOf(1, 0, 500).onewayMs];
    links.applyReport('sgp', report({ toHostId: 'fra', rttMs: 600 }), 500);
    expect(oneways()).toEqual([100, 100]);
    links.applyReport('fra', report({ rttMs: 600, onewayChangeMs: 400 }), 500);
    expect(oneways()).toEqual([500, 100]);
  });

  test('fades into the guess without new reports', () => {
    const links = table();
    links.applyReport('fra', report({ rttMs: 300, lossSlow: 0.2 + 1 / 150 }), 0);
    const guessMs = guessedOnewayMs(frankfurt, singapore);
    const at = (nowMs: number) => links.stateOf(0, 1, nowMs);
    expect(at(FADE_FROM_MS)).toMatchObject({ source: 'measured', onewayMs: 150 });
    const half = at((FADE_FROM_MS + FADE_TO_MS) / 2);
    expect(half.source).toBe('fading');
    expect(half.onewayMs).toBeCloseTo((150 + guessMs) / 2, 9);
    expect(half.loss).toBeCloseTo(0.1, 9);
    expect(at(FADE_TO_MS)).toMatchObject({ source: 'guessed', onewayMs: guessMs, loss: 0 });
  });
});

describe('when both ends lose everything they send', () => {
  const lost = { lossFast: 1, lossSlow: 0.5 };
  test.each([
    { name: 'and hear nothing, both directions are cut', silent: [true, true], loss: [1, 1] },
    { name: 'and only one hears nothing, the direction towards it is cut', silent: [true, false], loss: [0, 1] },
    { name: 'and only the other hears nothing, the opposite direction is cut', silent: [false, true], loss: [1, 0] },
    { name: 'and both hear, each report counts for its direction', silent: [false, false], loss: [1, 1] },
  ])('$name', ({ silent: [fra = false, sgp = false], loss }) => {
    const links = table();
    links.applyReport('fra', report({ ...lost, isSilent: fra }), 0);
    links.applyReport('sgp', report({ ...lost, isSilent: sgp, toHostId: 'fra' }), 0);
    expect([links.stateOf(0, 1, 0).loss, links.stateOf(1, 0, 0).loss]).toEqual(loss);
  });
});

test.each([
  { name: 'no lost probe', overrides: {}, loss: 0 },
  { name: 'one probe of 150', overrides: { lossSlow: 1 / 150, lossFast: 0.2 }, loss: 0 },
  { name: 'three of 150', overrides: { lossSlow: 3 / 150 }, loss: 2 / 150 },
  { name: 'one of only two probes', overrides: { lossSlow: 0.5, slowProbes: 2 }, loss: 0 },
  { name: 'a second in which most was lost', overrides: { lossSlow: 0.03, lossFast: 0.6 }, loss: 0.6 },
  { name: 'such a second with rare probes', overrides: { lossSlow: 0.2, lossFast: 1, slowProbes: 5 }, loss: 0 },
])('the loss for planning after $name is $loss', ({ overrides, loss }) => {
  expect(planningLoss(report(overrides))).toBeCloseTo(loss, 9);
});

describe('a link with a forwarder’s flow', () => {
  /** Returns the round trip that counts, and its source. */
  const rttAndSource = (links: LinkTable, nowMs: number): unknown[] => {
    const { rttMs, by } = links.stateOf(0, 1, nowMs);
    return [rttMs, by];
  };

  test('has the forwarder as its only source while the forwarder reports, and then the probe again', () => {
    const links = table();
    expect(links.applyReport('fra', report({ rttMs: 160 }), 0)).toBeUndefined();
    expect(links.applyReport('fra', report({ rttMs: 170 }), 100, 'sfu-1')).toBeUndefined();
    expect(rttAndSource(links, 100)).toEqual([170, 'forwarder']);
    expect(links.applyReport('fra', report({ rttMs: 160 }), 99 + FORWARDER_FRESH_MS)).toBe('set_aside');
    expect(rttAndSource(links, 99 + FORWARDER_FRESH_MS)).toEqual([170, 'forwarder']);
    expect(links.applyReport('fra', report({ rttMs: 160 }), 100 + FORWARDER_FRESH_MS)).toBeUndefined();
    expect(rttAndSource(links, 100 + FORWARDER_FRESH_MS)).toEqual([160, 'probe']);
  });

  test.each([
    {
      name: 'it hears nothing',
      letGo: (links: LinkTable) => links.applyReport('fra', report({ rttMs: 170, isSilent: true }), 500, 'sfu-1'),
    },
    { name: 'the forwarder has flipped to another path', letGo: (links: LinkTable) => links.release(0, 1) },
  ])('is left to the probe at once when $name', ({ letGo }) => {
    const links = table();
    links.applyReport('fra', report({ rttMs: 170 }), 0, 'sfu-1');
    letGo(links);
    expect(rttAndSource(links, 500)).toEqual([170, 'forwarder']); // earlier figures are not forgotten
    expect(links.applyReport('fra', report({ lossFast: 1, lossSlow: 1 }), 600)).toBeUndefined();
    expect(links.stateOf(0, 1, 600)).toMatchObject({ loss: 1, by: 'probe' });
  });

  test('keeps its source in another fleet, and refused figures of a forwarder do not displace the probe', () => {
    const links = table();
    links.applyReport('fra', report({ rttMs: 170 }), 0, 'sfu-1');
    const after = new LinkTable([...hosts].reverse(), { checksLight: true, before: links });
    expect(after.applyReport('fra', report({ rttMs: 160 }), 10)).toBe('set_aside');
    expect(after.stateOf(2, 1, 10)).toMatchObject({ rttMs: 170, by: 'forwarder' });
    expect(after.applyReport('sgp', report({ toHostId: 'fra', rttMs: 1 }), 10, 'sfu-9')).toBe('faster_than_light');
    expect(after.applyReport('sgp', report({ toHostId: 'fra', rttMs: 160 }), 11)).toBeUndefined();
  });
});
