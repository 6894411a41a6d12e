// What becomes of a delivery whose fetch or hand-over to the sink has failed.
import { ATTEMPTS_MAX, type FailureCode, failures } from '../contract.ts';
import { againMs } from '../core/retry.ts';
import { SinkError } from '../sinks/sink.ts';

/** The content counts as deleted when all sources have answered 404 so often: a store may be away for a moment. */
const MISSING_MAX = 3;
const DETAIL_MAX = 300;

/**
 * `again`: after `delayMs`; `ended`: a receipt with the code.
 */
export type Outcome =
  | { readonly kind: 'again'; readonly attempts: number; readonly delayMs: number; readonly code: FailureCode }
  | { readonly kind: 'ended'; readonly code: FailureCode; readonly detail: string };

/**
 * `fallback`: the code of errors that are no `SinkError`. `isAlone`: no library node answers. Then the line is what is
 * missing, and a source that is silent is no reason to give up: the last attempt is kept.
 */
export function outcomeOf(
  error: unknown,
  o: {
    /** Failed ones before. */
    readonly attempts: number;
    readonly fallback: FailureCode;
    readonly isAlone: boolean;
    readonly random: number;
  },
): Outcome {
  const code = error instanceof SinkError ? error.code : o.fallback;
  const isSource = code === 'SOURCE_GONE';
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_MAX);
  const counted = o.attempts + 1;
  const mayEnd = !(isSource && o.isAlone);
  if (isSource && mayEnd && isMissing(error) && counted >= MISSING_MAX)
    return { kind: 'ended', code: 'CONTENT_GONE', detail };
  if (!failures[code].retry || (mayEnd && counted >= ATTEMPTS_MAX)) return { kind: 'ended', code, detail };
  const attempts = Math.min(counted, ATTEMPTS_MAX - 1);
  return { kind: 'again', attempts, delayMs: againMs(counted, o.random), code };
}

/** By its cause a SOURCE_GONE says that all sources, a library node among them, have answered 404. */
export const isMissing = (error: unknown): boolean =>
  error instanceof SinkError && (error.cause as { status?: unknown } | undefined)?.status === 404;
