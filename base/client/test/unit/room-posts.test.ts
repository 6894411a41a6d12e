// Tests the posts that a client knows, and when danmaku are shown.
import { emptyBoard, emptyPost, type Post } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoomPosts } from '../../src/core/room-posts.ts';
import { showAtMs } from '../../src/core/show-at.ts';

const post = (n: number): Post => ({ ...emptyPost, postId: `PT_${n}`, text: `${n}`, wallMs: n });
const added = (...posts: Post[]) => ({ added: posts, removedIds: [], omitted: 0 });
const texts = (posts: RoomPosts) => posts.list.map(({ text }) => text);

describe('the posts of a room', () => {
  it('are listed once each, in the order of the service, 500 at most', () => {
    const posts = new RoomPosts();
    expect(posts.take(added(post(2), post(1))).added).toHaveLength(2);
    expect(posts.take(added(post(2), post(3))).added.map(({ text }) => text)).toEqual(['3']);
    expect(texts(posts)).toEqual(['1', '2', '3']);
    posts.take(added(...Array.from({ length: 600 }, (_, n) => post(n + 10))));
    expect([posts.list.length, posts.list[0]?.text]).toEqual([500, '110']);
  });

  it('are removed on request, also those older than the list', () => {
    const posts = new RoomPosts();
    posts.take(added(post(1), post(2)));
    const change = posts.take({ added: [post(3)], removedIds: ['PT_1', 'PT_3', 'PT_9'], omitted: 4 });
    expect([change, texts(posts)]).toEqual([{ added: [], removedIds: ['PT_1', 'PT_3', 'PT_9'], omitted: 4 }, ['2']]);
  });

  it('include missed posts after a resume, and start empty in another life of the room', () => {
    const posts = new RoomPosts();
    posts.joined('RM_1', [post(1)], { ...emptyBoard, version: 5, reactions: { like: 3 } });
    expect(posts.joined('RM_1', [post(1), post(2)], emptyBoard).added.map(({ text }) => text)).toEqual(['2']);
    expect([texts(posts), posts.board.version]).toEqual([['1', '2'], 5]);
    posts.joined('RM_2', [post(3)], { ...emptyBoard, version: 1 });
    expect([texts(posts), posts.board]).toEqual([['3'], { ...emptyBoard, version: 1 }]);
  });

  it('keep the newest board, and reactions that only rise', () => {
    const posts = new RoomPosts();
    expect(posts.takeBoard({ ...emptyBoard, version: 4, reactions: { like: 9 } })).toBe(true);
    expect(posts.takeBoard({ ...emptyBoard, version: 4 })).toBe(false);
    expect(posts.takeReactions({ like: 2, clap: 1 })).toBe(true);
    expect(posts.takeReactions({ like: 9 })).toBe(false);
    expect(posts.takeBoard({ ...emptyBoard, version: 5, reactions: { like: 1 } })).toBe(true);
    expect(posts.board).toEqual({ ...emptyBoard, version: 5, reactions: { like: 9, clap: 1 } });
  });
});

describe('a danmaku is shown', () => {
  const wall = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 });
  const postAt = (pictureWallMs: number, wallMs = pictureWallMs) => ({ pictureWallMs, wallMs });

  it('with the picture that its author saw, and never in the past', () => {
    fc.assert(
      fc.property(wall, wall, wall, (pictureWallMs, viewerMs, nowMs) => {
        const shown = showAtMs(postAt(pictureWallMs), viewerMs, nowMs);
        const pictureThen = viewerMs + (shown - nowMs);
        return shown >= nowMs && (pictureWallMs > viewerMs ? pictureThen === pictureWallMs : shown === nowMs);
      }),
    );
  });

  it('later to viewers that are further behind, by the same time', () => {
    fc.assert(
      fc.property(wall, wall, fc.integer({ min: 0, max: 10_000 }), (pictureWallMs, nowMs, behindMs) => {
        const shown = (viewerMs: number) => showAtMs(postAt(pictureWallMs), viewerMs, nowMs);
        return shown(pictureWallMs - behindMs) - shown(pictureWallMs) === behindMs;
      }),
    );
  });

  it('at once where the clock of the picture is unknown or wrong', () => {
    fc.assert(
      fc.property(wall, wall, (pictureWallMs, nowMs) =>
        [undefined, Number.NaN, 0, -1, pictureWallMs - 120_001].every(
          (viewerMs) => showAtMs(postAt(pictureWallMs), viewerMs, nowMs) === nowMs,
        ),
      ),
    );
  });

  it("at the time of acceptance if its author's picture is unknown", () => {
    expect(showAtMs(postAt(0, 5000), 4000, 10_000)).toBe(11_000);
  });
});
