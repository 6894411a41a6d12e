// Chooses a client's gateway inside the room's fence: the nearest that takes new clients, or the origin for HLS.

import { distanceKm, isInFence, type Point, SITE_KM, textHash } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';

export interface Gateway extends Point {
  readonly nodeId: string;
  readonly state: string;
  readonly region: string;
  /** Without a path: http://host:port or https://host. */
  readonly publicUrl: string;
  /** Without a path: rtmp://host:port or rtmps://host:port. */
  readonly rtmpUrl: string;
  /** Without a path: rtmps://host:port; absent without RTMP over TLS. */
  readonly rtmpsUrl?: string | undefined;
  /** Kinds of media that it cannot make. Other gateways are listed only without lacks. */
  readonly lacks?: readonly Lack[];
}

interface Choice {
  readonly self: Gateway;
  readonly fence: string;
}

/**
 * Returns the gateway for a client at `location`. A client without a location gets `self`, or the gateway nearest to
 * `self` if that drains or is outside the fence. Undefined without a gateway inside the fence. Gateways with another
 * scheme are excluded, because a page served by https opens no http. Draining gateways are used only if all drain.
 * Within a site, the same `roomKey` gets the same gateway, and after a change of the fleet mostly so.
 */
export function nearestGateway(
  gateways: readonly Gateway[],
  o: Choice & { readonly location: Point | undefined; readonly roomKey: string },
): Gateway | undefined {
  const { self, fence, location, roomKey } = o;
  const selfInFence = isInFence(fence, self.region) ? self : undefined;
  const isDraining = gateways.some(({ nodeId, state }) => nodeId === self.nodeId && state === 'draining');
  if (location === undefined && selfInFence !== undefined && !isDraining) return selfInFence;
  const from = location ?? self;
  const usable = usableOf(gateways, o);
  const serving = usable.filter(({ state }) => state !== 'draining');
  const candidates = serving.length > 0 ? serving : usable;
  const [nearest] = candidates
    .map((gateway) => ({ gateway, km: distanceKm(from, gateway) }))
    .sort((a, b) => a.km - b.km || byId(a.gateway, b.gateway));
  if (nearest === undefined) return selfInFence;
  return highestRanked(
    candidates.filter((gateway) => distanceKm(nearest.gateway, gateway) <= SITE_KM),
    roomKey,
  );
}

/**
 * Returns the gateway that makes a programme's stream for all viewers, so that viewers and caches share segments and
 * their numbers. All gateways with the same plan choose the same one. Suspect gateways come after live ones, draining
 * ones last. Undefined without a gateway inside the fence.
 */
export function originGateway(
  gateways: readonly Gateway[],
  o: Choice & { readonly programmeKey: string },
): Gateway | undefined {
  const usable = usableOf(gateways, o);
  for (const wanted of ['alive', 'suspect', 'draining']) {
    const candidates = usable.filter(({ state }) => state === wanted);
    if (candidates.length > 0) return highestRanked(candidates, o.programmeKey);
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

const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'));
const byId = (a: Gateway, b: Gateway): number => (a.nodeId < b.nodeId ? -1 : 1);

/** Rendezvous hashing: returns the gateway with the highest hash. `gateways` is not empty. */
const highestRanked = (gateways: readonly Gateway[], key: string): Gateway =>
  gateways.reduce((best, one) => (ranksHigher(one, best, key) ? one : best));

function ranksHigher(a: Gateway, b: Gateway, key: string): boolean {
  const [ofA, ofB] = [a, b].map(({ nodeId }) => textHash(`${key}|${nodeId}`)) as [number, number];
  return ofA === ofB ? a.nodeId < b.nodeId : ofA > ofB;
}
