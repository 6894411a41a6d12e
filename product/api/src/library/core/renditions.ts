export interface PlannedRenditions {
  readonly ladder: readonly unknown[];
  readonly chunks: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly durationMs: number;
}

export interface Progress {
  readonly chunks: number;
  readonly chunksMade: number;
  readonly hasSound: boolean;
  readonly isSoundMade: boolean;
}

/** Returns the share of the work that is done, 0 to 1. The analysis and the join count as one chunk each. */
export function shareDone({ chunks, chunksMade, hasSound, isSoundMade }: Progress): number {
  const whole = chunks + Number(hasSound) + 2;
  return Math.round(((1 + Math.min(chunksMade, chunks) + Number(hasSound && isSoundMade)) / whole) * 1000) / 1000;
}

export const isWhole = ({ chunks, chunksMade, hasSound, isSoundMade }: Progress): boolean =>
  chunksMade >= chunks && (isSoundMade || !hasSound);

/** Estimates for one core. The analysis encodes several samples and reads the whole file. */
const ANALYSE_MS = 30_000;
const READING_SHARE = 0.01;
const SOUND_SHARE = 0.02;
export const JOIN_WORK_MS = 10_000;

export const analyseWorkMs = (durationMs: number): number => ANALYSE_MS + Math.round(durationMs * READING_SHARE);
/** Estimates the work; each size takes about the duration of the chunk. */
export function encodeWorkMs({ ladder, chunks }: PlannedRenditions, chunk: number): number {
  const { fromMs = 0, toMs = 0 } = chunks[chunk] ?? {};
  return Math.round(Math.max(0, toMs - fromMs) * ladder.length);
}
export const soundWorkMs = ({ durationMs }: PlannedRenditions): number => Math.round(durationMs * SOUND_SHARE);
