// Chooses gateways for a rendition of a track, the best first: near the track's media node, then with most free
// capacity.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';

export interface TranscodingGateway extends Point {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  /** Free CPU of its transcoders, less recently handed jobs, in thousandths of a core. */
  readonly freeMillicores: number;
}

export interface TrackPlace extends Point {
  readonly hostId: string;
}

export interface TranscodingJob {
  readonly fence: string;
  readonly millicores: number;
}

/** Distances below this count as equal, because gateways of a city may report slightly different places. */
const SAME_PLACE_KM = 50;

/** Prefers the track's host, then distance, then free capacity. NO_NODE: none in the fence; OVERLOADED: all full. */
export function chooseGateways(
  job: TranscodingJob,
  trackPlace: TrackPlace,
  gateways: readonly TranscodingGateway[],
): readonly string[] | 'NO_NODE' | 'OVERLOADED' {
  const allowed = gateways.filter(({ region }) => isInFence(job.fence, region));
  if (allowed.length === 0) return 'NO_NODE';
  const free = allowed.filter(({ freeMillicores }) => freeMillicores >= job.millicores);
  if (free.length === 0) return 'OVERLOADED';
  const steps = (gateway: TranscodingGateway): number =>
    gateway.hostId === trackPlace.hostId ? -1 : Math.floor(distanceKm(gateway, trackPlace) / SAME_PLACE_KM);
  return free
    .map((gateway) => ({ ...gateway, steps: steps(gateway) }))
    .sort((a, b) => a.steps - b.steps || b.freeMillicores - a.freeMillicores || (a.nodeId < b.nodeId ? -1 : 1))
    .map(({ nodeId }) => nodeId);
}
