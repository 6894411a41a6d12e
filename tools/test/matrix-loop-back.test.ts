import { expect, it } from 'vitest';
import { ffmpegLoopBack } from '../lab/matrix/loop-back.ts';

it('the clock comes through an encoder and a decoder, sound and picture together', async () => {
  const figures = await ffmpegLoopBack(3);
  expect(figures.pictures).toBeGreaterThan(30);
  expect(figures.bursts).toBeGreaterThanOrEqual(2);
  expect(figures.latencyMs).toBeGreaterThan(0);
  expect(figures.latencyMs).toBeLessThan(2000);
  expect(Math.abs(figures.avOffsetMs)).toBeLessThan(5);
});
