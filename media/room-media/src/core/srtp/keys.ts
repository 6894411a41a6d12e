// Derives packet encryption and authentication keys from a master key (RFC 3711, 4.3; no key derivation rate).

export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES = 14;
/** Key and salt together, as SDP and APIs write them in base64. */
export const MASTER_BYTES = MASTER_KEY_BYTES + MASTER_SALT_BYTES;

export interface PacketKeys {
  readonly encryption: Uint8Array;
  readonly authentication: Uint8Array;
  readonly salt: Uint8Array;
}
export interface SessionKeys {
  readonly rtp: PacketKeys;
  readonly rtcp: PacketKeys;
}
/** Returns `bytes` bytes of AES counter mode key stream from a counter block. */
export type KeyStream = (key: Uint8Array, counter: Uint8Array, bytes: number) => Uint8Array;

const labels = { rtp: 0, rtcp: 3 } as const;
const LABEL_AT = 7;
const AUTHENTICATION_BYTES = 20;

/** `master` is MASTER_BYTES long. */
export function sessionKeysOf(master: Uint8Array, stream: KeyStream): SessionKeys {
  const key = master.subarray(0, MASTER_KEY_BYTES);
  const derive = (label: number, bytes: number): Uint8Array => {
    const counter = new Uint8Array(16);
    counter.set(master.subarray(MASTER_KEY_BYTES, MASTER_BYTES));
    counter[LABEL_AT] = (counter[LABEL_AT] ?? 0) ^ label;
    return stream(key, counter, bytes);
  };
  const keysFrom = (label: number): PacketKeys => ({
    encryption: derive(label, MASTER_KEY_BYTES),
    authentication: derive(label + 1, AUTHENTICATION_BYTES),
    salt: derive(label + 2, MASTER_SALT_BYTES),
  });
  return { rtp: keysFrom(labels.rtp), rtcp: keysFrom(labels.rtcp) };
}

/** Returns the first counter block of a packet (RFC 3711, 4.1.1): salt, SSRC and index, combined by XOR. */
export function counterOf(salt: Uint8Array, ssrc: number, index: number): Uint8Array {
  const counter = new Uint8Array(16);
  counter.set(salt);
  const view = new DataView(counter.buffer);
  view.setUint32(4, (view.getUint32(4) ^ ssrc) >>> 0);
  view.setUint32(8, (view.getUint32(8) ^ Math.floor(index / 65_536)) >>> 0);
  view.setUint16(12, view.getUint16(12) ^ (index % 65_536));
  return counter;
}
