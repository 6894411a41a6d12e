import { describe, expect, it } from 'vitest';
import { menuFor } from '../../../src/console/core/route.ts';
import type { EventStream } from '../../../src/console/ports.ts';
import type { WallRoom, WallTrack } from '../../../src/console/types.ts';
import { inOrder, loudest, shareOf, streamPath, troublesOf, worstFirst } from '../../../src/console/wall/core/tiles.ts';
import { DRAWN_EVERY_MS, RETRY_MS, SILENT_MS, WallFeed } from '../../../src/console/wall/wall-feed.ts';

const track = (o: Partial<WallTrack>): WallTrack => ({
  identity: 'ann',
  trackId: 'TR_1',
  source: 'camera',
  codec: 'vp8',
  isStream: false,
  blackMs: 0,
  frozenMs: 0,
  silentMs: 0,
  noneMs: 0,
  levelDb: -127,
  ...o,
});
const room = (o: Partial<WallRoom> = {}): WallRoom => ({
  tenant: 'acme',
  room: 'a',
  state: 'watching',
  code: '',
  participants: 1,
  tracks: [],
  ...o,
});

describe('the trouble of a room', () => {
  it.each<[what: string, tracks: Partial<WallTrack>[], said: string[]]>([
    ['a track without trouble is not listed', [{}], []],
    ['a black picture is not listed before 3 s', [{ blackMs: 2999 }], []],
    ['a black picture is listed after 3 s', [{ blackMs: 3000 }], ['black 3 ann 1 false']],
    ['a black picture is serious after 10 s', [{ blackMs: 10_000 }], ['black 10 ann 1 true']],
    ['a black picture counts as black, not as frozen', [{ blackMs: 4000, frozenMs: 9000 }], ['black 4 ann 1 false']],
    ['a picture that is missing', [{ noneMs: 12_000, frozenMs: 12_000, blackMs: 12_000 }], ['none 12 ann 1 true']],
    ['a frozen shared screen is no trouble', [{ source: 'screen_share', frozenMs: 99_000 }], []],
    ['a silent microphone of a person is no trouble', [{ source: 'microphone', silentMs: 99_000 }], []],
    ['an encoder is silent', [{ source: 'microphone', isStream: true, silentMs: 29_000 }], ['silent 29 ann 1 false']],
    [
      'of two publishers with the same trouble, the longer one is named',
      [{ frozenMs: 5000 }, { identity: 'bo', frozenMs: 11_000 }, { noneMs: 3000 }],
      ['none 3 ann 1 false', 'frozen 11 bo 2 true'],
    ],
  ])('%s', (_, tracks, said) =>
    expect(
      troublesOf(room({ tracks: tracks.map(track) })).map((one) =>
        [one.kind, one.seconds, one.identity, one.count, one.isSerious].join(' '),
      ),
    ).toEqual(said),
  );

  it('is none once the room is over', () =>
    expect(troublesOf(room({ state: 'over', tracks: [track({ blackMs: 99_000 })] }))).toEqual([]));

  it('the meter shows the room’s loudest sound, in dBFS', () => {
    const sound = { source: 'microphone', codec: 'opus' };
    expect(loudest(room({ tracks: [track({ levelDb: -3 }), track({ ...sound, levelDb: -30 })] }))).toBe(-30);
    expect(loudest(room({ tracks: [track({})] }))).toBeUndefined();
    expect([-127, -60, -30, 0].map(shareOf)).toEqual([0, 0, 0.5, 1]);
  });
});

it('rooms with a serious trouble come first, then kept rooms, then the others, each once', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ tenant: 'acme', room: name })) as [WallRoom, WallRoom, WallRoom];
  expect(inOrder([b], [a, b, c])).toEqual([b, a, c]);
  const troubledRoom = room({ room: 'c', tracks: [track({ blackMs: 60_000 })] });
  expect(worstFirst([b, a, c], new Map([['acme/c', troubledRoom]]))).toEqual([c, b, a]);
});

it('room names with commas and spaces reach the API unchanged', () => {
  const path = streamPath([
    { tenant: 'acme', room: 'a, b' },
    { tenant: 'acme', room: '周会' },
  ]);
  const rooms = new URLSearchParams(path.split('?')[1]).get('rooms') ?? '';
  expect(rooms.split(',').map(decodeURIComponent)).toEqual(['acme/a, b', 'acme/周会']);
});

it.each([
  [['operator'], true],
  [['operator', 'wall'], true],
  [['wall'], false],
])('with the scopes %j the wall’s menu entry exists: %s', (scopes, isThere) =>
  expect(menuFor(scopes).includes('wall')).toBe(isThere),
);

describe('the wall’s stream', () => {
  const opened = (pictureEveryMs = 0) => {
    const streams: (EventStream & { say(room: WallRoom): void; isClosed: boolean; readyState: number })[] = [];
    let nowMs = 0;
    let refused = 0;
    let tick = (): void => undefined;
    const feed = new WallFeed({
      open: () => {
        let hear: (event: MessageEvent<string>) => void = () => undefined;
        const stream = {
          onopen: null,
          onerror: null,
          readyState: 1,
          isClosed: false,
          addEventListener: (_: string, listener: (event: MessageEvent<string>) => void) => {
            hear = listener;
          },
          close: () => {
            stream.isClosed = true;
          },
          say: (one: WallRoom) => hear({ data: JSON.stringify(one) } as MessageEvent<string>),
        };
        streams.push(stream);
        return stream;
      },
      nowMs: () => nowMs,
      every: (_, then) => {
        tick = then;
        return () => {
          tick = () => undefined;
        };
      },
      pictureEveryMs,
      onRefused: () => {
        refused += 1;
      },
    });
    const pass = (ms: number): void => {
      for (let remainingMs = ms; remainingMs > 0; remainingMs -= DRAWN_EVERY_MS) {
        nowMs += Math.min(remainingMs, DRAWN_EVERY_MS);
        tick();
      }
    };
    return { feed, streams, pass, refused: () => refused };
  };

  it('keeps a room’s last picture until the next, and drops it when the room is no longer visible', () => {
    const { feed, streams, pass } = opened();
    const picture = () => feed.state.get().pictures.get('acme/a');
    streams[0]?.say(room({ picture: 'b25l' }));
    expect(picture()).toBe('data:image/jpeg;base64,b25l');
    streams[0]?.say(room({ picture: 'dHdv' }));
    expect(picture()).toBe('data:image/jpeg;base64,b25l'); // rendered at the next beat
    pass(250);
    expect(picture()).toBe('data:image/jpeg;base64,dHdv');
    streams[0]?.say(room());
    pass(250);
    expect(picture()).toBe('data:image/jpeg;base64,dHdv');
    streams[0]?.say(room({ state: 'refused', code: 'WALL_REFUSED' }));
    pass(250);
    expect([picture(), feed.state.get().rooms.get('acme/a')?.code]).toEqual([undefined, 'WALL_REFUSED']);
    streams[0]?.say(room({ picture: 'dHdv' }));
    streams[0]?.say(room({ code: 'E2EE' }));
    pass(250);
    expect(picture(), 'what is encrypted is empty').toBeUndefined();
  });

  it('changes pictures every 5 s for people who want reduced motion', () => {
    const { feed, streams, pass } = opened(5000);
    const shownPictures: (string | undefined)[] = [];
    for (const picture of ['b25l', 'dHdv', 'dGhy']) {
      streams[0]?.say(room({ picture }));
      pass(2750);
      shownPictures.push(feed.state.get().pictures.get('acme/a')?.split(',')[1]);
    }
    expect(shownPictures).toEqual(['b25l', 'b25l', 'dGhy']);
  });

  it('is reopened after growing pauses when it falls silent; a refused stream is reported once', () => {
    const { feed, streams, pass, refused } = opened();
    pass(SILENT_MS);
    expect([streams.length, streams[0]?.isClosed, feed.state.get().isOpen]).toEqual([1, true, false]);
    pass(RETRY_MS.least);
    expect([streams.length, feed.state.get().isOpen]).toEqual([2, true]);
    const second = streams[1];
    Object.assign(second ?? {}, { readyState: 2 });
    second?.onerror?.(new Event('error'));
    pass(RETRY_MS.least);
    expect([streams.length, refused()]).toEqual([2, 1]);
    pass(RETRY_MS.least);
    expect(streams).toHaveLength(3);
  });

  it('is not reopened once the feed is closed', () => {
    const { feed, streams, pass } = opened();
    feed.close();
    pass(60_000);
    expect([streams.length, streams[0]?.isClosed]).toEqual([1, true]);
    feed.close();
  });
});
