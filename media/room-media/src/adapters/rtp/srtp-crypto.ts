// SRTP of suite AES_CM_128_HMAC_SHA1_80 (RFC 3711) by OpenSSL.
import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { putU32, u32 } from '../../core/rtp/bytes.ts';
import { counterOf, type PacketKeys, sessionKeysOf } from '../../core/srtp/keys.ts';
import {
  clearBytesOf,
  isSrtcpEncrypted,
  RTCP_CLEAR_BYTES,
  SRTCP_INDEX_BYTES,
  srtcpIndexOf,
  TAG_BYTES,
} from '../../core/srtp/packet.ts';
import type { SrtpSigner } from '../../core/srtp/source.ts';

const keyStream = (key: Uint8Array, counter: Uint8Array, bytes: number): Uint8Array =>
  createCipheriv('aes-128-ctr', key, counter).update(new Uint8Array(bytes));

/** Key objects, prepared once because OpenSSL reads a key slowly. */
interface Keys {
  readonly encryption: KeyObject;
  readonly authentication: KeyObject;
  readonly salt: Uint8Array;
}
const prepared = ({ encryption, authentication, salt }: PacketKeys): Keys => ({
  encryption: createSecretKey(encryption),
  authentication: createSecretKey(authentication),
  salt,
});

export class SrtpCrypto implements SrtpSigner {
  readonly #rtp: Keys;
  readonly #rtcp: Keys;

  /** `master` is key and salt, MASTER_BYTES long. */
  constructor(master: Uint8Array) {
    const { rtp, rtcp } = sessionKeysOf(master, keyStream);
    this.#rtp = prepared(rtp);
    this.#rtcp = prepared(rtcp);
  }

  rtpTag(bytes: Uint8Array, wraps: number): Uint8Array {
    const end = new Uint8Array(4);
    putU32(end, 0, wraps);
    return createHmac('sha1', this.#rtp.authentication).update(bytes).update(end).digest();
  }
  rtcpTag(bytes: Uint8Array): Uint8Array {
    return createHmac('sha1', this.#rtcp.authentication).update(bytes).digest();
  }

  /** Decrypts an authentic RTP packet. Returns undefined when the header is longer than the packet. */
  openRtp(datagram: Uint8Array, index: number): Uint8Array | undefined {
    const clear = clearBytesOf(datagram);
    if (clear === undefined) return undefined;
    const plain = Uint8Array.from(datagram.subarray(0, -TAG_BYTES)); // `slice` of a Buffer would not copy.
    applyKeyStream(plain.subarray(clear), this.#rtp, u32(plain, 8), index);
    return plain;
  }
  /** Encrypts and signs a plain RTP packet. `index` includes its sequence number. */
  sealRtp(plain: Uint8Array, index: number): Uint8Array {
    const sealed = new Uint8Array(plain.length + TAG_BYTES);
    sealed.set(plain);
    const body = sealed.subarray(0, plain.length);
    applyKeyStream(body.subarray(clearBytesOf(sealed)), this.#rtp, u32(sealed, 8), index);
    sealed.set(this.rtpTag(body, Math.floor(index / 65_536)).subarray(0, TAG_BYTES), plain.length);
    return sealed;
  }
  /** Reseals a packet with the key and index of `to`; its sequence number stays. Undefined as in `openRtp`. */
  resealRtp(datagram: Uint8Array, index: number, to: SrtpCrypto, toIndex: number): Uint8Array | undefined {
    const plain = this.openRtp(datagram, index);
    return plain && to.sealRtp(plain, toIndex);
  }

  openRtcp(datagram: Uint8Array): Uint8Array {
    const plain = Uint8Array.from(datagram.subarray(0, -TAG_BYTES - SRTCP_INDEX_BYTES));
    if (isSrtcpEncrypted(datagram))
      applyKeyStream(plain.subarray(RTCP_CLEAR_BYTES), this.#rtcp, u32(plain, 4), srtcpIndexOf(datagram));
    return plain;
  }
  /** Encrypts and signs a plain RTCP packet. `index` has 31 bits and is unique per sender. */
  sealRtcp(plain: Uint8Array, index: number): Uint8Array {
    const signed = plain.length + SRTCP_INDEX_BYTES;
    const sealed = new Uint8Array(signed + TAG_BYTES);
    sealed.set(plain);
    applyKeyStream(sealed.subarray(RTCP_CLEAR_BYTES, plain.length), this.#rtcp, u32(plain, 4), index);
    putU32(sealed, plain.length, (0x8000_0000 | index) >>> 0);
    sealed.set(this.rtcpTag(sealed.subarray(0, signed)).subarray(0, TAG_BYTES), signed);
    return sealed;
  }
  /** Reseals an RTCP packet with the key of `to`; the index stays. */
  resealRtcp(datagram: Uint8Array, to: SrtpCrypto): Uint8Array {
    return to.sealRtcp(this.openRtcp(datagram), srtcpIndexOf(datagram));
  }
}

function applyKeyStream(body: Uint8Array, { encryption, salt }: Keys, ssrc: number, index: number): void {
  body.set(createCipheriv('aes-128-ctr', encryption, counterOf(salt, ssrc, index)).update(body));
}
