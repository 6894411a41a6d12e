import {
  type ErrorCode,
  emptyPolicy,
  limits,
  MeridianError,
  type Participant,
  type RoomPolicy,
} from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it, test } from 'vitest';
import { insertByWait, isLeading, type Knocking, waitReasonOf, withReadmitted } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { Lobby } from '../../src/owner/lobby.ts';
import { person } from './fixtures.ts';

const member = (identity: string, role: 'host' | 'cohost' | 'speaker' | 'attendee') => ({ identity, role });

describe('a client in front of a room', () => {
  const anybody = { identity: 'gil', admin: false, lobby: false, needsPolicy: false };
  const wary = { ...anybody, needsPolicy: true };
  const guest = { ...anybody, identity: 'guest-b' };
  const without = (identity: string) => ({ ...emptyPolicy, removed: [{ identity, roomSid: 'RM_1' }] });
  const unknown = { isPolicyKnown: false };
  const rows: [name: string, o: Partial<Parameters<typeof waitReasonOf>[0]>, reason: string | undefined][] = [
    ['enters at once where no rule makes it wait', {}, undefined],
    ['waits in a lobby', { policy: { ...emptyPolicy, lobby: true } }, 'lobby'],
    ['enters once it was let in', { policy: { ...emptyPolicy, lobby: true }, isAdmitted: true }, undefined],
    ['waits where its token demands it', { knocking: { ...anybody, lobby: true } }, 'lobby'],
    [
      'enters as an administrator by token',
      { policy: { ...emptyPolicy, lobby: true }, knocking: { ...anybody, admin: true } },
      undefined,
    ],
    [
      'enters as a host by policy, whatever its token says',
      { policy: { ...emptyPolicy, members: [member('gil', 'host')] }, knocking: { ...anybody, lobby: true } },
      undefined,
    ],
    ['enters as a cohost', { policy: { ...emptyPolicy, lobby: true, members: [member('gil', 'cohost')] } }, undefined],
    [
      'waits as an administrator that the policy makes an attendee',
      {
        policy: { ...emptyPolicy, lobby: true, members: [member('gil', 'attendee')] },
        knocking: { ...anybody, admin: true },
      },
      'lobby',
    ],
    ['waits as a speaker', { policy: { ...emptyPolicy, lobby: true, members: [member('gil', 'speaker')] } }, 'lobby'],
    ['waits for a needed host', { policy: { ...emptyPolicy, needsHost: true } }, 'no_host'],
    ['enters when a needed host is there', { policy: { ...emptyPolicy, needsHost: true }, hosts: 1 }, undefined],
    [
      'waits for a needed host first where there is a lobby too',
      { policy: { ...emptyPolicy, needsHost: true, lobby: true } },
      'no_host',
    ],
    ['waits until the room opens', { policy: { ...emptyPolicy, opensWallMs: 1001 }, hosts: 1 }, 'no_host'],
    ['waits for an unknown policy if its token needs the policy', { ...unknown, knocking: wary }, 'no_host'],
    ['does not wait for an unknown policy with any other token', unknown, undefined],
    ['does not wait for a known policy', { knocking: wary }, undefined],
    ['enters as administrator under an unknown policy', { ...unknown, knocking: { ...wary, admin: true } }, undefined],
    ['enters once let in, even under an unknown policy', { ...unknown, knocking: wary, isAdmitted: true }, undefined],
    ['waits after its removal', { policy: without('gil'), isAdmitted: true }, 'removed'],
    [
      'waits after its removal though it leads',
      { policy: without('gil'), knocking: { ...anybody, admin: true } },
      'removed',
    ],
    [
      'waits after the removal of the player beside it',
      { policy: without('gil-viewer'), knocking: anybody },
      'removed',
    ],
    ['enters the next life of the room after its removal', { policy: without('gil'), roomSid: 'RM_2' }, undefined],
    ['enters after the removal of another person', { policy: without('gila') }, undefined],
    ...['guest-a', 'ann', 'IV_1', 'guest-a-viewer'].map((removed): (typeof rows)[number] => [
      `waits as an unknown guest once ${removed} was removed, also while no host is there`,
      { policy: without(removed), knocking: guest },
      'lobby',
    ]),
    ['enters as a known guest', { policy: without('guest-a'), knocking: guest, isAdmitted: true }, undefined],
    [
      'enters as a guest after a removal in another life',
      { policy: without('ann'), knocking: guest, roomSid: 'RM_2' },
      undefined,
    ],
    ['enters as a user after the removal of a guest', { policy: without('guest-a') }, undefined],
    [
      'enters a show as a guest whomever was removed',
      { policy: { ...without('guest-a'), kind: 'show' }, knocking: guest, hosts: 1 },
      undefined,
    ],
    ['enters from the opening on', { policy: { ...emptyPolicy, opensWallMs: 1000 } }, undefined],
  ];
  test.each(rows)('%s', (_name, o, reason) => {
    const usual = { policy: emptyPolicy, roomSid: 'RM_1', isPolicyKnown: true, knocking: anybody, isAdmitted: false };
    expect(waitReasonOf({ ...usual, hosts: 0, nowWallMs: 1000, ...o })).toBe(reason);
  });

  test('is a leader by its role, or by its token without a role', () => {
    const rowsOf = [
      [{ role: '', admin: true }, true],
      [{ role: '', admin: false }, false],
      [{ role: 'attendee', admin: true }, false],
      [{ role: 'cohost', admin: false }, true],
    ] as const;
    for (const [client, leads] of rowsOf) expect(isLeading(client)).toBe(leads);
  });

  test('has its place by the time since when it waits, whichever knock comes first', () => {
    const waiterOf = (name: string, sinceWallMs: number) => ({ name, sinceWallMs });
    const queue = [waiterOf('c', 30), waiterOf('a', 10), waiterOf('b', 20), waiterOf('b2', 20)].reduce<
      { name: string; sinceWallMs: number }[]
    >((before, next) => insertByWait(before, next), []);
    expect(queue.map(({ name }) => name)).toEqual(['a', 'b', 'b2', 'c']);
  });
});

function setUp(o: Partial<RoomPolicy> = { lobby: true }) {
  const clock = new ManualClock();
  const room = {
    policy: { ...emptyPolicy, version: 1, ...o } as RoomPolicy,
    isKnown: true,
    people: [] as Participant[],
    refuses: undefined as ErrorCode | undefined,
    answers: [] as unknown[],
    shown: [] as [string, readonly string[], number][],
  };
  const lobby = new Lobby({
    clock,
    policy: () => room.policy,
    isPolicyKnown: () => room.isKnown,
    participants: () => room.people,
    roomSid: () => 'RM_1',
    readmit: (identities) => {
      room.policy = withReadmitted(room.policy, identities);
    },
    assertMayEnter: () => {
      if (room.refuses !== undefined) throw new MeridianError(room.refuses);
    },
    answer: (signalingId, { waitIds, code, waiting }) =>
      void room.answers.push([signalingId, waitIds, waiting ?? code]),
    show: (signalingId, { waiters, more }) =>
      void room.shown.push([signalingId, (waiters ?? []).map(({ identity }) => identity ?? ''), more ?? 0]),
    sizeChanged: () => undefined,
  });
  const knock = (identity: string, more: Partial<Knocking> & { via?: string } = {}) => {
    const { via = 's1', ...rest } = more;
    const client = {
      waitId: `WA_${identity}`,
      identity,
      name: '',
      admin: false,
      lobby: false,
      needsPolicy: false,
      network: '',
      sinceWallMs: clock.wallMs(),
    };
    return lobby.knock(via, { ...client, ...rest });
  };
  const host = (name = 'hanna', signalingId = 's1'): Participant => ({
    ...person(name),
    role: 'host',
    signalingId,
  });
  return { clock, room, lobby, knock, host };
}
const codeOf = (call: () => unknown): string | undefined => {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as MeridianError).code;
  }
};

describe('a lobby', () => {
  it('shows hosts the waiting clients, at first at once and then at most four times a second, and admits their choice', () => {
    const { clock, room, lobby, knock, host } = setUp();
    room.people = [host(), host('co', 's2'), person('bob')];
    lobby.review();
    expect(knock('a')).toEqual({ reason: 'lobby', hosts: 2 });
    expect(room.shown).toEqual([
      ['s1', ['a'], 0],
      ['s2', ['a'], 0],
    ]);
    for (const name of ['b', 'c', 'd']) knock(name);
    expect(room.shown).toHaveLength(2);
    clock.advance(bounds.lobbyShownEveryMs);
    expect(room.shown.slice(2)).toEqual([
      ['s1', ['a', 'b', 'c', 'd'], 0],
      ['s2', ['a', 'b', 'c', 'd'], 0],
    ]);
    expect(lobby.admit({ waitIds: ['WA_b', 'WA_nobody'], all: false, refused: false })).toBe(1);
    expect(lobby.admit({ waitIds: ['WA_c'], all: false, refused: true })).toBe(1);
    expect(lobby.admit({ waitIds: [], all: true, refused: false })).toBe(2);
    expect(room.answers).toEqual([
      ['s1', ['WA_b'], ''],
      ['s1', ['WA_c'], 'NOT_ADMITTED'],
      ['s1', ['WA_a', 'WA_d'], ''],
    ]);
    expect(lobby.size).toBe(0);
    lobby.close();
  });

  it('admits no client that was not let in, and keeps no admitted client waiting', () => {
    const { room, lobby, knock } = setUp();
    expect(codeOf(() => lobby.assertAdmitted(person('a')))).toBe('NOT_ADMITTED');
    knock('a');
    lobby.admit({ waitIds: ['WA_a'], all: false, refused: false });
    lobby.assertAdmitted(person('a'));
    room.people = [person('a')];
    room.people = [];
    lobby.left('a', 'LEFT');
    expect(knock('a')).toBeUndefined();
    lobby.left('a', 'KICKED');
    expect(knock('a')).toEqual({ reason: 'lobby', hosts: 0 });
    lobby.close();
  });

  it('lets a removed person in by a host’s answer to it alone, and not at once again after a refusal', () => {
    const removed = [{ identity: 'eve', roomSid: 'RM_1' }];
    const { clock, room, lobby, knock } = setUp({ removed });
    expect(codeOf(() => lobby.assertAdmitted(person('eve')))).toBe('NOT_ADMITTED');
    expect(knock('eve')).toEqual({ reason: 'removed', hosts: 0 });
    expect(lobby.shown.waiters).toMatchObject([{ identity: 'eve', removed: true }]);
    expect(lobby.admit({ waitIds: [], all: true, refused: false })).toBe(0);
    expect(lobby.admit({ waitIds: ['WA_eve'], all: false, refused: true })).toBe(1);
    expect(codeOf(() => knock('eve'))).toBe('NOT_ADMITTED');
    clock.advance(60_000);
    expect(knock('eve')).toEqual({ reason: 'removed', hosts: 0 });
    expect(lobby.admit({ waitIds: ['WA_eve'], all: false, refused: false })).toBe(1);
    expect([room.policy.removed, room.answers.at(-1)]).toEqual([[], ['s1', ['WA_eve'], '']]);
    lobby.assertAdmitted(person('eve'));
    lobby.close();
  });

  it('has one queue over all signaling nodes, longest wait first, in whatever order a new owner learns of the clients', () => {
    const { lobby, knock } = setUp();
    knock('third', { sinceWallMs: 30, via: 's2' });
    knock('first', { sinceWallMs: 10, via: 's1' });
    knock('second', { sinceWallMs: 20, via: 's2' });
    knock('first', { sinceWallMs: 10, via: 's1' });
    expect(lobby.shown.waiters?.map(({ identity }) => identity)).toEqual(['first', 'second', 'third']);
    lobby.close();
  });

  it('has one place in its queue for each person, whatever the number of sockets', () => {
    const { room, lobby, knock } = setUp();
    knock('gil', { sinceWallMs: 10 });
    knock('bob', { sinceWallMs: 20 });
    knock('gil', { waitId: 'WA_gil2', sinceWallMs: 30, via: 's2' });
    expect(room.answers).toEqual([['s1', ['WA_gil'], 'DUPLICATE_IDENTITY']]);
    expect(lobby.shown.waiters?.map(({ waitId }) => waitId)).toEqual(['WA_gil2', 'WA_bob']);
    lobby.unknock('s1', 'WA_gil2'); // by a signaling node that does not have it
    expect(lobby.size).toBe(2);
    lobby.unknock('s2', 'WA_gil2');
    expect(lobby.size).toBe(1);
    lobby.close();
  });

  it('accepts a thousand clients and refuses a further one, but none that waits already; hosts see a hundred', () => {
    const { room, lobby, knock, host } = setUp();
    for (let index = 0; index < limits.waitersMax; index += 1) knock(`p${index}`, { sinceWallMs: index });
    expect(codeOf(() => knock('more'))).toBe('ROOM_FULL');
    expect(knock('p7')).toEqual({ reason: 'lobby', hosts: 0 });
    expect(lobby.size).toBe(limits.waitersMax);
    room.people = [host()];
    lobby.review();
    expect(room.shown.at(-1)?.[1]).toHaveLength(limits.waitersShownMax);
    expect(room.shown.at(-1)?.[2]).toBe(limits.waitersMax - limits.waitersShownMax);
    lobby.close();
  });

  it('gives a network half of the places that others leave, and a few as long as one is free', () => {
    const { lobby, knock } = setUp();
    const from = (network: string) => (at: number) => codeOf(() => knock(`${network}-${at}`, { network }));
    const places = Array.from({ length: limits.waitersMax }, (_, at) => at);
    const refused = places.filter((at) => from('192.0.2.1')(at) === 'QUOTA_EXCEEDED');
    expect([lobby.size, refused.length]).toEqual([limits.waitersMax / 2, limits.waitersMax / 2]);
    expect(knock('192.0.2.1-7', { network: '192.0.2.1' })).toEqual({ reason: 'lobby', hosts: 0 });
    expect([from('192.0.2.2')(0), codeOf(() => knock('anywhere'))]).toEqual([undefined, undefined]);
    for (let at = 2; lobby.size < limits.waitersMax - 1; at += 1) knock(`other-${at}`);
    expect([from('192.0.2.1')(-1), from('192.0.2.2')(1), from('192.0.2.2')(2)]).toEqual([
      'QUOTA_EXCEEDED',
      undefined,
      'ROOM_FULL',
    ]);
    lobby.close();
  });

  it('forgets clients that have been silent for long', () => {
    const { clock, lobby, knock } = setUp();
    knock('gone');
    knock('there');
    for (let passedMs = 0; passedMs <= bounds.waiterSilentMsMax; passedMs += bounds.knockEveryMs) {
      clock.advance(bounds.knockEveryMs);
      knock('there', { sinceWallMs: 0 });
    }
    clock.advance(bounds.knockEveryMs);
    expect(lobby.shown.waiters?.map(({ identity }) => identity)).toEqual(['there']);
    lobby.close();
  });

  it('admits clients that wait only for a host when a host comes, and tells the others that a host is there', () => {
    const { room, lobby, knock, host } = setUp({ needsHost: true });
    knock('a');
    knock('guest', { lobby: true });
    expect(room.answers).toEqual([]);
    room.people = [host()];
    lobby.review();
    expect(room.answers).toEqual([
      ['s1', ['WA_a'], ''],
      ['s1', ['WA_guest'], { reason: 'lobby', hosts: 1 }],
    ]);
    // An admitted client may join even if the host has left before.
    room.people = [];
    lobby.assertAdmitted(person('a'));
    lobby.review();
    expect(room.answers.at(-1)).toEqual(['s1', ['WA_guest'], { reason: 'no_host', hosts: 0 }]);
    lobby.close();
  });

  it('opens at the time that the policy sets', () => {
    const { clock, room, lobby, knock } = setUp();
    room.policy = { ...room.policy, lobby: false, opensWallMs: clock.wallMs() + 7_200_000 };
    expect(knock('a')).toEqual({ reason: 'no_host', hosts: 0 });
    for (let passedMs = 0; passedMs < 7_200_000; passedMs += bounds.knockEveryMs) {
      expect(room.answers).toEqual([]);
      clock.advance(bounds.knockEveryMs);
      if (lobby.size > 0) knock('a');
    }
    expect(room.answers).toEqual([['s1', ['WA_a'], '']]);
    lobby.close();
  });

  it.each(['KICKED', 'ROOM_LOCKED'] as const)(
    'refuses a waiting client that the room does not accept any more: %s',
    (code) => {
      const { room, lobby, knock } = setUp();
      knock('a');
      room.refuses = code;
      lobby.review();
      expect(room.answers).toEqual([['s1', ['WA_a'], code]]);
      expect(codeOf(() => knock('a'))).toBe(code);
      expect(lobby.size).toBe(0);
    },
  );

  it('keeps clients that a full room cannot take now', () => {
    const { room, lobby, knock } = setUp();
    knock('a');
    room.refuses = 'ROOM_FULL';
    lobby.review();
    expect([room.answers, lobby.size]).toEqual([[], 1]);
    lobby.close();
  });

  it('holds clients whose tokens need the policy until it is known, and judges them by it then', () => {
    const { room, lobby, knock } = setUp({});
    room.isKnown = false;
    expect(knock('a', { needsPolicy: true })).toEqual({ reason: 'no_host', hosts: 0 });
    expect(knock('ann', { needsPolicy: true })).toEqual({ reason: 'no_host', hosts: 0 });
    expect(knock('bob')).toBeUndefined();
    room.isKnown = true;
    room.policy = { ...room.policy, lobby: true, members: [member('ann', 'host')] };
    lobby.review();
    expect(room.answers).toEqual([
      ['s1', ['WA_ann'], ''],
      ['s1', ['WA_a'], { reason: 'lobby', hosts: 0 }],
    ]);
    lobby.close();
  });

  it('shows a new host the waiting clients, without a message to the others', () => {
    const { clock, room, lobby, knock, host } = setUp();
    room.people = [host()];
    knock('a');
    clock.advance(1000);
    room.shown.length = 0;
    room.people = [host(), host('co', 's2')];
    lobby.review();
    lobby.review();
    expect(room.shown).toEqual([['s2', ['a'], 0]]);
    lobby.close();
  });

  it('tells the waiting clients that the room is over, or that the room has another owner', () => {
    const ended = setUp();
    ended.knock('a');
    ended.lobby.end();
    expect(ended.room.answers).toEqual([['s1', ['WA_a'], 'ROOM_ENDED']]);
    const closed = setUp();
    closed.knock('a');
    closed.lobby.close();
    closed.lobby.close();
    expect(closed.room.answers).toEqual([['s1', ['WA_a'], 'ROOM_OWNER_LOST']]);
  });
});
