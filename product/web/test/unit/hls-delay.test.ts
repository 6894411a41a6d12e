import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hlsSettings } from '../../src/core/play.ts';

beforeAll(() => void vi.stubGlobal('self', globalThis)); // hls.js expects a global `self`
afterAll(() => void vi.unstubAllGlobals());

it.each([
  ['two target durations with whole segments', false, 3, 6],
  ['two target durations with long segments too', false, 10, 20],
  ['the playlist’s delay with parts of segments', true, 3, 1.05],
])('hls.js stays behind the live edge by %s', async (_what, lowLatency, targetduration, expected) => {
  const { default: Hls } = await import('hls.js');
  const hls = new Hls(hlsSettings(lowLatency));
  // The values of Meridian’s playlists: three target durations, and three parts.
  const details = { targetduration, holdBack: 3 * targetduration, partHoldBack: 1.05 };
  Object.defineProperty(hls, 'latestLevelDetails', { get: () => details });
  expect(hls.targetLatency).toBe(expected);
  expect(hls.config.maxLiveSyncPlaybackRate).toBe(lowLatency ? 1.1 : 1);
  hls.destroy();
});
