import { describe, expect, test } from 'vitest';
import {
  type ConsumerDemand,
  type DemandLevel,
  type DemandState,
  demandPeriodMs,
  fullDemand,
  highestOf,
  layersBetween,
  limitedTo,
  lowestOf,
  mergeDemands,
  missingIn,
  stepDemand,
} from '../../src/core/index.ts';

const wants = (maxSpatialLayer: number, maxTemporalLayer?: number, minSpatialLayer?: number): ConsumerDemand => ({
  paused: false,
  maxSpatialLayer,
  minSpatialLayer,
  maxTemporalLayer,
});
const level = (spatialLayer: number, temporalLayer: number, lowestSpatialLayer = 0): DemandLevel => ({
  spatialLayers: layersBetween(lowestSpatialLayer, spatialLayer),
  temporalLayer,
});
/** A pulling node's demand for a set of layers. */
const needs = (spatialLayers: number): ConsumerDemand => ({
  paused: false,
  maxSpatialLayer: highestOf(spatialLayers),
  minSpatialLayer: Math.max(0, lowestOf(spatialLayers)),
  spatialLayers,
});
const paused: ConsumerDemand = { paused: true, maxSpatialLayer: 2 };

describe('a set of layers', () => {
  test.each([
    [0, -1, 0b000],
    [0, 0, 0b001],
    [0, 2, 0b111],
    [1, 2, 0b110],
    [2, 2, 0b100],
    [2, 1, 0b000],
    [0, 30, 2 ** 31 - 1],
  ])('from %i to %i', (lowest, highest, want) => expect(layersBetween(lowest, highest)).toBe(want));
  test.each([
    [0b000, -1, -1, 0b000],
    [0b001, 0, 0, 0b000],
    [0b101, 2, 0, 0b010],
    [0b100, 2, 2, 0b011],
    [0b110, 2, 1, 0b001],
    [0b111, 2, 0, 0b000],
    [2 ** 32 - 1, 31, 0, 0b000],
  ])('%i has its highest and lowest layer, and misses those below', (layers, highest, lowest, missing) => {
    expect([highestOf(layers), lowestOf(layers), missingIn(layers)]).toEqual([highest, lowest, missing]);
  });
  test.each([
    [0b101, 2, 0b101],
    [0b101, 1, 0b011],
    [0b100, 0, 0b001],
    [0b001, 1, 0b001],
    [0b000, 1, 0b000],
    [2 ** 32 - 1, 1, 0b011],
  ])('%i has layer %i in place of higher ones', (layers, highest, want) =>
    expect(limitedTo(layers, highest)).toBe(want),
  );
});

describe('merged demands', () => {
  const rows: [name: string, demands: ConsumerDemand[], layers: number, want: DemandLevel][] = [
    ['without a consumer are nothing', [], 3, level(-1, -1)],
    ['for a negative layer are the lowest layer', [wants(-5, -5)], 3, level(0, 0)],
    ['for a layer above the track are its highest layer', [wants(255, 255)], 3, level(2, 2)],
    ['with a fraction are rounded down', [wants(1.9, 1.9)], 3, level(1, 1)],
    ['that are all paused are nothing', [paused, paused], 3, level(-1, -1)],
    ['are the highest demand that is not paused', [paused, wants(0), wants(1)], 3, level(1, 2)],
    ['without a temporal layer are all temporal layers', [wants(0, 0), wants(0)], 3, level(0, 2)],
    ['are the highest of each kind of layer', [wants(2, 0), wants(0, 1)], 3, level(2, 1)],
    ['for a track with one layer are that layer', [wants(2, 2)], 1, level(0, 0)],
    ['of one that needs no lower layers begin at its lowest', [wants(255, 255, 255)], 3, level(2, 2, 2)],
    ['begin at the lowest layer that one of them needs', [wants(2, 2, 2), wants(2, 2, 1), paused], 3, level(2, 2, 1)],
    ['without a lowest layer begin at the lowest', [wants(2, 2)], 3, level(2, 2)],
    ['never begin above their highest layer', [wants(1, 2, 2)], 3, level(1, 2, 1)],
    ['leave out a layer between two', [wants(2, 2, 2), wants(0)], 3, { spatialLayers: 0b101, temporalLayer: 2 }],
    ['of pulling nodes are the layers of all', [needs(0b101), needs(0b010)], 3, level(2, 2)],
    [
      'leave out what no pulling node needs',
      [needs(0b001), needs(0b100)],
      3,
      { spatialLayers: 0b101, temporalLayer: 2 },
    ],
    [
      'for a set above the track are its highest layer',
      [needs(0b1000_0001)],
      3,
      { spatialLayers: 0b101, temporalLayer: 2 },
    ],
    [
      'for a pulling node that is limited have its highest layer in place of those above',
      [{ ...needs(0b101), maxSpatialLayer: 1 }],
      3,
      level(1, 2),
    ],
  ];
  test.each(rows)('%s', (_name, demands, layers, want) =>
    expect(mergeDemands(demands, { layerCount: layers, temporalLayerCount: layers })).toEqual(want),
  );
});

describe('the demand sent upstream', () => {
  const spatial = (layer: number): DemandLevel => level(layer, Math.min(layer, 0));
  /** Plays pairs of (time, wanted level), and returns (time, level) of every request; also steps when a step is due. */
  function requestsOf(steps: [atMs: number, wanted: number][], holdMs = 0): [number, number][] {
    let state: DemandState = fullDemand({ layerCount: 3, temporalLayerCount: 1 });
    const sent: [number, number][] = [];
    let nextStepMs: number | undefined;
    let wanted = 2;
    const look = (nowMs: number): void => {
      const step = stepDemand({ state, wanted: spatial(wanted), nowMs, holdMs });
      state = step.state;
      if (step.newRequest !== undefined) sent.push([nowMs, highestOf(step.newRequest.spatialLayers)]);
      nextStepMs = step.nextStepInMs === undefined ? undefined : nowMs + step.nextStepInMs;
    };
    for (const [atMs, next] of [...steps, [1e9, steps.at(-1)?.[1] ?? 2] as [number, number]]) {
      while (nextStepMs !== undefined && nextStepMs <= atMs) look(nextStepMs);
      wanted = next;
      look(atMs);
    }
    return sent;
  }
  const rows: [name: string, steps: [number, number][], holdMs: number, want: [number, number][]][] = [
    [
      'is sent only when the wanted level changes',
      [
        [0, 2],
        [10, 2],
      ],
      0,
      [],
    ],
    ['goes down at once the first time', [[0, 1]], 0, [[0, 1]]],
    [
      'goes down a second time 3 s after the first',
      [
        [0, 1],
        [100, 0],
      ],
      0,
      [
        [0, 1],
        [demandPeriodMs, 0],
      ],
    ],
    [
      'goes up at once, also right after going down',
      [
        [0, 0],
        [1, 2],
      ],
      0,
      [
        [0, 0],
        [1, 2],
      ],
    ],
    [
      'skips a level that is wanted only for a moment',
      [
        [0, 1],
        [100, 0],
        [200, 1],
      ],
      0,
      [[0, 1]],
    ],
    ['waits for the hold time before it goes down', [[0, -1]], 3000, [[3000, -1]]],
    [
      'stays when a consumer comes back within the hold time',
      [
        [0, -1],
        [2999, 2],
      ],
      3000,
      [],
    ],
    [
      'begins the hold time again after a higher demand',
      [
        [0, -1],
        [2000, 2],
        [2500, -1],
      ],
      3000,
      [[5500, -1]],
    ],
    [
      'goes down at most once in 3 s while the wanted level flickers',
      [
        [0, 1],
        [500, 2],
        [1000, 1],
        [1500, 2],
        [2000, 1],
      ],
      0,
      [
        [0, 1],
        [500, 2],
        [3000, 1],
      ],
    ],
  ];
  test.each(rows)('%s', (_name, steps, holdMs, want) => expect(requestsOf(steps, holdMs)).toEqual(want));

  test('raises the one layer at once while the other has to wait to go down', () => {
    const lowered = { requestedLevel: level(2, 0), loweredAtMs: 1000, lowerSinceMs: undefined };
    const raised = stepDemand({ state: lowered, wanted: level(0, 2), nowMs: 1500, holdMs: 0 });
    expect(raised).toMatchObject({ newRequest: level(2, 2), nextStepInMs: demandPeriodMs - 500 });
    const nowMs = 1000 + demandPeriodMs;
    expect(stepDemand({ state: raised.state, wanted: level(0, 2), nowMs, holdMs: 0 })).toEqual({
      state: { requestedLevel: level(0, 2), loweredAtMs: nowMs, lowerSinceMs: undefined },
      newRequest: level(0, 2),
      nextStepInMs: undefined,
    });
  });

  test('adds lower layers at once, and leaves them out at most once in 3 s', () => {
    const full = { requestedLevel: level(2, 2), loweredAtMs: 1000, lowerSinceMs: undefined };
    const waiting = stepDemand({ state: full, wanted: level(2, 2, 2), nowMs: 1500, holdMs: 0 });
    expect(waiting).toMatchObject({ newRequest: undefined, nextStepInMs: demandPeriodMs - 500 });
    const nowMs = 1000 + demandPeriodMs;
    const narrowed = stepDemand({ state: waiting.state, wanted: level(2, 2, 2), nowMs, holdMs: 0 });
    expect(narrowed.newRequest).toEqual(level(2, 2, 2));
    const widened = stepDemand({ state: narrowed.state, wanted: level(2, 2), nowMs: nowMs + 1, holdMs: 0 });
    expect(widened.newRequest).toEqual(level(2, 2));
    const gone = stepDemand({ state: narrowed.state, wanted: level(-1, -1), nowMs: nowMs + 1, holdMs: 1000 });
    expect(gone.newRequest).toBeUndefined();
  });
});
