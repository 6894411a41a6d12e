// Posts of a room: applies the service's changes, sends our posts, and sends our reactions in batches.
import { type Body, type Emitter, type PostsChange, RoomPosts, type ServerFrame } from '@meridian/client';
import { boardFromWire, emptyPost, postFromWire, reactionsFromWire, type wire } from '@meridian/protocol';
import type { RoomEventMap } from './events.ts';
import type { Board, Post, PostOptions } from './types.ts';

/** Reactions within this time are sent together. */
const reactionBatchMs = 300;

/** @internal */
export interface PostsPorts {
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  request(body: Body): Promise<ServerFrame>;
  /** Sends a message without an answer; returns false while there is no session. */
  post(body: Body): boolean;
  self(): { readonly identity: string; readonly name: string };
}

/** @internal */
export class Posts {
  readonly #o: PostsPorts;
  readonly #roomPosts = new RoomPosts();
  #reactionCounts: Record<string, number> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(o: PostsPorts) {
    this.#o = o;
  }

  get list(): readonly Post[] {
    return this.#roomPosts.list;
  }
  get board(): Board {
    return this.#roomPosts.board;
  }

  /** Takes over the posts of a Join. `isFirst`: emits nothing, because the app finds all in `room.posts`. */
  joined({ posts, board, roomInfo }: wire.Joined, isFirst: boolean): void {
    const previousBoard = this.#roomPosts.board;
    const change = this.#roomPosts.joined(roomInfo?.sid ?? '', (posts ?? []).map(postFromWire), boardFromWire(board));
    if (isFirst) return;
    this.#emit(change);
    if (this.#roomPosts.board !== previousBoard) this.#o.events.emit('boardChanged', this.#roomPosts.board);
  }

  handleFrame({ posts, reactions, board }: ServerFrame): boolean {
    if (posts)
      this.#emit(
        this.#roomPosts.take({
          added: (posts.posts ?? []).map(postFromWire),
          removedIds: posts.removedIds ?? [],
          omitted: posts.omitted ?? 0,
        }),
      );
    else if (reactions) {
      if (this.#roomPosts.takeReactions(reactionsFromWire(reactions.totals)))
        this.#o.events.emit('reactionsChanged', this.#roomPosts.board.reactions);
    } else if (board) {
      if (this.#roomPosts.takeBoard(boardFromWire(board))) this.#o.events.emit('boardChanged', this.#roomPosts.board);
    } else return false;
    return true;
  }

  /** Resolves with the accepted post. When a crowd posts too fast, only the author sees the post. */
  async send({ kind = 'chat', text, style = '', pictureWallMs = 0 }: PostOptions): Promise<Post> {
    const { postAccepted } = await this.#o.request({ sendPost: { kind, text, style, pictureWallMs } });
    const { postId = '', wallMs = 0 } = (postAccepted ?? {}) as Partial<wire.PostAccepted>;
    const { identity, name } = this.#o.self();
    const accepted = { postId, kind, identity, name, text, wallMs, pictureWallMs: pictureWallMs || wallMs, style };
    const post: Post = Object.assign({}, emptyPost, accepted, { state: kind === 'question' ? 'open' : '' });
    this.#emit(this.#roomPosts.take({ added: [post], removedIds: [], omitted: 0 }));
    return this.#roomPosts.list.find((one) => one.postId === postId) ?? post;
  }

  react(name: string): void {
    this.#reactionCounts[name] = (this.#reactionCounts[name] ?? 0) + 1;
    this.#timer ??= setTimeout(() => this.#sendReactions(), reactionBatchMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Sends the counted reactions; without a session they are lost. */
  #sendReactions(): void {
    this.#timer = undefined;
    this.#o.post({ sendReactions: { counts: this.#reactionCounts } });
    this.#reactionCounts = {};
  }

  #emit({ added, removedIds, omitted }: PostsChange): void {
    if (added.length + removedIds.length + omitted > 0) this.#o.events.emit('postsChanged', added, removedIds, omitted);
  }
}
