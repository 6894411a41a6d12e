import { type Participant, participantFromWire, type RoomRecording, type Speaker } from '@meridian/protocol';
import type { RoomCompositionOptions, Scene } from '@meridian/room-media';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import { LaterRoom } from '../../src/composing/later-room.ts';

type Hooks = Parameters<RoomCompositionOptions['openRoom']>[0];

const person = (identity: string, joinedWallMs: number): Participant =>
  participantFromWire({
    sessionId: `PA_${identity}`,
    identity,
    canPublish: true,
    joinedWallMs,
    tracks: [{ trackId: `TR_${identity}`, kind: 2, source: 1 }],
  });

let clock: ManualClock;
let people: Participant[];
let speakers: Speaker[];
let recordings: Pick<RoomRecording, 'recordingId' | 'layout'>[];
let hooks: Hooks;
let scenes: Scene[];
let demanded: string[];
let ended: string[];
let closes: number;
let room: LaterRoom;

beforeEach(async () => {
  [clock, people, speakers, scenes, demanded, ended, closes] = [new ManualClock(), [], [], [], [], [], 0];
  recordings = [{ recordingId: 're_1', layout: 'grid' }];
  room = await LaterRoom.open({
    recordingId: 're_1',
    identity: '',
    clock,
    openRoom: async (given) => {
      hooks = given;
      const roster = {
        others: () => people,
        get speakers() {
          return speakers;
        },
        get info() {
          return { recordings };
        },
      };
      const close = (): void => {
        closes += 1;
      };
      return { roster, prefer: () => undefined, close } as never;
    },
    onTrack: () => ({ frame: () => undefined, muted: () => undefined, end: () => undefined, gap: () => undefined }),
    onScene: (scene) => void scenes.push(scene),
    onEnded: (code) => void ended.push(code),
  });
  return () => room.close();
});

function join(identity: string): void {
  const joined = person(identity, people.length + 1);
  people.push(joined);
  for (const track of joined.tracks) hooks.onTrack(track, joined, () => void demanded.push(track.trackId));
  hooks.onRoster?.();
}

it('each change of what a composer would show is a scene, and nothing else', () => {
  join('ann');
  hooks.onRoster?.();
  speakers = [{ sessionId: 'PA_ann', levelDbov: -20 }];
  hooks.onRoster?.();
  clock.advance(1000);
  hooks.onRoster?.();
  recordings = [{ recordingId: 're_1', layout: 'speaker' }];
  hooks.onRoster?.();
  const nowMs = clock.nowMs();
  expect(scenes.map(({ layout, participants }) => [layout, participants.map((one) => one.speakingSinceMs)])).toEqual([
    ['grid', []],
    ['grid', [undefined]],
    ['grid', [nowMs - 1000]],
    ['speaker', [nowMs - 1000]],
  ]);
});

it('a tile of a new size is asked for a key frame once it stays, and once', () => {
  join('ann');
  clock.advance(2000);
  expect(demanded).toEqual(['TR_ann']);
  demanded = [];
  join('bob');
  clock.advance(500);
  expect(demanded).toEqual([]);
  clock.advance(3000);
  expect(demanded.sort()).toEqual(['TR_ann', 'TR_bob']);
});

it('ends as the room does, and closes it', () => {
  hooks.onEnded('RECORDING_ENDED');
  expect(ended).toEqual(['RECORDING_ENDED']);
  room.close();
  expect(closes).toBe(1);
  demanded = [];
  people.push(person('late', 9));
  clock.advance(5000);
  expect(demanded).toEqual([]);
});
