// A way to the api of its own for the third region's tester, on which bookings can be made to fail.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

export class ApiFront {
  /** Bookings get no answer but 503; reports pass. */
  isBroken = false;
  readonly #target: string;
  readonly #server = createServer((incoming, reply) => this.#pass(incoming, reply));

  private constructor(target: string) {
    this.#target = target;
  }

  static async start(target: string): Promise<ApiFront> {
    const front = new ApiFront(target);
    await once(front.#server.listen(0, '127.0.0.1'), 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(incoming: IncomingMessage, reply: ServerResponse): void {
    const { method, headers, url = '/' } = incoming;
    if (this.isBroken && url.startsWith('/api/v1/meetings')) {
      incoming.resume();
      reply.writeHead(503).end();
      return;
    }
    const onward = request(new URL(url, this.#target), { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, reply).catch(() => reply.destroy());
    });
    onward.on('error', () => reply.destroy());
    pipeline(incoming, onward).catch(() => reply.destroy());
  }
}
