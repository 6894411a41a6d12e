// The fleet by site, as the watcher of rooms needs it: which sites take sessions, their signaling nodes, and their
// distances. Made once a round of the watcher and shared by all rooms of the round.

import { nodeKind } from '@meridian/protocol';
import type { Fleet } from '../fleet/core/fleet.ts';
import { publicState, siteKeyOf } from '../fleet/core/node.ts';
import { type RoomPaths, roomPaths } from '../placing/core/felt-delay.ts';
import { utilisation } from '../placing/core/filters/capacity.ts';
import { BUSY_UTILISATION } from '../placing/core/near.ts';
import type { PlacementIndex } from '../placing/core/placement-index.ts';
import type { NodeView } from '../placing/core/view.ts';

export interface Sites {
  /** Sites of the index at creation: while the index has these sites, their numbers hold. */
  readonly source: PlacementIndex['sites'];
  readonly paths: RoomPaths;
  readonly keys: readonly string[];
  readonly regions: readonly string[];
  /** Whether the site has a node that takes sessions and is below three quarters of its capacity. */
  isOpen(site: number): boolean;
  nodesOf(site: number): readonly string[];
  /** Returns the media nodes of the site's least used open host, for a whole room. */
  oneHostOf(site: number): readonly string[];
  signalingIdOf(site: number): string | undefined;
}

export function sitesOf(o: { placementIndex: PlacementIndex; fleet: Fleet; nowMs: number }): Sites {
  const { placementIndex, fleet, nowMs } = o;
  placementIndex.refresh(nowMs);
  const { sites } = placementIndex;
  const signalingIds = new Map<string, string>();
  for (const record of fleet.list()) {
    const { kind, region, city, nodeId } = record.description;
    if (kind === nodeKind.signaling && publicState(record) === 'alive')
      signalingIds.set(siteKeyOf(region, city), nodeId);
  }
  const hosts = sites.map((site) => site.hosts.map((slot) => placementIndex.view(slot)));
  const isFree = (node: NodeView): boolean => takesSessions(node) && utilisation(node, nowMs) < BUSY_UTILISATION;
  const isSiteOpen = hosts.map((ofSite) => ofSite.some(({ nodes }) => nodes.some(isFree)));
  const used = (nodes: readonly NodeView[]): number => Math.min(...nodes.map((node) => utilisation(node, nowMs)));
  const count = sites.length;
  return {
    source: sites,
    paths: roomPaths(
      count,
      placementIndex.siteDelayMs.length === count * count
        ? placementIndex.siteDelayMs
        : new Float64Array(count * count),
    ),
    keys: sites.map(({ key }) => key),
    regions: sites.map(({ region }) => region),
    isOpen: (site) => isSiteOpen[site] ?? false,
    nodesOf: (site) => (hosts[site] ?? []).flatMap(({ nodes }) => nodes.map(({ nodeId }) => nodeId)),
    oneHostOf(site) {
      const free = (hosts[site] ?? []).filter(({ nodes }) => nodes.some(isFree));
      const [least] = free.sort((a, b) => used(a.nodes) - used(b.nodes));
      return least?.nodes.map(({ nodeId }) => nodeId) ?? [];
    },
    signalingIdOf: (site) => signalingIds.get(sites[site]?.key ?? ''),
  };
}

function takesSessions(node: NodeView): boolean {
  const isShut = node.drainReason !== undefined || node.cordonReason !== undefined || node.distrust !== undefined;
  return !isShut && node.liveness === 'alive' && node.isLinked && node.state === 'serving';
}
