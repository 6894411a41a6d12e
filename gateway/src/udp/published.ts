// One stream that a native client publishes: what it has to send, and what becomes of it from one session to the next.
// Its SSRC stays for the client's whole stay.
import type { SessionClient } from '@meridian/client';
import { newId, type RtpParameters, type Track } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { type Codec, capabilityOf } from '../room/codecs.ts';

export class Published {
  readonly kind: 'audio' | 'video';
  readonly codec: Codec;
  readonly ssrc: number;
  /** The media node takes it. */
  isOn = false;
  muted = false;
  /** Of its index in the present session: wraps before it began are not counted there. */
  base: number | undefined;
  #trackId = '';

  constructor(codec: Codec, ssrc: number) {
    this.kind = codec === 'opus' ? 'audio' : 'video';
    this.codec = codec;
    this.ssrc = ssrc;
  }

  get trackId(): string {
    return this.#trackId;
  }

  /** As the client is told. */
  get view() {
    const { mimeType, preferredPayloadType: payloadType, clockRate, channels, parameters } = capabilityOf(this.codec);
    const { ssrc, muted } = this;
    return {
      ...{ trackId: this.#trackId, ssrc, payloadType, mimeType, clockRate },
      ...(channels === undefined ? {} : { channels }),
      ...{ parameters: parameters ?? {}, muted },
    };
  }

  /** As a new track of a session. Rejects as `SessionClient.publish`. */
  async publish(session: SessionClient, rng: Rng): Promise<void> {
    this.isOn = false;
    this.base = undefined;
    this.#trackId = newId('TR_', (count) => rng.bytes(count));
    const { kind, muted } = this;
    const { trackId, ssrc, ...codec } = this.view;
    const track: Omit<Track, 'nodeId'> = {
      ...{ trackId, kind, name: kind, muted, mimeType: codec.mimeType, layerKind: 'simple', layers: [] },
      ...{ source: kind === 'video' ? 'camera' : 'microphone', width: 0, height: 0 },
    };
    const rtcpFeedback = [{ type: 'nack' }, ...(kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [])];
    const rtp: RtpParameters = {
      ...{ mid: kind, codecs: [{ ...codec, rtcpFeedback }], headerExtensions: [], encodings: [{ ssrc }] },
      rtcp: { cname: trackId, reducedSize: true },
    };
    await session.publish(track, rtp);
    if (this.#trackId === trackId) this.isOn = true;
  }
}
