// A screen share of 4 Mbit/s to a viewer behind 1 Mbit/s, in network namespaces. The bound is five times the aim.
import { expect, it } from 'vitest';
import { narrowViewer } from '../../support/narrow-viewer.ts';

it('a screen share that does not fit is paused with its reason, and the sound continues', async () => {
  const seconds = 20;
  const result = await narrowViewer({ viewerKbitPerS: 1000, screenKbitPerS: 4000, seconds, mediaConfig: {} });
  expect(result.reasonsSeen).toContain('downlink');
  expect(result.audioPackets).toBeGreaterThan(seconds * 50 * 0.8);
  expect(result.audioLossShare).toBeLessThan(0.05);
});
