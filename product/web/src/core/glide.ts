// Animates a tile from its old box to its new box, so that the eye can follow it.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const STILL_PX = 1; // smaller differences are rounding, not movement

/**
 * Returns the CSS transform that shows a box at its old place; undefined when the box is new, empty or did not move.
 */
export function glideOf(before: Box | undefined, now: Box): string | undefined {
  if (before === undefined || before.width <= 0 || before.height <= 0 || now.width <= 0 || now.height <= 0)
    return undefined;
  const changes = [
    before.left - now.left,
    before.top - now.top,
    before.width - now.width,
    before.height - now.height,
  ] as const;
  if (changes.every((change) => Math.abs(change) <= STILL_PX)) return undefined;
  return `translate(${changes[0]}px, ${changes[1]}px) scale(${before.width / now.width}, ${before.height / now.height})`;
}
