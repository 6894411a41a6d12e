import type { Span } from './objectives.ts';

/** Month in UTC, such as `2026-11`. */
export const MONTH_PATTERN = '^20[0-9]{2}-(0[1-9]|1[0-2])$';

export function monthSpan(month: string): Span {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { fromMs: Date.UTC(year, number - 1), toMs: Date.UTC(year, number) };
}

export const monthOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 7);
