// Which gateways may make a rendition of a track, the best first: near the track's media node, then with most capacity
// left.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';

/** A gateway that lives and takes work. */
export interface TranscodingGateway extends Point {
  readonly nodeId: string;
  readonly hostId: string;
  readonly region: string;
  /** What its transcoders may still use, in thousandths of a core, with what it has been handed just now. */
  readonly freeMillicores: number;
}

/** Where the track is published. */
export interface TrackPlace extends Point {
  readonly hostId: string;
}

export interface TranscodingJob {
  /** Of the room. */
  readonly fence: string;
  readonly millicores: number;
}

/** A smaller distance makes no difference; gateways of one city may say places that differ a little. */
const SAME_PLACE_KM = 50;

/**
 * Ids of those that may have the job, the best first: on the track's host, then by distance, of equals the one with
 * most left. NO_NODE: none is in the fence; OVERLOADED: none has so much left.
 */
export function chooseGateways(
  job: TranscodingJob,
  place: TrackPlace,
  gateways: readonly TranscodingGateway[],
): readonly string[] | 'NO_NODE' | 'OVERLOADED' {
  const allowed = gateways.filter(({ region }) => isInFence(job.fence, region));
  if (allowed.length === 0) return 'NO_NODE';
  const free = allowed.filter(({ freeMillicores }) => freeMillicores >= job.millicores);
  if (free.length === 0) return 'OVERLOADED';
  const steps = (gateway: TranscodingGateway): number =>
    gateway.hostId === place.hostId ? -1 : Math.floor(distanceKm(gateway, place) / SAME_PLACE_KM);
  return free
    .map((gateway) => ({ ...gateway, steps: steps(gateway) }))
    .sort((a, b) => a.steps - b.steps || b.freeMillicores - a.freeMillicores || (a.nodeId < b.nodeId ? -1 : 1))
    .map(({ nodeId }) => nodeId);
}
