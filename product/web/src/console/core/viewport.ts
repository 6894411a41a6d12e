// The visible part of the world. World coordinates are units of the projection, 0 … `size`; window coordinates are CSS
// pixels.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const isOver = (a: Box, b: Box): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

/** Returns the bounding box; without points an inverted box that contains nothing. */
export function boxOf(points: readonly Point[]): Box {
  let box: Box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { x, y } of points)
    box = {
      left: Math.min(box.left, x),
      right: Math.max(box.right, x),
      top: Math.min(box.top, y),
      bottom: Math.max(box.bottom, y),
    };
  return box;
}

/** A world point is drawn at `world * scale + (x, y)` in the window. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Maximum zoom. A larger one would show no more detail of coastlines drawn for 1:110 million. */
export const ZOOM_MAX = 16;

export function fitted(world: Size, window: Size): Viewport {
  const scale = fitScale(world, window);
  return clamped({ scale, x: (window.width - world.width * scale) / 2, y: 0 }, world, window);
}

export const fitScale = (world: Size, window: Size): number =>
  Math.min(window.width / world.width, window.height / world.height);

/** Limits the zoom to 1 … `ZOOM_MAX`. Centres a world smaller than the window; a larger one leaves no gap beside it. */
export function clamped({ x, y, scale }: Viewport, world: Size, window: Size): Viewport {
  const fittingScale = fitScale(world, window);
  const next = Math.min(fittingScale * ZOOM_MAX, Math.max(fittingScale, scale));
  return {
    scale: next,
    x: clampedAxis(x, world.width * next, window.width),
    y: clampedAxis(y, world.height * next, window.height),
  };
}

const clampedAxis = (at: number, length: number, room: number): number =>
  length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at));

export const panned = (view: Viewport, shift: Point, world: Size, window: Size): Viewport =>
  clamped({ ...view, x: view.x + shift.x, y: view.y + shift.y }, world, window);

export function zoomed(view: Viewport, factor: number, at: Point, world: Size, window: Size): Viewport {
  const fittingScale = fitScale(world, window);
  const scale = Math.min(fittingScale * ZOOM_MAX, Math.max(fittingScale, view.scale * factor));
  const ratio = scale / view.scale;
  return clamped({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, world, window);
}

export const centred = (view: Viewport, { x, y }: Point, world: Size, window: Size): Viewport =>
  clamped({ ...view, x: window.width / 2 - x * view.scale, y: window.height / 2 - y * view.scale }, world, window);

export const toWindow = ({ x, y, scale }: Viewport, point: Point): Point => ({
  x: point.x * scale + x,
  y: point.y * scale + y,
});
