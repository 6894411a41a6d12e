// Sound from one codec into another, with the publisher's times: one ffmpeg per stream.

import { MeridianError } from '@meridian/protocol';
import { type AacConfig, aacConfigBytes, aacConfigOf, aacFrameSamples } from '../../core/adts.ts';
import { MalformedStream } from '../../core/malformed.ts';
import { mp2FrameSamples } from '../../core/mp2.ts';
import { NutReader } from '../../core/nut/nut-reader.ts';
import { nutFrame, nutHeader } from '../../core/nut/nut-writer.ts';
import { SampleClock } from '../../core/time-line.ts';
import type { AudioFormat, AudioUnit } from '../../core/units.ts';
import { inputArgs, leadS, outputArgs } from './pipe-args.ts';
import type { FfmpegSupervisor, Millicores, SupervisedJob } from './supervisor.ts';

export interface AudioTranscoderOptions {
  readonly from: AudioFormat;
  readonly to: AudioFormat['codec'];
  readonly supervisor: FfmpegSupervisor;
  onUnit(unit: AudioUnit): void;
  /** Units are late or missing until it is called with false. */
  onDegraded(isDegraded: boolean): void;
}

/** What every transcoder makes: 48 kHz stereo. */
export const outputRate = 48_000;
export const outputChannels = 2;

/** A stream of sound needs a fiftieth of a core or less; the rest is for its start. */
const audioCost: Millicores = 40;
/** Of a MixEncoder. */
export const MIX_COST = audioCost;
/** Two seconds of the widest input, PCM. */
const queueBytesMax = 384_000;
/** Units wait for each other until they are so much sound: each write wakes ffmpeg, and what it makes wakes us. */
const togetherMs = 40;
/** Coded sound longer than this in one unit is no unit. */
const unitBytesMax = 8192;

/** What comes out: coded, or samples of 16 bits. */
type OutputCodec = AudioFormat['codec'] | 'pcm';

const encoderArgs: Record<OutputCodec, readonly string[]> = {
  // `lowdelay` would save 4 ms and worsen speech.
  opus: ['-c:a', 'libopus', '-b:a', '96k', '-frame_duration', '20', '-application', 'audio'],
  aac: ['-c:a', 'aac', '-b:a', '96k'],
  mp2: ['-c:a', 'mp2', '-b:a', '128k'],
  pcm: ['-c:a', 'pcm_s16le'],
};

interface Input {
  readonly fourcc: readonly number[];
  readonly sampleRate: number;
  readonly channels: number;
  readonly config: Uint8Array;
}

/** The format of a transcoder's units. */
export function outputFormat(codec: AudioFormat['codec']): AudioFormat {
  const format = { codec, sampleRate: outputRate, channels: outputChannels };
  return codec === 'aac' ? { ...format, config: aacConfigBytes(outputRate, outputChannels) } : format;
}

/**
 * Units in, units out. A unit's `ptsMs` is that of its first sample when decoded, so the delay of encoders does not
 * show in it. Throws MeridianError: CODEC_UNSUPPORTED for input that ffmpeg is not given (Opus is decoded by the
 * mixer), OVERLOADED beyond the capacity; MalformedStream on an AAC config that cannot be read.
 */
export class AudioTranscoder {
  readonly #pipe: SoundPipe;
  readonly #samples: number;

  constructor(o: AudioTranscoderOptions) {
    this.#samples = o.from.codec === 'aac' ? aacFrameSamples : mp2FrameSamples;
    this.#pipe = new SoundPipe(inputOf(o.from), o.to, `${o.from.codec} to ${o.to}`, o);
  }

  get pid(): number | undefined {
    return this.#pipe.pid;
  }

  /** One unit of the input format. Throws MeridianError REQUEST_INVALID on an empty or oversize unit, or no time. */
  write(unit: AudioUnit): void {
    const bytes = unit.data.byteLength;
    if (bytes === 0 || bytes > unitBytesMax) throw new MeridianError('REQUEST_INVALID', `a unit of ${bytes} bytes`);
    this.#pipe.write(unit.ptsMs, this.#samples, unit.data);
  }

  /** Resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#pipe.close();
  }
}

export interface AudioDecoderOptions extends Omit<AudioTranscoderOptions, 'to' | 'onUnit'> {
  /** 48 kHz stereo, −1 to 1; both of one length. */
  onSound(ptsMs: number, left: Float32Array, right: Float32Array): void;
}

/** Units in, samples out; otherwise as AudioTranscoder. */
export class AudioDecoder {
  readonly #pipe: SoundPipe;
  readonly #samples: number;

  constructor(o: AudioDecoderOptions) {
    this.#samples = o.from.codec === 'aac' ? aacFrameSamples : mp2FrameSamples;
    const onUnit = ({ ptsMs, data }: AudioUnit): void => o.onSound(ptsMs, ...channelsOf(data));
    this.#pipe = new SoundPipe(inputOf(o.from), 'pcm', `${o.from.codec} to pcm`, { ...o, onUnit });
  }

  /** As `AudioTranscoder.write`. */
  write(unit: AudioUnit): void {
    const bytes = unit.data.byteLength;
    if (bytes === 0 || bytes > unitBytesMax) throw new MeridianError('REQUEST_INVALID', `a unit of ${bytes} bytes`);
    this.#pipe.write(unit.ptsMs, this.#samples, unit.data);
  }

  /** Resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#pipe.close();
  }
}

/** Left and right of interleaved samples of 16 bits. */
function channelsOf(data: Uint8Array): [Float32Array, Float32Array] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = Math.floor(data.byteLength / 4);
  const [left, right] = [new Float32Array(count), new Float32Array(count)];
  for (let at = 0; at < count; at += 1) {
    left[at] = view.getInt16(at * 4, true) / 32_768;
    right[at] = view.getInt16(at * 4 + 2, true) / 32_768;
  }
  return [left, right];
}

export type MixEncoderOptions = Omit<AudioTranscoderOptions, 'from'>;

/** Blocks of a mix in (48 kHz stereo, interleaved, −1 to 1), coded units out; otherwise as AudioTranscoder. */
export class MixEncoder {
  readonly #pipe: SoundPipe;
  /** Of the last block: a frame is a copy. */
  #pcm = new Int16Array(0);

  constructor(o: MixEncoderOptions) {
    // The fourcc of 16-bit samples, lower byte first.
    const pcm = { fourcc: [0x50, 0x53, 0x44, 16], sampleRate: outputRate, channels: outputChannels };
    this.#pipe = new SoundPipe({ ...pcm, config: new Uint8Array(0) }, o.to, `mix to ${o.to}`, o);
  }

  get pid(): number | undefined {
    return this.#pipe.pid;
  }
  get queuedBytes(): number {
    return this.#pipe.queuedBytes;
  }

  write(ptsMs: number, samples: Float32Array): void {
    // Processors that run us have the lower byte first. A mix is within ±1, but for rounding.
    if (this.#pcm.length !== samples.length) this.#pcm = new Int16Array(samples.length);
    const pcm = this.#pcm;
    for (let at = 0; at < samples.length; at += 1) {
      const sample = (samples[at] ?? 0) * 32_767;
      pcm[at] = sample > 32_767 ? 32_767 : sample < -32_767 ? -32_767 : Math.round(sample);
    }
    this.#pipe.write(ptsMs, samples.length / outputChannels, new Uint8Array(pcm.buffer));
  }

  close(): Promise<void> {
    return this.#pipe.close();
  }
}

/** One ffmpeg, and whose samples it has. */
class SoundPipe {
  readonly #clock: SampleClock;
  readonly #job: SupervisedJob;
  #reader = new NutReader();
  #waiting: Uint8Array[] = [];
  #waitingSamples = 0;

  constructor(input: Input, to: OutputCodec, name: string, o: Omit<MixEncoderOptions, 'to'>) {
    const { sampleRate, channels, config, fourcc } = input;
    this.#clock = new SampleClock(sampleRate);
    const media = { kind: 'audio', sampleRate, channels } as const;
    this.#job = o.supervisor.start({
      name,
      makes: 'sound',
      cost: audioCost,
      args: [
        ...inputArgs,
        '-vn',
        ...encoderArgs[to],
        '-ar',
        `${outputRate}`,
        '-ac',
        `${outputChannels}`,
        ...outputArgs,
      ],
      head: nutHeader({ fourcc, timeScale: sampleRate, decodeDelay: 0, config, media }),
      queueBytesMax,
      onStart: () => {
        this.#reader = new NutReader();
      },
      onData: (bytes) => this.#heard(bytes, o.onUnit),
      onDegraded: o.onDegraded,
    });
  }

  get pid(): number | undefined {
    return this.#job.pid;
  }
  get queuedBytes(): number {
    return this.#job.queuedBytes;
  }

  write(ptsMs: number, samples: number, data: Uint8Array): void {
    if (!Number.isFinite(ptsMs)) throw new MeridianError('REQUEST_INVALID', `a unit at ${ptsMs} ms`);
    const { sampleRate } = this.#clock;
    const place = this.#clock.accept(ptsMs, samples);
    this.#waiting.push(nutFrame(place + leadS * sampleRate, true, data));
    this.#waitingSamples += samples;
    if (this.#waitingSamples * 1000 < togetherMs * sampleRate) return;
    const [first, ...others] = this.#waiting;
    if (first !== undefined) this.#job.write(others.length === 0 ? first : Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#waitingSamples = 0;
  }

  close(): Promise<void> {
    return this.#job.close();
  }

  #heard(bytes: Uint8Array, onUnit: (unit: AudioUnit) => void): void {
    for (const { pts, data } of this.#reader.push(bytes)) {
      const base = this.#reader.stream?.timeBase;
      if (base === undefined) throw new MalformedStream('INVALID', 'a frame before its stream');
      const place = ((pts * base.num) / base.den - leadS) * this.#clock.sampleRate;
      const ptsMs = this.#clock.ptsAt(place);
      if (ptsMs !== undefined) onUnit({ kind: 'audio', ptsMs, data });
    }
  }
}

function inputOf({ codec, sampleRate, channels, config }: AudioFormat): Input {
  if (codec === 'mp2') return { fourcc: [0x50, 0], sampleRate, channels, config: new Uint8Array(0) };
  if (codec !== 'aac') throw new MeridianError('CODEC_UNSUPPORTED', `${codec} is not decoded by ffmpeg here`);
  const known: AacConfig = config === undefined ? { sampleRate, channels, hasSbr: false } : aacConfigOf(config);
  const bytes = config ?? aacConfigBytes(sampleRate, channels);
  return { fourcc: [0xff, 0], sampleRate: known.sampleRate, channels: known.channels, config: bytes };
}
