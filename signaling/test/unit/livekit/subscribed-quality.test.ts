// Tests which layers a LiveKit publisher has to send.
import { VideoQuality } from '@livekit/protocol';
import { expect, it, test } from 'vitest';
import { subscribedQualityUpdate } from '../../../src/core/livekit/index.ts';
import { camera, microphone } from './rooms.ts';

const layers = camera().layers;
test.each([
  ['simulcast of three, none', camera(), -1, [false, false, false]],
  ['simulcast of three, the lowest', camera(), 0, [true, false, false]],
  ['simulcast of three, two', camera(), 1, [true, true, false]],
  ['simulcast of three, all', camera(), 2, [true, true, true]],
  ['simulcast of three, more than there are', camera(), 9, [true, true, true]],
  ['simulcast of two, the lowest', camera({ layers: layers.slice(0, 2) }), 0, [true, false, false]],
  ['simulcast of two, all', camera({ layers: layers.slice(0, 2) }), 1, [true, true, true]],
  ['SVC, none', camera({ layerKind: 'svc' }), -1, [false, false, false]],
  ['SVC, the lowest: the stream', camera({ layerKind: 'svc' }), 0, [true, true, true]],
  ['one layer, wanted', camera({ layerKind: 'simple', layers: [] }), 0, [true, true, true]],
  ['one layer, not wanted', camera({ layerKind: 'simple', layers: [] }), -1, [false, false, false]],
] as const)('the publisher sends the received layers: %s', (_, track, maxSpatialLayer, enabled) => {
  const update = subscribedQualityUpdate(track, maxSpatialLayer);
  const expected = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH].map((quality, index) => ({
    quality,
    enabled: enabled[index],
  }));
  expect(update.subscribedQualities).toMatchObject(expected);
  expect(update.subscribedCodecs).toMatchObject([{ codec: 'vp8', qualities: expected }]);
  expect(update.trackSid).toBe('TR_camera000000');
});

it('the codec is named as SDKs name it, and left out if unknown', () => {
  const codecOf = (mimeType: string) =>
    subscribedQualityUpdate(camera({ mimeType }), 0).subscribedCodecs.map(({ codec }) => codec);
  expect(codecOf('video/H264;profile=x')).toEqual(['h264']);
  expect(codecOf('')).toEqual([]);
  expect(subscribedQualityUpdate(microphone(), 0).subscribedCodecs[0]?.codec).toBe('opus');
});
