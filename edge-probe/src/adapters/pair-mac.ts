// Cryptography of probe datagrams: HMAC-SHA256 (RFC 2104) cut to 16 bytes. Its key is derived from the key that the
// centre gives to a pair of hosts, because pathd uses that key too.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Mac } from '../core/peer.ts';

const LABEL = 'meridian edge-probe datagram v1';
const MAC_BYTES = 16;

export function probeKeyOf(pairKey: Uint8Array): Uint8Array {
  return createHmac('sha256', pairKey).update(LABEL).digest();
}

/** Returns the tag that names a host in a datagram. It proves nothing: hosts with equal tags have different keys. */
export function tagOf(hostId: string): bigint {
  return createHash('sha256').update(hostId).digest().readBigUInt64BE(0);
}

export const pairMac: Mac = {
  sign: (key, body) => createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES),
  isValid(key, body, mac) {
    return mac.length === MAC_BYTES && timingSafeEqual(pairMac.sign(key, body), mac);
  },
};
