// Sockets and keys between the gateway and a native client's media node. The first node gets the client's datagrams
// unchanged; for a later node, which does not know the wraps of sequence numbers, they are resealed with another key.
import type { SessionJoined } from '@meridian/client';
import type { PlainEndpoint } from '@meridian/protocol';
import type { RtpAddress, RtpPair, RtpSockets } from '@meridian/room-media';
import { SRTP_SUITE, SrtpCrypto } from '@meridian/room-media';
import { IndexWindow, MASTER_BYTES, readSrtp, u16 } from '@meridian/room-media/core';
import type { Rng } from '@meridian/runtime';

const WRAP = 65_536;

interface Key {
  readonly base64: string;
  readonly crypto: SrtpCrypto;
}
/** `base` is the SRTP index that counts as 0 at a media node: all wraps before the stream's first packet there. */
export interface IndexOrigin {
  base: number | undefined;
}

export interface LegOptions {
  readonly sends: boolean;
  readonly receives: boolean;
  readonly sockets: RtpSockets;
  readonly rng: Rng;
  onDatagram(datagram: Uint8Array): void;
  /** Gets the media node's RTCP about sent media, decrypted. */
  readonly onFeedback?: ((plain: Uint8Array) => void) | undefined;
  /** Called when one of these callbacks threw, which is a bug. */
  onFailed(error: unknown): void;
}

export class NodeLeg {
  readonly #send: RtpPair | undefined;
  readonly #recv: RtpPair | undefined;
  readonly #rng: Rng;
  /** Client's key, which is also that of the first media node. */
  readonly #clientKey: Key;
  #nodeKey: Key;
  #nextKey: Key;
  #joins = 0;
  readonly #onDatagram: (datagram: Uint8Array) => void;
  /** Key of the RTCP that the media node returns to the send socket. */
  #feedback: SrtpCrypto | undefined;
  /** Indexes of the gateway's own packets: to media nodes, and to the client. */
  readonly #ownIndexes = new IndexWindow();
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
    this.#clientKey = this.#newKey();
    this.#nodeKey = this.#clientKey;
    this.#nextKey = this.#clientKey;
  }

  get clientKey(): string {
    return this.#clientKey.base64;
  }
  get signer(): SrtpCrypto {
    return this.#clientKey.crypto;
  }
  /** Endpoints that sessions join with; their keys belong to the next session. Empty for an unused direction. */
  get endpoints(): { readonly sendEndpoint?: PlainEndpoint; readonly recvEndpoint?: PlainEndpoint } {
    return {
      ...(this.#send && { sendEndpoint: this.#endpoint(this.#send) }),
      ...(this.#recv && { recvEndpoint: this.#endpoint(this.#recv) }),
    };
  }

  /** Uses the transports of a new session. Not called for a resumed session, which keeps its keys. */
  joined(session: SessionJoined): void {
    const { sendTransport, recvTransport } = session;
    this.#send?.setTransport(session, sendTransport ?? {});
    this.#recv?.setTransport(session, recvTransport ?? {});
    const feedbackKey = sendTransport?.plain?.srtp?.keyBase64 ?? '';
    this.#feedback = feedbackKey === '' ? undefined : new SrtpCrypto(Buffer.from(feedbackKey, 'base64'));
    this.#joins += 1;
    this.#nodeKey = this.#nextKey;
    this.#nextKey = this.#newKey();
  }

  forwardRtp(datagram: Uint8Array, index: number, origin: IndexOrigin): void {
    if (this.#joins <= 1) {
      this.#send?.send(datagram);
      return;
    }
    origin.base ??= index - (index % WRAP);
    const toIndex = index - origin.base;
    if (toIndex < 0) return; // The packet is late, from before the first one at this node.
    const sealed = this.#clientKey.crypto.resealRtp(datagram, index, this.#nodeKey.crypto, toIndex);
    if (sealed !== undefined) this.#send?.send(sealed);
  }

  /** Forwards authentic RTCP of the client to both transports, because it may concern both directions. */
  forwardRtcp(datagram: Uint8Array): void {
    const sealed = this.#joins <= 1 ? datagram : this.#clientKey.crypto.resealRtcp(datagram, this.#nodeKey.crypto);
    this.#send?.send(sealed);
    this.#recv?.send(sealed);
  }

  /** Sends the gateway's own packet, of its only stream, to the media node. */
  sendOwnRtp(plain: Uint8Array, origin: IndexOrigin): void {
    const index = this.#ownIndexes.estimate(u16(plain, 2));
    if (index === undefined) return;
    this.#ownIndexes.note(index);
    origin.base ??= index - (index % WRAP);
    if (index >= origin.base) this.#send?.send(this.#nodeKey.crypto.sealRtp(plain, index - origin.base));
  }
  sendOwnRtcp(plain: Uint8Array): void {
    this.#rtcpSent += 1;
    this.#send?.send(this.#nodeKey.crypto.sealRtcp(plain, this.#rtcpSent));
  }
  /** Sends the gateway's own RTCP to the client in the media node's name, with an SSRC of its own. */
  rtcpToClient(plain: Uint8Array): void {
    this.#rtcpToClientSent += 1;
    if (this.#feedback !== undefined) this.#onDatagram(this.#feedback.sealRtcp(plain, this.#rtcpToClientSent));
  }

  close(): void {
    this.#send?.close();
    this.#recv?.close();
  }

  #newKey(): Key {
    const master = Buffer.from(this.#rng.bytes(MASTER_BYTES));
    return { base64: master.toString('base64'), crypto: new SrtpCrypto(master) };
  }

  #endpoint({ localAddress, remoteHostAddress }: RtpPair): PlainEndpoint {
    const nextKey = (): string => this.#nextKey.base64;
    const at = (address: RtpAddress) => ({
      ...address,
      get srtp() {
        return { cryptoSuite: SRTP_SUITE, keyBase64: nextKey() };
      },
    });
    return Object.assign(at(localAddress), {
      kind: 'plain' as const,
      ...(remoteHostAddress && { elsewhere: at(remoteHostAddress) }),
    });
  }
}
