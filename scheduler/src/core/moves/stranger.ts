// Somebody in a room of whom nothing is known: the centre has just begun to lead, or has forgotten.
import type { NodeDescription } from '../node.ts';
import type { KnownClient } from './client-book.ts';

/** People are mostly within this of the node that they were given. */
const STRANGER_KM = 500;

/** Taken to be beside its node, and not to be sent out of its region. */
export function strangerAt(node: NodeDescription | undefined, sessionId: string, roomKey: string): KnownClient {
  const { latitude = 0, longitude = 0, nodeId = '', region = '' } = node ?? {};
  return {
    sessionId,
    roomKey,
    doorId: '',
    ip: '',
    location: {
      latitude,
      longitude,
      radiusKm: STRANGER_KM,
      source: 'none',
      label: `beside ${nodeId}`,
      countryCode: '',
    },
    locationReason: 'nothing is known of this client since this centre leads: taken to be near its media node',
    regionPin: region,
    mode: undefined,
    times: new Map(),
    wasAsked: false,
  };
}
