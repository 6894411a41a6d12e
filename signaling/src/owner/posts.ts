// Posts of a room at its owner, which checks and numbers them, counts votes and reactions, and sends news in batches to
// the room's signaling nodes; a new signaling node gets everything before the answer to its first join. No post is on
// disk: the next owner gets them from the copies of the signaling nodes.
import {
  limits,
  MeridianError,
  newId,
  type Participant,
  type Post,
  type RoomPolicy,
  type wire,
} from '@meridian/protocol';
import type { Clock, Rng, Timer } from '@meridian/runtime';
import {
  type Act,
  type Actor,
  assertMayPost,
  banLeftMs,
  newPoll,
  type PostAuthor,
  type PostDelay,
  type PostNews,
  PostPace,
  type PostSender,
  PostStore,
  type PostWords,
  postWords,
  type Roster,
  rankOf,
  sentPostFromWire,
} from '../core/index.ts';
import { voterOf } from '../wire/post-wire.ts';

/** Posts of this interval are sent together. */
const newsEveryMs = 200;
/** Longer than `newsEveryMs`, since every client gets the whole board; totals of reactions are small. */
const boardEveryMs = 1000;
const reactionsEveryMs = 500;
/** A timer of more than 24 days fires at once, so it is renewed every hour. */
const endCheckMs = 3_600_000;

export interface RoomPostsOptions {
  readonly epoch: number;
  readonly clock: Clock;
  readonly rng: Pick<Rng, 'bytes'>;
  readonly roster: Pick<Roster, 'get' | 'byIdentity' | 'participants' | 'policy'>;
  /** Returns false when the signaling node cannot be reached; it gets everything later. */
  send(signalingId: string, news: PostNews): boolean;
}

export class RoomPosts {
  readonly #o: RoomPostsOptions;
  readonly #store: PostStore;
  readonly #pace = new PostPace();
  /** Signaling nodes that have got all news so far. */
  readonly #informedNodeIds = new Set<string>();
  #words: { readonly of: readonly string[]; readonly words: PostWords } = { of: [], words: postWords([]) };
  #flushTimer: Timer | undefined;
  #endTimer: Timer | undefined;
  #boardSentMs = Number.NEGATIVE_INFINITY;
  #reactionsSentMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(o: RoomPostsOptions) {
    this.#o = o;
    this.#store = new PostStore(o.epoch);
  }

  get posts(): readonly Post[] {
    return this.#store.posts;
  }
  get board(): PostStore['board'] {
    return this.#store.board;
  }

  /**
   * Takes a post of a person at this signaling node. REQUEST_INVALID; NOT_PERMITTED; KICKED while banned; POST_REFUSED;
   * RATE_LIMITED or OVERLOADED with the wait; QUOTA_EXCEEDED for questions; SESSION_UNKNOWN when another signaling node
   * has the identity.
   */
  post(signalingId: string, sender: PostSender, sent: wire.SendPost.$Properties): wire.PostAccepted.$Properties {
    const author = this.#authorOf(signalingId, sender);
    const checked = sentPostFromWire(sent);
    const policy = this.#o.roster.policy;
    assertMayPost(author, checked.text, policy, this.#wordsOf(policy));
    const slowModeMs = author.rank === 'none' ? policy.slowModeMs : 0;
    throwIfLimited(this.#pace.take(author.identity, slowModeMs, this.#now()));
    const { identity, name } = author;
    return this.#add(Object.assign({ identity, name, data: '' }, checked), '');
  }

  /** Throws POST_UNKNOWN, OUT_OF_ORDER, REQUEST_INVALID, QUOTA_EXCEEDED, KICKED, SESSION_UNKNOWN. */
  vote(signalingId: string, identity: string, { postId, pollId, options }: wire.SendVote.$Properties): void {
    this.#authorOf(signalingId, { sessionId: '', identity, name: '' });
    const voter = voterOf(identity);
    if (postId) this.#store.voteQuestion(voter, postId);
    else this.#store.votePoll(voter, pollId ?? '', (options ?? []).slice(0, limits.pollOptionsMax));
    this.#changed();
  }

  /** Adds a signaling node's counts of its clients' reactions. */
  react(counts: Readonly<Record<string, number>>): void {
    if (this.#closed) return;
    this.#store.react(counts);
    this.#changed();
  }

  /** Posts for the service; a known id changes nothing. OVERLOADED. */
  announce(post: Post): number {
    if (post.postId !== '' && this.#store.posts.some(({ postId }) => postId === post.postId)) return 0;
    throwIfLimited(this.#pace.takeFromRoom(this.#o.clock.nowMs()));
    this.#add(post, post.postId);
    return 1;
  }

  remove(postId: string): number {
    const isKnown = this.#store.remove(postId);
    this.#changed();
    return Number(isKnown);
  }

  /** Throws POST_UNKNOWN. */
  question({ postId, state }: Extract<Act, { type: 'question' }>): number {
    const isChanged = this.#store.setQuestion(postId, state);
    this.#changed();
    return Number(isChanged);
  }

  /** Throws POST_UNKNOWN, REQUEST_INVALID, QUOTA_EXCEEDED. Only the service chooses the id of a new poll. */
  poll(act: Extract<Act, { type: 'poll' }>, actor: Actor): number {
    const { pollId, remove, closed, endsWallMs } = act;
    if (remove) {
      this.#store.removePoll(pollId);
    } else if (this.#store.hasPoll(pollId)) {
      const ends = endsWallMs > 0 || !closed ? { endsWallMs } : {};
      if (!this.#store.setPoll(pollId, Object.assign({ closed }, ends))) return 0;
    } else {
      if (pollId !== '' && (actor !== 'service' || act.options.length === 0)) throw new MeridianError('POST_UNKNOWN');
      const nowWallMs = this.#o.clock.wallMs();
      this.#store.addPoll(newPoll(Object.assign({}, act, { pollId: pollId || this.#newId('PO_'), nowWallMs })));
    }
    this.#changed();
    return 1;
  }

  /** Merges a signaling node's copy from an earlier owner. */
  mergeCopy(news: PostNews): void {
    if (this.#closed) return;
    const nowMs = this.#o.clock.nowMs();
    for (const { identity, wallMs } of news.posts)
      if (identity !== '') this.#pace.recordEarlier(identity, wallMs, nowMs);
    this.#store.merge(news);
    this.#changed();
  }

  /** Sends everything to a signaling node that is new to the room. */
  inform(signalingId: string): void {
    if (this.#closed || this.#informedNodeIds.has(signalingId)) return;
    if (this.#store.isEmpty || this.#o.send(signalingId, this.#store.snapshot()))
      this.#informedNodeIds.add(signalingId);
  }

  /** Forgets a signaling node, whose copy may be lost. */
  gone(signalingId: string): void {
    this.#informedNodeIds.delete(signalingId);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#flushTimer?.cancel();
    this.#endTimer?.cancel();
  }

  #add(post: Omit<Post, 'postId' | 'wallMs' | 'votes' | 'state'>, id: string): wire.PostAccepted.$Properties {
    const wallMs = this.#o.clock.wallMs();
    const postId = id || this.#newId('PT_');
    // A picture time in the future is replaced by the present, since the author cannot have seen that picture.
    const pictureWallMs = Math.min(post.pictureWallMs || wallMs, wallMs);
    const state = post.kind === 'question' ? 'open' : '';
    this.#store.add(Object.assign({}, post, { postId, wallMs, pictureWallMs, votes: 0, state }));
    this.#changed();
    return { postId, wallMs };
  }

  #authorOf(signalingId: string, { sessionId, identity, name }: PostSender): PostAuthor {
    if (this.#closed) throw new MeridianError('ROOM_OWNER_LOST');
    const { roster, clock } = this.#o;
    const present: Participant | undefined = sessionId === '' ? roster.byIdentity(identity) : roster.get(sessionId);
    if (present === undefined && sessionId !== '') throw new MeridianError('PARTICIPANT_UNKNOWN');
    if (present !== undefined && present.signalingId !== signalingId)
      throw new MeridianError('SESSION_UNKNOWN', 'another signaling node holds this session');
    if (present !== undefined) {
      const { canPublishData } = present;
      return { identity: present.identity, name: present.name, rank: rankOf(present), canPublishData };
    }
    const { policy } = roster;
    if (banLeftMs(policy, identity, clock.wallMs()) > 0) throw new MeridianError('KICKED');
    const member = policy.members.find((one) => one.identity === identity);
    const rank = rankOf({ role: member?.role ?? '', admin: false });
    // The author's signaling node has checked its token.
    return { identity, name, rank, canPublishData: member?.canPublishData !== false };
  }

  #wordsOf({ postWords: of }: Pick<RoomPolicy, 'postWords'>): PostWords {
    if (this.#words.of !== of) this.#words = { of, words: postWords(of) };
    return this.#words.words;
  }

  #now(): { nowMs: number; nowWallMs: number } {
    return { nowMs: this.#o.clock.nowMs(), nowWallMs: this.#o.clock.wallMs() };
  }

  #newId(prefix: 'PT_' | 'PO_'): string {
    return newId(prefix, (count) => this.#o.rng.bytes(count));
  }

  #changed(): void {
    if (this.#closed) return;
    this.#closeEnded();
    if (this.#store.hasNews) this.#flushTimer ??= this.#o.clock.after(newsEveryMs, () => this.#sendNews());
  }

  #closeEnded(): void {
    this.#endTimer?.cancel();
    this.#endTimer = undefined;
    const nowWallMs = this.#o.clock.wallMs();
    const next = this.#store.closeEnded(nowWallMs);
    if (next === undefined) return;
    this.#endTimer = this.#o.clock.after(Math.min(endCheckMs, next - nowWallMs), () => this.#changed());
  }

  #sendNews(): void {
    this.#flushTimer = undefined;
    const nowMs = this.#o.clock.nowMs();
    const due = {
      board: nowMs - this.#boardSentMs >= boardEveryMs,
      reactions: nowMs - this.#reactionsSentMs >= reactionsEveryMs,
    };
    const news = this.#store.takeNews(due);
    if (news?.board !== undefined) this.#boardSentMs = nowMs;
    if (news?.reactions !== undefined) this.#reactionsSentMs = nowMs;
    for (const signalingId of new Set(this.#o.roster.participants().map((one) => one.signalingId))) {
      if (!this.#informedNodeIds.has(signalingId)) this.inform(signalingId);
      else if (news !== undefined && !this.#o.send(signalingId, news)) this.#informedNodeIds.delete(signalingId);
    }
    this.#changed();
  }
}

function throwIfLimited(delay: PostDelay | undefined): void {
  if (delay === undefined) return;
  const { code, retryAfterMs } = delay;
  throw new MeridianError(code, code === 'RATE_LIMITED' ? 'posts: slow down' : 'too many posts in the room', {
    retryAfterMs,
  });
}
