// A tile that gets another place is shown going there: an eye that follows it need not search. Pure.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const STILL_PX = 1; // rounding, not movement

/** The CSS transform that shows a box where it was before; undefined when it is new, has no size, or did not move. */
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
