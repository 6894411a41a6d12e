import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PageRoom, type PageRoomOptions } from '../../src/pages/page-room.ts';
import { Pages } from '../../src/pages/pages.ts';
import { beepsOf, filesOf, flashesOf, medianOf, offsetsOf } from '../support/flash-and-beep.ts';
import { readRecording } from '../support/read-recording.ts';
import { TestRecorder, TestRoom } from '../support/stinting.ts';

const clock = systemClock();
const log = createLogger({ name: 'recorder', level: 'silent' });

/** Page that flashes and beeps at each second, and requests internal addresses. */
const html = `<!doctype html><body style="margin:0"><canvas id=c width=1280 height=720></canvas><script>
fetch('/asked').catch(() => {});
const [x, audio] = [c.getContext('2d'), new AudioContext()];
let last = 0;
const draw = () => {
  const t = audio.currentTime, isLit = t % 1 < 0.2;
  x.fillStyle = isLit ? 'white' : 'black';
  x.fillRect(0, 0, 1280, 720);
  x.fillStyle = 'red';
  x.fillRect((t * 200) % 1280, 300, 40, 40);
  requestAnimationFrame(draw);
};
const beep = (at) => {
  const o = audio.createOscillator();
  o.frequency.value = 1000;
  o.connect(audio.destination);
  o.start(at);
  o.stop(at + 0.2);
};
for (let at = 1; at < 60; at += 1) beep(at);
draw();
</script>`;

let server: Server;
let url: string;
const requestedPaths: string[] = [];
beforeAll(async () => {
  server = createServer((request, answer) => {
    requestedPaths.push(request.url ?? '');
    answer.writeHead(request.url === '/missing' ? 404 : 200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page?token=t`;
});
afterAll(() => server.close());

async function pagesOf(allowed: readonly string[], memoryBytes: number, spoolDir = '/spool'): Promise<Pages> {
  const limits = { memoryBytes, diskBytes: 2 ** 30 };
  const o = { browser: undefined, withoutSandbox: false, allowed, limits, spoolDir, clock, log };
  const pages = await Pages.open(o);
  onTestFinished(() => pages.close());
  return pages;
}

async function recordPage(allowed: readonly string[], o: Partial<PageRoomOptions> = {}, memoryBytes = 2 ** 32) {
  const rig = await TestRecorder.start();
  onTestFinished(() => rig.dispose());
  const pages = await pagesOf(allowed, memoryBytes, rig.place);
  const browsers: { readonly pid: number | undefined }[] = [];
  let bytes = 0;
  const hooks: { onEnded?: (code: string) => void } = {};
  const { stint, closed } = await rig.open(new TestRoom(), {
    clock,
    join: (of) =>
      PageRoom.open({
        ...of,
        url,
        clock,
        log,
        pages: {
          show: (to, heard) => {
            const onData = (some: Uint8Array): void => {
              bytes += some.length;
              heard.onData(some);
            };
            const browser = pages.show(to, { ...heard, onData });
            browsers.push(browser);
            return browser;
          },
        },
        openRoom: (room) => {
          hooks.onEnded = room.onEnded;
          return Promise.resolve({ roster: { speakers: [], get: () => undefined }, close: () => undefined } as never);
        },
        ...o,
      }),
  });
  return { own: rig, stint, closed, browsers, bytes: () => bytes, end: () => hooks.onEnded?.('RECORDING_ENDED') };
}

const played = async (all: Awaited<ReturnType<typeof recordPage>>, ms: number): Promise<void> => {
  const before = all.bytes();
  await until('the browser records', () => all.bytes() > before);
  const fromMs = clock.nowMs();
  await until('it has been shown for a time', () => clock.nowMs() > fromMs + ms);
};

it('a page has synchronous picture and sound, continues after its browser was killed, and has a gap', async () => {
  const all = await recordPage(['127.0.0.0/8']);
  await played(all, 4500);
  const [first] = all.browsers;
  if (first?.pid === undefined) throw new Error('no browser runs');
  expect([requestedPaths[0], all.browsers.length]).toEqual(['/page?token=t', 1]);
  process.kill(first.pid, 'SIGKILL');
  await until('another browser runs', () => all.browsers.length === 2);
  await played(all, 3000);
  all.end();
  expect(await all.stint.outcome).toBe('stored');
  const { tracks } = await readRecording(all.own.store, 'Acme', 'rec_1');
  const picture = tracks.find(({ kind }) => kind === 'video');
  const sound = tracks.find(({ kind }) => kind === 'audio');
  expect([tracks.length, picture?.source, sound?.source]).toEqual([2, 'composed', 'composed']);
  for (const track of [picture, sound]) expect(track?.holes.length).toBeGreaterThanOrEqual(1);
  const [pictures, sounds] = await filesOf(all.own, tracks);
  const offsets = offsetsOf(flashesOf(pictures), beepsOf(sounds));
  expect(offsets.length).toBeGreaterThanOrEqual(3);
  expect(Math.abs(medianOf(offsets))).toBeLessThanOrEqual(0.1);
}, 120_000);

async function failureOf(...[allowed, o, memoryBytes]: Parameters<typeof recordPage>): Promise<string> {
  const ended = Promise.withResolvers<string>();
  const onEnded = (code: string): void => ended.resolve(code);
  recordPage(allowed, { ...o, onEnded }, memoryBytes).catch((error: { code: string }) => ended.resolve(error.code));
  return ended.promise;
}

it('a page is not recorded if it cannot be opened, and reaches no internal address unless allowed', async () => {
  requestedPaths.length = 0;
  const missing = { url: new URL('/missing', url).href };
  const codes = await Promise.all([failureOf([]), failureOf(['127.0.0.0/8'], missing)]);
  expect(codes).toEqual(['PAGE_FAILED', 'PAGE_FAILED']);
  expect(requestedPaths).toContain('/missing');
  expect(requestedPaths).not.toContain('/page?token=t');
}, 120_000);
