// The paths of the plan for signaling nodes: how each pair of living media nodes reaches one another. The owner of a
// room chooses by them from which node another one gets a track (signaling/src/core/carrier.ts); only signaling nodes
// read them, so only they get them. Media nodes and probes have the routes of their hosts by `Routes`.
import { nodeKind } from '@meridian/protocol';
import { type Delta, VersionedMap } from '../../base/core/versioned-map.ts';
import type { NodeRecord } from '../../fleet/core/node.ts';
import { isNews } from './links/shown-paths.ts';
import { type Pair, type PairPath, type PathOf, pairPath } from './plan.ts';

/**
 * Up to this many media nodes (2,016 pairs: 120 kB, and with the longest ids 400 of the 1,024 that a frame holds)
 * signaling nodes get all pairs; beyond, none: they go by distance.
 */
const NODES_MAX = 64;
/** Pairs that have left and are remembered: all of them. */
const GONE_MAX = (NODES_MAX * (NODES_MAX - 1)) / 2;

export class PlanPaths {
  readonly #paths = new VersionedMap<PairPath>({
    isSame: (sent, now) => sent.via === now.via && !isNews(sent.delayMs, now.delayMs),
    goneMax: GONE_MAX,
  });

  /**
   * For a signaling node that holds version `since` (0: none) of the plan, now `version`; by the pair's two ids. The
   * same version again says the same, whatever the paths are now.
   */
  since(
    records: readonly NodeRecord[],
    o: { version: number; since: number; pathOf: PathOf },
  ): Pick<Delta<PairPath>, 'since' | 'changed'> & { gone: Pair[] } {
    if (this.#paths.version !== o.version) {
      const paths = allPaths(records, o.pathOf);
      this.#paths.replace(new Map(paths.map((path) => [`${path.a} ${path.b}`, path])), o.version);
    }
    const { since, changed, gone } = this.#paths.since(o.since);
    // No id has a blank.
    const pairOf = (key: string): Pair => ({ a: key.split(' ')[0] ?? '', b: key.split(' ')[1] ?? '' });
    return { since, changed, gone: gone.map(pairOf) };
  }
}

/**
 * Every pair of media nodes that live; none of a fleet that is too large. Pairs that share no address family are not
 * among them.
 */
export function allPaths(records: readonly NodeRecord[], pathOf?: PathOf): PairPath[] {
  const media = records.filter((record) => record.description.kind === nodeKind.media && record.liveness !== 'dead');
  if (media.length > NODES_MAX) return [];
  return media.flatMap(({ description: one }, index) =>
    media.slice(index + 1).flatMap(({ description: other }) => pairPath(one, other, pathOf) ?? []),
  );
}
