// Tests the crowd of a room at a signaling node against a fake owner; with real owners: show.whole.test.ts.
import { decodeServerFrame, emptyPolicy, MeridianError, type Participant, type RosterEvent } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Crowd, type CrowdRoom, type CrowdViewer } from '../../src/clients/crowd.ts';
import { crowdRulesOf } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import type { RoomPort } from '../../src/ports.ts';

const rules = (version: number, o: object = {}) =>
  crowdRulesOf({ ...emptyPolicy, version, kind: 'show', ...o }, { isKnown: true, roomSid: 'RM_1' });
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function setUp() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const owner = { answers: Promise.resolve() };
  const inRoom = new Map<string, Participant>();
  const port = {
    update: (participant: Participant) => {
      asked.push(`update ${participant.attributes['crowd.nodes'] ?? ''}`);
      inRoom.set(participant.sessionId, participant);
      return owner.answers;
    },
  } as unknown as RoomPort;
  const room: CrowdRoom = {
    roomKey: 'acme/show',
    epoch: 1,
    fence: '',
    replica: { get: (id: string) => inRoom.get(id), participants: () => [] } as unknown as CrowdRoom['replica'],
    use: () => undefined,
    leaveUse: () => undefined,
    add: () => undefined,
    remove: () => undefined,
    join: async ({ participant }) => {
      asked.push('join');
      inRoom.set(participant.sessionId, participant);
    },
    withOwner: (action) => action(port),
  };
  const seats = { taken: 0 };
  const log = createLogger({ name: 'test', level: 'silent' });
  const crowd = new Crowd({ selfId: 'sig-1', clock, log, rng: seededRng('crowd'), seats, room });
  const enter = async (identity = 'vera'): Promise<boolean> => {
    const entering = crowd.enter(identity, { isLetIn: false });
    crowd.onNews(1, rules(1));
    return entering;
  };
  const viewer = (nodeId = '') => {
    const frames: number[][] = [];
    const ends: string[] = [];
    const one: CrowdViewer = {
      identity: 'vera',
      name: '',
      joinedWallMs: 0,
      nodeId,
      needs: [],
      send: (frame) => frames.push((decodeServerFrame(frame).roomEvents?.events ?? []).map(({ seq }) => seq ?? 0)),
      sendMessage: () => undefined,
      onRoster: () => undefined,
      evict: (code) => {
        ends.push(code);
        crowd.remove(one);
      },
    };
    crowd.add(one);
    return { one, frames, ends };
  };
  return { clock, asked, owner, seats, crowd, enter, viewer };
}

it('a crowd announces a media node to the owner before it asks for tracks there, and fails with the owner’s answer', async () => {
  const { crowd, enter, owner, asked } = setUp();
  await enter();
  const answered = Promise.withResolvers<void>();
  owner.answers = answered.promise;
  let isNamed = false;
  const naming = crowd.takeNode('sfu-1').then(() => {
    isNamed = true;
  });
  await settled();
  expect([asked.at(-1), isNamed]).toEqual(['update sfu-1', false]);
  answered.resolve();
  await naming;
  owner.answers = Promise.reject(new MeridianError('EPOCH_STALE'));
  await expect(crowd.takeNode('sfu-2')).rejects.toMatchObject({ code: 'EPOCH_STALE' });
});

it('the crowds of all shows share the seats of the node', async () => {
  const { crowd, enter, seats } = setUp();
  seats.taken = bounds.crowdPerNodeMax - 1;
  expect(await enter()).toBe(true);
  seats.taken += 1;
  const full = { code: 'OVERLOADED', retryAfterMs: bounds.overloadRetryMs };
  await expect(crowd.enter('viktor', { isLetIn: true })).rejects.toMatchObject(full);
});

it('a crowd gets the latest speakers twice a second, and no events that a snapshot contains', async () => {
  const { crowd, enter, viewer, clock } = setUp();
  await enter();
  const { frames } = viewer();
  const speaks = (seq: number): RosterEvent[] => [{ seq, change: { type: 'speakersChanged', speakers: [] } }];
  for (const seq of [3, 4, 5]) crowd.events(1, speaks(seq));
  expect(frames).toEqual([[3]]);
  clock.advance(bounds.crowdSpeakersEveryMs);
  expect(frames).toEqual([[3], [5]]);
  crowd.events(1, speaks(6));
  crowd.onRosterReplaced();
  clock.advance(bounds.crowdSpeakersEveryMs);
  expect(frames).toEqual([[3], [5]]);
});

it('a crowd’s numbers are reported to the owner again and again, even without changes', async () => {
  const { enter, viewer, clock, asked } = setUp();
  await enter();
  viewer();
  clock.advance(bounds.crowdCountEveryMs);
  await settled();
  const before = asked.length;
  clock.advance(2 * bounds.crowdReportEveryMs);
  expect(asked.slice(before)).toEqual(['update ', 'update ']);
});

it('a crowd joins again when the owner has lost its session, and ends with the room', async () => {
  const { crowd, enter, viewer, asked } = setUp();
  await enter();
  const { ends } = viewer();
  const first = crowd.sessionId;
  expect(crowd.onDisconnect(first, 'ROOM_OWNER_LOST')).toBe(true);
  await settled();
  expect([asked.filter((what) => what === 'join').length, crowd.sessionId === first, ends]).toEqual([2, false, []]);
  crowd.onDisconnect(crowd.sessionId, 'ROOM_ENDED');
  expect(ends).toEqual(['ROOM_ENDED']);
});

it('a crowd applies the rules of the latest owner and version', async () => {
  const { crowd, enter, viewer } = setUp();
  await enter();
  const { ends } = viewer();
  crowd.onNews(2, rules(5));
  crowd.onNews(1, rules(9, { kind: '' }));
  crowd.onNews(2, rules(4, { kind: '' }));
  expect(ends).toEqual([]);
  crowd.onNews(2, rules(6, { bans: [{ identity: 'vera', untilWallMs: 0 }] }));
  expect(ends).toEqual(['KICKED']);
});
