// Finds the mark (circle) or line under a point, with a grid of cells.
import type { Box, Point } from './viewport.ts';

/** A cell is about as large as a large mark, so that a query reads few cells and a mark lies in few. */
const CELL_PX = 32;

interface Mark<T> {
  readonly item: T;
  readonly at: Point;
  readonly radius: number;
}

interface Segment<T> {
  readonly item: T;
  readonly a: Point;
  readonly b: Point;
}

export class HitGrid<T> {
  readonly #bounds: Box;
  readonly #marks = new Map<string, Mark<T>[]>();
  readonly #segments = new Map<string, Segment<T>[]>();

  /** Parts outside the bounds are dropped, since a line of a zoomed map may be a hundred windows long. */
  constructor(bounds: Box) {
    this.#bounds = bounds;
  }

  addMark(item: T, at: Point, radius: number): void {
    const { left, right, top, bottom } = this.#bounds;
    if (at.x + radius < left || at.x - radius > right || at.y + radius < top || at.y - radius > bottom) return;
    const low = cellOf({ x: at.x - radius, y: at.y - radius });
    const high = cellOf({ x: at.x + radius, y: at.y + radius });
    const mark = { item, at, radius };
    for (let x = low.x; x <= high.x; x++)
      for (let y = low.y; y <= high.y; y++) addToCell(this.#marks, `${x},${y}`, mark);
  }

  addLine(item: T, points: readonly Point[]): void {
    for (const [at, end] of points.entries()) {
      const start = points[at - 1];
      const part = start && clipped(start, end, this.#bounds);
      if (part === undefined) continue;
      const [a, b] = part;
      // Steps of half a cell reach every crossed cell, except at corners.
      const steps = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / (CELL_PX / 2)));
      const cells = new Set<string>();
      for (let step = 0; step <= steps; step++) {
        const cell = cellOf({ x: a.x + ((b.x - a.x) * step) / steps, y: a.y + ((b.y - a.y) * step) / steps });
        cells.add(`${cell.x},${cell.y}`);
      }
      for (const cell of cells) addToCell(this.#segments, cell, { item, a, b });
    }
  }

  /**
   * Returns the nearest mark within `slack` pixels of its edge, else the nearest line within `slack`; undefined if
   * neither.
   */
  at(point: Point, slack: number): T | undefined {
    return (
      nearest(this.#inCellsAround(this.#marks, point), slack, ({ at, radius }) => distance(at, point) - radius) ??
      nearest(this.#inCellsAround(this.#segments, point), slack, ({ a, b }) => distanceToSegment(point, a, b))
    );
  }

  #inCellsAround<M>(cells: ReadonlyMap<string, readonly M[]>, point: Point): readonly M[] {
    const { x, y } = cellOf(point);
    const found: M[] = [];
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++) found.push(...(cells.get(`${x + dx},${y + dy}`) ?? []));
    return found;
  }
}

/** Returns the item with the least distance up to `slack`. Inside a mark the distance from its edge is negative. */
function nearest<M extends { readonly item: unknown }>(
  list: readonly M[],
  slack: number,
  distanceOf: (one: M) => number,
): M['item'] | undefined {
  let best: { readonly one: M; readonly far: number } | undefined;
  for (const one of list) {
    const distancePx = distanceOf(one);
    if (distancePx <= slack && (best === undefined || distancePx < best.far)) best = { one, far: distancePx };
  }
  return best?.one.item;
}

/** Returns the part of a line inside a box; undefined if none (Liang and Barsky). */
function clipped(a: Point, b: Point, box: Box): readonly [Point, Point] | undefined {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [from, to] = [0, 1];
  const edges = [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const;
  for (const [step, room] of edges) {
    if (step === 0 && room < 0) return undefined;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  if (from > to) return undefined;
  return [
    { x: a.x + from * dx, y: a.y + from * dy },
    { x: a.x + to * dx, y: a.y + to * dy },
  ];
}

const cellOf = ({ x, y }: Point): Point => ({ x: Math.floor(x / CELL_PX), y: Math.floor(y / CELL_PX) });

function addToCell<M>(cells: Map<string, M[]>, cell: string, one: M): void {
  const known = cells.get(cell);
  if (known === undefined) cells.set(cell, [one]);
  else known.push(one);
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  if (length === 0) return distance(point, a);
  const share = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length;
  const along = Math.min(1, Math.max(0, share));
  return distance(point, { x: a.x + along * (b.x - a.x), y: a.y + along * (b.y - a.y) });
}
