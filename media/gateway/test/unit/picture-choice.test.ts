import { expect, it } from 'vitest';
import { choosePicture, type Picture, SHOWN_MS_MIN } from '../../src/core/picture-choice.ts';

const camera = (session: string, isMuted = false): Picture => ({
  trackId: `camera ${session}`,
  sessionId: session,
  isScreen: false,
  isMuted,
});
const screen = (session: string): Picture => ({ ...camera(session), trackId: `screen ${session}`, isScreen: true });
const shownPicture = (trackId: string, sinceMs = 0) => ({ trackId, sinceMs });
const late = SHOWN_MS_MIN;
const early = SHOWN_MS_MIN - 1;
const [a, b] = [camera('a'), camera('b')];

it.each([
  ['no picture of an empty room', [], [], undefined, 0, undefined],
  ['no picture when the shown one has gone', [], ['a'], shownPicture('camera a'), late, undefined],
  ['no picture when all were muted from the start', [camera('a', true)], ['a'], undefined, 0, undefined],
  ['the first camera when no participant speaks', [a, b], [], undefined, 0, 'camera a'],
  ['the loudest speaker', [a, b], ['b', 'a'], undefined, 0, 'camera b'],
  ['the next speaker when the loudest has no camera', [a, b], ['c', 'b'], undefined, 0, 'camera b'],
  ['the next speaker when the loudest has a muted one', [camera('a', true), b], ['a', 'b'], undefined, 0, 'camera b'],
  ['the present one when no participant speaks', [a, b], [], shownPicture('camera b'), 60_000, 'camera b'],
  [
    'the present one when only people without a camera speak',
    [a, b],
    ['c'],
    shownPicture('camera b'),
    60_000,
    'camera b',
  ],
  ['the present one for a moment while another speaks', [a, b], ['b'], shownPicture('camera a'), early, 'camera a'],
  ['the speaker after that moment', [a, b], ['b'], shownPicture('camera a'), late, 'camera b'],
  [
    'another at once when the present one is muted',
    [camera('a', true), b],
    [],
    shownPicture('camera a'),
    1,
    'camera b',
  ],
  ['another at once when the present one has gone', [b], [], shownPicture('camera a'), 1, 'camera b'],
  [
    'the present one, muted, when there is no other',
    [camera('a', true)],
    [],
    shownPicture('camera a'),
    late,
    'camera a',
  ],
  ['a screen at once', [a, screen('b')], ['a'], shownPicture('camera a'), 1, 'screen b'],
  ['a screen whoever speaks', [a, screen('b')], ['a'], shownPicture('screen b'), 60_000, 'screen b'],
  ['the newest of two screens', [screen('a'), screen('b')], [], shownPicture('screen a'), late, 'screen b'],
  ['a camera at once when the screen has gone', [a], [], shownPicture('screen b'), 1, 'camera a'],
])('a programme shows %s', (_what, pictures, speakers, present, nowMs, expected) => {
  const next = choosePicture({ pictures, speakers, present, nowMs });
  expect(next?.trackId).toBe(expected);
  // A picture that stays keeps its time; a new picture begins now.
  if (next !== undefined) expect(next.sinceMs).toBe(next.trackId === present?.trackId ? present.sinceMs : nowMs);
});
