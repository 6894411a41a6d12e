import { describe, expect, it, test } from 'vitest';
import { downwardsIntervalMs, type LayerPreference, layerOfSize } from '../../src/core/layers.ts';
import { RemoteTrackPublication } from '../../src/tracks/remote-publication.ts';
import type { RemoteTrack } from '../../src/tracks/remote-track.ts';

const layers = [
  { spatialLayer: 0, width: 320, height: 180, maxBitrateBps: 0 },
  { spatialLayer: 1, width: 640, height: 360, maxBitrateBps: 0 },
  { spatialLayer: 2, width: 1280, height: 720, maxBitrateBps: 0 },
];

test.each([
  { width: 1, height: 1, layer: 0 },
  { width: 320, height: 180, layer: 0 },
  { width: 321, height: 181, layer: 1 },
  { width: 640, height: 9999, layer: 1 }, // shown whole: its width decides
  { width: 9999, height: 360, layer: 1 },
  { width: 1280, height: 720, layer: undefined },
  { width: 4000, height: 3000, layer: undefined },
])('$width × $height needs layer $layer', ({ width, height, layer }) => {
  expect(layerOfSize({ width, height }, layers)).toBe(layer);
});

test.each([
  { name: 'no layers', of: [] },
  { name: 'one layer', of: layers.slice(0, 1) },
  { name: 'layers of unknown size', of: layers.map((layer) => ({ ...layer, width: 0, height: 0 })) },
])('with $name there is no cap', ({ of }) => {
  expect(layerOfSize({ width: 10, height: 10 }, of)).toBeUndefined();
});

describe('a publication', () => {
  const setUp = () => {
    const sent: LayerPreference[] = [];
    let nowMs = 0;
    const pass = (ms: number): void => {
      nowMs += ms;
    };
    const row = {
      trackId: 'TR_1',
      kind: 'video',
      source: 'camera',
      name: '',
      muted: false,
      mimeType: 'video/VP8',
    } as const;
    const publication = new RemoteTrackPublication({
      row: { ...row, layerKind: 'simulcast', layers, nodeId: 'n', width: 1280, height: 720 },
      control: { setSubscribed: () => undefined, sendPreference: (_id, wanted) => sent.push(wanted), now: () => nowMs },
      subscribed: true,
    });
    publication.setTrack({} as RemoteTrack);
    return { publication, sent, pass };
  };

  it('requests the layer of that size at once; the last request counts', () => {
    const { publication, sent } = setUp();
    publication.setPreferredLayers({ temporalLayer: 1 });
    publication.setVideoDimensions({ width: 600, height: 300 });
    publication.setVideoDimensions({ width: 300, height: 150 });
    publication.setVideoQuality('high');
    expect(sent.map(({ spatialLayer, temporalLayer }) => [spatialLayer, temporalLayer])).toEqual([
      [undefined, 1],
      [1, undefined],
      [0, undefined],
      [undefined, undefined],
    ]);
  });

  it('requests a lower layer if the page shows the track smaller, and no higher layer if the page shows it larger', () => {
    const { publication, pass } = setUp();
    publication.setVideoDimensions({ width: 600, height: 300 });
    const showWithLayer = (spatialLayer: number | undefined) => {
      publication.setAdaptivePreference({ paused: false, spatialLayer, temporalLayer: undefined });
      return publication.preference.spatialLayer;
    };
    expect(showWithLayer(undefined)).toBe(1);
    pass(downwardsIntervalMs);
    expect(showWithLayer(0)).toBe(0);
  });

  it.each([
    { width: 0, height: 10 },
    { width: 10, height: -1 },
    { width: Number.NaN, height: 10 },
  ])('refuses $width × $height', (size) => {
    const { publication, sent } = setUp();
    expect(() => publication.setVideoDimensions(size)).toThrowError(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
    expect(sent).toEqual([]);
  });
});
