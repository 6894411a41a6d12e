// The receiver of alarms: an HTTP server that remembers what it was sent, and when.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sent {
  readonly kind: string;
  readonly rule: string;
  readonly subject: string;
  readonly room: string;
  readonly atMs: number;
}

export class Hook {
  readonly sent: Sent[] = [];
  readonly url: string;
  readonly #server: Server;

  static async open(): Promise<Hook> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Hook(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`;
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.#take(Buffer.concat(parts).toString());
        response.end();
      });
    });
  }

  /** Of a room, in the order in which they came. */
  of(room: string): readonly Sent[] {
    return this.sent.filter((one) => one.room === room);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(body: string): void {
    const { alarms } = JSON.parse(body) as {
      alarms: { kind: string; rule: string; subject: string; labels: Record<string, string> }[];
    };
    const atMs = performance.now();
    for (const { kind, rule, subject, labels } of alarms)
      this.sent.push({ kind, rule, subject, room: labels['room'] ?? '', atMs });
  }
}
