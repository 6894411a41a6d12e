// Posts of a room as this client knows them: the last posts, and the board.
import { emptyBoard } from '@meridian/protocol';
import type { Board, Post } from './post-types.ts';

/** Enough to scroll back; recordings have the older ones. */
const keptMax = 500;

export interface PostsChange {
  readonly added: readonly Post[];
  readonly removedIds: readonly string[];
  /** Posts of this time that the service did not send, because there are too many for a crowd. */
  readonly omitted: number;
}

export class RoomPosts {
  #sid = '';
  #list: readonly Post[] = [];
  #board: Board = emptyBoard;

  /** In the order in which the service accepted them; at most 500. */
  get list(): readonly Post[] {
    return this.#list;
  }
  get board(): Board {
    return this.#board;
  }

  /** Takes the answer to a join. `sid`: life of the room; a new life begins with an empty list. */
  joined(sid: string, posts: readonly Post[], board: Board): PostsChange {
    if (sid !== this.#sid) {
      this.#list = [];
      this.#board = emptyBoard;
    }
    this.#sid = sid;
    this.takeBoard(board);
    return this.take({ added: posts, removedIds: [], omitted: 0 });
  }

  /** Takes news of the service and returns the posts that are really new. Removed ones may be older than the list. */
  take({ added, removedIds, omitted }: PostsChange): PostsChange {
    const removed = new Set(removedIds);
    const knownIds = new Set(this.#list.map(({ postId }) => postId));
    const newPosts = added.filter(({ postId }) => !knownIds.has(postId) && !removed.has(postId));
    if (newPosts.length + removed.size > 0)
      this.#list = [...this.#list.filter(({ postId }) => !removed.has(postId)), ...newPosts]
        .sort((a, b) => a.wallMs - b.wallMs)
        .slice(-keptMax);
    return { added: newPosts, removedIds, omitted };
  }

  takeBoard(board: Board): boolean {
    this.takeReactions(board.reactions);
    if (board.version <= this.#board.version) return false;
    this.#board = Object.assign({}, board, { reactions: this.#board.reactions });
    return true;
  }

  /** Takes totals, which only rise, whatever a new owner sends. Returns false when none has risen. */
  takeReactions(totals: Readonly<Record<string, number>>): boolean {
    const before = this.#board.reactions;
    const risen = Object.entries(totals).filter(([name, total]) => total > (before[name] ?? 0));
    if (risen.length === 0) return false;
    this.#board = Object.assign({}, this.#board, { reactions: { ...before, ...Object.fromEntries(risen) } });
    return true;
  }
}
