// Coastlines and borders of Natural Earth (1:110 million), from the package world-atlas. They load as a chunk of
// their own.
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';
import { pathInto } from './geography.ts';

export interface Coastlines {
  readonly land: Path2D;
  readonly borders: Path2D;
}

export function coastlines(): Coastlines {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries } = topology.objects;
  const [land, borders] = [new Path2D(), new Path2D()];
  pathInto(land)(feature(topology, topology.objects.land));
  pathInto(borders)(mesh(topology, countries, (a, b) => a !== b));
  return { land, borders };
}
