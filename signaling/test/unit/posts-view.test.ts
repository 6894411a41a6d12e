import { decodeServerFrame, emptyBoard, type Post } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { PostsView } from '../../src/clients/posts-view.ts';

const post = (postId: string, wallMs: number) => ({ ...written, postId, wallMs });
const written: Post = {
  postId: '',
  wallMs: 0,
  identity: 'ann',
  name: 'Ann',
  kind: 'chat',
  text: 'hello',
  data: '',
  pictureWallMs: 0,
  votes: 0,
  state: '',
  style: '',
};

it('shows each post once, also one of the same millisecond and one that comes late', () => {
  const shown: string[][] = [];
  const view = new PostsView({
    clock: new ManualClock(),
    show: (frame) => shown.push((decodeServerFrame(frame).posts?.posts ?? []).map(({ postId }) => postId ?? '')),
    showCrowd: () => undefined,
    tellOwner: () => undefined,
  });
  const take = (...posts: Post[]) => view.take(1, { posts, removedIds: [], voted: [], board: emptyBoard });
  take(post('PT_1', 10), post('PT_2', 20));
  take(post('PT_2', 20), post('PT_3', 20));
  take(post('PT_1', 10));
  take(post('PT_0', 5));
  expect(shown).toEqual([['PT_1', 'PT_2'], ['PT_3'], ['PT_0']]);
});
