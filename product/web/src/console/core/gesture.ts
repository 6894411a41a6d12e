// Pointer gestures on the map: one pointer pans, two zoom.
import type { Point } from './viewport.ts';

export interface Gesture {
  readonly pan: Point;
  readonly zoom: number;
  readonly at: Point;
}

/** Returns the gesture between two states of the pointers; undefined without pointers. Only the first two count. */
export function gestureOf(before: readonly Point[], after: readonly Point[]): Gesture | undefined {
  const [a, b] = before;
  const [c, d] = after;
  if (a === undefined || c === undefined) return undefined;
  if (b === undefined || d === undefined) return { pan: { x: c.x - a.x, y: c.y - a.y }, zoom: 1, at: c };
  const [from, to] = [middle(a, b), middle(c, d)];
  const distanceBefore = Math.hypot(b.x - a.x, b.y - a.y);
  const zoom = distanceBefore === 0 ? 1 : Math.hypot(d.x - c.x, d.y - c.y) / distanceBefore;
  return { pan: { x: to.x - from.x, y: to.y - from.y }, zoom: zoom === 0 ? 1 : zoom, at: to };
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** Returns the zoom factor of a wheel event; `mode`: its deltaMode (pixels, lines, pages). */
export function wheelZoom({ deltaY, mode }: { readonly deltaY: number; readonly mode: number }): number {
  const pixels = deltaY * (mode === 1 ? 16 : mode === 2 ? 400 : 1);
  return Math.exp(-Math.max(-200, Math.min(200, pixels)) / 300);
}
