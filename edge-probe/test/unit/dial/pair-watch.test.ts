import { describe, expect, it } from 'vitest';
import { PairWatch, pairResultsOf } from '../../../src/dial/core/pair-watch.ts';

/** Records audio and a key frame every 20 ms in [from, to). */
function recordMedia(watch: PairWatch, from: number, to: number): void {
  for (let at = from; at < to; at += 20) {
    watch.recordPacket('audio', false, at);
    watch.recordPacket('video', true, at);
  }
}

describe('the test of a pair of regions', () => {
  it('succeeds when audio and a whole picture have arrived, and reports the time of the picture and the gap', () => {
    const watch = new PairWatch('sgp', 1000);
    watch.recordPacket('audio', false, 1100);
    watch.recordPacket('video', false, 1110);
    watch.recordPacket('video', true, 1180);
    recordMedia(watch, 1500, 3000);
    expect(watch.result(3000)).toEqual({ kind: 'pair', toRegion: 'sgp', isOk: true, firstFrameMs: 180, gapMs: 320 });
  });

  const failure = (code: string) => ({ kind: 'pair', toRegion: 'sgp', isOk: false, stage: 'relay', code });
  it('fails in stage relay when no media has arrived for five seconds', () => {
    expect(new PairWatch('sgp', 0).result(5000)).toMatchObject(failure('NO_MEDIA'));
  });

  it('has no result when the other tester was present for less than five seconds', () => {
    expect(new PairWatch('sgp', 0).result(4999)).toBeUndefined();
    const left = new PairWatch('sgp', 0);
    left.gone(3000);
    expect(left.result(20_000)).toBeUndefined();
  });

  it('fails when only audio or only video has arrived', () => {
    const [audioOnly, videoOnly] = [new PairWatch('sgp', 0), new PairWatch('sgp', 0)];
    for (let at = 0; at < 6000; at += 20) audioOnly.recordPacket('audio', false, at);
    for (let at = 0; at < 6000; at += 20) videoOnly.recordPacket('video', true, at);
    expect(audioOnly.result(6000)).toMatchObject(failure('NO_PICTURE'));
    expect(videoOnly.result(6000)).toMatchObject(failure('NO_SOUND'));
  });

  it('fails when the media stops while the other tester is present', () => {
    const watch = new PairWatch('sgp', 0);
    recordMedia(watch, 0, 2000);
    expect(watch.result(7100)).toMatchObject({ ...failure('MEDIA_STOPPED'), gapMs: 5120 });
  });

  it('does not count silence after the other tester has left', () => {
    const watch = new PairWatch('sgp', 0);
    recordMedia(watch, 0, 2000);
    watch.gone(2010);
    watch.recordPacket('audio', false, 9000);
    expect(watch.result(12_000)).toMatchObject({ isOk: true, gapMs: 30 });
  });
});

it('the result of a region is that of its worst tester; a tester without a result does not count', () => {
  const [good, slow, bad, short] = ['sgp', 'sgp', 'iad', 'fra'].map((region) => new PairWatch(region, 0));
  if (good === undefined || slow === undefined || bad === undefined || short === undefined) throw new Error('four');
  recordMedia(good, 40, 8000);
  recordMedia(slow, 900, 8000);
  const alsoGood = new PairWatch('iad', 0);
  recordMedia(alsoGood, 40, 8000);
  short.gone(1000);
  const found = pairResultsOf([good, slow, alsoGood, bad, short], 8000);
  expect(found.map(({ toRegion, isOk, firstFrameMs }) => [toRegion, isOk, firstFrameMs])).toEqual([
    ['sgp', true, 900],
    ['iad', false, undefined],
  ]);
});
