import { Emitter } from '@meridian/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Playback } from '../../src/media/playback.ts';
import type { Track, TrackEventMap } from '../../src/tracks/track.ts';

/** A minimal media element: plays when allowed, and has the loudspeakers `''` and `headset`. */
class FakeElement extends EventTarget {
  mayPlay = false;
  sink = '';
  async play(): Promise<void> {
    if (!this.mayPlay) throw new DOMException('no gesture', 'NotAllowedError');
  }
  async setSinkId(id: string): Promise<void> {
    if (id !== '' && id !== 'headset') throw new DOMException('gone', 'NotFoundError');
    this.sink = id;
  }
}
class FakeTrack extends Emitter<TrackEventMap> {
  readonly kind: 'audio' | 'video';
  constructor(kind: 'audio' | 'video' = 'audio') {
    super();
    this.kind = kind;
  }
}

let reported: unknown[];
let playback: Playback;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const element = () => new FakeElement() as FakeElement & HTMLMediaElement;
const watched = (kind: 'audio' | 'video' = 'audio'): FakeTrack => {
  const track = new FakeTrack(kind);
  playback.watch(track as unknown as Track);
  return track;
};

beforeEach(() => {
  vi.stubGlobal('HTMLMediaElement', FakeElement);
  reported = [];
  playback = new Playback({
    changed: (canPlay) => void reported.push(canPlay),
    outputFailed: (error) => void reported.push(error.code),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('audio that the browser blocks', () => {
  test('is reported once for any number of elements, and once when the last of them plays', async () => {
    const track = watched();
    const [one, two] = [element(), element()];
    for (const each of [one, two]) track.emit('playbackBlocked', each);
    expect([playback.canPlay, reported]).toEqual([false, [false]]);
    one.mayPlay = true;
    expect(await playback.start()).toBe(false);
    expect(reported).toEqual([false]);
    two.mayPlay = true;
    expect(await playback.start()).toBe(true);
    expect([playback.canPlay, reported]).toEqual([true, [false, true]]);
  });

  test('no longer counts when its element is removed', () => {
    const track = watched();
    const removedElement = element();
    track.emit('elementAttached', removedElement);
    track.emit('playbackBlocked', removedElement);
    track.emit('elementDetached', removedElement);
    expect([playback.canPlay, reported]).toEqual([true, [false, true]]);
  });

  test('is reported as playing when the page itself starts it', () => {
    const own = element();
    watched().emit('playbackBlocked', own);
    own.dispatchEvent(new Event('playing'));
    own.dispatchEvent(new Event('playing'));
    expect(reported).toEqual([false, true]);
  });

  test('no longer counts when the room is left', () => {
    watched().emit('playbackBlocked', element());
    playback.clear();
    playback.clear();
    expect([playback.canPlay, reported]).toEqual([true, [false, true]]);
  });
});

describe('the loudspeaker', () => {
  test('plays present and later audio, and no video', async () => {
    const [before, after, picture] = [element(), element(), element()];
    const track = watched();
    track.emit('elementAttached', before);
    await playback.useOutput('headset');
    track.emit('elementAttached', after);
    watched('video').emit('elementAttached', picture);
    await settled();
    expect([before.sink, after.sink, picture.sink]).toEqual(['headset', 'headset', '']);
    expect(reported).toEqual([]);
  });

  test('stays when another loudspeaker cannot be used', async () => {
    watched().emit('elementAttached', element());
    await expect(playback.useOutput('unplugged')).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    expect(playback.output).toBe('');
  });

  test('is reported as failed if it is gone when a later element is attached', async () => {
    const late = element();
    await playback.useOutput('headset');
    late.setSinkId = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    watched().emit('elementAttached', late);
    await settled();
    expect(reported).toEqual(['DEVICE_NOT_FOUND']);
  });
});
