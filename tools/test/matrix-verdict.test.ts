import { expect, test } from 'vitest';
import { aimsOf, allowed, type KindName, sixKinds, transcodingsOf } from '../lab/matrix/table.ts';
import { type CellFigures, missedOf } from '../lab/matrix/verdict.ts';
import { type Figures, figuresOf, type Sight, since } from '../support/clock/measure.ts';

test('the table is that of the requirements', () => {
  const table = sixKinds.map((from) => sixKinds.map((to) => allowed({ from, to }).join(', ')));
  const toH5 = 'h264 to mpeg1, aac to mp2';
  const fromH5 = 'mpeg1 to h264, mp2 to aac';
  const ofRtmp = ['aac to opus', toH5, '', '', 'aac to opus', ''];
  const ofOpus = (self: number) =>
    ['', 'h264 to mpeg1, opus to mp2', 'opus to aac', 'opus to aac', '', 'opus to aac'].map((cell, to) =>
      to === self ? '' : cell,
    );
  expect(table).toEqual([
    ofOpus(0),
    ['mpeg1 to h264, mp2 to opus', '', fromH5, fromH5, 'mpeg1 to h264, mp2 to opus', fromH5],
    ofRtmp,
    ofRtmp,
    ofOpus(4),
    ofRtmp,
  ]);
});

test.each([
  [[], []],
  [['aac to pcm'], ['aac to pcm']],
  [
    ['aac to opus', 'h264 to mpeg1'],
    ['aac to opus', 'h264 to mpeg1'],
  ],
  [
    ['mix to aac', 'mix to mp2'],
    ['opus to aac', 'opus to mp2'],
  ],
  [
    ['aac to pcm', 'mix to mp2', 'h264 to mpeg1'],
    ['aac to mp2', 'h264 to mpeg1'],
  ],
])('jobs %j transcode %j', (jobs, transcoded) => {
  expect(transcodingsOf(jobs)).toEqual(transcoded);
});

test.each<[KindName, KindName, object]>([
  ['webrtc', 'rtmp', { latencyMs: 1000, firstPictureMs: 1000, avOffsetMs: 60 }],
  ['webrtc', 'miniprogram', { latencyMs: 1000, firstPictureMs: 1000, avOffsetMs: 60 }],
  ['rtmp', 'webrtc', { latencyMs: 1000, firstPictureMs: 1500, avOffsetMs: 60 }],
  ['udp', 'h5', { latencyMs: 500, latencyMsP95: 800, firstPictureMs: 1500, avOffsetMs: 100 }],
  ['h5', 'webrtc', { firstPictureMs: 1000, avOffsetMs: 100 }],
  ['h5', 'cdn', { firstPictureMs: 2500, avOffsetMs: 100 }],
  ['webrtc', 'cdn', { firstPictureMs: 2500, avOffsetMs: 60 }],
  ['cdn', 'cdn', { firstPictureMs: 1500, avOffsetMs: 60 }],
])('aims of %s to %s', (from, to, aims) => {
  expect(aimsOf({ from, to })).toEqual(aims);
});

const aims = { latencyMs: 500, latencyMsP95: 800, firstPictureMs: 1000, avOffsetMs: 60 };
const atAim: CellFigures = { ...aims, pictureGapMs: 40, transcoded: [] };
test.each<[string, Partial<CellFigures>, number]>([
  ['at all aims', {}, 0],
  ['below', { latencyMs: 10, latencyMsP95: 20, firstPictureMs: 5, avOffsetMs: 0 }, 0],
  ['latency above', { latencyMs: 501 }, 1],
  ['latency of the slowest above', { latencyMsP95: 801 }, 1],
  ['first picture above', { firstPictureMs: 1001 }, 1],
  ['sound late', { avOffsetMs: 61 }, 1],
  ['sound early', { avOffsetMs: -61 }, 1],
  ['sound early, within the aim', { avOffsetMs: -60 }, 0],
  ['a picture that stands still between key frames', { pictureGapMs: 1000 }, 1],
  ['no picture', { latencyMs: Number.NaN, latencyMsP95: Number.NaN, firstPictureMs: Number.NaN }, 3],
  ['no sound', { avOffsetMs: Number.NaN }, 1],
  ['what the table allows', { transcoded: ['aac to opus'] }, 0],
  ['more than the table allows', { transcoded: ['aac to opus', 'opus to aac'] }, 1],
])('%s', (_, figures, count) => {
  const pair = { from: 'rtmp', to: 'webrtc' } as const;
  expect(missedOf(pair, { ...atAim, ...figures }, { aims, regionDelayMs: 0 })).toHaveLength(count);
});

test('without an aim for latency there must be one all the same', () => {
  const pair = { from: 'udp', to: 'udp' } as const;
  const { latencyMs, latencyMsP95, ...others } = aims;
  expect(missedOf(pair, { ...atAim, latencyMs: 1e6 }, { aims: others, regionDelayMs: 0 })).toEqual([]);
  expect(missedOf(pair, { ...atAim, latencyMs: Number.NaN }, { aims: others, regionDelayMs: 0 })).toHaveLength(1);
});

test('the delay between the regions stands beside the latency', () => {
  const pair = { from: 'rtmp', to: 'webrtc' } as const;
  const far = { ...atAim, latencyMs: 580, latencyMsP95: 880 };
  expect(missedOf(pair, far, { aims, regionDelayMs: 80 })).toEqual([]);
  expect(missedOf(pair, far, { aims, regionDelayMs: 79 })).toHaveLength(2);
});

/** Pictures drawn every 40 ms, bursts each second; both shown late by so much. */
function sight(o: { fromMs: number; pictureMs: number; soundMs: number; clockMs?: number }): Sight {
  const clockMs = o.clockMs ?? 0;
  return {
    pictures: Array.from({ length: 100 }, (_, at) => {
      const drawnMs = o.fromMs + at * 40;
      return { drawnMs, shownMs: drawnMs + o.pictureMs, clockMs: drawnMs + o.pictureMs - clockMs };
    }),
    bursts: [0, 1, 2, 3].map((at) => {
      const second = Math.ceil(o.fromMs / 1000) + at;
      const heardMs = second * 1000 + o.soundMs;
      return { tone: second % 4, clockMs: heardMs - clockMs, heardMs };
    }),
  };
}

const fromMs = 1_795_000_000_123;
test.each([
  [{ fromMs, pictureMs: 200, soundMs: 230 }, 30],
  [{ fromMs, pictureMs: 200, soundMs: 170 }, -30],
  [{ fromMs, pictureMs: 9300, soundMs: 9300 }, 0],
  [{ fromMs, pictureMs: 200, soundMs: 1200 }, 1000],
  [{ fromMs, pictureMs: 1500, soundMs: 0 }, -1500],
  [{ fromMs, pictureMs: 200, soundMs: 240, clockMs: fromMs - 5000 }, 40],
])('sound beside picture: %j', (o, avOffsetMs) => {
  expect(figuresOf(sight(o))).toEqual({
    latencyMs: o.pictureMs,
    latencyMsP95: o.pictureMs,
    avOffsetMs,
    pictureGapMs: 40,
    pictures: 100,
    bursts: 4,
  } satisfies Figures);
});

test('pictures that show the same are one, however many they are', () => {
  const { pictures, bursts } = sight({ fromMs, pictureMs: 200, soundMs: 200 });
  const standing = pictures.map(({ shownMs, clockMs }, at) => {
    return { drawnMs: pictures[at - (at % 25)]?.drawnMs ?? 0, shownMs, clockMs };
  });
  expect(figuresOf({ pictures: standing, bursts }).pictureGapMs).toBe(1000);
});

test('what was not seen or heard is no number', () => {
  const { pictures, bursts } = sight({ fromMs, pictureMs: 200, soundMs: 200 });
  expect(figuresOf({ pictures: [], bursts: [] }).latencyMs).toBe(Number.NaN);
  expect(figuresOf({ pictures: [], bursts }).avOffsetMs).toBe(Number.NaN);
  expect(figuresOf({ pictures, bursts: [] })).toMatchObject({ latencyMs: 200, avOffsetMs: Number.NaN });
});

test('what was before a time is left out', () => {
  const all = sight({ fromMs, pictureMs: 200, soundMs: 200 });
  expect(since(all, fromMs + 200 + 2000)).toEqual({ pictures: all.pictures.slice(50), bursts: all.bursts.slice(2) });
});
