// Encodes captured pictures and audio to a transport stream.
import { TsMuxer } from '@meridian/client';
import { Mp2Encoder, type Mp2EncoderOptions, mp2DelaySamples } from './core/mp2-encoder.ts';
import { Mpeg1Encoder, type Mpeg1EncoderOptions } from './core/mpeg1-encoder.ts';
import { SoundFramer } from './core/sound-framer.ts';

export interface EncodingOptions {
  readonly video: Mpeg1EncoderOptions | undefined;
  /** Options of the audio, which has one channel. */
  readonly sound: Pick<Mp2EncoderOptions, 'sampleRate' | 'bitrateKbps'> | undefined;
}

/** A picture or an audio frame, as whole packets. */
export interface Encoded {
  readonly kind: 'video' | 'audio';
  readonly isKey: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly workMs: number;
}

export class Encoding {
  readonly #onEncoded: (encoded: Encoded) => void;
  readonly #muxer: TsMuxer;
  readonly #video: Mpeg1Encoder | undefined;
  readonly #sound: Mp2Encoder | undefined;
  readonly #framer: SoundFramer;
  readonly #delayMs: number;

  constructor({ video, sound }: EncodingOptions, onEncoded: (encoded: Encoded) => void) {
    this.#onEncoded = onEncoded;
    this.#muxer = new TsMuxer({ ...(video && { video: 'mpeg1' }), ...(sound && { audio: 'mp2' }) });
    this.#video = video && new Mpeg1Encoder(video);
    this.#sound = sound && new Mp2Encoder({ ...sound, channels: 1 });
    const sampleRate = sound?.sampleRate ?? 1;
    this.#framer = new SoundFramer(sampleRate);
    this.#delayMs = (mp2DelaySamples * 1000) / sampleRate;
  }

  picture(rgba: Uint8Array, ptsMs: number): void {
    const beganMs = performance.now();
    const picture = this.#video?.encode(rgba, ptsMs);
    if (picture === undefined) return;
    const bytes = this.#muxer.write({ kind: 'video', ...picture });
    this.#onEncoded({ kind: 'video', isKey: picture.isKey, bytes, workMs: performance.now() - beganMs });
  }

  /** Encodes a piece of audio of any length; its first sample was captured at `ptsMs`. */
  sound(samples: Float32Array, ptsMs: number): void {
    this.#framer.push(samples, ptsMs, (frame) => {
      const data = this.#sound?.encode([frame.samples]);
      if (data === undefined) return;
      const bytes = this.#muxer.write({ kind: 'audio', ptsMs: frame.ptsMs - this.#delayMs, data });
      this.#onEncoded({ kind: 'audio', isKey: false, bytes, workMs: 0 });
    });
  }

  requestKey(): void {
    this.#video?.requestKey();
  }
}
