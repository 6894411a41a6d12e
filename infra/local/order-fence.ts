// Accepts orders by epoch: a lower epoch than the highest seen is of a former leader and changes nothing, even if its
// order was in flight during the takeover. The caller keeps the highest epoch as long as its nodes.

/** Header of every request of the centre with the epoch of its term. */
export const EPOCH_HEADER = 'meridian-epoch';
/**
 * Largest jump of an epoch, so that one wild number cannot lock out later leaders. Centres use the same limit
 * (`epochJumpMax` of base/protocol/src/limits.ts). The first epoch may be any.
 */
export const EPOCH_JUMP_MAX = 2 ** 20;
const epochPattern = /^[1-9][0-9]{0,15}$/;

export type OrderVerdict =
  /** The order counts; the caller keeps `seen`. */
  | { readonly what: 'counts'; readonly seen: number }
  /** The order is of a former centre: a later one has led under `seen`. */
  | { readonly what: 'stale'; readonly seen: number }
  /** The header is missing or is no possible epoch. */
  | { readonly what: 'malformed' };

/** `seen` is the highest epoch so far, 0 before the first order. `header` is undefined when missing. */
export function judgeOrder(seen: number, header: string | undefined): OrderVerdict {
  if (header === undefined || !epochPattern.test(header)) return { what: 'malformed' };
  const epoch = Number(header);
  if (!Number.isSafeInteger(epoch) || (seen > 0 && epoch > seen + EPOCH_JUMP_MAX)) return { what: 'malformed' };
  return epoch < seen ? { what: 'stale', seen } : { what: 'counts', seen: epoch };
}
