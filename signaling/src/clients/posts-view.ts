// Copy of a room's posts for the clients here, newcomers and the next owner; reports the clients' reactions together.
import {
  type Board,
  boardToWire,
  emptyBoard,
  encodeServerFrame,
  isReactionName,
  lastPosts,
  limits,
  type Post,
  postToWire,
  type wire,
} from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { CrowdFeed, type PostNews, Votes } from '../core/index.ts';
import type { RoomPort } from '../ports.ts';

/** Interval of the reports of reactions to the owner. */
const reactionsEveryMs = 500;
/** Equal to the owner's bound (core/posts.ts). */
const removedMax = 1000;

export interface PostsViewOptions {
  readonly clock: Clock;
  show(frame: Uint8Array): void;
  showCrowd(frame: Uint8Array): void;
  tellOwner(action: (port: RoomPort) => void): void;
}

interface NewcomerPosts {
  readonly posts: wire.Post.$Properties[];
  readonly board: wire.Board.$Properties;
}

export class PostsView {
  readonly #o: PostsViewOptions;
  /** Epoch of the owner that sent the copy's latest news. */
  #epoch = 0;
  #posts: readonly Post[] = [];
  #board: Board = emptyBoard;
  /** Cached posts and board, since thousands join at once; undefined after a change. */
  #shown: NewcomerPosts | undefined;
  readonly #removed = new Set<string>();
  readonly #votes = new Votes(limits.questionVotesMax + limits.pollVotesMax);
  readonly #crowd = new CrowdFeed();
  #reactionCounts = new Map<string, number>();
  #reactionTimer: Timer | undefined;

  constructor(o: PostsViewOptions) {
    this.#o = o;
  }

  /** Last posts for a newcomer, within `limits.postsBytesMax`. */
  get shown(): NewcomerPosts {
    if (this.#shown !== undefined) return this.#shown;
    const posts = lastPosts(this.#posts, limits.postsKeptMax, limits.postsBytesMax);
    this.#shown = { posts: posts.map(postToWire), board: boardToWire(this.#board) };
    return this.#shown;
  }

  /** Takes news from an owner; ignores news of an earlier owner. */
  take(epoch: number, news: PostNews): void {
    if (epoch < this.#epoch) return;
    if (epoch > this.#epoch) this.onNewOwner(epoch, true);
    this.#shown = undefined;
    const posts = news.posts.filter((post) => !this.#isKnown(post) && !this.#removed.has(post.postId));
    const removedIds = news.removedIds.filter((id) => !this.#removed.has(id));
    for (const voted of news.voted) this.#votes.put(voted);
    for (const id of removedIds) {
      this.#removed.add(id);
      this.#votes.forget(id);
    }
    dropOldest(this.#removed, removedMax);
    if (removedIds.length > 0) this.#posts = this.#posts.filter(({ postId }) => !this.#removed.has(postId));
    if (posts.length > 0)
      this.#posts = this.#posts
        .concat(posts)
        .sort((a, b) => a.wallMs - b.wallMs)
        .slice(-limits.postsKeptMax);
    this.#showPosts(posts, removedIds);
    if (news.reactions !== undefined) this.#takeReactions(news.reactions);
    if (news.board !== undefined && news.board.version > this.#board.version) {
      this.#board = news.board;
      this.#showBoth(encodeServerFrame({ board: boardToWire(news.board) }));
    }
  }

  /** Sends the copy to a new owner. `isNeeded` false: no client is here, and the copy may be of an earlier life. */
  onNewOwner(epoch: number, isNeeded: boolean): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    const copy: PostNews = {
      posts: this.#posts,
      removedIds: [...this.#removed],
      voted: this.#votes.all(),
      board: this.#board,
    };
    if (!isNeeded) this.#clear();
    else if (copy.posts.length + copy.removedIds.length > 0 || this.#hasBoard())
      this.#o.tellOwner((port) => port.offerPosts(copy));
  }

  react(counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts)) {
      if (
        !isReactionName(name) ||
        (!this.#reactionCounts.has(name) && this.#reactionCounts.size >= limits.reactionNamesMax)
      )
        continue;
      this.#reactionCounts.set(name, (this.#reactionCounts.get(name) ?? 0) + count);
    }
    if (this.#reactionCounts.size > 0)
      this.#reactionTimer ??= this.#o.clock.after(reactionsEveryMs, () => this.#reportCounts());
  }

  /** Idempotent. */
  close(): void {
    this.#reactionTimer?.cancel();
  }

  /** Reports counts; they wait while there is no owner. */
  #reportCounts(): void {
    this.#reactionTimer = undefined;
    let isReported = false;
    this.#o.tellOwner((port) => {
      port.reactions(Object.fromEntries(this.#reactionCounts));
      isReported = true;
    });
    if (isReported) this.#reactionCounts = new Map();
    else this.#reactionTimer = this.#o.clock.after(reactionsEveryMs, () => this.#reportCounts());
  }

  #takeReactions(totals: Readonly<Record<string, number>>): void {
    this.#board = Object.assign({}, this.#board, { reactions: totals });
    this.#showBoth(encodeServerFrame({ reactions: { totals: { ...totals } } }));
  }

  #showPosts(posts: readonly Post[], removedIds: readonly string[]): void {
    if (posts.length + removedIds.length === 0) return;
    const removed = [...removedIds];
    const frame = encodeServerFrame({ posts: { posts: posts.map(postToWire), removedIds: removed } });
    this.#o.show(frame);
    const forCrowd = this.#crowd.take(posts, this.#o.clock.nowMs());
    const isWhole = forCrowd.omitted === 0 && forCrowd.posts.length === posts.length;
    this.#o.showCrowd(
      isWhole
        ? frame
        : encodeServerFrame({
            posts: { posts: forCrowd.posts.map(postToWire), omitted: forCrowd.omitted, removedIds: removed },
          }),
    );
  }

  #showBoth(frame: Uint8Array): void {
    this.#o.show(frame);
    this.#o.showCrowd(frame);
  }

  /** Searches only the posts that are not older, since owners send each post once. */
  #isKnown({ postId, wallMs }: Post): boolean {
    for (let at = this.#posts.length - 1; at >= 0; at -= 1) {
      const known = this.#posts[at];
      if (known === undefined || known.wallMs < wallMs) return false;
      if (known.postId === postId) return true;
    }
    return false;
  }

  #hasBoard(): boolean {
    return this.#board.version > 0 || Object.keys(this.#board.reactions).length > 0;
  }

  #clear(): void {
    this.#shown = undefined;
    this.#posts = [];
    this.#board = emptyBoard;
    this.#removed.clear();
    this.#votes.clear();
  }
}

function dropOldest(items: Set<string>, max: number): void {
  for (const oldest of items.keys()) {
    if (items.size <= max) return;
    items.delete(oldest);
  }
}
