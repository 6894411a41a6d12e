// Independent implementation of AES_CM_128_HMAC_SHA1_80 from RFC 3711, without code of the tested one.
import { createCipheriv, createHmac } from 'node:crypto';

const TAG = 10;
interface Keys {
  readonly cipher: Buffer;
  readonly auth: Buffer;
  readonly salt: bigint;
}

const xor = (key: Buffer, iv: bigint, data: Buffer): Buffer => {
  const counter = Buffer.from(iv.toString(16).padStart(32, '0'), 'hex');
  return createCipheriv('aes-128-ctr', key, counter).update(data);
};
const sign = (key: Buffer, ...parts: Buffer[]): Buffer => {
  const hmac = createHmac('sha1', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, TAG);
};
const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Seals and opens one direction of an association. Counts wraps of sequence numbers by source. */
export class SrtpPeer {
  readonly #rtp: Keys;
  readonly #rtcp: Keys;
  readonly #last = new Map<number, number>();
  #rtcpIndex = 0;

  constructor(keyBase64: string) {
    const master = Buffer.from(keyBase64, 'base64');
    const salt = BigInt(`0x${master.subarray(16).toString('hex')}`);
    const derive = (label: number, length: number): Buffer =>
      xor(master.subarray(0, 16), (salt ^ (BigInt(label) << 48n)) << 16n, Buffer.alloc(length));
    const keys = (first: number): Keys => ({
      cipher: derive(first, 16),
      auth: derive(first + 1, 20),
      salt: BigInt(`0x${derive(first + 2, 14).toString('hex')}`),
    });
    this.#rtp = keys(0);
    this.#rtcp = keys(3);
  }

  sealRtp(packet: Uint8Array): Buffer {
    const plain = Buffer.from(packet);
    const index = this.#indexOf(plain);
    const clear = headerOf(plain);
    const ssrc = BigInt(plain.readUInt32BE(8));
    const iv = (this.#rtp.salt << 16n) ^ (ssrc << 64n) ^ (BigInt(index) << 16n);
    const sealed = Buffer.concat([plain.subarray(0, clear), xor(this.#rtp.cipher, iv, plain.subarray(clear))]);
    return Buffer.concat([sealed, sign(this.#rtp.auth, sealed, be32(Math.floor(index / 65_536)))]);
  }

  /** Returns undefined when the tag does not match the key. */
  openRtp(datagram: Uint8Array): Buffer | undefined {
    const all = Buffer.from(datagram);
    const sealed = all.subarray(0, -TAG);
    const before = new Map(this.#last);
    const index = this.#indexOf(sealed);
    if (!sign(this.#rtp.auth, sealed, be32(Math.floor(index / 65_536))).equals(all.subarray(-TAG))) {
      this.#last.clear();
      for (const [ssrc, last] of before) this.#last.set(ssrc, last);
      return undefined;
    }
    const clear = headerOf(sealed);
    const iv = (this.#rtp.salt << 16n) ^ (BigInt(sealed.readUInt32BE(8)) << 64n) ^ (BigInt(index) << 16n);
    return Buffer.concat([sealed.subarray(0, clear), xor(this.#rtp.cipher, iv, sealed.subarray(clear))]);
  }

  sealRtcp(packet: Uint8Array): Buffer {
    const plain = Buffer.from(packet);
    this.#rtcpIndex += 1;
    const body = xor(this.#rtcp.cipher, this.#rtcpIv(plain, this.#rtcpIndex), plain.subarray(8));
    const sealed = Buffer.concat([plain.subarray(0, 8), body, be32(0x8000_0000 + this.#rtcpIndex)]);
    return Buffer.concat([sealed, sign(this.#rtcp.auth, sealed)]);
  }

  /** Returns undefined when the tag does not match the key. */
  openRtcp(datagram: Uint8Array): Buffer | undefined {
    const all = Buffer.from(datagram);
    const sealed = all.subarray(0, -TAG);
    if (!sign(this.#rtcp.auth, sealed).equals(all.subarray(-TAG))) return undefined;
    const index = sealed.readUInt32BE(sealed.length - 4) - 0x8000_0000;
    const iv = this.#rtcpIv(sealed, index);
    return Buffer.concat([sealed.subarray(0, 8), xor(this.#rtcp.cipher, iv, sealed.subarray(8, -4))]);
  }

  #rtcpIv(packet: Buffer, index: number): bigint {
    return (this.#rtcp.salt << 16n) ^ (BigInt(packet.readUInt32BE(4)) << 64n) ^ (BigInt(index) << 16n);
  }

  #indexOf(packet: Buffer): number {
    const [ssrc, sequence] = [packet.readUInt32BE(8), packet.readUInt16BE(2)];
    const last = this.#last.get(ssrc) ?? sequence;
    const step = (((sequence - last) & 0xffff) << 16) >> 16;
    const index = last + step < 0 ? sequence : last + step;
    this.#last.set(ssrc, Math.max(last, index));
    return index;
  }
}

function headerOf(packet: Buffer): number {
  const clear = 12 + 4 * ((packet[0] ?? 0) & 15);
  return ((packet[0] ?? 0) & 16) === 0 ? clear : clear + 4 + 4 * packet.readUInt16BE(clear + 2);
}
