// A TCP forwarder that records what passes, like an attacker's tap on the wire.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Tap {
  /** Bytes recorded from the dialling side to the target. */
  readonly toTarget: Buffer[] = [];
  readonly fromTarget: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** `target` returns the port of the other side; while it returns undefined, connections are refused. */
  static async open(target: () => number | undefined): Promise<Tap> {
    const tap = new Tap(target);
    await new Promise<void>((resolve) => tap.#server.listen(0, '127.0.0.1', resolve));
    return tap;
  }

  private constructor(target: () => number | undefined) {
    this.#server = createServer((clientSocket) => {
      const port = target();
      this.#track(clientSocket);
      if (port === undefined) {
        clientSocket.destroy();
        return;
      }
      const targetSocket = connect(port, '127.0.0.1');
      this.#track(targetSocket);
      clientSocket.on('data', (bytes) => this.toTarget.push(bytes));
      targetSocket.on('data', (bytes) => this.fromTarget.push(bytes));
      clientSocket.on('close', () => targetSocket.destroy());
      targetSocket.on('close', () => clientSocket.destroy());
      clientSocket.pipe(targetSocket);
      targetSocket.pipe(clientSocket);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get byteCount(): number {
    return [...this.toTarget, ...this.fromTarget].reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** Returns whether the text has passed, even split over several chunks. */
  hasSeen(text: string): boolean {
    return [this.toTarget, this.fromTarget].some((chunks) => Buffer.concat(chunks).includes(text));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // Tests cut connections on purpose; the other side is closed with the first.
    socket.on('error', () => socket.destroy());
  }
}
