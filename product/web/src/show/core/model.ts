// The view model of a show's page, in plain values.
import type { ViewerCounts } from '../../core/viewers.ts';

/** A post as the SDK has it. */
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
  /** Cursor of the next page; '' after the last page. */
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
  readonly hands: readonly ShowHand[];
  readonly isHandUp: boolean;
  /** Name of the host who invites the person onto the stage. */
  readonly invitedBy?: string;
  /** Whether the person accepted the invitation and is joining the stage. */
  readonly isGoing: boolean;
  /** Votes of this user, as far as the page knows. */
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

/** Counts the audience. A viewer in `show` (signaling only) counts under its playback protocol too once it plays. */
export function audienceOf(viewers: ViewerCounts): number {
  const { show = 0, ...byProtocol } = Object.fromEntries(viewers);
  const playing = Object.values(byProtocol).reduce((sum, count) => sum + count, 0);
  return Math.max(show, playing);
}

/** Formats `1,234`, and numbers from ten thousand on as `12K`, `1.2万`. */
export const countText = (count: number, tag: string): string =>
  new Intl.NumberFormat(tag, count < 10_000 ? {} : { notation: 'compact', maximumFractionDigits: 1 }).format(count);

/** Returns whole per cents of all votes. */
export function sharesOf({ options }: Pick<ShowPoll, 'options'>): readonly number[] {
  const all = options.reduce((sum, { votes }) => sum + votes, 0);
  return options.map(({ votes }) => (all === 0 ? 0 : Math.round((votes / all) * 100)));
}

/** Orders polls: open ones first, newest first within each group. */
export const pollsInOrder = (polls: readonly ShowPoll[]): readonly ShowPoll[] =>
  [...polls].reverse().sort((a, b) => Number(a.closed) - Number(b.closed));

/** Returns the posts for the list. Questions have a list of their own as well; gifts are left out. */
export const listedPosts = (posts: readonly ShowPost[]): readonly ShowPost[] =>
  posts.filter(({ kind }) => ['chat', 'danmaku', 'question', 'announcement'].includes(kind));

/** Colours for a danmaku; the first is the layer's own. */
export const danmakuColours = ['#ffffff', '#ffd54a', '#ff7a8a', '#6fd3ff', '#8ef0a6', '#d7a6ff'] as const;

/** Returns a danmaku's style in wire format; '' for the layer's own colour. */
export const styleFor = (colour: string): string => (colour === danmakuColours[0] ? '' : colour);

/** Returns the text to post, cut to the service's limit; a danmaku has no line breaks. */
export function postText(text: string, isDanmaku: boolean): string {
  const plain = (isDanmaku ? text.replaceAll(/\s+/g, ' ') : text).trim();
  return Array.from(plain).slice(0, POST_LENGTH_MAX).join('');
}
export const POST_LENGTH_MAX = 500;
