// What media nodes of each region send to those of others, of what each node says and the paths between hosts. Pure.
import { directionKey, type FleetNode, type HostLink } from '../../console/core/fleet.ts';

export interface RegionTraffic {
  readonly fromRegion: string;
  readonly toRegion: string;
  readonly bps: number;
}

type Node = Pick<FleetNode, 'nodeId' | 'hostId' | 'region' | 'sentTo'>;
type Path = Pick<HostLink, 'fromHostId' | 'toHostId' | 'via'>;

/**
 * By two regions, in one direction; none within a region. What takes a relay counts on both legs; as direct when the
 * relay's host is not among those of the nodes. Rows of nodes that are not there count nothing.
 */
export function regionTraffic(nodes: readonly Node[], paths: readonly Path[]): RegionTraffic[] {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const regionOfHost = new Map(nodes.map(({ hostId, region }) => [hostId, region]));
  const relays = new Map(paths.map(({ fromHostId, toHostId, via }) => [directionKey(fromHostId, toHostId), via]));
  const legs = nodes.flatMap((from) =>
    (from.sentTo ?? []).flatMap(({ nodeId, bps }): RegionTraffic[] => {
      const to = byId.get(nodeId);
      if (to === undefined) return [];
      const via = regionOfHost.get(relays.get(directionKey(from.hostId, to.hostId)) ?? '') ?? to.region;
      return [
        { fromRegion: from.region, toRegion: via, bps },
        { fromRegion: via, toRegion: to.region, bps },
      ];
    }),
  );
  const across = legs.filter(({ fromRegion, toRegion }) => fromRegion !== toRegion);
  const byPair = Map.groupBy(across, ({ fromRegion, toRegion }) => `${fromRegion}\n${toRegion}`);
  return [...byPair.values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : [{ ...first, bps: some.reduce((sum, { bps }) => sum + bps, 0) }];
  });
}
