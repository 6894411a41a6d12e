// Priorities of the media node's ICE candidates. Pure.

/** More than lies between the first and the last candidate of one media node. */
const step = 0x10_0000;
/**
 * Of a host's own TCP candidates in browsers (type preference 90): a pair counts by the lower of its two, so what is
 * above makes no difference.
 */
const most = 90 * 2 ** 24;

/** A priority above that of every candidate of the same media node before; room is for some four hundred of them. */
export const outranking = (priority: number): number => Math.min(priority + step, most);
