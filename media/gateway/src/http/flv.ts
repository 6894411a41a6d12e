// FLV over HTTP and WebSocket: the tags of a programme as an endless file, at /live/KEY.flv.
import type { ServerResponse } from 'node:http';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import type { StreamKeys } from '../adapters/stream-keys.ts';
import type { WaitingBytes } from '../core/waiting-bytes.ts';
import { type Announcement, announcing, KINDS_CHANGED } from '../room/announced.ts';
import { type MergedViewer, MergedWrites } from '../room/merged-writes.ts';
import type { ProgrammeItem } from '../room/programme.ts';
import type { Programmes, Seat, SeatOptions } from '../room/programmes.ts';
import { type Near, serveNear } from './nearest.ts';
import { closeCode, closeCodeOf, type Sockets } from './sockets.ts';

/** Silence after which TCP asks whether a viewer of an empty room, to which nothing is sent, is still there. */
const KEEP_ALIVE_MS = 30_000;
/** Viewers send nothing. */
const MESSAGE_BYTES_MAX = 1024;
const LINE_END = Buffer.from('\r\n');
const PATH = /^\/live\/([A-Za-z0-9_-]{1,1024})\.flv(?:\?|$)/;

export interface FlvOptions {
  readonly keys: StreamKeys;
  readonly programmes: Programmes;
  readonly sockets: Sockets;
  readonly near: Near;
  readonly clock: Clock;
  readonly waiting?: WaitingBytes;
}

interface Sink {
  readonly queuedBytes: () => number;
  send(bytes: Uint8Array): void;
  end(isSlow: boolean, code: string): void;
}

/** Adds both routes. Refusals carry the status or close code, and the code as text. */
export function addFlv(app: FastifyInstance, o: FlvOptions): void {
  const { clock, waiting } = o;
  const writes = new MergedWrites<ProgrammeItem | Announcement>({ clock, waiting, bytesOf: ({ flv }) => flv });
  const announced = announcing<ProgrammeItem>({ clock, onChange: 'end' });
  const inFlv: SeatOptions<MergedViewer> = { sound: 'aac', source: (programme) => writes.of(announced(programme)) };
  app.get<{ Params: { key: string } }>('/live/:key.flv', { config: { opens: true } }, async (request, reply) => {
    const place = { protocol: 'flv', clientIp: request.ip };
    const key = await o.keys.open(request.params.key);
    const seat = await serveNear(o.near, request, reply, key, () => o.programmes.seat(key, place, inFlv));
    if (seat === undefined) return reply;
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, { 'content-type': 'video/x-flv', 'cache-control': 'no-store' });
    raw.flushHeaders(); // The first bytes may wait for media.
    raw.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    const leave = sendProgramme(seat, responseSink(raw));
    // The `close` of a viewer that left during the opening has already fired.
    if (raw.destroyed) leave();
    else raw.once('close', leave);
    return reply;
  });
  o.sockets.add({
    pattern: PATH,
    messageBytesMax: MESSAGE_BYTES_MAX,
    handler: async (socket, [key = ''], { address }) => {
      const seat = await o.programmes.seat(await o.keys.open(key), { protocol: 'flv', clientIp: address }, inFlv);
      const leave = sendProgramme(seat, socketSink(socket));
      if (socket.readyState === socket.OPEN) socket.once('close', leave);
      else leave();
    },
  });
}

/** Sends to the connection itself: `raw.write` would frame the bytes of all viewers for each of them. */
function responseSink(raw: ServerResponse): Sink {
  return {
    queuedBytes: () => raw.writableLength,
    send: (bytes) => {
      // A pipelined request has no connection yet; HTTP 1.0 knows no chunks.
      if (raw.socket === null || !raw.chunkedEncoding) raw.write(bytes);
      else raw.socket.write(chunkOf(bytes));
    },
    end: (isSlow) => (isSlow ? raw.destroy() : raw.end()),
  };
}

const chunks = new WeakMap<Uint8Array, Buffer>();

/** Returns the bytes as a chunk of HTTP 1.1 (RFC 9112, 7.1), the same one for the same bytes. */
function chunkOf(bytes: Uint8Array): Buffer {
  const present = chunks.get(bytes);
  if (present !== undefined) return present;
  const chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, LINE_END]);
  chunks.set(bytes, chunk);
  return chunk;
}

function socketSink(socket: WebSocket): Sink {
  return {
    queuedBytes: () => socket.bufferedAmount,
    send: (bytes) => socket.send(bytes),
    end: (isSlow, code) => socket.close(isSlow || code === KINDS_CHANGED ? closeCode.later : closeCodeOf(code), code),
  };
}

/** Sends the programme. Returns the function to call when the connection ends. */
function sendProgramme(seat: Seat<MergedViewer>, sink: Sink): () => void {
  seat.watch({
    get queuedBytes() {
      return sink.queuedBytes();
    },
    write: (bytes) => {
      sink.send(bytes);
      seat.sent(bytes.length);
    },
    ended: (code) => sink.end(code === 'TOO_SLOW', code),
  });
  return () => seat.close();
}
