// Transcodes sound between codecs and keeps the publisher's times, with one ffmpeg per stream.

import { MeridianError } from '@meridian/protocol';
import { type AacConfig, aacConfigBytes, aacConfigOf, aacFrameSamples } from '../../core/adts.ts';
import { MalformedStream } from '../../core/malformed.ts';
import { mp2FrameSamples } from '../../core/mp2.ts';
import { NutReader } from '../../core/nut/nut-reader.ts';
import { nutFrame, nutHeader } from '../../core/nut/nut-writer.ts';
import { SampleClock } from '../../core/position-times.ts';
import type { AudioFormat, AudioUnit } from '../../core/units.ts';
import { inputArgs, leadS, outputArgs } from './pipe-args.ts';
import type { FfmpegSupervisor, Millicores, SupervisedJob } from './supervisor.ts';

export interface AudioTranscoderOptions {
  readonly from: AudioFormat;
  readonly to: AudioFormat['codec'];
  readonly supervisor: FfmpegSupervisor;
  onUnit(unit: AudioUnit): void;
  /** Called with true when units become late or missing, with false when they flow again. */
  onDegraded(isDegraded: boolean): void;
}

/** Sample rate and channels of all transcoder output. */
export const outputRate = 48_000;
export const outputChannels = 2;

/** Cost of one stream: it needs 2 % of a core or less, and more at its start. */
const audioCost: Millicores = 40;
export const MIX_COST = audioCost;
/** Two seconds of PCM input at its widest. */
const queueBytesMax = 384_000;
/** Duration of a batch of units: each write wakes ffmpeg, and each output wakes this process. */
const batchMs = 40;
/** Upper bound of one coded unit; a longer unit is refused. */
const unitBytesMax = 8192;

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

export function outputFormat(codec: AudioFormat['codec']): AudioFormat {
  const format = { codec, sampleRate: outputRate, channels: outputChannels };
  return codec === 'aac' ? { ...format, config: aacConfigBytes(outputRate, outputChannels) } : format;
}

/**
 * Transcodes units. A unit's `ptsMs` is the time of its first decoded sample, so an encoder's delay does not shift it.
 * Throws MeridianError: CODEC_UNSUPPORTED for Opus input (the mixer decodes Opus), OVERLOADED beyond the capacity;
 * MalformedStream on an unreadable AAC config.
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

  /** Throws MeridianError REQUEST_INVALID on an empty or oversize unit or a missing time. */
  write(unit: AudioUnit): void {
    const bytes = unit.data.byteLength;
    if (bytes === 0 || bytes > unitBytesMax) throw new MeridianError('REQUEST_INVALID', `a unit of ${bytes} bytes`);
    this.#pipe.write(unit.ptsMs, this.#samples, unit.data);
  }

  /** Ends ffmpeg; resolves when the process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#pipe.close();
  }
}

export interface AudioDecoderOptions extends Omit<AudioTranscoderOptions, 'to' | 'onUnit'> {
  /** Gets 48 kHz stereo, −1 to 1; both channels have the same length. */
  onSound(ptsMs: number, left: Float32Array, right: Float32Array): void;
}

/** Decodes units to samples; otherwise like `AudioTranscoder`. */
export class AudioDecoder {
  readonly #pipe: SoundPipe;
  readonly #samples: number;

  constructor(o: AudioDecoderOptions) {
    this.#samples = o.from.codec === 'aac' ? aacFrameSamples : mp2FrameSamples;
    const onUnit = ({ ptsMs, data }: AudioUnit): void => o.onSound(ptsMs, ...channelsOf(data));
    this.#pipe = new SoundPipe(inputOf(o.from), 'pcm', `${o.from.codec} to pcm`, { ...o, onUnit });
  }

  write(unit: AudioUnit): void {
    const bytes = unit.data.byteLength;
    if (bytes === 0 || bytes > unitBytesMax) throw new MeridianError('REQUEST_INVALID', `a unit of ${bytes} bytes`);
    this.#pipe.write(unit.ptsMs, this.#samples, unit.data);
  }

  /** Ends ffmpeg; resolves when the process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#pipe.close();
  }
}

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

/** Encodes blocks of a mix (48 kHz stereo, interleaved, −1 to 1); otherwise like `AudioTranscoder`. */
export class MixEncoder {
  readonly #pipe: SoundPipe;
  /** Buffer of the last block, reused because `nutFrame` copies it. */
  #pcm = new Int16Array(0);

  constructor(o: MixEncoderOptions) {
    const pcm = { fourcc: [0x50, 0x53, 0x44, 16], sampleRate: outputRate, channels: outputChannels };
    this.#pipe = new SoundPipe({ ...pcm, config: new Uint8Array(0) }, o.to, `mix to ${o.to}`, o);
  }

  get pid(): number | undefined {
    return this.#pipe.pid;
  }
  get queuedBytes(): number {
    return this.#pipe.queuedBytes;
  }
  /** Resolves when ffmpeg has taken all blocks, or does not. */
  taken(): Promise<void> {
    return this.#pipe.taken();
  }

  write(ptsMs: number, samples: Float32Array): void {
    // Processors that run this code are little-endian. A mix is within ±1 except for rounding.
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
      onData: (bytes) => this.#onData(bytes, o.onUnit),
      onDegraded: o.onDegraded,
    });
  }

  get pid(): number | undefined {
    return this.#job.pid;
  }
  get queuedBytes(): number {
    return this.#job.queuedBytes;
  }
  taken(): Promise<void> {
    return this.#job.taken(0);
  }

  write(ptsMs: number, samples: number, data: Uint8Array): void {
    if (!Number.isFinite(ptsMs)) throw new MeridianError('REQUEST_INVALID', `a unit at ${ptsMs} ms`);
    const { sampleRate } = this.#clock;
    const position = this.#clock.accept(ptsMs, samples);
    this.#waiting.push(nutFrame(position + leadS * sampleRate, true, data));
    this.#waitingSamples += samples;
    if (this.#waitingSamples * 1000 < batchMs * sampleRate) return;
    const [first, ...others] = this.#waiting;
    if (first !== undefined) this.#job.write(others.length === 0 ? first : Buffer.concat(this.#waiting));
    this.#waiting = [];
    this.#waitingSamples = 0;
  }

  close(): Promise<void> {
    return this.#job.close();
  }

  #onData(bytes: Uint8Array, onUnit: (unit: AudioUnit) => void): void {
    for (const { pts, data } of this.#reader.push(bytes)) {
      const base = this.#reader.stream?.timeBase;
      if (base === undefined) throw new MalformedStream('INVALID', 'a frame before its stream');
      const position = ((pts * base.num) / base.den - leadS) * this.#clock.sampleRate;
      const ptsMs = this.#clock.ptsAt(position);
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
