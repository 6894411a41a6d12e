// One cell of the matrix for each kind of client that there is: picture and sound go from region to region, and come
// together, at most three times as late as `tools/lab/matrix/table.ts` aims at.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharedCloud } from '../../../test/support/shared-cloud.ts';
import { kinds } from '../../lab/matrix/kinds.ts';
import { ClockPages } from '../../lab/matrix/pages.ts';
import { type Cell, runCell } from '../../lab/matrix/run-cell.ts';
import { aimsOf, type KindName, settleMsOf } from '../../lab/matrix/table.ts';

const cloud = sharedCloud();
let pages: ClockPages;
beforeAll(async () => {
  pages = await ClockPages.launch(cloud);
});
afterAll(() => pages?.close());

const seconds = 3;
/** For pairs without an aim. */
const latencyMsMax = 3000;
/** Browsers could bring picture and sound together for longer; the gate has no time for it. */
const settleMsMax = 5000;

it.each<[KindName, KindName, string[]]>([
  ['webrtc', 'h5', ['h264 to mpeg1', 'opus to mp2']],
  ['h5', 'webrtc', ['mp2 to opus', 'mpeg1 to h264']],
  ['miniprogram', 'flv', []],
  ['rtmp', 'webrtc', ['aac to opus']],
  ['udp', 'rtmp', ['opus to aac']],
  ['cdn', 'webrtc', ['aac to opus']],
])('%s is seen and heard by %s, and transcoded as it must be', async (from, to, transcoded) => {
  const settleMs = Math.min(settleMsOf(to), settleMsMax);
  const options = { pair: { from, to }, kinds, seconds, settleMs, regionDelayMs: 0 };
  const cell: Cell = await runCell({ cloud, pages }, options);
  const aims = aimsOf({ from, to });
  const latest = aims.latencyMs === undefined ? latencyMsMax : 3 * aims.latencyMs;
  expect(cell.latencyMs, cell.missed.join('; ')).toBeLessThan(latest);
  expect(Math.abs(cell.avOffsetMs)).toBeLessThan(3 * aims.avOffsetMs);
  expect(cell.transcoded.toSorted()).toEqual(transcoded);
});
