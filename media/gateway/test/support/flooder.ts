// Thread with many connections from one address that flood as fast as the peer reads.
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

export interface FloodOptions {
  readonly port: number;
  readonly localAddress: string;
  readonly connections: number;
  readonly opening: Uint8Array;
  readonly answerBytes: number;
  readonly flood: Uint8Array;
}
/** Message posted when every connection floods or has ended. */
export const FLOODING = 'flooding';

const { port, localAddress, connections, opening, answerBytes, flood } = workerData as FloodOptions;
let begun = 0;
function begin(): void {
  begun += 1;
  if (begun === connections) parentPort?.postMessage(FLOODING);
}

function open(onBegun: () => void): void {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  let heard = 0;
  let isFlooding = false;
  socket.on('error', () => undefined); // The socket is cut.
  socket.on('connect', () => socket.write(opening));
  socket.on('data', ({ length }) => {
    heard += length;
    if (isFlooding || heard < answerBytes) return;
    isFlooding = true;
    onBegun();
    pour(socket);
  });
  socket.on('drain', () => pour(socket));
  socket.on('close', () => {
    if (!isFlooding) onBegun();
  });
}

function pour(socket: Socket): void {
  while (socket.writable && !socket.writableNeedDrain) socket.write(flood);
}

for (let at = 0; at < connections; at += 1) open(begin);
