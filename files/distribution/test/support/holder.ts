// HTTP server that has contents and serves them correctly or not.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PASS_HEADER, type Source } from '../../src/contract.ts';

export const hashesOf = (bytes: Uint8Array, blockBytes: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(bytes.length / blockBytes) }, (_, at) =>
      createHash('sha256')
        .update(bytes.subarray(at * blockBytes, (at + 1) * blockBytes))
        .digest(),
    ),
  );
export const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export class Holder {
  /** `blocks`, or the first byte of a range, in the order of requests. */
  readonly requests: string[] = [];
  readonly opened: (string | undefined)[] = [];
  /** Sends an answer with these bytes. */
  give: (response: ServerResponse, bytes: Uint8Array, from: number) => void = (response, bytes) => response.end(bytes);
  status = 0;
  /** Returns false to refuse a credential with 401. */
  takes: (opened: string) => boolean = () => true;
  readonly #server: Server;
  readonly #kind: Source['kind'];

  static async of(bytes: Uint8Array, blockBytes: number, kind: Source['kind'] = 'library'): Promise<Holder> {
    const holder = new Holder(bytes, hashesOf(bytes, blockBytes), kind);
    holder.#server.listen(0, '127.0.0.1');
    await once(holder.#server, 'listening');
    return holder;
  }

  private constructor(bytes: Uint8Array, hashes: Uint8Array, kind: Source['kind']) {
    this.#kind = kind;
    this.#server = createServer(({ url = '', headers }, response) => {
      const opened = headers.authorization ?? String(headers[PASS_HEADER]);
      this.opened.push(opened);
      const status = this.takes(opened) ? this.status : 401;
      if (status !== 0) {
        response.writeHead(status).end();
        return;
      }
      if (url.endsWith('/blocks')) {
        this.requests.push('blocks');
        response.end(hashes);
        return;
      }
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
      this.requests.push(from ?? 'whole');
      const part = bytes.subarray(Number(from), Number(to) + 1);
      const range = `bytes ${from}-${to}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': part.length });
      this.give(response, part, Number(from));
    });
  }

  get source(): Source {
    const { port } = this.#server.address() as AddressInfo;
    return { base: `http://127.0.0.1:${port}/x`, kind: this.#kind };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
