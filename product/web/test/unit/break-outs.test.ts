import { breakOutsFault } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  assignable,
  assigned,
  BREAK_OUTS_MAX,
  type BreakOutModel,
  breakOutOf,
  closingAt,
  countdownText,
  distributed,
  endsFirstMs,
  newPlan,
  openBreakOuts,
  renamed,
  resized,
  settingsOf,
  wrongNames,
} from '../../src/core/break-outs.ts';
import { initialMeeting } from '../../src/core/meeting.ts';
import type { ParticipantModel } from '../../src/core/model.ts';
import { aloneAs } from '../../src/core/presentation.ts';
import { orderTiles } from '../../src/core/stage.ts';

const nameOf = (number: number): string => `Room ${number}`;
const breakOut = (name: string, change: Partial<BreakOutModel> = {}): BreakOutModel => ({
  breakOutId: `BO_${name.padEnd(12, 'x')}`,
  name,
  identities: [],
  endsAtMs: 0,
  ...change,
});
const person = (identity: string, change: Partial<ParticipantModel> = {}): ParticipantModel => ({
  sessionId: identity,
  identity,
  name: identity,
  local: false,
  admin: false,
  role: '',
  canPublish: true,
  canWrite: true,
  handRaisedAtMs: 0,
  sending: true,
  microphoneOn: true,
  cameraOn: true,
  sounds: [],
  speaking: false,
  quality: 'good',
  nodeId: 'n',
  region: 'r',
  joinedWallMs: 0,
  ...change,
});

describe('a plan', () => {
  it.each([
    [0, 1],
    [Number.NaN, 1],
    [-3, 1],
    [2.4, 2],
    [BREAK_OUTS_MAX + 1, BREAK_OUTS_MAX],
  ])('resized to %d rooms has %d', (count, rooms) => {
    expect(resized(newPlan(nameOf), count, nameOf).rooms).toHaveLength(rooms);
  });

  it('gives added rooms unique names, and unassigns the members of removed rooms', () => {
    const plan = distributed(renamed(newPlan(nameOf), 0, 'Room 3'), ['a', 'b', 'c']);
    expect(resized(plan, 4, nameOf).rooms.map(({ name }) => name)).toEqual(['Room 3', 'Room 2', 'Room 1', 'Room 4']);
    expect(resized(plan, 1, nameOf).rooms).toEqual([{ name: 'Room 3', identities: ['a', 'c'] }]);
  });

  it('spreads the given people evenly, whatever the earlier plan, and unassigns all others', () => {
    const plan = distributed(newPlan(nameOf), ['a', 'b', 'c']);
    expect(plan.rooms.map(({ identities }) => identities)).toEqual([['a', 'c'], ['b']]);
    const secondPlan = distributed(plan, ['c', 'd', 'e', 'f']);
    expect(secondPlan.rooms.map(({ identities }) => identities.length)).toEqual([2, 2]);
    expect(distributed(plan, []).rooms.flatMap(({ identities }) => identities)).toEqual([]);
  });

  it('assigns a person to a single room', () => {
    const { rooms } = distributed(newPlan(nameOf), ['a', 'b', 'c']);
    const identities = (to: number) => assigned(rooms, 'a', to).map((room) => room.identities);
    expect([identities(1), identities(0), identities(-1)]).toEqual([
      [['c'], ['b', 'a']],
      [['c', 'a'], ['b']],
      [['c'], ['b']],
    ]);
    expect(assigned(rooms, 'x', 1)[0]).toBe(rooms[0]);
  });

  it('with blank or duplicate names is refused, as the service would', () => {
    const plan = resized(newPlan(nameOf), 4, nameOf);
    expect(wrongNames(plan)).toEqual([]);
    const invalidPlan = renamed(renamed(plan, 1, ' \t'), 3, ' Room 1 ');
    expect(wrongNames(invalidPlan)).toEqual([1, 3]);
    const sent = (rooms: typeof plan) =>
      settingsOf(rooms, 0).map(({ name, identities }) => ({ breakOutId: '', name, identities, endsWallMs: 0 }));
    expect([breakOutsFault(sent(plan)), breakOutsFault(sent(invalidPlan))]).toEqual([undefined, expect.any(String)]);
  });

  it('becomes settings of rooms that end after its minutes, or have no end', () => {
    const plan = renamed(resized(newPlan(nameOf), 1, nameOf), 0, ' Red ');
    expect(settingsOf(plan, 1000)).toEqual([{ name: 'Red', identities: [], endsAtMs: 0 }]);
    expect(settingsOf({ ...plan, minutes: 5 }, 1000)[0]?.endsAtMs).toBe(301_000);
  });
});

describe('open break-outs', () => {
  it('are those that have not ended', () => {
    const list = [breakOut('Red'), breakOut('Blue', { endsAtMs: 5000 })];
    expect([endsFirstMs(list), endsFirstMs(list.slice(0, 1)), endsFirstMs([])]).toEqual([5000, 0, 0]);
    expect([4999, 5000].map((nowMs) => openBreakOuts(list, nowMs).length)).toEqual([2, 1]);
  });

  it('are closed at the given time, but never later than before', () => {
    const list = [breakOut('Red'), breakOut('Blue', { endsAtMs: 5000 }), breakOut('Green', { endsAtMs: 90_000 })];
    expect(closingAt(list, 60_000).map(({ endsAtMs }) => endsAtMs)).toEqual([60_000, 5000, 60_000]);
  });

  it('are found by their members', () => {
    const list = [breakOut('Red', { identities: ['a'] }), breakOut('Blue', { identities: ['b'] })];
    expect([breakOutOf(list, 'b')?.name, breakOutOf(list, ''), breakOutOf([], 'a')]).toEqual([
      'Blue',
      undefined,
      undefined,
    ]);
  });

  it('can be assigned everyone except oneself, viewers and gateway participants', () => {
    const people = [
      person('me', { local: true }),
      person('zoe'),
      person('ann', { admin: true }),
      person('tv', { viewer: true }),
      person('obs', { protocol: 'rtmp' }),
    ];
    expect(assignable(people).map(({ identity }) => identity)).toEqual(['ann', 'zoe']);
  });

  it('have members without tiles in the main room, which does not count them as gone', () => {
    const people = [person('me', { local: true, breakOut: 'Red' }), person('ann', { breakOut: 'Red' }), person('bob')];
    expect(orderTiles(people).map(({ participant }) => participant.identity)).toEqual(['bob', 'me']);
    const meeting = { ...initialMeeting('r'), hadCompany: true };
    expect(aloneAs({ ...meeting, participants: people.slice(0, 2) }, 0)).toBe('apart');
    expect(aloneAs({ ...meeting, participants: people.slice(0, 1) }, 0)).toBe('last');
  });
});

it.each([
  [0, 0, '0:00'],
  [1, 0, '0:01'],
  [249_000, 0, '4:09'],
  [3_849_000, 0, '1:04:09'],
  [1000, 5000, '0:00'],
])('a countdown to %d at %d shows %s', (endsAtMs, nowMs, text) => expect(countdownText(endsAtMs, nowMs)).toBe(text));
