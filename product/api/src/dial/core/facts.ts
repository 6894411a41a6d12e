/** Stages at which a dial test can fail, in the order in which a client needs them. */
export const dialStages = ['signaling', 'placement', 'media', 'relay', 'ingest', 'playback', 'api'] as const;
export type DialStage = (typeof dialStages)[number];

/** Kinds of tests: a call in the own region, media from another region, RTMP in and HLS out, booking by REST. */
export const dialKinds = ['call', 'pair', 'stream', 'booking'] as const;
export type DialKind = (typeof dialKinds)[number];

/** Counts of one kind of test over the last rounds, of all active testers. */
export interface DialTally {
  readonly tried: number;
  readonly failed: number;
  /** Failures since the last success, of the tester with the most. */
  readonly failedInRow: number;
  /** Tester with the most failures in a row; absent where testers of several regions are counted together. */
  readonly probe?: string;
  readonly stage?: DialStage;
  readonly code?: string;
  readonly text?: string;
  /** For a stream: region that watched it at the last failure. */
  readonly toRegion?: string;
}

export interface DialledRegion {
  readonly region: string;
  /** By the clock of the api. */
  readonly silentMs: number;
  /** The longest of several testers. */
  readonly everyMs: number;
  /** Tester that reported last. */
  readonly probe: string;
  readonly host: string;
  /** Joining a call in the region. */
  readonly call: DialTally;
  /** Media from the tester of another region, by that region. */
  readonly pairs: ReadonlyMap<string, DialTally>;
  /** RTMP in, HLS out, wherever the stream was watched. */
  readonly stream: DialTally;
  /** HLS out of this region, of streams that came in anywhere. */
  readonly watched: DialTally;
  /** A meeting booked, seen and cancelled by REST. */
  readonly booking: DialTally;
}
