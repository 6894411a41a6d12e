// News of posts as they travel between the owner of a room and signaling nodes.
import {
  boardFromWire,
  boardToWire,
  isIdentity,
  isPollId,
  isPostId,
  limits,
  postFromWire,
  postToWire,
  reactionsFromWire,
  type wire,
} from '@meridian/protocol';
import type { PostNews, Voted } from '../core/index.ts';

/** Votes of one message: each about 100 bytes, of the megabyte that a frame of a link takes. */
const votedAtOnce = 4000;

type NewsMessage = Omit<wire.RoomPosts.$Properties, 'room'>;

/** What is not of its form is left out. */
export function newsFromWire({ posts, reactions, board, voted }: NewsMessage): PostNews {
  return {
    posts: (posts?.posts ?? []).map(postFromWire).filter(({ postId }) => isPostId(postId)),
    removedIds: (posts?.removedIds ?? []).filter((id) => isPostId(id) || isPollId(id)),
    voted: (voted ?? []).flatMap(votedFromWire),
    reactions: reactions == null ? undefined : reactionsFromWire(reactions.totals),
    board: board == null ? undefined : boardFromWire(board),
  };
}

/** In as many messages as they need: the first has all but the votes that do not fit it. */
export function newsToWire({ posts, removedIds, voted, reactions, board }: PostNews): NewsMessage[] {
  const first: NewsMessage = {
    posts: { posts: posts.map(postToWire), removedIds: [...removedIds] },
    reactions: reactions === undefined ? null : { totals: { ...reactions } },
    board: board === undefined ? null : boardToWire(board),
    voted: voted.slice(0, votedAtOnce).map(votedToWire),
  };
  const messages = [first];
  for (let at = votedAtOnce; at < voted.length; at += votedAtOnce)
    messages.push({ voted: voted.slice(at, at + votedAtOnce).map(votedToWire) });
  return messages;
}

function votedFromWire({ id, identity, options }: wire.Voted.$Properties): Voted[] {
  if (!(isPostId(id ?? '') || isPollId(id ?? '')) || !isIdentity(identity ?? '')) return [];
  return [{ id: id ?? '', identity: identity ?? '', options: (options ?? []).slice(0, limits.pollOptionsMax) }];
}

const votedToWire = ({ id, identity, options }: Voted): wire.Voted.$Properties => ({
  id,
  identity,
  options: [...options],
});
