// Receipts that a signaling node seals for a client to carry and any signaling node opens, under the centre's keys, new
// every day:
//
// - **Ticket**: a client of this prefix was asked to measure this node. The echo address contains it; without a ticket
//   a node gives no receipt of an echo, so no client chooses which nodes the centre learns about.
// - **Echo**: the round trip that the node measured itself, on which the centre's knowledge of a prefix rests. A client
//   can be slower than its network, and keep silent, but never claim a node that it did not reach. Sealed with the
//   node's id and the client's prefix (/24, IPv6: /48). The centre learns the times of that prefix, so a receipt is
//   valid for any session from the prefix, and useless elsewhere.
// - **Stay**: a client of this identity had this session in this room. A client that lost its session comes back before
//   others when the service is busy (docs/design/admission.md). Sealed with room (whose key names the tenant), session
//   and identity: useless to any other client. A client that shows it while that session lives ends the session, since
//   an identity is in a room once.
//
// Bytes: key id (1), content (for an echo: round trip in µs, 4; else none), valid until in s (4), first 16 bytes of
// HMAC-SHA-256 over the kind, its bindings, and all bytes before.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { parseAddress } from '@meridian/protocol';

export interface ReceiptKey {
  readonly id: number;
  readonly key: Uint8Array;
}
export interface EchoBinding {
  readonly signalingId: string;
  /** Client's address, as the node sees it. */
  readonly clientIp: string;
}
export interface Stay {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly identity: string;
}

const MAC_BYTES = 16;
const RTT_BYTES = 4;
/** Time for which a page keeps its measurements (sdk-web/src/connection/echo.ts); its network may change later. */
const ECHO_LIFETIME_S = 600;
/** Longest time for which a page in the background may put the measurement off; the centre needs it no sooner. */
const TICKET_LIFETIME_S = 3600;
/** Time for which all nodes know a key (scheduler/src/locating/echo-keys.ts). A resume gives a new receipt. */
const STAY_LIFETIME_S = 24 * 3600;
/** Longer than any round trip on earth by cable or satellite. */
const RTT_MS_MAX = 10_000;
/** Keys of two days, by two secrets while the cluster's secret is replaced. */
const KEYS_MAX = 4;
const KEY_BYTES_MIN = 32;

export class Receipts {
  readonly #wallMs: () => number;
  #keys: readonly { readonly id: number; readonly key: KeyObject }[] = [];

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Replaces the keys; the first one seals. Keys that are too short are left out. */
  replaceKeys(keys: readonly ReceiptKey[]): void {
    this.#keys = keys
      .filter(({ key }) => key.byteLength >= KEY_BYTES_MIN)
      .slice(0, KEYS_MAX)
      .map(({ id, key }) => ({ id, key: createSecretKey(key) }));
  }

  /** Seals an echo receipt. Undefined before the centre has sent a key: the centre then learns nothing of this echo. */
  seal(rttMs: number, binding: EchoBinding): Uint8Array | undefined {
    if (!(rttMs >= 0 && rttMs <= RTT_MS_MAX)) return undefined;
    const rtt = Buffer.alloc(RTT_BYTES);
    rtt.writeUInt32BE(Math.round(rttMs * 1000));
    return this.#seal(rtt, echoText(binding), ECHO_LIFETIME_S);
  }

  /** Returns a receipt's round trip in ms; undefined if malformed, expired, forged, or of another node or prefix. */
  open(receipt: Uint8Array, binding: EchoBinding): number | undefined {
    const rtt = this.#open(receipt, RTT_BYTES, echoText(binding), ECHO_LIFETIME_S);
    return rtt === undefined ? undefined : rtt.readUInt32BE() / 1000;
  }

  /** Seals a ticket of an hour to measure this node. Undefined without a key, when there are no receipts either. */
  sealTicket(binding: EchoBinding): Uint8Array | undefined {
    return this.#seal(Buffer.alloc(0), ticketText(binding), TICKET_LIFETIME_S);
  }

  /** Returns whether a node has given a client at that address a ticket for this node within an hour. */
  isTicket(ticket: Uint8Array, binding: EchoBinding): boolean {
    return this.#open(ticket, 0, ticketText(binding), TICKET_LIFETIME_S) !== undefined;
  }

  /** Seals a receipt of a day for a session's client. Undefined without a key: the client then has no priority. */
  sealStay(stay: Stay): Uint8Array | undefined {
    return this.#seal(Buffer.alloc(0), stayText(stay), STAY_LIFETIME_S);
  }

  /** Returns whether a node has sealed this receipt for exactly this stay within a day. Reuse is not detected. */
  isOfStay(receipt: Uint8Array, stay: Stay): boolean {
    return this.#open(receipt, 0, stayText(stay), STAY_LIFETIME_S) !== undefined;
  }

  #seal(content: Buffer, text: string, lifetimeS: number): Uint8Array | undefined {
    const [sealing] = this.#keys;
    if (sealing === undefined) return undefined;
    const head = Buffer.alloc(headBytes(content.byteLength));
    head.writeUInt8(sealing.id & 0xff, 0);
    content.copy(head, 1);
    head.writeUInt32BE(Math.floor(this.#wallMs() / 1000) + lifetimeS, 1 + content.byteLength);
    return Buffer.concat([head, mac(sealing.key, head, text)]);
  }

  #open(receipt: Uint8Array, sealedBytes: number, text: string, lifetimeS: number): Buffer | undefined {
    const untilAt = 1 + sealedBytes;
    if (receipt.byteLength !== headBytes(sealedBytes) + MAC_BYTES) return undefined;
    const bytes = Buffer.from(receipt.buffer, receipt.byteOffset, receipt.byteLength);
    const head = bytes.subarray(0, headBytes(sealedBytes));
    // While the cluster's secret is replaced, two keys share an id.
    const isSealed = this.#keys.some(
      ({ id, key }) =>
        (id & 0xff) === head.readUInt8(0) && timingSafeEqual(mac(key, head, text), bytes.subarray(head.byteLength)),
    );
    if (!isSealed) return undefined;
    const leftS = head.readUInt32BE(untilAt) - this.#wallMs() / 1000;
    return leftS > 0 && leftS <= 2 * lifetimeS ? head.subarray(1, untilAt) : undefined;
  }
}

/** Bytes before the MAC: key id, content, valid until. */
const headBytes = (sealedBytes: number): number => 1 + sealedBytes + 4;

function mac(key: KeyObject, head: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).update(head).digest().subarray(0, MAC_BYTES);
}

const echoText = ({ signalingId, clientIp }: EchoBinding): string =>
  `meridian echo 1|${signalingId}|${prefixOf(clientIp)}|`;

const ticketText = ({ signalingId, clientIp }: EchoBinding): string =>
  `meridian ticket 1|${signalingId}|${prefixOf(clientIp)}|`;

/** No part contains a control character, so line feeds separate them (base/protocol/src/ids.ts). */
const stayText = ({ roomKey, sessionId, identity }: Stay): string =>
  `meridian stay 1\n${roomKey}\n${sessionId}\n${identity}\n`;

/** Returns the prefix of an address: its /24, or /48 for IPv6. */
function prefixOf(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.slice(0, bytes.length === 4 ? 3 : 6).join('.');
}
