// Compares times, and gaps of a call, with their aims.
import { setTimeout as pause } from 'node:timers/promises';
import type { Call, Gaps } from './call.ts';

const AFTER_MS = 5000;

export const elapsedMs = (startedMs: number): number => Math.round(performance.now() - startedMs);

/** Returns a sentence about a missed aim; empty if the aim is met. */
export const missedAims = (what: string, ms: number, aimMs: number): string[] =>
  ms <= aimMs ? [] : [`${what}: ${ms} ms, aim ${aimMs} ms`];

export const gapMetrics = ({ audio, video }: Gaps, aimMs: number): Record<string, number> => ({
  audioGapMs: audio,
  videoGapMs: video,
  gapAimMs: aimMs,
});

export const lateGaps = (what: string, { audio, video }: Gaps, aimMs: number): string[] => [
  ...missedAims(`${what}: longest gap of sound`, audio, aimMs),
  ...missedAims(`${what}: longest gap of picture`, video, aimMs),
];

/** Returns the longest gaps from the start of `act` until, after its end, both hear and see each other. */
export async function gapsDuring(call: Call, act: () => Promise<void>): Promise<Gaps> {
  await call.plays();
  await call.forget();
  const fromMs = Date.now();
  await call.plays();
  await act();
  await pause(AFTER_MS);
  await call.plays();
  return call.gaps(fromMs, Date.now());
}
