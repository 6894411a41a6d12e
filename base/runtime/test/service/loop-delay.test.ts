import { expect, it, onTestFinished } from 'vitest';
import { LoopDelay } from '../../src/loop-delay.ts';

/** Works for so long in every 500 ms, as a loop that lags does. */
function working(ms: number): void {
  const timer = setInterval(() => {
    for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
  }, 500);
  onTestFinished(() => clearInterval(timer));
}

it('a loop that works 200 ms of every 500 is seen to be late by that, within two looks', async () => {
  const delay = new LoopDelay();
  onTestFinished(() => delay.close());
  working(200);
  await expect.poll(() => delay.takeP99Ms(), { timeout: 60_000, interval: 2000 }).toBeGreaterThan(150);
});
