// Tests what viewers get when their source leaves and returns, and when its transcoder freezes or keeps ending.

import { STUCK_MS } from '@meridian/room-media';
import type { FlvTag } from '@meridian/room-media/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONG } from '../support/eventually.ts';
import { brokenRules, readPlaylist } from '../support/hls-rules.ts';
import { clip, LiveSource } from '../support/live-source.ts';
import { Loop } from '../support/loop.ts';
import { type LoopViewer, type ReceivedUnit, watchByFlv, watchByH5, watchByRtmp } from '../support/loop-viewers.ts';
import { ffmpegs } from '../support/processes.ts';
import { streamKey } from '../support/scripted-room.ts';

const HELD_MS = 1500;
/** Time from the detection of a dead or frozen ffmpeg to the next picture. */
const REPLACED_MS = 3000;
const KEY_INTERVAL_MS = 1000;
type Kind = ReceivedUnit['kind'];

let small: readonly FlvTag[];
let loop: Loop;
let source: LiveSource;
let viewers: Record<'flv' | 'rtmp' | 'h5', LoopViewer>;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  small = await clip({ size: '320x180', sampleRate: 48_000, channels: 2 });
});
beforeEach(async () => {
  loop = await Loop.open({ heldMs: HELD_MS });
  ends.push(() => loop.close());
  for (const sound of ['mp2', 'aac'] as const) await loop.programmes.open(streamKey({ use: 'play' }), sound);
  await startSource();
  viewers = { flv: watchByFlv(loop), rtmp: watchByRtmp(loop), h5: watchByH5(loop) };
  for (const viewer of Object.values(viewers)) ends.push(() => viewer.close());
  await expectAllContinue(nowMs());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  expect(ffmpegs()).toEqual([]);
});

const nowMs = (): number => loop.clock.nowMs();
async function startSource(): Promise<void> {
  const point = await loop.points.open(streamKey(), { protocol: 'rtmp', clientIp: '' });
  const begun = new LiveSource({ point, clock: loop.clock, clip: small });
  source = begun;
  ends.push(() => begun.close());
}
const since = (viewer: LoopViewer, kind: Kind, fromMs: number): ReceivedUnit[] =>
  viewer.got.filter((one) => one.kind === kind && one.atMs >= fromMs && !one.isFormat);
async function expectAllContinue(fromMs: number, those: LoopViewer[] = Object.values(viewers)): Promise<void> {
  for (const viewer of those)
    for (const kind of ['audio', 'video'] as const)
      await vi.waitFor(() => expect(since(viewer, kind, fromMs).length).toBeGreaterThan(24), LONG);
}
function longestWaitMs(viewer: LoopViewer, kind: Kind, fromMs: number): number {
  const all = since(viewer, kind, fromMs);
  return Math.max(...all.map(({ atMs }, at) => atMs - (all[at - 1]?.atMs ?? fromMs)));
}
const isOver = (): (string | undefined)[] => Object.values(viewers).map(({ endedWith }) => endedWith());
const joins = (): number => loop.rooms.encoders.service.joins.length;

/** HLS player that fetches playlist after playlist and checks each against the rules. */
class HlsPlayer {
  newest = 0;
  failure: string | undefined;
  readonly #url = `http://${loop.host}/hls/${loop.key()}/`;
  readonly #gone = new AbortController();

  constructor() {
    ends.push(() => this.#gone.abort());
  }

  async begin(): Promise<void> {
    expect((await this.#get('index.m3u8')).status).toBe(200);
    void this.#play();
  }

  async #play(): Promise<void> {
    let before: string | undefined;
    while (!this.#gone.signal.aborted && this.failure === undefined) {
      const [, msn, part] = /part-(\d+)\.(\d+)/.exec(before === undefined ? '' : readPlaylist(before).hint) ?? [];
      const response = await this.#get(`media.m3u8${msn === undefined ? '' : `?_HLS_msn=${msn}&_HLS_part=${part}`}`);
      const text = await response.text().catch(() => '');
      if (this.#gone.signal.aborted) return;
      const broken = response.status === 200 ? brokenRules(text, before) : [`HTTP ${response.status}`];
      if (broken.length > 0) this.failure = broken.join();
      else if (text !== before) this.newest = nowMs();
      before = text;
    }
  }

  #get(file: string): Promise<Response> {
    return fetch(this.#url + file, { signal: this.#gone.signal }).catch(() => new Response('', { status: 599 }));
  }
}

describe('an encoder', () => {
  it('that leaves and returns in time is the same participant: viewers of all protocols continue on the same connection', async () => {
    const hls = new HlsPlayer();
    await hls.begin();
    source.leave();
    await startSource();
    const backMs = nowMs();
    await expectAllContinue(backMs);
    expect(joins()).toBe(1);
    for (const viewer of Object.values(viewers)) {
      const [picture] = since(viewer, 'video', backMs);
      expect((picture?.atMs ?? Number.NaN) - backMs).toBeLessThan(KEY_INTERVAL_MS + 500);
    }
    await vi.waitFor(() => expect(hls.newest).toBeGreaterThan(backMs), LONG);
    expect([hls.failure, ...isOver()]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('a transcoder', () => {
  it('that freezes is detected and replaced, without effect on other media', async () => {
    const frozen = ffmpegs();
    expect(frozen).toHaveLength(2); // Pictures and sound of H5.
    const frozenMs = nowMs();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await vi.waitFor(() => expect(ffmpegs().filter((pid) => frozen.includes(pid))).toEqual([]), LONG);
    const noticedMs = nowMs();
    expect(noticedMs - frozenMs).toBeLessThan(STUCK_MS + 2000);
    await expectAllContinue(noticedMs);
    for (const kind of ['audio', 'video'] as const)
      expect(longestWaitMs(viewers.h5, kind, noticedMs)).toBeLessThan(REPLACED_MS);
    for (const viewer of [viewers.flv, viewers.rtmp])
      for (const kind of ['audio', 'video'] as const)
        expect([kind, longestWaitMs(viewer, kind, frozenMs) < 500]).toEqual([kind, true]);
    expect(isOver()).toEqual([undefined, undefined, undefined]);
  });
});
