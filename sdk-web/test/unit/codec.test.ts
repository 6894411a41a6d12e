import { describe, expect, test } from 'vitest';
import { bitrateBps, planVideo, spatialLayersOf, type VideoOptions } from '../../src/core/codec.ts';

const options = (o: Partial<VideoOptions>): VideoOptions => ({
  browser: 'chromium',
  sendable: ['vp9', 'vp8', 'h264', 'av1'],
  source: 'camera',
  width: 1280,
  height: 720,
  ...o,
});
const summary = (o: Partial<VideoOptions>) => {
  const plan = planVideo(options(o));
  return plan === undefined
    ? undefined
    : `${plan.codec} ${plan.layerKind} ${plan.encodings.map((encoding) => encoding.scalabilityMode ?? '-').join(' ')} | ${plan.layers.map((layer) => `${layer.width}x${layer.height}`).join(' ')}`;
};

describe('the plan for a video track:', () => {
  test.each([
    { name: 'a codec the browser cannot send is refused', o: { codec: 'h264', sendable: ['vp8'] }, plan: undefined },
    { name: 'a browser that can send nothing is refused', o: { sendable: [] }, plan: undefined },
    { name: 'Chromium: VP9 SVC in one stream', o: {}, plan: 'vp9 svc L3T3_KEY | 320x180 640x360 1280x720' },
    {
      name: 'a small camera has fewer layers',
      o: { width: 640, height: 360 },
      plan: 'vp9 svc L2T3_KEY | 320x180 640x360',
    },
    { name: 'a tiny camera has temporal layers only', o: { width: 160, height: 90 }, plan: 'vp9 svc L1T3 | 160x90' },
    {
      name: 'a portrait picture counts its longer side',
      o: { width: 720, height: 1280 },
      plan: 'vp9 svc L3T3_KEY | 180x320 360x640 720x1280',
    },
    {
      name: 'H.264 on request: simulcast without temporal layers',
      o: { codec: 'h264' },
      plan: 'h264 simulcast L1T1 L1T1 L1T1 | 320x180 640x360 1280x720',
    },
    { name: 'AV1 on request: K-SVC', o: { codec: 'av1' }, plan: 'av1 svc L3T3_KEY | 320x180 640x360 1280x720' },
    { name: 'no layers on request', o: { codec: 'vp8', simulcast: false }, plan: 'vp8 simple - | 1280x720' },
    { name: 'one H.264 layer is plain', o: { codec: 'h264', simulcast: false }, plan: 'h264 simple - | 1280x720' },
    {
      name: 'Firefox: VP8 simulcast without modes it does not know',
      o: { browser: 'firefox', sendable: ['vp8', 'vp9'] },
      plan: 'vp8 simulcast - - - | 320x180 640x360 1280x720',
    },
    {
      name: 'Firefox VP9 is one plain layer',
      o: { browser: 'firefox', sendable: ['vp8', 'vp9'], codec: 'vp9' },
      plan: 'vp9 simple - | 1280x720',
    },
    {
      name: 'a screen keeps its size: one spatial layer',
      o: { source: 'screen_share', width: 1920, height: 1080 },
      plan: 'vp9 svc L1T3 | 1920x1080',
    },
    {
      name: 'a screen in VP8 keeps its size too',
      o: { source: 'screen_share', codec: 'vp8', width: 1920, height: 1080 },
      plan: 'vp8 simple - | 1920x1080',
    },
  ] as const)('$name', ({ o, plan }) => {
    expect(summary(o as Partial<VideoOptions>)).toBe(plan);
  });

  test('layers go from the smallest to the largest, and so do their bit rates', () => {
    for (const codec of ['vp8', 'vp9', 'h264'] as const) {
      const rates = planVideo(options({ codec }))?.layers.map((layer) => layer.maxBitrateBps) ?? [];
      expect(rates).toHaveLength(3);
      expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    }
  });

  test('a simulcast encoding is scaled down to the size of its layer', () => {
    const plan = planVideo(options({ codec: 'vp8' }));
    expect(plan?.encodings.map((encoding) => encoding.scaleResolutionDownBy)).toEqual([4, 2, 1]);
  });

  test('a requested bit rate is that of the top layer, and the other layers shrink in proportion', () => {
    const plan = planVideo(options({ codec: 'vp8', maxBitrateBps: 850_000 }));
    const full = planVideo(options({ codec: 'vp8' }));
    expect(plan?.layers[2]?.maxBitrateBps).toBe(850_000);
    expect(plan?.layers[1]?.maxBitrateBps).toBeCloseTo((full?.layers[1]?.maxBitrateBps ?? 0) / 2, -2);
  });

  test('a requested frame rate reaches every encoding', () => {
    expect(
      planVideo(options({ codec: 'vp8', maxFrameRate: 12 }))?.encodings.map((encoding) => encoding.maxFramerate),
    ).toEqual([12, 12, 12]);
    expect(planVideo(options({}))?.encodings[0]).not.toHaveProperty('maxFramerate');
  });

  test.each([
    { width: 0, height: 0, layers: 1 },
    { width: 479, height: 270, layers: 1 },
    { width: 480, height: 270, layers: 2 },
    { width: 959, height: 540, layers: 2 },
    { width: 960, height: 540, layers: 3 },
  ])('$width×$height is worth $layers layers', ({ width, height, layers }) => {
    expect(spatialLayersOf(width, height)).toBe(layers);
  });

  test('bit rates match the known presets', () => {
    expect(bitrateBps('vp8', 1280, 720)).toBe(1_700_000);
    expect(bitrateBps('vp8', 640, 360)).toBeGreaterThan(400_000);
    expect(bitrateBps('vp8', 640, 360)).toBeLessThan(600_000);
    expect(bitrateBps('vp8', 16, 16)).toBe(60_000); // the floor
    expect(bitrateBps('av1', 1280, 720)).toBeLessThan(bitrateBps('vp9', 1280, 720));
  });
});
