// What dial tests have shown of a region lately. Pure.

/** Where a dial test failed: what a client needs, in the order in which it needs it. */
export const dialStages = ['signaling', 'placement', 'media', 'relay', 'ingest', 'playback', 'api'] as const;
export type DialStage = (typeof dialStages)[number];

/** What is tried: a call in the own region, media from another region, RTMP in and HLS out, booking by REST. */
export const dialKinds = ['call', 'pair', 'stream', 'booking'] as const;
export type DialKind = (typeof dialKinds)[number];

/** Of one kind of test since some rounds ago, of all testers that go on. */
export interface DialTally {
  readonly tried: number;
  readonly failed: number;
  /** Failures since the last success: of the tester with the most. */
  readonly failedInRow: number;
  /** That one; absent where testers of several regions are taken together. */
  readonly probe?: string;
  /** Of its last failure. */
  readonly stage?: DialStage;
  readonly code?: string;
  readonly text?: string;
  /** Of a stream: where it was watched, when it failed last. */
  readonly toRegion?: string;
}

export interface DialledRegion {
  readonly region: string;
  /** Since its last report came, by the clock of the api. */
  readonly silentMs: number;
  /** Its rounds; of several testers, the longest. */
  readonly everyMs: number;
  /** Node and host of the tester that reported last. */
  readonly probe: string;
  readonly host: string;
  /** Joining a call there. */
  readonly call: DialTally;
  /** Media from the tester of another region, by that region. */
  readonly pairs: ReadonlyMap<string, DialTally>;
  /** RTMP in, HLS out, wherever it was watched. */
  readonly stream: DialTally;
  /** HLS out of this region, of streams that came in anywhere. */
  readonly watched: DialTally;
  /** A meeting booked, seen and cancelled by REST. */
  readonly booking: DialTally;
}
