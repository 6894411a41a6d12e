// The clients' listener: fastify for HTTP, ws for WebSockets. Before a client has shown a token, everything is bounded:
// connections of an address and in all, newcomers (`ConnectionGate`), time, headers, frame size.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectionGate, SocketRates } from '@meridian/node-shell';
import { AddressPlaces, type AddressRange, AddressRates, clientAddress, limits } from '@meridian/protocol';
import type { Clock, Logger, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ConnectQuery, type EntryCandidate, sharesOf } from '../../core/index.ts';
import { listener } from '../../http-listener.ts';
import { bounds } from '../../limits.ts';
import { addRoutes } from './http-routes.ts';
import { checkQuery, type LiveKitTokens } from './livekit-tokens.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

type Refusal = 'origin' | 'full' | 'handshakes' | 'echoes' | 'path';
const refusals: Record<Refusal, number> = { path: 404, full: 503, origin: 403, handshakes: 429, echoes: 429 };

/** Purpose of a WebSocket by its path. */
const purposes: ReadonlyMap<string, 'client' | 'echo' | 'liveKit'> = new Map([
  ['/v1/rtc', 'client'],
  ['/v1/echo', 'echo'],
  ['/rtc', 'liveKit'],
  ['/rtc/', 'liveKit'],
]);

export interface ClientServerOptions {
  host: string;
  port: number;
  /** Certificate for https and wss; plain http without it. */
  tls?: TlsFiles | undefined;
  allowedOrigins: readonly string[];
  trustedProxies: readonly AddressRange[];
  log: Logger;
  clock: Clock;
  /** Error messages include details. */
  development: boolean;
  /** Returns the answer to GET /v1/entry. */
  entry(clientIp: string, fromCity: string): Promise<readonly EntryCandidate[]>;
  /** Returns, for GET /healthz, the names of missing parts; empty when the node can serve. */
  missing(): readonly string[];
  /** Returns whether the service takes no more clients, including those over links. */
  isFull(): boolean;
  /** Called when a client has opened its socket; `prove` as in `Upgraded`. */
  onClient(socket: WebSocket, o: Upgraded): void;
  /** Called when a client has opened a socket to measure its round trip. */
  onEcho(socket: WebSocket, o: Upgraded & { query: string }): void;
  /** Called when a LiveKit client with a valid token has opened its socket. */
  onLiveKit(socket: WebSocket, o: Upgraded & { readonly query: ConnectQuery }): void;
  /** Resolves when the token of a LiveKit client opens a room here; else rejects with the refusal's code. */
  verify: LiveKitTokens['verify'];
  /**
   * Called when a client is refused or cut. `frames`: its socket sent too much; `token`: a LiveKit client's token is
   * invalid; `evicted`, `timer`: `ConnectionGate` ended the connection before the client had shown a token.
   */
  onRefused(why: Refusal | 'frames' | 'token' | 'evicted' | 'late'): void;
  /** Files and sockets that the process may have open. */
  openFilesMax: number;
}

export interface Upgraded {
  readonly clientIp: string;
  /** Call it after a valid token, so that no newcomer replaces the client. Returns false if the listener is full. */
  prove(): boolean;
}

export class ClientServer {
  readonly #o: ClientServerOptions;
  readonly #app: FastifyInstance;
  readonly #upgrader: WebSocketServer;
  readonly #liveKitUpgrader: WebSocketServer;
  readonly #rates: SocketRates;
  /** Separate from the gate's bounds, so that clients that measure leave room for those that join. */
  readonly #echoSockets = new AddressPlaces({
    total: bounds.echoSocketsMax,
    perAddress: bounds.echoSocketsPerAddressMax,
  });
  readonly #echoRates = new AddressRates({
    perSecond: bounds.echoesPerSecond,
    burst: bounds.echoesBurst,
    addressesMax: bounds.echoAddressesMax,
  });
  readonly #gate: ConnectionGate;
  readonly #sockets = new Set<WebSocket>();
  /** Sockets of LiveKit clients whose token is being checked. */
  readonly #verifying = new Set<Duplex>();
  readonly #clientsMax: number;
  readonly #certificate: { close(): void } | undefined;
  #closing: Promise<void> | undefined;

  static async listen(o: ClientServerOptions): Promise<ClientServer> {
    const server = new ClientServer(o);
    await addRoutes(server.#app, {
      ...o,
      clientIpOf: (request) => server.#clientIp(request),
      handshake: (clientIp) => server.#rates.handshake(clientIp),
      isFull: () => server.#isFull(),
    });
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
    this.#upgrader = upgraderFor(limits.clientFrameBytesMax);
    this.#liveKitUpgrader = upgraderFor(bounds.liveKitMessageBytesMax);
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
  /** Connections that are unproven or idle. */
  get unprovenCount(): number {
    return this.#gate.total - this.#gate.proven;
  }
  get socketCount(): number {
    return this.#sockets.size;
  }

  /** Refuses new clients and HTTP, and cuts open sockets. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#certificate?.close();
    for (const socket of this.#sockets) socket.terminate();
    for (const socket of this.#verifying) socket.destroy();
    await this.#app.close();
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
    if (path === '/rtc/v1') {
      // LiveKit's SDKs try this path first, then `/rtc`, so it does not count as a refusal.
      refuseUpgrade(socket, { status: 404, text: '', retryAfterMs: 0 });
      return;
    }
    const clientIp = this.#clientIp(request);
    const refusal = this.#refusalOf(path, request.headers.origin);
    const retryAfterMs = refusal === undefined ? this.#rates.handshake(clientIp) : 0;
    if (retryAfterMs > 0) {
      this.#refuse(socket, 'handshakes', retryAfterMs);
      return;
    }
    const purpose = purposes.get(path ?? '');
    const leaveEcho = purpose === 'echo' && refusal === undefined ? this.#enterEcho(clientIp, socket) : undefined;
    if (refusal !== undefined || (purpose === 'echo' && leaveEcho === undefined)) {
      this.#refuse(socket, refusal ?? 'echoes');
      return;
    }
    const connection = this.#gate.connectionOf(request.socket);
    if (connection?.moveToAddress(clientIp) !== true) {
      leaveEcho?.();
      return; // the socket has ended
    }
    const raiseFrameLimit = this.#rates.watch(socket, clientIp);
    const prove = (): boolean => {
      raiseFrameLimit();
      return connection.prove();
    };
    const open = (upgrader: WebSocketServer, serve: (webSocket: WebSocket) => void): void =>
      upgrader.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', onError);
        this.#sockets.add(webSocket);
        webSocket.on('close', () => this.#sockets.delete(webSocket));
        serve(webSocket);
      });
    if (purpose === 'liveKit')
      void this.#verifyLiveKit(request, socket, (connectQuery) =>
        open(this.#liveKitUpgrader, (webSocket) =>
          this.#o.onLiveKit(webSocket, { clientIp, prove, query: connectQuery }),
        ),
      );
    else if (purpose === 'echo')
      open(this.#upgrader, (webSocket) => this.#o.onEcho(webSocket, { clientIp, query, prove }));
    else open(this.#upgrader, (webSocket) => this.#o.onClient(webSocket, { clientIp, prove }));
  }

  /** Refuses the upgrade, or continues it with the client's query. */
  async #verifyLiveKit(
    request: IncomingMessage,
    socket: Duplex,
    proceed: (query: ConnectQuery) => void,
  ): Promise<void> {
    const timer = this.#o.clock.after(limits.authDeadlineMs, () => this.#refuse(socket, 'full'));
    this.#verifying.add(socket);
    const queryCheck = await checkQuery(request, this.#o);
    this.#verifying.delete(socket);
    timer.cancel();
    if (socket.destroyed || socket.writableEnded) return;
    if (this.#closing !== undefined) this.#refuse(socket, 'full');
    else if (queryCheck.ok) proceed(queryCheck.query);
    else {
      this.#o.onRefused('token');
      refuseUpgrade(socket, queryCheck.refusal);
    }
  }

  #enterEcho(clientIp: string, socket: Duplex): (() => void) | undefined {
    if (this.#echoRates.take(clientIp, this.#o.clock.nowMs()) > 0) return undefined;
    const leave = this.#echoSockets.enter(clientIp, () => socket.destroy());
    if (leave !== undefined) socket.once('close', leave);
    return leave;
  }

  #refusalOf(path: string | undefined, origin: string | undefined): Refusal | undefined {
    const { allowedOrigins } = this.#o;
    if (!purposes.has(path ?? '')) return 'path';
    if (this.#isFull()) return 'full';
    // Clients outside browsers send no origin, and no page can leave it out.
    if (origin !== undefined && !allowedOrigins.includes('*') && !allowedOrigins.includes(origin)) return 'origin';
    return undefined;
  }

  #isFull(): boolean {
    return this.#closing !== undefined || this.#gate.proven >= this.#clientsMax || this.#o.isFull();
  }

  #refuse(socket: Duplex, why: Refusal, retryAfterMs = 0): void {
    this.#o.onRefused(why);
    refuseUpgrade(socket, { status: refusals[why], text: '', retryAfterMs });
  }
}

const upgraderFor = (maxPayload: number): WebSocketServer =>
  new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
