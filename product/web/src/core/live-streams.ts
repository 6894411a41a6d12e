// Streams that enter and leave the room by other protocols, as gateways report them and the panel shows them.
import type { MessageKey } from './messages/texts.ts';
import type { Translate } from './messages/translate.ts';
import { viewersText } from './viewers.ts';

export interface LivePublisher {
  identity: string;
  protocol: string;
  /** Video of the publisher; absent if there is none or it is unknown. */
  video?: {
    codec: string;
    /** Width in pixels; absent if unknown. */
    width?: number;
    height?: number;
    fps?: number;
    bitrateKbps: number;
    keyFrameIntervalMs?: number;
  };
  audio?: { codec: string; bitrateKbps: number };
  warnings: readonly string[];
}
export interface LiveOutput {
  protocol: string;
  viewers: number;
  bitrateKbps: number;
}
export interface LiveStreams {
  publishers: readonly LivePublisher[];
  outputs: readonly LiveOutput[];
  /** Whether some gateway did not answer. */
  partial?: true;
  /** Identities of earlier publishers: the encoder has gone, its participant stays for some seconds. */
  away?: readonly string[];
}

const AWAY_MAX = 100;

/** Adds the publishers that have disappeared since the previous answer. */
export function withAway(before: LiveStreams | undefined, now: LiveStreams): LiveStreams {
  const gone = now.partial === true ? [] : (before?.publishers ?? []).map(({ identity }) => identity);
  const present = new Set(now.publishers.map(({ identity }) => identity));
  const away = [...new Set([...(before?.away ?? []), ...gone])].filter((one) => !present.has(one)).slice(-AWAY_MAX);
  return away.length === 0 ? now : { ...now, away };
}

/** Parses a gateway's answer to `GET /v1/addresses`; returns undefined when malformed. */
export function readLiveStreams(answer: unknown): LiveStreams | undefined {
  const { publishers, outputs } = fieldsOf(answer);
  if (!Array.isArray(publishers) || !Array.isArray(outputs)) return undefined;
  return { publishers: publishers.flatMap(publisherOf), outputs: outputs.flatMap(outputOf) };
}

/** Merges the answers of all gateways. For a participant that moves between gateways, the first answer counts. */
export function mergedLive(all: readonly LiveStreams[]): LiveStreams {
  const publishers = new Map<string, LivePublisher>();
  const outputs = new Map<string, LiveOutput>();
  for (const live of all) {
    for (const one of live.publishers) if (!publishers.has(one.identity)) publishers.set(one.identity, one);
    for (const { protocol, viewers, bitrateKbps } of live.outputs) {
      const sum = outputs.get(protocol) ?? { protocol, viewers: 0, bitrateKbps: 0 };
      outputs.set(protocol, { protocol, viewers: sum.viewers + viewers, bitrateKbps: sum.bitrateKbps + bitrateKbps });
    }
  }
  return { publishers: [...publishers.values()], outputs: [...outputs.values()] };
}

/** Describes a publisher's media in short parts; empty when unknown. `tag`: language tag for numbers. */
export function partsOf({ video, audio }: LivePublisher, t: Translate, tag: string): string[] {
  const kbps = (video?.bitrateKbps ?? 0) + (audio?.bitrateKbps ?? 0);
  const parts: string[] = [];
  if (video?.width !== undefined && video.height !== undefined) parts.push(`${video.width} × ${video.height}`);
  if (video?.fps !== undefined) parts.push(t('streaming.fps', { fps: numberOf(Math.round(video.fps), tag) }));
  if (kbps > 0) parts.push(bitrateOf(kbps, tag));
  const codecs = [video?.codec, audio?.codec].flatMap((codec) => (codec === undefined ? [] : codecName(codec)));
  if (codecs.length > 0) parts.push(codecs.join(' + '));
  return parts;
}

export function warningsOf({ video, warnings }: LivePublisher, t: Translate, tag: string): string[] {
  const seconds = numberOf((video?.keyFrameIntervalMs ?? 0) / 1000, tag);
  return warnings.flatMap((code) => {
    const key = WARNINGS.get(code);
    return key === undefined ? [] : t(key, { seconds });
  });
}

/** Returns viewers by protocol and their total bitrate; undefined without viewers. */
export function watchedText(live: LiveStreams | undefined, t: Translate, tag: string): string | undefined {
  const outputs = live?.outputs.filter(({ protocol }) => protocol !== PUSH) ?? [];
  const viewers = viewersText(new Map(outputs.map((one) => [one.protocol, one.viewers])), 0, t, tag);
  if (viewers === undefined) return undefined;
  const kbps = outputs.reduce((sum, { bitrateKbps }) => sum + bitrateKbps, 0);
  // HLS counts clients with a recent request; they may have left.
  return kbps === 0 ? viewers : `${viewers} · ${bitrateOf(kbps, tag)}`;
}

/** Returns the number of live pushes and their bitrate; undefined without a push. */
export function pushedText(live: LiveStreams | undefined, t: Translate, tag: string): string | undefined {
  const output = live?.outputs.find(({ protocol }) => protocol === PUSH);
  if (output === undefined) return undefined;
  return t('streaming.pushed', { count: numberOf(output.viewers, tag), rate: bitrateOf(output.bitrateKbps, tag) });
}

/** Protocol of outputs to other servers, not to viewers. */
const PUSH = 'push';

export function bitrateOf(kbps: number, tag: string): string {
  return kbps < 1000 ? `${numberOf(Math.round(kbps), tag)} kbit/s` : `${numberOf(kbps / 1000, tag)} Mbit/s`;
}

const WARNINGS: ReadonlyMap<string, MessageKey> = new Map([
  ['KEYFRAME_INTERVAL', 'streaming.warning.keyFrames'],
  ['OPEN_GOP', 'streaming.warning.openGop'],
  ['INTRA_REFRESH', 'streaming.warning.intraRefresh'],
  ['NO_SOUND_TRANSCODER', 'streaming.warning.noSound'],
  ['NO_PICTURE_TRANSCODER', 'streaming.warning.noPicture'],
]);
const CODECS: ReadonlyMap<string, string> = new Map([
  ['h264', 'H.264'],
  ['mpeg1', 'MPEG-1'],
  ['opus', 'Opus'],
]);
const codecName = (codec: string): string => CODECS.get(codec) ?? codec.toUpperCase();
const numberOf = (value: number, tag: string): string => value.toLocaleString(tag, { maximumFractionDigits: 1 });

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function publisherOf(value: unknown): LivePublisher[] {
  const { identity, protocol, video, audio, warnings } = fieldsOf(value);
  if (typeof identity !== 'string' || typeof protocol !== 'string') return [];
  const { codec, width, height, fps, bitrateKbps, keyFrameIntervalMs } = fieldsOf(video);
  const sound = fieldsOf(audio);
  const hasVideo = typeof codec === 'string' && isNumber(bitrateKbps);
  const hasSize = isNumber(width) && isNumber(height);
  return [
    {
      identity,
      protocol,
      warnings: Array.isArray(warnings) ? warnings.filter((one) => typeof one === 'string') : [],
      ...(hasVideo && {
        video: {
          codec,
          ...(hasSize && { width, height }),
          ...(isNumber(fps) && { fps }),
          bitrateKbps,
          ...(isNumber(keyFrameIntervalMs) && { keyFrameIntervalMs }),
        },
      }),
      ...(typeof sound['codec'] === 'string' &&
        isNumber(sound['bitrateKbps']) && { audio: { codec: sound['codec'], bitrateKbps: sound['bitrateKbps'] } }),
    },
  ];
}

function outputOf(value: unknown): LiveOutput[] {
  const { protocol, viewers, bitrateKbps } = fieldsOf(value);
  return typeof protocol === 'string' && isNumber(viewers) && isNumber(bitrateKbps)
    ? [{ protocol, viewers, bitrateKbps }]
    : [];
}
