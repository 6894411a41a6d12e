// Tests how a room finds its owner again: a new owner, one that has gone, one that lost this node for a moment.
import { limits, type MeridianError } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { VIEWERS_EVERY_MS } from '../../src/clients/viewer-counts.ts';
import { bounds } from '../../src/limits.ts';
import { person } from './fixtures.ts';
import { left, type Member, setUp } from './support/local-room.ts';

describe('a change of owner', () => {
  it('that the new owner announces gives the owner the members, and the members the owner’s roster', async () => {
    const { room, owner, joined, settle, setLease } = setUp();
    const ann = await joined('ann');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    room.onEvents('two', 2, []);
    await settle();
    expect(owner.asked.slice(-2)).toEqual(['two#2 join ann again in eu', 'two#2 snapshot']);
    expect(ann.frames.at(-1)?.rosterSnapshot).toMatchObject({ roomEpoch: 2, rosterSeq: 0 });
  });

  it('leads to a report of the present quality, which the new owner cannot know', async () => {
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

  it('that a request meets has the request done at the new owner', async () => {
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

  it('in the background leads to a search until the owner is found, as long as there are members', async () => {
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

  it('to an epoch that a media node refuses leads to a request for a higher epoch only', async () => {
    const { room, owner, joined, settle, setLease, above } = setUp();
    const ann = await joined('ann');
    room.epochRefused(1);
    await settle(400);
    expect(above.at(-1)).toBe(1);
    expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false); // the centre still names the refused epoch
    setLease({ epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    for (let round = 0; round < 3; round += 1) await settle(400);
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
    expect(room.ref).toEqual({ roomKey: 'acme/lobby', ownerId: 'one', epoch: 2 });
  });

  it('replaces an owner without the centre by the one that the centre names', async () => {
    const { room, owner, joined, settle, setLease, above, clock } = setUp();
    setLease({ provisional: true });
    const ann = await joined('ann');
    expect(room.provisional).toBe(true);
    await settle(limits.roomLeaseRenewMs); // the centre is still away: the lease is the same
    expect(above.at(-1)).toBe(1);
    setLease({ ownerId: 'two', epoch: 2, provisional: false });
    owner.view = { ...owner.view, epoch: 2, seq: 0 };
    await settle(limits.roomLeaseRenewMs);
    await settle(VIEWERS_EVERY_MS); // until the number of viewers may be sent again
    expect(room.ref).toEqual({ roomKey: 'acme/lobby', ownerId: 'two', epoch: 2 });
    expect(ann.frames.at(-1)?.rosterSnapshot?.roomEpoch).toBe(2);
    expect(owner.asked.slice(-2)).toEqual(['two#2 join ann again in eu', 'two#2 snapshot']);
    expect([room.provisional, clock.pendingTimers]).toEqual([false, 0]);
  });

  it('with a refusal of a member ends only that member', async () => {
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

  it('that never succeeds fails a request after a bounded time', async () => {
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

it('an owner that has gone is not asked again while the centre still names it, unless it is reachable again', async () => {
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

describe('an owner that may have lost this node for a moment', () => {
  it('gets the sessions of this node once more, and the clients notice nothing', async () => {
    const { room, owner, joined, settle, above } = setUp();
    const ann = await joined('ann');
    const asked = owner.asked.length;
    const asksOfCentre = above.length;
    room.announceAgain();
    await settle(400);
    expect(owner.asked.slice(asked)).toEqual(['one#1 join ann again in eu', 'one#1 snapshot']);
    expect(above).toHaveLength(asksOfCentre); // a running call needs no centre
    expect(ann.frames.some((frame) => frame.rosterSnapshot)).toBe(false);
    room.remove(ann);
    room.announceAgain();
    await settle(400);
    expect(owner.asked).toHaveLength(asked + 2);
  });

  it('gets the sessions again when the doubt arose during their announcement', async () => {
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

  it('is searched at the centre when it does not answer after all', async () => {
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

  it('does not get a session that leaves at that moment, since the session would stay in the room forever', async () => {
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

  it('gets a bounded number of sessions at once, each in its present state, and none that has left since', async () => {
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
