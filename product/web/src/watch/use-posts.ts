import { useEffect, useState } from 'react';
import type { WatchApi } from './api.ts';
import { type OpenedLink, type Post, postsOfItem } from './core/model.ts';

const none: readonly Post[] = [];

/** Loads the posts of the item's recording, page after page, by time. A page that fails ends the loading. */
export function usePosts(api: WatchApi, { recording, postPages }: OpenedLink): readonly Post[] {
  const [posts, setPosts] = useState(none);
  const offsetMs = recording?.offsetMs ?? 0;
  useEffect(() => {
    setPosts(none);
    let isGone = false;
    const load = async (): Promise<void> => {
      let all = none;
      for (let page = 0; page < postPages && !isGone; page++) {
        all = [...all, ...postsOfItem(await api.posts(page), { offsetMs })];
        if (!isGone) setPosts(all);
      }
    };
    load().catch((error: unknown) => console.info('not all posts are shown:', error));
    return () => {
      isGone = true;
    };
  }, [api, postPages, offsetMs]);
  return posts;
}
