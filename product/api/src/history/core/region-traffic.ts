import { directionKey, type FleetNode, type HostLink } from '../../console/core/fleet.ts';

export interface RegionTraffic {
  readonly fromRegion: string;
  readonly toRegion: string;
  readonly bps: number;
}

type Node = Pick<FleetNode, 'nodeId' | 'hostId' | 'region' | 'sentTo'>;
type Path = Pick<HostLink, 'fromHostId' | 'toHostId' | 'via'>;

/**
 * Sums traffic by ordered pair of regions. Relayed traffic counts on both legs; via an unknown host, it counts as
 * direct.
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
