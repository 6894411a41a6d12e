import { describe, expect, it } from 'vitest';
import { SOUND_WAIT_MAX_MS } from '../../src/core/hls/start-delay.ts';
import {
  type Kinds,
  PICTURE_GONE_MS,
  PICTURE_WAIT_MAX_MS,
  type Published,
  ShownKinds,
  SOUND_ONLY_WAIT_MS,
} from '../../src/core/shown-kinds.ts';

const both = { audio: true, video: true };
const sound = { audio: true, video: false };
const picture = { audio: false, video: true };
const START_MS = 5000;

function begun(present: Kinds, published: readonly [Published, number][]): Kinds | undefined {
  const shown = new ShownKinds();
  for (const [what, atMs] of published) shown.note(what, START_MS + atMs);
  return shown.begin(present, START_MS + (published.at(-1)?.[1] ?? 0));
}

describe('a stream begins', () => {
  it.each<[string, Kinds, [Published, number][], Kinds | undefined]>([
    ['at once when picture and sound are there', both, [['picture', 0]], both],
    ['at once also before the roster shows who publishes', both, [['nothing', 0]], both],
    [
      'not yet with sound, while a camera may come',
      sound,
      [
        ['sound', 0],
        ['sound', SOUND_ONLY_WAIT_MS - 1],
      ],
      undefined,
    ],
    [
      'with sound when no picture is published after a while',
      sound,
      [
        ['sound', 0],
        ['sound', SOUND_ONLY_WAIT_MS],
      ],
      sound,
    ],
    [
      'not yet with sound while a published picture has no key frame',
      sound,
      [
        ['picture', 0],
        ['picture', PICTURE_WAIT_MAX_MS - 1],
      ],
      undefined,
    ],
    [
      'with sound when a published picture has no key frame for long',
      sound,
      [
        ['picture', 0],
        ['picture', PICTURE_WAIT_MAX_MS],
      ],
      sound,
    ],
    [
      'not with silence, however long a room is empty',
      sound,
      [
        ['nothing', 0],
        ['nothing', 10 * PICTURE_WAIT_MAX_MS],
      ],
      undefined,
    ],
    [
      'not sooner because the room was empty before',
      sound,
      [
        ['nothing', 0],
        ['sound', 60_000],
        ['sound', 60_000 + SOUND_ONLY_WAIT_MS - 1],
      ],
      undefined,
    ],
    [
      'not yet with a picture, while sound is made',
      picture,
      [
        ['picture', 0],
        ['picture', SOUND_WAIT_MAX_MS - 1],
      ],
      undefined,
    ],
    [
      'with a picture alone when no sound can be made',
      picture,
      [
        ['picture', 0],
        ['picture', SOUND_WAIT_MAX_MS],
      ],
      picture,
    ],
    [
      'not without any media',
      { audio: false, video: false },
      [
        ['picture', 0],
        ['picture', 60_000],
      ],
      undefined,
    ],
  ])('%s', (_when, present, published, kinds) => {
    expect(begun(present, published)).toEqual(kinds);
  });
});

it('a picture is gone when only sound has been published for a while, and not when the room is empty', () => {
  const shown = new ShownKinds();
  const isGone = (published: Published, atMs: number): boolean => {
    shown.note(published, atMs);
    return shown.isPictureGone(atMs);
  };
  expect(isGone('picture', 0)).toBe(false);
  expect(isGone('sound', 1000)).toBe(false);
  expect(isGone('sound', 1000 + PICTURE_GONE_MS - 1)).toBe(false);
  expect(isGone('picture', 1000 + PICTURE_GONE_MS)).toBe(false);
  expect(isGone('sound', 10_000)).toBe(false);
  expect(isGone('sound', 10_000 + PICTURE_GONE_MS)).toBe(true);
  expect(isGone('nothing', 20_000)).toBe(false);
  expect(isGone('nothing', 60_000)).toBe(false);
});
