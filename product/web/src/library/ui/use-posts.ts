import { useEffect, useState } from 'react';
import { type OpenedLink, type Post, postsOfFile } from '../core/opened.ts';
import type { LinkApi } from '../link-api.ts';

const none: readonly Post[] = [];

/**
 * Loads the posts of the recording that a link opens, page after page, by time; none while `api` or `opened` is
 * undefined. A page that fails ends the loading.
 */
export function usePosts(api: LinkApi | undefined, opened: OpenedLink | undefined): readonly Post[] {
  const [posts, setPosts] = useState(none);
  const offsetMs = opened?.recording?.offsetMs ?? 0;
  const postPages = opened?.postPages ?? 0;
  useEffect(() => {
    setPosts(none);
    if (api === undefined) return undefined;
    let isGone = false;
    const load = async (): Promise<void> => {
      let all = none;
      for (let page = 0; page < postPages && !isGone; page++) {
        all = [...all, ...postsOfFile(await api.posts(page), offsetMs)];
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
