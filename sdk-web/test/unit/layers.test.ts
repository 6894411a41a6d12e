import { describe, expect, test } from 'vitest';
import {
  type Cap,
  capped,
  downwardsIntervalMs,
  type LayerPreference,
  layerOfQuality,
  preferenceOf,
  type Shown,
  sendDelayMs,
} from '../../src/core/layers.ts';

const layers = [
  { width: 320, height: 180 },
  { width: 640, height: 360 },
  { width: 1280, height: 720 },
];
const element = (widthCssPx: number, heightCssPx: number, o: { visible?: boolean; cover?: boolean } = {}) => ({
  widthCssPx,
  heightCssPx,
  visible: o.visible ?? true,
  cover: o.cover ?? false,
});
const shown = (o: Partial<Shown>): Shown => ({
  elements: [element(640, 360)],
  devicePixelRatio: 1,
  pageVisible: true,
  layers,
  present: undefined,
  ...o,
});
const allLayers: LayerPreference = { paused: false, spatialLayer: undefined, temporalLayer: undefined };

describe('the preference for the shown elements:', () => {
  test.each([
    {
      name: 'no element: nothing',
      in: { elements: [] },
      preference: { paused: true, spatialLayer: undefined, temporalLayer: undefined },
    },
    { name: 'an element without size: nothing', in: { elements: [element(0, 0)] }, preference: { paused: true } },
    {
      name: 'an element off screen: nothing',
      in: { elements: [element(640, 360, { visible: false })] },
      preference: { paused: true },
    },
    { name: 'a hidden page: nothing', in: { pageVisible: false }, preference: { paused: true } },
    {
      name: 'a track of one layer: no layer requested',
      in: { layers: [layers[0] ?? { width: 1, height: 1 }], elements: [element(32, 180)] },
      preference: { spatialLayer: undefined },
    },
    {
      name: 'a track of unknown layers: no layer requested',
      in: { layers: [] },
      preference: { spatialLayer: undefined, paused: false },
    },
    {
      name: 'layers of unknown size: the lowest',
      in: {
        layers: [
          { width: 0, height: 0 },
          { width: 0, height: 0 },
        ],
      },
      preference: { spatialLayer: 0 },
    },
    {
      name: 'a thumbnail: the lowest, at half the frames',
      in: { elements: [element(160, 90)] },
      preference: { paused: false, spatialLayer: 0, temporalLayer: 1 },
    },
    {
      name: 'exactly the size of a layer: that layer',
      in: { elements: [element(640, 360)] },
      preference: { spatialLayer: 1, temporalLayer: undefined },
    },
    {
      name: 'one pixel more than a layer: the next larger layer',
      in: { elements: [element(641, 361)] },
      preference: { spatialLayer: undefined },
    },
    {
      name: 'larger than all layers: the top layer',
      in: { elements: [element(4000, 3000)] },
      preference: { spatialLayer: undefined },
    },
    {
      name: 'two device pixels per pixel count',
      in: { elements: [element(320, 180)], devicePixelRatio: 2 },
      preference: { spatialLayer: 1 },
    },
    {
      name: 'a third device pixel does not count',
      in: { elements: [element(320, 180)], devicePixelRatio: 3 },
      preference: { spatialLayer: 1 },
    },
    {
      name: 'a browser zoomed out asks for no less than its pixels',
      in: { elements: [element(640, 360)], devicePixelRatio: 0.5 },
      preference: { spatialLayer: 1 },
    },
    {
      name: 'the largest of several elements decides',
      in: { elements: [element(160, 90), element(640, 360)] },
      preference: { spatialLayer: 1, temporalLayer: undefined },
    },
    {
      name: 'an invisible large element does not decide',
      in: { elements: [element(160, 90), element(1280, 720, { visible: false })] },
      preference: { spatialLayer: 0 },
    },
    {
      name: 'a square that shows the picture whole: its width decides',
      in: { elements: [element(320, 320)] },
      preference: { spatialLayer: 0 },
    },
    {
      name: 'a square that cuts the picture: its height decides',
      in: { elements: [element(320, 320, { cover: true })] },
      preference: { spatialLayer: 1 },
    },
  ])('$name', (row) => {
    expect(preferenceOf(shown(row.in))).toMatchObject(row.preference);
  });

  test.each([
    // 352/320 = 1.1 is inside the band, so the current layer stays.
    { name: 'stays when it is stretched by 10 %', width: 352, height: 198, present: 0, spatialLayer: 0 },
    { name: 'stays when the lower one would be stretched', width: 352, height: 198, present: 1, spatialLayer: 1 },
    { name: 'stays when it is stretched by 20 %', width: 384, height: 216, present: 0, spatialLayer: 0 },
    { name: 'rises when it is stretched by more', width: 386, height: 217, present: 0, spatialLayer: 1 },
    { name: 'falls when the lower one needs no stretch', width: 320, height: 180, present: 1, spatialLayer: 0 },
  ])('the current layer $name', ({ width, height, present, spatialLayer }) => {
    expect(preferenceOf(shown({ elements: [element(width, height)], present })).spatialLayer).toBe(spatialLayer);
  });

  test('a tile whose size varies around a threshold does not make the layer change', () => {
    let present: number | undefined = 1;
    const seen = new Set<number | undefined>();
    for (let step = 0; step < 200; step += 1) {
      const width = 320 + (step % 2 === 0 ? 2 : 60);
      present = preferenceOf(shown({ elements: [element(width, (width * 9) / 16)], present })).spatialLayer;
      seen.add(present);
    }
    expect([...seen]).toEqual([1]);
  });
});

describe('the user’s choice', () => {
  const cap = (o: Partial<Cap>): Cap => ({ enabled: true, spatialLayer: undefined, temporalLayer: undefined, ...o });
  test.each([
    {
      name: 'a disabled track is paused despite a visible tile',
      preference: allLayers,
      cap: cap({ enabled: false }),
      expected: { ...allLayers, paused: true },
    },
    {
      name: 'a cap lowers the preference',
      preference: allLayers,
      cap: cap({ spatialLayer: 1 }),
      expected: { ...allLayers, spatialLayer: 1 },
    },
    {
      name: 'a cap does not raise it',
      preference: { ...allLayers, spatialLayer: 0 },
      cap: cap({ spatialLayer: 2 }),
      expected: { ...allLayers, spatialLayer: 0 },
    },
    {
      name: 'a cap applies to temporal layers as well',
      preference: { ...allLayers, temporalLayer: 1 },
      cap: cap({ temporalLayer: 0 }),
      expected: { ...allLayers, temporalLayer: 0 },
    },
    {
      name: 'a hidden tile stays paused',
      preference: { ...allLayers, paused: true },
      cap: cap({}),
      expected: { ...allLayers, paused: true },
    },
  ])('$name', (row) => {
    expect(capped(row.preference, row.cap)).toEqual(row.expected);
  });

  test.each([
    { quality: 'low', count: 3, layer: 0 },
    { quality: 'medium', count: 3, layer: 1 },
    { quality: 'medium', count: 2, layer: 1 },
    { quality: 'medium', count: 1, layer: 0 },
    { quality: 'medium', count: 0, layer: 0 },
    { quality: 'high', count: 3, layer: undefined },
  ] as const)('$quality of $count layers is layer $layer', ({ quality, count, layer }) => {
    expect(layerOfQuality(quality, count)).toBe(layer);
  });
});

describe('the time to send a preference:', () => {
  const at = (o: { preference: LayerPreference; inForce?: LayerPreference; sinceMs: number }) =>
    sendDelayMs({
      preference: o.preference,
      inForce: o.inForce ?? allLayers,
      lastSentMs: 10_000,
      nowMs: 10_000 + o.sinceMs,
    });
  test.each([
    { name: 'the same preference is not sent', o: { preference: allLayers, sinceMs: 99_999 }, expected: undefined },
    {
      name: 'a lower preference waits for the interval',
      o: { preference: { ...allLayers, spatialLayer: 0 }, sinceMs: 0 },
      expected: downwardsIntervalMs,
    },
    {
      name: 'a lower preference waits for the rest of the interval',
      o: { preference: { ...allLayers, spatialLayer: 0 }, sinceMs: 2999 },
      expected: 1,
    },
    {
      name: 'a lower preference is sent after the interval',
      o: { preference: { ...allLayers, spatialLayer: 0 }, sinceMs: 3000 },
      expected: 0,
    },
    { name: 'a pause waits as well', o: { preference: { ...allLayers, paused: true }, sinceMs: 1000 }, expected: 2000 },
    {
      name: 'a higher preference is sent at once',
      o: { preference: allLayers, inForce: { ...allLayers, spatialLayer: 0 }, sinceMs: 0 },
      expected: 0,
    },
    {
      name: 'a resume is sent at once',
      o: { preference: { ...allLayers, spatialLayer: 0 }, inForce: { ...allLayers, paused: true }, sinceMs: 0 },
      expected: 0,
    },
    {
      name: 'more pixels with fewer frames count as higher',
      o: { preference: { ...allLayers, temporalLayer: 1 }, inForce: { ...allLayers, spatialLayer: 0 }, sinceMs: 0 },
      expected: 0,
    },
    {
      name: 'layers of a paused track are not sent',
      o: {
        preference: { ...allLayers, paused: true, spatialLayer: 1 },
        inForce: { ...allLayers, paused: true },
        sinceMs: 9999,
      },
      expected: undefined,
    },
  ])('$name', ({ o, expected }) => {
    expect(at(o)).toBe(expected);
  });
});
