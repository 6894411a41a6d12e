import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { HANDSHAKE_RANDOM_BYTES } from '../../src/core/rtmp/handshake.ts';
import { encodeMedia, encodeMetadata } from '../../src/core/rtmp/media.ts';
import { type RtmpRequest, RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';

interface Viewer {
  readonly socket: Socket;
  readonly connection: RtmpServerConnection;
  readonly request: RtmpRequest;
}

/** The smallest RTMP server: what is published is played to its waiting players, message by message. */
export class RtmpRelay {
  readonly #server: Server;
  readonly #viewers: Viewer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #onEvent: (event: RtmpServerEvent) => void;
  /** What each connection received, by number of connection. */
  readonly received: Uint8Array[][] = [];

  private constructor(onEvent: (event: RtmpServerEvent) => void) {
    this.#onEvent = onEvent;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(onEvent: (event: RtmpServerEvent) => void): Promise<RtmpRelay> {
    const relay = new RtmpRelay(onEvent);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    const connection = new RtmpServerConnection({
      random: randomBytes(HANDSHAKE_RANDOM_BYTES),
      nowMs: performance.now(),
    });
    const received: Uint8Array[] = [];
    this.received.push(received);
    this.#sockets.add(socket);
    socket.on('data', (bytes) => {
      received.push(bytes);
      for (const event of connection.receive(bytes, performance.now())) this.#handle(event, socket, connection);
      flush(socket, connection);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #handle(event: RtmpServerEvent, socket: Socket, connection: RtmpServerConnection): void {
    if (event.kind === 'playRequested') this.#viewers.push({ socket, connection, request: event });
    else if (event.kind === 'publishRequested') {
      event.accept();
      for (const viewer of this.#viewers) viewer.request.accept();
    } else if (event.kind === 'metadata') this.#fanOut(encodeMetadata(event, { toServer: false }));
    else if (event.kind === 'audio' || event.kind === 'video') this.#fanOut(encodeMedia(event));
    else if (event.kind === 'released') this.#endPlays();
    this.#onEvent(event);
  }

  #fanOut(bytes: Uint8Array): void {
    for (const { socket, connection } of this.#viewers) {
      flush(socket, connection);
      socket.write(bytes);
    }
  }

  #endPlays(): void {
    for (const { socket, connection, request } of this.#viewers.splice(0)) {
      connection.endPlay(request.streamId);
      flush(socket, connection);
    }
  }
}

/** Writes what the connection has to say, and ends the socket of one that has ended. */
function flush(socket: Socket, connection: RtmpServerConnection): void {
  for (const bytes of connection.takeOutput()) socket.write(bytes);
  if (connection.isEnded) socket.end();
}
