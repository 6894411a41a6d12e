// Tests the acts of each rank in a room and the resulting policies: the tables of docs/rooms.md.
import {
  emptyPolicy,
  emptyPost,
  limits,
  type Member,
  type Participant,
  participantFromWire,
  participantToWire,
  type Rights,
  type RoomPolicy,
} from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import {
  type Act,
  type Actor,
  type ActType,
  banLeftMs,
  participantUnder,
  policyAfter,
  type Rank,
  rankOf,
  refusalOf,
  tokenRightsInCommon,
  tokenRightsOf,
} from '../../src/core/index.ts';
import { person } from './fixtures.ts';

const nowMs = 1_000_000;
const member = (identity: string, o: Partial<Member> = {}): Member => ({ identity, role: '', ...o });
const withPolicy = (o: Partial<RoomPolicy>): RoomPolicy => ({ ...emptyPolicy, ...o });

/** Returns an act of each type, about `identity` where it has a target. */
const actOn = (identity: string): { readonly [type in ActType]: Act } => ({
  remove: { type: 'remove', identity, reason: '', bannedFor: 0, mayReturn: false },
  unban: { type: 'unban', identity: 'eve' },
  mute: { type: 'mute', of: { identity }, what: 'all' },
  askUnmute: { type: 'askUnmute', identity, source: 'microphone' },
  setRoom: { type: 'setRoom', changes: { locked: true } },
  member: { type: 'member', member: member(identity, { role: 'speaker' }), reset: false },
  metadata: { type: 'metadata', metadata: 'x', expectedVersion: undefined },
  update: { type: 'update', identity, name: 'x', metadata: undefined, attributes: {} },
  admit: { type: 'admit', waitIds: [], all: true, refused: false },
  hand: { type: 'hand', of: { identity }, raised: false },
  data: { type: 'data', payload: new Uint8Array(), topic: '', lossy: false, identities: [] },
  book: { type: 'book', changes: { lobby: true }, members: [], removed: [], allMembers: false },
  startRecording: {
    type: 'startRecording',
    recordingId: '',
    identity,
    priority: 0,
    mode: '',
    layout: 'grid',
    pageUrl: '',
  },
  recordingLayout: { type: 'recordingLayout', recordingId: '', layout: 'speaker' },
  stopRecording: { type: 'stopRecording', recordingId: '' },
  stage: { type: 'stage', identity, on: true },
  post: { type: 'post', post: { ...emptyPost, kind: 'announcement', text: 'x' } },
  removePost: { type: 'removePost', postId: 'PT_0123456789abcdef' },
  poll: {
    type: 'poll',
    pollId: '',
    text: 'x',
    options: ['a', 'b'],
    many: false,
    closed: false,
    remove: false,
    endsWallMs: 0,
  },
  question: { type: 'question', postId: 'PT_0123456789abcdef', state: 'answered' },
  breakOuts: { type: 'breakOuts', set: [], message: '' },
  subscribe: { type: 'subscribe', identity, trackIds: ['TR_0123456789abcdef'], subscribed: true },
  end: { type: 'end', reason: '' },
});
/** Lowest rank that may do the act to a participant without a role, and to a host (docs/rooms.md). */
const table: { readonly [type in ActType]: readonly [toAnybody: string, toHost: string] } = {
  remove: ['cohost host service', 'host service'],
  unban: ['cohost host service', 'cohost host service'],
  mute: ['cohost host service', 'host service'],
  askUnmute: ['cohost host service', 'host service'],
  setRoom: ['cohost host service', 'cohost host service'],
  member: ['cohost host service', 'host service'],
  metadata: ['cohost host service', 'cohost host service'],
  update: ['cohost host service', 'host service'],
  admit: ['cohost host service', 'cohost host service'],
  hand: ['cohost host service', 'host service'],
  data: ['service', 'service'],
  book: ['service', 'service'],
  startRecording: ['host service', 'host service'],
  recordingLayout: ['host service', 'host service'],
  stopRecording: ['host service', 'host service'],
  stage: ['cohost host service', 'host service'],
  post: ['service', 'service'],
  removePost: ['cohost host service', 'cohost host service'],
  poll: ['cohost host service', 'cohost host service'],
  question: ['cohost host service', 'cohost host service'],
  breakOuts: ['cohost host service', 'cohost host service'],
  subscribe: ['service', 'service'],
  end: ['host service', 'host service'],
};
const page: Act = {
  type: 'startRecording',
  recordingId: '',
  identity: '',
  priority: 0,
  mode: 'page',
  layout: 'grid',
  pageUrl: 'https://example.org/',
};
const actors: readonly [string, Actor][] = [
  ...(['none', 'cohost', 'host'] as Rank[]).map((rank): [string, Actor] => [rank, { identity: 'me', rank }]),
  ['service', 'service'],
];
const rankOfIdentity = (identity: string): Rank => (identity === 'boss' ? 'host' : 'none');

describe.each(Object.entries(table) as [ActType, readonly [string, string]][])('%s', (type, [toAnybody, toHost]) => {
  it.each(actors)('is permitted to %s as the table says', (name, actor) => {
    for (const [identity, allowed] of [
      ['bob', toAnybody],
      ['boss', toHost],
    ] as const) {
      const refused = refusalOf(actOn(identity)[type], actor, rankOfIdentity);
      expect(refused, identity).toBe(allowed.split(' ').includes(name) ? undefined : 'NOT_PERMITTED');
    }
  });
});

it.each<[string, Act, Actor, string | undefined]>([
  ['raises the own hand', { type: 'hand', of: 'own', raised: true }, { identity: 'me', rank: 'none' }, undefined],
  ['raises another hand by REST', { type: 'hand', of: { identity: 'bob' }, raised: true }, 'service', 'NOT_PERMITTED'],
  [
    'lowers all hands without a rank',
    { type: 'hand', of: 'everybody', raised: false },
    { identity: 'me', rank: 'none' },
    'NOT_PERMITTED',
  ],
  [
    'lowers all hands as a cohost',
    { type: 'hand', of: 'everybody', raised: false },
    { identity: 'me', rank: 'cohost' },
    undefined,
  ],
  ['leaves the stage', { type: 'stage', identity: 'me', on: false }, { identity: 'me', rank: 'none' }, undefined],
  [
    'goes on stage by itself',
    { type: 'stage', identity: 'me', on: true },
    { identity: 'me', rank: 'none' },
    'NOT_PERMITTED',
  ],
  [
    'puts another off the stage',
    { type: 'stage', identity: 'bob', on: false },
    { identity: 'me', rank: 'none' },
    'NOT_PERMITTED',
  ],
  ['raises the own hand by REST', { type: 'hand', of: 'own', raised: true }, 'service', 'REQUEST_INVALID'],
  [
    'makes a host as a cohost',
    { type: 'member', member: member('bob', { role: 'host' }), reset: false },
    { identity: 'me', rank: 'cohost' },
    'NOT_PERMITTED',
  ],
  [
    'makes a host as a host',
    { type: 'member', member: member('bob', { role: 'host' }), reset: false },
    { identity: 'me', rank: 'host' },
    undefined,
  ],
  [
    'removes itself',
    { type: 'remove', identity: 'me', reason: '', bannedFor: 0, mayReturn: false },
    { identity: 'me', rank: 'host' },
    'REQUEST_INVALID',
  ],
  ['records a page as a host', page, { identity: 'me', rank: 'host' }, 'NOT_PERMITTED'],
  ['records a page by REST', page, 'service', undefined],
])('an actor that %s is permitted or refused as docs/rooms.md says', (_name, act, actor, code) => {
  expect(refusalOf(act, actor, rankOfIdentity)).toBe(code);
});

it.each<[string, Rank]>([
  ['host', 'host'],
  ['cohost', 'cohost'],
  ['speaker', 'none'],
  ['attendee', 'none'],
  ['', 'host'],
])('the role %s with roomAdmin is %s', (role, rank) => {
  expect(rankOf({ role: role as Member['role'], admin: true })).toBe(rank);
});

describe('a policy', () => {
  const after = (policy: RoomPolicy, act: Act): RoomPolicy => {
    const changed = policyAfter(policy, act, nowMs);
    if (typeof changed === 'string') throw new Error(changed);
    return changed;
  };
  const ban = (identity: string, bannedFor: number | 'forever'): Act => ({
    type: 'remove',
    identity,
    reason: '',
    bannedFor,
    mayReturn: false,
  });

  it('gets a higher version with each change, and keeps it when nothing changes', () => {
    const locked = after(emptyPolicy, { type: 'setRoom', changes: { locked: true } });
    expect(locked).toMatchObject({ version: 1, locked: true });
    expect(after(locked, { type: 'setRoom', changes: { locked: true } })).toBe(locked);
    expect(after(locked, { type: 'unban', identity: 'eve' })).toBe(locked);
    expect(after(locked, ban('eve', 0))).toBe(locked);
    expect(after(locked, { type: 'end', reason: '' })).toBe(locked);
  });

  it('keeps bans for their time, once for each identity, and forgets expired bans', () => {
    const policy = after(after(emptyPolicy, ban('eve', 5000)), ban('mallory', 'forever'));
    expect(banLeftMs(policy, 'eve', nowMs + 1)).toBe(4999);
    expect(banLeftMs(policy, 'eve', nowMs + 5000)).toBe(0);
    expect(banLeftMs(policy, 'mallory', nowMs + 1e12)).toBe(Number.POSITIVE_INFINITY);
    expect(banLeftMs(policy, 'bob', nowMs)).toBe(0);
    expect(after(policy, ban('eve', 'forever')).bans).toHaveLength(2);
    const later = policyAfter(policy, ban('bob', 1), nowMs + 10_000) as RoomPolicy;
    expect(later.bans.map(({ identity }) => identity)).toEqual(['mallory', 'bob']);
  });

  it('drops the oldest temporary ban when there are too many; permanent bans stay', () => {
    const bans = Array.from({ length: limits.policyBansMax }, (_, index) => ({
      identity: `p${index}`,
      untilWallMs: index === 0 ? 0 : nowMs + 9999,
    }));
    const { bans: kept } = after(withPolicy({ bans }), ban('eve', 1000));
    expect(kept).toHaveLength(limits.policyBansMax);
    expect(kept.slice(0, 2).map(({ identity }) => identity)).toEqual(['p0', 'p2']);
  });

  it.each<[string, Member | undefined, Member, boolean, Member | undefined]>([
    ['a role', undefined, member('bob', { role: 'speaker' }), false, member('bob', { role: 'speaker' })],
    [
      'a right without a role, which keeps the role',
      member('bob', { role: 'attendee' }),
      member('bob', { canPublish: true }),
      false,
      member('bob', { role: 'attendee', canPublish: true }),
    ],
    [
      'another role, which ends the rights given under the earlier role',
      member('bob', { role: 'speaker', canPublish: true }),
      member('bob', { role: 'attendee' }),
      false,
      member('bob', { role: 'attendee' }),
    ],
    ['a reset, which removes the member', member('bob', { role: 'host' }), member('bob'), true, undefined],
    ['a member without a role or right, which is left out', undefined, member('bob'), false, undefined],
  ])('accepts %s', (_name, before, given, reset, expected) => {
    const policy = withPolicy({ members: before === undefined ? [] : [before] });
    const changed = after(policy, { type: 'member', member: given, reset });
    expect(changed.members).toEqual(expected === undefined ? [] : [expected]);
  });

  it('takes its meeting’s settings, and keeps those that the meeting does not have', () => {
    const [ann, ben, gil] = ['ann', 'ben', 'gil'].map((name) => member(name, { role: 'cohost' })) as [
      Member,
      Member,
      Member,
    ];
    const policy = withPolicy({ version: 4, locked: true, members: [ann, gil] });
    const book = {
      type: 'book',
      changes: { lobby: true },
      members: [ben],
      removed: ['ann'],
      allMembers: false,
    } as const;
    const booked = after(policy, book);
    expect(booked).toEqual({ ...policy, version: 5, lobby: true, members: [gil, ben] });
    expect(after(booked, book)).toBe(booked);
    expect(after(booked, { ...book, allMembers: true }).members).toEqual([ben]);
  });

  it('is bounded in members', () => {
    const members = Array.from({ length: limits.policyMembersMax }, (_, index) =>
      member(`p${index}`, { role: 'host' }),
    );
    const act = (identity: string): Act => ({
      type: 'member',
      member: member(identity, { role: 'cohost' }),
      reset: false,
    });
    expect(policyAfter(withPolicy({ members }), act('one-more'), nowMs)).toBe('REQUEST_INVALID');
    expect(after(withPolicy({ members }), act('p3')).members).toHaveLength(limits.policyMembersMax);
  });
});

describe('the rights of a participant', () => {
  const listener = person('bob', { canPublish: false, canPublishData: false, tokenRights: 0 });
  const token = {
    canPublish: false,
    publishSources: undefined,
    canSubscribe: true,
    canPublishData: false,
    admin: false,
  };
  const bob = { ...listener, tokenRights: tokenRightsOf(token) };

  it('follow its role, and its token again when the role is gone', () => {
    const speaker = participantUnder({ members: [member('bob', { role: 'speaker' })] }, bob);
    expect(speaker).toMatchObject({ role: 'speaker', canPublish: true, admin: false });
    expect(participantUnder(emptyPolicy, speaker)).toMatchObject({ role: '', canPublish: false });
    const host = participantUnder({ members: [member('bob', { role: 'host' })] }, bob);
    expect(host).toMatchObject({ role: 'host', canPublish: true, canPublishData: true, admin: true });
    expect(participantUnder({ members: [member('bob', { role: 'attendee', canPublish: true })] }, bob).canPublish).toBe(
      true,
    );
  });

  it('stay as shown before any policy when the token’s rights are unknown', () => {
    const speaker = participantUnder({ members: [member('bob', { role: 'speaker' })] }, listener);
    expect(participantUnder(emptyPolicy, speaker)).toMatchObject({ role: '', canPublish: false });
  });

  it('shrink with a token that is shown later, and do not grow', () => {
    const all = {
      canPublish: true,
      publishSources: undefined,
      canSubscribe: true,
      canPublishData: true,
      admin: true,
    };
    expect(tokenRightsInCommon(bob, all)).toBe(bob.tokenRights);
    expect(tokenRightsInCommon(listener, all)).toBe(bob.tokenRights);
    expect(tokenRightsInCommon({ ...bob, tokenRights: tokenRightsOf(all) }, token)).toBe(bob.tokenRights);
  });

  const speaking = { canPublish: true, canSubscribe: true, canPublishData: true, admin: false };
  const limitedTo = (publishSources: Rights['publishSources']) => ({ ...speaking, publishSources });
  const ann = { ...person('ann'), tokenRights: tokenRightsOf(limitedTo(['microphone'])) };
  it.each<[string, Partial<Member>, Pick<Participant, 'canPublish' | 'publishSources'>]>([
    ['those of the token without a role', {}, { canPublish: true, publishSources: ['microphone'] }],
    ['those of the token as a speaker', { role: 'speaker' }, { canPublish: true, publishSources: ['microphone'] }],
    ['all as a cohost', { role: 'cohost' }, { canPublish: true, publishSources: undefined }],
    ['those of a host’s act', { publishSources: ['camera'] }, { canPublish: true, publishSources: ['camera'] }],
    ['all by a host’s act', { publishSources: [] }, { canPublish: true, publishSources: undefined }],
    [
      'those of an act as a host',
      { role: 'host', publishSources: ['camera'] },
      { canPublish: true, publishSources: ['camera'] },
    ],
    ['none as an attendee', { role: 'attendee' }, { canPublish: false, publishSources: ['microphone'] }],
  ])('allow publishing from these sources: %s', (_what, rights, expected) => {
    expect(participantUnder({ members: [member('ann', rights)] }, ann)).toMatchObject(expected);
  });

  it('survive a change of owner: their bits are the sources that a token forbids, so a node without them forbids none', () => {
    const shown = participantFromWire(participantToWire(participantUnder(emptyPolicy, ann)));
    expect(participantUnder(emptyPolicy, shown).publishSources).toEqual(['microphone']);
    expect(participantUnder(emptyPolicy, { ...ann, tokenRights: 31 }).publishSources).toBeUndefined();
  });

  it('of two tokens are the sources of both; without a common source nothing is published', () => {
    const both = (first: Rights['publishSources'], second: Rights['publishSources']) => {
      const before = { ...ann, tokenRights: tokenRightsOf(limitedTo(first)) };
      const tokenRights = tokenRightsInCommon(before, limitedTo(second));
      const { canPublish, publishSources } = participantUnder(emptyPolicy, { ...before, tokenRights });
      return canPublish ? publishSources : 'none';
    };
    expect(both(undefined, ['camera'])).toEqual(['camera']);
    expect(both(['camera', 'microphone'], ['microphone', 'screen_share'])).toEqual(['microphone']);
    expect(both(['camera'], undefined)).toEqual(['camera']);
    expect(both(['camera'], ['microphone'])).toBe('none');
  });
});
