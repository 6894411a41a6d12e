// Converts news of posts between the owner of a room and signaling nodes.

import { createHash } from 'node:crypto';
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
import type { CastVote, PostNews } from '../core/index.ts';

/** Most votes in a message: at most 13 bytes each, in a link's frame of a megabyte. */
const votesPerMessageMax = 40_000;

type NewsMessage = Omit<wire.RoomPosts.$Properties, 'room'>;

/** Parses news of posts; invalid parts are left out. */
export function newsFromWire({ posts, reactions, board, voted }: NewsMessage): PostNews {
  return {
    posts: (posts?.posts ?? []).map(postFromWire).filter(({ postId }) => isPostId(postId)),
    removedIds: (posts?.removedIds ?? []).filter((id) => isPostId(id) || isPollId(id)),
    voted: (voted ?? []).flatMap(votedFromWire),
    reactions: reactions == null ? undefined : reactionsFromWire(reactions.totals),
    board: board == null ? undefined : boardFromWire(board),
  };
}

/**
 * Splits news into messages. Votes come before their questions and polls: the next owner gets no new vote before it
 * knows the earlier ones, so none counts twice.
 */
export function newsToWire({ posts, removedIds, voted, reactions, board }: PostNews): NewsMessage[] {
  const messages: NewsMessage[] = [];
  for (let at = 0; voted.length - at > votesPerMessageMax; at += votesPerMessageMax)
    messages.push({ voted: votedToWire(voted.slice(at, at + votesPerMessageMax)) });
  messages.push({
    posts: { posts: posts.map(postToWire), removedIds: [...removedIds] },
    reactions: reactions === undefined ? null : { totals: { ...reactions } },
    board: board === undefined ? null : boardToWire(board),
    voted: votedToWire(voted.slice(messages.length * votesPerMessageMax)),
  });
  return messages;
}

/** Returns the number of an identity among voters. 100,000 identities collide in about one of two million rooms. */
export const voterOf = (identity: string): number =>
  Number(createHash('sha256').update(identity).digest().readBigUInt64BE() >> 11n);

const choiceMask = 2 ** limits.pollOptionsMax - 1;

function votedFromWire({ id, identity, options, voters, choices }: wire.Voted.$Properties): CastVote[] {
  const item = id ?? '';
  if (!isPostId(item) && !isPollId(item)) return [];
  const many = (voters ?? []).flatMap((voter, at) =>
    Number.isSafeInteger(voter) ? [{ id: item, voter, choice: (choices?.[at] ?? 0) & choiceMask }] : [],
  );
  if (!isIdentity(identity ?? '')) return many;
  const choice = (options ?? []).reduce((bits, at) => bits | (at < limits.pollOptionsMax ? 1 << at : 0), 0);
  return [...many, { id: item, voter: voterOf(identity ?? ''), choice }];
}

function votedToWire(voted: readonly CastVote[]): wire.Voted.$Properties[] {
  const items = Map.groupBy(voted, ({ id }) => id);
  return Array.from(items, ([id, of]) => ({
    id,
    voters: of.map(({ voter }) => voter),
    choices: of.map(({ choice }) => choice),
  }));
}
