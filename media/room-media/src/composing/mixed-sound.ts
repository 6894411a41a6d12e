// Mixes all microphones of a room into one sound, on the clock of the pictures.

import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { AudioDecoder, MixEncoder, outputFormat } from '../adapters/ffmpeg/audio.ts';
import { type FfmpegSupervisor, STUCK_MS } from '../adapters/ffmpeg/supervisor.ts';
import type { OpusThreads, OpusVoices } from '../adapters/opus-worker/threads.ts';
import { Changes } from '../changes.ts';
import type { SoundFrame } from '../core/frames.ts';
import { Mixer } from '../core/mix.ts';
import type { AudioFormat, AudioUnit } from '../core/units.ts';

export interface MixedSoundOptions {
  readonly codec: 'aac' | 'opus';
  readonly supervisor: FfmpegSupervisor;
  readonly opus: OpusThreads;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Time of the first sample. */
  readonly startMs: number;
  /** Time that a sample waits for all voices, equal to the delay of the pictures. */
  readonly delayMs: number;
  onUnit(unit: AudioUnit, format: AudioFormat): void;
  onDegraded(isDegraded: boolean): void;
}

/** Sound that a decoder of AAC holds: its frames, and the batch that wakes it. */
const DECODER_DELAY_MS = 150;

interface Decoder {
  readonly decoder: AudioDecoder;
  /** Times of the last written and the last decoded unit. */
  writtenMs: number;
  heardMs: number;
}

/** Throws MeridianError OVERLOADED beyond the capacity, NO_SOUND_TRANSCODER without an encoder. */
export class MixedSound {
  readonly #o: MixedSoundOptions;
  readonly #mixer: Mixer;
  readonly #opus: OpusVoices;
  readonly #encoder: MixEncoder;
  /** Decoders of AAC voices, by track id; undefined for a refused voice. */
  readonly #decoders = new Map<string, Decoder | undefined>();
  readonly #changes: Changes;
  readonly #closing = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(o: MixedSoundOptions) {
    this.#o = o;
    this.#changes = new Changes(o.clock);
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
    else if (data.byteLength > 0) {
      const known = this.#decoder(trackId, format);
      if (known === undefined) return;
      known.writtenMs = ptsMs;
      known.decoder.write({ kind: 'audio', ptsMs, data });
    }
  }

  remove(trackId: string): void {
    this.#opus.remove(trackId);
    this.#mixer.remove(trackId);
    const known = this.#decoders.get(trackId);
    this.#decoders.delete(trackId);
    if (known === undefined) return;
    const closing = known.decoder.close().finally(() => this.#closing.delete(closing));
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

  /** Mixes what is due at `nowMs` once all voices are decoded; resolves when the encoder has taken it. */
  async step(nowMs: number): Promise<void> {
    if (this.#closed !== undefined) return;
    this.#o.opus.flush();
    await this.#opus.decoded();
    const dueMs = nowMs - this.#o.delayMs;
    for (const known of this.#decoders.values()) {
      if (known === undefined) continue;
      const isHeard = (): boolean => known.heardMs >= Math.min(dueMs, known.writtenMs - DECODER_DELAY_MS);
      // A decoder that gives nothing does not stop time again before it has given something.
      if (!(await this.#changes.until(isHeard, STUCK_MS))) known.heardMs = Number.POSITIVE_INFINITY;
    }
    this.mix(nowMs);
    await this.#encoder.taken();
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

  #decoder(trackId: string, from: AudioFormat): Decoder | undefined {
    if (this.#decoders.has(trackId)) return this.#decoders.get(trackId);
    const { supervisor, log } = this.#o;
    try {
      const onSound = (ptsMs: number, left: Float32Array, right: Float32Array): void => {
        this.#mixer.push(trackId, ptsMs, left, right);
        known.heardMs = ptsMs;
        this.#changes.note();
      };
      const decoder = new AudioDecoder({ from, supervisor, onSound, onDegraded: () => undefined });
      const known: Decoder = { decoder, writtenMs: Number.NEGATIVE_INFINITY, heardMs: Number.NEGATIVE_INFINITY };
      this.#decoders.set(trackId, known);
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.warn({ err: error }, 'a track is composed without its sound');
      this.#decoders.set(trackId, undefined);
    }
    return this.#decoders.get(trackId);
  }
}
