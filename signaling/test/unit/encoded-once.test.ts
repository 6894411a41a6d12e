// A room encodes each event once for all its clients: a thousand of them get the same bytes.
import { emptyBoard, emptyPost, type RosterEvent } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import type { PostNews } from '../../src/core/index.ts';
import { person } from './fixtures.ts';
import { left, setUp } from './support/local-room.ts';

const noNews: PostNews = { posts: [], removedIds: [], voted: [] };
const post = { ...emptyPost, postId: 'PT_one', kind: 'chat', text: 'hello' } as const;
const update: RosterEvent = {
  seq: 2,
  change: { type: 'participantChanged', participant: person('ann', { metadata: 'new' }) },
};

type Room = Awaited<ReturnType<typeof setUp>>['room'];

/** Events with the field of the frame that shows them. */
const events: readonly (readonly [name: string, field: string, happen: (room: Room) => void])[] = [
  ['a change of a participant', 'roomEvents', (room) => room.onEvents('one', 1, [update])],
  ['a departure', 'roomEvents', (room) => room.onEvents('one', 1, [left(2, 'bob')])],
  ['a post', 'posts', (room) => room.posts.take(1, { ...noNews, posts: [post] })],
  ['reactions', 'reactions', (room) => room.posts.take(1, { ...noNews, reactions: { like: 3 } })],
  ['a board', 'board', (room) => room.posts.take(1, { ...noNews, board: { ...emptyBoard, version: 1 } })],
];

describe('all clients of a room get the same bytes', () => {
  it.each(events)('of %s', async (_name, field, happen) => {
    const { room, owner, joined } = setUp();
    owner.view = { ...owner.view, participants: [person('ann'), person('bob')] };
    const members = [await joined('ann'), await joined('cid'), await joined('dan')];
    happen(room);
    const shown = members.map(({ bytes, frames }) => bytes[frames.findLastIndex(({ body }) => body === field)]);
    expect(shown[0]).toBeDefined();
    expect(new Set(shown).size).toBe(1);
  });

  it('of a post, the crowd too when it gets every post', async () => {
    const { room, joined } = setUp();
    const ann = await joined('ann');
    const crowd: Uint8Array[] = [];
    room.crowd.send = (frame) => void crowd.push(frame);
    room.posts.take(1, { ...noNews, posts: [post] });
    expect(crowd).toEqual([ann.bytes.at(-1)]);
    expect(crowd[0]).toBe(ann.bytes.at(-1));
  });
});
