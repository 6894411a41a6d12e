// What a link opens, and its token in the address of the page.
import type { components } from '@meridian/api-client';

type Schemas = components['schemas'];

export type OpenedLink = Schemas['OpenedFileLink'];
/** Post at its time in the recording; `kind` and `style` as in `Post` of the wire. */
export type Post = Schemas['RecordedPost'];

const TOKEN_CHARACTERS_MAX = 16 * 1024;

/** Returns the token in the fragment; undefined without one. */
export function tokenOfHash(hash: string): string | undefined {
  const token = hash.replace(/^#/, '');
  return /^[\w.~-]+$/.test(token) && token.length <= TOKEN_CHARACTERS_MAX ? token : undefined;
}

/** Moves posts to the time of the file, which begins at `offsetMs` of the recording; drops earlier ones. */
export const postsOfFile = (posts: readonly Post[], offsetMs: number): Post[] =>
  posts
    .filter(({ ms }) => ms >= offsetMs)
    .map((post) => Object.assign({}, post, { ms: post.ms - offsetMs }))
    .sort((a, b) => a.ms - b.ms);
