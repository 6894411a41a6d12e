// Random and hand-made fleets for the routing tests, and a slow search that finds the paths by their definition.
import type { Rng } from '@meridian/runtime';
import {
  DIRECT,
  legOf,
  NO_PATH,
  type Path,
  type PathInput,
  type PathPair,
} from '../../../src/routing/core/routes/index.ts';

const gone = Number.POSITIVE_INFINITY;

/** A fleet from rows of link costs; by default every host has a site of its own and costs 1 ms as a relay. */
export function fleet(
  rows: readonly (readonly number[])[],
  o: { relayMs?: number[]; sites?: number[] } = {},
): PathInput {
  const hosts = rows.length;
  return {
    hosts,
    linkMs: Float64Array.from(rows.flat()),
    relayMs: Float64Array.from(o.relayMs ?? rows.map(() => 1)),
    siteOf: Int32Array.from(o.sites ?? rows.map((_, index) => index)),
  };
}

/** Whole numbers, so that costs tie; some links, relays and figures are missing; several hosts share a site. */
export function randomFleet(rng: Rng, hostsMax = 14): PathInput {
  const hosts = rng.int(hostsMax + 1);
  const cost = (): number => [gone, Number.NaN][rng.int(14)] ?? rng.int(40);
  return {
    hosts,
    linkMs: Float64Array.from({ length: hosts * hosts }, cost),
    relayMs: Float64Array.from({ length: hosts }, () => (rng.int(8) === 0 ? gone : rng.int(4))),
    siteOf: Int32Array.from({ length: hosts }, () => rng.int(6)),
  };
}

/** Lists all paths by cost and index; the second is the first that shares no leg with the best. */
export function byDefinition(input: PathInput, from: number, to: number): PathPair {
  const nowhere: Path = { via: NO_PATH, costMs: gone };
  const { hosts, linkMs, relayMs, siteOf } = input;
  const link = (a: number, b: number): number => linkMs[a * hosts + b] ?? Number.NaN;
  const paths: Path[] = [{ via: DIRECT, costMs: link(from, to) }];
  for (let via = 0; via < hosts; via += 1) {
    if (via !== from && via !== to) {
      paths.push({ via, costMs: link(from, via) + (relayMs[via] ?? Number.NaN) + link(via, to) });
    }
  }
  const open = paths.filter((path) => path.costMs < gone).sort((a, b) => a.costMs - b.costMs || a.via - b.via);
  const [best] = open;
  if (best === undefined) return { best: nowhere, second: nowhere };
  const second = open.find((path) => legOf(siteOf, from, to, path.via) !== legOf(siteOf, from, to, best.via));
  return { best, second: second ?? nowhere };
}
