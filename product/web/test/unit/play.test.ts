import { describe, expect, it } from 'vitest';
import { isFailureCode } from '../../src/core/messages/failures.ts';
import {
  type Abilities,
  betterProtocols,
  type DriverStatus,
  firstPlayback,
  needsNewBuffers,
  nextPlayback,
  type Playback,
  type PlayProtocol,
  pauseAfterMs,
  pictureOf,
  playedRoom,
  playerCode,
  playProtocolOf,
  protocolsFor,
} from '../../src/core/play.ts';

const all: Abilities = { webrtc: true, mse: true, nativeHls: true, webSocket: true };
const has = { gateway: true, token: true };

describe('the protocols of a browser', () => {
  it.each<[string, Partial<Abilities>, string]>([
    ['supports everything', {}, 'webrtc,flv,hls,mpeg1'],
    ['has no WebRTC', { webrtc: false }, 'flv,hls,mpeg1'],
    ['has no MSE: an old iPhone', { webrtc: false, mse: false }, 'hls,mpeg1'],
    ['has no native HLS: Chromium', { nativeHls: false }, 'webrtc,flv,hls,mpeg1'],
    ['has WebSockets alone', { webrtc: false, mse: false, nativeHls: false }, 'mpeg1'],
    ['has no WebSockets', { webrtc: false, webSocket: false }, 'hls'],
    ['supports nothing', { webrtc: false, mse: false, nativeHls: false, webSocket: false }, ''],
  ])('that %s', (_name, without, expected) => {
    expect(protocolsFor({ ...all, ...without }, has).join()).toBe(expected);
  });
  it('are only WebRTC without a gateway', () => {
    expect(protocolsFor(all, { ...has, gateway: false })).toEqual(['webrtc']);
    expect(protocolsFor({ ...all, webrtc: false }, { ...has, gateway: false })).toEqual([]);
  });
  it('are without WebRTC for a stream key alone', () => {
    expect(protocolsFor(all, { gateway: true, token: false })).toEqual(['flv', 'hls', 'mpeg1']);
  });
  it('are only the forced one, or none where the browser lacks it', () => {
    expect(protocolsFor(all, has, 'hls')).toEqual(['hls']);
    expect(protocolsFor({ ...all, mse: false }, has, 'flv')).toEqual([]);
    expect(protocolsFor(all, { ...has, gateway: false }, 'mpeg1')).toEqual([]);
  });
  it('are named exactly', () => {
    expect([
      playProtocolOf('mpeg1'),
      playProtocolOf('MPEG1'),
      playProtocolOf('h5'),
      playProtocolOf(''),
      playProtocolOf(null),
    ]).toEqual(['mpeg1', ...Array(4).fill(undefined)]);
  });
});

/** Applies one status per second to a new playback; returns the final state as text. */
function watchAll(list: Parameters<typeof firstPlayback>[0], statuses: readonly DriverStatus[]): string {
  let watch = firstPlayback(list, 0);
  for (const [index, status] of statuses.entries()) watch = nextPlayback(watch, status, 1000 * (index + 1));
  return stateText(watch);
}
const stateText = (watch: Playback): string => (watch.at === 'failed' ? watch.code : `${watch.at} ${watch.protocol}`);
const [connecting, empty, playing]: DriverStatus[] = [{ at: 'connecting' }, { at: 'empty' }, { at: 'playing' }];
const sound: DriverStatus = { at: 'sound' };
const repeated = (status: DriverStatus | undefined, count: number): DriverStatus[] => Array(count).fill(status);
const failed = (code: string): DriverStatus => ({ at: 'failed', code });

describe('the protocol in use', () => {
  it.each<[string, DriverStatus[], string]>([
    ['stays while it is new', repeated(connecting, 7), 'connecting webrtc'],
    ['is given up without a picture after 8 s', repeated(connecting, 8), 'connecting flv'],
    ['stays in an empty room', [...repeated(connecting, 7), ...repeated(empty, 100)], 'empty webrtc'],
    [
      'has 8 s again when the room has a picture',
      [...repeated(empty, 100), ...repeated(connecting, 8)],
      'connecting webrtc',
    ],
    ['is given up at once when it fails', [failed('MEDIA_FAILED')], 'connecting flv'],
    ['plays', [...repeated(connecting, 3), ...repeated(playing, 100)], 'playing webrtc'],
    ['stays while it plays sound alone', repeated(sound, 100), 'sound webrtc'],
    ['plays the picture that joins sound alone', [...repeated(sound, 10), playing ?? sound], 'playing webrtc'],
    [
      'is tried once more when it fails after it has played sound alone',
      [...repeated(sound, 9), failed('SOCKET_LOST')],
      'connecting webrtc',
    ],
    [
      'is tried once more when it fails after it has played',
      [...repeated(playing, 9), failed('SOCKET_LOST')],
      'connecting webrtc',
    ],
    [
      'is given up when it fails again',
      [...repeated(playing, 9), ...repeated(failed('SOCKET_LOST'), 2)],
      'connecting flv',
    ],
    ['becomes the last one after the others had 8 s each', repeated(connecting, 16), 'connecting mpeg1'],
    ['fails with the last protocol’s failure', [...repeated(connecting, 16), failed('NOT_MPEG_TS')], 'NOT_MPEG_TS'],
    ['fails when the last protocol shows no picture in 8 s', repeated(connecting, 24), 'NO_PICTURE'],
    ['stays failed, whatever the later status', [...repeated(connecting, 24), ...repeated(playing, 2)], 'NO_PICTURE'],
    ['fails when the viewer is removed, without another', [...repeated(playing, 2), failed('KICKED')], 'KICKED'],
    ['fails when the token has expired', [failed('TOKEN_EXPIRED')], 'TOKEN_EXPIRED'],
  ])('%s', (_name, statuses, expected) => {
    expect(watchAll(['webrtc', 'flv', 'mpeg1'], statuses)).toBe(expected);
  });
  /** Applies four statuses a second, each with a new picture for `moves` seconds, then with none. */
  const stateAfter = (seconds: number, o: { moves: number; of?: DriverStatus['at']; isHidden?: boolean }): string => {
    let watch = firstPlayback(['flv', 'hls'], 0);
    for (let at = 1; at <= seconds * 4; at += 1) {
      const pictures = o.isHidden === true ? undefined : Math.min(at, o.moves * 4);
      watch = nextPlayback(watch, { at: 'playing', pictures }, at * 250);
    }
    return stateText(watch);
  };
  it.each<[string, number, Parameters<typeof stateAfter>[1], string]>([
    ['plays while pictures come', 60, { moves: 60 }, 'playing flv'],
    ['plays through a short gap', 12.5, { moves: 10 }, 'playing flv'],
    ['waits when its picture stands still for 3 s', 13, { moves: 10 }, 'empty flv'],
    ['is reopened when its picture stands still for 8 s', 18, { moves: 10 }, 'connecting flv'],
    ['counts as playing while pictures are not counted', 60, { moves: 0, isHidden: true }, 'playing flv'],
  ])('%s', (_name, seconds, o, expected) => expect(stateAfter(seconds, o)).toBe(expected));
  it('continues when the picture moves again', () => {
    let watch = firstPlayback(['flv'], 0);
    for (const [pictures, atMs] of [
      [1, 0],
      [1, 3000],
      [2, 3250],
    ] as const)
      watch = nextPlayback(watch, { at: 'playing', pictures }, atMs);
    expect(stateText(watch)).toBe('playing flv');
  });
  it('waits for a click where the browser wants one, however long', () => {
    expect(watchAll(['webrtc', 'flv'], repeated({ at: 'blocked' }, 100))).toBe('blocked webrtc');
    expect(watchAll(['webrtc', 'flv'], [...repeated({ at: 'blocked' }, 9), { at: 'playing' }])).toBe('playing webrtc');
  });
  it('fetches new keys when they expire during playback, and ends when the token has expired too', () => {
    const expires = [...repeated(playing, 2), failed('TOKEN_EXPIRED')];
    expect(watchAll(['hls'], expires)).toBe('connecting hls');
    expect(watchAll(['hls'], [...expires, failed('TOKEN_EXPIRED')])).toBe('TOKEN_EXPIRED');
  });
  it('is retried automatically after growing pauses, unless it was refused', () => {
    const pauses = [0, 3, 4, 5, 6, 9, 99].map((failures) => pauseAfterMs('SOCKET_LOST', failures, 0));
    expect(pauses).toEqual([500, 500, 500, 1000, 2000, 16_000, 30_000]);
    for (const code of ['KICKED', 'TOKEN_EXPIRED', 'FENCED_OUT', 'WAY_NONE'])
      expect(pauseAfterMs(code, 0, 0)).toBeUndefined();
    expect(pauseAfterMs('TOKEN_NOT_YET_VALID', 0, 0)).toBe(pauseAfterMs('SOCKET_LOST', 0, 0));
  });
  it('fails at once where no protocol is possible', () => {
    expect(watchAll([], [])).toBe('WAY_NONE');
  });
});

it('pauses before a retry are shorter by up to half, so that not all viewers return at once', () => {
  expect([0, 0.5, 1].map((random) => pauseAfterMs('SOCKET_LOST', 5, random))).toEqual([1000, 750, 500]);
});

describe('better protocols', () => {
  const list = ['webrtc', 'flv', 'hls'] as const;
  const plays = (protocol: PlayProtocol, at: 'playing' | 'empty' | 'sound' = 'playing'): Playback => {
    const since = { startMs: 0, sinceMs: 1000, movedMs: 1000 };
    return { at, protocol, list, ...since, pictures: undefined, hasPlayed: true };
  };
  const never = { atMs: 0, count: 0 };
  it('are tried after 30 s of a lower one', () => {
    expect(betterProtocols(plays('hls'), never, 30_999)).toEqual([]);
    expect(betterProtocols(plays('hls'), never, 31_000)).toEqual(['webrtc', 'flv']);
  });
  it('are none when the best plays, or nothing', () => {
    expect(betterProtocols(plays('webrtc'), never, 99_000)).toEqual([]);
    expect(betterProtocols(plays('hls', 'empty'), never, 99_000)).toEqual([]);
    expect(betterProtocols(plays('hls', 'sound'), never, 31_000)).toEqual(['webrtc', 'flv']);
  });
  it.each([
    [1, 60],
    [2, 120],
    [5, 600],
    [40, 600],
  ])('after %s tries are tried again after %s s', (count, pauseS) => {
    const dueMs = 50_000 + 1000 * pauseS;
    expect(betterProtocols(plays('flv'), { atMs: 50_000, count }, dueMs - 1)).toEqual([]);
    expect(betterProtocols(plays('flv'), { atMs: 50_000, count }, dueMs)).toEqual(['webrtc']);
  });
});

it('the large picture is a screen, else the speaker, else the current picture, else the first', () => {
  const camera = (identity: string) => ({ identity, source: 'camera' as const });
  const [ann, bo, cy] = [camera('ann'), camera('bo'), camera('cy')];
  const screen = { identity: 'bo', source: 'screen_share' as const };
  expect(pictureOf([], 'ann', ann)).toBe(undefined);
  expect(pictureOf([ann, bo, screen], 'ann', ann)).toBe(screen);
  expect(pictureOf([ann, bo, cy], 'cy', bo)).toBe(cy);
  expect(pictureOf([ann, bo], 'cy', bo)).toBe(bo);
  expect(pictureOf([ann, bo], undefined, cy)).toBe(ann);
});

it('the room to play is parsed from the path', () => {
  const paths = ['/play/team', '/play/%E8%AF%84%E5%AE%A1%201/', '/play/%ff', '/play/', '/play/a/b', '/', '/playing/x'];
  expect(paths.map(playedRoom)).toEqual(['team', '评审 1', ...Array(5).fill('')]);
});

it('a player library’s failure maps to a code that has a text', () => {
  expect([401, 403, 503, 500, undefined].map((status) => playerCode(true, status))).toEqual([
    'TOKEN_EXPIRED',
    'NOT_PERMITTED',
    'OVERLOADED',
    'SOCKET_LOST',
    'SOCKET_LOST',
  ]);
  expect(playerCode(false)).toBe('STREAM_UNSUPPORTED');
  for (const isNetwork of [true, false]) expect(isFailureCode(playerCode(isNetwork))).toBe(true);
});

describe('MSE buffers', () => {
  it.each<[string, string[], string[], boolean]>([
    ['are not replaced while there are none', [], ['audiovideo'], false],
    ['for audio stay for more audio', ['audio'], ['audio'], false],
    ['for audio are replaced for audio with video', ['audio'], ['audiovideo'], true],
    ['for audio are replaced for separate audio and video', ['audio'], ['audio', 'video'], true],
  ])('%s', (_what, present, wanted, needed) => expect(needsNewBuffers(present, wanted)).toBe(needed));
  it('with video need no new buffers', () => {
    expect(needsNewBuffers(['audiovideo'], ['audio'])).toBe(false);
    expect(needsNewBuffers(['audiovideo'], ['audiovideo'])).toBe(false);
  });
});
