// One UDP socket of a bridge: RTP and RTCP of one direction between the gateway and the plain endpoint of a media
// node on this host. Datagrams from anywhere else are dropped and counted.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Bursts of a key frame are some hundred packets; a receive buffer for them keeps a busy process from losing any. */
const BUFFER_BYTES = 1024 * 1024;

export interface RtpAddress {
  readonly ip: string;
  readonly port: number;
}

export class RtpSocket {
  readonly address: RtpAddress;
  readonly #socket: Socket;
  #onDatagram: (datagram: Uint8Array) => void = () => undefined;
  #onFailed: (error: unknown) => void = () => undefined;
  #remote: RtpAddress | undefined;
  #unknown = 0;
  #isClosed = false;

  /** Bound to a free port of loopback. */
  static async open(): Promise<RtpSocket> {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
      // It is an address always: nothing is to be looked up, for each datagram a turn later.
      lookup: (address, _options, found) => found(null, address, 4),
    });
    const isListening = once(socket, 'listening');
    socket.bind(0, '127.0.0.1');
    await isListening;
    return new RtpSocket(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.address = { ip: '127.0.0.1', port: socket.address().port };
    socket.on('message', (datagram, from) => {
      if (from.port === this.#remote?.port && from.address === this.#remote.ip) this.#hear(datagram);
      else this.#unknown += 1;
    });
    // ICMP errors of a media node that has gone; the session says what becomes of it.
    socket.on('error', () => undefined);
  }

  /** Datagrams that came from an address that is not the media node's. */
  get fromElsewhere(): number {
    return this.#unknown;
  }

  /**
   * `onDatagram` gets what comes from the remote address, once that is known. What it throws is a mistake of ours, and
   * goes to `onFailed`, which ends what the datagram was for: not the process.
   */
  listen(onDatagram: (datagram: Uint8Array) => void, onFailed: (error: unknown) => void): void {
    this.#onDatagram = onDatagram;
    this.#onFailed = onFailed;
  }

  /** Where the media node listens; another one after a rejoin. */
  connect(remote: RtpAddress): void {
    this.#remote = remote;
  }

  /** Nothing is sent before `connect`. */
  send(datagram: Uint8Array): void {
    if (this.#remote !== undefined && !this.#isClosed) this.#socket.send(datagram, this.#remote.port, this.#remote.ip);
  }

  #hear(datagram: Uint8Array): void {
    try {
      this.#onDatagram(datagram);
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
