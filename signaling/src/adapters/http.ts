// The clients' listener: fastify for plain HTTP, ws for the two WebSocket addresses. Everything is bounded before a
// client has shown a token: connections of an address and in all, which newcomers may take (`ConnectionGate`), time,
// header bytes and count, frame size.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import cors from '@fastify/cors';
import { ConnectionGate, SocketRates } from '@meridian/node-shell';
import {
  AddressPlaces,
  type AddressRange,
  AddressRates,
  clientAddress,
  type ErrorCode,
  limits,
  MeridianError,
} from '@meridian/protocol';
import type { Clock, Logger, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { type EntryCandidate, sharesOf } from '../core/index.ts';
import { infoForClient } from '../failures.ts';
import { listener } from '../http-listener.ts';
import { bounds } from '../limits.ts';

type Refusal = 'origin' | 'full' | 'handshakes' | 'echoes' | 'path';
const refusals: Record<Refusal, string> = {
  path: '404 Not Found',
  full: '503 Service Unavailable',
  origin: '403 Forbidden',
  handshakes: '429 Too Many Requests',
  echoes: '429 Too Many Requests',
};

export interface ClientServerOptions {
  host: string;
  port: number;
  /** The certificate by which it speaks https and wss; without, plain http. */
  tls?: TlsFiles | undefined;
  allowedOrigins: readonly string[];
  trustedProxies: readonly AddressRange[];
  log: Logger;
  clock: Clock;
  /** Errors tell what is behind them. */
  development: boolean;
  /** GET /v1/entry */
  entry(clientIp: string, fromCity: string): Promise<readonly EntryCandidate[]>;
  /** GET /healthz: what is missing for serving; empty when nothing is. */
  missing(): readonly string[];
  /** The service takes no client more: also those that come another way count. */
  isFull(): boolean;
  /** A client has opened its socket; `prove` as in `Upgraded`. */
  onClient(socket: WebSocket, o: Upgraded): void;
  /** A client has opened a socket to measure its round trip with. */
  onEcho(socket: WebSocket, o: Upgraded & { query: string }): void;
  /** `frames`: a socket said too much; `evicted`, `late`: ended before a proof (`ConnectionGate`). */
  onRefused(why: Refusal | 'frames' | 'evicted' | 'late'): void;
  /** Files and sockets that the process may have open. */
  openFilesMax: number;
}

export interface Upgraded {
  readonly clientIp: string;
  /**
   * To be called when it has shown a valid token: no newcomer takes its place any more. False: the listener has as many
   * proven ones as it takes.
   */
  prove(): boolean;
}

const statusOf: { readonly [code in ErrorCode]?: number } = {
  CITY_UNKNOWN: 400,
  REQUEST_INVALID: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  INTERNAL: 500,
};

export class ClientServer {
  readonly #o: ClientServerOptions;
  readonly #app: FastifyInstance;
  readonly #upgrader: WebSocketServer;
  readonly #rates: SocketRates;
  readonly #entries = new AddressRates({
    perSecond: bounds.entriesPerSecond,
    burst: bounds.entriesBurst,
    addressesMax: bounds.entryAddressesMax,
  });
  /** Apart from the gate's bounds: a client that measures leaves places to those that come in. */
  readonly #echoing = new AddressPlaces({ total: bounds.echoSocketsMax, perAddress: bounds.echoSocketsPerAddressMax });
  readonly #echoes = new AddressRates({
    perSecond: bounds.echoesPerSecond,
    burst: bounds.echoesBurst,
    addressesMax: bounds.echoAddressesMax,
  });
  readonly #gate: ConnectionGate;
  readonly #sockets = new Set<WebSocket>();
  readonly #clientsMax: number;
  readonly #certificate: { close(): void } | undefined;
  #closing: Promise<void> | undefined;

  static async listen(o: ClientServerOptions): Promise<ClientServer> {
    const server = new ClientServer(o);
    await server.#routes();
    await server.#app.listen({ host: o.host, port: o.port });
    return server;
  }

  private constructor(o: ClientServerOptions) {
    this.#o = o;
    this.#app = listener(o.tls);
    this.#rates = new SocketRates({
      ...o,
      limits: {
        handshakes: {
          perSecond: bounds.handshakesPerSecond,
          burst: bounds.handshakesBurst,
          addressesMax: bounds.handshakeAddressesMax,
        },
        cutHandshakes: bounds.floodHandshakes,
        unproven: bounds.newSocketFrames,
        proven: bounds.joinedSocketFrames,
      },
      onCut: () => o.onRefused('frames'),
    });
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.clientFrameBytesMax,
    });
    const { server } = this.#app;
    server.maxHeadersCount = bounds.headersMax;
    const shares = sharesOf(o.openFilesMax, bounds.connections);
    this.#clientsMax = shares.direct.provenMax;
    this.#gate = new ConnectionGate({
      ...o,
      limits: {
        ...shares.direct,
        proxied: shares.proxied,
        perAddress: bounds.unprovenPerAddressMax,
        provenPerAddress: shares.direct.provenMax,
        proofMs: bounds.proofMs,
      },
      onEnded: o.onRefused,
    });
    o.log.info({ openFilesMax: o.openFilesMax, ...shares }, 'connection limits, by the limit of open files');
    this.#gate.guard(server);
    if (o.tls !== undefined) this.#certificate = o.tls.watch([server as Server], o.log);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  get port(): number {
    return (this.#app.server.address() as AddressInfo).port;
  }
  /** Connections that have proved nothing so far, or rest. */
  get unprovenCount(): number {
    return this.#gate.total - this.#gate.proven;
  }
  get socketCount(): number {
    return this.#sockets.size;
  }

  /** No new clients, no HTTP; sockets that are still open are cut. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#certificate?.close();
    for (const socket of this.#sockets) socket.terminate();
    await this.#app.close();
  }

  async #routes(): Promise<void> {
    const any = this.#o.allowedOrigins.includes('*');
    await this.#app.register(cors, {
      origin: any ? '*' : [...this.#o.allowedOrigins],
      methods: ['GET'],
      maxAge: 600,
    });
    this.#app.setErrorHandler((error, _request, reply) => this.#fail(error, reply));
    this.#app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({ code: 'REQUEST_INVALID', message: 'no such address' }),
    );
    this.#app.get('/healthz', (_request, reply) => {
      const missing = this.#o.missing();
      return reply.code(missing.length === 0 ? 200 : 503).send({ ok: missing.length === 0, missing });
    });
    this.#app.get('/v1/entry', async (request, reply) => {
      const from = (request.query as { from?: unknown }).from;
      const clientIp = this.#clientIp(request.raw);
      const retryAfterMs = this.#entries.take(clientIp, this.#o.clock.nowMs());
      if (retryAfterMs > 0) throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
      const candidates = await this.#o.entry(
        clientIp,
        typeof from === 'string' ? from.slice(0, limits.nameLengthMax) : '',
      );
      return reply.header('cache-control', 'no-store').send({ candidates, protocolVersion: limits.protocolVersion });
    });
  }

  #fail(error: unknown, reply: FastifyReply): FastifyReply {
    const status = (error as { statusCode?: unknown }).statusCode;
    // What fastify itself refuses (a body that is no JSON, a missing field) is the asker's mistake.
    if (typeof status === 'number' && status < 500)
      return reply.code(status).send({ code: 'REQUEST_INVALID', message: error instanceof Error ? error.message : '' });
    const info = infoForClient(error, this.#o.development);
    if (info.code === 'INTERNAL') this.#o.log.error({ err: error }, 'an HTTP request failed unexpectedly');
    if (info.retryAfterMs > 0) reply.header('retry-after', Math.ceil(info.retryAfterMs / 1000));
    return reply.code(statusOf[info.code] ?? 503).send(info);
  }

  #clientIp(request: IncomingMessage): string {
    const header = request.headers['x-forwarded-for'];
    return clientAddress(
      request.socket.remoteAddress ?? '',
      Array.isArray(header) ? header.join(',') : header,
      this.#o.trustedProxies,
    );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onError = (error: Error): void => this.#o.log.debug({ err: error }, 'connection failed during upgrade');
    socket.on('error', onError);
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    const clientIp = this.#clientIp(request);
    const refusal = this.#refusalOf(path, request.headers.origin);
    const retryAfterMs = refusal === undefined ? this.#rates.handshake(clientIp) : 0;
    if (retryAfterMs > 0) {
      this.#refuse(socket, 'handshakes', retryAfterMs);
      return;
    }
    const isEcho = path === '/v1/echo';
    const leaveEcho = isEcho && refusal === undefined ? this.#enterEcho(clientIp, socket) : undefined;
    if (refusal !== undefined || (isEcho && leaveEcho === undefined)) {
      this.#refuse(socket, refusal ?? 'echoes');
      return;
    }
    const connection = this.#gate.of(request.socket);
    if (connection?.upgraded(clientIp) !== true) {
      leaveEcho?.();
      return; // it has ended
    }
    const widen = this.#rates.watch(socket, clientIp);
    const prove = (): boolean => {
      widen();
      return connection.prove();
    };
    this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', onError);
      this.#sockets.add(webSocket);
      webSocket.on('close', () => this.#sockets.delete(webSocket));
      if (isEcho) this.#o.onEcho(webSocket, { clientIp, query, prove });
      else this.#o.onClient(webSocket, { clientIp, prove });
    });
  }

  #enterEcho(clientIp: string, socket: Duplex): (() => void) | undefined {
    if (this.#echoes.take(clientIp, this.#o.clock.nowMs()) > 0) return undefined;
    const leave = this.#echoing.enter(clientIp, () => socket.destroy());
    if (leave !== undefined) socket.once('close', leave);
    return leave;
  }

  #refusalOf(path: string | undefined, origin: string | undefined): Refusal | undefined {
    const { allowedOrigins } = this.#o;
    if (path !== '/v1/rtc' && path !== '/v1/echo') return 'path';
    if (this.#closing !== undefined || this.#gate.proven >= this.#clientsMax || this.#o.isFull()) return 'full';
    // What is no page (a phone, a server) sends no origin, and no page can leave it out.
    if (origin !== undefined && !allowedOrigins.includes('*') && !allowedOrigins.includes(origin)) return 'origin';
    return undefined;
  }

  #refuse(socket: Duplex, why: Refusal, retryAfterMs = 0): void {
    this.#o.onRefused(why);
    const when = retryAfterMs > 0 ? `Retry-After: ${Math.ceil(retryAfterMs / 1000)}\r\n` : '';
    const head = `HTTP/1.1 ${refusals[why]}\r\n${when}Connection: close\r\nContent-Length: 0\r\n\r\n`;
    socket.end(head, () => socket.destroy());
  }
}
