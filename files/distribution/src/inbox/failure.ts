// Decides what follows a failed fetch or hand-over to the sink.
import { shownReason } from '@meridian/protocol';
import { ATTEMPTS_MAX, type FailureCode, failures } from '../contract.ts';
import { retryDelayMs } from '../core/retry.ts';
import { SinkError } from '../sinks/sink.ts';

/** Attempts with 404 from all sources after which the content counts as deleted: one attempt may meet an outage. */
const MISSING_MAX = 3;
const DETAIL_MAX = 300;

export type Outcome =
  | { readonly kind: 'again'; readonly attempts: number; readonly delayMs: number; readonly code: FailureCode }
  | { readonly kind: 'ended'; readonly code: FailureCode; readonly detail: string };

/**
 * Decides what follows an error; `fallback` is the code of errors other than `SinkError`. While no library node
 * answers, the network is the likely cause, and a missing source does not use up the last attempt.
 */
export function outcomeOf(
  error: unknown,
  o: {
    readonly attempts: number;
    readonly fallback: FailureCode;
    readonly isOffline: boolean;
    readonly random: number;
  },
): Outcome {
  const code = error instanceof SinkError ? error.code : o.fallback;
  const isSource = code === 'SOURCE_GONE';
  const detail = shownReason(error instanceof Error ? error.message : String(error)).slice(0, DETAIL_MAX);
  const counted = o.attempts + 1;
  const mayEnd = !(isSource && o.isOffline);
  if (isSource && mayEnd && isMissing(error) && counted >= MISSING_MAX)
    return { kind: 'ended', code: 'CONTENT_GONE', detail };
  if (!failures[code].retry || (mayEnd && counted >= ATTEMPTS_MAX)) return { kind: 'ended', code, detail };
  const attempts = Math.min(counted, ATTEMPTS_MAX - 1);
  return { kind: 'again', attempts, delayMs: retryDelayMs(counted, o.random), code };
}

export const isMissing = (error: unknown): boolean =>
  error instanceof SinkError && (error.cause as { status?: unknown } | undefined)?.status === 404;
