// Makes raw connections, as no client of ours does.
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** Returns the bytes of an upgrade to a WebSocket; `fields`: further fields, each with its CRLF. */
export const upgradeRequest = (fields = ''): string =>
  `GET /v1/rtc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}\r\n${fields}\r\n`;

/** A connection from the address that sends `text`, by default the upgrade to a WebSocket. */
export class Raw {
  readonly socket: Socket;
  answer = '';
  bytesHeard = 0;
  isOver = false;

  constructor(port: number, localAddress: string, text: string | Buffer = upgradeRequest()) {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.isOver = true;
    });
    this.socket.on('data', (data: Buffer) => {
      this.answer ||= data.toString('latin1');
      this.bytesHeard += data.length;
    });
    this.socket.write(text);
  }

  async connects(): Promise<void> {
    await until(() => !this.socket.connecting, 'the connection');
  }

  async opens(): Promise<boolean> {
    await until(() => this.answer !== '' || this.isOver, 'an answer to the upgrade');
    return this.answer.startsWith('HTTP/1.1 101');
  }

  async ends(): Promise<void> {
    await until(() => this.isOver, 'the end of the socket');
  }
}
