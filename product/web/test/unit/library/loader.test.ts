// The loader’s events for hls.js, and the amount of data it loads.
import { ManualClock } from '@meridian/runtime';
import type { LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { STILL_MS_MAX } from '../../../src/library/core/loading.ts';
import { loaderOf } from '../../../src/library/play/loader.ts';
import { Pacing } from '../../../src/library/play/pacing.ts';
import { ScriptedElement } from './scripted-element.ts';
import { basesOf, node, scriptedPlaces, settle } from './scripted-places.ts';

const url = `${node}/one/renditions/720p-a.mp4`;

async function loading(change: Partial<LoaderContext> = {}) {
  const places = await scriptedPlaces();
  const loader = new (loaderOf(places))();
  onTestFinished(() => loader.destroy());
  const heard: unknown[][] = [];
  const callbacks: LoaderCallbacks<LoaderContext> = {
    onSuccess: (response) => heard.push(['success', response]),
    onError: (error) => heard.push(['error', error.code]),
    onTimeout: () => heard.push(['timeout']),
    onAbort: () => heard.push(['abort']),
  };
  const context = Object.assign({ url, responseType: 'arraybuffer' }, change) as LoaderContext;
  loader.load(context, {} as LoaderConfiguration, callbacks);
  await settle();
  return { places, loader, heard };
}

describe('the loader', () => {
  it('reports an error for a URL of another server, and sends no request', async () => {
    const { heard, places } = await loading({ url: 'https://evil.example.org/renditions/a.mp4' });
    expect([heard, places.sent]).toEqual([[['error', 0]], []]);
  });

  it('loads a range from the best base; the URL stays that of the playlist', async () => {
    const { heard, places } = await loading({ rangeStart: 100, rangeEnd: 200 });
    expect(places.last()).toMatchObject({
      url: `${basesOf('one')[0]}/renditions/720p-a.mp4`,
      range: { from: 100, to: 200 },
    });
    const data = new ArrayBuffer(100);
    places.last().onEnd(206, data);
    expect(heard).toEqual([['success', { url, data, code: 206 }]]);
  });

  it('loads a file without a range whole, and a playlist as text', async () => {
    const { heard, places } = await loading({ responseType: 'text', url: `${node}/one/renditions/master.m3u8` });
    expect(places.last()).toMatchObject({ responseType: 'text', range: undefined });
    places.last().onEnd(200, '#EXTM3U');
    expect(heard).toEqual([['success', { url: `${node}/one/renditions/master.m3u8`, data: '#EXTM3U', code: 200 }]]);
  });

  it('measures the bandwidth from the start of the base that sends', async () => {
    const { loader, places } = await loading();
    places.last().onProgress(400, 1000);
    places.clock.advance(2000);
    places.clock.advance(100);
    expect([places.sent.length, loader.stats.loaded]).toEqual([2, 0]);
    places.last().onHead();
    places.clock.advance(50);
    places.last().onEnd(206, new ArrayBuffer(1000));
    const { loading: times, loaded, total, bwEstimate } = loader.stats;
    expect([times, loaded, total]).toEqual([{ start: 2000, first: 2100, end: 2150 }, 1000, 1000]);
    expect(bwEstimate).toBe(160_000);
  });

  it('keeps the statistics object that hls.js holds', async () => {
    const { loader, places } = await loading();
    const { stats } = loader;
    places.last().onBroken();
    places.last().onProgress(7, 9);
    expect([loader.stats === stats, stats.loaded, stats.total]).toEqual([true, 7, 9]);
  });

  it('reports a failure once, whatever the number of bases tried', async () => {
    const { heard, places } = await loading();
    for (let at = 0; at < 6; at++) {
      places.last().onEnd(404, '');
      await settle();
    }
    expect(heard).toEqual([['error', 404]]);
  });

  it('sends nothing after an abort, which it reports once, or after a destroy, which it does not report', async () => {
    const { heard, loader, places } = await loading();
    loader.abort();
    loader.abort();
    expect([heard, loader.stats.aborted, places.last().isAborted]).toEqual([[['abort']], true, true]);
    const destroyed = await loading();
    destroyed.loader.destroy();
    destroyed.loader.destroy();
    expect([destroyed.heard, destroyed.places.last().isAborted]).toEqual([[], true]);
  });
});

describe('the loaded amount', () => {
  function paced({ startS = -1, isHidden = false, isPlaying = false } = {}) {
    const clock = new ManualClock();
    const element = new ScriptedElement();
    element.paused = !isPlaying;
    const page = Object.assign(new EventTarget(), { visibilityState: isHidden ? 'hidden' : 'visible' });
    const done: string[] = [];
    const config = { maxBufferLength: 0, maxMaxBufferLength: 0 };
    const hls = {
      config,
      startLoad: (at: number) => done.push(`start ${at}`),
      stopLoad: () => done.push('stop'),
    };
    const pacing = new Pacing({
      hls: hls as never,
      element: element.asMedia,
      page: page as never,
      clock,
      startS,
    });
    onTestFinished(() => pacing.close());
    const show = (state: 'hidden' | 'visible'): void => {
      page.visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    };
    return { clock, element, done, show, pacing, aheadS: () => config.maxMaxBufferLength };
  }

  it('is the start, at the position to resume, until it plays', () => {
    const { done, aheadS, element } = paced({ startS: 42 });
    expect([done, aheadS()]).toEqual([['start 42'], 0.1]);
    element.say('play');
    expect([done, aheadS()]).toEqual([['start 42'], 20]);
  });

  it('is nothing in a page that was never visible; then it starts at the position to resume', () => {
    const { done, show } = paced({ startS: 42, isHidden: true });
    expect(done).toEqual([]);
    show('visible');
    expect(done).toEqual(['start 42']);
  });

  it('is nothing after a pause of a minute, until playback or a seek', () => {
    const { done, element, clock } = paced();
    element.say('play', 'pause');
    clock.advance(STILL_MS_MAX - 1);
    expect(done).toEqual(['start -1']);
    clock.advance(1);
    element.say('seeking');
    clock.advance(STILL_MS_MAX);
    element.say('play');
    clock.advance(10 * STILL_MS_MAX);
    expect(done).toEqual(['start -1', 'stop', 'start -1', 'stop', 'start -1']);
  });

  it('is nothing for paused media in a hidden page; playing media continues', () => {
    const { done, element, show } = paced();
    element.say('play');
    show('hidden');
    expect(done).toEqual(['start -1']);
    element.say('pause');
    show('visible');
    expect(done).toEqual(['start -1', 'stop', 'start -1']);
  });

  it('changes no more once it is closed', () => {
    const { done, element, show, pacing, clock } = paced();
    pacing.close();
    pacing.close();
    element.say('play', 'pause');
    show('hidden');
    clock.advance(STILL_MS_MAX);
    expect([done, clock.pendingTimers]).toEqual([['start -1'], 0]);
  });
});
