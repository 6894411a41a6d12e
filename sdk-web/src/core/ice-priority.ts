// Priorities of the media node's ICE candidates.

/** Larger than the spread of one media node's candidates. */
const priorityStep = 0x10_0000;
/** Priority of browsers' own TCP host candidates (type preference 90). A pair ranks by its lower candidate. */
const priorityMax = 90 * 2 ** 24;

/** Returns a priority above all earlier candidates of the same media node; there is room for about 400 steps. */
export const outranking = (priority: number): number => Math.min(priority + priorityStep, priorityMax);
