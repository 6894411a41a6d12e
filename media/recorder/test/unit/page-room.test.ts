import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import { PageRoom } from '../../src/pages/page-room.ts';
import type { PageHooks } from '../../src/pages/pages.ts';

const log = createLogger({ name: 'recorder', level: 'silent' });
let clock: ManualClock;
let browsers: PageHooks[];
let joins: number;
let ended: string[];
beforeEach(() => {
  clock = new ManualClock();
  browsers = [];
  joins = 0;
  ended = [];
});

function open(): Promise<PageRoom> {
  return PageRoom.open({
    identity: '',
    url: 'https://example.org/',
    clock,
    log,
    pages: {
      show: (_url, hooks) => {
        browsers.push(hooks);
        return { close: () => Promise.resolve() };
      },
    },
    openRoom: () => {
      joins += 1;
      return Promise.resolve({ roster: {} as PageRoom['roster'], close: () => undefined });
    },
    onTrack: () => undefined,
    onEnded: (code) => void ended.push(code),
  });
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each([
  [undefined, 'PAGE_FAILED'],
  ['PAGE_FAILED', 'PAGE_FAILED'],
  ['PAGE_TOO_LARGE', 'PAGE_TOO_LARGE'],
] as const)('a page that never opens (%s) is not recorded, and the room is not joined', async (failure, code) => {
  const opening = open();
  browsers[0]?.onEnd('it answers 404', failure);
  await expect(opening).rejects.toMatchObject({ code });
  clock.advance(120_000);
  expect([joins, browsers.length, clock.pendingTimers]).toEqual([0, 1, 0]);
});

it('a slow page is awaited for 5 s; when it fails later, the recording ends', async () => {
  const opening = open();
  clock.advance(4999);
  await nextTurn();
  expect(joins).toBe(0);
  clock.advance(1);
  const room = await opening;
  browsers[0]?.onEnd('it answers 404', 'PAGE_FAILED');
  expect([joins, ended, browsers.length]).toEqual([1, ['PAGE_FAILED'], 1]);
  room.close();
});

it('a page that was open is reopened, also when its server is away, but not if it exceeded its bounds', async () => {
  const opening = open();
  browsers[0]?.onOpen();
  const room = await opening;
  browsers[0]?.onEnd('its page has crashed');
  clock.advance(60_000);
  browsers[1]?.onEnd('it answers 503', 'PAGE_FAILED');
  clock.advance(60_000);
  expect([browsers.length, ended]).toEqual([3, []]);
  browsers[2]?.onEnd('it takes much', 'PAGE_TOO_LARGE');
  clock.advance(60_000);
  expect([browsers.length, ended]).toEqual([3, ['PAGE_TOO_LARGE']]);
  room.close();
});
