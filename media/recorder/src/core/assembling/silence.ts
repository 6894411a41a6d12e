// Durations of sound packets, and packets of silence to fill times without recording.
import type { RecordedCodec } from '../tracks/outputs.ts';

export interface Silence {
  readonly packet: Uint8Array;
  readonly ticks: number;
}

export interface SoundUnits {
  ticksOf(packet: Uint8Array): number;
  /** Packets of silence, longest first; the last one is the shortest gap that can be filled. */
  readonly silences: readonly Silence[];
}

/** Samples of an Opus frame at 48 kHz, by the configuration in its first five bits (RFC 6716, 3.1). */
const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];
const MS_120 = 5760;

/** Returns samples at 48 kHz (RFC 6716, 3.1 and 3.2); 0 for an empty packet and above 120 ms. */
export function opusTicks(packet: Uint8Array): number {
  const [toc, count] = packet;
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frame = config < 12 ? SILK[config % 4] : config < 16 ? HYBRID[config % 2] : CELT[config % 4];
  const code = toc & 3;
  const frames = code === 3 ? (count ?? 0) & 63 : code === 0 ? 1 : 2;
  const ticks = (frame ?? 0) * frames;
  return ticks > MS_120 ? 0 : ticks;
}

/** CELT frame (RFC 6716, 4.3) whose first decoded bit marks all of it as silent. */
const SILENT = [0xff, 0xfe];
const SIX_FRAMES = 6;
/** Full band of 20, 10, 5 and 2.5 ms, mono, one frame. */
const OPUS_SILENCES: readonly Silence[] = [
  {
    packet: Uint8Array.of(0xfb, SIX_FRAMES, ...Array.from({ length: SIX_FRAMES }, () => SILENT).flat()),
    ticks: MS_120,
  },
  { packet: Uint8Array.of(0xf8, ...SILENT), ticks: 960 },
  { packet: Uint8Array.of(0xf0, ...SILENT), ticks: 480 },
  { packet: Uint8Array.of(0xe8, ...SILENT), ticks: 240 },
  { packet: Uint8Array.of(0xe0, ...SILENT), ticks: 120 },
];

/**
 * raw_data_block (ISO/IEC 14496-3, 4.4.2) of one single_channel_element or channel_pair_element without any band, and
 * ID_END. Bits: element 3, tag 4, (no common window 1,) per channel gain 8, ics_info 11, no pulses, no noise shaping
 * and no gain control 3; end 3.
 */
const AAC_MONO = bits('000 0000 00000000 00000000000 000 111');
const AAC_STEREO = bits('001 0000 0 00000000 00000000000 000 00000000 00000000000 000 111');
const AAC_FRAME = 1024;

/** Returns undefined for a codec of pictures. `channels` is that of the sample entry. */
export function soundUnitsOf(codec: RecordedCodec, channels: number): SoundUnits | undefined {
  if (codec === 'opus') return { ticksOf: opusTicks, silences: OPUS_SILENCES };
  if (codec !== 'aac') return undefined;
  const packet = channels === 1 ? AAC_MONO : AAC_STEREO;
  return { ticksOf: () => AAC_FRAME, silences: [{ packet, ticks: AAC_FRAME }] };
}

function bits(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  const bytes = Array.from({ length: Math.ceil(digits.length / 8) }, (_, index) =>
    Number.parseInt(digits.slice(index * 8, index * 8 + 8).padEnd(8, '0'), 2),
  );
  return Uint8Array.from(bytes);
}
