import { addCounts, peopleOf } from './levels.ts';
import type { StrengthCounts, WorldPlace } from './types.ts';
import type { Point } from './viewport.ts';

export interface Cluster {
  /** Position of the place with most people. */
  readonly at: Point;
  /** Names of the places, most people first. */
  readonly places: readonly string[];
  readonly strength: StrengthCounts;
}

export interface PlacedPlace {
  readonly place: WorldPlace;
  readonly at: Point;
}

/** Merges each place into a larger place that is less than `apart` pixels away, if there is one. */
export function clustersOf(placed: readonly PlacedPlace[], apart: number): readonly Cluster[] {
  const sorted = [...placed].sort(
    (a, b) => peopleOf(b.place.strength) - peopleOf(a.place.strength) || (a.place.place < b.place.place ? -1 : 1),
  );
  const cells = new Map<string, { at: Point; places: string[]; strength: StrengthCounts }[]>();
  const clusters: { at: Point; places: string[]; strength: StrengthCounts }[] = [];
  for (const { place, at } of sorted) {
    const [x, y] = [Math.floor(at.x / apart), Math.floor(at.y / apart)];
    const neighbours = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => cells.get(`${x + dx},${y + dy}`) ?? []));
    const found = neighbours.find((one) => Math.hypot(one.at.x - at.x, one.at.y - at.y) < apart);
    if (found !== undefined) {
      found.places.push(place.place);
      found.strength = addCounts(found.strength, place.strength);
      continue;
    }
    const cluster = { at, places: [place.place], strength: place.strength };
    clusters.push(cluster);
    cells.set(`${x},${y}`, [...(cells.get(`${x},${y}`) ?? []), cluster]);
  }
  return clusters;
}
