// Numbers of viewers of a room, by gateways and as the crowd of a show. Each gateway publishes its numbers as
// attributes of a hidden session, so that media nodes keep them for the room's next owner; each signaling node does so
// for its crowd (crowd.ts). A signaling node adds them up for its clients.
import type { Attributes } from './attributes.ts';
import { isCrowdSession } from './crowd.ts';
import type { Participant } from './roster.ts';
import type { wire } from './wire.ts';

/** Viewers by protocol, such as `flv`; a protocol without viewers is absent. */
export type Viewers = ReadonlyMap<string, number>;

export const noViewers: Viewers = new Map();
/** Far above any room, and the sum of many gateways still fits the wire. */
const VIEWERS_MAX = 9_999_999;
const keyForm = /^viewers\.([a-z0-9-]{1,16})$/;
const countForm = /^[0-9]{1,7}$/;

/** Returns the attributes of a gateway's session; protocols of `before` that have ended are deleted. */
export function viewersToAttributes(viewers: Viewers, before: Viewers): Attributes {
  const protocols = [...new Set([...before.keys(), ...viewers.keys()])];
  return Object.fromEntries(
    protocols.map((protocol) => {
      const count = Math.min(viewers.get(protocol) ?? 0, VIEWERS_MAX);
      return [`viewers.${protocol}`, count === 0 ? '' : `${count}`];
    }),
  );
}

/** Adds up the numbers of all gateways and signaling nodes, from hidden gateway sessions and crowd sessions only. */
export function viewersOf(
  participants: Iterable<Pick<Participant, 'kind' | 'hidden' | 'attributes' | 'identity' | 'signalingId'>>,
): Viewers {
  const viewers = new Map<string, number>();
  for (const participant of participants) {
    if (!(participant.kind === 'gateway' && participant.hidden) && !isCrowdSession(participant)) continue;
    for (const [protocol, count] of viewersOfAttributes(participant.attributes))
      viewers.set(protocol, Math.min((viewers.get(protocol) ?? 0) + count, VIEWERS_MAX));
  }
  return viewers;
}

export function viewersOfAttributes(attributes: Attributes): Viewers {
  const viewers = new Map<string, number>();
  for (const [key, text] of Object.entries(attributes)) {
    const protocol = keyForm.exec(key)?.[1];
    if (protocol !== undefined && countForm.test(text) && Number(text) > 0) viewers.set(protocol, Number(text));
  }
  return viewers;
}

/** Returns the crowd by protocol: `webrtc` receive by WebRTC, `show` have only signaling and play by a gateway. */
export function crowdOf(
  participants: Iterable<Pick<Participant, 'identity' | 'hidden' | 'signalingId' | 'attributes'>>,
): Viewers {
  const sum = new Map<string, number>();
  for (const participant of participants) {
    if (!isCrowdSession(participant)) continue;
    for (const [protocol, count] of viewersOfAttributes(participant.attributes))
      sum.set(protocol, (sum.get(protocol) ?? 0) + count);
  }
  return sum;
}

export const areSameViewers = (a: Viewers, b: Viewers): boolean =>
  a.size === b.size && [...a].every(([protocol, count]) => b.get(protocol) === count);

export const viewersToWire = (viewers: Viewers): wire.RoomViewers.$Properties => ({
  byProtocol: Object.fromEntries(viewers),
});
export const viewersFromWire = (viewers: wire.RoomViewers.$Properties | null | undefined): Viewers =>
  new Map(Object.entries(viewers?.byProtocol ?? {}).filter(([, count]) => count > 0));
