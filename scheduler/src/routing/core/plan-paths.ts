// Paths of the plan for signaling nodes: the path of each pair of living media nodes. With these paths the owner of a
// room chooses the carrier from which another node pulls a track (signaling/src/core/carrier.ts). Only signaling nodes
// read and receive them; media nodes and probes have the routes of their hosts by `Routes`.
import { nodeKind } from '@meridian/protocol';
import { type Delta, VersionedMap } from '../../base/core/versioned-map.ts';
import type { NodeRecord } from '../../fleet/core/node.ts';
import { isNews } from './links/shown-paths.ts';
import { type Pair, type PairPath, type PathOf, pairPath } from './plan.ts';

/** 2,016 pairs: 120 kB, at most 400 of a frame's 1,024 kB. With more nodes signaling nodes choose by distance. */
const NODES_MAX = 64;
/** Limit of remembered pairs that have left: all pairs. */
const GONE_MAX = (NODES_MAX * (NODES_MAX - 1)) / 2;

export class PlanPaths {
  readonly #paths = new VersionedMap<PairPath>({
    isSame: (sent, now) => sent.via === now.via && !isNews(sent.delayMs, now.delayMs),
    goneMax: GONE_MAX,
  });

  /** Repeated calls for a `version` give the same paths, even when the paths have changed since. */
  since(
    records: readonly NodeRecord[],
    o: { version: number; since: number; pathOf: PathOf },
  ): Pick<Delta<PairPath>, 'since' | 'changed'> & { gone: Pair[] } {
    if (this.#paths.version !== o.version) {
      const paths = allPaths(records, o.pathOf);
      this.#paths.replace(new Map(paths.map((path) => [`${path.a} ${path.b}`, path])), o.version);
    }
    const { since, changed, gone } = this.#paths.since(o.since);
    // No id contains a blank.
    const pairOf = (key: string): Pair => ({ a: key.split(' ')[0] ?? '', b: key.split(' ')[1] ?? '' });
    return { since, changed, gone: gone.map(pairOf) };
  }
}

/** Returns no pairs for a fleet that is too large, and none without a common address family. */
export function allPaths(records: readonly NodeRecord[], pathOf?: PathOf): PairPath[] {
  const media = records.filter((record) => record.description.kind === nodeKind.media && record.liveness !== 'dead');
  if (media.length > NODES_MAX) return [];
  return media.flatMap(({ description: one }, index) =>
    media.slice(index + 1).flatMap(({ description: other }) => pairPath(one, other, pathOf) ?? []),
  );
}
