import { expect, it, onTestFinished } from 'vitest';
import { LoopDelay } from '../../src/loop-delay.ts';

/** Works for `ms` in every 500 ms, like a loop that lags. */
function working(ms: number): void {
  const timer = setInterval(() => {
    for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
  }, 500);
  onTestFinished(() => clearInterval(timer));
}

it('a loop that works 200 ms of every 500 is measured as that late within two looks', async () => {
  const delay = new LoopDelay();
  onTestFinished(() => delay.close());
  working(200);
  await expect.poll(() => delay.p99Ms, { timeout: 60_000, interval: 2000 }).toBeGreaterThan(150);
});
