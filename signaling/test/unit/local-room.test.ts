// Tests a signaling node's room against a fake owner: order, gaps, snapshots, its users.
import { emptyPost, type Participant, type RosterEvent, type wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { Lane } from '../../src/clients/lane.ts';
import { person } from './fixtures.ts';
import { left, setUp } from './support/local-room.ts';

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

  it('before the first snapshot are kept, and events that the snapshot contains are dropped', async () => {
    const { room, owner, joined } = setUp();
    owner.view = { ...owner.view, seq: 2, participants: [person('ann'), person('bob')] };
    room.onEvents('one', 1, [
      { seq: 2, change: { type: 'participantJoined', participant: person('bob') } },
      left(3, 'bob'),
    ]);
    await joined('ann');
    expect(room.replica?.view()).toMatchObject({ seq: 3, participants: [{ identity: 'ann' }] });
  });

  it('with a gap lead to a request for one snapshot, which all clients get', async () => {
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

  it('from an earlier owner are ignored', async () => {
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

  it('from an earlier owner are ignored for posts and reactions too', async () => {
    const { room, joined, owner, setLease, settle } = setUp();
    const ann = await joined('ann');
    const say = (epoch: number, text: string, hearts: number) => {
      const posts = [{ ...emptyPost, postId: `PT_${text}`, kind: 'chat', text }] as const;
      room.posts.take(epoch, { posts, removedIds: [], voted: [], reactions: { heart: hearts } });
    };
    say(1, 'before', 1);
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, seq: 4 };
    room.onEvents('two', 2, []);
    await settle();
    say(1, 'late', 9);
    expect(room.posts.shown).toMatchObject({ posts: [{ text: 'before' }], board: { reactions: { heart: 1 } } });
    say(2, 'after', 2);
    say(1, 'later', 9);
    expect(ann.frames.flatMap(({ posts }) => posts?.posts?.map(({ text }) => text) ?? [])).toEqual(['before', 'after']);
    expect(room.posts.shown.board).toMatchObject({ reactions: { heart: 2 } });
  });

  it('from an earlier owner are ignored for hands too', async () => {
    const { room } = setUp();
    const handsOf = (identity: string) => ({ hands: [{ identity }] });
    room.hands.take(2, handsOf('ann'));
    room.hands.take(1, handsOf('late'));
    expect(room.hands.last).toMatchObject(handsOf('ann'));
  });

  it('about hidden participants keep their number and lose their content', async () => {
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

it('events newer than a snapshot on its way are not lost', async () => {
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

describe('a participant is reported for its late data when it', () => {
  const changed = (seq: number, participant: Participant): RosterEvent => ({
    seq,
    change: { type: 'participantChanged', participant },
  });

  it.each<[string, RosterEvent, string[]]>([
    ['leaves', left(2, 'bob'), ['bob at n1']],
    ['is replaced', left(2, 'bob', 'DUPLICATE_IDENTITY'), ['bob at n1']],
    ['moves to another media node', changed(2, person('bob', { nodeId: 'n2' })), ['bob at n1']],
    ['leaves, unless it was kicked', left(2, 'bob', 'KICKED'), []],
    ['changes, unless it stays at its node', changed(2, person('bob', { name: 'Bob' })), []],
  ])('%s', async (_what, event, expected) => {
    const { room, owner, joined, gone } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), person('bob')] };
    await joined('ann');
    room.onEvents('one', 1, [event]);
    expect(gone).toEqual(expected);
  });

  it.each<[string, RosterEvent[], Participant[], string[]]>([
    ['leaves', [left(4, 'cid')], [], ['bob at n1', 'cid at n1']],
    ['moves', [], [person('bob', { nodeId: 'n2' }), person('cid')], ['bob at n1']],
    ['leaves, unless it is known to be kicked', [left(4, 'cid', 'KICKED')], [], ['bob at n1']],
    ['leaves just after the snapshot', [left(10, 'cid')], [person('cid')], ['bob at n1', 'cid at n1']],
  ])('%s, even if a snapshot covers the event', async (_what, behindGap, others, expected) => {
    const { room, owner, joined, gone, settle } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), person('bob'), person('cid')] };
    await joined('ann');
    owner.view = { ...owner.view, seq: 9, participants: [person('ann'), ...others] };
    room.onEvents('one', 1, [...behindGap, { seq: 5, change: { type: 'unknown' } }]);
    await settle();
    expect(room.replica?.seq).toBeGreaterThanOrEqual(9);
    expect(gone).toEqual(expected);
  });

  it('leaves, even when the snapshot is from another owner', async () => {
    const { room, owner, joined, gone, setLease, settle } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), person('bob')] };
    await joined('ann');
    setLease({ ownerId: 'two', epoch: 2 });
    owner.view = { ...owner.view, epoch: 2, participants: [person('ann')] };
    room.onEvents('two', 2, []);
    await settle();
    expect([room.epoch, gone]).toEqual([2, ['bob at n1']]);
  });
});

describe('the number of viewers by gateways', () => {
  const gateway = (name: string, attributes: Record<string, string>) =>
    person(name, { hidden: true, kind: 'gateway', attributes });
  const says = (seq: number, participant: Participant): RosterEvent => ({
    seq,
    change: { type: 'participantChanged', participant },
  });
  const toldTo = ({ frames }: { frames: readonly wire.ServerFrame[] }) =>
    frames.flatMap(({ roomViewers }) => (roomViewers == null ? [] : [roomViewers.byProtocol]));

  it('is sent at most once a second, and the last change always', async () => {
    const { room, owner, joined, settle } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), gateway('gw', {})] };
    const ann = await joined('ann');
    await settle(1000);
    for (const [at, count] of [1, 2, 3].entries())
      room.onEvents('one', 1, [says(2 + at, gateway('gw', { 'viewers.flv': `${count}` }))]);
    expect(toldTo(ann)).toEqual([{ flv: 1 }]);
    await settle(999);
    expect(toldTo(ann)).toHaveLength(1);
    await settle(1);
    expect(toldTo(ann)).toEqual([{ flv: 1 }, { flv: 3 }]);
    expect(room.viewers).toEqual(new Map([['flv', 3]]));
  });
});

describe('a signaling node’s room', () => {
  it('asks for the grants of a node in a single request', async () => {
    const { room, owner, joined } = setUp();
    await joined('ann');
    await Promise.all([room.offers('n1', ['TR_a']), room.offers('n1', ['TR_a', 'TR_b']), room.offers('n2', ['TR_c'])]);
    expect(owner.asked.slice(-2)).toEqual(['one#1 grants TR_a TR_b', 'one#1 grants TR_c']);
  });

  it('is released once after its last member and its last `leaveUse`, and leaves no timer', async () => {
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
  it('runs jobs one after the other, in order, and refuses further jobs at its bound', async () => {
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
