// Entering and leaving a break-out room, with fake rooms: only the requests to the main room matter.
import { Emitter } from '@meridian/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BreakOuts } from '../../src/break-outs.ts';
import { breakOutEnd } from '../../src/core/break-out-end.ts';
import type { RoomEventMap } from '../../src/events.ts';
import type { Room } from '../../src/room.ts';
import type { BreakOut } from '../../src/types.ts';

const red: BreakOut = { breakOutId: 'BO_RRRRRRRRRRRR', name: 'Red', identities: ['bob'], endsAtMs: 0 };
const blue: BreakOut = { breakOutId: 'BO_BBBBBBBBBBBB', name: 'Blue', identities: ['bob'], endsAtMs: 5000 };

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function fakePublication(isMuted: boolean, source = 'unknown') {
  const publication = {
    isMuted,
    source,
    isEnabled: true,
    mute: async () => {
      publication.isMuted = true;
    },
    unmute: async () => {
      publication.isMuted = false;
    },
    setEnabled: (enabled: boolean) => {
      publication.isEnabled = enabled;
    },
  };
  return publication;
}

function setUp({ fails = false } = {}) {
  const events: string[] = [];
  const [microphone, camera] = [fakePublication(false, 'microphone'), fakePublication(true, 'camera')];
  const [theirs, hiddenByApp] = [fakePublication(false), fakePublication(false)];
  hiddenByApp.isEnabled = false;
  const main = Object.assign(new Emitter<RoomEventMap>(), {
    state: 'connected',
    breakOuts: [red, blue] as readonly BreakOut[],
    localParticipant: {
      identity: 'bob',
      role: '',
      permissions: { admin: false },
      isMicrophoneEnabled: true,
      isCameraEnabled: false,
      trackPublications: new Map([
        ['m', microphone],
        ['c', camera],
      ]),
      setAttributes: async (changed: object) => void events.push(`says ${JSON.stringify(changed)}`),
    },
    remoteParticipants: new Map([
      [
        'ann',
        {
          trackPublications: new Map([
            ['t', theirs],
            ['h', hiddenByApp],
          ]),
        },
      ],
    ]),
  });
  main.on('breakOutEnded', (reason, { name }) => void events.push(`ended ${name} ${reason}`));
  const rooms: Emitter<RoomEventMap>[] = [];
  const makeRoom = () => {
    const room = Object.assign(new Emitter<RoomEventMap>(), {
      connect: async (urls: readonly string[], token: () => Promise<string>, options: object) => {
        events.push(`connects ${urls.join()} ${await token()} ${JSON.stringify(options)}`);
        if (fails) throw new Error('no way');
      },
      disconnect: async () => void events.push('disconnects'),
    });
    rooms.push(room);
    return room as unknown as Room;
  };
  const breakOuts = new BreakOuts({
    main: main as unknown as Room,
    makeRoom,
    request: async ({ askBreakOutToken }) =>
      ({ breakOutToken: { token: `token of ${askBreakOutToken?.breakOutId}` } }) as never,
    entryUrls: () => ['https://a.example'],
    fromCity: () => undefined,
    nowWallMs: () => Date.now(),
  });
  const change = (list: readonly BreakOut[]) => {
    main.breakOuts = list;
    main.emit('breakOutsChanged', list);
  };
  const ended = () => vi.waitFor(() => expect(events.some((event) => event.startsWith('ended'))).toBe(true));
  return { main, rooms, events, breakOuts, change, ended, microphone, camera, theirs, hiddenByApp };
}

describe('our part in a break-out', () => {
  it('mutes and pauses the main room, enters with its token, and restores everything afterwards', async () => {
    const { breakOuts, events, microphone, camera, theirs, hiddenByApp, main } = setUp();
    const room = await breakOuts.enter(red.breakOutId, {});
    expect(breakOuts.room).toBe(room);
    expect(events).toEqual([
      'says {"breakout":"Red"}',
      `connects https://a.example token of ${red.breakOutId} {"audio":true,"video":false}`,
    ]);
    expect([microphone.isMuted, theirs.isEnabled]).toEqual([true, false]);
    const later = fakePublication(false);
    main.emit('trackSubscribed', {} as never, later as never, {} as never);
    expect(later.isEnabled).toBe(false);
    await breakOuts.leave();
    await breakOuts.leave();
    expect(events.slice(2)).toEqual(['disconnects', 'says {"breakout":""}', 'ended Red left']);
    expect([microphone.isMuted, camera.isMuted]).toEqual([false, true]); // as before
    expect([theirs.isEnabled, later.isEnabled, hiddenByApp.isEnabled]).toEqual([true, true, false]);
    expect(breakOuts.room).toBeUndefined();
  });

  it.each([
    ['was turned off there', ['trackMuted'], true, true],
    ['was turned off and on again there', ['trackMuted', 'trackUnmuted'], true, false],
    ['another participant turned off', ['trackMuted'], false, false],
  ] as const)('keeps muted, or unmutes, a source that %s', async (_name, events, isLocal, isMuted) => {
    const { breakOuts, rooms, microphone } = setUp();
    await breakOuts.enter(red.breakOutId, {});
    for (const event of events) rooms[0]?.emit(event, { source: 'microphone' } as never, { isLocal } as never);
    await breakOuts.leave();
    expect(microphone.isMuted).toBe(isMuted);
  });

  it.each<[string, (o: ReturnType<typeof setUp>) => void, string]>([
    ['it is closed', ({ change }) => change([blue]), 'ended Red closed'],
    ['we are not assigned to it', ({ change }) => change([{ ...red, identities: [] }, blue]), 'ended Red moved'],
    ['the main room is gone', ({ main }) => main.emit('disconnected', 'KICKED', undefined), 'ended Red lost'],
    ['its connection is gone', ({ rooms }) => rooms[0]?.emit('disconnected', 'KICKED', undefined), 'ended Red lost'],
  ])('ends when %s', async (_name, happens, expected) => {
    const all = setUp();
    await all.breakOuts.enter(red.breakOutId, {});
    happens(all);
    await all.ended();
    expect(all.events.at(-1)).toBe(expected);
    expect(all.microphone.isMuted).toBe(false);
  });

  it('ends when its time is over, even if the time was set during it', async () => {
    const { breakOuts, events, change, ended } = setUp();
    await breakOuts.enter(red.breakOutId, {});
    change([{ ...red, endsAtMs: 8000 }]);
    await vi.advanceTimersByTimeAsync(7999);
    expect(events.some((event) => event.startsWith('ended'))).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await ended();
    expect(events.at(-1)).toBe('ended Red time');
  });

  it('continues if it lasts longer than a timer can', async () => {
    const { breakOuts, change, events } = setUp();
    await breakOuts.enter(red.breakOutId, {});
    change([{ ...red, endsAtMs: 40 * 86_400_000 }]);
    await vi.advanceTimersByTimeAsync(7_200_000);
    expect(events.some((event) => event.startsWith('ended'))).toBe(false);
  });

  it('replaces our part in an earlier break-out', async () => {
    const { breakOuts, events, microphone } = setUp();
    await breakOuts.enter(red.breakOutId, {});
    await breakOuts.enter(blue.breakOutId, {});
    expect(breakOuts.current?.name).toBe('Blue');
    expect(events).toContain('ended Red left');
    expect(microphone.isMuted).toBe(true);
  });

  it('leaves the main room unchanged if it cannot begin', async () => {
    const { breakOuts, microphone, theirs, events } = setUp({ fails: true });
    await expect(breakOuts.enter(red.breakOutId, {})).rejects.toThrow('no way');
    await expect(breakOuts.enter('BO_000000000000', {})).rejects.toMatchObject({ code: 'BREAK_OUT_CLOSED' });
    expect([microphone.isMuted, theirs.isEnabled, breakOuts.room]).toEqual([false, true, undefined]);
    expect(events.at(-1)).toBe('ended Red lost');
  });
});

it.each([
  ['continues', [red], red.breakOutId, 'bob', false, 0, undefined],
  ['of a host continues in a break-out of others', [red], red.breakOutId, 'ann', true, 0, undefined],
  ['of a participant that does not belong there ends', [red], red.breakOutId, 'ann', false, 0, 'moved'],
  ['ends when its time is over', [blue], blue.breakOutId, 'bob', true, 5000, 'time'],
  ['ends when the break-out no longer exists', [blue], red.breakOutId, 'bob', true, 0, 'closed'],
] as const)('a part %s', (_name, list, id, identity, leads, nowWallMs, end) =>
  expect(breakOutEnd(list, id, { identity, leads, nowWallMs })).toBe(end),
);
