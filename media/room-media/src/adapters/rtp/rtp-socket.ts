// One UDP socket of a bridge: RTP and RTCP of one direction between the gateway and the plain endpoint of a media
// node. Datagrams from anywhere else are dropped and counted.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6, SocketAddress } from 'node:net';

/** Bursts of a key frame are some hundred packets; a receive buffer for them keeps a busy process from losing any. */
const BUFFER_BYTES = 1024 * 1024;

export interface RtpAddress {
  readonly ip: string;
  readonly port: number;
}

/** Of the media nodes of a session: where it lives, and where it is to move. */
export type NodeSide = 'home' | 'next';

export class RtpSocket {
  readonly address: RtpAddress;
  readonly #socket: Socket;
  #onDatagram: (datagram: Uint8Array, from: NodeSide) => void = () => undefined;
  #onFailed: (error: unknown) => void = () => undefined;
  readonly #remotes: Record<NodeSide, RtpAddress | undefined> = { home: undefined, next: undefined };
  #isClosed = false;

  /** Bound to a free port of loopback, or to `at`; rejects with EADDRINUSE. */
  static async open(at: RtpAddress = { ip: '127.0.0.1', port: 0 }): Promise<RtpSocket> {
    const family = isIPv6(at.ip) ? 6 : 4;
    const socket = createSocket({
      type: `udp${family}`,
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
      // It is an address always: nothing is to be looked up, for each datagram a turn later.
      lookup: (address, _options, found) => found(null, address, family),
    });
    const isListening = once(socket, 'listening');
    socket.bind(at.port, at.ip);
    try {
      await isListening;
    } catch (error) {
      socket.close();
      throw error;
    }
    return new RtpSocket(socket, at.ip);
  }

  private constructor(socket: Socket, ip: string) {
    this.#socket = socket;
    this.address = { ip, port: socket.address().port };
    socket.on('message', (datagram, from) => {
      const { home, next } = this.#remotes;
      if (from.port === home?.port && from.address === home.ip) this.#hear(datagram, 'home');
      else if (from.port === next?.port && from.address === next.ip) this.#hear(datagram, 'next');
    });
    // ICMP errors of a media node that has gone; the session says what becomes of it.
    socket.on('error', () => undefined);
  }

  /**
   * `onDatagram` gets what comes from a remote address, once that is known. What it throws is a mistake of ours, and
   * goes to `onFailed`, which ends what the datagram was for: not the process.
   */
  listen(onDatagram: (datagram: Uint8Array, from: NodeSide) => void, onFailed: (error: unknown) => void): void {
    this.#onDatagram = onDatagram;
    this.#onFailed = onFailed;
  }

  /** Where the media node listens; another one after a rejoin. Undefined: nothing is sent and heard any more. */
  connect(remote: RtpAddress | undefined, side: NodeSide = 'home'): void {
    // An address of IPv6 can be written in many ways; datagrams come from one.
    this.#remotes[side] = remote && { ...remote, ip: isIPv6(remote.ip) ? ipv6(remote.ip) : remote.ip };
  }

  /** Nothing is sent before `connect`. */
  send(datagram: Uint8Array, to: NodeSide = 'home'): void {
    const remote = this.#remotes[to];
    if (remote !== undefined && !this.#isClosed) this.#socket.send(datagram, remote.port, remote.ip);
  }

  #hear(datagram: Uint8Array, from: NodeSide): void {
    try {
      this.#onDatagram(datagram, from);
    } catch (error) {
      this.#onFailed(error);
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}

const ipv6 = (address: string): string => new SocketAddress({ address, family: 'ipv6' }).address;
