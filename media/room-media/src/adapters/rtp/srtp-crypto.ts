// SRTP of suite AES_CM_128_HMAC_SHA1_80 (RFC 3711) by OpenSSL: signing, and sealing anew what was sealed with another
// key.
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

/** Prepared once: OpenSSL reads a key slowly. */
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

  /** `master`: key and salt, MASTER_BYTES long. */
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

  /** What an authentic RTP packet says. Undefined when its header is longer than it is. */
  openRtp(datagram: Uint8Array, index: number): Uint8Array | undefined {
    const clear = clearBytesOf(datagram);
    if (clear === undefined) return undefined;
    const plain = Uint8Array.from(datagram.subarray(0, -TAG_BYTES)); // `slice` of a Buffer copies nothing
    mix(plain.subarray(clear), this.#rtp, u32(plain, 8), index);
    return plain;
  }
  /** An RTP packet that is not encrypted yet. Its index has its sequence number. */
  sealRtp(plain: Uint8Array, index: number): Uint8Array {
    const sealed = new Uint8Array(plain.length + TAG_BYTES);
    sealed.set(plain);
    const body = sealed.subarray(0, plain.length);
    mix(body.subarray(clearBytesOf(sealed)), this.#rtp, u32(sealed, 8), index);
    sealed.set(this.rtpTag(body, Math.floor(index / 65_536)).subarray(0, TAG_BYTES), plain.length);
    return sealed;
  }
  /** As one of key `to`, in which it has index `toIndex`; its sequence number stays. Undefined as of `openRtp`. */
  resealRtp(datagram: Uint8Array, index: number, to: SrtpCrypto, toIndex: number): Uint8Array | undefined {
    const plain = this.openRtp(datagram, index);
    return plain && to.sealRtp(plain, toIndex);
  }

  /** What an authentic RTCP packet says. */
  openRtcp(datagram: Uint8Array): Uint8Array {
    const plain = Uint8Array.from(datagram.subarray(0, -TAG_BYTES - SRTCP_INDEX_BYTES));
    if (isSrtcpEncrypted(datagram))
      mix(plain.subarray(RTCP_CLEAR_BYTES), this.#rtcp, u32(plain, 4), srtcpIndexOf(datagram));
    return plain;
  }
  /** An RTCP packet that is not encrypted yet. `index` has 31 bits, and is of no other packet of its sender. */
  sealRtcp(plain: Uint8Array, index: number): Uint8Array {
    const signed = plain.length + SRTCP_INDEX_BYTES;
    const sealed = new Uint8Array(signed + TAG_BYTES);
    sealed.set(plain);
    mix(sealed.subarray(RTCP_CLEAR_BYTES, plain.length), this.#rtcp, u32(plain, 4), index);
    putU32(sealed, plain.length, (0x8000_0000 | index) >>> 0);
    sealed.set(this.rtcpTag(sealed.subarray(0, signed)).subarray(0, TAG_BYTES), signed);
    return sealed;
  }
  /** As one of key `to`; its index stays. */
  resealRtcp(datagram: Uint8Array, to: SrtpCrypto): Uint8Array {
    return to.sealRtcp(this.openRtcp(datagram), srtcpIndexOf(datagram));
  }
}

/** Encrypts or decrypts, in place. */
function mix(body: Uint8Array, { encryption, salt }: Keys, ssrc: number, index: number): void {
  body.set(createCipheriv('aes-128-ctr', encryption, counterOf(salt, ssrc, index)).update(body));
}
