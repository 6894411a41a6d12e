// Viewers of FLV and RTMP, which only count their bytes.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../../../base/runtime/test/support/until.ts';
import { commandMessage, isCommandMessage, readCommand } from '../../../media/gateway/src/core/rtmp/commands.ts';
import { RtmpLink } from '../../../media/gateway/src/core/rtmp/link.ts';

const readBytes = 262_144;
const startLimitMs = 20_000;
/** The buffer of all viewers, as nothing is read from it after the start. */
const buffer = new Uint8Array(readBytes);

export interface Viewer {
  /** Received bytes so far. */
  readonly bytes: number;
  close(): void;
}

class Counting implements Viewer {
  bytes = 0;
  readonly socket: Socket;
  /** Undefined once only the bytes count. */
  onBytes: ((bytes: Uint8Array) => void) | undefined;

  constructor(port: number) {
    const callback = (count: number): boolean => {
      this.bytes += count;
      this.onBytes?.(buffer.slice(0, count));
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } });
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Resolves when the first bytes of the file have come. */
export async function watchFlv(port: number, path: string): Promise<Viewer> {
  const viewer = new Counting(port);
  await once(viewer.socket, 'connect');
  viewer.socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await until('the file begins', () => viewer.bytes > 1000, startLimitMs);
  return viewer;
}

/** Resolves when the play has begun. */
export async function watchRtmp(port: number, streamName: string): Promise<Viewer> {
  const viewer = new Counting(port);
  const link = new RtmpLink('client', randomBytes(1528));
  const flush = (): void => {
    for (const bytes of link.takeOutput()) viewer.socket.write(bytes);
  };
  let [isConnected, hasStream, isPlaying] = [false, false, false];
  let transactionId = 0;
  const call = (name: string, values: Parameters<typeof commandMessage>[0]['values'], streamId: number): void => {
    transactionId += 1;
    link.send(commandMessage({ name, transactionId, streamId, values }), 3);
    flush();
  };
  viewer.onBytes = (bytes) => {
    for (const message of link.receive(bytes)) {
      if (!isCommandMessage(message)) continue;
      const { name, transactionId: of } = readCommand(message);
      if (name === '_result' && of === 1) isConnected = true;
      if (name === '_result' && of === 2) hasStream = true;
      if (name === 'onStatus') isPlaying = true;
    }
    flush();
  };
  await once(viewer.socket, 'connect');
  flush();
  await until('the handshake is done', () => link.isHandshakeDone, startLimitMs);
  call('connect', [new Map([['app', 'live']])], 0);
  await until('it is connected', () => isConnected, startLimitMs);
  call('createStream', [null], 0);
  await until('it has a stream', () => hasStream, startLimitMs);
  call('play', [null, streamName], 1);
  await until('it plays', () => isPlaying, startLimitMs);
  viewer.onBytes = undefined;
  return viewer;
}
