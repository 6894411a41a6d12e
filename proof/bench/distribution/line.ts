// A TCP line to a server on loopback that can be cut: open connections break, and new ones find none until it heals.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export class Line {
  readonly port: number;
  readonly #server;
  readonly #sockets: Set<Socket>;
  readonly #state: { isCut: boolean };

  static async to(port: number): Promise<Line> {
    const sockets = new Set<Socket>();
    const state = { isCut: false };
    const server = createServer((near) => {
      if (state.isCut) {
        near.destroy();
        return;
      }
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Line(server, sockets, state);
  }

  private constructor(server: ReturnType<typeof createServer>, sockets: Set<Socket>, state: { isCut: boolean }) {
    this.#server = server;
    this.#sockets = sockets;
    this.#state = state;
    this.port = (server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#state.isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  heal(): void {
    this.#state.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
