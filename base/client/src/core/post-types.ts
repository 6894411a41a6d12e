/** Text of a person in the room, or of its service (docs/shows.md). */
export interface Post {
  readonly postId: string;
  /** chat, danmaku, question; from the service gift, announcement. */
  readonly kind: string;
  /** Author; '' is the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  /** Time at which the service accepted it, milliseconds since 1970. */
  readonly wallMs: number;
  /** Time of the picture that the author saw: others are to see the post with that picture (`showAtMs`). */
  readonly pictureWallMs: number;
  /** Style of danmaku: `#rrggbb`, and ` top` or ` bottom` for a fixed line. */
  readonly style: string;
  /** Votes of a question. */
  readonly votes: number;
  /** State of a question: open, answering, answered. */
  readonly state: string;
  /** JSON of a gift. */
  readonly data: string;
}
export interface PollOption {
  readonly text: string;
  readonly votes: number;
}
export interface Poll {
  readonly pollId: string;
  readonly text: string;
  readonly options: readonly PollOption[];
  readonly many: boolean;
  readonly closed: boolean;
  /** Time of the automatic end; 0 for none. */
  readonly endsWallMs: number;
  readonly sinceWallMs: number;
}
export interface Board {
  readonly version: number;
  /** Questions being answered, then the others by votes; 100 at most. */
  readonly questions: readonly Post[];
  readonly polls: readonly Poll[];
  /** Totals by name, since the life of the room began. */
  readonly reactions: Readonly<Record<string, number>>;
}
