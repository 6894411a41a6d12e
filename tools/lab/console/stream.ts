// Clients of the api's stream of the world: one that reads, one that does not.
import { readFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import { EventReader, SeenWorld } from './world-events.ts';

const PATH = '/api/v1/console/world/stream';
const LOOK_EVERY_MS = 250;

export class WorldStream {
  readonly world = new SeenWorld();
  bytes = 0;
  events = 0;
  /** It was opened so many times: it ends with each token. */
  opened = 0;
  readonly #url: string;
  readonly #token: () => Promise<string>;
  #asked: ClientRequest | undefined;
  #failure: Error | undefined;
  #isClosed = false;

  private constructor(url: string, token: () => Promise<string>) {
    this.#url = url;
    this.#token = token;
  }

  /** Resolves when the whole world has come. `token`: a new one each time. */
  static async open(url: string, token: () => Promise<string>): Promise<WorldStream> {
    const stream = new WorldStream(url, token);
    await stream.#ask();
    await stream.#until('the world comes', (world) => world.seq >= 0, 30_000);
    return stream;
  }

  async #ask(): Promise<void> {
    const reader = new EventReader();
    const headers = { authorization: `Bearer ${await this.#token()}`, accept: 'text/event-stream' };
    if (this.#isClosed) return;
    this.opened += 1;
    this.#asked = request(`${this.#url}${PATH}`, { headers }, (response) => {
      if (response.statusCode !== 200) this.#failure = new Error(`the stream answers ${response.statusCode}`);
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        this.bytes += Buffer.byteLength(text);
        for (const { event, data } of reader.take(text)) {
          this.events += 1;
          this.world.take(event, data);
        }
      });
      response.once('close', () => {
        if (!this.#isClosed && this.#failure === undefined) void this.#ask().catch((error) => this.#fail(error));
      });
    });
    this.#asked.on('error', (error) => this.#fail(error));
    this.#asked.end();
  }

  #fail(error: Error): void {
    if (!this.#isClosed) this.#failure ??= error;
  }

  /** Seconds until the world is so; NaN: not within the limit. */
  async secondsUntil(is: (world: SeenWorld) => boolean, limitMs: number): Promise<number> {
    const beganMs = performance.now();
    while (!is(this.world)) {
      if (this.#failure !== undefined) throw this.#failure;
      if (performance.now() - beganMs > limitMs) return Number.NaN;
      await delay(50);
    }
    return (performance.now() - beganMs) / 1000;
  }

  async #until(what: string, is: (world: SeenWorld) => boolean, limitMs: number): Promise<void> {
    if (Number.isNaN(await this.secondsUntil(is, limitMs))) throw new Error(`not within ${limitMs} ms: ${what}`);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#asked?.destroy();
  }
}

/** A client that asks for the stream and never reads; the kernel says when the api lets go of it. */
export class UnreadStream {
  readonly #socket: Socket;
  readonly #apiPort: number;
  readonly #beganMs = performance.now();

  private constructor(socket: Socket, apiPort: number) {
    this.#socket = socket;
    this.#apiPort = apiPort;
  }

  static async open(url: string, token: string): Promise<UnreadStream> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined); // a reset is how it may be cut
    socket.pause();
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    socket.write(`GET ${PATH} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n\r\n`);
    const unread = new UnreadStream(socket, Number(port));
    await until('the connection stands at the api', () => unread.#seen() !== undefined, 10_000);
    return unread;
  }

  /**
   * Until the api has closed it: what the kernel holds in between is neither read nor in the api's memory, so time
   * counts from when it took no more. NaN: not within the limit.
   */
  async untilCut(limitMs: number): Promise<{ cutSeconds: number; heldBytes: number; seconds: number }> {
    let [heldBytes, fullAtMs] = [0, this.#beganMs];
    for (;;) {
      const seen = this.#seen();
      const nowMs = performance.now();
      const seconds = (nowMs - this.#beganMs) / 1000;
      if (seen === undefined) return { cutSeconds: (nowMs - fullAtMs) / 1000, heldBytes, seconds };
      if (seen > heldBytes) [heldBytes, fullAtMs] = [seen, nowMs];
      if (nowMs - this.#beganMs > limitMs) return { cutSeconds: Number.NaN, heldBytes, seconds };
      await delay(LOOK_EVERY_MS);
    }
  }

  #seen(): number | undefined {
    const table = readFileSync('/proc/net/tcp', 'latin1');
    return unsentOf(table, { localPort: this.#apiPort, remotePort: this.#socket.localPort ?? 0 });
  }

  /** Idempotent. */
  close(): void {
    this.#socket.destroy();
  }
}

/**
 * Bytes that wait in the kernel to be sent on a connection, seen from the side with `localPort`, by the text of
 * /proc/net/tcp; undefined: the connection does not stand there.
 */
export function unsentOf(table: string, o: { localPort: number; remotePort: number }): number | undefined {
  const portOf = (address = ''): number => Number.parseInt(address.split(':')[1] ?? '', 16);
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(
      ([, local, remote, state]) => portOf(local) === o.localPort && portOf(remote) === o.remotePort && state === '01',
    );
  return row === undefined ? undefined : Number.parseInt(row[4]?.split(':')[0] ?? '', 16);
}
