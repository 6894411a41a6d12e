// A file request over several bases: it skips dead bases, renews expired links, and looks like a single request to the
// player.
import { MeridianApiError } from '@meridian/api-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileRequest } from '../../../src/library/play/request.ts';
import { basesOf, linkOf, scriptedPlaces, settle } from './scripted-places.ts';

type Places = Awaited<ReturnType<typeof scriptedPlaces>>;

const FILE = 'renditions/720p-a.mp4';

/** Events that the player gets, in order. */
async function requested(places: Places, file = FILE) {
  const heard: string[] = [];
  const fileWanted = { file, responseType: 'arraybuffer', range: { from: 10, to: 20 } } as const;
  const request = new FileRequest(places, fileWanted, {
    onTry: () => undefined,
    onHead: () => heard.push('head'),
    onProgress: (loaded) => heard.push(`${loaded} bytes`),
    onLoaded: (body, status) => heard.push(`${status} ${String(body)}`),
    onFailed: (status) => heard.push(`failed ${status}`),
  });
  onTestFinished(() => request.close());
  await settle();
  return { heard, request };
}

describe('a dead base', () => {
  it.each([
    ['breaks off', (p: Places) => p.last().onBroken()],
    ['has no first byte for 1.5 s', (p: Places) => p.clock.advance(1500)],
    [
      'sends nothing for 2 s within a file',
      (p: Places) => {
        p.last().onHead();
        p.clock.advance(1999);
        p.last().onProgress(5, 10);
        p.clock.advance(2000);
      },
    ],
    ['answers with a server error', (p: Places) => p.last().onEnd(502, 'bad gateway')],
    ['does not have the file', (p: Places) => p.last().onEnd(404, 'not found')],
    ['sends no body', (p: Places) => p.last().onEnd(200, null)],
  ])('is skipped when it %s, also by later requests', async (_what, die) => {
    const places = await scriptedPlaces();
    const [first, second] = basesOf('one');
    const { heard } = await requested(places);
    die(places);
    await settle();
    expect([places.urls(), places.sent[0]?.isAborted]).toEqual([[`${first}/${FILE}`, `${second}/${FILE}`], true]);
    places.last().onEnd(206, 'bytes');
    expect(heard.at(-1)).toBe('206 bytes');
    await requested(places);
    expect(places.urls().at(-1)).toBe(`${second}/${FILE}`);
  });

  it('has 1.5 s for its first byte, and later events of that request are ignored', async () => {
    const places = await scriptedPlaces();
    await requested(places);
    places.clock.advance(1499);
    expect(places.sent).toHaveLength(1);
    places.clock.advance(1);
    expect(places.sent).toHaveLength(2);
  });

  it('is detected when the player cancels a late request', async () => {
    const places = await scriptedPlaces();
    const { request, heard } = await requested(places);
    places.clock.advance(1000);
    request.close();
    await requested(places);
    expect(places.urls().at(-1)).toBe(`${basesOf('one')[1]}/${FILE}`);
    expect(heard).toEqual([]);
  });

  it('is not assumed when the player cancels a request at once, or while bytes arrive', async () => {
    const places = await scriptedPlaces();
    const { request } = await requested(places);
    places.clock.advance(900);
    request.close();
    const { request: slow } = await requested(places);
    places.last().onHead();
    places.clock.advance(1900);
    slow.close();
    await requested(places);
    expect(new Set(places.urls())).toEqual(new Set([`${basesOf('one')[0]}/${FILE}`]));
  });
});

describe('a request', () => {
  it('sends its range and response type to each base', async () => {
    const places = await scriptedPlaces();
    await requested(places);
    places.last().onBroken();
    for (const sent of places.sent)
      expect(sent).toMatchObject({ range: { from: 10, to: 20 }, responseType: 'arraybuffer' });
    expect(places.sent).toHaveLength(2);
  });

  it('gives the last base more time, since the connection may be slow', async () => {
    const places = await scriptedPlaces();
    await requested(places);
    places.clock.advance(1500);
    places.clock.advance(1500);
    places.clock.advance(9999);
    expect([places.sent.length, places.last().isAborted]).toEqual([3, false]);
    expect(places.last().url).toBe(`${basesOf('one')[2]}/${FILE}?edge=0`);
  });

  it('that is cancelled sends nothing more', async () => {
    const places = await scriptedPlaces();
    const { request } = await requested(places);
    request.close();
    request.close();
    places.clock.advance(600_000);
    await settle();
    expect([places.sent.length, places.last().isAborted, places.clock.pendingTimers]).toEqual([1, true, 0]);
  });
});

describe('a new link', () => {
  const breakAll = async (places: Places): Promise<void> => {
    for (let at = 0; at < 3; at++) places.last().onBroken();
    await settle();
  };

  it('is fetched when all bases are dead, and the new bases are tried at once', async () => {
    const places = await scriptedPlaces();
    const { heard } = await requested(places);
    await breakAll(places);
    expect([places.links(), places.asked.at(-1)]).toEqual([1, linkOf('new1').playUrl]);
    expect(places.urls().slice(3)).toEqual([`${basesOf('new1')[0]}/${FILE}`]);
    places.last().onEnd(206, 'bytes');
    expect(heard).toEqual(['206 bytes']);
  });

  it.each([401, 403, 410])('is fetched when the current one has expired (%i); the base is not dead', async (status) => {
    const places = await scriptedPlaces();
    const { heard } = await requested(places);
    places.last().onEnd(status, 'over');
    await settle();
    expect(places.urls()).toEqual([`${basesOf('one')[0]}/${FILE}`, `${basesOf('new1')[0]}/${FILE}`]);
    places.last().onEnd(206, 'bytes');
    expect(heard).toEqual(['206 bytes']);
  });

  it('is shared by all requests that find the old link expired', async () => {
    const places = await scriptedPlaces();
    await requested(places, 'renditions/a.mp4');
    await requested(places, 'renditions/b.mp4');
    const [a, b] = places.sent;
    a?.onEnd(401, '');
    b?.onEnd(401, '');
    await settle();
    expect(places.links()).toBe(1);
    expect(places.urls().slice(2)).toEqual(['a', 'b'].map((one) => `${basesOf('new1')[0]}/renditions/${one}.mp4`));
  });

  it('that is refused too ends the request with the refusal’s status', async () => {
    const places = await scriptedPlaces();
    const { heard } = await requested(places);
    for (let at = 0; at < 3; at++) {
      places.last().onEnd(401, '');
      await settle();
      places.clock.advance(1000);
    }
    expect([heard, places.links(), places.sent.length]).toEqual([['failed 401'], 2, 3]);
  });

  it('without a base that has the file ends the request', async () => {
    const places = await scriptedPlaces();
    const { heard } = await requested(places);
    for (let at = 0; at < 6; at++) {
      places.last().onEnd(404, '');
      await settle();
    }
    expect([heard, places.links(), places.sent.length]).toEqual([['failed 404'], 2, 6]);
  });

  it.each([
    ['the item no longer exists', () => Promise.reject(new MeridianApiError('NOT_FOUND', 'gone', { status: 404 }))],
    ['the new link has no playlist', () => Promise.resolve(linkOf('x', { playlistUrl: 'https://lib.example.org/x' }))],
  ])('is not waited for when %s', async (_what, newLink) => {
    const places = await scriptedPlaces({ newLink });
    const { heard } = await requested(places);
    await breakAll(places);
    expect([heard, places.clock.pendingTimers]).toEqual([['failed 0'], 0]);
  });

  it('is requested again after growing pauses while it is unavailable, and the bases are tried again too', async () => {
    let isAway = true;
    const away = () => Promise.reject(new MeridianApiError('API_UNREACHABLE', 'no answer'));
    const places = await scriptedPlaces({ newLink: () => (isAway ? away() : Promise.resolve(linkOf('late'))) });
    const { heard } = await requested(places);
    const waitedMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      await breakAll(places);
      waitedMs.push((places.clock.nextDueMs ?? 0) - places.clock.nowMs());
      places.clock.advance(waitedMs.at(-1) ?? 0);
    }
    expect([waitedMs, places.sent.length]).toEqual([[500, 1000, 2000, 4000, 8000], 16]);
    isAway = false;
    places.last().onEnd(206, 'bytes');
    expect(heard).toEqual(['206 bytes']);
  });

  it('is requested again for at most two minutes', async () => {
    const away = () => Promise.reject(new MeridianApiError('API_UNREACHABLE', 'no answer'));
    const places = await scriptedPlaces({ newLink: away });
    const { heard } = await requested(places);
    for (let round = 0; round < 40 && heard.length === 0; round++) {
      await breakAll(places);
      places.clock.advance(8000);
    }
    expect([heard, places.clock.pendingTimers]).toEqual([['failed 0'], 0]);
    expect(places.clock.nowMs()).toBeGreaterThan(120_000);
    expect(places.clock.nowMs()).toBeLessThan(150_000);
  });
});
