// A participant of which nothing is known: the centre has just begun to lead, or has forgotten.
import { meetOfFences } from '@meridian/protocol';
import type { Fleet } from '../../fleet/core/fleet.ts';
import type { NodeDescription } from '../../fleet/core/node.ts';
import type { KnownClient } from './client-book.ts';

/** People are mostly within this of the node that they were given. */
const UNKNOWN_CLIENT_KM = 500;

/** Taken to be beside its node. What its token allows is not known: `pinInRoom`. */
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
    wasAsked: false,
  };
}

/**
 * Where a participant may go, as a fence: inside that of its token and that of the room. When its token is not known,
 * it may go where all tokens in the room may, which the media nodes say; where one of them does not say, nowhere but in
 * the `region` of its own node.
 */
export function pinInRoom(
  fleet: Pick<Fleet, 'fenceOf' | 'agreedFenceOf'>,
  { roomKey, regionPin }: Pick<KnownClient, 'roomKey' | 'regionPin'>,
  region: string,
): string {
  const pin = regionPin ?? fleet.agreedFenceOf(roomKey) ?? region;
  return meetOfFences(pin, fleet.fenceOf(roomKey)) ?? pin;
}
