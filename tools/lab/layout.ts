// A real call in which the pictures change places all the time: pinned, in the other view, beside a shared screen, on
// another page. How long any of them stands still meanwhile, by its frames, and whether one is ever empty.
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium, type Participant } from '../../test/support/browser.ts';
import { join, seesMore } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { closeOwned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase, type LabResult, type Metrics, percentile, type Say } from '../support/case.ts';

/** Beyond the time between two frames. */
const gapAimMs = 100;
/** Long enough for a change of layout, its glide of 220 ms, and a change of layers after it. */
const settleMs = 1200;

/** Small, for the machine codes and draws all of them. */
const camera = { width: 320, height: 180, frameRate: 15 };
const publisherWindow = { width: 320, height: 240 };
const wholeWindow = { width: 1280, height: 800 };
/** Two tiles to a page. */
const smallWindow = { width: 400, height: 240 };

interface Reading {
  /** The longest pause between two frames of a remote camera that was shown all the time. */
  readonly worstGapMs: number;
  readonly intervalMs: number;
  /** Frames of the window in which a tile showed neither a picture nor what stands for it. */
  readonly emptyFrames: number;
  /** Elements of pictures that were put in place of others. */
  readonly replaced: number;
}
type Change = 'calm' | 'pin' | 'view' | 'share' | 'unshare';

export const layout: LabCase = {
  name: 'layout',
  summary: `pictures of a call change places: the longest pause of any (aim: the time between frames + ${gapAimMs} ms)`,
  configure: (command) => void command.option('--rounds <n>', 'of all changes', countOption, 10),
  run: async (options, say) => {
    try {
      return await measure(Number(options['rounds']), say);
    } finally {
      await closeOwned(say);
    }
  },
};

async function measure(rounds: number, say: Say): Promise<LabResult> {
  const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
  const browser = await launchChromium();
  try {
    const common = { room: 'lab-layout', from: 'frankfurt', lang: 'en', codec: 'vp8', mic: '0' };
    const viewer = await join(browser, cloud, { ...common, name: 'Vi', camera: '0' }, camera);
    const publishers: Participant[] = [];
    for (const name of ['Ann', 'Bo', 'Cy']) {
      const one = await join(browser, cloud, { ...common, name }, camera);
      await one.page.setViewportSize(publisherWindow);
      publishers.push(one);
    }
    const [sharer] = publishers as [Participant];
    await viewer.page.setViewportSize(wholeWindow);
    await viewer.page.locator('[data-testid=tile]').nth(3).waitFor();
    await seesMore(viewer);
    await viewer.page.evaluate(watch);
    const readings: Record<Change, Reading[]> = { calm: [], pin: [], view: [], share: [], unshare: [] };
    for (let round = 0; round < rounds; round += 1) {
      await oneRound(viewer, sharer, readings);
      say(`round ${round + 1}: ${JSON.stringify(Object.entries(readings).map(([name, all]) => [name, all.at(-1)]))}`);
    }
    return summary(rounds, readings, await turnPages(viewer, rounds));
  } finally {
    await browser.close();
    await cloud.stop();
  }
}

/** Every change once, and back. */
async function oneRound(viewer: Participant, sharer: Participant, readings: Record<Change, Reading[]>): Promise<void> {
  const { page } = viewer;
  const note = async (change: Change): Promise<void> => {
    await pause(settleMs);
    readings[change].push(await page.evaluate(read));
  };
  await page.evaluate(read);
  await note('calm');
  for (const mode of ['focus', 'grid']) {
    await page.locator('[data-testid=tile] [aria-pressed]').nth(1).dispatchEvent('click');
    await page.locator(`[data-mode=${mode}]`).waitFor();
    await note('pin');
  }
  for (const mode of ['focus', 'grid']) {
    await page.keyboard.press('g');
    await page.locator(`[data-mode=${mode}]`).waitFor();
    await note('view');
  }
  for (const mode of ['focus', 'grid']) {
    await sharer.page.keyboard.press('s');
    await page.locator(`[data-mode=${mode}]`).waitFor();
    await note(mode === 'focus' ? 'share' : 'unshare');
  }
}

interface Turn {
  /** Until all pictures of the page are new ones, for pages seen for the first time, and those turned back to. */
  readonly freshMs: number;
  readonly emptyFrames: number;
}

/** There and back: pictures of other pages are not sent, so the first new one takes a key frame. */
async function turnPages({ page }: Participant, rounds: number): Promise<Turn[]> {
  await page.setViewportSize(smallWindow);
  await page.locator('.pager').waitFor();
  const turns: Turn[] = [];
  for (let turn = 0; turn < 2 * rounds; turn += 1) {
    await page.evaluate(read);
    const freshMs = await page.evaluate(turnPage, turn % 2 === 0 ? 1 : 0);
    turns.push({ freshMs, emptyFrames: (await page.evaluate(read)).emptyFrames });
    await pause(settleMs);
  }
  await until('the pager is there still', async () => (await page.locator('.pager').count()) === 1);
  return turns;
}

function summary(rounds: number, readings: Record<Change, readonly Reading[]>, turns: readonly Turn[]): LabResult {
  const all = Object.values(readings).flat();
  const intervalMs = percentile(
    all.map((one) => one.intervalMs),
    0.5,
  );
  const gapsOf = (change: Change): number[] => readings[change].map(({ worstGapMs }) => worstGapMs);
  const of = (change: Change): Metrics => ({
    gapMsP50: percentile(gapsOf(change), 0.5),
    gapMsMax: Math.max(...gapsOf(change)),
  });
  const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0);
  const emptyFrames = sum([...all, ...turns].map((one) => one.emptyFrames));
  const replaced = sum(all.map((one) => one.replaced));
  const freshMs = turns.map((turn) => turn.freshMs);
  const missed = (['pin', 'view', 'share', 'unshare'] as const)
    .filter((change) => Math.max(...gapsOf(change)) > intervalMs + gapAimMs)
    .map(
      (change) =>
        `${change}: ${Math.round(Math.max(...gapsOf(change)))} ms, aim ${Math.round(intervalMs + gapAimMs)} ms`,
    );
  if (Math.max(...gapsOf('calm')) > intervalMs + gapAimMs)
    missed.push('without any change pictures stand still as long: the machine is too busy to measure');
  if (emptyFrames > 0) missed.push(`${emptyFrames} frames with an empty tile, aim 0`);
  if (replaced > 0) missed.push(`${replaced} pictures in another element, aim 0`);
  return {
    params: { rounds, people: 4, ...wholeWindow },
    metrics: {
      intervalMs,
      calm: of('calm'),
      pin: of('pin'),
      view: of('view'),
      share: of('share'),
      unshare: of('unshare'),
      page: { freshMsP50: percentile(freshMs, 0.5), freshMsMax: Math.max(...freshMs) },
      emptyFrames,
      replaced,
    },
    missed,
  };
}

interface Watched {
  video: HTMLVideoElement;
  lastMs: number;
  worstMs: number;
}
interface Meter {
  watched: Map<string, Watched>;
  intervals: number[];
  emptyFrames: number;
  replaced: number;
}

/** Runs in the page: looks at every frame of every remote camera, and at every tile in every frame of the window. */
function watch(): void {
  const meter: Meter = { watched: new Map(), intervals: [], emptyFrames: 0, replaced: 0 };
  (window as unknown as { meter: Meter }).meter = meter;
  const frames = (one: Watched): void => {
    const { video } = one;
    const shown = (nowMs: number): void => {
      if (one.video !== video) return;
      meter.intervals.push(nowMs - one.lastMs);
      one.worstMs = Math.max(one.worstMs, nowMs - one.lastMs);
      one.lastMs = nowMs;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  };
  const look = (): void => {
    for (const tile of document.querySelectorAll<HTMLElement>('.stage > [data-tile$="/camera"]')) {
      const video = tile.querySelector('video');
      const isEmpty = video !== null && (video.readyState < 2 || video.videoWidth === 0);
      const isShown = tile.dataset['place'] !== 'parked';
      if (isShown && isEmpty && tile.querySelector('.tile-coming') === null) meter.emptyFrames += 1;
      const key = tile.dataset['tile'] ?? '';
      if (video === null || tile.querySelector('.mirrored') !== null) continue; // one's own
      const known = meter.watched.get(key);
      if (known?.video === video) continue;
      if (known !== undefined) meter.replaced += 1;
      const one = known ?? { video, lastMs: performance.now(), worstMs: 0 };
      one.video = video;
      meter.watched.set(key, one);
      frames(one);
    }
    requestAnimationFrame(look);
  };
  look();
}

/** Runs in the page: what was seen since the last call. A picture that stands still now counts until now. */
function read(): Reading {
  const { meter } = window as unknown as { meter: Meter };
  const nowMs = performance.now();
  const worst = [...meter.watched.values()].map((one) => Math.max(one.worstMs, nowMs - one.lastMs));
  const sorted = meter.intervals.sort((a, b) => a - b);
  const reading: Reading = {
    worstGapMs: Math.max(...worst),
    intervalMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    emptyFrames: meter.emptyFrames,
    replaced: meter.replaced,
  };
  for (const one of meter.watched.values()) one.worstMs = 0;
  meter.intervals = [];
  meter.emptyFrames = 0;
  meter.replaced = 0;
  return reading;
}

/** Runs in the page: presses a button of the pager; how long until every remote picture of that page is a new one. */
async function turnPage(button: number): Promise<number> {
  const pressedMs = performance.now();
  document.querySelectorAll<HTMLElement>('.pager button')[button]?.click();
  await new Promise((done) => requestAnimationFrame(done));
  const tiles = [...document.querySelectorAll<HTMLElement>('.stage > .tile:not([data-place=parked])')];
  const videos = tiles.flatMap((tile) => [...tile.querySelectorAll<HTMLVideoElement>('video:not(.mirrored)')]);
  await Promise.all(videos.map((video) => new Promise((done) => video.requestVideoFrameCallback(done))));
  return performance.now() - pressedMs;
}
