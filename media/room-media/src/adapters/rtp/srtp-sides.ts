// Seals and opens the SRTP of one association with a media node, with a key per direction. A new session has new keys,
// because its media node does not know the indexes of the old session.
import { u16, u32 } from '../../core/rtp/bytes.ts';
import { datagramKind } from '../../core/rtp/packet.ts';
import { IndexWindow } from '../../core/srtp/index-window.ts';
import { readSrtp } from '../../core/srtp/packet.ts';
import { SrtpSource } from '../../core/srtp/source.ts';
import { SrtpCrypto } from './srtp-crypto.ts';

/** Bound of counted streams; the longest quiet one is forgotten. A receiver has 64 voices and a picture. */
const STREAMS_MAX = 1024;

/** Streams by SSRC, in the order of their last use. */
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

  /** `master` is MASTER_BYTES long. */
  constructor(master: Uint8Array) {
    this.#crypto = new SrtpCrypto(master);
  }

  /** Returns undefined for other protocols, and for a packet older than the first of its stream. */
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

  /** `master` is MASTER_BYTES long. */
  constructor(master: Uint8Array) {
    this.#crypto = new SrtpCrypto(master);
  }

  /** Opens a datagram. Returns undefined for a datagram of another key, and for a replay. */
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
