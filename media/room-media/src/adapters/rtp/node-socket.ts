// Carries one direction of a session's media to and from its media node: in the clear on the same host, as SRTP to
// another host. The owner sends and receives plain RTP and RTCP.
import type { SessionJoined } from '@meridian/client';
import type { PlainEndpoint, wire } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { MASTER_BYTES } from '../../core/srtp/keys.ts';
import type { TransportSlot } from './rtp-socket.ts';
import type { RtpPair, RtpSockets } from './rtp-sockets.ts';
import { SrtpOpener, SrtpSealer } from './srtp-sides.ts';

export const SRTP_SUITE = 'AES_CM_128_HMAC_SHA1_80';

export class NodeSocket {
  readonly #pair: RtpPair;
  readonly #rng: Rng;
  /** Sealer of the present session. All its media nodes share the key, so no index is used twice. */
  #sealer: SrtpSealer | undefined;
  readonly #openers: Record<TransportSlot, SrtpOpener | undefined> = { home: undefined, next: undefined };
  #nextKey: Uint8Array;

  static async open(sockets: RtpSockets, rng: Rng): Promise<NodeSocket> {
    return new NodeSocket(await sockets.open(), rng);
  }

  private constructor(pair: RtpPair, rng: Rng) {
    this.#pair = pair;
    this.#rng = rng;
    this.#nextKey = rng.bytes(MASTER_BYTES);
  }

  /** Endpoint that sessions join with; its key belongs to the next session. */
  get endpoint(): PlainEndpoint {
    const { localAddress, remoteHostAddress } = this.#pair;
    if (remoteHostAddress === undefined) return { kind: 'plain', ...localAddress };
    const nextKey = (): string => Buffer.from(this.#nextKey).toString('base64');
    return {
      kind: 'plain',
      ...localAddress,
      elsewhere: {
        ...remoteHostAddress,
        get srtp() {
          return { cryptoSuite: SRTP_SUITE, keyBase64: nextKey() };
        },
      },
    };
  }

  /** Uses the transport of a new session. Not called for a resumed session, which keeps its keys. */
  setTransport(
    session: Pick<SessionJoined, 'isElsewhere'>,
    transport: wire.TransportInfo.$Properties | undefined,
  ): void {
    this.#pair.setTransport(session, transport ?? {});
    this.#sealer = new SrtpSealer(this.#nextKey);
    this.#openers.home = openerOf(transport);
    this.#openers.next = undefined;
    this.#nextKey = this.#rng.bytes(MASTER_BYTES);
  }

  /** Receives from the transport that the session moves to, beside the present one. */
  beginMove(transport: wire.TransportInfo.$Properties | undefined): void {
    this.#openers.next = openerOf(transport);
    // A media node of the same host has no key, so a missing opener means the same host.
    this.#pair.beginMove({ isElsewhere: this.#openers.next !== undefined }, transport ?? {});
  }

  /** Ends a move: the next media node becomes the home, or is dropped. */
  endMove(isMade: boolean): void {
    this.#pair.endMove(isMade);
    if (isMade) this.#openers.home = this.#openers.next;
    this.#openers.next = undefined;
  }

  /** `onDatagram` gets the plain datagrams of a media node. An error that it throws is a bug and goes to `onFailed`. */
  listen(onDatagram: (datagram: Uint8Array, from: TransportSlot) => void, onFailed: (error: unknown) => void): void {
    this.#pair.listen((datagram, from) => {
      const plain = this.#pair.usesRemoteSocket(from) ? this.#openers[from]?.open(datagram) : datagram;
      if (plain !== undefined) onDatagram(plain, from);
    }, onFailed);
  }

  /** Sends a plain datagram; drops it before a session has joined. */
  send(datagram: Uint8Array, to: TransportSlot = 'home'): void {
    const isSealed = this.#pair.usesRemoteSocket(to);
    if (isSealed && this.#openers[to] === undefined) return;
    const sent = isSealed ? this.#sealer?.seal(datagram) : datagram;
    if (sent !== undefined) this.#pair.send(sent, to);
  }

  close(): void {
    this.#pair.close();
  }
}

function openerOf(transport: wire.TransportInfo.$Properties | undefined): SrtpOpener | undefined {
  const nodeKey = Buffer.from(transport?.plain?.srtp?.keyBase64 ?? '', 'base64');
  return nodeKey.length === MASTER_BYTES ? new SrtpOpener(nodeKey) : undefined;
}
