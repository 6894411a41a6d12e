// Sound between codecs, for publish points and programmes: ffmpeg makes Opus of an encoder's sound, and one AAC of all
// voices of a room.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { AudioDecoder, AudioTranscoder, MIX_COST, MixEncoder, outputFormat } from '../adapters/ffmpeg/audio.ts';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import { OpusDecoders } from '../adapters/opus-worker/decoders.ts';
import { LoneVoice } from '../core/lone-voice.ts';
import { MalformedStream } from '../core/malformed.ts';
import { Mixer } from '../core/mix.ts';
import type { AudioFormat, AudioUnit } from '../core/units.ts';
import type { AudioConverters } from './conversions.ts';
import type { SoundCodec, VoiceMixer, VoiceMixers } from './programme.ts';

/** How long a block of the mix waits for voices: what a lost packet needs to be sent again, and the decoders. */
const MIX_DELAY_MS = 160;
const BLOCK_MS = 20;
/** A programme that nobody is heard in for so long is silent. */
const FIRST_VOICE_MS = 1000;

export interface SoundOptions {
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws what AudioTranscoder throws when it is made. A unit that is none is dropped. */
export function opusConverters({ supervisor, log }: SoundOptions): AudioConverters {
  return (from, onUnit) => {
    const transcoder = new AudioTranscoder({ from, to: 'opus', supervisor, onUnit, onDegraded: warn(log) });
    return {
      write: (unit) => {
        try {
          transcoder.write(unit);
        } catch (error) {
          if (!(error instanceof MeridianError)) throw error;
          log.debug({ err: error }, 'a unit of sound is dropped');
        }
      },
      close: () => void transcoder.close(),
    };
  };
}

/** The sound of a room in each codec that viewers take: a mix of all voices, or one encoder's AAC as it came. */
export const voiceMixers =
  (o: SoundOptions): VoiceMixers =>
  () =>
    new RoomSound(o);

interface Output {
  readonly onUnit: (unit: AudioUnit, format: AudioFormat) => void;
  encoder: MixEncoder | undefined;
  lastMs: number;
}

class RoomSound implements VoiceMixer {
  readonly #o: SoundOptions;
  readonly #startMs: number;
  readonly #lone = new LoneVoice();
  readonly #mixer: Mixer;
  readonly #opus: OpusDecoders;
  /** Of voices in AAC and MP2, while a mix is made. */
  readonly #coded = new Map<string, { readonly format: AudioFormat; readonly decoder: AudioDecoder }>();
  readonly #outputs = new Map<SoundCodec, Output>();
  readonly #timer: Timer;
  #isResting = true;

  constructor(o: SoundOptions) {
    this.#o = o;
    const { clock, log } = o;
    this.#startMs = clock.nowMs();
    this.#mixer = new Mixer({ startMs: this.#startMs, delayMs: MIX_DELAY_MS });
    this.#opus = new OpusDecoders({
      clock,
      log,
      onSound: (voice, ptsMs, left, right) => void this.#mixer.push(voice, ptsMs, left, right),
    });
    this.#timer = clock.every(BLOCK_MS, () => this.#mix(clock.nowMs()));
  }

  open(codec: SoundCodec, onUnit: Output['onUnit']): void {
    this.#o.supervisor.check(MIX_COST);
    this.#outputs.set(codec, { onUnit, encoder: undefined, lastMs: Number.NEGATIVE_INFINITY });
    if (codec !== 'aac') this.#encode(codec);
  }

  push(voice: string, ptsMs: number, packet: Uint8Array, format: AudioFormat): void {
    const nowMs = this.#o.clock.nowMs();
    this.#lone.heard(voice, format.codec === 'aac', nowMs);
    const lone = this.#lone.at(nowMs);
    if (lone === voice) this.#give('aac', { kind: 'audio', ptsMs, data: packet }, format);
    if (lone !== undefined && !this.#outputs.has('mp2')) return;
    if (format.codec === 'opus') void this.#opus.decode(voice, ptsMs, packet);
    else this.#decode(voice, { kind: 'audio', ptsMs, data: packet }, format);
  }

  rest(isOn: boolean): void {
    this.#isResting = isOn;
  }

  remove(voice: string): void {
    this.#lone.remove(voice);
    this.#opus.remove(voice);
    this.#endDecoder(voice);
    this.#mixer.remove(voice);
  }

  close(): void {
    this.#timer.cancel();
    void this.#opus.close();
    for (const voice of [...this.#coded.keys()]) this.#endDecoder(voice);
    for (const { encoder } of this.#outputs.values()) void encoder?.close();
    this.#outputs.clear();
  }

  #mix(nowMs: number): void {
    const aac = this.#outputs.get('aac');
    const isLone = this.#lone.at(nowMs) !== undefined;
    // Who is alone says so with the first packets: until then nothing is made that is not needed.
    const isEarly = this.#lone.isEmpty && nowMs - this.#startMs < FIRST_VOICE_MS;
    if (isLone && aac?.encoder !== undefined) {
      void aac.encoder.close();
      aac.encoder = undefined;
      if (!this.#outputs.has('mp2')) for (const voice of [...this.#coded.keys()]) this.#endDecoder(voice);
    } else if (!isLone && !isEarly && !this.#isResting && aac !== undefined && aac.encoder === undefined)
      this.#encode('aac');
    for (const { ptsMs, everybody } of this.#mixer.pull(nowMs))
      for (const { encoder } of this.#outputs.values()) encoder?.write(ptsMs, everybody);
  }

  /** Begins to code the mix. Without capacity there is silence, and the next block tries again. */
  #encode(codec: SoundCodec): void {
    const { supervisor, log } = this.#o;
    const output = this.#outputs.get(codec);
    if (output === undefined) return;
    const format = outputFormat(codec);
    try {
      const encoder: MixEncoder = new MixEncoder({
        ...{ to: codec, supervisor, onDegraded: warn(log) },
        onUnit: (unit) => {
          if (output.encoder === encoder) this.#give(codec, unit, format);
        },
      });
      output.encoder = encoder;
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.debug({ err: error }, 'no capacity for a mix');
    }
  }

  /** One after another, also where a mix and an encoder's own sound meet. */
  #give(codec: SoundCodec, unit: AudioUnit, format: AudioFormat): void {
    const output = this.#outputs.get(codec);
    if (output === undefined || unit.ptsMs <= output.lastMs) return;
    output.lastMs = unit.ptsMs;
    output.onUnit(unit, format);
  }

  #decode(voice: string, unit: AudioUnit, format: AudioFormat): void {
    const { supervisor, log } = this.#o;
    const known = this.#coded.get(voice);
    if (known !== undefined && known.format !== format) this.#endDecoder(voice); // it was made anew
    try {
      const present = this.#coded.get(voice) ?? {
        format,
        decoder: new AudioDecoder({
          ...{ from: format, supervisor, onDegraded: warn(log) },
          onSound: (ptsMs, left, right) => void this.#mixer.push(voice, ptsMs, left, right),
        }),
      };
      this.#coded.set(voice, present);
      present.decoder.write(unit);
    } catch (error) {
      // No capacity, or a unit that is none.
      if (!(error instanceof MeridianError || error instanceof MalformedStream)) throw error;
      log.debug({ err: error }, 'a unit of sound is dropped');
    }
  }

  #endDecoder(voice: string): void {
    void this.#coded.get(voice)?.decoder.close();
    this.#coded.delete(voice);
  }
}

const warn =
  (log: Logger) =>
  (isDegraded: boolean): void => {
    if (isDegraded) log.warn('an ffmpeg for sound does not stay up');
  };
