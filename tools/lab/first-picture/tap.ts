// A forwarder before a gateway that says when an encoder connected.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class ConnectTap {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connected = Promise.withResolvers<number>();
  readonly #url: URL;

  /** For the server of this URL; `url` is the same by way of the tap. */
  static async open(url: string): Promise<ConnectTap> {
    const tap = new ConnectTap(url);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    return tap;
  }

  private constructor(url: string) {
    this.#url = new URL(url);
    const { hostname, port } = this.#url;
    this.#server = createServer((near) => {
      this.#connected.resolve(Date.now());
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        socket.setNoDelay(true);
        this.#sockets.add(socket);
        socket.on('error', () => this.#end(near, far));
        socket.on('close', () => this.#end(near, far));
      }
      near.pipe(far).pipe(near);
    });
  }

  get url(): string {
    const url = new URL(this.#url);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** When the first client connected, since 1970. */
  get connectedMs(): Promise<number> {
    return this.#connected.promise;
  }

  /** Idempotent. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #end(...sockets: Socket[]): void {
    for (const socket of sockets) {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }
}
