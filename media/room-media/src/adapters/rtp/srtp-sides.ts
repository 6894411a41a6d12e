// Both sides of one SRTP association with a media node: what is sent is sealed with one key, what comes is opened with
// another. A new session has new keys: its media node knows nothing of what was sent before.
import { u16, u32 } from '../../core/rtp/bytes.ts';
import { datagramKind } from '../../core/rtp/packet.ts';
import { IndexWindow } from '../../core/srtp/index-window.ts';
import { readSrtp } from '../../core/srtp/packet.ts';
import { SrtpSource } from '../../core/srtp/source.ts';
import { SrtpCrypto } from './srtp-crypto.ts';

/**
 * Streams that one side keeps count of; the one that was quiet longest is forgotten. A receiver has 64 voices, a
 * picture and their successors.
 */
const STREAMS_MAX = 1024;

/** By SSRC, the ones used last at the end. */
class BySsrc<T> {
  readonly #streams = new Map<number, T>();
  #last: { readonly ssrc: number; readonly stream: T } | undefined;

  get(ssrc: number): T | undefined {
    if (this.#last?.ssrc === ssrc) return this.#last.stream;
    const stream = this.#streams.get(ssrc);
    if (stream !== undefined) this.put(ssrc, stream);
    return stream;
  }

  put(ssrc: number, stream: T): void {
    this.#streams.delete(ssrc);
    this.#streams.set(ssrc, stream);
    this.#last = { ssrc, stream };
    const oldest = this.#streams.size > STREAMS_MAX ? this.#streams.keys().next().value : undefined;
    if (oldest !== undefined) this.#streams.delete(oldest);
  }
}

export class SrtpSealer {
  readonly #crypto: SrtpCrypto;
  readonly #streams = new BySsrc<IndexWindow>();
  #rtcpSent = 0;

  /** `master`: MASTER_BYTES long. */
  constructor(master: Uint8Array) {
    this.#crypto = new SrtpCrypto(master);
  }

  /** Undefined for what is neither RTP nor RTCP, and for a packet from before the first one of its stream. */
  seal(datagram: Uint8Array): Uint8Array | undefined {
    const kind = datagramKind(datagram);
    if (kind === undefined) return undefined;
    if (kind === 'rtcp') {
      this.#rtcpSent += 1;
      return this.#crypto.sealRtcp(datagram, this.#rtcpSent);
    }
    const ssrc = u32(datagram, 8);
    const known = this.#streams.get(ssrc);
    const stream = known ?? new IndexWindow();
    if (known === undefined) this.#streams.put(ssrc, stream);
    const index = stream.estimate(u16(datagram, 2));
    if (index === undefined) return undefined;
    stream.note(index);
    return this.#crypto.sealRtp(datagram, index);
  }
}

export class SrtpOpener {
  readonly #crypto: SrtpCrypto;
  readonly #streams = new BySsrc<SrtpSource>();

  /** `master`: MASTER_BYTES long. */
  constructor(master: Uint8Array) {
    this.#crypto = new SrtpCrypto(master);
  }

  /** Undefined for what is not of this key, or was here before. */
  open(datagram: Uint8Array): Uint8Array | undefined {
    const read = readSrtp(datagram);
    if (read === undefined) return undefined;
    const known = this.#streams.get(read.ssrc);
    const stream = known ?? new SrtpSource(this.#crypto);
    const checked = stream.check(datagram, read.kind);
    if (checked.verdict !== 'fresh') return undefined;
    if (known === undefined) this.#streams.put(read.ssrc, stream);
    return read.kind === 'rtcp' ? this.#crypto.openRtcp(datagram) : this.#crypto.openRtp(datagram, checked.index);
  }
}
