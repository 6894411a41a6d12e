// Arrow key navigation among sites with a roving focus.
import type { Point } from './viewport.ts';

export interface Stop {
  readonly key: string;
  readonly at: Point;
}

const axes = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
} as const;
export type ArrowKey = keyof typeof axes;

export const isArrowKey = (key: string): key is ArrowKey => Object.hasOwn(axes, key);

/**
 * Returns the nearest stop in the arrow's quadrant; undefined if there is none, or `from` is unknown. Stops at the same
 * point are visited in order of their keys, from left to right, so that each can be reached.
 */
export function stopBeside(stops: readonly Stop[], from: string, arrow: ArrowKey): Stop | undefined {
  const start = stops.find(({ key }) => key === from);
  if (start === undefined) return undefined;
  const axis = axes[arrow];
  const isBackwards = arrow === 'ArrowLeft';
  const isEarlier = (a: Stop, b: Stop): boolean => (isBackwards ? a.key > b.key : a.key < b.key);
  let best: { readonly stop: Stop; readonly distance: number } | undefined;
  for (const stop of stops) {
    const [x, y] = [stop.at.x - start.at.x, stop.at.y - start.at.y];
    const ahead = x * axis.x + y * axis.y;
    const aside = Math.abs(x * axis.y + y * axis.x);
    const isSamePoint = x === 0 && y === 0;
    const isThere = isSamePoint ? axis.x !== 0 && isEarlier(start, stop) : ahead > 0 && aside <= ahead;
    if (!isThere) continue;
    const distancePx = Math.hypot(x, y);
    if (
      best === undefined ||
      distancePx < best.distance ||
      (distancePx === best.distance && isEarlier(stop, best.stop))
    )
      best = { stop, distance: distancePx };
  }
  return best?.stop;
}
