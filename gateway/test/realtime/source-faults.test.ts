// What goes wrong at a source or in what transcodes it, in real time: viewers of each protocol go on.

import type { FlvTag } from '@meridian/opener/core';
import { parseRtcp, parseSps, readAacConfig } from '@meridian/opener/core';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { FlvMediaReader } from '../../src/core/flv/media.ts';
import { brokenRules, readPlaylist } from '../support/hls-rules.ts';
import { clip, LiveSource } from '../support/live-source.ts';
import { Loop } from '../support/loop.ts';
import { byFlv, byH5, byRtmp, type Got, type LoopViewer } from '../support/loop-viewers.ts';
import { ffmpegs, openFiles } from '../support/processes.ts';
import { streamKey } from '../support/scripted-room.ts';

const LONG = { timeout: 60_000, interval: 20 };
/** Of the clips. */
const KEY_INTERVAL_MS = 1000;
type Kind = Got['kind'];

let clips: { small: readonly FlvTag[]; large: readonly FlvTag[] };
let loop: Loop;
let source: LiveSource;
let viewers: Record<'flv' | 'rtmp' | 'h5', LoopViewer>;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const [small, large] = await Promise.all([
    clip({ size: '320x180', sampleRate: 44_100, channels: 1 }),
    clip({ size: '640x360', sampleRate: 48_000, channels: 2 }),
  ]);
  clips = { small, large };
});
beforeEach(async () => {
  loop = await Loop.open();
  ends.push(() => loop.close());
  // Both before the source: what was published before the first viewer came is not sent.
  for (const sound of ['mp2', 'aac'] as const) await loop.programmes.open(streamKey({ use: 'play' }), sound);
  const point = await loop.points.open(streamKey(), { protocol: 'rtmp', clientIp: '' });
  source = new LiveSource({ point, clock: loop.clock, clip: clips.small });
  ends.push(() => source.close());
  viewers = { flv: byFlv(loop), rtmp: byRtmp(loop), h5: byH5(loop) };
  for (const viewer of Object.values(viewers)) ends.push(() => viewer.close());
  await goOn(loop.clock.nowMs());
});
afterEach(async () => {
  for (const { endedWith } of Object.values(viewers)) expect(endedWith()).toBeUndefined();
  expect(source.refusals).toEqual([]);
  for (const end of ends.splice(0).reverse()) await end();
  expect(ffmpegs()).toEqual([]);
});

/** What a viewer got of a kind since this moment. */
const since = (viewer: LoopViewer, kind: Kind, fromMs: number): Got[] =>
  viewer.got.filter((one) => one.kind === kind && one.atMs >= fromMs && !one.isFormat);
/** All viewers get sound and pictures after this moment, for a second. */
async function goOn(fromMs: number): Promise<void> {
  for (const viewer of Object.values(viewers))
    for (const kind of ['audio', 'video'] as const)
      await vi.waitFor(() => expect(since(viewer, kind, fromMs).length).toBeGreaterThan(24), LONG);
}
/** Times of each kind never go back. */
function expectTimesRise(): void {
  for (const { got } of Object.values(viewers))
    for (const kind of ['audio', 'video'] as const) {
      const times = got.filter((one) => one.kind === kind).map(({ ptsMs }) => ptsMs);
      expect(times.every((ms, at) => at === 0 || ms >= (times[at - 1] ?? 0))).toBe(true);
    }
}
/** The longest that a viewer waited for the next of a kind since this moment. */
function longestWaitMs(viewer: LoopViewer, kind: Kind, fromMs: number): number {
  const all = since(viewer, kind, fromMs);
  return Math.max(...all.map(({ atMs }, at) => atMs - (all[at - 1]?.atMs ?? fromMs)));
}
const now = (): number => loop.clock.nowMs();
const passes = (ms: number): Promise<unknown> => {
  const untilMs = now() + ms;
  return vi.waitFor(() => expect(now()).toBeGreaterThan(untilMs), { timeout: 2 * ms + 10_000 });
};

it('an ffmpeg that is killed is replaced: its output goes on within 2 s, and nothing is left of it', async () => {
  const before = { files: openFiles(), ffmpegs: ffmpegs().length };
  expect(before.ffmpegs).toBe(2); // pictures and sound of H5
  const keysAsked = (): number =>
    loop.rooms.programme.datagrams.filter((one) => parseRtcp(one)?.some(({ type }) => type === 'pli')).length;
  const [beganMs, asked] = [now(), keysAsked()];
  await vi.waitFor(() => expect(since(viewers.flv, 'video', beganMs).some(({ isKey }) => isKey)).toBe(true), LONG);
  const killedMs = now();
  for (const pid of ffmpegs()) process.kill(pid, 'SIGKILL');
  await goOn(killedMs + 500);
  for (const kind of ['audio', 'video'] as const) expect(longestWaitMs(viewers.h5, kind, killedMs)).toBeLessThan(2000);
  expect(keysAsked()).toBeGreaterThan(asked); // a browser that publishes makes none by itself
  for (const viewer of [viewers.flv, viewers.rtmp]) expect(longestWaitMs(viewer, 'audio', killedMs)).toBeLessThan(500);
  expectTimesRise();
  await vi.waitFor(() => expect([openFiles(), ffmpegs().length]).toEqual([before.files, before.ffmpegs]), LONG);
});

it('another size of pictures and another AAC: viewers hear of it before these come', async () => {
  const hls = (file: string): Promise<string> =>
    fetch(`http://${loop.host}/hls/${hlsKey}/${file}`).then((response) => response.text());
  const hlsKey = loop.key();
  await hls('index.m3u8');
  source.change(clips.large);
  const sizeOf = (viewer: LoopViewer): (number | undefined)[] =>
    viewer.got
      .filter(({ kind, isFormat }) => kind === 'video' && isFormat)
      .map(({ bytes }) => {
        const media = new FlvMediaReader().video(0, bytes);
        return media?.kind === 'videoFormat' ? parseSps(media.format.sps)?.width : undefined;
      });
  const soundOf = (viewer: LoopViewer): number[] =>
    viewer.got
      .filter(({ kind, isFormat }) => kind === 'audio' && isFormat)
      .map(({ bytes }) => readAacConfig(bytes.subarray(2)).sampleRate);
  for (const viewer of [viewers.flv, viewers.rtmp]) {
    await vi.waitFor(() => expect(sizeOf(viewer)).toEqual([320, 640]), LONG);
    await vi.waitFor(() => expect(soundOf(viewer).at(-1)).toBe(48_000), LONG);
    expect(soundOf(viewer)[0]).toBe(44_100);
  }
  const changedMs = now();
  await goOn(changedMs);
  for (const viewer of Object.values(viewers))
    for (const kind of ['audio', 'video'] as const)
      expect(longestWaitMs(viewer, kind, changedMs - 2000)).toBeLessThan(2000);
  expectTimesRise();
  await vi.waitFor(async () => {
    const text = await hls('media.m3u8');
    expect(brokenRules(text, undefined)).toEqual([]);
    const { segments } = readPlaylist(text);
    const changed = segments.filter(({ map }, at) => at > 0 && map !== segments[at - 1]?.map);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every(({ isDiscontinuous }) => isDiscontinuous)).toBe(true);
  }, LONG);
  // Browsers go on with the same track: the new parameter sets are in its pictures.
  const published = loop.rooms.encoders.service.last.of('publish').map(({ track }) => track?.kind);
  expect(published.filter((kind) => kind === 2)).toHaveLength(1);
});

it.each([
  ['an hour ahead', 3_600_000],
  ['back to where they began', -1000],
])('times that leap %s: viewers see the next picture at once', async (_, leapMs) => {
  const leaptMs = now();
  source.leapMs = leapMs;
  await goOn(leaptMs);
  for (const [name, viewer] of Object.entries(viewers))
    for (const kind of ['audio', 'video'] as const)
      expect([name, kind, longestWaitMs(viewer, kind, leaptMs) < KEY_INTERVAL_MS]).toEqual([name, kind, true]);
  expectTimesRise();
});

it('a source that stalls for 5 s: sound goes on as silence, the picture with its next key frame', async () => {
  const stalledMs = now();
  source.isStalled = true;
  await passes(5000);
  source.isStalled = false;
  const againMs = now();
  await goOn(againMs);
  for (const viewer of Object.values(viewers)) {
    // Until the mix is coded, and until the source’s own sound has settled again.
    expect(longestWaitMs(viewer, 'audio', stalledMs)).toBeLessThan(2000);
    const sound = since(viewer, 'audio', stalledMs);
    const lastMs = (sound.at(-1)?.ptsMs ?? 0) - (sound[0]?.ptsMs ?? 0);
    expect(Math.abs(lastMs - ((sound.at(-1)?.atMs ?? 0) - (sound[0]?.atMs ?? 0)))).toBeLessThan(1000); // of 5 s
    const [picture] = since(viewer, 'video', againMs);
    expect((picture?.atMs ?? Number.NaN) - againMs).toBeLessThan(KEY_INTERVAL_MS + 500);
  }
  expectTimesRise();
});
