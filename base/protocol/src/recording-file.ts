// Words for what a recording has, shared by recorders, the api and pages.

/** A smaller difference from the ordered begin or end does not count as missing time: hosts' clocks differ. */
export const MISSING_EDGE_MS_MIN = 1000;

export const outputGroups = ['camera', 'screen', 'composed', 'other'] as const;
export type OutputGroup = (typeof outputGroups)[number];

/** Chapter: a time in which one person spoke, or one screen was shared. */
export interface RecordedChapter {
  readonly ms: number;
  readonly durationMs: number;
  readonly kind: 'speaker' | 'screen';
  readonly identity: string;
  readonly title: string;
}

/** Post at its time in the recording; `kind` and `style` as in `Post` of the wire. */
export interface RecordedPost {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
}
