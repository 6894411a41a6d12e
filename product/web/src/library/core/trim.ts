// The part of an item that a trim keeps, in milliseconds of what the page plays.
import type { Item, Trim } from './model.ts';

/** Shortest part that may be kept, as in the API. */
export const KEPT_MS_LEAST = 1000;

/** Moves one end and keeps at least `KEPT_MS_LEAST` between the ends. */
export function withEnd(kept: Trim, end: 'fromMs' | 'toMs', ms: number, durationMs: number): Trim {
  const whole = Math.round(ms);
  return end === 'fromMs'
    ? { ...kept, fromMs: Math.max(0, Math.min(whole, kept.toMs - KEPT_MS_LEAST)) }
    : { ...kept, toMs: Math.min(durationMs, Math.max(whole, kept.fromMs + KEPT_MS_LEAST)) };
}

export const isWhole = ({ fromMs, toMs }: Trim, durationMs: number): boolean => fromMs === 0 && toMs === durationMs;

/** Returns the part in times of the original, of which an earlier trim has cut the beginning. */
export const ofOriginal = ({ fromMs, toMs }: Trim, { trim }: Pick<Item, 'trim'>): Trim => ({
  fromMs: fromMs + (trim?.fromMs ?? 0),
  toMs: toMs + (trim?.fromMs ?? 0),
});
