// Calls at every moment of publishing, publishing again, and moving: the last call counts (../publishing-world.ts).
import { MeridianClientError } from '@meridian/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MuteSync } from '../../src/media/mute-sync.ts';
import type { LocalTrack } from '../../src/tracks/local-track.ts';
import { disagreements, stubBrowser, World } from '../publishing-world.ts';

beforeAll(() => stubBrowser());
afterAll(() => void vi.unstubAllGlobals());

/** Steps after which a call comes: a publish takes fewer. */
const moments = Array.from({ length: 14 }, (_unused, steps) => steps);
async function atEveryMoment(call: (moment: number) => Promise<void>): Promise<void> {
  for (const moment of moments) await call(moment);
}
type Kind = 'camera' | 'microphone' | 'page';
const kinds: readonly Kind[] = ['camera', 'microphone', 'page'];

async function joined(kind: Kind): Promise<{ world: World; track: LocalTrack }> {
  const world = new World(1);
  await world.join();
  return { world, track: world.newTrack(kind === 'microphone' ? 'audio' : 'video', kind !== 'page') };
}
async function steps(world: World, count: number): Promise<void> {
  for (let step = 0; step < count && world.isBusy; step += 1) await world.step();
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
const mutesAt = (world: World): boolean[] => [...world.service.values()].map(({ muted }) => muted);
const typesOf = (world: World): string[] => world.events.map(({ type }) => type);

describe.each(kinds)('a %s', (kind) => {
  it('that is muted any number of steps after a publish is muted for the others', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      const published = world.local.publishTrack(track);
      await steps(world, moment);
      const muted = track.mute();
      await world.quiet();
      await Promise.all([published, muted]);
      expect(mutesAt(world)).toEqual([true]);
      expect(disagreements(world, [track])).toEqual([]);
    });
  });

  it('that is muted, published, and unmuted any number of steps later is sent and unmuted', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      if (kind === 'camera') {
        void world.local.publishTrack(track); // a camera that is muted before is closed, so the mute comes just after
        void track.mute();
      } else {
        await track.mute();
        void world.local.publishTrack(track);
      }
      await steps(world, moment);
      const unmuted = track.unmute();
      await world.quiet();
      await unmuted;
      expect(mutesAt(world)).toEqual([false]);
      expect(disagreements(world, [track])).toEqual([]);
      expect(track.outgoing).not.toBeNull();
    });
  });

  it('that is unpublished any number of steps after a rejoin stays unpublished', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      void world.local.publishTrack(track);
      await world.quiet();
      await world.join();
      await steps(world, moment);
      const unpublished = world.local.unpublishTrack(track, false);
      await world.quiet();
      await unpublished;
      expect(world.service.size).toBe(0);
      expect(disagreements(world, [track])).toEqual([]);
      expect(typesOf(world).at(-1)).toBe('unpublished');
    });
  });

  it('that is unpublished any number of steps after a publish is never published, and its publish rejects', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      const published = codeOf(world.local.publishTrack(track));
      await steps(world, moment);
      const wasPublished = typesOf(world).length > 0;
      const unpublished = world.local.unpublishTrack(track, false);
      await world.quiet();
      await unpublished;
      expect(await published).toBe(wasPublished ? 'done' : 'TRACK_NOT_PUBLISHED');
      expect(world.service.size).toBe(0);
      expect(typesOf(world)).toEqual(wasPublished ? ['published', 'unpublished'] : []);
      expect(disagreements(world, [track])).toEqual([]);
    });
  });

  it('that is stopped any number of steps after a publish is taken out of the room', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      const published = codeOf(world.local.publishTrack(track));
      await steps(world, moment);
      const wasPublished = typesOf(world).length > 0;
      track.stop();
      await world.quiet();
      expect(await published).toBe(wasPublished ? 'done' : 'TRACK_ENDED');
      expect(world.service.size).toBe(0);
      expect(disagreements(world, [track])).toEqual([]);
    });
  });

  it('whose MediaStreamTrack is replaced any number of steps after a publish is sent with the new one', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      const published = world.local.publishTrack(track);
      await steps(world, moment);
      const next = world.newTrack(track.kind, false).mediaStreamTrack;
      const replaced = track.replaceTrack(next);
      await world.quiet();
      await Promise.all([published, replaced]);
      expect(track.outgoing).toBe(next);
      expect(disagreements(world, [track])).toEqual([]);
    });
  });

  it('is published once after a move that begins any number of steps after its publish', async () => {
    await atEveryMoment(async (moment) => {
      const { world, track } = await joined(kind);
      const published = world.local.publishTrack(track);
      if (moment > 0) await steps(world, moment);
      await world.beginMove(true);
      await world.quiet();
      await published;
      expect(mutesAt(world)).toEqual([false]);
      expect(disagreements(world, [track])).toEqual([]);
    });
  });
});

describe.each(['setCameraEnabled', 'setMicrophoneEnabled'] as const)('%s', (set) => {
  it('off, any number of steps after a rejoin, mutes for the others', async () => {
    await atEveryMoment(async (moment) => {
      const { world } = await joined('page');
      void world.local[set](true);
      await world.quiet();
      await world.join();
      await steps(world, moment);
      const off = world.local[set](false);
      await world.quiet();
      await off;
      expect(mutesAt(world)).toEqual([true]);
    });
  });

  it('on, any number of steps after a rejoin of a muted one, unmutes for the others', async () => {
    await atEveryMoment(async (moment) => {
      const { world } = await joined('page');
      void world.local[set](true);
      await world.quiet();
      void world.local[set](false);
      await world.quiet();
      await world.join();
      await steps(world, moment);
      const on = world.local[set](true);
      await world.quiet();
      const publication = await on;
      expect(mutesAt(world)).toEqual([false]);
      if (publication !== undefined) expect(disagreements(world, [publication.track])).toEqual([]);
    });
  });

  it('off, any number of steps after it was set on, counts although nothing is published yet', async () => {
    await atEveryMoment(async (moment) => {
      const { world } = await joined('page');
      void world.local[set](true);
      await steps(world, moment);
      const off = world.local[set](false);
      await world.quiet();
      await off;
      expect(mutesAt(world)).toEqual([true]);
    });
  });

  it('on opens no second device for a track that publishTrack publishes, any number of steps later', async () => {
    await atEveryMoment(async (moment) => {
      const kind = set === 'setCameraEnabled' ? 'camera' : 'microphone';
      const { world, track } = await joined(kind);
      void world.local.publishTrack(track);
      await steps(world, moment);
      const on = world.local[set](true);
      await world.quiet();
      expect((await on)?.track).toBe(track);
      expect(world.service.size).toBe(1);
    });
  });
});

it('setMicrophoneEnabled waits for a microphone that connect() is opening', async () => {
  const { world, track } = await joined('microphone');
  const opening = Promise.withResolvers<void>();
  world.local.delayChanges(['microphone'], opening.promise);
  const off = world.local.setMicrophoneEnabled(false);
  await world.quiet();
  void world.local.publishTrack(track);
  opening.resolve();
  await world.quiet();
  await off;
  expect(mutesAt(world)).toEqual([true]);
});

it('a track whose unpublish was lost with the connection is unpublished when the session is resumed', async () => {
  const { world, track } = await joined('microphone');
  void world.local.publishTrack(track);
  await world.quiet();
  await world.loseSocket();
  await world.local.unpublishTrack(track, false);
  expect(world.service.size).toBe(1);
  await world.resume();
  await world.quiet();
  expect(world.service.size).toBe(0);
});

it('a track whose publish was lost with the connection is published once when the session is resumed', async () => {
  for (const moment of moments) {
    const { world, track } = await joined('microphone');
    const published = world.local.publishTrack(track);
    await steps(world, moment);
    await world.loseSocket();
    await world.resume();
    await world.quiet();
    await published;
    expect(disagreements(world, [track])).toEqual([]);
  }
});

it('a camera or microphone that is set off before there is a connection is announced muted', async () => {
  for (const set of ['setCameraEnabled', 'setMicrophoneEnabled'] as const) {
    const world = new World(1);
    void world.local[set](true);
    await world.quiet();
    void world.local[set](false);
    await world.quiet();
    await world.join();
    await world.quiet();
    expect(world.announcedMutes).toEqual([true]);
  }
});

it('an unpublish in the event of a republication counts, and comes once', async () => {
  const { world, track } = await joined('page');
  void world.local.publishTrack(track);
  await world.quiet();
  world.onUnpublished = () => {
    world.onUnpublished = () => undefined;
    void world.local.unpublishTrack(track);
  };
  await world.join();
  await world.quiet();
  expect([typesOf(world), world.service.size]).toEqual([['published', 'unpublished'], 0]);
});

it('a refused publish is not taken back, and a failed unpublish is repeated', async () => {
  const { world, track } = await joined('page');
  world.failNextCode = 'TRACK_LIMIT';
  world.failNext = 'publish';
  const published = codeOf(world.local.publishTrack(track));
  await world.quiet();
  expect([await published, world.served]).toEqual(['TRACK_LIMIT', ['publish']]);
  void world.local.publishTrack(track);
  await world.quiet();
  world.failNextCode = 'NODE_UNREACHABLE';
  world.failNext = 'unpublish';
  void world.local.unpublishTrack(track);
  await world.quiet();
  expect([world.served, world.service.size]).toEqual([['publish', 'publish', 'unpublish', 'unpublish'], 0]);
});

it('a track that a later session refuses for a while is published again, and ended when the refusals go on', async () => {
  const { world, track } = await joined('page');
  void world.local.publishTrack(track);
  await world.quiet();
  world.failNextCode = 'NODE_UNREACHABLE';
  world.failNext = 'publish';
  world.failTimes = 6;
  await world.join();
  await world.quiet();
  expect(disagreements(world, [track])).toEqual([]);
  expect(world.served.filter((name) => name === 'publish')).toHaveLength(8);

  world.failNext = 'publish';
  world.failTimes = 7;
  await world.join();
  await world.quiet();
  expect([track.isBound, world.service.size]).toEqual([false, 0]);
  expect(world.events.at(-1)).toMatchObject({ type: 'unpublished' });
});

it('a microphone that was lost is published again after a rejoin when it opens again', async () => {
  const { world, track } = await joined('microphone');
  void world.local.publishTrack(track);
  await world.quiet();
  world.opened[0]?.end();
  await world.join();
  await world.quiet();
  expect([track.isBound, world.service.size]).toEqual([true, 0]);
  void track.replaceTrack(world.newTrack('audio', false).mediaStreamTrack);
  await world.quiet();
  expect(disagreements(world, [track])).toEqual([]);
});

it('a MediaStreamTrack that the browser does not take is an error, and the last one is sent', async () => {
  const { world, track } = await joined('page');
  void world.local.publishTrack(track);
  await world.quiet();
  const before = track.outgoing;
  world.failNext = 'replaceTrack';
  const replaced = codeOf(track.replaceTrack(world.newTrack('video', false).mediaStreamTrack));
  await world.quiet();
  expect(await replaced).not.toBe('done');
  expect(track.outgoing).toBe(before);
  expect(disagreements(world, [track])).toEqual([]);
});

it('a muted camera is closed and not sent, even if the sender does not let go of it', async () => {
  for (const times of [1, 2]) {
    const { world, track } = await joined('camera');
    void world.local.publishTrack(track);
    await world.quiet();
    Object.assign(world, { failNext: 'replaceTrack', failTimes: times });
    const muted = track.mute();
    await world.quiet();
    await muted;
    expect(track.mediaStreamTrack.readyState).toBe('ended');
    expect(disagreements(world, [track])).toEqual([]);
  }
});

describe('a rendition', () => {
  async function published(): Promise<{ world: World; track: LocalTrack; trackId: string }> {
    const { world, track } = await joined('camera');
    void world.local.publishTrack(track);
    await world.quiet();
    const [trackId = ''] = world.service.keys();
    return { world, track, trackId };
  }

  it('that is wanted at any moment of a move is sent once', async () => {
    await atEveryMoment(async (moment) => {
      for (const isMoveFirst of [false, true]) {
        const { world, track, trackId } = await published();
        if (isMoveFirst) await world.beginMove(true);
        world.wantRendition(trackId, true);
        if (moment > 0) await steps(world, moment);
        if (!isMoveFirst) await world.beginMove(true);
        await world.quiet();
        expect(disagreements(world, [track])).toEqual([]);
        expect(world.service.size).toBe(2);
      }
    });
  });

  it('that begins in the turn in which a move begins is sent once', async () => {
    await atEveryMoment(async (turns) => {
      const { world, track, trackId } = await published();
      world.wantedRenditions.set(trackId, true);
      void world.publishing.renditionRequest(trackId, 'video/H264', true);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await world.beginMove(true);
      await world.quiet();
      expect(disagreements(world, [track])).toEqual([]);
      expect(world.service.size).toBe(2);
    });
  });

  it('whose sender fails after the announcement is taken back', async () => {
    const { world, track, trackId } = await published();
    world.wantRendition(trackId, true);
    while (world.served.length < 2) {
      world.failNext = 'answer';
      await world.step();
    }
    await world.quiet();
    expect(disagreements(world, [track])).toEqual([]);
    expect(world.service.size).toBe(1);
  });
});

it('a mute by a host is followed, also one that came while the connection was lost', async () => {
  for (const isLost of [false, true]) {
    const { world, track } = await joined('microphone');
    void world.local.publishTrack(track);
    await world.quiet();
    if (isLost) await world.loseSocket();
    for (const trackId of world.service.keys()) world.muteByService(trackId);
    if (isLost) await world.resume();
    await world.quiet();
    expect([track.isMuted, ...mutesAt(world)]).toEqual([true, true]);
    const unmuted = track.unmute();
    await world.quiet();
    await unmuted;
    expect([track.isMuted, ...mutesAt(world)]).toEqual([false, false]);
  }
});

describe('the mute of a track', () => {
  function setUp() {
    const asked: boolean[] = [];
    const answers: PromiseWithResolvers<unknown>[] = [];
    const track = {
      isMuted: false,
      mute: () => {
        track.isMuted = true;
        return Promise.resolve();
      },
    };
    const timers: (() => void)[] = [];
    const sync = new MuteSync({
      track,
      request: (muted) => {
        asked.push(muted);
        const answer = Promise.withResolvers<unknown>();
        answers.push(answer);
        return answer.promise;
      },
      after: (_delayMs, task) => void timers.push(task),
    });
    const set = (muted: boolean): void => {
      track.isMuted = muted;
      sync.changed();
    };
    const answer = async (error?: unknown): Promise<void> => {
      const next = answers.shift();
      if (error === undefined) next?.resolve({});
      else next?.reject(error);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    };
    sync.announced(false);
    sync.accepted();
    return { sync, set, asked, answer, track, timers };
  }

  it('is requested once at a time, and only its last state', async () => {
    const { set, asked, answer } = setUp();
    for (const muted of [true, false, true, false]) set(muted);
    expect(asked).toEqual([true]);
    await answer();
    expect(asked).toEqual([true, false]);
    await answer();
    expect(asked).toEqual([true, false]);
  });

  it('that comes back late from the roster is known as our own', async () => {
    const { sync, set, answer, track } = setUp();
    set(true);
    await answer();
    set(false);
    await answer();
    sync.observe(true);
    expect(track.isMuted).toBe(false);
    sync.observe(false);
    sync.observe(true);
    expect(track.isMuted).toBe(true);
  });

  it('is not requested while the track follows a mute of the service', async () => {
    const { sync, asked, track } = setUp();
    const following = Promise.withResolvers<void>();
    track.mute = () => following.promise;
    sync.observe(true);
    sync.changed();
    track.isMuted = true;
    following.resolve();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(asked).toEqual([]);
  });

  it('is requested again after a failure that may pass, and not when the track has ended', async () => {
    const { set, asked, answer, timers } = setUp();
    set(true);
    await answer(new MeridianClientError('NODE_UNREACHABLE'));
    expect(asked).toEqual([true]);
    timers.shift()?.();
    expect(asked).toEqual([true, true]);
    await answer(new MeridianClientError('TRACK_UNKNOWN'));
    set(false);
    expect([asked, timers]).toEqual([[true, true], []]);
  });
});
