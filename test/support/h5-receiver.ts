// A page that publishes with the H5 publisher, and the server that takes what it sends.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';

const dist = join(import.meta.dirname, '../../sdk-web/dist');
/** What the meeting page's server says, too; see web/server/headers.ts. */
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; media-src 'self' blob:";
const page = '<!doctype html><script type="module" src="/page.js"></script>';
const script = `
import { H5Publisher } from '/h5.js';
window.states = [];
window.publish = async (url, options = {}) => {
  window.stream ??= await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: true });
  const onState = (...args) => states.push(args.filter(Boolean).join(' '));
  window.publisher = new H5Publisher({ url, stream, onState, ...options });
  publisher.start();
};
`;

export class H5Receiver {
  readonly origin: string;
  /** What each connection has sent so far. */
  readonly received: Uint8Array[][] = [];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  private constructor(http: Server) {
    this.#http = http;
    this.origin = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.#sockets = new WebSocketServer({ server: http });
    this.#sockets.on('connection', (socket, { url = '/' }) => this.#take(socket, url));
  }

  static async start(): Promise<H5Receiver> {
    const http = createServer((request, response) => {
      const name = request.url ?? '/';
      response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', extname(name) === '.js' ? 'text/javascript' : 'text/html');
      response.end(name === '/page.js' ? script : extname(name) === '.js' ? readFileSync(join(dist, name)) : page);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new H5Receiver(http);
  }

  /** Ends every connection without a word, as a network does. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  /** Sends a message to every publisher. */
  say(message: string): void {
    for (const socket of this.#sockets.clients) socket.send(message);
  }

  stop(): void {
    this.cut();
    this.#sockets.close();
    this.#http.close();
  }

  #take(socket: WebSocket, url: string): void {
    if (url === '/refused.ts') socket.close(1008, 'TOKEN_EXPIRED: the key is too old');
    else if (url === '/over.ts') socket.close(1000);
    else {
      const parts: Uint8Array[] = [];
      this.received.push(parts);
      socket.on('message', (bytes: Buffer) => parts.push(new Uint8Array(bytes)));
    }
  }
}
