// Tests the way from AddTrackRequest and an offer to our Publish.
import { readFileSync } from 'node:fs';
import {
  AddTrackRequest,
  Encryption_Type,
  RequestResponse_Reason,
  SimulcastCodec,
  TrackSource,
  TrackType,
  VideoLayer,
  VideoLayer_Mode,
  VideoQuality,
} from '@livekit/protocol';
import {
  cleanDisplayName,
  dependencyDescriptorUri,
  limits,
  type RtpEncoding,
  rtpParametersFromWire,
  trackFromWire,
} from '@meridian/protocol';
import { type OfferedTrack, readOffer, readSdp, tracksOf } from '@meridian/sdp';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  publishOf,
  publishRefused,
  type RequestedTrack,
  requestedTrackOf,
  trackPublishedResponse,
} from '../../../src/core/livekit/index.ts';

type Fields = ConstructorParameters<typeof AddTrackRequest>[0];
const layer = (quality: VideoQuality, width: number, height: number) =>
  new VideoLayer({ quality, width, height, bitrate: width });
const q = layer(VideoQuality.LOW, 320, 180);
const h = layer(VideoQuality.MEDIUM, 640, 360);
const f = layer(VideoQuality.HIGH, 1280, 720);
const video: Fields = {
  cid: 'c1',
  name: 'cam',
  type: TrackType.VIDEO,
  source: TrackSource.CAMERA,
  width: 1280,
  height: 720,
  layers: [q, h, f],
  simulcastCodecs: [new SimulcastCodec({ codec: 'vp8', cid: 'c1' })],
};
const audio: Fields = { cid: 'a1', type: TrackType.AUDIO, source: TrackSource.MICROPHONE };
const may = { canPublish: true, tracks: 0 };
const resultOf = (fields: Fields, o = may) => requestedTrackOf(new AddTrackRequest(fields), o);
function acceptedTrack(fields: Fields): RequestedTrack {
  const result = resultOf(fields);
  if (!result.ok) throw new Error(result.code);
  return result.track;
}
const offered = (kind: 'audio' | 'video', mimeType: string, encodings: RtpEncoding[]): OfferedTrack => ({
  mid: '1',
  kind,
  rtp: {
    mid: '1',
    codecs: [{ mimeType, payloadType: 96, clockRate: 90_000 }],
    headerExtensions: [{ uri: dependencyDescriptorUri, id: 12 }],
    encodings,
  },
  fmtp: '',
  rids: encodings.flatMap(({ rid }) => rid ?? []),
});
const published = (track: RequestedTrack, line: OfferedTrack) => {
  const { track: info, rtpParameters } = publishOf(track, line, 'TR_new000000000');
  return { track: trackFromWire(info ?? {}), encodings: rtpParametersFromWire(rtpParameters).encodings ?? [] };
};
const rids = (...names: string[]): RtpEncoding[] => names.map((rid) => ({ rid }));

describe('a request', () => {
  const { INVALID_REQUEST, LIMIT_EXCEEDED, NOT_ALLOWED, UNSUPPORTED_TYPE } = RequestResponse_Reason;
  const many = Array.from({ length: limits.encodingsMax + 1 }, () => q);
  test.each<[string, Fields, typeof may, string, RequestResponse_Reason]>([
    ['without the right to publish', video, { canPublish: false, tracks: 0 }, 'NOT_PERMITTED', NOT_ALLOWED],
    [
      'for one track too many',
      video,
      { canPublish: true, tracks: limits.tracksPerParticipantMax },
      'TRACK_LIMIT',
      LIMIT_EXCEEDED,
    ],
    ['of data', { ...video, type: TrackType.DATA }, may, 'REQUEST_INVALID', UNSUPPORTED_TYPE],
    ['without a cid', { ...video, cid: '' }, may, 'REQUEST_INVALID', INVALID_REQUEST],
    ['with a long cid', { ...video, cid: 'c'.repeat(65) }, may, 'REQUEST_INVALID', INVALID_REQUEST],
    [
      'with a long name',
      { ...video, name: 'n'.repeat(limits.nameLengthMax + 1) },
      may,
      'REQUEST_INVALID',
      INVALID_REQUEST,
    ],
    ['with too many layers', { ...video, layers: many }, may, 'REQUEST_INVALID', INVALID_REQUEST],
    [
      'with too many layers of the codec',
      { ...video, layers: [], simulcastCodecs: [new SimulcastCodec({ layers: many })] },
      may,
      'REQUEST_INVALID',
      INVALID_REQUEST,
    ],
    ['with too large a size', { ...video, width: 65_536 }, may, 'REQUEST_INVALID', INVALID_REQUEST],
    [
      'with an unknown encryption',
      { ...video, encryption: 9 as Encryption_Type },
      may,
      'REQUEST_INVALID',
      INVALID_REQUEST,
    ],
  ])('%s is refused, as SDKs know it', (_, fields, o, code, reason) => {
    const result = resultOf(fields, o);
    expect(result).toMatchObject({ ok: false, code });
    if (result.ok) return;
    expect(result.response.message).toMatchObject({
      case: 'requestResponse',
      value: { reason, request: { case: 'addTrack' } },
    });
    expect(result.response.toBinary().byteLength).toBeLessThan(1000);
  });

  test.each([
    ['vp8', 'video/VP8'],
    ['VP9', 'video/VP9'],
    ['av1', 'video/AV1'],
    ['h264', 'video/H264'],
    ['h265', ''],
    ['constructor', ''],
    ['', ''],
  ])('for the codec %s', (codec, mimeType) => {
    expect(acceptedTrack({ ...video, simulcastCodecs: [new SimulcastCodec({ codec })] }).mimeType).toBe(mimeType);
  });

  it('for sound has no layers', () => {
    const track = acceptedTrack({
      ...audio,
      layers: [q],
      width: 7,
      disableDtx: true,
      stereo: true,
      encryption: Encryption_Type.GCM,
    });
    expect(track).toMatchObject({
      kind: 'audio',
      source: 'microphone',
      layers: [],
      width: 0,
      mimeType: 'audio/opus',
      disableDtx: true,
      stereo: true,
      encryption: 'gcm',
    });
  });
});

describe('TrackPublishedResponse', () => {
  it('names the requested codec, and no backup', () => {
    const codecs = [new SimulcastCodec({ codec: 'vp9', cid: 'c1' }), new SimulcastCodec({ codec: 'vp8', cid: '' })];
    const { message } = trackPublishedResponse(
      acceptedTrack({ ...video, simulcastCodecs: codecs, muted: true }),
      'TR_1',
    );
    expect(message).toMatchObject({
      case: 'trackPublished',
      value: {
        cid: 'c1',
        track: { sid: 'TR_1', muted: true, mimeType: 'video/VP9', codecs: [{ mimeType: 'video/VP9', cid: 'c1' }] },
      },
    });
  });

  it('names VP8 in place of an unsupported codec', () => {
    const simulcastCodecs = [new SimulcastCodec({ codec: 'h265' })];
    const { message } = trackPublishedResponse(acceptedTrack({ ...video, simulcastCodecs }), 'TR_1');
    expect(message).toMatchObject({ value: { track: { codecs: [{ mimeType: 'video/VP8' }] } } });
  });

  it('repeats the request’s settings for sound', () => {
    const { message } = trackPublishedResponse(acceptedTrack({ ...audio, stereo: true, disableDtx: true }), 'TR_1');
    expect(message).toMatchObject({
      value: { track: { stereo: true, disableDtx: true, disableRed: true, codecs: [] } },
    });
  });
});

describe('Publish', () => {
  test.each([
    ['as livekit-client lists them, best first after reading', ['f', 'h', 'q']],
    ['as Rust lists them', ['q', 'h', 'f']],
  ])('has simulcast layers lowest first, %s', (_, names) => {
    const { track, encodings } = published(acceptedTrack(video), offered('video', 'video/VP8', rids(...names)));
    expect(encodings.map(({ rid }) => rid)).toEqual(['q', 'h', 'f']);
    expect(track).toMatchObject({
      layerKind: 'simulcast',
      mimeType: 'video/VP8',
      width: 1280,
      height: 720,
      source: 'camera',
    });
    expect(
      track.layers.map(({ spatialLayer, height, maxBitrateBps }) => [spatialLayer, height, maxBitrateBps]),
    ).toEqual([
      [0, 180, 320],
      [1, 360, 640],
      [2, 720, 1280],
    ]);
  });

  it('keeps the order of rids other than q, h and f', () => {
    const { encodings } = published(acceptedTrack(video), offered('video', 'video/VP8', rids('b', 'a', 'f')));
    expect(encodings.map(({ rid }) => rid)).toEqual(['b', 'a', 'f']);
  });

  it('has the layers that are sent: the largest of too many announced, halved sizes for too few', () => {
    const heights = (layers: VideoLayer[], ...names: string[]) =>
      published(acceptedTrack({ ...video, layers }), offered('video', 'video/VP8', rids(...names))).track.layers.map(
        ({ height }) => height,
      );
    expect(heights([q, h, f], 'q', 'h')).toEqual([360, 720]);
    expect(heights([f], 'q', 'h', 'f')).toEqual([180, 360, 720]);
    expect(heights([], 'q', 'h', 'f')).toEqual([180, 360, 720]);
    expect(published(acceptedTrack(video), offered('video', 'video/VP8', [{ ssrc: 1 }])).track).toMatchObject({
      layerKind: 'simple',
      layers: [{ spatialLayer: 0, height: 720 }],
    });
  });

  const vp9 = (o: Partial<SimulcastCodec> = {}): Fields => ({
    ...video,
    layers: [f, h, q],
    simulcastCodecs: [new SimulcastCodec({ codec: 'vp9', ...o } as never)],
  });
  test.each<[string, Fields, string, RtpEncoding[], string, number]>([
    ['a camera in VP9', vp9(), 'video/VP9', [{ ssrc: 5 }], 'L3T3_KEY', 3],
    ['a camera in AV1', vp9({ codec: 'av1' }), 'video/AV1', [{ ssrc: 5 }], 'L3T3_KEY', 3],
    ['two layers', { ...vp9(), layers: [f, h] }, 'video/VP9', [{ ssrc: 5 }], 'L2T3_KEY', 2],
    ['a screen', { ...vp9(), layers: [f] }, 'video/VP9', [{ ssrc: 5 }], 'L1T3', 1],
    ['no announced layers', { ...vp9(), layers: [] }, 'video/VP9', [{ ssrc: 5 }], 'L1T3', 1],
    ['a single rid', vp9(), 'video/VP9', rids('f'), 'L3T3_KEY', 3],
    ['a picture too small for three', { ...vp9(), width: 640, height: 720 }, 'video/VP9', [{ ssrc: 5 }], 'L2T3_KEY', 2],
    ['a picture too small for two', { ...vp9(), width: 200, height: 720 }, 'video/VP9', [{ ssrc: 5 }], 'L1T3', 1],
    ['an unknown size', { ...vp9(), width: 0 }, 'video/VP9', [{ ssrc: 5 }], 'L3T3_KEY', 3],
    ['AV1 of a native SDK', vp9({ codec: 'av1' }), 'video/AV1', rids('f'), 'L1T3', 1],
  ])('for SVC has a single stream with its mode: %s', (_, fields, mimeType, encodings, scalabilityMode, count) => {
    const result = published(acceptedTrack(fields), offered('video', mimeType, encodings));
    expect(result.track.layerKind).toBe('svc');
    expect(result.track.layers.map(({ spatialLayer }) => spatialLayer)).toEqual([0, 1, 2].slice(0, count));
    expect(result.track.layers.at(-1)?.height).toBe(720);
    expect(result.encodings).toHaveLength(1);
    expect(result.encodings[0]).toMatchObject({ scalabilityMode });
    expect(result.encodings[0]?.rid).toBe(encodings[0]?.rid);
  });

  it.each([
    ['video/AV1', 'simple', undefined, 1],
    ['video/VP9', 'svc', 'L3T3_KEY', 3],
  ] as const)('in %s without the dependency descriptor is %s', (mimeType, layerKind, scalabilityMode, count) => {
    const { rtp, ...line } = offered('video', mimeType, [{ ssrc: 5 }]);
    const result = published(acceptedTrack(vp9()), { ...line, rtp: { ...rtp, headerExtensions: [] } });
    expect(result.track.layerKind).toBe(layerKind);
    expect(result.track.layers).toHaveLength(count);
    expect(result.track.layers.at(-1)?.height).toBe(720);
    expect(result.encodings).toEqual([scalabilityMode === undefined ? { ssrc: 5 } : { ssrc: 5, scalabilityMode }]);
  });

  it('for VP9 is simulcast when the client requests a stream per layer', () => {
    const fields = vp9({ videoLayerMode: VideoLayer_Mode.ONE_SPATIAL_LAYER_PER_STREAM });
    expect(published(acceptedTrack(fields), offered('video', 'video/VP9', rids('q', 'h', 'f'))).track.layerKind).toBe(
      'simulcast',
    );
    expect(published(acceptedTrack(fields), offered('video', 'video/VP9', [{ ssrc: 1 }])).track.layerKind).toBe('svc');
  });

  it('for sound has the setting for silence in pauses', () => {
    const line = offered('audio', 'audio/opus', [{ ssrc: 1 }]);
    expect(published(acceptedTrack(audio), line).encodings).toEqual([{ ssrc: 1, dtx: true }]);
    expect(published(acceptedTrack({ ...audio, disableDtx: true }), line).encodings).toEqual([{ ssrc: 1, dtx: false }]);
  });

  it('accepts Chromium’s offer', () => {
    const file = new URL('../../../../media/sdp/test/fixtures/chromium-simulcast.sdp', import.meta.url);
    const line = tracksOf(readOffer(readSdp(readFileSync(file, 'utf8')))).find(({ kind }) => kind === 'video');
    const result = published(acceptedTrack(video), line as OfferedTrack);
    expect(result.track.layerKind).toBe('simulcast');
    expect(result.encodings).toHaveLength(line?.rids.length ?? 0);
  });

  it('keeps all attributes of a track that both protocols have, translated to our form and back', () => {
    const track = fc.record({
      name: fc.string({ maxLength: 20 }).map(cleanDisplayName),
      muted: fc.boolean(),
      source: fc.constantFrom(...Object.values(TrackSource).filter((value) => typeof value === 'number')),
      width: fc.nat(0xffff),
      height: fc.nat(0xffff),
      encryption: fc.constantFrom(Encryption_Type.NONE, Encryption_Type.GCM, Encryption_Type.CUSTOM),
    });
    fc.assert(
      fc.property(track, (fields) => {
        const given = acceptedTrack({ ...video, ...fields });
        const { message } = trackPublishedResponse(given, 'TR_1');
        expect(message.value).toMatchObject({ track: fields });
        const { track: ours } = published(given, offered('video', 'video/VP8', rids('q', 'h', 'f')));
        const { name, muted, width, height } = fields;
        expect(ours).toMatchObject({ name, muted, width, height, source: given.source });
        expect(ours.encryption).toBe(given.encryption);
      }),
    );
  });
});

it('a refusal of the service is reported with its reason', () => {
  const { message } = publishRefused({ cid: 'c1' }, { code: 'CODEC_UNSUPPORTED', message: 'why' });
  expect(message).toMatchObject({
    case: 'requestResponse',
    value: {
      reason: RequestResponse_Reason.UNSUPPORTED_TYPE,
      message: 'why',
      request: { case: 'addTrack', value: { cid: 'c1' } },
    },
  });
});
