// What a show's page knows, in plain values. Pure.
import type { ViewerCounts } from '../../core/viewers.ts';

/** As the SDK has it. */
export interface ShowPost {
  readonly postId: string;
  readonly kind: string;
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly wallMs: number;
  readonly pictureWallMs: number;
  readonly style: string;
  readonly votes: number;
  readonly state: string;
}
export interface ShowPoll {
  readonly pollId: string;
  readonly text: string;
  readonly options: readonly { readonly text: string; readonly votes: number }[];
  readonly many: boolean;
  readonly closed: boolean;
  readonly endsWallMs: number;
}
export interface ShowHand {
  readonly identity: string;
  readonly name: string;
  readonly sinceWallMs: number;
}
export interface StagePerson {
  readonly identity: string;
  readonly name: string;
  readonly isHost: boolean;
  readonly isSpeaking: boolean;
}
export interface CrowdFound {
  readonly people: readonly { readonly identity: string; readonly name: string }[];
  readonly total: number;
  /** For the next page; '': that was the last one. */
  readonly next: string;
}

export interface ShowModel {
  readonly self: { readonly identity: string; readonly mayPost: boolean };
  readonly stage: readonly StagePerson[];
  readonly posts: readonly ShowPost[];
  readonly questions: readonly ShowPost[];
  readonly polls: readonly ShowPoll[];
  readonly likes: number;
  readonly viewers: ViewerCounts;
  /** For hosts. */
  readonly hands: readonly ShowHand[];
  /** Ours is up. */
  readonly isHandUp: boolean;
  /** A host calls us onto the stage; its name. */
  readonly invitedBy?: string;
  /** We have accepted, and are on our way. */
  readonly isGoing: boolean;
  /** What we voted for, as far as this page knows. */
  readonly votedQuestions: ReadonlySet<string>;
  readonly votedOptions: ReadonlyMap<string, readonly number[]>;
}

export const noShow: ShowModel = {
  self: { identity: '', mayPost: false },
  stage: [],
  posts: [],
  questions: [],
  polls: [],
  likes: 0,
  viewers: new Map(),
  hands: [],
  isHandUp: false,
  isGoing: false,
  votedQuestions: new Set(),
  votedOptions: new Map(),
};

/**
 * How many watch. Who has signaling alone (`show`) plays by one of the other ways too, and is counted there once it
 * plays.
 */
export function audienceOf(viewers: ViewerCounts): number {
  const { show = 0, ...ways } = Object.fromEntries(viewers);
  const playing = Object.values(ways).reduce((sum, count) => sum + count, 0);
  return Math.max(show, playing);
}

/** `1,234`, and from ten thousand on short: `12K`, `1.2万`. */
export const countText = (count: number, tag: string): string =>
  new Intl.NumberFormat(tag, count < 10_000 ? {} : { notation: 'compact', maximumFractionDigits: 1 }).format(count);

/** In per cent of all votes; whole numbers. */
export function sharesOf({ options }: Pick<ShowPoll, 'options'>): readonly number[] {
  const all = options.reduce((sum, { votes }) => sum + votes, 0);
  return options.map(({ votes }) => (all === 0 ? 0 : Math.round((votes / all) * 100)));
}

/** Open polls first, the newest of each first; as many as fit beside a chat. */
export const pollsInOrder = (polls: readonly ShowPoll[]): readonly ShowPoll[] =>
  [...polls].reverse().sort((a, b) => Number(a.closed) - Number(b.closed));

/** Posts that stand in the list: questions have a list of their own too, and gifts none. */
export const listed = (posts: readonly ShowPost[]): readonly ShowPost[] =>
  posts.filter(({ kind }) => ['chat', 'danmaku', 'question', 'announcement'].includes(kind));

/** Colours that one may choose for a danmaku; the first is the layer's own. */
export const danmakuColours = ['#ffffff', '#ffd54a', '#ff7a8a', '#6fd3ff', '#8ef0a6', '#d7a6ff'] as const;

/** As the wire has it. */
export const styleFor = (colour: string): string => (colour === danmakuColours[0] ? '' : colour);

/** A text that can be posted: cut to what the service takes, without breaks in a danmaku; '': none. */
export function postText(text: string, isDanmaku: boolean): string {
  const plain = (isDanmaku ? text.replaceAll(/\s+/g, ' ') : text).trim();
  return Array.from(plain).slice(0, POST_LENGTH_MAX).join('');
}
export const POST_LENGTH_MAX = 500;
