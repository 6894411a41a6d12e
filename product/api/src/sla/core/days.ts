// Splits a month into parts that are read from daily sums, and parts that are read from hourly figures.
import type { Span } from './objectives.ts';

export const DAY_MS = 86_400_000;

export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

export interface Parts {
  readonly days: readonly Span[];
  readonly hours: readonly Span[];
}

/**
 * Splits a span that begins with a day. Daily sums exist until `madeMs`; a day that overlaps `hourlySpans` is read by
 * hours.
 */
export function partsOf({ fromMs, toMs }: Span, madeMs: number, hourlySpans: readonly Span[]): Parts {
  const [days, hours]: [Span[], Span[]] = [[], []];
  let dayMs = fromMs;
  for (; dayMs + DAY_MS <= Math.min(madeMs, toMs); dayMs += DAY_MS) {
    const isApart = hourlySpans.some((one) => one.fromMs < dayMs + DAY_MS && one.toMs > dayMs);
    append(isApart ? hours : days, { fromMs: dayMs, toMs: dayMs + DAY_MS });
  }
  if (dayMs < toMs) append(hours, { fromMs: dayMs, toMs });
  return { days, hours };
}

function append(spans: Span[], { fromMs, toMs }: Span): void {
  const last = spans.at(-1);
  if (last?.toMs === fromMs) spans.splice(-1, 1, { fromMs: last.fromMs, toMs });
  else spans.push({ fromMs, toMs });
}
