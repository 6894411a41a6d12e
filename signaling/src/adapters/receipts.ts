// Receipts of echoes: a door seals the round trip that it measured itself, another door opens it. What the centre learns about a part of the
// internet rests on them: a client can be slower than its network, and keep silent, but never claim a door that it did not reach.
//
// 25 bytes: key id (1), round trip in µs (4), valid until in s (4), first 16 bytes of HMAC-SHA-256 over these nine, the door's id, and the part of
// the internet that the client's address lies in (/24, IPv6: /48). That is what the times train, so a receipt is good for any session
// from there, and useless to whoever carries it elsewhere. The keys are the centre's, the same for all doors, new every day.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseAddress } from '../core/index.ts';
import { bounds } from '../limits.ts';

export interface ReceiptKey {
  readonly id: number;
  readonly key: Uint8Array;
}
export interface EchoBinding {
  /** The door that measured. */
  readonly signalingId: string;
  /** Of the client, as the door sees it. */
  readonly clientIp: string;
}

const RECEIPT_BYTES = bounds.echoReceiptBytes;
const HEAD_BYTES = 9;
const MAC_BYTES = 16;
/** As long as a page keeps what it has measured (sdk-web/src/connection/echo.ts); a network may be another one after that. */
const LIFETIME_S = 600;
/** Longer than any round trip on earth by cable or satellite. */
const RTT_MS_MAX = 10_000;
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

  /** Undefined before the centre has sent a key: then nobody learns from this echo. */
  seal(rttMs: number, binding: EchoBinding): Uint8Array | undefined {
    const [sealing] = this.#keys;
    if (sealing === undefined || !(rttMs >= 0 && rttMs <= RTT_MS_MAX)) return undefined;
    const receipt = Buffer.alloc(RECEIPT_BYTES);
    receipt.writeUInt8(sealing.id & 0xff, 0);
    receipt.writeUInt32BE(Math.round(rttMs * 1000), 1);
    receipt.writeUInt32BE(Math.floor(this.#wallMs() / 1000) + LIFETIME_S, 5);
    mac(sealing.key, receipt.subarray(0, HEAD_BYTES), binding).copy(receipt, HEAD_BYTES);
    return receipt;
  }

  /** The round trip of a receipt that holds, in ms; undefined for one that is malformed, foreign, of another place, or too old. */
  open(receipt: Uint8Array, binding: EchoBinding): number | undefined {
    if (receipt.byteLength !== RECEIPT_BYTES) return undefined;
    const bytes = Buffer.from(receipt.buffer, receipt.byteOffset, receipt.byteLength);
    const key = this.#keys.find(({ id }) => (id & 0xff) === bytes.readUInt8(0));
    if (key === undefined) return undefined;
    const expected = mac(key.key, bytes.subarray(0, HEAD_BYTES), binding);
    if (!timingSafeEqual(expected, bytes.subarray(HEAD_BYTES))) return undefined;
    const leftS = bytes.readUInt32BE(5) - this.#wallMs() / 1000;
    return leftS > 0 && leftS <= 2 * LIFETIME_S ? bytes.readUInt32BE(1) / 1000 : undefined;
  }
}

function mac(key: Uint8Array, head: Uint8Array, { signalingId, clientIp }: EchoBinding): Buffer {
  const text = `meridian echo 1|${signalingId}|${prefixOf(clientIp)}|`;
  return createHmac('sha256', key).update(text).update(head).digest().subarray(0, MAC_BYTES);
}

/** The part of the internet that an address lies in: its /24, or /48 for IPv6. */
function prefixOf(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.slice(0, bytes.length === 4 ? 3 : 6).join('.');
}
