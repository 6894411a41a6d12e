// A subscriber that has received its preferred layer for some time does without the layers below it. When the layer
// does not arrive any more, all layers are sent again at once, and the next wait is twice as long.

interface Layers {
  readonly spatialLayer: number;
  readonly temporalLayer?: number | undefined;
}

/**
 * Returns whether a subscriber gets its preferred layer. Bandwidth leaves out temporal layers before the spatial one:
 * the picture is lost only when the lowest temporal layer alone is left.
 */
export function getsPreferred(layers: Layers | undefined, preferred: Required<Layers>): boolean {
  if (layers === undefined || layers.spatialLayer < preferred.spatialLayer) return false;
  return (layers.temporalLayer ?? 1) >= Math.min(preferred.temporalLayer ?? 1, 1);
}

const firstWaitMs = 5000;
const waitMaxMs = 160_000;

/** `losses`: how often the layer was lost while the lower ones were left out. */
export const steadyWaitMs = (losses: number): number => Math.min(firstWaitMs * 2 ** losses, waitMaxMs);
