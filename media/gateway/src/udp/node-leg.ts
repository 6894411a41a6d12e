// Between the gateway and the media node of a native client: a socket per direction, and the keys. The first node gets
// the client's datagrams as they came. A later one knows nothing of how often sequence numbers have wrapped until then:
// for it they are sealed anew, with a key of its own.
import type { SessionJoined } from '@meridian/client';
import type { PlainEndpoint } from '@meridian/protocol';
import type { RtpAddress, RtpPair, RtpSockets } from '@meridian/room-media';
import { SrtpCrypto, SUITE } from '@meridian/room-media';
import { IndexWindow, MASTER_BYTES, readSrtp, u16 } from '@meridian/room-media/core';
import type { Rng } from '@meridian/runtime';

const WRAP = 65_536;

interface Key {
  readonly base64: string;
  readonly crypto: SrtpCrypto;
}
/** What one stream's packets are counted from at a media node: the wraps before its first one there. */
export interface Counting {
  base: number | undefined;
}

export interface LegOptions {
  readonly sends: boolean;
  readonly receives: boolean;
  readonly sockets: RtpSockets;
  readonly rng: Rng;
  /** Gets all that media nodes send. */
  onDatagram(datagram: Uint8Array): void;
  /** Gets what they say of what is sent to them, opened. */
  readonly onFeedback?: ((plain: Uint8Array) => void) | undefined;
  /** What these threw: a mistake of ours. */
  onFailed(error: unknown): void;
}

export class NodeLeg {
  readonly #send: RtpPair | undefined;
  readonly #recv: RtpPair | undefined;
  readonly #rng: Rng;
  /** What the client seals with; the key of the first media node. */
  readonly #client: Key;
  #node: Key;
  #next: Key;
  #joins = 0;
  readonly #onDatagram: (datagram: Uint8Array) => void;
  /** What the media node seals with that which is sent to. */
  #feedback: SrtpCrypto | undefined;
  /** Of the gateway's own packets: to media nodes, and to the client. */
  readonly #own = new IndexWindow();
  #rtcpSent = 0;
  #rtcpToClientSent = 0;

  static async open(o: LegOptions): Promise<NodeLeg> {
    const sockets = await Promise.all([
      o.sends ? o.sockets.open() : undefined,
      o.receives ? o.sockets.open() : undefined,
    ]);
    const leg = new NodeLeg(sockets, o);
    const { onDatagram, onFeedback, onFailed } = o;
    for (const socket of sockets) socket?.listen(onDatagram, onFailed);
    const [send] = sockets;
    if (send !== undefined && onFeedback !== undefined)
      send.listen((datagram) => {
        onDatagram(datagram);
        const isRtcp = readSrtp(datagram)?.kind === 'rtcp';
        if (isRtcp && leg.#feedback !== undefined) onFeedback(leg.#feedback.openRtcp(datagram));
      }, onFailed);
    return leg;
  }

  private constructor([send, recv]: readonly (RtpPair | undefined)[], o: Pick<LegOptions, 'rng' | 'onDatagram'>) {
    this.#send = send;
    this.#recv = recv;
    this.#rng = o.rng;
    this.#onDatagram = o.onDatagram;
    this.#client = this.#newKey();
    this.#node = this.#client;
    this.#next = this.#client;
  }

  get clientKey(): string {
    return this.#client.base64;
  }
  get signer(): SrtpCrypto {
    return this.#client.crypto;
  }
  /** For sessions to join with: what they read of it is of the next one. Empty: nothing goes in that direction. */
  get endpoints(): { readonly sendEndpoint?: PlainEndpoint; readonly recvEndpoint?: PlainEndpoint } {
    return {
      ...(this.#send && { sendEndpoint: this.#endpoint(this.#send) }),
      ...(this.#recv && { recvEndpoint: this.#endpoint(this.#recv) }),
    };
  }

  /** A session has begun; not for one that was resumed: it has what it had. */
  joined(session: SessionJoined): void {
    const { sendTransport, recvTransport } = session;
    this.#send?.joined(session, sendTransport ?? {});
    this.#recv?.joined(session, recvTransport ?? {});
    const feedbackKey = sendTransport?.plain?.srtp?.keyBase64 ?? '';
    this.#feedback = feedbackKey === '' ? undefined : new SrtpCrypto(Buffer.from(feedbackKey, 'base64'));
    this.#joins += 1;
    this.#node = this.#next;
    this.#next = this.#newKey();
  }

  /** An authentic RTP packet of the client. */
  rtp(datagram: Uint8Array, index: number, counting: Counting): void {
    if (this.#joins <= 1) {
      this.#send?.send(datagram);
      return;
    }
    counting.base ??= index - (index % WRAP);
    const toIndex = index - counting.base;
    if (toIndex < 0) return; // it comes late, from before the first one there
    const sealed = this.#client.crypto.resealRtp(datagram, index, this.#node.crypto, toIndex);
    if (sealed !== undefined) this.#send?.send(sealed);
  }

  /** An authentic RTCP packet of the client. It may speak of what is sent and of what is received: both hear it. */
  rtcp(datagram: Uint8Array): void {
    const sealed = this.#joins <= 1 ? datagram : this.#client.crypto.resealRtcp(datagram, this.#node.crypto);
    this.#send?.send(sealed);
    this.#recv?.send(sealed);
  }

  /** A packet of the gateway's own to the media node, of its one own stream. */
  ownRtp(plain: Uint8Array, counting: Counting): void {
    const index = this.#own.estimate(u16(plain, 2));
    if (index === undefined) return;
    this.#own.note(index);
    counting.base ??= index - (index % WRAP);
    if (index >= counting.base) this.#send?.send(this.#node.crypto.sealRtp(plain, index - counting.base));
  }
  ownRtcp(plain: Uint8Array): void {
    this.#rtcpSent += 1;
    this.#send?.send(this.#node.crypto.sealRtcp(plain, this.#rtcpSent));
  }
  /** RTCP of the gateway's own to the client, as if the media node had sent it. Its sender's SSRC is of no one else. */
  rtcpToClient(plain: Uint8Array): void {
    this.#rtcpToClientSent += 1;
    if (this.#feedback !== undefined) this.#onDatagram(this.#feedback.sealRtcp(plain, this.#rtcpToClientSent));
  }

  /** Idempotent. */
  close(): void {
    this.#send?.close();
    this.#recv?.close();
  }

  #newKey(): Key {
    const master = Buffer.from(this.#rng.bytes(MASTER_BYTES));
    return { base64: master.toString('base64'), crypto: new SrtpCrypto(master) };
  }

  #endpoint({ here, elsewhere }: RtpPair): PlainEndpoint {
    const nextKey = (): string => this.#next.base64;
    const at = (address: RtpAddress) => ({
      ...address,
      get srtp() {
        return { cryptoSuite: SUITE, keyBase64: nextKey() };
      },
    });
    return Object.assign(at(here), { kind: 'plain' as const, ...(elsewhere && { elsewhere: at(elsewhere) }) });
  }
}
