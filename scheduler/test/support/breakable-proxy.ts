// HTTP on loopback that passes requests unchanged, until it is broken: an endpoint that is unreachable, or returns
// nonsense.
import { createServer, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

export class BreakableProxy {
  /** Answer to every request, in place of the target's. */
  answer: string | undefined;
  isAway = false;
  before: (line: string) => Promise<void> = async () => undefined;
  /** Passed requests, as `METHOD /path`. */
  readonly seen: string[] = [];
  readonly #server;

  private constructor(target: { url: string; ca?: string | undefined }) {
    const open = target.url.startsWith('https:') ? httpsRequest : httpRequest;
    this.#server = createServer((request, response) => {
      if (this.isAway) return void request.socket.destroy();
      const line = `${request.method} ${request.url}`;
      this.seen.push(line);
      if (this.answer !== undefined) return void response.writeHead(200).end(this.answer);
      const { method, headers, url = '' } = request;
      const onward = open(`${target.url}${url}`, { method, headers, ca: target.ca, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      this.before(line).then(
        () => request.pipe(onward),
        () => response.destroy(),
      );
    });
  }

  static async open(target: { url: string; ca?: string | undefined }): Promise<BreakableProxy> {
    const proxy = new BreakableProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
