// The H5 player in a browser that has none of the other ways: what is shown and heard, as the browser itself reports.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { H5Server } from '../../support/h5-server.ts';
import { until as poll } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';

let server: H5Server;
let browser: Browser;
/** Plays sound only after a click. */
let strict: Browser;
beforeAll(async () => {
  server = await H5Server.start();
  [browser, strict] = await Promise.all([
    sharedChromium(),
    launchChromium(['--autoplay-policy=document-user-activation-required']),
  ]);
});
afterAll(async () => {
  for (const one of [browser, strict]) {
    if (one !== undefined) await closePages(one);
    await one?.close();
  }
  await server?.stop();
});

const missing = [
  ...['RTCPeerConnection', 'webkitRTCPeerConnection', 'MediaSource', 'WebKitMediaSource', 'ManagedMediaSource'],
  ...['VideoEncoder', 'VideoDecoder', 'AudioEncoder', 'AudioDecoder', 'MediaRecorder'],
];

/** Plays in a page without these globals; `before` runs in it before any other script. */
async function play(one: Browser, path: string, before = ''): Promise<Page> {
  const context = await one.newContext();
  await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name]; ${before}`);
  const page = await context.newPage();
  await page.goto(`http://${server.origin}/?play=${path}`);
  expect(await page.evaluate(`${JSON.stringify(missing)}.filter((name) => name in window)`)).toEqual([]);
  await until(page, 'window.player !== undefined');
  return page;
}

interface Mark {
  kind: 'box' | 'tone';
  value: unknown;
  atMs: number;
}
const onsets = (marks: readonly Mark[], kind: string, value: unknown): number[] =>
  marks.filter((mark) => mark.kind === kind && mark.value === value).map(({ atMs }) => atMs);
/**
 * Whether the last five times that red was shown the tone began with it: half of them or more, because a machine that
 * is busy looks late at one of both. A tone that is always late is never together.
 */
function togetherNow(marks: readonly Mark[]): boolean {
  const tones = onsets(marks, 'tone', true);
  const offsets = onsets(marks, 'box', 'red')
    .slice(-5)
    .map((redMs) => Math.min(...tones.map((toneMs) => Math.abs(toneMs - redMs))));
  const median = offsets.toSorted((a, b) => a - b)[2] ?? Number.POSITIVE_INFINITY;
  return offsets.length === 5 && median <= 100;
}
/** Asked by the debugger, which the page's policy does not bind. */
const until = (page: Page, condition: string): Promise<unknown> =>
  poll(condition, () => page.evaluate<boolean>(condition));
const count = (kind: string, value: string): string =>
  `marks.filter((mark) => mark.kind === '${kind}' && mark.value === ${value}).length`;

it('shows and sounds together, from a worker, and again after the connection was lost', async () => {
  const page = await play(browser, '/live.ts');
  await until(page, `${count('box', "'red'")} >= 2 && ${count('tone', 'true')} >= 2`);
  expect(page.workers().length).toBe(1);
  expect(await page.$eval('canvas', ({ width, height }) => [width, height])).toEqual([320, 240]);
  await poll('five onsets in a row come together', async () => togetherNow(await page.evaluate<Mark[]>('marks')));
  await until(
    page,
    `(({ picturesShown, avOffsetMs, audioBufferedMs, latencyMs }) =>
      picturesShown > 50 && Math.abs(avOffsetMs) <= 100 && audioBufferedMs > 0 && latencyMs < 1000)(player.stats)`,
  );

  server.cut();
  await until(page, "states.join() === 'connecting,playing,connecting,playing'");
  await page.evaluate('player.close(), player.close()');
  expect(await page.evaluate('states.join()')).toBe('connecting,playing,connecting,playing,ended');
  expect(page.workers().length).toBe(0);
});

it('shows without worker, without WebGL and before sound is allowed; sounds after a click', async () => {
  const page = await play(
    strict,
    '/live.ts',
    `delete window.Worker;
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind === 'webgl' ? null : getContext.call(this, kind, ...rest);
    };`,
  );
  await until(page, `${count('box', "'red'")} >= 2 && ${count('box', "'blue'")} >= 1`);
  expect(await page.evaluate(count('tone', 'true'))).toBe(0);
  expect(await page.evaluate('player.stats')).toMatchObject({ audioBufferedMs: 0 });
  await page.click('button');
  await until(page, `${count('tone', 'true')} >= 1 && player.stats.avOffsetMs !== undefined`);
  await page.evaluate('player.close()');
});

it.each([
  ['/refused.ts', 'connecting,ended TOKEN_EXPIRED'],
  ['/over.ts', 'connecting,ended'],
  ['/junk.ts', 'connecting,ended NOT_MPEG_TS'],
])('%s ends with its reason', async (path, states) => {
  const page = await play(browser, path);
  await until(page, `states.join() === '${states}'`);
});
