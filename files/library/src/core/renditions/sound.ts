// Fragmented MP4 of the sound of a content. Segments end with those of the picture, within half a frame.
import {
  AdtsReader,
  AUDIO_TRACK,
  aacConfigBytes,
  aacFrameSamples,
  initSegment,
  type Mp4Sample,
  mp4Fragment,
} from '@meridian/room-media/core';
import { SOUND_CHANNELS, SOUND_RATE } from './args.ts';

export interface SoundSegment {
  readonly bytes: Uint8Array;
  readonly samples: number;
}

export const SOUND_CODECS = 'mp4a.40.2';

export const soundInit = (): Uint8Array => {
  const config = aacConfigBytes(SOUND_RATE, SOUND_CHANNELS);
  return initSegment({ audio: { codec: 'aac', sampleRate: SOUND_RATE, channels: SOUND_CHANNELS, config } });
};

export class SoundSegments {
  readonly #reader = new AdtsReader();
  readonly #segmentSamples: number;
  #frames = 0;
  /** The first frame holds only the encoder's priming. */
  #isPrimed = false;
  #segment = 0;
  #buffered: Mp4Sample[] = [];

  constructor(segmentMs: number) {
    this.#segmentSamples = (segmentMs * SOUND_RATE) / 1000;
  }

  get samples(): number {
    return this.#frames * aacFrameSamples;
  }

  push(bytes: Uint8Array): SoundSegment[] {
    const whole: SoundSegment[] = [];
    for (const { data } of this.#reader.push(bytes)) {
      if (!this.#isPrimed) {
        this.#isPrimed = true;
        continue;
      }
      const segment = Math.floor((this.samples + aacFrameSamples / 2) / this.#segmentSamples);
      if (segment > this.#segment) whole.push(...this.end());
      this.#segment = segment;
      this.#buffered.push({ duration: aacFrameSamples, isSync: true, composition: 0, data });
      this.#frames += 1;
    }
    return whole;
  }

  end(): SoundSegment[] {
    const samples = this.#buffered;
    if (samples.length === 0) return [];
    this.#buffered = [];
    const base = (this.#frames - samples.length) * aacFrameSamples;
    const bytes = mp4Fragment(this.#segment + 1, [{ track: AUDIO_TRACK, base, samples }]);
    return [{ bytes, samples: samples.length * aacFrameSamples }];
  }
}
