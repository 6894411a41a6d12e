// Waiting for what others do, by looking seldom: each look costs the api, whose work is measured.
import type { Clock } from '@meridian/runtime';

const LOOK_MS = 1000;

export const pause = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => void clock.after(Math.max(0, delayMs), resolve));

/** True when the answer was so in time. */
export async function comesTrue(clock: Clock, look: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const endMs = clock.nowMs() + limitMs;
  for (;;) {
    if (await look()) return true;
    if (clock.nowMs() >= endMs) return false;
    await pause(clock, LOOK_MS);
  }
}
