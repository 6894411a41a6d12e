// One direction of a session's media, between the gateway and whichever media node has the session: in the clear with
// one of this host, as SRTP with one of another. Its holder sends and hears RTP and RTCP in the clear.
import type { SessionJoined } from '@meridian/client';
import type { PlainEndpoint, wire } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { MASTER_BYTES } from '../../core/srtp/keys.ts';
import type { NodeSide } from './rtp-socket.ts';
import type { RtpPair, RtpSockets } from './rtp-sockets.ts';
import { SrtpOpener, SrtpSealer } from './srtp-sides.ts';

/** Of all SRTP with media nodes. */
export const SUITE = 'AES_CM_128_HMAC_SHA1_80';

export class NodeSocket {
  readonly #pair: RtpPair;
  readonly #rng: Rng;
  /** Of the present session: all media nodes of other hosts that it comes to get its key, so no index is used twice. */
  #sealer: SrtpSealer | undefined;
  readonly #openers: Record<NodeSide, SrtpOpener | undefined> = { home: undefined, next: undefined };
  /** What the next session seals with. */
  #nextKey: Uint8Array;

  static async open(sockets: RtpSockets, rng: Rng): Promise<NodeSocket> {
    return new NodeSocket(await sockets.open(), rng);
  }

  private constructor(pair: RtpPair, rng: Rng) {
    this.#pair = pair;
    this.#rng = rng;
    this.#nextKey = rng.bytes(MASTER_BYTES);
  }

  /** For sessions to join with: what they read of it is of the next one. */
  get endpoint(): PlainEndpoint {
    const { here, elsewhere } = this.#pair;
    if (elsewhere === undefined) return { kind: 'plain', ...here };
    const nextKey = (): string => Buffer.from(this.#nextKey).toString('base64');
    return {
      kind: 'plain',
      ...here,
      elsewhere: {
        ...elsewhere,
        get srtp() {
          return { cryptoSuite: SUITE, keyBase64: nextKey() };
        },
      },
    };
  }

  /** A session has begun, with this transport; not for one that was resumed: it has what it had. */
  joined(session: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties | undefined): void {
    this.#pair.joined(session, transport ?? {});
    this.#sealer = new SrtpSealer(this.#nextKey);
    this.#openers.home = openerOf(transport);
    this.#openers.next = undefined;
    this.#nextKey = this.#rng.bytes(MASTER_BYTES);
  }

  /** The session is to move to this transport, which is heard beside that of its home from now on. */
  moving(transport: wire.TransportInfo.$Properties | undefined): void {
    this.#openers.next = openerOf(transport);
    // One of this host gets no key, and has none.
    this.#pair.moving({ isElsewhere: this.#openers.next !== undefined }, transport ?? {});
  }

  /** The move is made: what was the next media node is the home. Or it is not, and that is heard no more. */
  settle(isMade: boolean): void {
    this.#pair.settle(isMade);
    if (isMade) this.#openers.home = this.#openers.next;
    this.#openers.next = undefined;
  }

  /**
   * `onDatagram` gets what comes from a media node, in the clear. What it throws is a mistake of ours, and goes to
   * `onFailed`.
   */
  listen(onDatagram: (datagram: Uint8Array, from: NodeSide) => void, onFailed: (error: unknown) => void): void {
    this.#pair.listen((datagram, from) => {
      const plain = this.#pair.isElsewhere(from) ? this.#openers[from]?.open(datagram) : datagram;
      if (plain !== undefined) onDatagram(plain, from);
    }, onFailed);
  }

  /** Nothing is sent before `joined`. */
  send(datagram: Uint8Array, to: NodeSide = 'home'): void {
    const isSealed = this.#pair.isElsewhere(to);
    if (isSealed && this.#openers[to] === undefined) return;
    const sent = isSealed ? this.#sealer?.seal(datagram) : datagram;
    if (sent !== undefined) this.#pair.send(sent, to);
  }

  /** Idempotent. */
  close(): void {
    this.#pair.close();
  }
}

/** Undefined: the media node has no key. */
function openerOf(transport: wire.TransportInfo.$Properties | undefined): SrtpOpener | undefined {
  const theirs = Buffer.from(transport?.plain?.srtp?.keyBase64 ?? '', 'base64');
  return theirs.length === MASTER_BYTES ? new SrtpOpener(theirs) : undefined;
}
