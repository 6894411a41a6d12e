// Sets of times: ordered, disjoint stretches.
import type { Span } from './manifest.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export function union(stretches: readonly Stretch[]): Stretch[] {
  const all: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1);
    if (toMs <= fromMs) continue;
    if (last === undefined || fromMs > last.toMs) all.push({ fromMs, toMs });
    else last.toMs = Math.max(last.toMs, toMs);
  }
  return all;
}

/** Returns the times of `all` outside of `without`; both are ordered, as `union` returns. */
export function difference(all: readonly Stretch[], without: readonly Stretch[]): Stretch[] {
  const remaining: Stretch[] = [];
  let at = 0;
  for (const { fromMs, toMs } of all) {
    let restFromMs = fromMs;
    while ((without[at]?.toMs ?? Number.POSITIVE_INFINITY) <= fromMs) at += 1;
    for (let index = at; ; index += 1) {
      const cut = without[index];
      const endMs = Math.min(toMs, cut?.fromMs ?? toMs);
      if (endMs > restFromMs) remaining.push({ fromMs: restFromMs, toMs: endMs });
      if (cut === undefined || cut.fromMs >= toMs) break;
      restFromMs = Math.max(restFromMs, cut.toMs);
    }
  }
  return remaining;
}

/** Rounds to the microsecond, because floating point sums are slightly off. */
export const microseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

export const spanOf = ({ fromMs, toMs }: Stretch): Span => ({
  ms: microseconds(fromMs),
  durationMs: microseconds(toMs - fromMs),
});
