// WebSockets of the gateway's HTTP server. Messages are parsed only between a handler's acceptance and the end.
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

/** Close codes of RFC 6455, 7.4.1. */
export const closeCode = {
  over: 1000,
  leaving: 1001,
  /** The reason is a code of `base/protocol/src/errors.ts`. */
  refused: 1008,
  /** Temporary: the peer is too slow, or a failure may pass. */
  later: 1013,
} as const;
/** Codes of refusals after which a client should not retry. */
const PERMANENT_CODES: ReadonlySet<string> = new Set([
  ...['KICKED', 'FENCED_OUT', 'REPLACED', 'CODEC_UNSUPPORTED', 'REQUEST_INVALID', 'RATE_LIMITED'],
]);

const isTemporary = (code: string): boolean => !PERMANENT_CODES.has(code) && isErrorCode(code) && errorCodes[code][1];

export function closeCodeOf(code: string): number {
  if (code === 'NODE_DRAINING') return closeCode.leaving;
  if (PERMANENT_CODES.has(code)) return closeCode.refused;
  return isTemporary(code) ? closeCode.later : closeCode.over;
}

/** Time after which a peer that does not answer a close is cut off. */
const CLOSE_TIMEOUT_MS = 2000;
/**
 * Limit of an accepted socket, a token for each frame and each KiB: a publishing browser sends half a megabit and 100
 * frames a second. The burst holds the frames of the join, or of 10 s without a network.
 */
const RECEIVED_LIMITS: BucketLimits = { perSecond: 1000, burst: 4000 };
/** Keys are in URLs; longer URLs are refused. */
const URL_CHARACTERS_MAX = 2048;

export interface SocketsOptions {
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  readonly clock: Clock;
  readonly gate: ConnectionGate;
  /** Absent: as in `HttpOptions`. */
  readonly arrivals?: Arrivals;
}

/**
 * Serves one socket, which is read only after the promise resolves. A rejection refuses the socket with the code of its
 * MeridianError. `path` has the groups of the pattern.
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

  /** Handles all upgrades of the app's server, and ends all sockets when it closes. */
  constructor(app: FastifyInstance, o: SocketsOptions) {
    this.#o = o;
    app.server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) =>
      this.#upgrade(request, duplex, head),
    );
    app.addHook('preClose', async () => {
      for (const { server } of this.#routes) for (const socket of server.clients) socket.close(closeCode.leaving);
    });
  }

  /** `pattern` is matched against the URL's path and query. A longer message than `messageBytesMax` ends its socket. */
  add(o: { readonly pattern: RegExp; readonly messageBytesMax: number; readonly handler: SocketHandler }): void {
    const options = { noServer: true, perMessageDeflate: false, closeTimeout: CLOSE_TIMEOUT_MS };
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
      meterFrames(duplex, RECEIVED_LIMITS, clock, () => arrivals?.charge(address));
      server.handleUpgrade(request, duplex, head, (socket) => {
        socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket broke'));
        socket.pause();
        // Without this read, ws would parse the waiting bytes.
        duplex.prependOnceListener('close', () => void duplex.read());
        handler(socket, match.slice(1), { address }).then(
          () => {
            gate.connectionOf(request.socket)?.prove();
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
    socket.close(isTemporary(code) ? closeCode.later : closeCode.refused, code);
    discard(duplex, { isProven: false });
    duplex.end();
  }
}
