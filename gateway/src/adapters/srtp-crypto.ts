// SRTP of suite AES_CM_128_HMAC_SHA1_80 (RFC 3711) by OpenSSL: signing, and sealing anew what was sealed with another
// key.
import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { putU32, u32 } from '../core/rtp/bytes.ts';
import { counterOf, type PacketKeys, sessionKeysOf } from '../core/srtp/keys.ts';
import {
  clearBytesOf,
  isSrtcpEncrypted,
  RTCP_CLEAR_BYTES,
  SRTCP_INDEX_BYTES,
  srtcpIndexOf,
  TAG_BYTES,
} from '../core/srtp/packet.ts';
import type { SrtpSigner } from '../core/srtp/source.ts';

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

  /**
   * An authentic RTP packet of this key as one of key `to`, in which it has index `toIndex`; its sequence number stays.
   * Undefined when its header is longer than it is.
   */
  resealRtp(datagram: Uint8Array, index: number, to: SrtpCrypto, toIndex: number): Uint8Array | undefined {
    const clear = clearBytesOf(datagram);
    if (clear === undefined) return undefined;
    const sealed = datagram.slice();
    const ssrc = u32(sealed, 8);
    const end = sealed.length - TAG_BYTES;
    mix(sealed.subarray(clear, end), this.#rtp, ssrc, index);
    mix(sealed.subarray(clear, end), to.#rtp, ssrc, toIndex);
    sealed.set(to.rtpTag(sealed.subarray(0, end), Math.floor(toIndex / 65_536)).subarray(0, TAG_BYTES), end);
    return sealed;
  }

  /** An authentic RTCP packet of this key as one of key `to`; its index stays. */
  resealRtcp(datagram: Uint8Array, to: SrtpCrypto): Uint8Array {
    const sealed = datagram.slice();
    const end = sealed.length - TAG_BYTES;
    if (isSrtcpEncrypted(sealed)) {
      const body = sealed.subarray(RTCP_CLEAR_BYTES, end - SRTCP_INDEX_BYTES);
      const [ssrc, index] = [u32(sealed, 4), srtcpIndexOf(sealed)];
      mix(body, this.#rtcp, ssrc, index);
      mix(body, to.#rtcp, ssrc, index);
    }
    sealed.set(to.rtcpTag(sealed.subarray(0, end)).subarray(0, TAG_BYTES), end);
    return sealed;
  }
}

/** Encrypts or decrypts, in place. */
function mix(body: Uint8Array, { encryption, salt }: Keys, ssrc: number, index: number): void {
  body.set(createCipheriv('aes-128-ctr', encryption, counterOf(salt, ssrc, index)).update(body));
}
