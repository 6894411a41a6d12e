// How many watch a room by gateways. Each gateway says its own numbers as attributes of a hidden session, so that media
// nodes keep them for the room's next owner; a signaling node adds them up and tells its clients.
import type { Attributes } from './attributes.ts';
import type { Participant } from './roster.ts';
import type { wire } from './wire.ts';

/** Viewers by protocol, `flv`; a protocol without viewers is absent. */
export type Viewers = ReadonlyMap<string, number>;

export const noViewers: Viewers = new Map();
/** Far above what a room has, and the sum of many gateways still fits the wire. */
const VIEWERS_MAX = 9_999_999;
const keyForm = /^viewers\.([a-z0-9-]{1,16})$/;
const countForm = /^[0-9]{1,7}$/;

/** The attributes of a gateway's session: `before` is what it said last, so that what is over is taken away. */
export function viewersToAttributes(viewers: Viewers, before: Viewers): Attributes {
  const protocols = [...new Set([...before.keys(), ...viewers.keys()])];
  return Object.fromEntries(
    protocols.map((protocol) => {
      const count = Math.min(viewers.get(protocol) ?? 0, VIEWERS_MAX);
      return [`viewers.${protocol}`, count === 0 ? '' : `${count}`];
    }),
  );
}

/** What all gateways say together. Only hidden sessions of gateways count; what is no number is left out. */
export function viewersOf(participants: Iterable<Pick<Participant, 'kind' | 'hidden' | 'attributes'>>): Viewers {
  const viewers = new Map<string, number>();
  for (const { kind, hidden, attributes } of participants) {
    if (kind !== 'gateway' || !hidden) continue;
    for (const [key, text] of Object.entries(attributes)) {
      const protocol = keyForm.exec(key)?.[1];
      if (protocol === undefined || !countForm.test(text) || Number(text) === 0) continue;
      viewers.set(protocol, Math.min((viewers.get(protocol) ?? 0) + Number(text), VIEWERS_MAX));
    }
  }
  return viewers;
}

export const areSameViewers = (a: Viewers, b: Viewers): boolean =>
  a.size === b.size && [...a].every(([protocol, count]) => b.get(protocol) === count);

export const viewersToWire = (viewers: Viewers): wire.RoomViewers.$Properties => ({
  byProtocol: Object.fromEntries(viewers),
});
export const viewersFromWire = (viewers: wire.RoomViewers.$Properties | null | undefined): Viewers =>
  new Map(Object.entries(viewers?.byProtocol ?? {}).filter(([, count]) => count > 0));
