// How late the picture of a show is, by the four ways that its page plays. A publisher on the stage in Frankfurt draws
// the clock; viewers there and in Singapore have the page open, and it is read from what they see. They come to a show
// that runs, as nearly all do: the first viewer of HLS finds a short playlist, and is nearer to the present.
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { LISTED_SEGMENTS } from '../../../gateway/src/core/hls/rules.ts';
import { launchChromium } from '../../../test/support/browser.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import type { LabResult, Metrics, Say } from '../../support/case.ts';
import { clockPicture, MeetingPage, type Region } from '../../support/clock/pages.ts';
import { watch } from '../../support/clock/watch.ts';
import { idleNow, idleShareBetween } from '../../support/idle.ts';
import { delayBetweenRegions } from '../../support/region-delay.ts';
import { lineOf, missedOf, type Row, rowOf, type Way, ways } from './delays.ts';
import type { CrowdPart } from './part.ts';
import { ShowViewer } from './show-viewer.ts';

const ROOM = 'show';
const STAGE: Region = 'frankfurt';
const REGIONS: readonly Region[] = [STAGE, 'singapore'];
/** Ten seconds of pictures: so long browsers need to bring picture and sound of WebRTC together. */
const WARM_UP_PICTURES = 10 * clockPicture.picturesPerSecond;
/** Below it the machine may be what is late. */
const IDLE_SHARE_MIN = 0.2;
const READER_SECONDS = 4;

export const latencyCrowd: CrowdPart = {
  flag: 'latency',
  summary: "how late a show's picture is by WebRTC, FLV, LL-HLS and HLS in two regions: p95 is judged",
  run: async (options, say) => {
    const { seconds = 60 } = options;
    const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
    try {
      const browser = await launchChromium();
      try {
        return await measured({ cloud, browser }, seconds, say);
      } finally {
        await browser.close();
      }
    } finally {
      await cloud.stop();
    }
  },
};

interface Stage {
  readonly cloud: TestCloud;
  readonly browser: Browser;
}

async function measured(stage: Stage, seconds: number, say: Say): Promise<LabResult> {
  const regionDelayMs = await delayBetweenRegions(stage.cloud);
  const readerMs = await beginShow(stage);
  const { rows, atOnce, idleShare } = await rowsOf(stage, seconds, say);
  const byPlace = <T>(of: (row: Row) => T): Record<string, Record<string, T>> =>
    Object.fromEntries(
      ways.map((way) => {
        const own = rows.filter((row) => row.way === way);
        return [way, Object.fromEntries(own.map((row) => [row.place, of(row)]))];
      }),
    );
  const machine = { idleShare, readerMs };
  return {
    params: { seconds, atOnce, regionDelayMs, publisher: STAGE },
    metrics: { ...machine, ...byPlace(({ way: _way, place: _place, ...figures }): Metrics => figures) },
    shown: { ...machine, ...byPlace(lineOf) },
    missed: missedOf(rows),
  };
}

/** Settles when the show runs by HLS too, with how late its reader is of a picture that no product transports. */
async function beginShow({ cloud, browser }: Stage): Promise<number> {
  const page = await MeetingPage.open(browser, cloud, { region: STAGE, isSource: true });
  const startedMs = Date.now();
  await page.loopBack();
  const { latencyMs } = await watch(() => page.sight(), { startedMs, seconds: READER_SECONDS });
  await page.reset();
  await page.publish(ROOM);
  await page.run("await window.clock.rooms[0].acts.setRoom({ kind: 'show' });", null);
  const { play } = await waysOf(cloud, STAGE, { room: ROOM, identity: 'first viewer', from: STAGE });
  const playlist = new URL('media.m3u8', play?.hls);
  await until('the playlist is as long as it gets', async () => {
    const response = await fetch(playlist);
    const segments = (await response.text()).match(/^#EXTINF/gm)?.length ?? 0;
    return response.ok && segments >= LISTED_SEGMENTS;
  });
  return latencyMs;
}

interface Measured {
  readonly rows: readonly Row[];
  /** Viewers. */
  readonly atOnce: number;
  /** Of the machine, in the worst of the windows. */
  readonly idleShare: number;
}

/** All ways at once; on a machine that has too little for all viewers one way after the other. */
async function rowsOf(stage: Stage, seconds: number, say: Say): Promise<Measured> {
  const all = await watched(stage, ways, seconds);
  if (all.idleShare >= IDLE_SHARE_MIN) return all;
  say(`${Math.round(all.idleShare * 100)} % of the machine is idle with all viewers: one way after the other`);
  const one: Measured[] = [];
  for (const way of ways) one.push(await watched(stage, [way], seconds, 0));
  return {
    rows: one.flatMap(({ rows }) => rows),
    atOnce: REGIONS.length,
    idleShare: Math.min(...one.map(({ idleShare }) => idleShare)),
  };
}

/**
 * Viewers by these ways, in both regions. Without rows where less of the machine is idle than `idleShareMin` when all
 * have come.
 */
async function watched(
  { cloud, browser }: Stage,
  by: readonly Way[],
  seconds: number,
  idleShareMin = IDLE_SHARE_MIN,
): Promise<Measured> {
  const viewers: ShowViewer[] = [];
  try {
    for (const way of by)
      for (const region of REGIONS)
        viewers.push(await ShowViewer.open(browser, cloud.pageUrl, { room: ROOM, way, region }));
    const allCame = idleNow();
    await Promise.all(viewers.map((viewer) => viewer.seen(WARM_UP_PICTURES)));
    const warmed = idleNow();
    const idleShare = idleShareBetween(allCame, warmed);
    const atOnce = viewers.length;
    if (idleShare < idleShareMin) return { rows: [], atOnce, idleShare };
    const fromMs = Date.now();
    await pause(seconds * 1000);
    const window = { fromMs, toMs: Date.now(), picturesPerSecond: clockPicture.picturesPerSecond };
    const idle = idleShareBetween(warmed, idleNow());
    const rows: Row[] = [];
    for (const viewer of viewers) {
      const { way, region } = viewer;
      const place = region === STAGE ? 'sameRegion' : 'otherRegion';
      rows.push(rowOf({ way, place, ...(await viewer.notes()) }, window));
    }
    return { rows, atOnce, idleShare: idle };
  } finally {
    for (const viewer of viewers) await viewer.close();
  }
}
