// A subscriber that has received its preferred layer for some time does without the layers below it. When the layer
// does not arrive any more, all layers are sent again at once, and the next wait is twice as long.

const firstWaitMs = 5000;
const waitMaxMs = 160_000;

/** `losses`: how often the layer was lost while the lower ones were left out. */
export const steadyWaitMs = (losses: number): number => Math.min(firstWaitMs * 2 ** losses, waitMaxMs);
