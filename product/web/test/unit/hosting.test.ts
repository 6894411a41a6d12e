import { describe, expect, it } from 'vitest';
import {
  actOf,
  choicesFor,
  extendedEnd,
  handsOf,
  minutesToEnd,
  noHosting,
  type OwnRights,
  rankOf,
  recordingOf,
  recordingWords,
  refusalOf,
} from '../../src/core/hosting.ts';
import type { ParticipantModel } from '../../src/core/model.ts';
import { decodeReaction, encodeReaction, reactions } from '../../src/core/reactions.ts';
import { arrangeStage } from '../../src/core/stage.ts';

const person = (identity: string, change: Partial<ParticipantModel> = {}): ParticipantModel => ({
  sessionId: `PA_${identity}`,
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

const recorded = (change: Partial<Parameters<typeof recordingOf>[0][number]> = {}) =>
  ({
    state: 'running',
    mode: 'composed',
    layout: 'grid',
    composed: 'live',
    byIdentity: 'me',
    failure: '',
    expectedAtMs: 0,
    ...change,
  }) as const;

it.each([
  [[], { state: 'none' }],
  [
    [recorded({ state: 'waiting', failure: 'NO_LIBRARY', expectedAtMs: 7 })],
    { failure: 'NO_LIBRARY', expectedAtMs: 7 },
  ],
  [[recorded({ state: 'waiting', byIdentity: 'eve' })], { state: 'waiting' }],
  [[recorded({ state: 'waiting', mode: 'tracks' }), recorded()], { state: 'running', mode: 'composed', isOwn: true }],
  [[recorded({ mode: 'tracks' })], { state: 'running', mode: 'tracks' }],
  [[recorded({ composed: 'later', layout: 'speaker' })], { later: true, layout: 'speaker' }],
  [[recorded(), recorded({ byIdentity: 'eve' })], { isOwn: false }],
  [[recorded({ byIdentity: '' })], { isOwn: false }],
])('recordings are shown as one, the running before the waiting: %#', (all, shown) => {
  expect(recordingOf(all, 'me')).toMatchObject(shown);
});

it.each([
  [{ state: 'waiting' }, 'record.waiting'],
  [{ mode: 'composed' }, 'record.runningComposed'],
  [{ mode: 'composed', later: true }, 'record.runningLater'],
  [{ mode: 'tracks' }, 'record.runningTracks'],
  [{ mode: 'page' }, 'record.running'],
] as const)('hosts see what is recorded, and whether it is made later: %#', (change, key) => {
  expect(recordingWords({ ...noHosting.recording, state: 'running', ...change })).toBe(key);
});

it('a refused recording says what the organisation does not allow; other refusals keep their code', () => {
  expect(refusalOf({ do: 'record', on: true, mode: 'composed' }, 'NOT_PERMITTED')).toBe('toast.onlyTracks');
  expect(refusalOf({ do: 'record', on: true }, 'NOT_PERMITTED')).toBe('toast.noRecording');
  expect(refusalOf({ do: 'record', on: true, mode: 'tracks' }, 'NOT_PERMITTED')).toBe('toast.noRecording');
  expect(refusalOf({ do: 'record', on: true, mode: 'composed' }, 'NO_LIBRARY')).toBeUndefined();
  expect(refusalOf({ do: 'record', on: false }, 'NOT_PERMITTED')).toBeUndefined();
});

describe('rights of hosts', () => {
  it('follow the role; without a role, the token', () => {
    const rows: [Partial<ParticipantModel>, string][] = [
      [{ role: 'host' }, 'host'],
      [{ role: 'cohost' }, 'cohost'],
      [{ admin: true }, 'host'],
      [{ admin: true, role: 'attendee' }, 'none'],
      [{ admin: true, role: 'speaker' }, 'none'],
      [{}, 'none'],
    ];
    for (const [change, rank] of rows) expect(rankOf(person('a', change))).toBe(rank);
    expect(rankOf(undefined)).toBe('none');
  });

  it('offer menu entries that fit the person, and none without rights', () => {
    const [none, host, cohost] = (['none', 'host', 'cohost'] as const).map((rank) => ({
      rank,
      mayRename: false,
      mayWrite: false,
    })) as [OwnRights, OwnRights, OwnRights];
    expect(choicesFor(none, person('a'), [])).toEqual([]);
    expect(choicesFor({ ...none, mayRename: true }, person('a'), [])).toEqual([]);
    expect(choicesFor(none, person('a', { local: true }), [])).toEqual([]);
    expect(choicesFor({ ...none, mayRename: true }, person('a', { local: true }), [])).toEqual(['rename']);
    expect(choicesFor(host, person('a', { local: true }), [])).toEqual(['rename']);
    expect(choicesFor(cohost, person('a', { role: 'host' }), [])).toEqual([]);
    expect(choicesFor(host, person('a'), [])).toEqual([
      ...['mute', 'stopVideo', 'spotlight', 'stageOff', 'cohost', 'rename', 'remove'],
    ]);
    const talker = { ...none, mayWrite: true };
    expect(choicesFor(talker, person('a'), [])).toEqual(['message']);
    expect(choicesFor(talker, person('a', { protocol: 'rtmp' }), [])).toEqual([]);
    expect(choicesFor({ ...cohost, mayWrite: true }, person('a', { role: 'host' }), [])).toEqual(['message']);
    const silent = person('a', { microphoneOn: false, cameraOn: false, canPublish: false, handRaisedAtMs: 5 });
    expect(choicesFor(cohost, silent, ['a'])).toEqual([
      ...['lowerHand', 'spotlightOff', 'stage', 'cohost', 'rename', 'remove'],
    ]);
    expect(choicesFor(host, person('a', { role: 'cohost' }), [])).toEqual([
      ...['mute', 'stopVideo', 'spotlight', 'cohostOff', 'rename', 'remove'],
    ]);
  });

  it('map a menu entry to an act', () => {
    expect(actOf('stopVideo', 'a', [])).toEqual({ do: 'mute', identity: 'a', source: 'camera' });
    expect(actOf('spotlight', 'a', ['b'])).toEqual({ do: 'spotlight', identities: ['a'] });
    expect(actOf('spotlightOff', 'a', ['b', 'a'])).toEqual({ do: 'spotlight', identities: ['b'] });
    expect(actOf('stage', 'a', [])).toEqual({ do: 'role', identity: 'a', role: 'speaker' });
    expect(actOf('stageOff', 'a', [])).toEqual({ do: 'role', identity: 'a', role: 'attendee' });
  });
});

it('hosts see the minutes to a near booked end, and extend a meeting from that end, or from now', () => {
  const min = 60_000;
  const rows: [endsAt: number, now: number, expected: number | undefined][] = [
    [0, 5 * min, undefined],
    [60 * min, 0, undefined],
    [60 * min, 50 * min - 1, undefined],
    [60 * min, 50 * min, 10],
    [60 * min, 59 * min + 1, 1],
    [60 * min, 60 * min, 0],
    [60 * min, 90 * min, 0],
  ];
  for (const [endsAt, now, expected] of rows) expect(minutesToEnd(endsAt, now)).toBe(expected);
  expect(extendedEnd(60 * min, 55 * min)).toBe(75 * min);
  expect(extendedEnd(60 * min, 70 * min)).toBe(85 * min);
});

it('raised hands are listed in the order in which they were raised', () => {
  const people = [person('a', { handRaisedAtMs: 9 }), person('b'), person('c', { handRaisedAtMs: 3 })];
  expect(handsOf(people).map(({ identity }) => identity)).toEqual(['c', 'a']);
});

it('a host’s spotlight is large for all, but gives way to a pinned tile or a shared screen', () => {
  const source = { id: 'x', attach: () => undefined, detach: () => undefined };
  const participants = [person('a'), person('b'), person('c')];
  const main = (o: object): string => {
    const stage = arrangeStage({ participants, view: 'grid', spotlight: ['b'], ...o });
    return stage.mode === 'focus' ? stage.main.key : 'grid';
  };
  expect(main({})).toBe('PA_b/camera');
  expect(main({ spotlight: ['absent'] })).toBe('grid');
  expect(main({ pinnedKey: 'PA_c/camera' })).toBe('PA_c/camera');
  expect(main({ participants: [...participants, person('d', { screen: source })] })).toBe('PA_d/screen');
});

it('only known reactions are decoded', () => {
  expect(reactions.map((one) => decodeReaction(encodeReaction(one)))).toEqual([...reactions]);
  for (const wrong of ['', '👎', '👍👍', 'x'.repeat(100)])
    expect(decodeReaction(new TextEncoder().encode(wrong))).toBeUndefined();
});
