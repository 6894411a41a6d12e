// What dial tests have shown of a region lately. Pure.

/** Where a dial test failed: what a client needs, in the order in which it needs it. */
export const dialStages = ['signaling', 'placement', 'media', 'relay', 'ingest', 'playback', 'api'] as const;
export type DialStage = (typeof dialStages)[number];

/** Of one kind of test since some rounds ago, the newest last. */
export interface DialTally {
  readonly tried: number;
  readonly failed: number;
  /** Failures since the last success. */
  readonly failedInRow: number;
  /** Of the last failure. */
  readonly stage?: DialStage;
  readonly code?: string;
  readonly text?: string;
}

export interface DialledRegion {
  readonly region: string;
  /** Since its last report came, by the clock of the api. */
  readonly silentMs: number;
  /** Joining a call there. */
  readonly call: DialTally;
  /** Media from the tester of another region, by that region. */
  readonly pairs: ReadonlyMap<string, DialTally>;
  /** RTMP in, HLS out. */
  readonly stream: DialTally;
  /** A meeting booked, seen and cancelled by REST. */
  readonly booking: DialTally;
}
