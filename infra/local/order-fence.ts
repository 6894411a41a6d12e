// Whose orders count, after the epoch under which they come: a lower one than has been seen is of a centre that has
// led, and changes nothing, also when its order was on its way while another took over. Pure; the program that answers
// orders keeps what was seen as long as it keeps its nodes.

/** The header of every request of the centre: the epoch of the term under which it was sent. */
export const EPOCH_HEADER = 'meridian-epoch';
/**
 * How far above what was seen an epoch may be: one wild number must not lock out every leader that comes after it. A
 * centre believes as much of others' words (`epochJumpMax` of base/protocol/src/limits.ts). The first one may be any:
 * nothing is known yet.
 */
export const EPOCH_JUMP_MAX = 2 ** 20;
const epochPattern = /^[1-9][0-9]{0,15}$/;

export type OrderVerdict =
  /** It counts; `seen` is to be kept. */
  | { readonly what: 'counts'; readonly seen: number }
  /** Another has led since, under `seen`. */
  | { readonly what: 'stale'; readonly seen: number }
  /** The header is missing, or no epoch that could be. */
  | { readonly what: 'malformed' };

/** `seen`: the highest epoch so far, 0 before the first order. `header`: as it came, undefined when it did not. */
export function judgeOrder(seen: number, header: string | undefined): OrderVerdict {
  if (header === undefined || !epochPattern.test(header)) return { what: 'malformed' };
  const epoch = Number(header);
  if (!Number.isSafeInteger(epoch) || (seen > 0 && epoch > seen + EPOCH_JUMP_MAX)) return { what: 'malformed' };
  return epoch < seen ? { what: 'stale', seen } : { what: 'counts', seen: epoch };
}
