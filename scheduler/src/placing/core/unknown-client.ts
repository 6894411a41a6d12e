// Stand-in for a participant that the centre does not know, because it has just begun to lead, or has forgotten.
import { intersectFences } from '@meridian/protocol';
import type { Fleet } from '../../fleet/core/fleet.ts';
import type { NodeDescription } from '../../fleet/core/node.ts';
import type { KnownClient } from './client-book.ts';

/** People are mostly within this distance of their node. */
const UNKNOWN_CLIENT_KM = 500;

/** Places the client beside its node. Its token's fence is unknown: see `pinInRoom`. */
export function unknownClientAt(node: NodeDescription | undefined, sessionId: string, roomKey: string): KnownClient {
  const { latitude = 0, longitude = 0, nodeId = '' } = node ?? {};
  return {
    sessionId,
    person: sessionId,
    roomKey,
    signalingId: '',
    ip: '',
    location: {
      latitude,
      longitude,
      radiusKm: UNKNOWN_CLIENT_KM,
      source: 'none',
      label: `beside ${nodeId}`,
      countryCode: '',
    },
    locationReason: 'nothing is known of this client since this centre leads: taken to be near its media node',
    regionPin: undefined,
    mode: undefined,
    times: new Map(),
    isTimingRequested: false,
  };
}

/**
 * Returns the fence of a participant's possible places: inside the fences of its token and its room. With an unknown
 * token, the participant may go where all tokens in the room may, by the media nodes' reports; if any of them does not
 * report it, only into the `region` of its own node.
 */
export function pinInRoom(
  fleet: Pick<Fleet, 'fenceOf' | 'agreedFenceOf'>,
  { roomKey, regionPin }: Pick<KnownClient, 'roomKey' | 'regionPin'>,
  region: string,
): string {
  const pin = regionPin ?? fleet.agreedFenceOf(roomKey) ?? region;
  return intersectFences(pin, fleet.fenceOf(roomKey)) ?? pin;
}
