import { useCallback, useEffect, useState } from 'react';
import { feedAfter, noFeed, type QueuedPost } from '../core/danmaku-feed.ts';
import type { ShowPost } from '../core/model.ts';

/**
 * Returns the posts for the danmaku layer, timed by the picture's clock, or by the browser's if the picture has none.
 * It starts with the first picture (`isPlaying`), whose time decides which posts are over.
 */
export function useDanmaku(
  posts: readonly ShowPost[],
  player: { pictureWallMs(): number | undefined },
  isPlaying: boolean,
): { readonly posts: readonly QueuedPost[]; nowMs(): number } {
  const [feed, setFeed] = useState(noFeed);
  const nowMs = useCallback(() => player.pictureWallMs() ?? Date.now(), [player]);
  useEffect(() => {
    if (!isPlaying && !feed.hasBegun) return;
    const wallMs = player.pictureWallMs();
    const picture = { pictureWallMs: wallMs ?? Date.now(), isReal: wallMs !== undefined };
    setFeed((known) => feedAfter(known, posts, picture));
  }, [posts, player, isPlaying, feed.hasBegun]);
  return { posts: feed.queue, nowMs };
}
