// Which gateway a client is sent to: the nearest one that takes new clients, or of HLS the one that makes the stream.
// None outside the regions that the room may use.

import { distanceKm, isInFence, type Point, SITE_KM, textHash } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';

export interface Gateway extends Point {
  readonly nodeId: string;
  /** As the plan has it: alive, suspect, draining, dead. */
  readonly state: string;
  readonly region: string;
  /** Without a path: http://host:port or https://host. */
  readonly publicUrl: string;
  /** Without a path: rtmp://host:port or rtmps://host:port. */
  readonly rtmpUrl: string;
  /** Without a path: rtmps://host:port; absent where RTMP is not spoken by TLS. */
  readonly rtmpsUrl?: string | undefined;
  /** What it cannot make; absent: nothing, or it is another one, which is named only when it lacks nothing. */
  readonly lacks?: readonly Lack[];
}

interface Choice {
  readonly self: Gateway;
  /** Of the room: gateways of other regions are none. */
  readonly fence: string;
}

/**
 * The gateway for a client at `location`; when that is not known `self`, or the one nearest to it, also while it
 * drains. Undefined: no gateway is inside the fence. Gateways of another scheme than the own one are none: a page
 * served by https opens no http. Those that drain are taken only when all do. Of one site always the same one for the
 * same `roomKey`, and after a change of the fleet for most.
 */
export function nearestGateway(
  gateways: readonly Gateway[],
  o: Choice & { readonly location: Point | undefined; readonly roomKey: string },
): Gateway | undefined {
  const { self, fence, location, roomKey } = o;
  const own = isInFence(fence, self.region) ? self : undefined;
  const isDraining = gateways.some(({ nodeId, state }) => nodeId === self.nodeId && state === 'draining');
  if (location === undefined && own !== undefined && !isDraining) return own;
  const from = location ?? self;
  const usable = usableOf(gateways, o);
  const serving = usable.filter(({ state }) => state !== 'draining');
  const candidates = serving.length > 0 ? serving : usable;
  const [nearest] = candidates
    .map((gateway) => ({ gateway, km: distanceKm(from, gateway) }))
    .sort((a, b) => a.km - b.km || byId(a.gateway, b.gateway));
  if (nearest === undefined) return own;
  return highest(
    candidates.filter((gateway) => distanceKm(nearest.gateway, gateway) <= SITE_KM),
    roomKey,
  );
}

/**
 * The one gateway that makes the stream of a programme for all viewers, wherever they are, so that a crowd and the
 * caches in front of it share segments and their numbers. Every gateway with the same plan names the same one: no grant
 * is needed. One of which nothing has been heard lately is taken when there is no better, and one that drains last.
 * Undefined: none is inside the fence.
 */
export function originGateway(
  gateways: readonly Gateway[],
  o: Choice & { readonly programmeKey: string },
): Gateway | undefined {
  const usable = usableOf(gateways, o);
  for (const wanted of ['alive', 'suspect', 'draining']) {
    const candidates = usable.filter(({ state }) => state === wanted);
    if (candidates.length > 0) return highest(candidates, o.programmeKey);
  }
  return isInFence(o.fence, o.self.region) ? o.self : undefined;
}

function usableOf(gateways: readonly Gateway[], { self, fence }: Choice): Gateway[] {
  const known = gateways.some(({ nodeId }) => nodeId === self.nodeId) ? gateways : [...gateways, self];
  return known.filter(
    ({ state, publicUrl, region }) =>
      state !== 'dead' && schemeOf(publicUrl) === schemeOf(self.publicUrl) && isInFence(fence, region),
  );
}

/** `http` or `https` of a URL. */
const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'));
const byId = (a: Gateway, b: Gateway): number => (a.nodeId < b.nodeId ? -1 : 1);

/** Rendezvous hashing: whose hash with the key is highest. There is at least one. */
const highest = (gateways: readonly Gateway[], key: string): Gateway =>
  gateways.reduce((best, one) => (before(one, best, key) ? one : best));

function before(a: Gateway, b: Gateway, key: string): boolean {
  const [ofA, ofB] = [a, b].map(({ nodeId }) => textHash(`${key}|${nodeId}`)) as [number, number];
  return ofA === ofB ? a.nodeId < b.nodeId : ofA > ofB;
}
