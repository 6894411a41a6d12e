// What the first bytes of an Opus packet say (RFC 6716, 3.1 and 3.2).
import { u8 } from './bytes.ts';

const maxPacketMs = 120;
/** The shortest frame; what two clocks differ by less than half of it is no gap. */
const shortestFrameMs = 2.5;
/** An encoder with discontinuous transmission says silence with so few bytes (RFC 7587, 3.1.3). */
const maxSilenceBytes = 2;

/** By the configuration's lowest bits: of SILK, of SILK with CELT, of CELT. */
const silkMs = [10, 20, 40, 60];
const hybridMs = [10, 20];
const celtMs = [2.5, 5, 10, 20];

function frameMs(configuration: number): number {
  if (configuration < 12) return silkMs[configuration & 3] ?? 0;
  if (configuration < 16) return hybridMs[configuration & 1] ?? 0;
  return celtMs[configuration & 3] ?? 0;
}

/** How long a packet plays, in milliseconds; undefined for bytes that are no Opus packet. */
export function opusDurationMs(packet: Uint8Array): number | undefined {
  if (packet.length === 0) return undefined;
  const toc = u8(packet, 0);
  const code = toc & 3;
  if (code === 3 && packet.length < 2) return undefined;
  const frames = code === 0 ? 1 : code === 3 ? u8(packet, 1) & 0x3f : 2;
  const durationMs = frames * frameMs(toc >>> 3);
  return frames > 0 && durationMs <= maxPacketMs ? durationMs : undefined;
}

/** The packet only says that nobody speaks. */
export const isOpusSilence = (packet: Uint8Array): boolean => packet.length <= maxSilenceBytes;

/**
 * How many milliseconds are missing between the end of one packet and the beginning of the next, 0 for none: so much
 * silence goes there. The gap is not bounded; a paused source makes a long one.
 */
export function opusGapMs(before: { ptsMs: number; data: Uint8Array }, next: { ptsMs: number }): number {
  const gapMs = next.ptsMs - before.ptsMs - (opusDurationMs(before.data) ?? 0);
  return gapMs < shortestFrameMs / 2 ? 0 : gapMs;
}
