import type { types } from 'mediasoup-client';
import { describe, expect, it } from 'vitest';
import { planVideo, type VideoPlan } from '../../src/core/codec.ts';
import { encodingsFor, layerDemandOf } from '../../src/core/layer-demand.ts';
import { applyLayerDemand } from '../../src/media/layer-demand.ts';

function planOf(o: {
  codec: 'vp8' | 'vp9';
  browser?: 'chromium' | 'firefox';
  width?: number;
  height?: number;
  maxBitrateBps?: number;
}): VideoPlan {
  const plan = planVideo({
    browser: 'chromium',
    sendable: ['vp9', 'vp8'],
    source: 'camera',
    width: 1280,
    height: 720,
    ...o,
  });
  if (plan === undefined) throw new Error('no plan');
  return plan;
}
/** The set of these layers. */
const layers = (spatialLayer: number, lowestSpatialLayer = 0): number =>
  2 ** (spatialLayer + 1) - 2 ** lowestSpatialLayer;
const shown = (plan: VideoPlan, spatialLayer: number, temporalLayer?: number, lowestSpatialLayer = 0): string[] =>
  shownOf(plan, layers(spatialLayer, lowestSpatialLayer), temporalLayer);
const shownOf = (plan: VideoPlan, spatialLayers: number, temporalLayer?: number): string[] =>
  encodingsFor(plan, { spatialLayers, temporalLayer }, 30).map(
    ({ active, scalabilityMode = '-', scaleResolutionDownBy = 1, maxFramerate = 30 }) =>
      `${active ? '' : 'off '}${scalabilityMode} /${scaleResolutionDownBy} ${maxFramerate} fps`,
  );

describe('the encodings for the watched layers', () => {
  it.each([
    [2, undefined, ['L3T3_KEY /1 30 fps']],
    [1, undefined, ['L2T3_KEY /2 30 fps']],
    [0, undefined, ['L1T3 /4 30 fps']],
    [2, 1, ['L3T2_KEY /1 15 fps']],
    [1, 0, ['L2T1_KEY /2 8 fps']],
    [0, 1, ['L1T2 /4 15 fps']],
    [7, 7, ['L3T3_KEY /1 30 fps']],
    [-1, undefined, ['off L3T3_KEY /1 30 fps']],
  ])('of an SVC stream, for layers %s and %s', (spatialLayer, temporalLayer, want) => {
    expect(shown(planOf({ codec: 'vp9' }), spatialLayer, temporalLayer)).toEqual(want);
  });

  it('of an SVC stream keep the bit rates of the layers that are left', () => {
    const plan = planOf({ codec: 'vp9' });
    const [low = 0, middle = 0, high = 0] = plan.layers.map(({ maxBitrateBps }) => maxBitrateBps);
    const bitrates = [0, 1, 2].map(
      (spatialLayer) =>
        encodingsFor(plan, { spatialLayers: layers(spatialLayer), temporalLayer: undefined }, 30)[0]?.maxBitrate,
    );
    expect(bitrates).toEqual([low, low + middle, high]);
    const alone = [0, 1, 2].map(
      (layer) =>
        encodingsFor(plan, { spatialLayers: layers(layer, layer), temporalLayer: undefined }, 30)[0]?.maxBitrate,
    );
    expect(alone).toEqual([low, middle, high - low - middle]);
  });

  it.each([
    [2, 2, undefined, ['L1T3 /1 30 fps']],
    [1, 1, 1, ['L1T2 /2 15 fps']],
    [2, 1, undefined, ['L3T3_KEY /1 30 fps']],
    [7, 7, undefined, ['L1T3 /1 30 fps']],
  ])('of an SVC stream, for layers %s to %s', (spatialLayer, lowestSpatialLayer, temporalLayer, want) => {
    expect(shown(planOf({ codec: 'vp9' }), spatialLayer, temporalLayer, lowestSpatialLayer)).toEqual(want);
  });

  it('of an SVC stream with a low limit of its own keep half of it for the highest layer', () => {
    const plan = planOf({ codec: 'vp9', maxBitrateBps: 300_000 });
    const [sent] = encodingsFor(plan, { spatialLayers: layers(2, 2), temporalLayer: undefined }, 30);
    expect(sent?.maxBitrate).toBe(150_000);
  });

  it.each([
    [2, undefined, ['L1T3 /4 30 fps', 'L1T3 /2 30 fps', 'L1T3 /1 30 fps']],
    [1, undefined, ['L1T3 /4 30 fps', 'L1T3 /2 30 fps', 'off L1T3 /1 30 fps']],
    [0, 1, ['L1T2 /4 15 fps', 'off L1T2 /2 15 fps', 'off L1T2 /1 15 fps']],
    [-1, undefined, ['off L1T3 /4 30 fps', 'off L1T3 /2 30 fps', 'off L1T3 /1 30 fps']],
    [2, undefined, ['off L1T3 /4 30 fps', 'L1T3 /2 30 fps', 'L1T3 /1 30 fps'], 1],
    [2, undefined, ['off L1T3 /4 30 fps', 'off L1T3 /2 30 fps', 'L1T3 /1 30 fps'], 2],
  ])('of a simulcast, for layers %s and %s', (spatialLayer, temporalLayer, want, lowestSpatialLayer = 0) => {
    expect(shown(planOf({ codec: 'vp8' }), spatialLayer, temporalLayer, lowestSpatialLayer)).toEqual(want);
  });

  it('of a simulcast leave out a layer between two', () => {
    expect(shownOf(planOf({ codec: 'vp8' }), 0b101)).toEqual([
      'L1T3 /4 30 fps',
      'off L1T3 /2 30 fps',
      'L1T3 /1 30 fps',
    ]);
  });

  it('of an SVC stream have the layers between two, and below several', () => {
    for (const set of [0b101, 0b110]) expect(shownOf(planOf({ codec: 'vp9' }), set)).toEqual(['L3T3_KEY /1 30 fps']);
  });

  it('of a browser without scalability modes are only switched off', () => {
    expect(shown(planOf({ codec: 'vp9', browser: 'firefox' }), 0, 0)).toEqual(['- /1 30 fps']);
  });
});

describe('the layers that a media node demands', () => {
  it.each([
    ['are a set', { maxSpatialLayer: 2, spatialLayers: 0b101, maxTemporalLayer: 1 }, 0b101, 1],
    ['are none', { maxSpatialLayer: -1 }, 0, undefined],
    ['are the lowest', {}, 0b001, undefined],
    ['are all up to the highest, from an older node', { maxSpatialLayer: 2 }, 0b111, undefined],
    ['are all from the lowest on, from an older node', { maxSpatialLayer: 2, minSpatialLayer: 1 }, 0b110, undefined],
  ])('%s', (_, demand, spatialLayers, temporalLayer) =>
    expect(layerDemandOf(demand)).toEqual({ spatialLayers, temporalLayer }),
  );
});

describe('a sender', () => {
  function producerOf(plan: VideoPlan, o: { refusesModes?: boolean } = {}) {
    let encodings: object[] = plan.encodings.map((encoding) => ({ ...encoding, active: true }));
    const planned = new Set(plan.encodings.map(({ scalabilityMode }) => scalabilityMode));
    const changes: object[][] = [];
    const rtpSender = {
      getParameters: () => ({ encodings: structuredClone(encodings) }),
      setParameters: async (parameters: { encodings: { scalabilityMode?: string }[] }) => {
        if (o.refusesModes === true && parameters.encodings.some((one) => !planned.has(one.scalabilityMode)))
          throw new DOMException('no such mode', 'OperationError');
        encodings = parameters.encodings;
        changes.push(encodings);
      },
    };
    const track = { getSettings: () => ({ frameRate: 24 }) };
    return { producer: { closed: false, rtpSender, track } as unknown as types.Producer, changes };
  }

  it('changes its parameters when the demand changes them, and returns to the plan', async () => {
    const plan = planOf({ codec: 'vp9' });
    const { producer, changes } = producerOf(plan);
    await applyLayerDemand(producer, plan, { spatialLayers: layers(2), temporalLayer: 2 });
    expect(changes).toEqual([]);
    await applyLayerDemand(producer, plan, { spatialLayers: layers(0), temporalLayer: 1 });
    await applyLayerDemand(producer, plan, { spatialLayers: layers(0), temporalLayer: 1 });
    expect(changes).toMatchObject([[{ scalabilityMode: 'L1T2', scaleResolutionDownBy: 4, maxFramerate: 12 }]]);
    await applyLayerDemand(producer, plan, { spatialLayers: layers(2), temporalLayer: undefined });
    expect(changes.at(-1)).toEqual([{ ...plan.encodings[0], active: true, scaleResolutionDownBy: 1 }]);
  });

  it('of a browser that refuses other modes sends all layers, and stops without any demand', async () => {
    const plan = planOf({ codec: 'vp9' });
    const { producer, changes } = producerOf(plan, { refusesModes: true });
    await applyLayerDemand(producer, plan, { spatialLayers: layers(0), temporalLayer: 1 });
    expect(changes).toEqual([]);
    await applyLayerDemand(producer, plan, { spatialLayers: 0, temporalLayer: undefined });
    expect(changes).toMatchObject([[{ scalabilityMode: 'L3T3_KEY', active: false }]]);
  });
});
