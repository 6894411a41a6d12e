// A door's room against an owner that the test plays: order, gaps, snapshots, changes of owner.
import { decodeServerFrame, type ErrorCode, limits, MeridianError, type Quality, type wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import type { RosterChange, RosterEvent, RosterView } from '../../src/core/index.ts';
import { DoorRoom, type RoomMember } from '../../src/door/door-room.ts';
import { Lane } from '../../src/door/lane.ts';
import { bounds } from '../../src/limits.ts';
import type { CentrePort, Lease, RoomPort } from '../../src/ports.ts';
import { person } from './fixtures.ts';

const left = (seq: number, name: string): RosterEvent => ({
  seq,
  change: { type: 'participantLeft', sessionId: `PA_${name}`, reason: '' },
});

class Member implements RoomMember {
  readonly sessionId: string;
  adoption = 0;
  fence = 'eu';
  quality: Quality = 'unknown';
  readonly frames: wire.ServerFrame[] = [];
  readonly changes: (readonly RosterChange[] | undefined)[] = [];
  refused: ErrorCode | undefined;
  constructor(name: string) {
    this.sessionId = `PA_${name}`;
  }
  send(frame: Uint8Array): void {
    this.frames.push(decodeServerFrame(frame));
  }
  onRoster(changes: readonly RosterChange[] | undefined): void {
    this.changes.push(changes);
  }
  onRefused(code: ErrorCode): void {
    this.refused = code;
  }
  get seqs(): number[] {
    return this.frames.flatMap((frame) => frame.roomEvents?.events?.map((event) => event.seq ?? 0) ?? []);
  }
}

function setUp() {
  const clock = new ManualClock();
  const owner = {
    view: { epoch: 1, seq: 1, participants: [person('ann')], speakers: [] } as RosterView,
    asked: [] as string[],
    failure: undefined as ErrorCode | undefined,
    refuse: undefined as ErrorCode | undefined,
    /** What is asked is answered no sooner. */
    answers: undefined as Promise<void> | undefined,
  };
  let lease: Lease = { roomKey: 'acme/lobby', ownerId: 'one', epoch: 1, nodeIds: [], created: false };
  const portFor = async (wanted: Lease): Promise<RoomPort> => {
    const say = async <T>(what: string, answer: T): Promise<T> => {
      owner.asked.push(`${wanted.ownerId}#${wanted.epoch} ${what}`);
      if (owner.answers !== undefined) await owner.answers;
      if (wanted.epoch < owner.view.epoch) return Promise.reject(new MeridianError('EPOCH_STALE'));
      if (owner.failure !== undefined) return Promise.reject(new MeridianError(owner.failure));
      return Promise.resolve(answer);
    };
    const done = (what: string) => say(what, undefined);
    return {
      ownerId: wanted.ownerId,
      epoch: wanted.epoch,
      join: async (o) => {
        if (owner.refuse !== undefined && o.takeover) throw new MeridianError(owner.refuse);
        return say(`join ${o.participant.identity}${o.takeover ? ` again in ${o.fence}` : ''}`, {
          view: owner.view,
          offers: [],
          fence: 'eu',
          outside: false,
        });
      },
      announce: async (o) => {
        if (owner.refuse !== undefined) throw new MeridianError(owner.refuse);
        await say(`join ${o.participant.identity} again in ${o.fence}`, undefined);
      },
      leave: () => done('leave'),
      publish: () => done('publish'),
      unpublish: () => done('unpublish'),
      mute: () => done('mute'),
      update: () => done('update'),
      kick: () => done('kick'),
      grants: (_node, trackIds) => say(`grants ${trackIds.join(' ')}`, { offers: [], failed: [] }),
      snapshot: () => say('snapshot', owner.view),
      moved: async () => undefined,
      quality: (sessionId, quality) =>
        void owner.asked.push(`${wanted.ownerId}#${wanted.epoch} ${sessionId} ${quality}`),
    };
  };
  const forgotten: string[] = [];
  const kicked: string[] = [];
  const above: number[] = [];
  const centre = {
    lease: async (_roomKey: string, aboveEpoch = 0) => {
      above.push(aboveEpoch);
      return lease;
    },
    forgetLease: (roomKey: string) => forgotten.push(roomKey),
  } as unknown as CentrePort;
  let unused = 0;
  const room = new DoorRoom({
    roomKey: 'acme/lobby',
    centre,
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    rng: seededRng('door-room'),
    portFor,
    isReachable: () => owner.failure === undefined,
    onKicked: (identity) => kicked.push(identity),
    onLeft: () => undefined,
    onRoster: () => undefined,
    onUnused: () => {
      unused += 1;
    },
  });
  const settle = async (ms = 0): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    if (ms > 0) clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const joined = async (name: string): Promise<Member> => {
    room.use();
    await room.join({ participant: person(name), takeover: false, manualSubscribe: false, adoption: 0, fence: '' });
    const member = new Member(name);
    room.add(member);
    room.leaveUse();
    return member;
  };
  return {
    clock,
    owner,
    room,
    settle,
    joined,
    forgotten,
    kicked,
    above,
    setLease: (changed: Partial<Lease>) => (lease = { ...lease, ...changed }),
    unused: () => unused,
  };
}

describe('events of the owner', () => {
  it('reach every member in order, each once', async () => {
    const { room, joined } = setUp();
    const ann = await joined('ann');
    const bob = { sessionId: 'PA_bob' };
    room.onEvents('one', 1, [{ seq: 2, change: { type: 'participantJoined', participant: person('bob') } }]);
    room.onEvents('one', 1, [
      { seq: 2, change: { type: 'participantJoined', participant: person('bob') } },
      left(3, 'bob'),
    ]);
    expect(ann.seqs).toEqual([2, 3]);
    expect(room.replica?.get(bob.sessionId)).toBeUndefined();
  });

  it('that come before the first snapshot are kept, and those the snapshot has are dropped', async () => {
    const { room, owner, joined } = setUp();
    owner.view = { ...owner.view, seq: 2, participants: [person('ann'), person('bob')] };
    room.onEvents('one', 1, [
      { seq: 2, change: { type: 'participantJoined', participant: person('bob') } },
      left(3, 'bob'),
    ]);
    await joined('ann');
    expect(room.replica?.view()).toMatchObject({ seq: 3, participants: [{ identity: 'ann' }] });
  });

  it('with a gap are answered by a snapshot for everybody, once', async () => {
    const { room, owner, joined, settle } = setUp();
    const ann = await joined('ann');
    owner.view = { ...owner.view, seq: 9, participants: [person('ann'), person('cid')] };
    room.onEvents('one', 1, [left(4, 'bob')]);
    room.onEvents('one', 1, [left(5, 'bob')]);
    await settle();
    expect(owner.asked.filter((what) => what.endsWith('snapshot'))).toHaveLength(1);
    expect(ann.frames.at(-1)?.rosterSnapshot).toMatchObject({
      rosterSeq: 9,
      participants: [{ identity: 'ann' }, { identity: 'cid' }],
    });
    expect(ann.changes.at(-1)).toBeUndefined();
    room.onEvents('one', 1, [left(10, 'cid')]);
    expect(ann.seqs).toEqual([10]);
  });

  it('of an owner that is none any more are nothing', async () => {
    const { room, joined, owner, setLease, settle } = setUp();
    const ann = await joined('ann');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 4 };
    room.onEvents('two', 2, []);
    await settle();
    expect([room.ownerId, room.epoch]).toEqual(['two', 2]);
    room.onEvents('one', 1, [left(2, 'ann')]);
    room.onEvents('one', 1, [left(5, 'ann')]);
    expect(ann.seqs).toEqual([]);
    expect(room.replica?.get('PA_ann')).toBeDefined();
  });

  it('about somebody hidden keep their place and say nothing', async () => {
    const { room, joined } = setUp();
    const ann = await joined('ann');
    room.onEvents('one', 1, [
      { seq: 2, change: { type: 'participantJoined', participant: person('ghost', { hidden: true }) } },
      left(3, 'ghost'),
    ]);
    const events = ann.frames.flatMap((frame) => frame.roomEvents?.events ?? []);
    expect(events.map((event) => [event.seq, event.body])).toEqual([
      [2, undefined],
      [3, undefined],
    ]);
  });
});

describe('a change of owner', () => {
  it('shown by the new owner itself: the members are announced to it and get its roster', async () => {
    const { room, owner, joined, settle, setLease } = setUp();
    const ann = await joined('ann');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    room.onEvents('two', 2, []);
    await settle();
    expect(owner.asked.slice(-2)).toEqual(['two#2 join ann again in eu', 'two#2 snapshot']);
    expect(ann.frames.at(-1)?.rosterSnapshot).toMatchObject({ roomEpoch: 2, rosterSeq: 0 });
  });

  it('who cannot know the quality of a connection is told it again, as it is by now', async () => {
    const { room, owner, joined, settle, setLease } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), person('bob', { quality: 'excellent' })] };
    await joined('ann');
    const bob = await joined('bob');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    bob.quality = 'poor';
    room.onEvents('two', 2, []);
    await settle();
    expect(owner.asked.slice(-2)).toEqual(['two#2 snapshot', 'two#2 PA_bob poor']);
  });

  it('met by a request: it is done at the new owner', async () => {
    const { room, owner, joined, setLease, forgotten } = setUp();
    await joined('ann');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    await room.withOwner((port) => port.leave('PA_ann', ''));
    expect(owner.asked).toEqual([
      'one#1 join ann',
      'one#1 leave',
      'two#2 join ann again in eu',
      'two#2 snapshot',
      'two#2 leave',
    ]);
    expect(forgotten).toEqual(['acme/lobby']);
  });

  it('in the background is looked for until it is found, as long as there are members', async () => {
    const { room, owner, joined, settle, setLease } = setUp();
    const ann = await joined('ann');
    owner.failure = 'ROOM_OWNER_LOST';
    room.ownerGone(1);
    for (let round = 0; round < 5; round += 1) await settle(400);
    expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false);
    owner.failure = undefined;
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    for (let round = 0; round < 5; round += 1) await settle(400);
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
  });

  it('whose epoch a media node refuses is asked for again only above that epoch', async () => {
    const { room, owner, joined, settle, setLease, above } = setUp();
    const ann = await joined('ann');
    room.epochRefused(1);
    await settle(400);
    expect(above.at(-1)).toBe(1);
    expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false); // the centre names the refused epoch still
    setLease({ epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    for (let round = 0; round < 3; round += 1) await settle(400);
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
    expect(room.ref).toEqual({ roomKey: 'acme/lobby', ownerId: 'one', epoch: 2 });
  });

  it('who took the room without the centre is left for the one that the centre names', async () => {
    const { room, owner, joined, settle, setLease, above, clock } = setUp();
    setLease({ provisional: true });
    const ann = await joined('ann');
    expect(room.provisional).toBe(true);
    await settle(limits.roomLeaseRenewMs); // the centre is away still: the lease is the same
    expect(above.at(-1)).toBe(1);
    setLease({ ownerId: 'two', epoch: 2, provisional: false });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    await settle(limits.roomLeaseRenewMs);
    await settle();
    expect(room.ref).toEqual({ roomKey: 'acme/lobby', ownerId: 'two', epoch: 2 });
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
    expect(owner.asked.slice(-2)).toEqual(['two#2 join ann again in eu', 'two#2 snapshot']);
    expect([room.provisional, clock.pendingTimers]).toEqual([false, 0]);
  });

  it('who says that somebody was kicked is heard by name', async () => {
    const { room, joined, kicked } = setUp();
    await joined('ann');
    room.onEvents('one', 1, [left(2, 'bob')]);
    room.onEvents('one', 1, [{ seq: 3, change: { type: 'participantLeft', sessionId: 'PA_ann', reason: 'KICKED' } }]);
    expect(kicked).toEqual(['ann']);
  });

  it('that refuses a member ends that member alone', async () => {
    const { room, owner, joined, settle, setLease } = setUp();
    const ann = await joined('ann');
    owner.refuse = 'KICKED';
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0, participants: [] };
    room.onEvents('two', 2, []);
    await settle();
    expect(ann.refused).toBe('KICKED');
    expect(room.ownerId).toBe('two');
  });

  it('that is never found fails a request in the end, with a bound', async () => {
    const { room, owner, joined, settle } = setUp();
    await joined('ann');
    owner.failure = 'ROOM_OWNER_LOST';
    let failure: unknown;
    room
      .withOwner((port) => port.leave('PA_ann', ''))
      .catch((error: unknown) => {
        failure = error;
      });
    for (let round = 0; round < 60 && failure === undefined; round += 1) await settle(400);
    expect((failure as MeridianError).code).toBe('ROOM_OWNER_LOST');
  });
});

it('an owner that has gone is not asked again while the centre still names it, unless it is there again', async () => {
  const { room, owner, joined, settle } = setUp();
  const ann = await joined('ann');
  owner.failure = 'ROOM_OWNER_LOST';
  room.ownerGone(1);
  const asked = owner.asked.length;
  for (let round = 0; round < 5; round += 1) await settle(400);
  expect(owner.asked).toHaveLength(asked);
  owner.failure = undefined;
  await settle(400);
  expect(owner.asked.slice(asked)).toEqual(['one#1 join ann again in eu', 'one#1 snapshot']);
  expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false); // nothing has changed meanwhile
});

it('events that come while a snapshot is on its way, and are newer than it, are not lost', async () => {
  const { room, owner, joined, settle } = setUp();
  owner.view = { ...owner.view, participants: [person('ann'), person('bob'), person('eve')] };
  const ann = await joined('ann');
  const answered = Promise.withResolvers<void>();
  owner.answers = answered.promise;
  owner.view = { ...owner.view, seq: 3, participants: [person('ann'), person('bob'), person('eve')] };
  room.onEvents('one', 1, [{ seq: 3, change: { type: 'unknown' } }]);
  await settle(400);
  room.onEvents('one', 1, [left(4, 'bob')]);
  owner.answers = undefined;
  owner.view = { ...owner.view, seq: 6, participants: [person('ann')] };
  room.onEvents('one', 1, [left(6, 'eve')]); // the fifth is lost on the way
  answered.resolve();
  await settle(400);
  expect([room.replica?.seq, room.replica?.get('PA_bob'), room.replica?.get('PA_eve')]).toEqual([
    6,
    undefined,
    undefined,
  ]);
  expect(ann.frames.filter((frame) => frame.rosterSnapshot)).toHaveLength(2);
});

describe('an owner that may have taken this door for gone', () => {
  it('hears of the sessions here once more, and the clients notice nothing', async () => {
    const { room, owner, joined, settle, above } = setUp();
    const ann = await joined('ann');
    const asked = owner.asked.length;
    const asksOfCentre = above.length;
    room.announceAgain();
    await settle(400);
    expect(owner.asked.slice(asked)).toEqual(['one#1 join ann again in eu', 'one#1 snapshot']);
    expect(above).toHaveLength(asksOfCentre); // a call that goes on needs no centre
    expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false);
    room.remove(ann);
    room.announceAgain();
    await settle(400);
    expect(owner.asked).toHaveLength(asked + 2);
  });

  it('hears of them again when it may have taken this door for gone while it was being told', async () => {
    const { room, owner, joined, settle } = setUp();
    await joined('ann');
    const asked = owner.asked.length;
    const answered = Promise.withResolvers<void>();
    owner.answers = answered.promise;
    room.announceAgain();
    await settle();
    room.announceAgain();
    room.announceAgain();
    owner.answers = undefined;
    answered.resolve();
    await settle(400);
    const naming = ['one#1 join ann again in eu', 'one#1 snapshot'];
    expect(owner.asked.slice(asked)).toEqual([...naming, ...naming]);
  });

  it('is looked for at the centre when it does not answer after all', async () => {
    const { room, owner, joined, settle, above, setLease } = setUp();
    const ann = await joined('ann');
    const asksOfCentre = above.length;
    owner.failure = 'ROOM_OWNER_LOST';
    room.announceAgain();
    for (let round = 0; round < 3; round += 1) await settle(400);
    expect(above.length).toBeGreaterThan(asksOfCentre);
    owner.failure = undefined;
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    for (let round = 0; round < 3; round += 1) await settle(400);
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
  });

  it('does not hear of a session once more that leaves at that moment: it would be in the room for ever', async () => {
    const { room, owner, joined, settle } = setUp();
    const ann = await joined('ann');
    const asked = owner.asked.length;
    const answered = Promise.withResolvers<void>();
    owner.answers = answered.promise;
    const leaving = room
      .withOwner((port) => port.leave('PA_ann', 'LEFT'))
      .then(() => {
        room.remove(ann);
      });
    room.announceAgain();
    await settle(400);
    owner.answers = undefined;
    room.onEvents('one', 1, [left(2, 'ann')]);
    answered.resolve();
    await leaving;
    await settle(400);
    expect(owner.asked.slice(asked)).toEqual(['one#1 leave']);
  });

  it('hears of so many at once, of each as he is then, and not of who has left since the first was named', async () => {
    const { room, owner, joined, settle } = setUp();
    const names = Array.from({ length: bounds.announcedAtOnce + 2 }, (_, index) => `p${index}`);
    owner.view = { ...owner.view, participants: names.map((name) => person(name)) };
    const members: Member[] = [];
    for (const name of names) members.push(await joined(name));
    const asked = owner.asked.length;
    const answered = Promise.withResolvers<void>();
    owner.answers = answered.promise;
    room.announceAgain();
    await settle(400);
    expect(owner.asked.slice(asked)).toHaveLength(bounds.announcedAtOnce);
    const [gone, stays] = [names.at(-2) ?? '', names.at(-1) ?? ''];
    room.onEvents('one', 1, [left(2, gone)]);
    for (const member of members) if (member.sessionId === `PA_${gone}`) room.remove(member);
    owner.answers = undefined;
    answered.resolve();
    await settle(400);
    expect(owner.asked.slice(asked + bounds.announcedAtOnce)).toEqual([
      `one#1 join ${stays} again in eu`,
      'one#1 snapshot',
    ]);
  });
});

describe('a door’s room', () => {
  it('asks for the grants of one node in one question', async () => {
    const { room, owner, joined } = setUp();
    await joined('ann');
    await Promise.all([room.offers('n1', ['TR_a']), room.offers('n1', ['TR_a', 'TR_b']), room.offers('n2', ['TR_c'])]);
    expect(owner.asked.slice(-2)).toEqual(['one#1 grants TR_a TR_b', 'one#1 grants TR_c']);
  });

  it('is let go with its last member and its last user, once, and leaves no timer', async () => {
    const { room, joined, unused, clock, owner, settle } = setUp();
    const ann = await joined('ann');
    room.use();
    room.remove(ann);
    expect(unused()).toBe(0);
    owner.failure = 'ROOM_OWNER_LOST';
    room.ownerGone(1);
    room.leaveUse();
    expect(unused()).toBe(1);
    room.close();
    await settle(1000);
    expect(unused()).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a lane', () => {
  it('does one thing after the other, in order, and takes no more than its bound', async () => {
    const lane = new Lane(2);
    const done: number[] = [];
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    expect(
      lane.run(async () => {
        await gate;
        done.push(1);
      }),
    ).toBe(true);
    expect(lane.run(async () => void done.push(2))).toBe(true);
    expect(lane.run(async () => void done.push(3))).toBe(false);
    expect(done).toEqual([]);
    go();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(done).toEqual([1, 2]);
    expect(lane.run(async () => void done.push(4))).toBe(true);
  });
});
