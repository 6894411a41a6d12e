// One direction of a session's media, between the gateway and whichever media node has the session: in the clear with
// one of this host, as SRTP with one of another. Its holder sends and hears RTP and RTCP in the clear.
import type { SessionJoined } from '@meridian/client';
import type { PlainEndpoint, wire } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { MASTER_BYTES } from '../../core/srtp/keys.ts';
import type { RtpPair, RtpSockets } from './rtp-sockets.ts';
import { SrtpOpener, SrtpSealer } from './srtp-sides.ts';

/** Of all SRTP with media nodes. */
export const SUITE = 'AES_CM_128_HMAC_SHA1_80';

interface Sides {
  readonly sealer: SrtpSealer;
  readonly opener: SrtpOpener;
}

export class NodeSocket {
  readonly #pair: RtpPair;
  readonly #rng: Rng;
  /** Of the present session, when its media node is on another host. */
  #sides: Sides | undefined;
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
    const theirs = Buffer.from(transport?.plain?.srtp?.keyBase64 ?? '', 'base64');
    this.#sides = undefined;
    if (this.#pair.isElsewhere && theirs.length === MASTER_BYTES)
      this.#sides = { sealer: new SrtpSealer(this.#nextKey), opener: new SrtpOpener(theirs) };
    this.#nextKey = this.#rng.bytes(MASTER_BYTES);
  }

  /**
   * `onDatagram` gets what comes from the media node, in the clear. What it throws is a mistake of ours, and goes to
   * `onFailed`.
   */
  listen(onDatagram: (datagram: Uint8Array) => void, onFailed: (error: unknown) => void): void {
    this.#pair.listen((datagram) => {
      const plain = this.#pair.isElsewhere ? this.#sides?.opener.open(datagram) : datagram;
      if (plain !== undefined) onDatagram(plain);
    }, onFailed);
  }

  /** Nothing is sent before `joined`. */
  send(datagram: Uint8Array): void {
    const sent = this.#pair.isElsewhere ? this.#sides?.sealer.seal(datagram) : datagram;
    if (sent !== undefined) this.#pair.send(sent);
  }

  /** Idempotent. */
  close(): void {
    this.#pair.close();
  }
}
