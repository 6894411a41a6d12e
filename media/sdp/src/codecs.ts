// Chooses the codec of an offered m-line: the first that all media nodes route, with its parameters.
import {
  type MediaKind,
  type RtcpFeedback,
  type RtpCodec,
  type RtpCodecCapability,
  routerConstant,
} from '@meridian/protocol';
import type { Media } from './description.ts';

type Parameters = ReadonlyMap<string, string>;
export interface HeaderExtension {
  readonly uri: string;
  readonly id: number;
}
export interface ChosenCodec {
  readonly codecs: RtpCodec[];
  /** Offered parameters; `''` without any. */
  readonly fmtp: string;
}

const TRANSPORT_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const ABS_SEND_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
/** Parameters of Opus that receivers get from the sender. */
const OPUS_PARAMETERS = ['useinbandfec', 'usedtx', 'sprop-stereo'] as const;

/** Returns the accepted codec; undefined if none is routed here. */
export function chooseCodec(
  media: Media,
  kind: MediaKind,
  extensions: readonly HeaderExtension[],
): ChosenCodec | undefined {
  const byFormat = firstBy(media.rtp, ({ payload }) => String(payload));
  const fmtps = firstBy(media.fmtp, ({ payload }) => payload);
  for (const format of new Set(String(media.payloads ?? '').split(' '))) {
    const offered = byFormat.get(format);
    if (offered === undefined) continue;
    const { payload: payloadType, rate: clockRate } = offered;
    const fmtp = String(fmtps.get(payloadType)?.config ?? '');
    const parameters = parametersOf(fmtp);
    const capability = capabilityFor(`${kind}/${offered.codec}`, offered, parameters);
    if (capability === undefined || clockRate === undefined) continue;
    const codec: RtpCodec = {
      mimeType: capability.mimeType,
      payloadType,
      clockRate,
      ...(capability.channels === undefined ? {} : { channels: capability.channels }),
      parameters: kind === 'audio' ? opusParameters(parameters) : { ...capability.parameters },
      rtcpFeedback: feedbackOf(media, payloadType, capability, extensions),
    };
    return { codecs: [codec, ...rtxOf(media, kind, fmtps, codec)], fmtp };
  }
  return undefined;
}

/** Returns the header extensions that a media node reads, with the offer's ids. */
export function headerExtensionsOf(media: Media, kind: MediaKind): HeaderExtension[] {
  const known = (routerConstant.capabilities.headerExtensions ?? []).filter(
    ({ kind: of, direction }) => of === kind && (direction === 'sendrecv' || direction === 'recvonly'),
  );
  return known.flatMap(({ uri }) => {
    const offered = media.ext?.find((one) => one.uri === uri && one['encrypt-uri'] === undefined);
    return offered === undefined ? [] : [{ uri, id: offered.value }];
  });
}

const firstBy = <K, T>(list: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, T> =>
  new Map(list.toReversed().map((one) => [keyOf(one), one]));

function parametersOf(fmtp: string): Parameters {
  const pairs = fmtp.split(';').map((pair): [string, string] => {
    const [name = '', value = ''] = pair.split('=', 2);
    return [name.trim().toLowerCase(), value.trim()];
  });
  return new Map(pairs);
}

function capabilityFor(
  mimeType: string,
  { rate, encoding }: Media['rtp'][number],
  parameters: Parameters,
): RtpCodecCapability | undefined {
  return routerConstant.capabilities.codecs?.find(
    (capability) =>
      capability.mimeType.toLowerCase() === mimeType.toLowerCase() &&
      capability.clockRate === rate &&
      (capability.channels ?? 1) === (encoding ?? 1) &&
      isSameProfile(capability, parameters),
  );
}

function isSameProfile({ mimeType, parameters = {} }: RtpCodecCapability, offered: Parameters): boolean {
  switch (mimeType.toLowerCase()) {
    case 'video/h264': {
      // Compares only profile_idc, the first byte: a browser that decodes a profile decodes its constrained forms.
      const profileOf = (level: unknown): string => String(level ?? '42e01f').slice(0, 2);
      return (
        offered.get('packetization-mode') === '1' &&
        profileOf(offered.get('profile-level-id')?.toLowerCase()) === profileOf(parameters['profile-level-id'])
      );
    }
    case 'video/vp9':
      return (offered.get('profile-id') ?? '0') === String(parameters['profile-id'] ?? 0);
    case 'video/av1':
      return (offered.get('profile') ?? '0') === '0';
    case 'video/rtx':
      return false;
    default:
      return true;
  }
}

function opusParameters(offered: Parameters): Record<string, number> {
  const named = OPUS_PARAMETERS.map((name) => [name, offered.get(name)] as const);
  return Object.fromEntries(named.filter(([, value]) => value === '1').map(([name]) => [name, 1]));
}

/** Returns the feedback that both sides support. Bandwidth estimation needs the kind's header extension. */
function feedbackOf(
  media: Media,
  payloadType: number,
  capability: RtpCodecCapability,
  extensions: readonly HeaderExtension[],
): RtcpFeedback[] {
  const hasExtension = (wanted: string): boolean => extensions.some(({ uri }) => uri === wanted);
  const estimate = hasExtension(TRANSPORT_CC) ? 'transport-cc' : hasExtension(ABS_SEND_TIME) ? 'goog-remb' : '';
  const isOffered = ({ type, parameter = '' }: RtcpFeedback): boolean =>
    media.rtcpFb?.some(
      (one) =>
        (one.payload === '*' || String(one.payload) === String(payloadType)) &&
        one.type === type &&
        String(one.subtype ?? '') === parameter,
    ) ?? false;
  return (capability.rtcpFeedback ?? []).filter(
    (feedback) =>
      isOffered(feedback) && (!['transport-cc', 'goog-remb'].includes(feedback.type) || feedback.type === estimate),
  );
}

function rtxOf(
  media: Media,
  kind: MediaKind,
  fmtps: ReadonlyMap<number, Media['fmtp'][number]>,
  { payloadType: apt, clockRate }: RtpCodec,
): RtpCodec[] {
  const rtx = media.rtp.find(
    ({ payload, codec }) =>
      String(codec).toLowerCase() === 'rtx' &&
      parametersOf(String(fmtps.get(payload)?.config ?? '')).get('apt') === String(apt),
  );
  if (rtx === undefined) return [];
  return [{ mimeType: `${kind}/rtx`, payloadType: rtx.payload, clockRate, parameters: { apt }, rtcpFeedback: [] }];
}
