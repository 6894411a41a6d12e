import { type Participant, participantFromWire, type RecordingLayout } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ComposedParticipant } from '../../src/composing/core/composed-participants.ts';
import {
  type ComposerPorts,
  RoomComposition,
  type RoomCompositionOptions,
} from '../../src/composing/room-composition.ts';
import type { CodedFrame } from '../../src/core/frames.ts';
import type { LayoutKind, Tile } from '../../src/core/layouts/layout.ts';

type RoomHooks = Parameters<RoomCompositionOptions['openRoom']>[0];

const person = (identity: string, joinedWallMs: number): Participant =>
  participantFromWire({
    sessionId: `PA_${identity}`,
    identity,
    canPublish: true,
    joinedWallMs,
    tracks: [
      { trackId: `${identity}-camera`, kind: 2, source: 1 },
      { trackId: `${identity}-sound`, kind: 1, source: 2 },
    ],
  });
const tileOf = (identity: string) => ({ identity, source: 'camera', width: 640, height: 360 }) as Tile;
const frame = { codec: 'vp8', ptsMs: 1 } as CodedFrame;

const composer = {
  ports: undefined as ComposerPorts | undefined,
  tracks: [] as readonly ComposedParticipant[],
  layouts: [] as LayoutKind[],
  pushed: [] as string[],
  close: vi.fn(async () => undefined),
};
const room = {
  people: [] as Participant[],
  hooks: undefined as RoomHooks | undefined,
  close: vi.fn(),
  prefer: vi.fn(),
};
let layout: RecordingLayout | undefined;
const onEnded = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  Object.assign(composer, { tracks: [], layouts: [], pushed: [] });
  room.people = [person('ann', 1), person('bob', 2)];
  layout = undefined;
});

const open = (o: Partial<RoomCompositionOptions> = {}): Promise<RoomComposition> =>
  RoomComposition.open({
    identity: '',
    without: '',
    layout: 'speaker',
    clock: new ManualClock({ nowMs: 1000 }),
    log: { warn: vi.fn() },
    openComposer: async (ports) => {
      composer.ports = ports;
      return {
        setTracks: (tracks) => {
          composer.tracks = tracks;
        },
        setLayout: (kind) => void composer.layouts.push(kind),
        push: (trackId) => void composer.pushed.push(trackId),
        close: composer.close,
      };
    },
    openRoom: async (hooks) => {
      room.hooks = hooks;
      const roster = { speakers: [], others: () => room.people, info: { recordings: [] } };
      return { roster, prefer: room.prefer, close: room.close } as never;
    },
    layoutOf: () => layout,
    onVideo: vi.fn(),
    onAudio: vi.fn(),
    onFailed: vi.fn(),
    onEnded,
    ...o,
  });
const sinksOf = (demand = vi.fn()) =>
  room.people.flatMap((one) => one.tracks.map((track) => room.hooks?.onTrack(track, one, demand)));
const identities = () => composer.tracks.map(({ identity }) => identity);

describe('a composition of a room', () => {
  it('has all participants in the requested layout, and passes on their frames', async () => {
    const composition = await open();
    expect([identities(), composer.ports?.layout, composition.participants]).toEqual([['ann', 'bob'], 'speaker', 2]);
    for (const sink of sinksOf()) sink?.frame(frame);
    expect(composer.pushed).toEqual(['ann-camera', 'ann-sound', 'bob-camera', 'bob-sound']);
  });
  it('neither shows nor receives a participant that is left out', async () => {
    await open({ without: 'ann' });
    expect(identities()).toEqual(['bob']);
    expect(sinksOf().map((sink) => sink !== undefined)).toEqual([false, false, true, true]);
  });
  it('follows participants who come and go, and the layout of the room', async () => {
    await open();
    room.people = [person('bob', 2), person('cid', 3)];
    layout = 'grid';
    room.hooks?.onRoster?.();
    expect([identities(), composer.layouts]).toEqual([['bob', 'cid'], ['grid']]);
  });
  it('does not receive pictures that are not shown', async () => {
    await open();
    composer.ports?.onLayout([tileOf('bob')]);
    const paused = room.prefer.mock.calls.slice(-2).map(([trackId, of]) => [trackId, of.paused]);
    expect(paused).toEqual([
      ['ann-camera', true],
      ['bob-camera', false],
    ]);
  });
  it('asks publishers for the key frames that the composer needs', async () => {
    await open();
    const demand = vi.fn();
    sinksOf(demand);
    composer.ports?.onKeyNeeded('bob-camera');
    expect(demand).toHaveBeenCalledOnce();
  });
  it('reports the end of its session, except after it was closed', async () => {
    const composition = await open();
    room.hooks?.onEnded('KICKED');
    expect(onEnded).toHaveBeenCalledExactlyOnceWith('KICKED');
    composition.close();
    composition.close();
    room.hooks?.onEnded('CLIENT_INITIATED');
    expect([onEnded.mock.calls.length, composer.close.mock.calls.length, room.close.mock.calls.length]).toEqual([
      1, 1, 1,
    ]);
  });
  it('closes its composer when the room refuses', async () => {
    const refused = new Error('refused');
    await expect(open({ openRoom: () => Promise.reject(refused) })).rejects.toBe(refused);
    expect(composer.close).toHaveBeenCalledOnce();
  });
});
