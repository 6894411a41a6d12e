// Posts at the owner of a room (docs/shows.md): the last posts, questions, polls and votes, reactions, and news for
// signaling nodes, which keep copies for newcomers and the next owner (`merge`).
import {
  type Board,
  emptyPoll,
  isBlank,
  isPollId,
  isPostStyle,
  isPostText,
  isReactionName,
  isSentPostKind,
  lastPosts,
  limits,
  MeridianError,
  type Poll,
  type Post,
  postBytes,
  type QuestionState,
  type RoomPolicy,
  type wire,
} from '@meridian/protocol';
import type { Rank } from './policy.ts';
import type { PostWords } from './post-words.ts';
import { type CastVote, Votes } from './votes.ts';

/** Removed posts that are remembered, so that no late copy restores them; the oldest goes. */
const removedMax = 1000;
/** Most board versions of an owner; those of the next owner begin above. */
const versionsPerEpoch = 2 ** 20;

/** Changed posts for a signaling node, which keeps a copy of them. An absent part is unchanged. */
export interface PostNews {
  readonly posts: readonly Post[];
  readonly removedIds: readonly string[];
  readonly voted: readonly CastVote[];
  readonly reactions?: Readonly<Record<string, number>> | undefined;
  readonly board?: Board | undefined;
}

/** Author of a post: a participant, or a viewer of the crowd, whom only its signaling node knows. */
export interface PostSender {
  /** '': a viewer of the crowd. */
  readonly sessionId: string;
  readonly identity: string;
  readonly name: string;
}

export interface PostAuthor {
  readonly identity: string;
  readonly name: string;
  readonly rank: Rank;
  readonly canPublishData: boolean;
}

/** Parses and checks a post. Throws REQUEST_INVALID with the fault. An invalid time is left out. */
export function sentPostFromWire(
  sent: wire.SendPost.$Properties,
): Pick<Post, 'kind' | 'text' | 'style' | 'pictureWallMs'> {
  const { kind = '', text = '', style = '', pictureWallMs } = sent;
  if (!isSentPostKind(kind ?? '')) throw invalid('kind: chat, danmaku or question');
  if (!isPostText(text ?? '', limits.postLengthMax, kind !== 'danmaku'))
    throw invalid(`text: 1 to ${limits.postLengthMax} characters, at least one visible`);
  if (!isPostStyle(style ?? '') || (style && kind !== 'danmaku'))
    throw invalid('style: only for danmaku, such as #rrggbb top');
  const isTime = Number.isFinite(pictureWallMs ?? 0) && (pictureWallMs ?? 0) > 0;
  return {
    kind: kind ?? '',
    text: text ?? '',
    style: style ?? '',
    pictureWallMs: isTime ? Math.round(pictureWallMs ?? 0) : 0,
  };
}

/** Throws NOT_PERMITTED by the author's rights and rank, POST_REFUSED for a word that the room refuses. */
export function assertMayPost(
  author: PostAuthor,
  text: string,
  policy: Pick<RoomPolicy, 'postsMuted'>,
  words: PostWords,
): void {
  if (!author.canPublishData) throw new MeridianError('NOT_PERMITTED');
  if (policy.postsMuted && author.rank === 'none')
    throw new MeridianError('NOT_PERMITTED', 'only hosts and cohosts may post now');
  if (words.found(text) !== undefined) throw new MeridianError('POST_REFUSED');
}

export class PostStore {
  readonly #firstVersion: number;
  #version: number;
  /** Version of the newest copy of an earlier owner's board. */
  #mergedVersion = 0;
  #posts: Post[] = [];
  readonly #questions = new Map<string, Post>();
  readonly #polls = new Map<string, Poll>();
  readonly #questionVotes = new Votes(limits.questionVotesMax);
  readonly #pollVotes = new Votes(limits.pollVotesMax);
  readonly #removed = new Set<string>();
  /** Reactions counted here, and the totals from copies of earlier owners, which overlap. */
  readonly #ownReactions = new Map<string, number>();
  readonly #earlierReactions = new Map<string, number>();
  /** Ids of posts and polls that this owner has changed, so that copies of them no longer count. */
  readonly #changedHere = new Set<string>();
  #news = {
    posts: [] as Post[],
    removedIds: [] as string[],
    voted: [] as CastVote[],
    isBoard: false,
    isReactions: false,
  };

  constructor(epoch: number) {
    this.#firstVersion = epoch * versionsPerEpoch;
    this.#version = this.#firstVersion;
  }

  get posts(): readonly Post[] {
    return this.#posts;
  }

  /** Board as clients see it, with questions within `limits.questionsShownMax` and `limits.postsBytesMax`. */
  get board(): Board {
    const sorted = [...this.#questions.values()].sort(byStateAndVotes).slice(0, limits.questionsShownMax);
    let bytes = 0;
    const questions = sorted.filter((question) => {
      bytes += postBytes(question);
      return bytes <= limits.postsBytesMax;
    });
    const polls = [...this.#polls.values()];
    return { version: this.#version, questions, polls, reactions: this.#totals() };
  }

  get isEmpty(): boolean {
    return this.#posts.length + this.#polls.size + this.#questions.size + this.#removed.size + this.#totalCount() === 0;
  }

  /** Keeps a post. Throws QUOTA_EXCEEDED for a question when `limits.questionsMax` are open. */
  add(post: Post): void {
    if (post.kind === 'question') this.#addQuestion(post);
    this.#posts.push(post);
    if (this.#posts.length > limits.postsKeptMax) this.#posts.shift();
    this.#news.posts.push(post);
  }

  /** Removes a post, even an unknown one, since clients may have it. Returns false if it was unknown. */
  remove(postId: string): boolean {
    const isKnown = this.#posts.some((post) => post.postId === postId) || this.#questions.has(postId);
    this.#forget(postId);
    this.#news.removedIds.push(postId);
    return isKnown;
  }

  /** Sets a question's state; returns false if it was in that state. Throws POST_UNKNOWN. */
  setQuestion(postId: string, state: QuestionState): boolean {
    const question = this.#question(postId);
    if (question.state === state) return false;
    this.#put(this.#questions, postId, changedPost(question, { state }));
    return true;
  }

  /**
   * Counts a final vote of a voter (`CastVote`). Throws POST_UNKNOWN; OUT_OF_ORDER for an answered question;
   * QUOTA_EXCEEDED beyond `limits.questionVotesMax`. Returns false for a second vote.
   */
  voteQuestion(voter: number, postId: string): boolean {
    const question = this.#question(postId);
    if (question.state === 'answered') throw new MeridianError('OUT_OF_ORDER', 'the question has been answered');
    if (this.#questionVotes.choiceOf(postId, voter) !== undefined) return false;
    this.#countVote({ id: postId, voter, choice: 0 });
    this.#put(this.#questions, postId, changedPost(question, { votes: question.votes + 1 }));
    return true;
  }

  /** Adds a poll; returns false if its id is known. Throws QUOTA_EXCEEDED beyond `limits.pollsMax`. */
  addPoll(poll: Poll): boolean {
    if (this.#polls.has(poll.pollId)) return false;
    if (this.#polls.size >= limits.pollsMax)
      throw new MeridianError('QUOTA_EXCEEDED', `a room has at most ${limits.pollsMax} polls`);
    this.#put(this.#polls, poll.pollId, poll);
    return true;
  }

  hasPoll(pollId: string): boolean {
    return this.#polls.has(pollId);
  }

  /** Closes or reopens a poll, or sets its end. Throws POST_UNKNOWN. Returns false if nothing changes. */
  setPoll(pollId: string, changes: Partial<Pick<Poll, 'closed' | 'endsWallMs'>>): boolean {
    const poll = this.#poll(pollId);
    const after = { ...poll, ...changes };
    if (after.closed === poll.closed && after.endsWallMs === poll.endsWallMs) return false;
    this.#put(this.#polls, pollId, after);
    return true;
  }

  /** Throws POST_UNKNOWN. */
  removePoll(pollId: string): void {
    this.#poll(pollId);
    this.#forget(pollId);
    this.#news.removedIds.push(pollId);
  }

  /**
   * Sets the vote of a voter, in place of an earlier one; no options withdraw it. Throws POST_UNKNOWN; OUT_OF_ORDER for
   * a closed poll; REQUEST_INVALID for unknown options; QUOTA_EXCEEDED beyond `limits.pollVotesMax`.
   */
  votePoll(voter: number, pollId: string, options: readonly number[]): boolean {
    const poll = this.#poll(pollId);
    if (poll.closed) throw new MeridianError('OUT_OF_ORDER', 'the poll is closed');
    const chosen = new Set(options);
    if (chosen.size > (poll.many ? poll.options.length : 1)) throw invalid('options: too many are chosen');
    if (options.some((at) => poll.options[at] === undefined)) throw invalid('options: the poll has no such option');
    const choice = [...chosen].reduce((bits, at) => bits | (1 << at), 0);
    const before = this.#pollVotes.choiceOf(pollId, voter) ?? 0;
    if (before === choice) return false;
    this.#countVote({ id: pollId, voter, choice });
    const counted = poll.options.map(({ text, votes }, at) => ({
      text,
      votes: Math.max(0, votes - ((before >> at) & 1) + ((choice >> at) & 1)),
    }));
    this.#put(this.#polls, pollId, { ...poll, options: counted });
    return true;
  }

  /** Closes the polls that have ended. Returns when the next poll ends; undefined if none does. */
  closeEnded(nowWallMs: number): number | undefined {
    let next: number | undefined;
    for (const poll of [...this.#polls.values()]) {
      if (poll.closed || poll.endsWallMs === 0) continue;
      if (poll.endsWallMs <= nowWallMs) this.setPoll(poll.pollId, { closed: true });
      else next = Math.min(next ?? Number.POSITIVE_INFINITY, poll.endsWallMs);
    }
    return next;
  }

  /** Counts reactions; names beyond `limits.reactionNamesMax` are left out. */
  react(counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts)) {
      const isKnown = this.#ownReactions.has(name) || this.#earlierReactions.has(name);
      const isFull =
        new Set([...this.#ownReactions.keys(), ...this.#earlierReactions.keys()]).size >= limits.reactionNamesMax;
      if (!isReactionName(name) || !(count > 0) || (!isKnown && isFull)) continue;
      this.#ownReactions.set(name, (this.#ownReactions.get(name) ?? 0) + count);
      this.#news.isReactions = true;
    }
  }

  /** Merges a copy of an earlier owner's posts. Changes of this owner win. */
  merge(copy: PostNews): void {
    for (const id of copy.removedIds) {
      if (this.#removed.has(id)) continue;
      this.#forget(id);
      this.#news.removedIds.push(id);
    }
    this.#mergePosts(copy.posts);
    for (const voted of copy.voted) {
      const { id, voter } = voted;
      const votes = this.#votesOf(id);
      if (this.#removed.has(id) || votes.choiceOf(id, voter) !== undefined) continue;
      if (votes.put(voted)) this.#news.voted.push(voted);
    }
    if (copy.board !== undefined && copy.board.version < this.#firstVersion) this.#mergeBoard(copy.board);
  }

  /** Returns everything, for a signaling node without a copy. */
  snapshot(): PostNews {
    return {
      posts: lastPosts(this.#posts, limits.postsKeptMax, 4 * limits.postsBytesMax),
      removedIds: [...this.#removed],
      voted: this.#questionVotes.all().concat(this.#pollVotes.all()),
      reactions: this.#totals(),
      board: this.board,
    };
  }

  /** Returns the due news since the last call; undefined if there is none. */
  takeNews(due: { readonly board: boolean; readonly reactions: boolean }): PostNews | undefined {
    const { posts, removedIds, voted, isBoard, isReactions } = this.#news;
    const hasBoard = isBoard && due.board;
    const hasReactions = isReactions && due.reactions;
    if (posts.length + removedIds.length + voted.length === 0 && !hasBoard && !hasReactions) return undefined;
    const rest = { isBoard: isBoard && !hasBoard, isReactions: isReactions && !hasReactions };
    this.#news = { posts: [], removedIds: [], voted: [], isBoard: rest.isBoard, isReactions: rest.isReactions };
    return {
      posts,
      removedIds,
      voted,
      reactions: hasReactions ? this.#totals() : undefined,
      board: hasBoard ? this.board : undefined,
    };
  }

  get hasNews(): boolean {
    const { posts, removedIds, voted, isBoard, isReactions } = this.#news;
    return posts.length + removedIds.length + voted.length > 0 || isBoard || isReactions;
  }

  #addQuestion(post: Post): void {
    const open = [...this.#questions.values()].filter(({ state }) => state !== 'answered').length;
    if (open >= limits.questionsMax)
      throw new MeridianError('QUOTA_EXCEEDED', `at most ${limits.questionsMax} questions are open`);
    const answered = [...this.#questions.values()].find(({ state }) => state === 'answered');
    if (this.#questions.size >= limits.questionsMax && answered !== undefined) this.#questions.delete(answered.postId);
    this.#put(this.#questions, post.postId, post);
  }

  #mergePosts(posts: readonly Post[]): void {
    const known = new Set(this.#posts.map(({ postId }) => postId));
    const added = posts.filter(({ postId }) => !known.has(postId) && !this.#removed.has(postId));
    if (added.length === 0) return;
    this.#posts = [...this.#posts, ...added].sort((a, b) => a.wallMs - b.wallMs).slice(-limits.postsKeptMax);
    this.#news.posts.push(...added);
  }

  /** The newest of several copies wins; missing items are taken from older ones. */
  #mergeBoard({ version, questions, polls, reactions }: Board): void {
    for (const [name, total] of Object.entries(reactions)) {
      if (total <= (this.#earlierReactions.get(name) ?? 0)) continue;
      this.#earlierReactions.set(name, total);
      this.#news.isReactions = true;
    }
    const isNewer = version > this.#mergedVersion;
    if (isNewer) this.#mergedVersion = version;
    for (const question of questions) this.#mergeItem(this.#questions, question.postId, question, isNewer);
    for (const poll of polls) this.#mergeItem(this.#polls, poll.pollId, poll, isNewer);
  }

  #mergeItem<Item>(items: Map<string, Item>, id: string, item: Item, isNewer: boolean): void {
    if (this.#removed.has(id) || this.#changedHere.has(id) || (items.has(id) && !isNewer)) return;
    const max = (items as Map<string, unknown>) === this.#polls ? limits.pollsMax : limits.questionsMax;
    const isSame = JSON.stringify(items.get(id)) === JSON.stringify(item);
    if (isSame || (!items.has(id) && items.size >= max)) return;
    items.set(id, item);
    this.#boardChanged();
  }

  #put<Item>(items: Map<string, Item>, id: string, item: Item): void {
    items.set(id, item);
    this.#changedHere.add(id);
    this.#boardChanged();
  }

  #boardChanged(): void {
    this.#version += 1;
    this.#news.isBoard = true;
  }

  #forget(id: string): void {
    this.#removed.add(id);
    if (this.#removed.size > removedMax)
      for (const oldest of this.#removed) {
        this.#removed.delete(oldest);
        break;
      }
    this.#posts = this.#posts.filter(({ postId }) => postId !== id);
    this.#news.posts = this.#news.posts.filter(({ postId }) => postId !== id);
    if (this.#questions.delete(id) || this.#polls.delete(id)) this.#boardChanged();
    this.#changedHere.delete(id);
    this.#votesOf(id).forget(id);
  }

  #votesOf(id: string): Votes {
    return isPollId(id) ? this.#pollVotes : this.#questionVotes;
  }

  #countVote(voted: CastVote): void {
    if (!this.#votesOf(voted.id).put(voted)) throw new MeridianError('QUOTA_EXCEEDED', 'the room takes no more votes');
    this.#news.voted.push(voted);
  }

  #question(postId: string): Post {
    const question = this.#questions.get(postId);
    if (question === undefined) throw new MeridianError('POST_UNKNOWN');
    return question;
  }

  #poll(pollId: string): Poll {
    const poll = this.#polls.get(pollId);
    if (poll === undefined) throw new MeridianError('POST_UNKNOWN');
    return poll;
  }

  #totals(): Record<string, number> {
    const names = new Set([...this.#earlierReactions.keys(), ...this.#ownReactions.keys()]);
    return Object.fromEntries(
      [...names].map((name) => [name, (this.#earlierReactions.get(name) ?? 0) + (this.#ownReactions.get(name) ?? 0)]),
    );
  }

  #totalCount(): number {
    return this.#earlierReactions.size + this.#ownReactions.size;
  }
}

/** Returns a new poll. Throws REQUEST_INVALID with the fault. `endsWallMs` 0: a host closes the poll. */
export function newPoll(o: {
  readonly pollId: string;
  readonly text: string;
  readonly options: readonly string[];
  readonly many: boolean;
  readonly endsWallMs: number;
  readonly nowWallMs: number;
}): Poll {
  if (!isPostText(o.text, limits.pollTextLengthMax)) throw invalid(`text: 1 to ${limits.pollTextLengthMax} characters`);
  if (o.options.length < 2 || o.options.length > limits.pollOptionsMax)
    throw invalid(`options: 2 to ${limits.pollOptionsMax}`);
  if (o.options.some((option) => isBlank(option) || !isPostText(option, limits.pollOptionLengthMax)))
    throw invalid(`options: each of 1 to ${limits.pollOptionLengthMax} characters`);
  if (new Set(o.options).size < o.options.length) throw invalid('options: two are the same');
  if (o.endsWallMs !== 0 && o.endsWallMs <= o.nowWallMs) throw invalid('ends_wall_ms: not in the future');
  const { pollId, text, many, endsWallMs } = o;
  const options = o.options.map((option) => ({ text: option, votes: 0 }));
  return Object.assign({}, emptyPoll, { pollId, text, options, many, endsWallMs, sinceWallMs: o.nowWallMs });
}

const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', what);
const changedPost = (post: Post, changes: Partial<Post>): Post => Object.assign({}, post, changes);
const rankOfState: Readonly<Record<string, number>> = { answering: 0, open: 1, answered: 2 };
const byStateAndVotes = (a: Post, b: Post): number =>
  (rankOfState[a.state] ?? 1) - (rankOfState[b.state] ?? 1) || b.votes - a.votes || a.wallMs - b.wallMs;
