// Which gateway a client is sent to: the nearest one that takes new clients.
import { distanceKm, type Point } from '@meridian/protocol';

/** Gateways of one site: nothing is gained by the nearer one, and those who share a room share its programmes. */
const SITE_KM = 100;

export interface Gateway extends Point {
  readonly nodeId: string;
  /** As the plan has it: alive, suspect, draining, dead. */
  readonly state: string;
  /** Without a path: http://host:port or https://host. */
  readonly publicUrl: string;
  /** Without a path: rtmp://host:port or rtmps://host:port. */
  readonly rtmpUrl: string;
}

/**
 * The gateway for a client at `location`. `self` when the location is not known, or no gateway can be named. Gateways
 * of another scheme than the own one are none: a page served by https opens no http. Those that drain are taken only
 * when all do. Of one site always the same one for the same `roomKey`, and after a change of the fleet for most.
 */
export function nearestGateway(
  gateways: readonly Gateway[],
  o: { readonly self: Gateway; readonly location: Point | undefined; readonly roomKey: string },
): Gateway {
  const { self, location, roomKey } = o;
  if (location === undefined) return self;
  const known = gateways.some(({ nodeId }) => nodeId === self.nodeId) ? gateways : [...gateways, self];
  const usable = known.filter(
    ({ state, publicUrl }) => state !== 'dead' && schemeOf(publicUrl) === schemeOf(self.publicUrl),
  );
  const serving = usable.filter(({ state }) => state !== 'draining');
  const candidates = serving.length > 0 ? serving : usable;
  const [nearest] = candidates
    .map((gateway) => ({ gateway, km: distanceKm(location, gateway) }))
    .sort((a, b) => a.km - b.km || byId(a.gateway, b.gateway));
  if (nearest === undefined) return self;
  const site = candidates.filter((gateway) => distanceKm(nearest.gateway, gateway) <= SITE_KM);
  return site.reduce((best, one) => (before(one, best, roomKey) ? one : best));
}

const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'));
const byId = (a: Gateway, b: Gateway): number => (a.nodeId < b.nodeId ? -1 : 1);

/** Rendezvous hashing: whose hash with the room is higher. */
function before(a: Gateway, b: Gateway, roomKey: string): boolean {
  const [ofA, ofB] = [a, b].map(({ nodeId }) => hashOf(`${roomKey}|${nodeId}`)) as [number, number];
  return ofA === ofB ? a.nodeId < b.nodeId : ofA > ofB;
}

/** FNV-1a, mixed as by MurmurHash3: without, names that differ in their last letter alone share the high bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
