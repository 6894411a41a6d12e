// Builds the room for `gains.ts`, with sites in place of hosts: the site of each member, its believed and timed paths
// to every site, and its possible targets.
import { isInFence } from '@meridian/protocol';
import { type Belief, boldMs } from '../../locating/core/ingress/index.ts';
import type { RoomPaths } from '../../placing/core/felt-delay.ts';
import type { RoomMember, RoomSnapshot } from './gains.ts';

export interface MemberFacts {
  readonly site: number;
  readonly belief: Belief;
  /** '' : any region. */
  readonly regionPin: string;
}

/** Round trip farther than any, so that a site outside the tenant's fence is never hoped for. */
const FENCED_MS = 1e6;

export function roomSnapshot(
  facts: readonly MemberFacts[],
  o: { paths: RoomPaths; regionOf(site: number): string; isOpen(site: number): boolean },
): RoomSnapshot {
  const { paths, regionOf, isOpen } = o;
  const members = facts.map(({ site, belief, regionPin }): RoomMember => {
    const isIn = (at: number): boolean => isInFence(regionPin, regionOf(at));
    const bySite = (ms: (at: number) => number): Float64Array =>
      Float64Array.from({ length: paths.hosts }, (_, at) => (isIn(at) ? ms(at) : FENCED_MS));
    const isAnywhere = regionPin === '' && belief.meanMs.length === paths.hosts;
    let hopeRttMs: Float64Array | undefined;
    return {
      host: site,
      accessRttMs: isAnywhere ? belief.meanMs : bySite((at) => belief.meanMs[at] ?? FENCED_MS),
      get hopeRttMs() {
        hopeRttMs ??= bySite((at) => boldMs(belief, at));
        return hopeRttMs;
      },
      isTimed: (at) => isIn(at) && belief.timed.has(at),
    };
  });
  return { members, paths, isOpen };
}
