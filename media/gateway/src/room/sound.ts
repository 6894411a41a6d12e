// Transcodes sound by ffmpeg: to Opus for publish points, and a room's mix to AAC or MP2 for programmes.

import { MeridianError } from '@meridian/protocol';
import type { FfmpegSupervisor } from '@meridian/room-media';
import {
  AudioDecoder,
  AudioTranscoder,
  MIX_COST,
  MixEncoder,
  OpusThreads,
  type OpusVoices,
  outputFormat,
} from '@meridian/room-media';
import type { AudioFormat, AudioUnit } from '@meridian/room-media/core';
import { blockMs, MalformedStream, Mixer } from '@meridian/room-media/core';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { LoneVoice } from '../core/lone-voice.ts';
import type { AudioConverters } from './conversions.ts';
import type { SoundCodec, VoiceMixer, VoiceMixers } from './programme.ts';

/** Time that a block of the mix waits for voices: a retransmission, a beat, and the decoders. */
const MIX_DELAY_MS = 180;
/** Interval of beats. Packets wait for a beat, which also makes a block: threads wake once for two packets. */
const BEAT_MS = blockMs;
/** Lowest sample rate of MPEG-1 sound. */
const MP2_RATE_MIN = 32_000;
/** A programme without a voice for this time starts with silence. */
const FIRST_VOICE_MS = 1000;

export interface SoundOptions {
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws as `AudioTranscoder` does. Malformed units are dropped. */
export function opusConverters({ supervisor, log }: SoundOptions): AudioConverters {
  return (from, onUnit, onFailed) => {
    const onDegraded = (isDegraded: boolean): void => {
      warnIfDegraded(log)(isDegraded);
      if (isDegraded) onFailed();
    };
    const transcoder = new AudioTranscoder({ from, to: 'opus', supervisor, onUnit, onDegraded });
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

/** Makes a room's sound in the viewers' codec: a mix of all voices, or a single encoder's sound. */
export function voiceMixers(o: SoundOptions): VoiceMixers {
  const beat = new Beat(o);
  return (codec, onUnit) => new RoomSound(o, beat, codec, onUnit);
}

/** Common clock of all rooms' mixes, which wakes threads once for all of them. It runs while there are rooms. */
class Beat {
  readonly #clock: Clock;
  readonly #opus: OpusThreads;
  readonly #rooms = new Set<RoomSound>();
  #timer: Timer | undefined;
  #lastMs = 0;

  constructor({ clock, log }: SoundOptions) {
    this.#clock = clock;
    this.#opus = new OpusThreads({ clock, log });
  }

  /** Adds a room. Returns the last beat, so that its blocks are due together with the others'. */
  join(room: RoomSound): number {
    this.#rooms.add(room);
    if (this.#timer === undefined) {
      this.#lastMs = this.#clock.nowMs();
      this.#timer = this.#clock.every(BEAT_MS, () => this.#run());
    }
    return this.#lastMs;
  }

  leave(room: RoomSound): void {
    this.#rooms.delete(room);
    if (this.#rooms.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  voices(onSound: Parameters<OpusThreads['open']>[0]): OpusVoices {
    return this.#opus.open(onSound);
  }

  #run(): void {
    this.#lastMs = this.#clock.nowMs();
    this.#opus.flush();
    for (const room of [...this.#rooms]) room.mix(this.#lastMs);
  }
}

type OnUnit = (unit: AudioUnit, format: AudioFormat) => void;

class RoomSound implements VoiceMixer {
  readonly #o: SoundOptions;
  readonly #codec: SoundCodec;
  readonly #onUnit: OnUnit;
  readonly #format: AudioFormat;
  readonly #startMs: number;
  readonly #loneVoiceChoice = new LoneVoice();
  readonly #mixer: Mixer;
  readonly #opus: OpusVoices;
  readonly #decoders = new Map<string, { readonly format: AudioFormat; readonly decoder: AudioDecoder }>();
  #encoder: MixEncoder | undefined;
  #loneVoice: { readonly format: AudioFormat; readonly transcoder: AudioTranscoder } | undefined;
  readonly #beat: Beat;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isResting = true;

  constructor(o: SoundOptions, beat: Beat, codec: SoundCodec, onUnit: OnUnit) {
    o.supervisor.check({ cost: MIX_COST, makes: 'sound' });
    this.#o = o;
    this.#codec = codec;
    this.#onUnit = onUnit;
    this.#format = outputFormat(codec);
    this.#beat = beat;
    this.#startMs = beat.join(this);
    this.#mixer = new Mixer({ startMs: this.#startMs, delayMs: MIX_DELAY_MS });
    this.#opus = beat.voices((voice, ptsMs, left, right) => void this.#mixer.push(voice, ptsMs, left, right));
  }

  push(voice: string, ptsMs: number, packet: Uint8Array, format: AudioFormat): void {
    const nowMs = this.#o.clock.nowMs();
    this.#loneVoiceChoice.notePacket(voice, format.codec !== 'opus', nowMs);
    const unit: AudioUnit = { kind: 'audio', ptsMs, data: packet };
    try {
      if (this.#loneVoiceChoice.choose(nowMs) === voice) this.#pushLone(unit, format);
      else if (format.codec === 'opus') this.#opus.decode(voice, ptsMs, packet);
      else this.#decode(voice, unit, format);
    } catch (error) {
      // There is no capacity, or the unit is malformed.
      if (!(error instanceof MeridianError || error instanceof MalformedStream)) throw error;
      this.#o.log.debug({ err: error }, 'a unit of sound is dropped');
    }
  }

  setResting(isOn: boolean): void {
    this.#isResting = isOn;
  }

  remove(voice: string): void {
    this.#loneVoiceChoice.remove(voice);
    this.#opus.remove(voice);
    this.#endDecoder(voice);
    this.#mixer.remove(voice);
  }

  close(): void {
    this.#beat.leave(this);
    void this.#opus.close();
    this.#endMix();
    this.#endLoneVoice();
  }

  mix(nowMs: number): void {
    const isLone = this.#loneVoiceChoice.choose(nowMs) !== undefined;
    // A lone voice shows in the first packets; until then no encoder is started.
    const isEarly = this.#loneVoiceChoice.isEmpty && nowMs - this.#startMs < FIRST_VOICE_MS;
    if (isLone) this.#endMix();
    else this.#endLoneVoice();
    if (!isLone && !isEarly && !this.#isResting && this.#encoder === undefined) this.#encode();
    for (const block of this.#mixer.pull(nowMs)) {
      this.#encoder?.write(block.ptsMs, block.everybody);
      this.#mixer.recycle(block);
    }
  }

  /** Starts the mix's encoder. Without capacity there is silence, and the next block tries again. */
  #encode(): void {
    const { supervisor, log } = this.#o;
    try {
      const encoder: MixEncoder = new MixEncoder({
        to: this.#codec,
        supervisor,
        onDegraded: warnIfDegraded(log),
        onUnit: (unit) => {
          if (this.#encoder === encoder) this.#emit(unit, this.#format);
        },
      });
      this.#encoder = encoder;
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.debug({ err: error }, 'no capacity for a mix');
    }
  }

  #pushLone(unit: AudioUnit, format: AudioFormat): void {
    if (format.codec === this.#codec && isPlayed(format)) {
      this.#endLoneVoice();
      this.#emit(unit, format);
      return;
    }
    if (this.#loneVoice?.format !== format) this.#endLoneVoice();
    this.#loneVoice ??= { format, transcoder: this.#transcoderOf(format) };
    this.#loneVoice.transcoder.write(unit);
  }

  #transcoderOf(from: AudioFormat): AudioTranscoder {
    const { supervisor, log } = this.#o;
    const transcoder: AudioTranscoder = new AudioTranscoder({
      from,
      to: this.#codec,
      supervisor,
      onDegraded: warnIfDegraded(log),
      onUnit: (unit) => {
        if (this.#loneVoice?.transcoder === transcoder) this.#emit(unit, this.#format);
      },
    });
    return transcoder;
  }

  /** Outputs units with rising times, also at the change between a mix and a lone voice. */
  #emit(unit: AudioUnit, format: AudioFormat): void {
    if (unit.ptsMs <= this.#lastMs) return;
    this.#lastMs = unit.ptsMs;
    this.#onUnit(unit, format);
  }

  #decode(voice: string, unit: AudioUnit, format: AudioFormat): void {
    const { supervisor, log } = this.#o;
    const known = this.#decoders.get(voice);
    if (known !== undefined && known.format !== format) this.#endDecoder(voice);
    const present = this.#decoders.get(voice) ?? {
      format,
      decoder: new AudioDecoder({
        from: format,
        supervisor,
        onDegraded: warnIfDegraded(log),
        onSound: (ptsMs, left, right) => void this.#mixer.push(voice, ptsMs, left, right),
      }),
    };
    this.#decoders.set(voice, present);
    present.decoder.write(unit);
  }

  #endDecoder(voice: string): void {
    void this.#decoders.get(voice)?.decoder.close();
    this.#decoders.delete(voice);
  }

  #endMix(): void {
    void this.#encoder?.close();
    this.#encoder = undefined;
    for (const voice of [...this.#decoders.keys()]) this.#endDecoder(voice);
  }

  #endLoneVoice(): void {
    void this.#loneVoice?.transcoder.close();
    this.#loneVoice = undefined;
  }
}

/** Returns whether players accept the format: players of MP2 have no half sample rates. */
const isPlayed = ({ codec, sampleRate }: AudioFormat): boolean => codec !== 'mp2' || sampleRate >= MP2_RATE_MIN;

const warnIfDegraded =
  (log: Logger) =>
  (isDegraded: boolean): void => {
    if (isDegraded) log.warn('an ffmpeg for sound does not stay up');
  };
