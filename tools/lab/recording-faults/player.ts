// Chromium as the player of what is kept.
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';

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
  const server = await serving(path);
  try {
    const page = await context.newPage();
    const limitMs = durationMs + PLAY_LIMIT_MS;
    page.setDefaultTimeout(limitMs);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
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
    server.close();
    server.closeAllConnections();
  }
}

/** One file and a page for it, at a free port of loopback. */
async function serving(path: string): Promise<Server> {
  const server = createServer((request, response) => answer(path, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function answer(path: string, { url, headers }: IncomingMessage, response: ServerResponse): void {
  if (url !== '/file.mp4') {
    response.setHeader('content-type', 'text/html').end('<!doctype html><body></body>');
    return;
  }
  const { size } = statSync(path);
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = last === undefined || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  response.setHeader('content-type', 'video/mp4').setHeader('accept-ranges', 'bytes');
  response.setHeader('content-length', to - from + 1);
  if (first !== undefined) response.setHeader('content-range', `bytes ${from}-${to}/${size}`);
  response.writeHead(first === undefined ? 200 : 206);
  createReadStream(path, { start: from, end: to })
    .on('error', () => response.destroy())
    .pipe(response);
}
