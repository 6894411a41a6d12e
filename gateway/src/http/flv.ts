// FLV over HTTP and over WebSocket: the tags of a programme as a file without end, at /live/KEY.flv.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import { flvHeader } from '../core/flv/file.ts';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { Programme } from '../room/programme.ts';
import type { Programmes } from '../room/programmes.ts';
import { closeCode, type Sockets } from './sockets.ts';

/** Viewers say nothing. */
const MESSAGE_BYTES_MAX = 1024;
const PATH = /^\/live\/([A-Za-z0-9_-]{1,1024})\.flv(?:\?|$)/;

export interface FlvOptions {
  readonly keys: StreamKeys;
  readonly programmes: Programmes;
  readonly sockets: Sockets;
}

/** Where one viewer's bytes go. */
interface Sink {
  readonly queuedBytes: () => number;
  send(bytes: Uint8Array): void;
  end(isSlow: boolean): void;
}

/** Adds both to the server. Refusals: the status or close code, and the code as text. */
export function addFlv(app: FastifyInstance, o: FlvOptions): void {
  app.get<{ Params: { key: string } }>('/live/:key.flv', async (request, reply) => {
    const programme = await o.programmes.open(o.keys.open(request.params.key));
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { 'content-type': 'video/x-flv', 'cache-control': 'no-store' });
    const stop = give(programme, responseSink(raw));
    // Who went while the programme was opened has had its `close`.
    if (raw.destroyed) stop();
    else raw.once('close', stop);
    return reply;
  });
  o.sockets.add({
    pattern: PATH,
    messageBytesMax: MESSAGE_BYTES_MAX,
    handler: (socket, [key = '']) => playTo(socket, key, o),
  });
}

/** The programme in a WebSocket, until either ends. */
async function playTo(socket: WebSocket, key: string, o: FlvOptions): Promise<void> {
  const programme = await o.programmes.open(o.keys.open(key));
  const stop = give(programme, {
    queuedBytes: () => socket.bufferedAmount,
    send: (bytes) => socket.send(bytes),
    end: (isSlow) => socket.close(isSlow ? closeCode.slow : closeCode.over),
  });
  if (socket.readyState === socket.OPEN) socket.once('close', stop);
  else stop();
}

function responseSink(raw: ServerResponse): Sink {
  return {
    queuedBytes: () => raw.writableLength,
    send: (bytes) => void raw.write(bytes),
    end: (isSlow) => (isSlow ? raw.destroy() : raw.end()),
  };
}

/** The file's header and then the programme. Returns how to stop. */
function give(programme: Programme, sink: Sink): () => void {
  const slow = new SlowViewer();
  let isOver = false;
  const end = (isSlow: boolean): void => {
    if (!isOver) sink.end(isSlow);
    isOver = true;
  };
  sink.send(flvHeader({ hasAudio: true, hasVideo: true }));
  return programme.watch({
    take: (item) => {
      if (isOver) return;
      const verdict = slow.next(item, sink.queuedBytes());
      if (verdict === 'send') sink.send(item.flv);
      else if (verdict === 'end') end(true);
    },
    ended: () => end(false),
  });
}
