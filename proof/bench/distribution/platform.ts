// A platform that pulls: it answers each call, reads the file, and posts its receipt.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  readonly delivery: string;
  readonly url: string;
  readonly receiptUrl: string;
}

const CALL_BYTES_MAX = 65_536;
const ATTEMPTS = 20;
const RETRY_MS = 2000;

export class Platform {
  /** SHA-256 of the read file, by delivery. */
  readonly #read = new Map<string, string>();
  /** Why a file or a receipt failed last: servers die meanwhile. */
  lastFailure = '';
  readonly #running = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Returns the hash of the file of a delivery, and forgets it. */
  take(delivery: string): string | undefined {
    const sha256 = this.#read.get(delivery);
    this.#read.delete(delivery);
    return sha256;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(this.#running.values());
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let text = '';
      for await (const chunk of request) {
        text += String(chunk);
        if (text.length > CALL_BYTES_MAX) throw new Error('the call is too long');
      }
      const call = JSON.parse(text) as Call;
      response.writeHead(202).end();
      if (this.#running.has(call.delivery)) return;
      const run = this.#pull(call).finally(() => this.#running.delete(call.delivery));
      this.#running.set(call.delivery, run);
    } catch {
      response.destroy();
    }
  }

  /** Tries again, as servers die meanwhile; after the last attempt the call comes again in a day. */
  async #pull(call: Call): Promise<void> {
    const { signal } = this.#ending;
    for (let attempt = 0; attempt < ATTEMPTS && !signal.aborted; attempt += 1) {
      try {
        const hash = createHash('sha256');
        let bytes = 0;
        const file = await fetch(call.url, { signal });
        if (!file.ok || file.body === null) throw new Error(`HTTP ${file.status}`);
        for await (const chunk of file.body) {
          hash.update(chunk);
          bytes += chunk.length;
        }
        const sha256 = hash.digest('hex');
        this.#read.set(call.delivery, sha256);
        const body = JSON.stringify({ sha256, bytes });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(call.receiptUrl, { method: 'POST', headers, body, signal });
        if (answer.ok) return;
      } catch (error) {
        this.lastFailure = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
