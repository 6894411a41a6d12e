// Chromium as the player of what is kept.
import type { Browser } from 'playwright-core';

const ORIGIN = 'http://recordings.test';
/** Beside the time that it lasts. */
const PLAY_LIMIT_MS = 60_000;
/** The time of a last picture is not known, and sound may end a packet later. */
const SHORT_MS_MAX = 500;

const PLAY = `
  const video = Object.assign(document.createElement('video'), { muted: true, src: arg });
  document.body.append(video);
  const ended = new Promise((resolve) => { video.onended = resolve; video.onerror = resolve; });
  video.playbackRate = 8;
  await video.play().catch(() => undefined);
  await ended;
  const { totalVideoFrames } = video.getVideoPlaybackQuality();
  return { words: video.error === null ? '' : video.error.message, ms: video.currentTime * 1000, pictures: totalVideoFrames };`;

/** Why a file does not play to its end; undefined: it does. */
export async function playFault(
  browser: Browser,
  {
    path,
    durationMs,
    hasPicture,
  }: { readonly path: string; readonly durationMs: number; readonly hasPicture: boolean },
): Promise<string | undefined> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const limitMs = durationMs + PLAY_LIMIT_MS;
    page.setDefaultTimeout(limitMs);
    await page.route(`${ORIGIN}/**`, (route) =>
      route.request().url().endsWith('.mp4')
        ? route.fulfill({ path, contentType: 'video/mp4' })
        : route.fulfill({ body: '<!doctype html><body></body>', contentType: 'text/html' }),
    );
    await page.goto(ORIGIN);
    const played = (await Promise.race([
      page.evaluate(`(async (arg) => { ${PLAY} })('/file.mp4')`),
      page.waitForTimeout(limitMs).then(() => undefined),
    ])) as { words: string; ms: number; pictures: number } | undefined;
    if (played === undefined) return `not played to its end within ${limitMs} ms`;
    if (played.words !== '') return played.words;
    if (played.ms < durationMs - SHORT_MS_MAX)
      return `${Math.round(played.ms)} of ${Math.round(durationMs)} ms are played`;
    return hasPicture && played.pictures === 0 ? 'no picture is decoded' : undefined;
  } finally {
    await context.close();
  }
}
