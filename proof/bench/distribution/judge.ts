// Judges what receivers have beside what was ordered. Pure.
import { percentile } from '../../support/case.ts';

/** Delivery as it was at its end. */
export interface Ended {
  readonly order: string;
  readonly receiver: string;
  readonly part: 'steady' | 'backlog';
  readonly isHot: boolean;
  readonly state: string;
  readonly bytes: number;
  readonly tookMs: number;
  /** Whether the file at the receiver has the hash; undefined where the file is not read again. */
  readonly isRight: boolean | undefined;
}

export interface Ordered {
  readonly order: string;
  readonly receivers: readonly string[];
}

export interface Verdict {
  /** Ordered deliveries that are not done, with those that the api does not list. */
  readonly lost: number;
  /** Further deliveries of the same order and receiver, those that were not ordered, and files that came again. */
  readonly twice: number;
  readonly wrongHashes: number;
  readonly hashesRead: number;
}

/** Returns what is lost, twice or wrong. `again`: files that came after they had been read and taken away. */
export function judge(ordered: readonly Ordered[], ended: readonly Ended[], again: number): Verdict {
  const wanted = new Set(
    ordered.flatMap(({ order, receivers }) => receivers.map((receiver) => `${order} ${receiver}`)),
  );
  const done = ended.filter(({ state }) => state === 'done');
  const got = new Set(done.map(({ order, receiver }) => `${order} ${receiver}`));
  const read = done.filter(({ isRight }) => isRight !== undefined);
  return {
    lost: [...wanted].filter((one) => !got.has(one)).length,
    twice: done.length - [...got].filter((one) => wanted.has(one)).length + again,
    wrongHashes: read.filter(({ isRight }) => isRight === false).length,
    hashesRead: read.length,
  };
}

/** Returns percentiles of the time from order to receipt; undefined for an empty list. */
export function timesOf(ended: readonly Ended[]): { msP50: number; msP95: number; msP99: number } | undefined {
  const times = ended.filter(({ state }) => state === 'done').map(({ tookMs }) => tookMs);
  if (times.length === 0) return undefined;
  return { msP50: percentile(times, 0.5), msP95: percentile(times, 0.95), msP99: percentile(times, 0.99) };
}
