// FLV over HTTP and over WebSocket: the tags of a programme as a file without end, at /live/KEY.flv.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { MeridianClientError } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { STREAM_KEY_CHARACTERS_MAX, type StreamKeys } from '../adapters/stream-keys.ts';
import { flvHeader } from '../core/flv/file.ts';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { Programme } from '../room/programme.ts';
import type { Programmes } from '../room/programmes.ts';

/** WebSocket close codes (RFC 6455, 7.4.1): who may not play; who takes too little. */
const CLOSE_REFUSED = 1008;
const CLOSE_SLOW = 1013;
const CLOSE_OVER = 1000;
const CLOSE_LEAVING = 1001;
/** A viewer that does not answer a close is cut off. */
const GOODBYE_MS = 2000;
const PATH = /^\/live\/([A-Za-z0-9_-]+)\.flv(?:\?|$)/;

export interface FlvOptions {
  readonly keys: StreamKeys;
  readonly programmes: Programmes;
  readonly log: Logger;
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
  const endAll = addWebSocket(app.server, o);
  app.addHook('preClose', async () => endAll());
}

/** Returns how to end all WebSockets. */
function addWebSocket(server: Server, o: FlvOptions): () => void {
  const sockets = new WebSocketServer({
    ...{ noServer: true, maxPayload: 1024, perMessageDeflate: false, closeTimeout: GOODBYE_MS },
  });
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const key = PATH.exec(request.url ?? '')?.[1];
    if (key === undefined || key.length > STREAM_KEY_CHARACTERS_MAX) {
      duplex.on('error', (error) => o.log.debug({ err: error }, 'an upgrade broke'));
      duplex.once('finish', () => duplex.destroy());
      duplex.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      socket.on('error', (error) => o.log.debug({ err: error }, 'a WebSocket broke'));
      programmeFor(o, key)
        .then((programme) => {
          const stop = give(programme, {
            queuedBytes: () => socket.bufferedAmount,
            send: (bytes) => socket.send(bytes),
            end: (isSlow) => socket.close(isSlow ? CLOSE_SLOW : CLOSE_OVER),
          });
          if (socket.readyState === socket.OPEN) socket.once('close', stop);
          else stop();
        })
        .catch((error: unknown) => {
          const code = error instanceof MeridianError || error instanceof MeridianClientError ? error.code : 'INTERNAL';
          socket.close(CLOSE_REFUSED, code);
        });
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.close(CLOSE_LEAVING);
  };
}

async function programmeFor(o: FlvOptions, key: string): Promise<Programme> {
  return o.programmes.open(o.keys.open(key));
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
