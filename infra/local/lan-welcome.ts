import { renderUnicodeCompact } from 'uqr';
import { lanPorts } from './lan-places.ts';
import type { Lan } from './spec.ts';

/** Returns the URL as text and as a QR code, the certificate to trust, and the machine's other addresses. */
export function lanWelcome(o: { lan: Lan; joinKey: string; portOffset: number; fingerprint: string }): string[] {
  const { ip, otherIps, room } = o.lan;
  const join = `https://${ip}:${lanPorts.page + o.portOffset}/join/${o.joinKey}`;
  const other = `not the right network? this machine is also ${otherIps.join(', ')}: npm start -- --lan IP`;
  return [
    '',
    `join from a phone in the same network (room ${room}; the address is good for 12 hours):`,
    `  lan ${join}`,
    '',
    ...renderUnicodeCompact(join, { border: 2 }).split('\n'),
    '',
    `first let the phone trust this machine, once: http://${ip}:${lanPorts.trust + o.portOffset}/`,
    `  SHA-256 ${o.fingerprint}`,
    `join from this machine: http://127.0.0.1:${7800 + o.portOffset}/?${new URLSearchParams({ room })}`,
    ...(otherIps.length === 0 ? [] : [other]),
    '',
  ];
}
