import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from '@meridian/runtime';

export class ProbeSocket {
  readonly #socket: Socket;
  readonly #log: Logger;

  /** Listens; rejects when the address is taken or invalid. */
  static async listen(o: {
    ip: string;
    port: number;
    log: Logger;
    onDatagram: (bytes: Uint8Array) => void;
  }): Promise<ProbeSocket> {
    const socket = createSocket(isIPv6(o.ip) ? 'udp6' : 'udp4');
    const opened = new ProbeSocket(socket, o.log);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: o.ip, port: o.port }, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    socket.on('error', (error) => o.log.warn({ err: error }, 'probe socket'));
    socket.on('message', (bytes) => o.onDatagram(bytes));
    return opened;
  }

  private constructor(socket: Socket, log: Logger) {
    this.#socket = socket;
    this.#log = log;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends a datagram, which may be lost without notice. */
  send(bytes: Uint8Array, port: number, ip: string): void {
    this.#socket.send(bytes, port, ip, (error) => {
      if (error !== null) this.#log.debug({ ip, port, err: error }, 'datagram not sent');
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
