// AAC and MP2 between gateways over RTP. Media nodes route them as a format that they do not look into
// (`aacMimeType`), so it is ours: a clock of 48 kHz whatever the sample rate, one frame per packet, a longer one in
// several with the same timestamp, the last marked. The first byte of a payload says whether a frame begins there.
// What the frames are is among the codec's parameters.
import { readAacConfig } from '../aac-config.ts';
import { MalformedStream } from '../malformed.ts';
import { mp2SampleRates } from '../mp2.ts';
import type { AudioFormat } from '../units.ts';
import { joined, u8 } from './bytes.ts';

const begins = 1;
/** The length in ADTS has 13 bits. */
const frameBytesMax = 8191;
const configCharactersMax = 128;
/** The end of its name in rosters (`mp2MimeType`). */
const mp2 = 'MP2';

/** @param frame one frame, of AAC without its header; not empty */
export function packetiseSound(frame: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const step = maxPayloadBytes - 1;
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += step)
    payloads.push(joined([Uint8Array.of(at === 0 ? begins : 0), frame.subarray(at, at + step)]));
  return payloads;
}

/** Frames of packets in order; what lost packets cut is left out. */
export class SoundDepacketiser {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #nextSequence = -1;

  /** A frame that this packet completes. */
  push(packet: {
    readonly extendedSequence: number;
    readonly marker: boolean;
    readonly payload: Uint8Array;
  }): Uint8Array | undefined {
    const { extendedSequence, marker, payload } = packet;
    const isNext = extendedSequence === this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (payload.length < 2) return undefined; // it only probes
    const isBegin = u8(payload, 0) === begins;
    if (isBegin || !isNext) this.#reset();
    if (!isBegin && this.#parts.length === 0) return undefined;
    this.#parts.push(payload.subarray(1));
    this.#bytes += payload.length - 1;
    if (this.#bytes > frameBytesMax) this.#reset();
    if (!marker || this.#parts.length === 0) return undefined;
    const frame = this.#parts.length === 1 ? this.#parts[0] : joined(this.#parts);
    this.#reset();
    return frame;
  }

  #reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}

/** The codec parameters that say what the frames are; undefined: the format does not cross media nodes so. */
export function soundParameters(format: AudioFormat): Readonly<Record<string, string | number>> | undefined {
  const { codec, sampleRate, channels, config } = format;
  if (codec === 'mp2') return { carries: mp2, rate: sampleRate, channels };
  if (codec !== 'aac' || config === undefined) return undefined;
  return { config: Array.from(config, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/**
 * The format that the parameters name; undefined: none that is known. Any client may publish anything under the name.
 */
export function soundFormatOf(parameters: Readonly<Record<string, unknown>> | undefined): AudioFormat | undefined {
  if (parameters?.['carries'] === mp2) return mp2FormatOf(parameters);
  const config = parameters?.['config'];
  if (typeof config !== 'string' || config.length > configCharactersMax || !/^(?:[0-9a-f]{2})+$/.test(config))
    return undefined;
  try {
    return readAacConfig(Uint8Array.from(config.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
  } catch (error) {
    if (error instanceof MalformedStream) return undefined;
    throw error;
  }
}

function mp2FormatOf(parameters: Readonly<Record<string, unknown>>): AudioFormat | undefined {
  const [sampleRate, channels] = [Number(parameters['rate']), Number(parameters['channels'])];
  const isKnown = mp2SampleRates.includes(sampleRate) && (channels === 1 || channels === 2);
  return isKnown ? { codec: 'mp2', sampleRate, channels } : undefined;
}
