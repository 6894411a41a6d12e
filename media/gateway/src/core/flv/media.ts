import type { AudioFormat, AudioUnit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import {
  type AvcConfig,
  entryOf,
  MalformedStream,
  nalType,
  nalTypeOf,
  readAacConfig,
  readAvcConfig,
  splitLengths,
  toLengths,
  writeAvcConfig,
} from '@meridian/room-media/core';
import {
  aacConfigBody,
  aacFrameBody,
  avcConfigBody,
  avcFrameBody,
  type FurtherTrack,
  readAudioTag,
  readVideoTag,
  type UnsupportedTag,
} from './tags.ts';

export type FlvMedia =
  | { readonly kind: 'videoFormat'; readonly format: VideoFormat }
  | VideoUnit
  | { readonly kind: 'audioFormat'; readonly format: AudioFormat }
  | AudioUnit
  | UnsupportedTag
  | FurtherTrack;

/** Reads the bodies of one stream. After an error it reads on: the error concerns that body alone. */
export class FlvMediaReader {
  #video: AvcConfig | undefined;
  #hasAudio = false;

  /** Returns undefined without media. Throws MalformedStream; OUT_OF_ORDER for a picture before its config. */
  video(timestampMs: number, body: Uint8Array): FlvMedia | undefined {
    const tag = readVideoTag(body);
    if (tag.kind === 'unsupported' || tag.kind === 'track') return tag;
    if (tag.kind === 'config') {
      this.#video = readAvcConfig(tag.config);
      const [sps, pps] = [this.#video.sps[0], this.#video.pps[0]];
      return sps && pps && { kind: 'videoFormat', format: { codec: 'h264', sps, pps } };
    }
    if (tag.kind !== 'frame') return undefined;
    if (this.#video === undefined) throw new MalformedStream('OUT_OF_ORDER', 'a picture before its AVC config');
    const nals = splitLengths(tag.data, this.#video.nalLengthBytes);
    if (nals === undefined) throw new MalformedStream('INVALID', 'NAL units longer than their picture, or too many');
    if (nals.length === 0) return undefined;
    const entry = entryOf(nals, { isFlagged: tag.isKey });
    const isKey = entry === 'idr';
    const parameterSets = entry === undefined ? [] : missingParameterSets(nals, this.#video);
    return {
      kind: 'video',
      ptsMs: timestampMs + tag.compositionMs,
      dtsMs: timestampMs,
      isKey,
      nals: isKey ? [...parameterSets, ...nals] : nals,
      ...(entry !== undefined && !isKey && { entry: { kind: entry, parameterSets } }),
    };
  }

  /**
   * Returns undefined without media. Throws MalformedStream; OUT_OF_ORDER for a frame before its config, UNSUPPORTED
   * for a config of an AAC that is not decoded here.
   */
  audio(timestampMs: number, body: Uint8Array): FlvMedia | undefined {
    const tag = readAudioTag(body);
    if (tag.kind === 'unsupported' || tag.kind === 'track') return tag;
    if (tag.kind === 'config') {
      const format = readAacConfig(tag.config);
      this.#hasAudio = true;
      return { kind: 'audioFormat', format };
    }
    if (tag.kind !== 'frame') return undefined;
    if (!this.#hasAudio) throw new MalformedStream('OUT_OF_ORDER', 'an AAC frame before its config');
    return { kind: 'audio', ptsMs: timestampMs, data: tag.data };
  }
}

export interface FlvBody {
  readonly kind: 'audio' | 'video';
  readonly timestampMs: number;
  readonly body: Uint8Array;
}

export const videoFormatBody = (format: VideoFormat): Uint8Array => avcConfigBody(writeAvcConfig(format));

/** Rounds both times independently, so that neither drifts. */
export function videoUnitBody(unit: VideoUnit): FlvBody {
  const timestampMs = Math.round(unit.dtsMs);
  const compositionMs = Math.round(unit.ptsMs) - timestampMs;
  const body = avcFrameBody({ isKey: unit.isKey, compositionMs, data: toLengths(unit.nals) });
  return { kind: 'video', timestampMs, body };
}

/** Throws RangeError for a format other than AAC with its config: RTMP and FLV carry no other here. */
export function audioFormatBody(format: AudioFormat): Uint8Array {
  if (format.codec !== 'aac' || format.config === undefined) throw new RangeError(`FLV carries no ${format.codec}`);
  return aacConfigBody(format.config);
}

export function audioUnitBody(unit: AudioUnit): FlvBody {
  return { kind: 'audio', timestampMs: Math.round(unit.ptsMs), body: aacFrameBody(unit.data) };
}

/** Returns the parameter sets of the config, of each kind that the picture omits. */
function missingParameterSets(nals: readonly Uint8Array[], { sps, pps }: AvcConfig): Uint8Array[] {
  const has = (type: number) => nals.some((nal) => nalTypeOf(nal) === type);
  return [...(has(nalType.sps) ? [] : sps), ...(has(nalType.pps) ? [] : pps)];
}
