// The posts of a room as this client knows them: the last ones, and the board beside them. No IO.
import { emptyBoard } from '@meridian/protocol';
import type { Board, Post } from './post-types.ts';

/** Enough to scroll back through; those that leave are in recordings. */
const keptMax = 500;

/** What became of the list. */
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

  /** In the order in which the service took them; at most 500. */
  get list(): readonly Post[] {
    return this.#list;
  }
  get board(): Board {
    return this.#board;
  }

  /** The answer to a join, first or later. `sid`: of the life of the room; another one begins with nothing. */
  joined(sid: string, posts: readonly Post[], board: Board): PostsChange {
    if (sid !== this.#sid) {
      this.#list = [];
      this.#board = emptyBoard;
    }
    this.#sid = sid;
    this.takeBoard(board);
    return this.take({ added: posts, removedIds: [], omitted: 0 });
  }

  /** What the service says is new; a post that is known already is not new. Removed ones may be older than the list. */
  take({ added, removedIds, omitted }: PostsChange): PostsChange {
    const gone = new Set(removedIds);
    const known = new Set(this.#list.map(({ postId }) => postId));
    const fresh = added.filter(({ postId }) => !known.has(postId) && !gone.has(postId));
    if (fresh.length + gone.size > 0)
      this.#list = [...this.#list.filter(({ postId }) => !gone.has(postId)), ...fresh]
        .sort((a, b) => a.wallMs - b.wallMs)
        .slice(-keptMax);
    return { added: fresh, removedIds, omitted };
  }

  /** False: it is not newer than what is known. */
  takeBoard(board: Board): boolean {
    this.takeReactions(board.reactions);
    if (board.version <= this.#board.version) return false;
    this.#board = Object.assign({}, board, { reactions: this.#board.reactions });
    return true;
  }

  /** Totals; they only rise, whatever an owner that has just begun says. False: none has. */
  takeReactions(totals: Readonly<Record<string, number>>): boolean {
    const before = this.#board.reactions;
    const risen = Object.entries(totals).filter(([name, total]) => total > (before[name] ?? 0));
    if (risen.length === 0) return false;
    this.#board = Object.assign({}, this.#board, { reactions: { ...before, ...Object.fromEntries(risen) } });
    return true;
  }
}
