import type { Body, ServerFrame } from '@meridian/client';
import { wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Posts } from '../../src/posts.ts';
import { Room } from '../../src/room.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const emitted: unknown[][] = [];
  const sentBodies: Body[] = [];
  const posts = new Posts({
    events: { emit: (...event) => emitted.push(event) > 0 },
    request: async (body) => {
      sentBodies.push(body);
      return { postAccepted: { postId: 'PT_own', wallMs: 50 } } as ServerFrame;
    },
    post: (body) => sentBodies.push(body) > 0,
    self: () => ({ identity: 'me', name: 'Me' }),
  });
  const frame = (body: object) => posts.handleFrame(body as ServerFrame);
  const joined = (o: object) => new wire.Joined({ roomInfo: { sid: 'RM_1' }, ...o });
  const texts = () => posts.list.map(({ text }) => text);
  return { posts, heard: emitted, said: sentBodies, frame, joined, texts };
}
const post = (n: number) => ({ postId: `PT_${n}`, kind: 'chat', text: `${n}`, wallMs: n });

it('posts from before our join are only in the list; posts missed over a resume are events', () => {
  const { posts, heard, joined, texts } = setUp();
  posts.joined(joined({ posts: [post(1)], board: { version: 1, reactions: { like: 3 } } }), true);
  expect([texts(), posts.board.reactions, heard]).toEqual([['1'], { like: 3 }, []]);
  posts.joined(joined({ posts: [post(1), post(2)], board: { version: 2 } }), false);
  expect(heard).toEqual([
    ['postsChanged', [expect.objectContaining({ text: '2' })], [], 0],
    ['boardChanged', expect.objectContaining({ version: 2, reactions: { like: 3 } })],
  ]);
});

it('posts, removals, omissions, boards and reactions are events, each when it is new', () => {
  const { heard, frame } = setUp();
  expect(frame({ posts: { posts: [post(1)], omitted: 7 } })).toBe(true);
  frame({ posts: { posts: [post(1)] } });
  frame({ posts: { removedIds: ['PT_1'] } });
  frame({ board: { version: 2, questions: [post(5)] } });
  frame({ board: { version: 2 } });
  frame({ reactions: { totals: { like: 4 } } });
  frame({ reactions: { totals: { like: 4 } } });
  expect(frame({ lobby: {} })).toBe(false);
  expect(heard.map(([event, ...args]) => [event, ...args.slice(1)])).toEqual([
    ['postsChanged', [], 7],
    ['postsChanged', ['PT_1'], 0],
    ['boardChanged'],
    ['reactionsChanged'],
  ]);
});

it('our own post is in the list when it is accepted, and only once', async () => {
  const { posts, heard, said, frame, texts } = setUp();
  const sent = await posts.send({ kind: 'danmaku', text: 'hi', style: '#ff0000', pictureWallMs: 40 });
  expect(said).toEqual([{ sendPost: { kind: 'danmaku', text: 'hi', style: '#ff0000', pictureWallMs: 40 } }]);
  expect(sent).toMatchObject({ postId: 'PT_own', identity: 'me', name: 'Me', wallMs: 50, pictureWallMs: 40 });
  frame({ posts: { posts: [{ postId: 'PT_own', text: 'hi', wallMs: 50 }] } });
  expect([texts(), heard.length]).toEqual([['hi'], 1]);
});

it('our own post that came from the room before the answer stays as the room sent it', async () => {
  const { posts, heard, frame } = setUp();
  const sending = posts.send({ text: 'hi' });
  frame({ posts: { posts: [{ postId: 'PT_own', text: 'hi', name: 'of the room', wallMs: 50 }] } });
  expect((await sending).name).toBe('of the room');
  expect(heard).toHaveLength(1);
});

it('reactions within 0.3 s are sent together, and none after the end', () => {
  const { posts, said } = setUp();
  for (const name of ['like', 'like', 'clap']) posts.react(name);
  vi.advanceTimersByTime(299);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual([{ sendReactions: { counts: { like: 2, clap: 1 } } }]);
  vi.advanceTimersByTime(1000);
  posts.react('like');
  posts.close();
  vi.advanceTimersByTime(1000);
  expect(said).toHaveLength(1);
});

it('without a connection no post is sent, and a reaction is dropped', async () => {
  const room = new Room();
  await expect(room.sendPost({ text: 'hi' })).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  await expect(room.voteQuestion('PT_1')).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  await expect(room.votePoll('PO_1', [0])).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  room.react();
  expect([room.posts, room.board.polls]).toEqual([[], []]);
});
