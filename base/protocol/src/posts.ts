// Posts, reactions, questions and polls of a room (docs/shows.md): their forms for the owner of the room, its clients
// and recordings.
import { flag, listOf, type MessageOf, messageOf, number, text, wallMs } from './fields.ts';
import { isBlank } from './ids.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

export const sentPostKinds = ['chat', 'danmaku', 'question'] as const;
export type SentPostKind = (typeof sentPostKinds)[number];
export const servicePostKinds = ['gift', 'announcement'] as const;
export type ServicePostKind = (typeof servicePostKinds)[number];
export type PostKind = SentPostKind | ServicePostKind;
export const questionStates = ['open', 'answering', 'answered'] as const;
export type QuestionState = (typeof questionStates)[number];

const postFields = {
  postId: text,
  /** A `PostKind`; a newer service may send others. */
  kind: text,
  /** Author; '' is the service. */
  identity: text,
  name: text,
  text,
  /** Time at which the room's owner accepted the post. */
  wallMs,
  /** Time of the picture that the author saw. */
  pictureWallMs: wallMs,
  /** Style of danmaku: `isPostStyle`. */
  style: text,
  /** Votes of a question. */
  votes: number,
  /** `QuestionState` of a question. */
  state: text,
  /** JSON of a gift. */
  data: text,
};
const postMessage = messageOf<typeof postFields, wire.Post.$Properties>(postFields);
export type Post = MessageOf<typeof postFields>;
export const postFromWire = postMessage.fromWire;
export const postToWire = postMessage.toWire;
export const emptyPost: Post = postFromWire({});

export interface PollOption {
  readonly text: string;
  readonly votes: number;
}

const pollFields = {
  pollId: text,
  text,
  options: listOf<PollOption, wire.PollOption.$Properties>(
    (option) => ({ text: option.text ?? '', votes: option.votes ?? 0 }),
    (option) => option,
    limits.pollOptionsMax,
  ),
  many: flag,
  closed: flag,
  /** Time of the automatic end; 0 for none. */
  endsWallMs: wallMs,
  sinceWallMs: wallMs,
};
const pollMessage = messageOf<typeof pollFields, wire.Poll.$Properties>(pollFields);
export type Poll = MessageOf<typeof pollFields>;
export const pollFromWire = pollMessage.fromWire;
export const pollToWire = pollMessage.toWire;
export const emptyPoll: Poll = pollFromWire({});

/** Questions, polls and reactions beside the posts. `version` rises with every change of questions and polls. */
export interface Board {
  readonly version: number;
  readonly questions: readonly Post[];
  readonly polls: readonly Poll[];
  /** Counts since the life of the room began, by name. */
  readonly reactions: Readonly<Record<string, number>>;
}

export const emptyBoard: Board = { version: 0, questions: [], polls: [], reactions: {} };

export const boardFromWire = (board: wire.Board.$Properties | null | undefined): Board => ({
  version: board?.version ?? 0,
  questions: (board?.questions ?? []).slice(0, limits.questionsMax).map(postFromWire),
  polls: (board?.polls ?? []).slice(0, limits.pollsMax).map(pollFromWire),
  reactions: reactionsFromWire(board?.reactions),
});

export const boardToWire = ({ version, questions, polls, reactions }: Board): wire.Board.$Properties => ({
  version,
  questions: questions.map(postToWire),
  polls: polls.map(pollToWire),
  reactions,
});

/** Reads reactions without invalid counts and names, and at most `limits.reactionNamesMax` names. */
export function reactionsFromWire(counts: Readonly<Record<string, number>> | null | undefined): Record<string, number> {
  const legal = Object.entries(counts ?? {}).filter(
    ([name, count]) => isReactionName(name) && Number.isSafeInteger(count) && count > 0,
  );
  return Object.fromEntries(legal.slice(0, limits.reactionNamesMax));
}

const reactionPattern = /^[a-z0-9_-]{1,16}$/;
const stylePattern = /^(?:#[0-9a-f]{6})?(?: (?:top|bottom))?$/;
const postIdPattern = /^PT_[A-Za-z0-9]{16,32}$/;
const pollIdPattern = /^PO_[A-Za-z0-9]{16,32}$/;
// Refuses control characters except line breaks, and direction controls, as in names (ids.ts).
const textPattern = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u;

export const isSentPostKind = (kind: string): kind is SentPostKind => sentPostKinds.some((one) => one === kind);
export const isQuestionState = (state: string): state is QuestionState => questionStates.some((one) => one === state);
export const isReactionName = (name: string): boolean => reactionPattern.test(name);
/** Accepts a style of danmaku: a colour `#rrggbb`, then ` top` or ` bottom` for a fixed line; both are optional. */
export const isPostStyle = (style: string): boolean => stylePattern.test(style);
export const isPostId = (id: string): boolean => postIdPattern.test(id);
export const isPollId = (id: string): boolean => pollIdPattern.test(id);

/** Returns whether a text shows something and has at most `lengthMax` code points, with line breaks if `isLong`. */
export function isPostText(postText: string, lengthMax: number, isLong = false): boolean {
  if (isLongerThan(lengthMax, postText) || isBlank(postText)) return false;
  return textPattern.test(isLong ? postText.replaceAll('\n', '') : postText);
}

/** A character takes one unit of text, or two. */
const isLongerThan = (lengthMax: number, text: string): boolean =>
  text.length > 2 * lengthMax || (text.length > lengthMax && [...text].length > lengthMax);

export const arePostWords = (words: readonly string[]): boolean =>
  words.length <= limits.postWordsMax && words.every((word) => isPostText(word, limits.postWordLengthMax));

export function lastPosts(posts: readonly Post[], countMax: number, bytesMax: number): Post[] {
  let bytes = 0;
  let from = posts.length;
  for (; from > 0 && posts.length - from < countMax; from -= 1) {
    bytes += postBytes(posts[from - 1] ?? emptyPost);
    if (bytes > bytesMax) break;
  }
  return posts.slice(from);
}

/** Returns an upper bound of the bytes on the wire: three per unit of text, and 64 for the rest. */
export const postBytes = (post: Post): number =>
  3 * (post.text.length + post.name.length + post.identity.length + post.data.length) + 64;
