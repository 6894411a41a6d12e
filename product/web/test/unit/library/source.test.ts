// The bases of a link: fetching, renewal, and the fallback while the node does not answer.
import { describe, expect, it } from 'vitest';
import { Source } from '../../../src/library/play/source.ts';
import { basesOf, linkOf, node, scriptedPlaces, settle } from './scripted-places.ts';

const none: ReadonlySet<string> = new Set();
const own = [`${node}/one`];

describe('without a list of bases', () => {
  it.each([
    ['no playlist', linkOf('x', { playlistUrl: '' })],
    ['a playlist at a blob: URL', linkOf('x', { playlistUrl: 'blob:https://x/1' })],
  ])('there is no source for a link with %s', (_what, link) => {
    const unused = () => Promise.reject(new Error('it is not asked'));
    expect(
      Source.fromLink(link, {
        clock: { nowMs: () => 0, after: () => ({ cancel: () => undefined }) },
        places: unused,
        link: unused,
      }),
    ).toBeUndefined();
  });

  it.each([
    ['the node does not answer', () => Promise.reject(new Error('status 500'))],
    ['its answer is malformed', () => Promise.resolve({ bases: ['nonsense'] })],
  ])('the link’s own URL is used when %s, and the list is requested again a minute later', async (_what, places) => {
    const { source, clock, asked } = await scriptedPlaces({ places });
    expect(source.candidates(none)).toEqual(own);
    clock.advance(60_000);
    source.candidates(none);
    expect(asked).toHaveLength(2);
  });

  it('a link without a node has only its own URL', async () => {
    const { playUrl: _unnamed, ...link } = linkOf('one');
    const { source, asked } = await scriptedPlaces({ link });
    expect([source.candidates(none), asked]).toEqual([own, []]);
  });

  it('files wait 1.5 s for an answer, and the request times out after 10 s', async () => {
    let signal: AbortSignal | undefined;
    const { source, clock } = await scriptedPlaces({
      places: (_url, given) => {
        signal = given;
        return new Promise((_resolve, reject) => given.addEventListener('abort', () => reject(given.reason)));
      },
    });
    let isReady = false;
    const waited = source.ready().then(() => {
      isReady = true;
    });
    clock.advance(1499);
    await settle();
    expect(isReady).toBe(false);
    clock.advance(1);
    await settle();
    await waited;
    expect([isReady, signal?.aborted]).toEqual([true, false]);
    clock.advance(8500);
    expect(signal?.aborted).toBe(true);
  });
});

describe('places', () => {
  it('are those of the node’s answer, with the cache in use', async () => {
    const { source } = await scriptedPlaces();
    expect([source.candidates(none), source.cache]).toEqual([basesOf('one'), 'near.example.org']);
  });

  it('are fetched again, one request at a time, when their time has passed and a file loads', async () => {
    const later = [`${node}/one`];
    let count = 0;
    const { source, clock, asked } = await scriptedPlaces({
      places: () => {
        count += 1;
        return Promise.resolve({ bases: count === 1 ? basesOf('one') : later, renewMs: 60_000 });
      },
    });
    clock.advance(59_999);
    source.candidates(none);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(source.candidates(none)).toEqual(basesOf('one'));
    source.candidates(none);
    await settle();
    expect([asked.length, source.candidates(none)]).toEqual([2, later]);
  });

  it('stay unchanged when the node no longer answers', async () => {
    let isAway = false;
    const { source, clock } = await scriptedPlaces({
      places: () =>
        isAway ? Promise.reject(new Error('away')) : Promise.resolve({ bases: basesOf('one'), renewMs: 60_000 }),
    });
    isAway = true;
    clock.advance(60_000);
    source.candidates(none);
    await settle();
    expect(source.candidates(none)).toEqual(basesOf('one'));
  });
});

describe('a new link', () => {
  it('has its own bases, under URLs that the player keeps', async () => {
    const { source } = await scriptedPlaces();
    expect(await source.renew(source.link)).toBe('renewed');
    expect(source.candidates(none)).toEqual(basesOf('new1'));
    expect(source.fileOf(`${node}/one/renditions/a.mp4`)).toBe('renditions/a.mp4');
  });

  it('is not fetched for a request that failed under an older link', async () => {
    const { source, links } = await scriptedPlaces();
    const old = source.link;
    await source.renew(old);
    expect([await source.renew(old), links()]).toEqual(['renewed', 1]);
  });

  it('is not waited for longer when its node does not list the bases', async () => {
    const { source, clock } = await scriptedPlaces({
      places: (url) =>
        url.endsWith('one')
          ? Promise.resolve({ bases: basesOf('one'), renewMs: 60_000 })
          : new Promise(() => undefined),
    });
    const renewal = source.renew(source.link);
    await settle();
    clock.advance(1500);
    expect([await renewal, source.candidates(none)]).toEqual(['renewed', [`${node}/new1`]]);
  });

  it('ignores an answer to the previous link', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const { source, clock } = await scriptedPlaces({
      places: (url) =>
        url.endsWith('one')
          ? new Promise((resolve) => {
              answer = resolve;
            })
          : Promise.resolve({ bases: basesOf('new1'), renewMs: 60_000 }),
    });
    clock.advance(1500);
    await source.renew(source.link);
    answer({ bases: basesOf('one'), renewMs: 60_000 });
    await settle();
    expect(source.candidates(none)).toEqual(basesOf('new1'));
  });
});

it('a closed source requests neither a list nor a link', async () => {
  const { source, clock, asked } = await scriptedPlaces();
  source.close();
  source.close();
  clock.advance(60_000);
  source.candidates(none);
  expect([asked.length, clock.pendingTimers]).toEqual([1, 0]);
});
