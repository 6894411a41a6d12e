// Requests and answers of links, which need no sign-in.
import type { PlayedItem, PlayLink } from '../../library/core/model.ts';

export interface OpenedLink {
  readonly may: 'play' | 'download';
  readonly expiresAt: string;
  readonly item: PlayedItem & {
    readonly description: string;
    /** Languages of the transcripts. */
    readonly languages: readonly string[];
    readonly createdAt: string;
  };
  /** Recording that has the item as a file; null for other items. */
  readonly recording: OpenedRecording | null;
  readonly postPages: number;
  readonly link: PlayLink;
}

export interface OpenedRecording {
  readonly startedAt: string;
  readonly durationMs: number | null;
  /** Begin of the item in the time of the recording. */
  readonly offsetMs?: number;
  readonly participants?: readonly { readonly name: string }[];
}

/** Post at its time in the recording; `kind` and `style` as in `Post` of the wire. */
export interface Post {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
}

const TOKEN_CHARACTERS_MAX = 16 * 1024;

/** Returns the token in the fragment; undefined without one. */
export function tokenOfHash(hash: string): string | undefined {
  const token = hash.replace(/^#/, '');
  return /^[\w.~-]+$/.test(token) && token.length <= TOKEN_CHARACTERS_MAX ? token : undefined;
}

/** Moves posts to the time of the item; drops those from before its begin. */
export const postsOfItem = (posts: readonly Post[], { offsetMs = 0 }: Pick<OpenedRecording, 'offsetMs'>): Post[] =>
  posts
    .filter(({ ms }) => ms >= offsetMs)
    .map((post) => Object.assign({}, post, { ms: post.ms - offsetMs }))
    .sort((a, b) => a.ms - b.ms);
