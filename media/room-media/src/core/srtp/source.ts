// Verifies the datagrams of one SSRC of a client. Only authentic, new datagrams change its state.
import { u8, u16 } from '../rtp/bytes.ts';
import { IndexWindow } from './index-window.ts';
import { type SrtpDatagram, srtcpIndexOf, TAG_BYTES } from './packet.ts';

/** Signs with the session's keys: the first TAG_BYTES of the result are the tag. */
export interface SrtpSigner {
  /** `bytes` is the packet without its tag, `wraps` the number of sequence number wraps. */
  rtpTag(bytes: Uint8Array, wraps: number): Uint8Array;
  /** `bytes` is the packet with its index, without its tag. */
  rtcpTag(bytes: Uint8Array): Uint8Array;
}

export type Checked =
  | { readonly verdict: 'fresh'; readonly index: number }
  /** A repeated packet, or older than the window. */
  | { readonly verdict: 'replayed' }
  /** The tag does not match the key. */
  | { readonly verdict: 'forged' };

const REPLAYED: Checked = { verdict: 'replayed' };
const FORGED: Checked = { verdict: 'forged' };

export class SrtpSource {
  readonly #signer: SrtpSigner;
  readonly #windows = { rtp: new IndexWindow(), rtcp: new IndexWindow() };

  constructor(signer: SrtpSigner) {
    this.#signer = signer;
  }

  /** Verifies a datagram that `readSrtp` accepted. Each datagram is fresh at most once. */
  check(datagram: Uint8Array, kind: SrtpDatagram['kind']): Checked {
    const window = this.#windows[kind];
    const index = kind === 'rtp' ? window.estimate(u16(datagram, 2)) : srtcpIndexOf(datagram);
    if (index === undefined || !window.isFresh(index)) return REPLAYED;
    const signed = datagram.subarray(0, datagram.length - TAG_BYTES);
    const tag = kind === 'rtp' ? this.#signer.rtpTag(signed, Math.floor(index / 65_536)) : this.#signer.rtcpTag(signed);
    if (!endsWith(datagram, tag)) return FORGED;
    window.note(index);
    return { verdict: 'fresh', index };
  }
}

/** Compares in constant time. */
function endsWith(datagram: Uint8Array, tag: Uint8Array): boolean {
  let differences = 0;
  for (let at = 0; at < TAG_BYTES; at++) differences |= u8(datagram, datagram.length - TAG_BYTES + at) ^ u8(tag, at);
  return differences === 0;
}
