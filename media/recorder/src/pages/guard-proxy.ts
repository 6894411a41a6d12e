// Proxy on loopback, the only way of a recorded page into networks: it dials only addresses that `TargetAddresses`
// allows, without resolving the name again. So a customer's page reaches no internal address, whatever its scripts try.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TargetAddresses } from '@meridian/node-shell';

const CONNECT_MS = 10_000;
const CONNECTIONS_MAX = 256;

export interface GuardProxyOptions {
  readonly addresses: Pick<TargetAddresses, 'resolve'>;
}

export class GuardProxy {
  readonly #o: GuardProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  /** Listens on a free port of loopback. */
  static async open(o: GuardProxyOptions): Promise<GuardProxy> {
    const proxy = new GuardProxy(o);
    const listening = Promise.withResolvers<void>();
    proxy.#server.once('error', listening.reject);
    proxy.#server.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    return proxy;
  }

  private constructor(o: GuardProxyOptions) {
    this.#o = o;
    this.#server = createServer((asked, answer) => void this.#forward(asked, answer));
    this.#server.maxConnections = CONNECTIONS_MAX;
    this.#server.on('connection', (socket) => this.#trackSocket(socket));
    this.#server.on('connect', (asked, socket, head) => void this.#tunnel(asked, socket, head));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #trackSocket(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const target = URL.parse(`http://${incoming.url ?? ''}`);
      if (target === null) throw new Error('no address');
      const upstream = await this.#dial(target, Number(target.port || 80));
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
    } catch {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    }
  }

  async #forward(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const target = URL.parse(incoming.url ?? '');
      if (target?.protocol !== 'http:') throw new Error('no address');
      const host = await this.#resolve(target);
      const { method, headers } = incoming;
      const path = `${target.pathname}${target.search}`;
      const upstreamRequest = request({ host, port: target.port || 80, method, headers, path, agent: false });
      upstreamRequest.on('socket', (socket) => this.#trackSocket(socket));
      upstreamRequest.on('response', (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      });
      upstreamRequest.on('error', () => answer.destroy());
      answer.on('close', () => upstreamRequest.destroy());
      incoming.pipe(upstreamRequest);
    } catch {
      answer.writeHead(403, { connection: 'close' }).end();
    }
  }

  #resolve({ hostname }: URL): Promise<string> {
    return this.#o.addresses.resolve(hostname.replace(/^\[|\]$/g, ''), 0);
  }

  async #dial(target: URL, port: number): Promise<Socket> {
    const host = await this.#resolve(target);
    const socket = connect({ host, port });
    this.#trackSocket(socket);
    const ready = Promise.withResolvers<void>();
    socket.once('connect', ready.resolve);
    socket.once('close', () => ready.reject(new Error('not connected')));
    socket.setTimeout(CONNECT_MS, () => socket.connecting && socket.destroy());
    await ready.promise;
    socket.setTimeout(0);
    return socket;
  }
}
