import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finishPlanOf } from '../../src/core/assembling/plan.ts';
import { JournalError } from '../../src/core/journal/errors.ts';
import type {
  FileBegun,
  JournalLine,
  PieceWritten,
  PostNoted,
  StintBegun,
  TrackBegun,
} from '../../src/core/journal/lines.ts';
import type { Manifest } from '../../src/core/journal/manifest.ts';
import { manifestOf as manifestOfReadings, type OrderedTime } from '../../src/core/journal/manifest-of.ts';
import { POSTS_MAX, pagesOf } from '../../src/core/journal/posts.ts';
import { difference, union } from '../../src/core/journal/spans.ts';
import { StintReading } from '../../src/core/journal/stint-story.ts';

const sha256 = 'ab'.repeat(32);
const stint = (stintId: string, startedWallMs: number, o: Partial<StintBegun> = {}): StintBegun => ({
  type: 'stint',
  version: 1,
  recordingId: 'rec-1',
  roomKey: 'acme/daily',
  identity: '',
  stintId,
  recorderId: `of-${stintId}`,
  startedWallMs,
  ...o,
});
const track = (ms: number, o: Partial<TrackBegun> = {}): TrackBegun => ({
  type: 'track',
  track: 1,
  trackId: 't1',
  kind: 'audio',
  source: 'microphone',
  identity: 'ann',
  name: '',
  ms,
  ...o,
});
const file = (ms: number, o: Partial<FileBegun> = {}): FileBegun => ({
  type: 'file',
  track: 1,
  file: 1,
  name: '1.mp4',
  codec: 'opus',
  codecs: 'opus',
  timescale: 48_000,
  bytes: 500,
  sha256,
  ms,
  ...o,
});
const piece = (ms: number, toMs: number, o: Partial<PieceWritten> = {}): PieceWritten => ({
  type: 'piece',
  file: 1,
  offset: 500,
  bytes: 100,
  sha256,
  ms,
  durationMs: toMs - ms,
  frames: 1,
  isKey: true,
  rtpTimestamp: 0,
  ...o,
});
const end = (ms: number, why: 'ended' | 'elsewhere' | 'lost' = 'ended'): JournalLine => ({ type: 'end', why, ms });
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'fine';
  } catch (error) {
    if (error instanceof JournalError) return error.code;
    throw error;
  }
};
const manifestOf = (journals: readonly (readonly JournalLine[])[], ordered?: OrderedTime): Manifest =>
  manifestOfReadings(
    journals.map((lines) => {
      const reading = new StintReading();
      for (const line of lines) reading.take(line);
      return reading;
    }),
    ordered,
  );
const wallMs = 1_790_000_000_000;
const span = (ms: number, durationMs: number) => ({ ms, durationMs });

it('empty journals make no recording', () => {
  expect(codeOf(() => manifestOf([]))).toBe('JOURNAL_EMPTY');
  expect(codeOf(() => manifestOf([[], []]))).toBe('JOURNAL_EMPTY');
});

it.each<[string, Partial<StintBegun>]>([
  ['room', { roomKey: 'other/daily' }],
  ['participant', { identity: 'ann' }],
])('later journals of another %s are ignored', (_what, other) => {
  const { stints, durationMs } = manifestOf([
    [stint('b', wallMs + 1, other), track(0), end(9000)],
    [stint('a', wallMs), end(1000)],
  ]);
  expect([stints.map(({ stintId }) => stintId), durationMs]).toEqual([['a'], 1000]);
});

it.each<[string, readonly JournalLine[]]>([
  ['a file without a track', [file(0)]],
  ['a piece without a file', [track(0), piece(0, 10)]],
  ['the end of an unknown file', [{ type: 'fileEnd', file: 1, bytes: 1, sha256 }]],
  ['a mute of an unknown track', [{ type: 'muted', track: 1, ms: 0 }]],
  ['a gap of an unknown track', [{ type: 'gap', track: 1, ms: 0, durationMs: 1, why: 'disk' }]],
  ['the end of an unknown track', [{ type: 'trackEnd', track: 1, ms: 0 }]],
  ['a track that begins twice', [track(0), track(1)]],
  ['a file that begins twice', [track(0), file(0), file(1)]],
])('%s is garbled', (_what, lines) => {
  expect(codeOf(() => manifestOf([[stint('a', wallMs), ...lines]]))).toBe('JOURNAL_GARBLED');
});

it('the tracks, files and pieces of a single stint have times of the recording', () => {
  const journal = [
    stint('a', wallMs),
    track(100, { kind: 'video', source: 'camera', name: 'cam', participantName: 'Ann' }),
    file(150, { codec: 'vp8', codecs: 'vp08.00.00.08', width: 640, height: 360, timescale: 90_000 }),
    piece(150, 2150, { bytes: 1000 }),
    piece(2150, 4000, { offset: 1500, bytes: 700, isKey: false }),
    { type: 'fileEnd' as const, file: 1, bytes: 2200, sha256 },
    { type: 'trackEnd' as const, track: 1, ms: 4000 },
    end(4500),
  ];
  expect(manifestOf([journal])).toEqual({
    recordingId: 'rec-1',
    roomKey: 'acme/daily',
    identity: '',
    startedWallMs: wallMs,
    durationMs: 4500,
    isOver: true,
    stints: [{ stintId: 'a', recorderId: 'of-a', offsetMs: 0, why: 'ended', ms: 0, durationMs: 4500 }],
    tracks: [
      {
        trackId: 't1',
        kind: 'video',
        source: 'camera',
        identity: 'ann',
        name: 'cam',
        participantName: 'Ann',
        ...span(100, 3900),
        muted: [],
        holes: [],
        files: [
          {
            stintId: 'a',
            name: '1.mp4',
            codec: 'vp8',
            codecs: 'vp08.00.00.08',
            width: 640,
            height: 360,
            timescale: 90_000,
            bytes: 2200,
            sha256,
            initBytes: 500,
            laterMs: 0,
            ...span(150, 3850),
            pieces: [
              { offset: 500, bytes: 1000, sha256, isKey: true, ...span(150, 2000) },
              { offset: 1500, bytes: 700, sha256, isKey: false, ...span(2150, 1850) },
            ],
          },
        ],
      },
    ],
    holes: [],
    posts: [],
    speakers: [],
  });
});

it('a composed stint replaces that of whose tracks it was made, and counts once', () => {
  const lines = (begun: StintBegun, trackId: string): JournalLine[] => [
    begun,
    track(0, { trackId }),
    file(0),
    piece(0, 2000),
    { type: 'end', why: 'ended', ms: 2000 },
  ];
  const { stints, tracks, durationMs } = manifestOf([
    lines(stint('a', 1000, { later: true }), 'camera'),
    lines(stint('c', 1000, { composedOf: 'a' }), 'composed'),
    lines(stint('b', 1000, { composedOf: 'a' }), 'composed'),
    lines(stint('d', 3000, { later: true }), 'camera'),
  ]);
  expect(stints.map(({ stintId, offsetMs }) => [stintId, offsetMs])).toEqual([
    ['b', 0],
    ['d', 2000],
  ]);
  expect(tracks.map(({ trackId }) => trackId)).toEqual(['composed', 'camera']);
  expect(durationMs).toBe(4000);
});

it('a stint that was cut off ends with its last piece, and its open file has no hash', () => {
  const manifest = manifestOf([[stint('a', wallMs), track(0), file(0), piece(0, 2000), piece(2000, 3000)]]);
  expect(manifest).toMatchObject({ durationMs: 3000, isOver: false, holes: [] });
  expect(manifest.stints[0]).toMatchObject({ why: undefined, durationMs: 3000 });
  expect(manifest.tracks[0]?.files[0]).toMatchObject({ sha256: undefined, bytes: 600 });
  expect(manifestOf([[stint('a', wallMs)]])).toMatchObject({ durationMs: 0, tracks: [] });
});

/** Two stints, the second of which begins at `startMs` of the first. */
const two = (startMs: number, first: readonly JournalLine[], second: readonly JournalLine[]) => [
  [stint('a', wallMs), ...first],
  [stint('b', wallMs + startMs), ...second],
];

it('a file that the store has refused has the code of the refusal, until the store has the file', () => {
  const refused: JournalLine = { type: 'fileRefused', file: 1, code: 'STORE_REFUSED' };
  const fileOf = (...lines: readonly JournalLine[]) =>
    manifestOf([[stint('a', wallMs), track(0), file(0), piece(0, 1000), ...lines, end(1000)]]).tracks[0]?.files[0];
  expect(fileOf(refused)).toMatchObject({ sha256: undefined, refusal: 'STORE_REFUSED' });
  const stored = fileOf(refused, { type: 'fileEnd', file: 1, bytes: 600, sha256 });
  expect([stored?.sha256, stored?.refusal]).toEqual([sha256, undefined]);
});

it('time between two stints is a hole of the recording, and of a track that both stints have', () => {
  const [a, b] = two(
    10_000,
    [track(0), file(0), piece(0, 4000)],
    [track(300, { track: 7 }), file(500, { track: 7 }), piece(500, 3000), end(3000)],
  );
  const manifest = manifestOf([b ?? [], a ?? []]);
  expect(manifest.stints.map(({ stintId, offsetMs }) => [stintId, offsetMs])).toEqual([
    ['a', 0],
    ['b', 10_000],
  ]);
  expect(manifest.holes).toEqual([span(4000, 6000)]);
  expect(manifest.tracks).toHaveLength(1);
  expect(manifest.tracks[0]).toMatchObject({ ...span(0, 13_000), holes: [span(4000, 6500)] });
  expect(manifest.tracks[0]?.files.map(({ stintId, ms }) => [stintId, ms])).toEqual([
    ['a', 0],
    ['b', 10_500],
  ]);
});

it('stints that overlap or leave less than 100 ms between them make no hole', () => {
  const first = [track(0), file(0), piece(0, 10_000), end(10_000, 'elsewhere')];
  const second = [track(0), file(0), piece(0, 5000), end(5000)];
  const holes = (startMs: number) => {
    const manifest = manifestOf(two(startMs, first, second));
    return [manifest.holes, manifest.tracks[0]?.holes];
  };
  expect(holes(7000)).toEqual([[], []]);
  expect(holes(10_100)).toEqual([[], []]);
  expect(holes(10_101)).toEqual([[span(10_000, 101)], [span(10_000, 101)]]);
});

it.each<[string, number, number, object]>([
  ['for the time of its stint', 0, 20_000, { durationMs: 20_000, holes: [] }],
  ['by a clock that differs a little', -300, 20_300, { durationMs: 20_000, holes: [] }],
  ['for longer on both sides', -10_300, 25_000, { durationMs: 35_300, holes: [span(0, 10_300), span(30_300, 5000)] }],
  ['at unknown times', -wallMs, -wallMs, { durationMs: 20_000, holes: [] }],
])('a recording that was ordered %s covers its order, with holes where no stint ran', (_, fromMs, toMs, whole) => {
  const journal = [stint('a', wallMs), track(0), file(0), piece(0, 2000), end(20_000)];
  const ordered = { startedWallMs: wallMs + fromMs, endedWallMs: wallMs + toMs };
  const manifest = manifestOf([journal], ordered);
  expect(manifest).toMatchObject(whole);
  const offsetMs = wallMs - manifest.startedWallMs;
  expect(offsetMs).toBe(fromMs === -10_300 ? 10_300 : 0);
  expect([manifest.stints[0]?.offsetMs, manifest.tracks[0]?.files[0]?.pieces[0]?.ms]).toEqual([offsetMs, offsetMs]);
});

it('a stint that goes on without media after the ordered end, because it was cut off, makes no hole there', () => {
  const cut = [stint('a', wallMs), track(0), file(0), piece(0, 4000)];
  const gap = { type: 'gap', track: 1, ms: 4000, durationMs: 16_000, why: 'error' } as const;
  const next = [stint('b', wallMs + 6000), track(0), file(0), piece(0, 4000), end(4000)];
  const ordered = { startedWallMs: wallMs, endedWallMs: wallMs + 10_000 };
  const manifest = manifestOf([[...cut, gap, end(20_000)], next], ordered);
  expect([manifest.durationMs, manifest.holes, manifest.tracks[0]?.durationMs]).toEqual([10_000, [], 10_000]);
  expect(manifest.tracks[0]?.holes).toEqual([span(4000, 2000)]);
  expect(manifestOf([[...cut, end(20_000)], next]).durationMs).toBe(20_000);
});

const trackFrom = (...more: readonly JournalLine[]) =>
  manifestOf([[stint('a', wallMs), track(0), file(0), ...more, end(10_000)]]).tracks[0];

it('a hole of a track is over 100 ms without a piece', () => {
  expect(trackFrom(piece(0, 4000), piece(4100, 10_000))?.holes).toEqual([]);
  expect(trackFrom(piece(0, 4000), piece(4101, 10_000))?.holes).toEqual([span(4000, 101)]);
});

it('muted time is no hole, and neither is up to a second without media before and after it', () => {
  const muted = (fromMs: number, toMs: number): JournalLine[] => [
    { type: 'muted', track: 1, ms: fromMs },
    { type: 'unmuted', track: 1, ms: toMs },
  ];
  const story = trackFrom(piece(0, 4000), ...muted(4300, 7000), piece(8000, 10_000));
  expect(story).toMatchObject({ holes: [], muted: [span(4300, 2700)] });
  expect(trackFrom(piece(0, 4000), ...muted(4300, 7000), piece(8001, 10_000))?.holes).toEqual([span(7000, 1001)]);
  expect(trackFrom(piece(0, 4000), { type: 'muted', track: 1, ms: 4010 })).toMatchObject({
    muted: [span(4010, 5990)],
    holes: [],
  });
  expect(trackFrom(...muted(100, 200).slice(1), piece(0, 10_000))?.muted).toEqual([]);
});

it("a track's late beginning is a hole only after a second", () => {
  expect(trackFrom(piece(1000, 10_000))?.holes).toEqual([]);
  expect(trackFrom(piece(1001, 10_000))?.holes).toEqual([span(0, 1001)]);
  expect(trackFrom()?.holes).toEqual([span(0, 10_000)]);
});

it('data that a recorder has lost is a hole, also at the beginning or end of a track', () => {
  const gap: JournalLine = { type: 'gap', track: 1, ms: 9500, durationMs: 400, why: 'disk' };
  expect(trackFrom(piece(0, 9500), gap)?.holes).toEqual([span(9500, 400)]);
  expect(trackFrom(piece(0, 10_000), gap)?.holes).toEqual([]);
});

it('a track continues with a key frame after bytes without a line', () => {
  const after = [
    piece(4000, 6000, { offset: 700, isKey: false }),
    piece(6000, 8000, { offset: 800 }),
    piece(8000, 9000, { offset: 900, isKey: false }),
  ];
  const { tracks } = manifestOf([
    [stint('a', wallMs), track(0, { kind: 'video' }), file(0), piece(0, 2000), ...after, end(9000)],
  ]);
  expect([tracks[0]?.holes, tracks[0]?.files[0]?.pieces.map(({ ms }) => ms)]).toEqual([
    [span(2000, 4000)],
    [0, 6000, 8000],
  ]);
});

it('a picture that is no key frame follows without a hole', () => {
  const still = (isKey: boolean) => trackFrom(piece(0, 4000), piece(6000, 10_000, { isKey, offset: 600 }))?.holes;
  expect(still(false)).toEqual([]);
  expect(still(true)).toEqual([span(4000, 2000)]);
});

it('a track that is muted at the cut of a stint is muted until the next stint', () => {
  const first: JournalLine[] = [track(0), file(0), piece(0, 4000), { type: 'muted', track: 1, ms: 3900 }];
  const again: JournalLine[] = [
    { type: 'muted', track: 1, ms: 0 },
    { type: 'unmuted', track: 1, ms: 2000 },
  ];
  const manifest = manifestOf(two(10_000, first, [track(0), ...again, file(2000), piece(2000, 5000), end(5000)]));
  expect(manifest.tracks[0]).toMatchObject({ muted: [span(3900, 8100)], holes: [] });
  expect(manifest.holes).toEqual([span(4000, 6000)]);
});

it('a track that is published again in one stint was absent in between', () => {
  const journal: JournalLine[] = [
    stint('a', wallMs),
    ...[track(0), file(0), piece(0, 3000), { type: 'trackEnd' as const, track: 1, ms: 3000 }],
    ...[track(8000, { track: 2 }), file(8000, { track: 2, file: 2 }), piece(8000, 10_000, { file: 2 })],
    end(10_000),
  ];
  const { tracks } = manifestOf([journal]);
  expect(tracks).toHaveLength(1);
  expect(tracks[0]).toMatchObject({ ...span(0, 10_000), holes: [] });
});

it('a change of the speaker that two stints report by their own clocks counts once', () => {
  const speaker = (identity: string, ms: number): JournalLine => ({ type: 'speaker', identity, ms });
  const first = [speaker('ann', 0), speaker('bob', 3000), end(5000, 'elsewhere')];
  const second = [speaker('ann', 0), speaker('bob', 1005), speaker('cid', 2990), speaker('ann', 4000), end(5000)];
  expect(manifestOf(two(2000, first, second)).speakers).toEqual([
    { identity: 'ann', ms: 0 },
    { identity: 'bob', ms: 3000 },
    { identity: 'cid', ms: 5000 },
    { identity: 'ann', ms: 6000 },
  ]);
});

it('union and difference of spans contain each millisecond that they should, and no other', () => {
  const stretch = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -2, max: 20 }))
    .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));
  const stretches = fc.array(stretch, { maxLength: 12 });
  const has = (all: readonly { fromMs: number; toMs: number }[], ms: number): boolean =>
    all.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  fc.assert(
    fc.property(stretches, stretches, (some, others) => {
      const [all, without] = [union(some), union(others)];
      const rest = difference(all, without);
      for (let ms = 0; ms < 90; ms += 1) {
        expect(has(all, ms)).toBe(has(some, ms));
        expect(has(rest, ms)).toBe(has(some, ms) && !has(others, ms));
      }
      for (const set of [all, rest]) for (const { fromMs, toMs } of set) expect(toMs).toBeGreaterThan(fromMs);
    }),
  );
});

describe('posts', () => {
  const post = (n: number, ms: number, o: Partial<PostNoted> = {}): PostNoted => ({
    type: 'post',
    postId: `PT_${n}`,
    kind: 'danmaku',
    identity: 'bob',
    name: 'Bob',
    text: `text ${n}`,
    style: '',
    pictureMs: ms,
    ms,
    ...o,
  });
  const texts = (manifest: Manifest) => manifest.posts.map(({ text, ms }) => [text, ms]);

  it('of overlapping stints count once, in the time of the recording', () => {
    const first = [stint('a', wallMs), post(1, 1000), post(2, 5000), end(6000, 'elsewhere')];
    const second = [stint('b', wallMs + 4000), post(2, 1100), post(3, 500), end(9000)];
    expect(texts(manifestOf([second, first]))).toEqual([
      ['text 1', 1000],
      ['text 3', 4500],
      ['text 2', 5000],
    ]);
  });

  it('that a participant removed, in any stint, are kept and not shown; other posts are shown with their picture', () => {
    const removed: JournalLine = { type: 'postRemoved', postId: 'PT_1', ms: 100 };
    const manifest = manifestOf([
      [
        stint('a', wallMs),
        post(1, 1000),
        post(2, 5000, { pictureMs: 300 }),
        post(3, 2000.4, { kind: 'chat' }),
        end(6000),
      ],
      [stint('b', wallMs + 7000), removed, end(9000)],
    ]);
    expect(manifest.posts.map(({ removedMs }) => removedMs)).toEqual([7100, undefined, undefined]);
    expect(pagesOf(manifest)).toEqual([
      [
        { ms: 300, kind: 'danmaku', name: 'Bob', text: 'text 2', style: '' },
        { ms: 2000, kind: 'chat', name: 'Bob', text: 'text 3', style: '' },
      ],
    ]);
  });

  it('beyond the bound are dropped', () => {
    const many = Array.from({ length: POSTS_MAX + 5 }, (_, n) => post(n, n));
    expect(manifestOf([[stint('a', wallMs), ...many, end(POSTS_MAX + 10)]]).posts).toHaveLength(POSTS_MAX);
  });

  it('are in pages that one answer can carry', () => {
    const { posts } = manifestOf([[stint('a', wallMs), post(1, 1), end(10)]]);
    const [one] = posts;
    if (one === undefined) throw new Error('no post');
    const pages = (count: number, text: string) => pagesOf({ posts: Array(count).fill({ ...one, text }) });
    expect(pages(1001, 'hello').map(({ length }) => length)).toEqual([500, 500, 1]);
    const large = pages(900, '字'.repeat(500));
    expect(large.flat()).toHaveLength(900);
    for (const page of large) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(300_000);
    expect(pagesOf({ posts: [] })).toEqual([]);
  });
});

describe('times that a later capture time report corrects', () => {
  const filesOf = (lines: readonly JournalLine[], startedWallMs = wallMs) =>
    manifestOf([
      [stint('a', wallMs), end(100)],
      [stint('b', startedWallMs), ...lines],
    ]).tracks[0]?.files ?? [];

  it('are corrected by the last piece of their run, in whichever file of the run it is', () => {
    const files = filesOf(
      [
        track(0),
        file(1000, { run: 1 }),
        piece(1000, 3000, { laterMs: 0 }),
        piece(3000, 4000, { laterMs: -40 }),
        file(4000, { file: 2, run: 1 }),
        piece(4000, 6000, { file: 2, laterMs: -158.5 }),
        file(6100, { file: 3, run: 2 }),
        piece(6100, 8000, { file: 3, laterMs: 30 }),
      ],
      wallMs + 5000,
    );
    expect(files.map(({ ms, durationMs, laterMs }) => [ms, durationMs, laterMs])).toEqual([
      [5841.5, 3000, -158.5],
      [8841.5, 2000, -158.5],
      [11_130, 1900, 30],
    ]);
    expect(files[0]?.pieces.map(({ ms }) => ms)).toEqual([5841.5, 7841.5]);
  });

  it('are uncorrected in journals of older recorders, and begin no earlier than the recording', () => {
    const files = filesOf([track(0), file(100), piece(100, 200), file(300, { file: 2, run: 1 })]);
    expect(files.map(({ ms, laterMs }) => [ms, laterMs])).toEqual([
      [100, 0],
      [300, 0],
    ]);
    const early = filesOf([track(0), file(100, { run: 1 }), piece(100, 2000, { laterMs: -130 })]);
    expect(early.map(({ ms, laterMs, pieces }) => [ms, laterMs, pieces[0]?.ms])).toEqual([[0, -100, 0]]);
  });

  it('move the clips of an assembled recording', () => {
    const lines = [track(0), file(1000, { run: 1 }), piece(1000, 3000, { laterMs: -158 })];
    const whole = { type: 'fileEnd', file: 1, bytes: 600, sha256 } as const;
    const manifest = manifestOf([
      [stint('a', wallMs), end(100)],
      [stint('b', wallMs + 5000), ...lines, whole],
    ]);
    const [output] = finishPlanOf(manifest).outputs;
    expect([output?.offsetMs, output?.sound?.clips.map(({ offsetMs }) => offsetMs)]).toEqual([5842, [4842]]);
  });
});
