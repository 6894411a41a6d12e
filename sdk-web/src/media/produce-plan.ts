// Plans the announcement and encoding of a local track from its publish options. core/codec.ts decides.

import { MeridianClientError } from '@meridian/client';
import { cutText, limits, newId, type Track as TrackInfo } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { planVideo, type VideoPlan } from '../core/codec.ts';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { TrackPublishOptions, TrackSource } from '../types.ts';
import type { Preparation } from './preparation.ts';

export interface ProducePlan {
  readonly row: TrackInfo;
  readonly options: types.ProducerOptions<{ trackId: string }>;
  /** Absent for sound. */
  readonly video?: VideoPlan;
}
export interface ProduceRequest {
  readonly preparation: Preparation;
  readonly track: LocalTrack;
  readonly publish: TrackPublishOptions;
  /** Track of which this is a rendition, with a rendition's number of layers. */
  readonly derivedFrom?: TrackInfo;
}
type Encoding = Pick<types.ProducerOptions, 'encodings' | 'codecOptions' | 'codec'>;

const speechBitrateBps = 48_000;
const musicBitrateBps = 128_000;
const startBitrateKbps = 800; // with the browser's own 300, the first seconds of every call are blurred

/** Throws CODEC_UNSUPPORTED. */
export function planProduce(request: ProduceRequest): ProducePlan {
  const { track, publish, derivedFrom } = request;
  const trackId = newId('TR_', (count) => crypto.getRandomValues(new Uint8Array(count)));
  const source = publish.source ?? track.source;
  const name = cutText(publish.name ?? '', limits.nameLengthMax);
  const base = {
    trackId,
    source,
    name,
    muted: track.isMuted,
    nodeId: '',
    ...(derivedFrom && { derivedFrom: derivedFrom.trackId }),
  };
  const common = {
    // The caller owns the track, so closing a sender must not stop it; the SDK itself mutes it.
    stopTracks: false,
    disableTrackOnPause: false,
    appData: { trackId },
  };
  if (track.kind === 'audio') {
    const sound = {
      kind: 'audio',
      mimeType: 'audio/opus',
      layerKind: 'simple',
      layers: [],
      width: 0,
      height: 0,
    } as const;
    return {
      row: { ...base, ...sound },
      options: { ...common, ...audioEncoding(source, publish) },
    };
  }
  const plan = videoPlan(request, source);
  const layers = plan.layers.map(({ spatialLayer, width, height, maxBitrateBps }) => ({
    spatialLayer,
    width,
    height,
    maxBitrateBps,
  }));
  const { width, height } = layers.at(-1) ?? { width: 0, height: 0 };
  const mimeType = `video/${plan.codec.toUpperCase()}`;
  const row = { ...base, kind: 'video', mimeType, layerKind: plan.layerKind, layers, width, height } as const;
  return { row, options: { ...common, ...videoEncoding(request.preparation, plan) }, video: plan };
}

function videoPlan(request: ProduceRequest, source: TrackSource): VideoPlan {
  const { preparation, track, publish, derivedFrom } = request;
  // A processor's output has the size of its input, but may report no size before its first picture.
  const { settings } = track;
  const plan = planVideo({
    browser: preparation.browser,
    sendable: preparation.sendable,
    source,
    width: settings.width ?? 1280,
    height: settings.height ?? 720,
    codec: publish.codec,
    simulcast: derivedFrom?.layers.length === 1 ? false : publish.simulcast,
    maxBitrateBps: publish.maxBitrateBps,
    maxFrameRate: publish.maxFrameRate,
  });
  if (plan === undefined) {
    throw new MeridianClientError('CODEC_UNSUPPORTED', `this browser cannot send ${publish.codec ?? 'video'}`);
  }
  return plan;
}

function audioEncoding(source: TrackSource, publish: TrackPublishOptions): Encoding {
  const speech = source === 'microphone';
  return {
    codecOptions: { opusFec: true, opusDtx: publish.dtx ?? speech, opusStereo: !speech },
    encodings: [{ maxBitrate: publish.maxBitrateBps ?? (speech ? speechBitrateBps : musicBitrateBps) }],
  };
}

function videoEncoding(preparation: Preparation, plan: VideoPlan): Encoding {
  const mimeType = `video/${plan.codec}`;
  const { codecs } = preparation.device.sendRtpCapabilities;
  const codec = codecs?.find((one) => one.mimeType.toLowerCase() === mimeType);
  return {
    encodings: plan.encodings.map((encoding) => ({ ...encoding })),
    codecOptions: { videoGoogleStartBitrate: startBitrateKbps },
    ...(codec === undefined ? {} : { codec }),
  };
}
