// Parses the first bytes of Opus packets (RFC 6716, 3.1 and 3.2).
import { u8 } from '@meridian/room-media/core';

/** Samples per second, whatever the encoder's input. */
export const OPUS_RATE = 48_000;
/** A packet lasts 120 ms at most (3.2.5, R5). */
const SAMPLES_MAX = 5760;
/** Samples of one frame by its configuration number (table 2): SILK, hybrid, CELT. */
const SILK = [480, 960, 1920, 2880] as const;
const HYBRID = [480, 960] as const;
const CELT = [120, 240, 480, 960] as const;
const [FIRST_HYBRID, FIRST_CELT] = [12, 16];
/** A packet this short is silent: in silence an encoder (DTX) sends one and then only a longer one every 400 ms. */
const SILENT_BYTES_MAX = 2;

/** Returns the duration of a packet in samples at 48 kHz; undefined for a malformed packet. */
export function opusSamples(packet: Uint8Array): number | undefined {
  const toc = packet[0];
  if (toc === undefined) return undefined;
  const frames = framesOf(packet, toc & 3);
  const samples = frames * frameSamples(toc >> 3);
  return samples > 0 && samples <= SAMPLES_MAX ? samples : undefined;
}

/** Returns whether the encoder now pauses until sound returns or 400 ms have passed. */
export const beginsSilence = (packet: Uint8Array): boolean => packet.length <= SILENT_BYTES_MAX;

function framesOf(packet: Uint8Array, code: number): number {
  if (code === 0) return 1;
  return code === 3 ? u8(packet, 1) & 0x3f : 2;
}

function frameSamples(configuration: number): number {
  if (configuration < FIRST_HYBRID) return SILK[configuration % 4] ?? 0;
  return (configuration < FIRST_CELT ? HYBRID[configuration % 2] : CELT[configuration % 4]) ?? 0;
}
