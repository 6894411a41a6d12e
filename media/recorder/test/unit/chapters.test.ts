import { expect, it } from 'vitest';
import { CHAPTER_MS_MIN, chaptersOf, shownChapters } from '../../src/core/assembling/chapters.ts';
import type { Manifest, ManifestTrack } from '../../src/core/journal/manifest.ts';
import { recordingOf } from '../support/recorded-media.ts';

type Spoken = [identity: string, ms: number];
const track = (identity: string, source: string, ms: number, durationMs: number): ManifestTrack => {
  const kind = source === 'microphone' ? 'audio' : 'video';
  const own = { trackId: `${identity}${source}${ms}`, kind, name: '', files: [], muted: [], holes: [] } as const;
  return Object.assign({ identity, source, ms, durationMs, participantName: identity.toUpperCase() }, own);
};
function manifest(durationMs: number, spoken: Spoken[], screens: ManifestTrack[] = []): Manifest {
  const sounds = ['ann', 'bob'].map((identity) => track(identity, 'microphone', 0, durationMs));
  const speakers = spoken.map(([identity, ms]) => ({ identity, ms }));
  return Object.assign({}, recordingOf([...sounds, ...screens], speakers), { durationMs });
}
const chapters = (...o: Parameters<typeof manifest>): unknown[] =>
  chaptersOf(manifest(...o)).map(({ ms, durationMs, name, screenName }) => [ms, durationMs, name, screenName]);

it('a chapter belongs to its speaker; short turns and silence belong to the previous chapter', () => {
  const spoken: Spoken[] = [
    ...([
      ['ann', 2000],
      ['bob', 20_000],
      ['', 22_000],
      ['ann', 24_000],
      ['', 30_000],
    ] satisfies Spoken[]),
    ...([
      ['bob', 40_000],
      ['ann', 70_000],
      ['bob', 71_000],
    ] satisfies Spoken[]),
  ];
  expect(chapters(100_000, spoken)).toEqual([
    [0, 40_000, 'ANN', ''],
    [40_000, 60_000, 'BOB', ''],
  ]);
});

it('no chapter is too short, whatever the input, and chapters are contiguous', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round += 1) {
    let ms = 0;
    const spoken = Array.from({ length: 30 }, (): Spoken => {
      ms += Math.ceil(random() * 15_000);
      return [['ann', 'bob', 'carl', ''][Math.floor(random() * 4)] ?? '', ms];
    });
    const durationMs = ms + 3000;
    const found = chaptersOf(
      manifest(durationMs, spoken, [track('bob', 'screen_share', random() * ms, random() * 90_000)]),
    );
    let endMs = 0;
    for (const [at, chapter] of found.entries()) {
      expect(chapter.ms).toBe(endMs);
      expect(chapter.durationMs).toBeGreaterThanOrEqual(CHAPTER_MS_MIN);
      const next = found[at + 1];
      expect(next?.identity === chapter.identity && next.screenIdentity === chapter.screenIdentity).toBe(false);
      endMs += chapter.durationMs;
    }
    expect(endMs).toBeCloseTo(durationMs);
  }
});

it('screens begin and end chapters; without speech and screens there are no chapters', () => {
  expect(chapters(60_000, [['ann', 0]], [track('bob', 'screen_share', 20_000, 20_000)])).toEqual([
    [0, 20_000, 'ANN', ''],
    [20_000, 20_000, 'ANN', 'BOB'],
    [40_000, 20_000, 'ANN', ''],
  ]);
  expect(chapters(60_000, [], [track('bob', 'screen_share', 0, 60_000)])).toEqual([[0, 60_000, '', 'BOB']]);
  expect(chapters(60_000, [])).toEqual([]);
  expect(chapters(60_000, [['', 5000]])).toEqual([]);
  expect(chapters(3000, [['ann', 1000]])).toEqual([[0, 3000, 'ANN', '']]);
});

it('a speaker is a chapter, and a shared screen is one for as long as it is shown', () => {
  const screens = [track('ann', 'screen_share', 10_000, 20_000)];
  const shown = shownChapters(
    chaptersOf(
      manifest(
        30_000,
        [
          ['ann', 0],
          ['bob', 10_000],
          ['ann', 20_000],
        ],
        screens,
      ),
    ),
  );
  expect(shown.map(({ ms, durationMs, kind, identity, title }) => [ms, durationMs, kind, identity, title])).toEqual([
    [0, 10_000, 'speaker', 'ann', 'ANN'],
    [10_000, 20_000, 'screen', 'ann', 'ANN'],
    [10_000, 10_000, 'speaker', 'bob', 'BOB'],
    [20_000, 10_000, 'speaker', 'ann', 'ANN'],
  ]);
  expect(shownChapters([])).toEqual([]);
});
