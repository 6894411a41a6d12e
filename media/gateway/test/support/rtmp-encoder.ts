// Encoder by RTMP over a socket, which sends what a test says.
import { connect, type Socket } from 'node:net';
import type { AmfValue } from '../../src/core/rtmp/amf0.ts';
import { encodeMessage, messageType, type RtmpMessage } from '../../src/core/rtmp/chunks.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../src/core/rtmp/commands.ts';
import { RtmpLink, uint32 } from '../../src/core/rtmp/link.ts';
import { eventually } from './eventually.ts';
import { handshakeRandom } from './rtmp-peer.ts';

export class RtmpEncoder {
  /** Codes and descriptions of the server's statuses. */
  readonly statuses: string[] = [];
  isClosed = false;
  readonly #socket: Socket;
  readonly #link = new RtmpLink('client', handshakeRandom);
  #chunkBytes = 128;
  #hasStream = false;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
    this.#socket.on('data', (bytes) => {
      for (const message of this.#link.receive(bytes)) this.#hear(message);
      this.#flush();
    });
    this.#flush();
  }

  shake(): Promise<void> {
    return eventually(() => {
      if (!this.#link.isHandshakeDone) throw new Error('no handshake yet');
    });
  }

  /** Resolves when the stream 1 is created. */
  async connect(): Promise<void> {
    await this.shake();
    this.call('connect', [new Map([['app', 'live']])]);
    this.call('createStream', [null]);
    await eventually(() => {
      if (!this.#hasStream) throw new Error('no stream yet');
    });
  }

  call(name: string, values: readonly AmfValue[], streamId = 0): void {
    this.send(commandMessage({ name, transactionId: 1, streamId, values }));
  }

  send(message: RtmpMessage): void {
    this.#socket.write(encodeMessage(message, { chunkStreamId: 3, chunkBytes: this.#chunkBytes }));
  }

  setChunkBytes(bytes: number): void {
    this.send({ typeId: messageType.setChunkSize, streamId: 0, timestampMs: 0, payload: uint32(bytes) });
    this.#chunkBytes = bytes;
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(message: RtmpMessage): void {
    if (!isCommandMessage(message)) return;
    const { name, values } = readCommand(message);
    const [, status] = values;
    if (name === '_result' && status === 1) this.#hasStream = true;
    if (status instanceof Map) this.statuses.push(`${status.get('code')} ${status.get('description') ?? ''}`);
  }

  #flush(): void {
    for (const bytes of this.#link.takeOutput()) this.#socket.write(bytes);
  }
}
