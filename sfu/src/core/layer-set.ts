// Sets of spatial layers as numbers: bit n stands for layer n. There are at most 31 layers.

export type LayerSet = number;

export const layersBetween = (lowest: number, highest: number): LayerSet =>
  layersUpTo(highest) & ~layersUpTo(lowest - 1);

/** Returns −1 for the empty set. */
export const highestOf = (layers: LayerSet): number => 31 - Math.clz32(layers);

/** Returns −1 for the empty set. */
export const lowestOf = (layers: LayerSet): number => highestOf(layers & -layers);

/** Returns the set with `highest` in place of all layers above it. */
export function limitedTo(layers: LayerSet, highest: number): LayerSet {
  const upTo = layersUpTo(highest);
  return (layers & upTo) | ((layers & ~upTo) === 0 ? 0 : 1 << highest);
}

/** Returns the layers below the highest one that are not in the set. */
export const missingIn = (layers: LayerSet): LayerSet => layersUpTo(highestOf(layers)) & ~layers;

const layersUpTo = (highest: number): LayerSet => (1 << (highest + 1)) - 1;
