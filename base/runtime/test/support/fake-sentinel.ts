import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * A sentinel that gives a test's answer at the test's moment, which real sentinels leave to chance. It knows the three
 * commands of a group's client, and expects every command in a single packet.
 */
export class FakeSentinel {
  /** Called when a client asks for the primary; resolves with the answer. */
  onAsked: () => Promise<number>;
  readonly #server = createServer((socket) => this.#take(socket));
  readonly #sockets = new Set<Socket>();
  readonly #listeners = new Set<Socket>();

  private constructor(primary: number) {
    this.onAsked = () => Promise.resolve(primary);
  }

  static async start(primary: number): Promise<FakeSentinel> {
    const sentinel = new FakeSentinel(primary);
    sentinel.#server.listen(0, '127.0.0.1');
    await once(sentinel.#server, 'listening');
    return sentinel;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#listeners.delete(socket);
    });
    socket.on('data', (bytes) => {
      for (const command of String(bytes)
        .split(/\*\d+\r\n/)
        .slice(1))
        void this.#answer(socket, command.toLowerCase());
    });
  }

  async #answer(socket: Socket, command: string): Promise<void> {
    if (command.includes('get-master-addr-by-name')) socket.write(array(['127.0.0.1', String(await this.onAsked())]));
    else if (command.includes('sentinels')) socket.write(array([]));
    else if (command.includes('+switch-master')) {
      this.#listeners.add(socket);
      socket.write('>3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n');
    } else socket.write('+OK\r\n');
  }
}

/** Encodes an array of RESP3, which marks pushed messages with `>`. */
const array = (items: readonly string[], mark: '*' | '>' = '*'): string =>
  `${mark}${items.length}\r\n${items.map((item) => `$${item.length}\r\n${item}\r\n`).join('')}`;
