// Reports of a playback: times, contents, and tolerance of failures.
import { ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { newWatchId, WatchReporter } from '../../../src/library/play/watch-reporter.ts';
import { ScriptedElement } from './scripted-element.ts';
import { settle } from './scripted-places.ts';

interface Report {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

function scripted({ post = () => Promise.resolve() }: { post?: () => Promise<void> } = {}) {
  const clock = new ManualClock();
  const element = new ScriptedElement();
  const page = new EventTarget();
  const posts: Report[] = [];
  const beacons: Report[] = [];
  let playUrl: string | undefined = 'https://lib.example.org/library/plays/one';
  const noted = (list: Report[]) => (url: string, body: string) => list.push({ url, body: JSON.parse(body) });
  const watching = new WatchReporter({
    element: element.asMedia,
    page: page as Window,
    clock,
    id: 'AAAAAAAAAAAAAAAAAAAAAA',
    url: () => playUrl,
    cache: () => 'near.example.org',
    post: (url, body) => {
      noted(posts)(url, body);
      return post();
    },
    beacon: (url, body) => noted(beacons)(url, body) > 0,
  });
  onTestFinished(() => watching.close());
  const say = (afterMs: number, ...types: readonly string[]): void => {
    clock.advance(afterMs);
    element.say(...types);
  };
  const leave = () => page.dispatchEvent(new Event('pagehide'));
  const setUrl = (url: string | undefined): void => {
    playUrl = url;
  };
  return { clock, element, watching, posts, beacons, say, leave, setUrl };
}

it('a playback that never starts reports nothing', () => {
  const { say, leave, watching, posts, beacons } = scripted();
  say(0, 'seeking', 'seeked', 'timeupdate');
  watching.quality('720p');
  leave();
  watching.close();
  expect([posts, beacons]).toEqual([[], []]);
});

it('a report contains all totals, with a rising number, and goes to the URL of the current link', () => {
  const { say, watching, element, posts, setUrl } = scripted();
  watching.quality('720p');
  say(1000, 'play');
  say(400, 'playing');
  element.currentTime = 2.5;
  setUrl('https://lib2.example.org/library/plays/two');
  say(2500, 'pause');
  expect(posts.map(({ url }) => url)).toEqual([
    'https://lib.example.org/library/plays/one/watches',
    'https://lib2.example.org/library/plays/two/watches',
  ]);
  expect(posts[0]?.body).toMatchObject({ watch: 'AAAAAAAAAAAAAAAAAAAAAA', seq: 1, positionMs: 0, watchedMs: 0 });
  expect(posts[1]?.body).toEqual({
    watch: 'AAAAAAAAAAAAAAAAAAAAAA',
    seq: 2,
    agoMs: 2900,
    startupMs: 400,
    watchedMs: 2500,
    stalls: 0,
    stalledMs: 0,
    seeks: 0,
    switches: 0,
    qualities: [{ name: '720p', watchedMs: 2500 }],
    positionMs: 2500,
    ended: false,
    cache: 'near.example.org',
  });
});

it('reports are at least a second apart, and the last one contains the last state', () => {
  const { say, clock, posts } = scripted();
  say(0, 'play', 'playing');
  for (let at = 0; at < 9; at++) say(100, 'seeking', 'seeked', 'playing');
  expect(posts).toHaveLength(1);
  clock.advance(100);
  expect(posts.map(({ body }) => body['seeks'])).toEqual([0, 9]);
  expect(clock.pendingTimers).toBe(0);
});

it('reports go by beacon when the page is left, and once more at the end', () => {
  const { say, leave, watching, posts, beacons, clock } = scripted();
  say(0, 'play', 'playing');
  say(500, 'seeking', 'seeked', 'playing');
  leave();
  say(500, 'timeupdate');
  watching.close();
  watching.close();
  say(5000, 'pause');
  expect([posts.length, beacons.map(({ body }) => [body['seq'], body['watchedMs']])]).toEqual([
    1,
    [
      [2, 500],
      [3, 1000],
    ],
  ]);
  expect(clock.pendingTimers).toBe(0);
});

it('a report after failed reports contains all totals again', async () => {
  const { say, posts } = scripted({ post: () => Promise.reject(new Error('status 503')) });
  say(0, 'play', 'playing');
  await settle();
  say(30_000, 'timeupdate');
  say(9000, 'pause');
  await settle();
  expect(posts.map(({ body }) => [body['seq'], body['watchedMs']])).toEqual([
    [1, 0],
    [2, 10_000],
    [3, 19_000],
  ]);
});

it('nothing is reported while no node accepts reports', () => {
  const { say, setUrl, posts } = scripted();
  setUrl(undefined);
  say(0, 'play', 'playing');
  setUrl('https://lib.example.org/library/plays/one');
  say(3000, 'pause');
  expect(posts.map(({ body }) => body['seq'])).toEqual([1]);
});

it('the id of a playback has 22 characters that are valid in URLs', () => {
  const fill = (value: number) => newWatchId((bytes) => bytes.fill(value));
  expect([fill(0), fill(255), fill(251)]).toEqual(['A'.repeat(22), '_____________________w', '-_v7-_v7-_v7-_v7-_v7-w']);
});
