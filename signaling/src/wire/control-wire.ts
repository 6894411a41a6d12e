// Converts messages of links: the fleet, leases, offers.
import {
  bracketed,
  type ErrorCode,
  errorCodes,
  isDisplayName,
  isErrorCode,
  isIdentity,
  limits,
  MeridianError,
  sourceFromWire,
  sourceToWire,
  type TrackSource,
  type wire,
} from '@meridian/protocol';
import type { Fleet, FleetNode, Knocking, RenditionNeed } from '../core/index.ts';
import type { Lease, Location, RefusedTrack, TrackOffer } from '../ports.ts';

/** Returns a plan's nodes except those that the centre has shut out, so that none is dialled or used. */
export function fleetFromWire(plan: wire.Plan.$Properties): Fleet {
  const denied = new Set(plan.deniedIds ?? []);
  const nodes = (plan.nodes ?? []).filter((node) => !denied.has(node.nodeId ?? ''));
  const delays = new Map<string, Map<string, number>>();
  for (const { a, b, delayMs } of plan.paths ?? []) {
    if (!a || !b || !delayMs || !Number.isFinite(delayMs) || delayMs < 0) continue; // 0: not known
    delays.set(a, (delays.get(a) ?? new Map()).set(b, delayMs));
  }
  return new Map(
    nodes.map((node) => {
      const delaysMs = delays.get(node.nodeId ?? '');
      return [node.nodeId ?? '', { ...fleetNodeFromWire(node), ...(delaysMs === undefined ? {} : { delaysMs }) }];
    }),
  );
}

function fleetNodeFromWire(node: wire.NodeRef.$Properties): FleetNode {
  return {
    nodeId: node.nodeId ?? '',
    kind: node.kind ?? '',
    region: node.region ?? '',
    city: node.city ?? '',
    hostId: node.hostId ?? '',
    latitude: node.latitude ?? 0,
    longitude: node.longitude ?? 0,
    state: node.state ?? '',
    incarnation: node.incarnation ?? '',
    publicUrl: node.publicUrl ?? '',
    addresses: (node.addresses ?? []).map((address) => ({
      purpose: address.purpose ?? '',
      host: address.announced || address.ip || '',
      port: address.port ?? 0,
    })),
  };
}

/** Returns the control address of a node; undefined when the plan has none. */
export function controlUrlOf(node: FleetNode | undefined): string | undefined {
  const address = node?.addresses.find((candidate) => candidate.purpose === 'control');
  if (address === undefined || address.host === '' || address.port === 0) return undefined;
  return `wss://${bracketed(address.host)}:${address.port}`;
}

export function leaseFromWire(lease: wire.RoomLease.$Properties | null | undefined): Lease {
  return {
    roomKey: lease?.roomKey ?? '',
    ownerId: lease?.ownerId ?? '',
    epoch: lease?.epoch ?? 0,
    nodeIds: lease?.nodeIds ?? [],
    created: lease?.created ?? false,
  };
}

export function locationFromWire(location: wire.Location.$Properties | null | undefined): Location {
  return {
    latitude: location?.latitude ?? 0,
    longitude: location?.longitude ?? 0,
    radiusKm: location?.radiusKm ?? 0,
    source: location?.source ?? '',
    label: location?.label ?? '',
    countryCode: location?.countryCode ?? '',
  };
}

export function offerFromWire(subscription: wire.TrackSubscription.$Properties): TrackOffer {
  return {
    trackId: subscription.trackId ?? '',
    publisherSessionId: subscription.publisherSessionId ?? '',
    originNodeId: subscription.originNodeId ?? '',
    carrierNodeId: subscription.carrierNodeId ?? '',
    ...(subscription.carrierUrl ? { carrierUrl: subscription.carrierUrl } : {}),
    grant: subscription.grant ?? undefined,
  };
}

export function offerToWire(
  offer: TrackOffer,
  preferences: { paused?: boolean; spatialLayer?: number; temporalLayer?: number } = {},
): wire.TrackSubscription.$Properties {
  const { grant, ...rest } = offer;
  return { ...rest, ...preferences, ...(grant === undefined ? {} : { grant }) };
}

export function refusedFromWire(failed: wire.SubscriptionFailed.$Properties[] | null | undefined): RefusedTrack[] {
  return (failed ?? []).map((entry) => ({
    trackId: entry.trackId ?? '',
    code: entry.code != null && isErrorCode(entry.code) ? entry.code : 'INTERNAL',
    message: entry.message ?? '',
  }));
}

/** Owner's order about a session. `beforeAdoption`: disconnects only connections with a lower adoption count. */
export type SessionOrder =
  | { readonly disconnect: ErrorCode; readonly message: string; readonly beforeAdoption?: number | undefined }
  | { readonly muteTrackId: string }
  | { readonly askUnmute: { readonly byIdentity: string; readonly source: TrackSource } }
  | { readonly subscribe: { readonly trackIds: readonly string[]; readonly subscribed: boolean } }
  | { readonly rendition: RenditionNeed; readonly isWanted: boolean };

export function orderToWire(order: SessionOrder): Omit<wire.SignalingCommand.$Properties, 'room' | 'sessionId'> {
  if ('muteTrackId' in order) return { mute: { trackId: order.muteTrackId, muted: true } };
  if ('askUnmute' in order) {
    const { byIdentity, source } = order.askUnmute;
    return { askUnmute: { byIdentity, source: sourceToWire(source) } };
  }
  if ('subscribe' in order) {
    const { trackIds, subscribed } = order.subscribe;
    return { subscribe: { trackIds: [...trackIds], subscribed } };
  }
  if ('rendition' in order) return { rendition: { ...order.rendition, isWanted: order.isWanted } };
  const { disconnect: code, message, beforeAdoption } = order;
  return {
    disconnect: { code, message, reconnect: errorCodes[code][1] },
    ...(beforeAdoption === undefined ? {} : { beforeAdoption }),
  };
}

export function orderFromWire(message: wire.SignalingCommand.$Properties): SessionOrder | undefined {
  if (message.disconnect != null) {
    const code = message.disconnect.code ?? '';
    return {
      disconnect: isErrorCode(code) ? code : 'INTERNAL',
      message: message.disconnect.message ?? '',
      beforeAdoption: message.beforeAdoption ?? undefined,
    };
  }
  if (message.rendition != null)
    return { rendition: needFromWire(message.rendition), isWanted: message.rendition.isWanted ?? false };
  if (message.askUnmute != null) {
    const { byIdentity, source } = message.askUnmute;
    return { askUnmute: { byIdentity: byIdentity ?? '', source: sourceFromWire(source) } };
  }
  if (message.subscribe != null) {
    const { trackIds, subscribed } = message.subscribe;
    return { subscribe: { trackIds: trackIds ?? [], subscribed: subscribed ?? false } };
  }
  return message.mute == null ? undefined : { muteTrackId: message.mute.trackId ?? '' };
}

export const needFromWire = ({ trackId, mimeType }: wire.RenditionNeed.$Properties): RenditionNeed => ({
  trackId: trackId ?? '',
  mimeType: mimeType ?? '',
});

const waitIdPattern = /^WA_[A-Za-z0-9]{12,32}$/;

/** Throws REQUEST_INVALID for a message that no signaling node of ours sends. */
export function knockingFromWire(message: wire.OwnerKnock.$Properties): Knocking {
  const { waitId = '', identity = '', name = '', admin, lobby, needsPolicy, sinceWallMs = 0, network } = message;
  const isGood = waitIdPattern.test(waitId ?? '') && isIdentity(identity ?? '') && isDisplayName(name ?? '');
  if (!isGood || !Number.isFinite(sinceWallMs)) throw new MeridianError('REQUEST_INVALID', 'not a knock');
  return {
    waitId: waitId ?? '',
    identity: identity ?? '',
    name: name ?? '',
    admin: admin ?? false,
    lobby: lobby ?? false,
    needsPolicy: needsPolicy ?? false,
    network: (network ?? '').slice(0, limits.nameLengthMax),
    sinceWallMs: sinceWallMs ?? 0,
  };
}
