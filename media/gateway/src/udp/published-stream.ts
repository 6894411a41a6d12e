// Stream that a native client publishes, across sessions. Its SSRC stays the same for the client's whole stay.
import type { SessionClient } from '@meridian/client';
import { newId, type RtpParameters, type Track } from '@meridian/protocol';
import { type Codec, capabilityOf } from '@meridian/room-media';
import { aacParameters } from '@meridian/room-media/core';
import type { Rng } from '@meridian/runtime';
import { AAC_PAYLOAD_TYPE } from './sound.ts';

export interface PublishedAac {
  readonly ssrc: number;
  readonly sampleRate: number;
  readonly channels: number;
}

export class PublishedStream {
  readonly kind: 'audio' | 'video';
  readonly codec: Codec;
  /** SSRC at the media node. */
  readonly ssrc: number;
  /** AAC that the client sends to be transcoded to Opus. */
  readonly aac: PublishedAac | undefined;
  isPublished = false;
  muted = false;
  /** Wraps before the present session, which its indexes do not count. */
  base: number | undefined;
  #trackId = '';

  constructor(codec: Codec, ssrc: number, aac?: PublishedAac) {
    this.kind = codec === 'opus' ? 'audio' : 'video';
    this.codec = codec;
    this.ssrc = ssrc;
    this.aac = aac;
  }

  get clientSsrc(): number {
    return this.aac?.ssrc ?? this.ssrc;
  }

  get trackId(): string {
    return this.#trackId;
  }

  get view() {
    const { aac, muted } = this;
    if (aac === undefined) return this.#sent;
    const { ssrc, sampleRate: clockRate, channels } = aac;
    const coding = { payloadType: AAC_PAYLOAD_TYPE, mimeType: 'audio/mpeg4-generic', clockRate, channels };
    return { trackId: this.#trackId, ssrc, ...coding, parameters: aacParameters, muted };
  }
  get #sent() {
    const { mimeType, preferredPayloadType: payloadType, clockRate, channels, parameters } = capabilityOf(this.codec);
    const { ssrc, muted } = this;
    return {
      trackId: this.#trackId,
      ssrc,
      payloadType,
      mimeType,
      clockRate,
      ...(channels === undefined ? {} : { channels }),
      parameters: parameters ?? {},
      muted,
    };
  }

  /**
   * Publishes the stream as a new track of a session. `cname` names the client's clock; Opus made of AAC has the
   * gateway's clock. Rejects as `SessionClient.publish` does.
   */
  async publish(session: SessionClient, rng: Rng, cname: string): Promise<void> {
    this.isPublished = false;
    this.base = undefined;
    this.#trackId = newId('TR_', (count) => rng.bytes(count));
    const { kind, muted } = this;
    const { trackId, ssrc, muted: _, ...codec } = this.#sent;
    const track: Omit<Track, 'nodeId'> = {
      trackId,
      kind,
      name: kind,
      muted,
      mimeType: codec.mimeType,
      layerKind: 'simple',
      layers: [],
      source: kind === 'video' ? 'camera' : 'microphone',
      width: 0,
      height: 0,
    };
    const rtcpFeedback = [{ type: 'nack' }, ...(kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [])];
    const rtp: RtpParameters = {
      mid: kind,
      codecs: [{ ...codec, rtcpFeedback }],
      headerExtensions: [],
      encodings: [{ ssrc }],
      rtcp: { cname: this.aac === undefined ? cname : trackId, reducedSize: true },
    };
    await session.publish(track, rtp);
    if (this.#trackId === trackId) this.isPublished = true;
  }
}
