// A failure or an end as the page shows it, and when the page tries again by itself.
import { actionAfter, type FailedThing, type FailureAction, failureTexts, isEndCode } from './messages/failures.ts';
import type { Language } from './query.ts';

export interface Failure {
  /** Code of the service, the SDK or the page. */
  readonly code: string;
  /** Present if joining was not tried yet, but would fail. */
  readonly foreseen?: true;
  /** Code of the last attempt, after which the SDK gave up to reconnect. */
  readonly because?: string;
  /** Time until the page tries again by itself; absent if only the person does. */
  readonly retryInMs?: number;
  /** Identifies the failure for an administrator. */
  readonly reference?: FailureReference;
}

/** Ids in the service's logs, each '' if unknown. */
export interface FailureReference {
  readonly room: string;
  readonly sessionId: string;
  readonly decisionId: string;
  readonly requestId: string;
  readonly atWallMs: number;
}

export interface FailureView {
  /** `calm`: an end, which is no fault. */
  readonly tone: 'calm' | 'bad';
  readonly title: string;
  readonly cause: string;
  readonly advice: string;
  readonly action: FailureAction;
  /** Code and ids; '' for an end by the person's own act. */
  readonly shown: string;
  /** All of the reference, to copy. */
  readonly copied: string;
}

/** Ends by the person's own act, about which there is nothing to report. */
const OWN_ENDS: ReadonlySet<string> = new Set([
  'CLIENT_INITIATED',
  'CONNECTION_CLOSED',
  'CONNECT_ABORTED',
  'PAGE_HIDDEN',
]);

export function failureView(failure: Failure, thing: FailedThing, language: Language): FailureView {
  const { code, because, reference } = failure;
  const texts = failureTexts(code, failure.foreseen ? 'foreseen' : thing, language);
  const cause = because === undefined ? texts.cause : failureTexts(because, thing, language).cause;
  const { room = '', sessionId = '', decisionId = '', requestId = '', atWallMs } = reference ?? {};
  const codes = because === undefined ? code : `${code} (${because})`;
  const ids = [codes, sessionId, decisionId, requestId].filter((id) => id !== '');
  const time = atWallMs === undefined ? '' : new Date(atWallMs).toISOString();
  return {
    ...texts,
    cause,
    tone: isEndCode(code) ? 'calm' : 'bad',
    action: actionAfter(code),
    shown: OWN_ENDS.has(code) ? '' : ids.join(' · '),
    copied: [...ids, room, time].filter((text) => text !== '').join(' · '),
  };
}

/** Returns a failure outside of a call, with the room if there is one. */
export const failureAt = (code: string, atWallMs: number, room = ''): Failure => ({
  code,
  reference: { room, sessionId: '', decisionId: '', requestId: '', atWallMs },
});

/** Returns the failure of a player, which tries again by itself after `pauseMs` if that is given. */
export const playFailure = (code: string, room: string, pauseMs: number | undefined, atWallMs: number): Failure => ({
  ...failureAt(code, atWallMs, room),
  ...(pauseMs !== undefined && { retryInMs: pauseMs }),
});

/** Automatic attempts in a row; after them the fault is not a short one. */
export const AUTO_RETRIES_MAX = 5;
const RETRY_MS = { first: 5000, most: 60_000 } as const;
/** A longer pause named by the service is left to the person. */
const RETRY_AFTER_MS_MAX = 300_000;

/**
 * Returns the pause before the page tries again by itself; undefined if it leaves that to the person. `failures`:
 * earlier failures in a row. `random` (0 to 1) lengthens the pause by up to a quarter, so that pages do not return
 * together.
 */
export function pauseBeforeRetryMs(code: string, o: { failures: number; retryAfterMs: number }, random: number) {
  if (actionAfter(code) !== 'auto' || o.failures >= AUTO_RETRIES_MAX) return undefined;
  if (o.retryAfterMs > RETRY_AFTER_MS_MAX) return undefined;
  const pauseMs = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** o.failures);
  return Math.round(Math.max(o.retryAfterMs, pauseMs) * (1 + random / 4));
}
