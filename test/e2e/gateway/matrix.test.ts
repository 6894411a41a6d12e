// One cell of the matrix for each kind of client that there is: picture and sound go from region to region, and come
// together. How late they may be is measured by `npm run lab -- matrix`.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kinds } from '../../lab/matrix/kinds.ts';
import { ClockPages } from '../../lab/matrix/pages.ts';
import { type Cell, runCell } from '../../lab/matrix/run-cell.ts';
import { type KindName, settleMsOf } from '../../lab/matrix/table.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const cloud = sharedCloud();
let pages: ClockPages;
beforeAll(async () => {
  pages = await ClockPages.launch(cloud);
});
afterAll(() => pages?.close());

const seconds = 3;
/** Ten times what is measured. */
const latencyMsMax = 5000;
const avOffsetMsMax = 500;
/** The lab lets browsers bring picture and sound together for longer. */
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
  expect(cell.latencyMs, cell.missed.join('; ')).toBeLessThan(latencyMsMax);
  expect(Math.abs(cell.avOffsetMs)).toBeLessThan(avOffsetMsMax);
  expect(cell.transcoded.toSorted()).toEqual(transcoded);
});
