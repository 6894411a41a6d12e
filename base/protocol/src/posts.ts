// What people of a room write and count (docs/shows.md): the forms of posts, reactions, questions and polls, alike for
// the owner of the room, its clients and recordings.
import { flag, listOf, type MessageOf, messageOf, number, text, wallMs } from './fields.ts';
import { isBlank } from './ids.ts';
import { limits } from './limits.ts';
import type { wire } from './wire.ts';

/** What people write: a line beside the picture, one that flies over it, a question. */
export const sentPostKinds = ['chat', 'danmaku', 'question'] as const;
export type SentPostKind = (typeof sentPostKinds)[number];
/** What the service alone writes. */
export const servicePostKinds = ['gift', 'announcement'] as const;
export type ServicePostKind = (typeof servicePostKinds)[number];
export type PostKind = SentPostKind | ServicePostKind;
export const questionStates = ['open', 'answering', 'answered'] as const;
export type QuestionState = (typeof questionStates)[number];

const postFields = {
  postId: text,
  /** A `PostKind`; a newer service may know more. */
  kind: text,
  /** Of the author; '': the service. */
  identity: text,
  name: text,
  text,
  /** When the owner of the room took it. */
  wallMs,
  /** Of the picture that its author saw. */
  pictureWallMs: wallMs,
  /** Of danmaku: `postStylePattern`. */
  style: text,
  /** Of a question. */
  votes: number,
  /** Of a question: a `QuestionState`. */
  state: text,
  /** Of a gift: JSON. */
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
  /** More than one option may be chosen. */
  many: flag,
  /** It takes no more votes. */
  closed: flag,
  /** When it closes by itself; 0: it does not. */
  endsWallMs: wallMs,
  sinceWallMs: wallMs,
};
const pollMessage = messageOf<typeof pollFields, wire.Poll.$Properties>(pollFields);
export type Poll = MessageOf<typeof pollFields>;
export const pollFromWire = pollMessage.fromWire;
export const pollToWire = pollMessage.toWire;
export const emptyPoll: Poll = pollFromWire({});

/** What stands beside the stream of posts. `version` rises with every change of questions and polls. */
export interface Board {
  readonly version: number;
  /** Those being answered first, then the most voted ones. */
  readonly questions: readonly Post[];
  readonly polls: readonly Poll[];
  /** Counted since the life of the room began, by name. */
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

/** What is no count, or of no legal name, is left out; so are names beyond `limits.reactionNamesMax`. */
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
// Control characters but line breaks, and those that turn the direction of the text around them, as of names (ids.ts).
const textPattern = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u;

export const isSentPostKind = (kind: string): kind is SentPostKind => sentPostKinds.some((one) => one === kind);
export const isQuestionState = (state: string): state is QuestionState => questionStates.some((one) => one === state);
export const isReactionName = (name: string): boolean => reactionPattern.test(name);
/** Of danmaku: its colour `#rrggbb`, and ` top` or ` bottom` where it stands still; both may be absent. */
export const isPostStyle = (style: string): boolean => stylePattern.test(style);
export const isPostId = (id: string): boolean => postIdPattern.test(id);
export const isPollId = (id: string): boolean => pollIdPattern.test(id);

/** A text that shows something, of at most `lengthMax` characters (code points), with line breaks if `isLong`. */
export function isPostText(of: string, lengthMax: number, isLong = false): boolean {
  // A code point is one or two units; what is longer than that need not be counted.
  if (of.length > 2 * lengthMax || [...of].length > lengthMax || isBlank(of)) return false;
  return textPattern.test(isLong ? of.replaceAll('\n', '') : of);
}

/** Whether a policy may have these words: not too many, none too long, none that shows nothing. */
export const arePostWords = (words: readonly string[]): boolean =>
  words.length <= limits.postWordsMax && words.every((word) => isPostText(word, limits.postWordLengthMax));

/** The longest end of a list of posts that is within both bounds; bytes as on the wire, about. */
export function lastPosts(posts: readonly Post[], countMax: number, bytesMax: number): Post[] {
  let bytes = 0;
  let from = posts.length;
  for (; from > 0 && posts.length - from < countMax; from -= 1) {
    bytes += postBytes(posts[from - 1] ?? emptyPost);
    if (bytes > bytesMax) break;
  }
  return posts.slice(from);
}

/** At most so many bytes on the wire: three of each unit of text, and 64 of the rest. */
export const postBytes = (post: Post): number =>
  3 * (post.text.length + post.name.length + post.identity.length + post.data.length) + 64;
