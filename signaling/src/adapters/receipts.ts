// What a signaling node seals for a client to carry, and another one opens, under keys that the centre gives them all,
// new every day. Three kinds:
//
// - **A ticket**: a client in this part of the internet was asked to time this node. Part of the echo address that it
//   is given; without it a node gives no receipt of an echo, so no client chooses what the centre learns about.
// - **Of an echo**: the round trip that the node measured itself. What the centre learns about a part of the internet
//   rests on it: a client can be slower than its network, and keep silent, but never claim a node that it did not
//   reach. Sealed with the node's id and the part of the internet that the client's address lies in (/24, IPv6: /48).
//   That is what the times train, so it is good for any session from there, and useless to a client that carries it
//   elsewhere.
// - **Of a stay**: a client of this identity had this session in this room. One that lost it comes back before others
//   when the service is busy (docs/design/admission.md). Sealed with room (whose key names the tenant), session and
//   identity: useless to any other client; one that shows it while that session lives ends it, since an identity is in
//   a room once.
//
// Bytes: key id (1), what is sealed (of an echo: round trip in µs, 4; else nothing), valid until in s (4), first 16
// bytes of HMAC-SHA-256 over the kind, what it is sealed with, and all bytes before.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseAddress } from '@meridian/protocol';

export interface ReceiptKey {
  readonly id: number;
  readonly key: Uint8Array;
}
export interface EchoBinding {
  /** The node that measures. */
  readonly signalingId: string;
  /** Of the client, as the node sees it. */
  readonly clientIp: string;
}
export interface Stay {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly identity: string;
}

const MAC_BYTES = 16;
const RTT_BYTES = 4;
/**
 * As long as a page keeps what it has measured (sdk-web/src/connection/echo.ts); a network may be another one after
 * that.
 */
const ECHO_LIFETIME_S = 600;
/**
 * A page may be in the background for as long before it times what it was given; what a prefix should time changes
 * slower.
 */
const TICKET_LIFETIME_S = 3600;
/**
 * As long as its key is sure to be known: today's seals, yesterday's opens (scheduler/src/locating/echo-keys.ts). A
 * resumed session gets a new one.
 */
const STAY_LIFETIME_S = 24 * 3600;
/** Longer than any round trip on earth by cable or satellite. */
const RTT_MS_MAX = 10_000;
/** Of two days, by two secrets while the cluster's is replaced. */
const KEYS_MAX = 4;
const KEY_BYTES_MIN = 32;

export class Receipts {
  readonly #wallMs: () => number;
  #keys: readonly ReceiptKey[] = [];

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** The keys that count from now on; the first one seals. Keys that are too short are left out. */
  replaceKeys(keys: readonly ReceiptKey[]): void {
    this.#keys = keys.filter(({ key }) => key.byteLength >= KEY_BYTES_MIN).slice(0, KEYS_MAX);
  }

  /** Undefined before the centre has sent a key: then this echo teaches the centre nothing. */
  seal(rttMs: number, binding: EchoBinding): Uint8Array | undefined {
    if (!(rttMs >= 0 && rttMs <= RTT_MS_MAX)) return undefined;
    const rtt = Buffer.alloc(RTT_BYTES);
    rtt.writeUInt32BE(Math.round(rttMs * 1000));
    return this.#seal(rtt, echoText(binding), ECHO_LIFETIME_S);
  }

  /**
   * The round trip of a receipt that holds, in ms; undefined for one that is malformed, foreign, of another place, or
   * too old.
   */
  open(receipt: Uint8Array, binding: EchoBinding): number | undefined {
    const rtt = this.#open(receipt, RTT_BYTES, echoText(binding), ECHO_LIFETIME_S);
    return rtt === undefined ? undefined : rtt.readUInt32BE() / 1000;
  }

  /**
   * For a client that is to time this node, for an hour. Undefined before the centre has sent a key: then there would
   * be no receipt either.
   */
  sealTicket(binding: EchoBinding): Uint8Array | undefined {
    return this.#seal(Buffer.alloc(0), ticketText(binding), TICKET_LIFETIME_S);
  }

  /** Whether a node has asked a client at that address to time this one, within an hour. */
  isTicket(ticket: Uint8Array, binding: EchoBinding): boolean {
    return this.#open(ticket, 0, ticketText(binding), TICKET_LIFETIME_S) !== undefined;
  }

  /**
   * For the client of this session, for a day. Undefined before the centre has sent a key: then it comes back like
   * any other.
   */
  sealStay(stay: Stay): Uint8Array | undefined {
    return this.#seal(Buffer.alloc(0), stayText(stay), STAY_LIFETIME_S);
  }

  /**
   * Whether a node has sealed this receipt for exactly this stay, within a day. How often it was shown is not known
   * here.
   */
  isOfStay(receipt: Uint8Array, stay: Stay): boolean {
    return this.#open(receipt, 0, stayText(stay), STAY_LIFETIME_S) !== undefined;
  }

  #seal(sealed: Buffer, text: string, lifetimeS: number): Uint8Array | undefined {
    const [sealing] = this.#keys;
    if (sealing === undefined) return undefined;
    const head = Buffer.alloc(headBytes(sealed.byteLength));
    head.writeUInt8(sealing.id & 0xff, 0);
    sealed.copy(head, 1);
    head.writeUInt32BE(Math.floor(this.#wallMs() / 1000) + lifetimeS, 1 + sealed.byteLength);
    return Buffer.concat([head, mac(sealing.key, head, text)]);
  }

  #open(receipt: Uint8Array, sealedBytes: number, text: string, lifetimeS: number): Buffer | undefined {
    const untilAt = 1 + sealedBytes;
    if (receipt.byteLength !== headBytes(sealedBytes) + MAC_BYTES) return undefined;
    const bytes = Buffer.from(receipt.buffer, receipt.byteOffset, receipt.byteLength);
    const head = bytes.subarray(0, headBytes(sealedBytes));
    // While the cluster's secret is replaced there are two keys of an id.
    const isSealed = this.#keys.some(
      ({ id, key }) =>
        (id & 0xff) === head.readUInt8(0) && timingSafeEqual(mac(key, head, text), bytes.subarray(head.byteLength)),
    );
    if (!isSealed) return undefined;
    const leftS = head.readUInt32BE(untilAt) - this.#wallMs() / 1000;
    return leftS > 0 && leftS <= 2 * lifetimeS ? head.subarray(1, untilAt) : undefined;
  }
}

/** Of all but the MAC: key id, what is sealed, valid until. */
const headBytes = (sealedBytes: number): number => 1 + sealedBytes + 4;

function mac(key: Uint8Array, head: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).update(head).digest().subarray(0, MAC_BYTES);
}

const echoText = ({ signalingId, clientIp }: EchoBinding): string =>
  `meridian echo 1|${signalingId}|${prefixOf(clientIp)}|`;

const ticketText = ({ signalingId, clientIp }: EchoBinding): string =>
  `meridian ticket 1|${signalingId}|${prefixOf(clientIp)}|`;

/**
 * None of the three has a "/" in the wrong place or a control character, so that a line feed keeps them apart
 * (base/protocol/src/ids.ts).
 */
const stayText = ({ roomKey, sessionId, identity }: Stay): string =>
  `meridian stay 1\n${roomKey}\n${sessionId}\n${identity}\n`;

/** The part of the internet that an address lies in: its /24, or /48 for IPv6. */
function prefixOf(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.slice(0, bytes.length === 4 ? 3 : 6).join('.');
}
