// Checks times and pictures for segments.

import type { AudioUnit, VideoUnit } from '@meridian/room-media/core';
import { nalType, nalTypeOf, toLengths } from '@meridian/room-media/core';

/** More than a century, and exact in ticks. */
const TIME_MS_MAX = 2 ** 42;
/** Maximum between a picture's decode and display: more than encoders look ahead, and within 32 bits of ticks. */
const REORDERED_MS = 10_000;
const OMITTED_NAL_TYPES: readonly number[] = [nalType.sps, nalType.pps, nalType.accessUnitDelimiter, nalType.filler];

export const isTime = (ms: number): boolean => ms >= 0 && ms <= TIME_MS_MAX;

export const shiftedPicture = (unit: VideoUnit, ms: number): VideoUnit => ({
  ...unit,
  dtsMs: unit.dtsMs + ms,
  ptsMs: unit.ptsMs + ms,
});
export const shiftedSound = (unit: AudioUnit, ms: number): AudioUnit => ({ ...unit, ptsMs: unit.ptsMs + ms });

/** Returns the sample of a picture; undefined without slices or with an invalid time. */
export function sampleOf({ dtsMs, ptsMs, nals }: VideoUnit): Uint8Array | undefined {
  if (!isTime(dtsMs) || !(Math.abs(ptsMs - dtsMs) <= REORDERED_MS)) return undefined;
  const shown = nals.filter((nal) => !OMITTED_NAL_TYPES.includes(nalTypeOf(nal)));
  return shown.length === 0 ? undefined : toLengths(shown);
}
