// Carries AAC and MP2 between gateways over RTP, in a private format that media nodes route without parsing
// (`aacMimeType`): a clock of 48 kHz for any sample rate, one frame per packet, or several packets with the same
// timestamp, the last with the marker. A payload's first byte says whether a frame begins there. The codec parameters
// describe the frames.
import { readAacConfig } from '../aac-config.ts';
import { MalformedStream } from '../malformed.ts';
import { mp2SampleRates } from '../mp2.ts';
import type { AudioFormat } from '../units.ts';
import { joined, u8 } from './bytes.ts';

const begins = 1;
/** The length field of ADTS has 13 bits. */
const frameBytesMax = 8191;
const configCharactersMax = 128;
/** Suffix of the roster's name (`mp2MimeType`). */
const mp2 = 'MP2';

/** Splits a frame, which is not empty and, for AAC, has no ADTS header, into payloads. */
export function packetiseSound(frame: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const step = maxPayloadBytes - 1;
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += step)
    payloads.push(joined([Uint8Array.of(at === 0 ? begins : 0), frame.subarray(at, at + step)]));
  return payloads;
}

/** Reassembles frames from packets in order; drops frames that lost a packet. */
export class SoundDepacketiser {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #nextSequence = -1;

  push(packet: {
    readonly extendedSequence: number;
    readonly marker: boolean;
    readonly payload: Uint8Array;
  }): Uint8Array | undefined {
    const { extendedSequence, marker, payload } = packet;
    const isNext = extendedSequence === this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (payload.length < 2) return undefined; // An empty payload only probes.
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

/** Returns the codec parameters that describe the frames; undefined for a format that is not carried this way. */
export function soundParameters(format: AudioFormat): Readonly<Record<string, string | number>> | undefined {
  const { codec, sampleRate, channels, config } = format;
  if (codec === 'mp2') return { carries: mp2, rate: sampleRate, channels };
  if (codec !== 'aac' || config === undefined) return undefined;
  return { config: Array.from(config, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Returns undefined for an unknown format, because any client may publish anything under the name. */
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
