// What a round has found, as the api takes it. Pure.

/** Where a test failed: what a client needs, in the order in which it needs it. */
export type Stage = 'signaling' | 'placement' | 'media' | 'relay' | 'ingest' | 'playback' | 'api';

export interface Failure {
  readonly stage: Stage;
  /** Stable. */
  readonly code: string;
  readonly text: string;
}

export interface Result {
  readonly kind: 'call' | 'pair' | 'stream' | 'booking';
  /** Of a pair the region of the other tester, of a stream that of the gateway which served it. */
  readonly toRegion?: string;
  readonly isOk: boolean;
  readonly stage?: Stage;
  readonly code?: string;
  readonly text?: string;
  /** From the first step until media can flow; of a stream until the gateway shows it as live. */
  readonly joinMs?: number;
  /** From when media could come until the first whole picture has; of a stream until the first bytes have. */
  readonly firstFrameMs?: number;
  /** The longest time without any packet. */
  readonly gapMs?: number;
  /** Media node, and its region. */
  readonly servedBy?: string;
  readonly servedRegion?: string;
}

export interface Report {
  readonly probe: string;
  readonly hostId: string;
  readonly region: string;
  readonly everyS: number;
  readonly results: readonly Result[];
}

/** Enough to see what happened; answers of servers can be pages. */
const TEXT_MAX = 200;

/** A failure as part of a result. */
export const failed = ({ stage, code, text }: Failure): Pick<Result, 'isOk' | 'stage' | 'code' | 'text'> => ({
  isOk: false,
  stage,
  code,
  text: text.slice(0, TEXT_MAX),
});

/** While the api is away: the newest stay. */
export const REPORTS_MAX = 20;

/** Reports that are still to be sent, with one more. */
export const withReport = <R>(waiting: readonly R[], report: R): readonly R[] =>
  [...waiting, report].slice(-REPORTS_MAX);
