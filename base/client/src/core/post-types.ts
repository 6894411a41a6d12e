// Posts of a room and its board, as clients show them.

/** What a person of the room has written, or its service (docs/shows.md). */
export interface Post {
  readonly postId: string;
  /** chat, danmaku, question; of the service gift, announcement. */
  readonly kind: string;
  /** Of its author; '': the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  /** When the service took it, milliseconds since 1970. */
  readonly wallMs: number;
  /** Of the picture that its author saw: others are to see it with that picture (`showAtMs`). */
  readonly pictureWallMs: number;
  /** Of danmaku: `#rrggbb`, and ` top` or ` bottom` where it stands still. */
  readonly style: string;
  /** Of a question. */
  readonly votes: number;
  /** Of a question: open, answering, answered. */
  readonly state: string;
  /** Of a gift: JSON. */
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
  /** More than one may be chosen. */
  readonly many: boolean;
  /** It takes no more votes. */
  readonly closed: boolean;
  /** When it closes by itself; 0: it does not. */
  readonly endsWallMs: number;
  readonly sinceWallMs: number;
}
/** What stands beside the stream of posts. */
export interface Board {
  /** Rises with every change of questions and polls. */
  readonly version: number;
  /** Those being answered first, then the most voted ones; 100 at most. */
  readonly questions: readonly Post[];
  readonly polls: readonly Poll[];
  /** Totals by name, since the life of the room began. */
  readonly reactions: Readonly<Record<string, number>>;
}
