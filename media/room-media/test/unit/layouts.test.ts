import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  type LayoutKind,
  type LayoutParticipant,
  layoutOf,
  type Rectangle,
  TILES_MAX,
} from '../../src/core/layouts/layout.ts';
import { nextSpeaker, noSpeaker, SPEAKER_MS_MIN, type Speaker, VOICE_MS_MIN } from '../../src/core/layouts/speaker.ts';

const hd = { width: 1280, height: 720 };
const camera = { width: 640, height: 360 };
const person = (identity: string, more: Partial<LayoutParticipant> = {}): LayoutParticipant => {
  const base = { identity, name: `Name ${identity}`, picture: camera, screen: undefined };
  return { ...base, isMuted: false, speakingSinceMs: undefined, ...more };
};
const people = (count: number): LayoutParticipant[] => Array.from({ length: count }, (_, at) => person(`p${at}`));
const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const kinds: LayoutKind[] = ['grid', 'speaker', 'screen'];
const sizes = fc.record({ width: fc.integer({ min: 0, max: 4000 }), height: fc.integer({ min: 0, max: 4000 }) });
const anyone = fc.record({
  name: fc.string({ maxLength: 2000, unit: 'binary' }),
  picture: fc.option(sizes, { nil: undefined }),
  screen: fc.option(sizes, { nil: undefined, freq: 8 }),
  isMuted: fc.boolean(),
  speakingSinceMs: fc.option(fc.integer(), { nil: undefined }),
});
const rooms = fc.record({
  participants: fc
    .array(anyone, { maxLength: 60 })
    .map((all) => all.map((one, at) => ({ identity: `p${at}`, ...one }))),
  speaker: fc.option(
    fc.integer({ min: 0, max: 70 }).map((at) => `p${at}`),
    { nil: undefined },
  ),
});
const outputs = fc.record({
  width: fc.integer({ min: 80, max: 1920 }).map((half) => half * 2),
  height: fc.integer({ min: 80, max: 1080 }).map((half) => half * 2),
});

describe('a layout', () => {
  it.each(kinds)('of kind %s has disjoint tiles on even pixels, inside the output, with even pictures', (kind) => {
    fc.assert(
      fc.property(rooms, outputs, (state, size) => {
        const tiles = layoutOf(state, { kind, size });
        expect(tiles.length).toBeLessThanOrEqual(TILES_MAX);
        expect(tiles.length > 0).toBe(state.participants.length > 0);
        const whole = { x: 0, y: 0, ...size };
        for (const tile of tiles) {
          expect(isIn(tile, whole)).toBe(true);
          if (tile.picture !== undefined) expect(isIn(tile.picture, tile)).toBe(true);
        }
        tiles.forEach((tile, at) => {
          for (const other of tiles.slice(at + 1)) expect(overlap(tile, other)).toBe(false);
        });
        expect(new Set(tiles.map(({ key }) => key)).size).toBe(tiles.length);
      }),
    );
  });

  const isIn = (inner: Rectangle, outer: Rectangle): boolean =>
    [inner.x, inner.y, inner.width, inner.height].every((side) => side % 2 === 0) &&
    inner.width >= 2 &&
    inner.height >= 2 &&
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

  it('keeps the aspect of each picture, to the two pixels of rounding', () => {
    const sides = fc.integer({ min: 16, max: 3840 });
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const shown = fitted({ width, height }, { x: 0, y: 0, ...hd });
        expect(shown).toBeDefined();
        if (shown === undefined) return;
        const scale = Math.min(1280 / width, 720 / height);
        expect(Math.abs(shown.width - width * scale)).toBeLessThanOrEqual(2);
        expect(Math.abs(shown.height - height * scale)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('has no picture without a valid size', () => {
    const tiles = layoutOf(
      { participants: [person('a', { picture: { width: 0, height: 9 } })], speaker: undefined },
      { kind: 'grid', size: hd },
    );
    expect(tiles[0]?.picture).toBeUndefined();
  });

  it.each([
    [1, 1280, 720],
    [2, 636, 356],
    [4, 632, 356],
    [9, 416, 234],
    [25, 244, 136],
  ])('makes tiles of %i as large as possible', (count, width, height) => {
    const tiles = layoutOf({ participants: people(count), speaker: undefined }, { kind: 'grid', size: hd });
    expect(tiles.map((tile) => [tile.width, tile.height])).toEqual(Array(count).fill([width, height]));
  });

  it('keeps every tile of a grid in its place while speakers change', () => {
    const all = people(9);
    const before = layoutOf({ participants: all, speaker: 'p1' }, { kind: 'grid', size: hd });
    const loud = all.map((one, at) => (at === 7 ? person(one.identity, { speakingSinceMs: 5 }) : one));
    const after = layoutOf({ participants: loud, speaker: 'p7' }, { kind: 'grid', size: hd });
    const place = ({ key, x, y }: (typeof before)[number]): unknown => [key, x, y];
    expect(after.map(place)).toEqual(before.map(place));
    expect(after.filter(({ isSpeaking }) => isSpeaking).map(({ identity }) => identity)).toEqual(['p7']);
  });

  it('says how many participants have no tile, and gives the last tile to a speaker among them', () => {
    const state = { participants: people(40), speaker: undefined };
    const tiles = layoutOf(state, { kind: 'grid', size: hd });
    expect(tiles).toHaveLength(25);
    expect(tiles[24]).toMatchObject({ source: 'more', label: '+16' });
    const seen = layoutOf({ participants: people(40), speaker: 'p33' }, { kind: 'grid', size: hd });
    expect(seen[23]?.identity).toBe('p33');
    expect(seen.slice(0, 23)).toEqual(tiles.slice(0, 23));
  });

  it('puts the speaker on the stage, and the other participants below', () => {
    const tiles = layoutOf({ participants: people(4), speaker: 'p2' }, { kind: 'speaker', size: hd });
    expect(tiles.map(({ identity }) => identity)).toEqual(['p2', 'p0', 'p1', 'p3']);
    expect(tiles[0]).toMatchObject({ x: 0, y: 0, width: 1280, height: 576 });
    expect(tiles.slice(1).every(({ y }) => y >= 576)).toBe(true);
  });

  it('puts a shared screen on the stage, its sharer and the speaker beside', () => {
    const participants = people(5).map((one, at) => (at === 3 ? person('p3', { screen: hd }) : one));
    const tiles = layoutOf({ participants, speaker: 'p1' }, { kind: 'screen', size: hd });
    expect(tiles.map(({ key }) => key)).toEqual(['screen:p3', 'camera:p3', 'camera:p1']);
    expect(tiles[0]).toMatchObject({ width: 1024, height: 720, picture: { width: 1024, height: 576 } });
    const alone = layoutOf({ participants: people(5), speaker: 'p1' }, { kind: 'screen', size: hd });
    expect(alone).toEqual(layoutOf({ participants: people(5), speaker: 'p1' }, { kind: 'speaker', size: hd }));
    const large = layoutOf({ participants, speaker: 'p1' }, { kind: 'speaker', size: hd });
    expect(large[0]?.key).toBe('screen:p3');
  });
});

describe('the speaker of a layout', () => {
  const talks = (identity: string, speakingSinceMs?: number): LayoutParticipant =>
    person(identity, { speakingSinceMs });
  const at = (identity: string, sinceMs: number): Speaker => ({ identity, sinceMs });

  it('changes when a voice has lasted a second, not before', () => {
    const both = [talks('a'), talks('b', 10_000)];
    expect(nextSpeaker(at('a', 0), both, 10_000 + VOICE_MS_MIN - 1).identity).toBe('a');
    expect(nextSpeaker(at('a', 0), both, 10_000 + VOICE_MS_MIN)).toEqual(at('b', 11_000));
  });

  it('does not change within two seconds of the last change', () => {
    const both = [talks('a'), talks('b', 0)];
    expect(nextSpeaker(at('a', 10_000), both, 10_000 + SPEAKER_MS_MIN - 1).identity).toBe('a');
    expect(nextSpeaker(at('a', 10_000), both, 10_000 + SPEAKER_MS_MIN).identity).toBe('b');
  });

  it('is replaced at once when it leaves, by the voice that began first', () => {
    expect(nextSpeaker(at('a', 9000), [talks('b', 8500), talks('c', 8000)], 9500).identity).toBe('c');
    expect(nextSpeaker(at('a', 9000), [talks('b')], 9500)).toEqual(noSpeaker);
  });

  it('is never a muted participant', () => {
    const muted = person('b', { speakingSinceMs: 0, isMuted: true });
    expect(nextSpeaker(noSpeaker, [muted], 60_000)).toEqual(noSpeaker);
  });
});
