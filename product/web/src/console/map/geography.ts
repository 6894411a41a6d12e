// The map's projection. Its centre is at 11° east, so that its edge cuts no inhabited land.
import { type GeoContext, geoEqualEarth, geoPath } from 'd3-geo';
import { type Box, boxOf, type Point, type Size } from '../core/viewport.ts';

const WIDTH = 1000;
/** Only ice lies beyond these latitudes. */
const NORTH = 82;
const SOUTH = -57;

const projection = geoEqualEarth().rotate([-11, 0]).precision(0.05).fitWidth(WIDTH, { type: 'Sphere' });
const [left, top] = projection.translate();
projection.translate([left, top - (projection([11, NORTH])?.[1] ?? 0)]);

/** Size of the map in its own units. */
export const worldSize: Size = { width: WIDTH, height: projection([11, SOUTH])?.[1] ?? WIDTH / 2 };

/** Projects degrees; an invalid place goes to the centre. */
export function projectedPoint({
  latitude,
  longitude,
}: {
  readonly latitude: number;
  readonly longitude: number;
}): Point {
  const [x, y] = projection([longitude, latitude]) ?? [];
  return x === undefined || y === undefined || Number.isNaN(x + y)
    ? { x: WIDTH / 2, y: worldSize.height / 2 }
    : { x, y };
}

export const pathInto = (path: Path2D) => geoPath(projection, contextOf(path));

export interface Arc {
  readonly path: Path2D;
  /** Two lines where the arc leaves the map on one side and returns on the other. */
  readonly lines: readonly (readonly Point[])[];
  readonly box: Box;
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const arcs = new Map<string, Arc>();
/** Maximum number of cached arcs: enough for all pairs of 150 sites. */
const ARCS_MAX = 12_000;

/** Returns the great circle arc between two places. Arcs are cached, since sites do not move. */
export function arcBetween(a: Place, b: Place): Arc {
  const key = `${a.latitude},${a.longitude},${b.latitude},${b.longitude}`;
  const known = arcs.get(key);
  if (known !== undefined) return known;
  const lines: Point[][] = [];
  const path = new Path2D();
  const onto = contextOf(path);
  const context: GeoContext = {
    ...onto,
    moveTo: (x, y) => {
      lines.push([{ x, y }]);
      onto.moveTo(x, y);
    },
    lineTo: (x, y) => {
      lines.at(-1)?.push({ x, y });
      onto.lineTo(x, y);
    },
  };
  const coordinates = [
    [a.longitude, a.latitude],
    [b.longitude, b.latitude],
  ];
  geoPath(projection, context)({ type: 'LineString', coordinates });
  if (arcs.size >= ARCS_MAX) arcs.clear();
  const arc = { path, lines, box: boxOf(lines.flat()) };
  arcs.set(key, arc);
  return arc;
}

const contextOf = (path: Path2D): GeoContext => ({
  beginPath: () => undefined,
  closePath: () => path.closePath(),
  moveTo: (x, y) => path.moveTo(x, y),
  lineTo: (x, y) => path.lineTo(x, y),
  arc: (x, y, radius, from, to) => path.arc(x, y, radius, from, to),
});
