// Results of a tester's round, as the api receives them.

/** Stage at which a test failed; the stages are in the order in which a client needs them. */
export type Stage = 'signaling' | 'placement' | 'media' | 'relay' | 'ingest' | 'playback' | 'api';

export interface Failure {
  readonly stage: Stage;
  readonly code: string;
  readonly text: string;
}

export interface Result {
  readonly kind: 'call' | 'pair' | 'stream' | 'booking';
  /** Region of the other tester (pair), or of the serving gateway (stream). */
  readonly toRegion?: string;
  readonly isOk: boolean;
  readonly stage?: Stage;
  readonly code?: string;
  readonly text?: string;
  /** Time from the first step until media can flow; for a stream, until the gateway shows it as live. */
  readonly joinMs?: number;
  /**
   * Time from when media could arrive to the first whole picture; for a stream, from the first request to its bytes.
   */
  readonly firstFrameMs?: number;
  readonly gapMs?: number;
  /** Id of the media node that served the call. */
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

/** Limit on a text: enough to see the fault, since answers of servers can be whole pages. */
const TEXT_MAX = 200;

export const failureFields = ({ stage, code, text }: Failure): Pick<Result, 'isOk' | 'stage' | 'code' | 'text'> => ({
  isOk: false,
  stage,
  code,
  text: text.slice(0, TEXT_MAX),
});

/** Number of reports that are kept while the api is away; the oldest are dropped. */
export const REPORTS_MAX = 20;

export const withReport = <R>(waiting: readonly R[], report: R): readonly R[] =>
  [...waiting, report].slice(-REPORTS_MAX);
