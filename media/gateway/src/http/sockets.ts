// WebSockets of the gateway's HTTP server: which path leads where, how one is refused, and how all end. Nothing that
// one says is parsed before its handler has let it in, nor after it was refused.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MeridianClientError } from '@meridian/client';
import { type ConnectionGate, meterFrames } from '@meridian/node-shell';
import { type BucketLimits, errorCodes, isErrorCode, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { discard } from '../adapters/discard.ts';
import type { Arrivals } from './arrivals.ts';

/** RFC 6455, 7.4.1. */
export const closeCode = {
  over: 1000,
  leaving: 1001,
  /** With a code of ours as the reason. */
  refused: 1008,
  /** To be tried again: the peer takes too little, or something failed that may pass. */
  later: 1013,
} as const;
/** Why a room sends a client away, or what cannot be taken: not to be tried again as it is. */
const REFUSED: ReadonlySet<string> = new Set([
  ...['KICKED', 'FENCED_OUT', 'REPLACED', 'CODEC_UNSUPPORTED', 'REQUEST_INVALID', 'RATE_LIMITED'],
]);

/** What failed may go well in a moment. */
const isPassing = (code: string): boolean => !REFUSED.has(code) && isErrorCode(code) && errorCodes[code][1];

/** How a WebSocket is closed whose participant or programme has ended with this code. */
export function closeCodeOf(code: string): number {
  if (code === 'NODE_DRAINING') return closeCode.leaving;
  if (REFUSED.has(code)) return closeCode.refused;
  return isPassing(code) ? closeCode.later : closeCode.over;
}

/** A peer that does not answer a close is cut off. */
const GOODBYE_MS = 2000;
/**
 * What one may say that was let in, a token for each frame and each KiB: a browser that publishes sends half a megabit
 * and 100 frames a second. At once: what waited while its participant was made, or it had no network for 10 s.
 */
const SAID: BucketLimits = { perSecond: 1000, burst: 4000 };
/** Keys are in URLs; longer ones are none of ours. */
const URL_CHARACTERS_MAX = 2048;

export interface SocketsOptions {
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  readonly clock: Clock;
  /** Of the app's server. */
  readonly gate: ConnectionGate;
  /** Absent: as of `HttpOptions`. */
  readonly arrivals?: Arrivals;
}

/**
 * Serves one socket: resolving lets it in, and only then it is read. Rejecting refuses it: with the code of a
 * MeridianError. `path`: the groups of its pattern.
 */
export type SocketHandler = (
  socket: WebSocket,
  path: readonly string[],
  request: { readonly address: string },
) => Promise<void>;

export class Sockets {
  readonly #routes: {
    readonly pattern: RegExp;
    readonly handler: SocketHandler;
    readonly server: WebSocketServer;
  }[] = [];
  readonly #o: SocketsOptions;

  /** Takes all upgrades of the app's server, and ends all sockets when it closes. */
  constructor(app: FastifyInstance, o: SocketsOptions) {
    this.#o = o;
    app.server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) =>
      this.#upgrade(request, duplex, head),
    );
    app.addHook('preClose', async () => {
      for (const { server } of this.#routes) for (const socket of server.clients) socket.close(closeCode.leaving);
    });
  }

  /** `pattern` is matched against the URL's path and query. A longer message than this ends its socket. */
  add(o: { readonly pattern: RegExp; readonly messageBytesMax: number; readonly handler: SocketHandler }): void {
    const options = { noServer: true, perMessageDeflate: false, closeTimeout: GOODBYE_MS };
    this.#routes.push({ ...o, server: new WebSocketServer({ ...options, maxPayload: o.messageBytesMax }) });
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const url = request.url ?? '';
    const { origin } = request.headers;
    const { allowedOrigins, arrivals, clock, gate, log } = this.#o;
    if (origin !== undefined && !allowedOrigins.includes('*') && !allowedOrigins.includes(origin)) {
      this.#refuse(duplex, '403 Forbidden');
      return;
    }
    for (const { pattern, handler, server } of url.length > URL_CHARACTERS_MAX ? [] : this.#routes) {
      const match = pattern.exec(url);
      if (match === null) continue;
      const address = arrivals?.addressOf(request) ?? request.socket.remoteAddress ?? '';
      const waitMs = arrivals?.waitMs(address) ?? 0;
      if (waitMs > 0) {
        this.#refuse(duplex, '429 Too Many Requests', `retry-after: ${Math.ceil(waitMs / 1000)}\r\n`);
        return;
      }
      meterFrames(duplex, SAID, clock, () => arrivals?.charge(address));
      server.handleUpgrade(request, duplex, head, (socket) => {
        socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket broke'));
        socket.pause();
        duplex.prependOnceListener('close', () => void duplex.read()); // or ws would parse what waits
        handler(socket, match.slice(1), { address }).then(
          () => {
            gate.of(request.socket)?.prove();
            socket.resume();
          },
          (error: unknown) => this.#failed(socket, duplex, error),
        );
      });
      return;
    }
    this.#refuse(duplex, '404 Not Found');
  }

  #refuse(duplex: Duplex, status: string, headers = ''): void {
    duplex.on('error', (error) => this.#o.log.debug({ err: error }, 'an upgrade broke'));
    duplex.once('finish', () => duplex.destroy());
    duplex.end(`HTTP/1.1 ${status}\r\n${headers}connection: close\r\ncontent-length: 0\r\n\r\n`);
  }

  #failed(socket: WebSocket, duplex: Duplex, error: unknown): void {
    const isOurs = error instanceof MeridianError || error instanceof MeridianClientError;
    if (!isOurs) this.#o.log.error({ err: error }, 'a WebSocket failed');
    const code = isOurs ? error.code : 'INTERNAL';
    socket.close(isPassing(code) ? closeCode.later : closeCode.refused, code);
    discard(duplex, { isProven: false });
    duplex.end();
  }
}
