/** Stages at which a dial test can fail, in the order in which a client passes them. */
export const dialStages = ['signaling', 'placement', 'media', 'relay', 'ingest', 'playback', 'api'] as const;
export type DialStage = (typeof dialStages)[number];

/** Kinds of tests: a call within the region, media from another region, RTMP in and HLS out, a booking by REST. */
export const dialKinds = ['call', 'pair', 'stream', 'booking'] as const;
export type DialKind = (typeof dialKinds)[number];

/** Counts of one kind of test over the last rounds of all active testers. */
export interface DialTally {
  readonly tried: number;
  readonly failed: number;
  /** Failures since the last success, of the tester that has most of them. */
  readonly failedInRow: number;
  /** Tester with the most failures in a row; absent if testers of several regions are counted together. */
  readonly probe?: string;
  readonly stage?: DialStage;
  readonly code?: string;
  readonly text?: string;
  /** For a stream: region in which it was watched at the last failure. */
  readonly toRegion?: string;
}

export interface DialledRegion {
  readonly region: string;
  /** Time since the last report, by the clock of the api. */
  readonly silentMs: number;
  /** Interval between rounds; of several testers, the longest. */
  readonly everyMs: number;
  /** Tester that reported last. */
  readonly probe: string;
  readonly host: string;
  /** Tests that join a call in the region. */
  readonly call: DialTally;
  /** Tests that receive media of another region's tester, by that region. */
  readonly pairs: ReadonlyMap<string, DialTally>;
  /** Tests that stream into the region by RTMP, wherever the stream was watched. */
  readonly stream: DialTally;
  /** Tests that watch a stream from the region by HLS, wherever it came in. */
  readonly watched: DialTally;
  /** Tests that book, read and cancel a meeting by REST. */
  readonly booking: DialTally;
}
