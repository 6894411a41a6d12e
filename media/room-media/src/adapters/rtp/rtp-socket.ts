// UDP socket for RTP and RTCP of one direction between this process and the plain endpoint of a media node. Datagrams
// from other addresses are dropped.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6, SocketAddress } from 'node:net';

/** A key frame is a burst of some hundred packets; this buffer holds them while the process is busy. */
const BUFFER_BYTES = 1024 * 1024;

export interface RtpAddress {
  readonly ip: string;
  readonly port: number;
}

/** Media node that runs the session, or the node of its pending move. */
export type TransportSlot = 'home' | 'next';

export class RtpSocket {
  readonly address: RtpAddress;
  readonly #socket: Socket;
  #onDatagram: (datagram: Uint8Array, from: TransportSlot) => void = () => undefined;
  #onFailed: (error: unknown) => void = () => undefined;
  readonly #remotes: Record<TransportSlot, RtpAddress | undefined> = { home: undefined, next: undefined };
  #isClosed = false;

  /** Binds a free port of loopback, or `at`; rejects with EADDRINUSE. */
  static async open(at: RtpAddress = { ip: '127.0.0.1', port: 0 }): Promise<RtpSocket> {
    const family = isIPv6(at.ip) ? 6 : 4;
    const socket = createSocket({
      type: `udp${family}`,
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
      // The destination is always an IP address; Node's own lookup would delay each datagram by a turn.
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
      if (from.port === home?.port && from.address === home.ip) this.#deliver(datagram, 'home');
      else if (from.port === next?.port && from.address === next.ip) this.#deliver(datagram, 'next');
    });
    // ICMP errors come from a media node that has gone; the session decides what follows.
    socket.on('error', () => undefined);
  }

  /**
   * `onDatagram` gets the datagrams of known remote addresses. An error that it throws is a bug and goes to `onFailed`,
   * which ends the media of the datagram and not the process.
   */
  listen(onDatagram: (datagram: Uint8Array, from: TransportSlot) => void, onFailed: (error: unknown) => void): void {
    this.#onDatagram = onDatagram;
    this.#onFailed = onFailed;
  }

  /** Sets the media node's address, which changes after a rejoin. With undefined nothing is sent or received. */
  connect(remote: RtpAddress | undefined, side: TransportSlot = 'home'): void {
    // An IPv6 address has several spellings, but datagrams arrive with the canonical spelling.
    this.#remotes[side] = remote && { ...remote, ip: isIPv6(remote.ip) ? ipv6(remote.ip) : remote.ip };
  }

  /** Sends a datagram; drops it before `connect`. */
  send(datagram: Uint8Array, to: TransportSlot = 'home'): void {
    const remote = this.#remotes[to];
    if (remote !== undefined && !this.#isClosed) this.#socket.send(datagram, remote.port, remote.ip);
  }

  #deliver(datagram: Uint8Array, from: TransportSlot): void {
    try {
      this.#onDatagram(datagram, from);
    } catch (error) {
      this.#onFailed(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}

const ipv6 = (address: string): string => new SocketAddress({ address, family: 'ipv6' }).address;
