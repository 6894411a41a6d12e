// Mixes all microphones of a room into one sound, on the clock of the pictures.

import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { AudioDecoder, MixEncoder, outputFormat } from '../adapters/ffmpeg/audio.ts';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import type { OpusThreads, OpusVoices } from '../adapters/opus-worker/threads.ts';
import type { SoundFrame } from '../core/frames.ts';
import { Mixer } from '../core/mix.ts';
import type { AudioFormat, AudioUnit } from '../core/units.ts';

export interface MixedSoundOptions {
  readonly codec: 'aac' | 'opus';
  readonly supervisor: FfmpegSupervisor;
  readonly opus: OpusThreads;
  readonly log: Pick<Logger, 'warn'>;
  /** Time of the first sample. */
  readonly startMs: number;
  /** Time that a sample waits for all voices, equal to the delay of the pictures. */
  readonly delayMs: number;
  onUnit(unit: AudioUnit, format: AudioFormat): void;
  onDegraded(isDegraded: boolean): void;
}

/** Throws MeridianError OVERLOADED beyond the capacity, NO_SOUND_TRANSCODER without an encoder. */
export class MixedSound {
  readonly #o: MixedSoundOptions;
  readonly #mixer: Mixer;
  readonly #opus: OpusVoices;
  readonly #encoder: MixEncoder;
  /** Decoders of AAC voices, by track id; undefined for a refused voice. */
  readonly #decoders = new Map<string, AudioDecoder | undefined>();
  readonly #closing = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(o: MixedSoundOptions) {
    this.#o = o;
    this.#mixer = new Mixer({ startMs: o.startMs, delayMs: o.delayMs });
    const format = outputFormat(o.codec);
    this.#encoder = new MixEncoder({
      to: o.codec,
      supervisor: o.supervisor,
      onUnit: (unit) => o.onUnit(unit, format),
      onDegraded: o.onDegraded,
    });
    this.#opus = o.opus.open((voice, ptsMs, left, right) => void this.#mixer.push(voice, ptsMs, left, right));
  }

  push(trackId: string, { codec, format, ptsMs, data }: SoundFrame): void {
    if (this.#closed !== undefined) return;
    if (codec === 'opus') this.#opus.decode(trackId, ptsMs, data);
    else if (data.byteLength > 0) this.#decoder(trackId, format)?.write({ kind: 'audio', ptsMs, data });
  }

  remove(trackId: string): void {
    this.#opus.remove(trackId);
    this.#mixer.remove(trackId);
    const decoder = this.#decoders.get(trackId);
    this.#decoders.delete(trackId);
    if (decoder === undefined) return;
    const closing = decoder.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  mix(nowMs: number): void {
    if (this.#closed !== undefined) return;
    this.#o.opus.flush();
    for (const block of this.#mixer.pull(nowMs)) {
      this.#encoder.write(block.ptsMs, block.everybody);
      this.#mixer.recycle(block);
    }
  }

  /** Resolves when its processes have ended. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const trackId of [...this.#decoders.keys()]) this.remove(trackId);
    await Promise.all([this.#opus.close(), this.#encoder.close(), ...this.#closing]);
  }

  #decoder(trackId: string, from: AudioFormat): AudioDecoder | undefined {
    if (this.#decoders.has(trackId)) return this.#decoders.get(trackId);
    const { supervisor, log } = this.#o;
    try {
      const onSound = (ptsMs: number, left: Float32Array, right: Float32Array): void =>
        void this.#mixer.push(trackId, ptsMs, left, right);
      this.#decoders.set(trackId, new AudioDecoder({ from, supervisor, onSound, onDegraded: () => undefined }));
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.warn({ err: error }, 'a track is composed without its sound');
      this.#decoders.set(trackId, undefined);
    }
    return this.#decoders.get(trackId);
  }
}
