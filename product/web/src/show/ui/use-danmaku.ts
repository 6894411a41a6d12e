import { useCallback, useEffect, useState } from 'react';
import { type FedPost, fedWith, noFeed } from '../core/danmaku-feed.ts';
import type { ShowPost } from '../core/model.ts';

/**
 * What the danmaku layer draws, by the clock of the picture; while a picture has none, by that of the browser. Nothing
 * is drawn before the first picture (`isPlaying`), whose time says which posts are over.
 */
export function useDanmaku(
  posts: readonly ShowPost[],
  player: { pictureWallMs(): number | undefined },
  isPlaying: boolean,
): { readonly posts: readonly FedPost[]; nowMs(): number } {
  const [feed, setFeed] = useState(noFeed);
  const nowMs = useCallback(() => player.pictureWallMs() ?? Date.now(), [player]);
  useEffect(() => {
    if (!isPlaying && !feed.hasBegun) return;
    const wallMs = player.pictureWallMs();
    const picture = { pictureWallMs: wallMs ?? Date.now(), isReal: wallMs !== undefined };
    setFeed((known) => fedWith(known, posts, picture));
  }, [posts, player, isPlaying, feed.hasBegun]);
  return { posts: feed.fed, nowMs };
}
