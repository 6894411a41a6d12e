// The clients' listener: fastify for HTTP, ws for WebSockets. Before a client has shown a token, everything is bounded:
// connections of an address and in all, newcomers (`ConnectionGate`), time, headers, frame size.
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectionGate, type GatedConnection, SocketRates } from '@meridian/node-shell';
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
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ConnectQuery, type EntryCandidate, sharesOf } from '../../core/index.ts';
import { listener } from '../../http-listener.ts';
import { bounds } from '../../limits.ts';
import { addRoutes } from './http-routes.ts';
import { checkQuery, type LiveKitTokens } from './livekit-tokens.ts';
import { LiveKitUpgrade } from './livekit-upgrade.ts';
import { type HttpRefusal, refusalOf, refuseUpgrade } from './refuse-upgrade.ts';
import { RememberedRefusals } from './remembered-refusals.ts';

type NamedRefusal = 'origin' | 'full' | 'handshakes' | 'echoes';
type Refusal = NamedRefusal | 'path';
const refusals: { readonly [why in NamedRefusal]: readonly [code: ErrorCode, message: string] } = {
  full: ['OVERLOADED', 'This signaling node takes no more clients now.'],
  origin: ['NOT_PERMITTED', 'Pages of this origin may not use this service (allowedOrigins).'],
  handshakes: ['RATE_LIMITED', 'This address opens too many connections.'],
  echoes: ['RATE_LIMITED', 'This address measures too often.'],
};

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
  /** Called when a LiveKit client with a valid token opens its socket; the upgrade waits for its join. */
  onLiveKit(upgrade: LiveKitUpgrade, o: Upgraded & { readonly query: ConnectQuery }): void;
  /** Resolves when the token of a LiveKit client opens a room here; else rejects with the refusal's code. */
  verify: LiveKitTokens['verify'];
  /**
   * Called when a client is refused or cut. `frames`: its socket sent too much; `token`, `join`: a LiveKit client's
   * token is invalid, or its join was refused before its socket opened; `evicted`, `late`: `ConnectionGate` ended the
   * connection before the client had shown a token.
   */
  onRefused(why: Refusal | 'frames' | 'token' | 'join' | 'evicted' | 'late'): void;
  /** Files and sockets that the process may have open. */
  openFilesMax: number;
}

export interface Upgraded {
  readonly clientIp: string;
  /** Connection below the WebSocket. */
  readonly stream: Duplex;
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
  /** Sockets of LiveKit clients whose upgrade waits for the check of their token, or for their join. */
  readonly #joining = new Set<Duplex>();
  readonly #livekitRefusals: RememberedRefusals;
  readonly #clientsMax: number;
  readonly #certificate: { close(): void } | undefined;
  #closing: Promise<void> | undefined;

  static async listen(o: ClientServerOptions): Promise<ClientServer> {
    const server = new ClientServer(o);
    await addRoutes(server.#app, {
      ...o,
      clientIpOf: (request) => server.#clientIp(request),
      refusalBeforeToken: (request) => server.#refusalBeforeToken(request),
      refusalOfJoin: (query) => server.#livekitRefusals.of(query),
    });
    await server.#app.listen({ host: o.host, port: o.port });
    return server;
  }

  private constructor(o: ClientServerOptions) {
    this.#o = o;
    this.#app = listener(o.tls);
    this.#livekitRefusals = new RememberedRefusals(o.clock);
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
    for (const socket of this.#joining) socket.destroy();
    await this.#app.close();
  }

  /** Counts the request as a new socket, and returns why that would be refused whatever its token. */
  #refusalBeforeToken(request: IncomingMessage): MeridianError | undefined {
    const retryAfterMs = this.#rates.handshake(this.#clientIp(request));
    const why = retryAfterMs > 0 ? 'handshakes' : this.#refusalOf(request);
    return why && errorFor(why, retryAfterMs);
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
      refuseUpgrade(socket, noSuchPath);
      return;
    }
    const clientIp = this.#clientIp(request);
    const refusal = purposes.has(path ?? '') ? this.#refusalOf(request) : 'path';
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
    const prove = proverOf(connection, raiseFrameLimit);
    const open = (upgrader: WebSocketServer, serve: (webSocket: WebSocket) => void): void =>
      upgrader.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', onError);
        this.#keep(webSocket);
        serve(webSocket);
      });
    if (purpose === 'liveKit')
      void this.#verifyLiveKit(request, socket, (connectQuery) => {
        this.#joining.add(socket);
        const upgrade = new LiveKitUpgrade({
          socket,
          handshake: (opened) => open(this.#liveKitUpgrader, opened),
          onRefused: (liveKitRefusal) => {
            this.#o.onRefused('join');
            this.#livekitRefusals.remember(connectQuery, liveKitRefusal);
          },
          onSettled: () => this.#joining.delete(socket),
        });
        this.#o.onLiveKit(upgrade, { clientIp, stream: socket, prove, query: connectQuery });
      });
    else if (purpose === 'echo')
      open(this.#upgrader, (webSocket) => this.#o.onEcho(webSocket, { clientIp, stream: socket, query, prove }));
    else open(this.#upgrader, (webSocket) => this.#o.onClient(webSocket, { clientIp, stream: socket, prove }));
  }

  #keep(webSocket: WebSocket): void {
    this.#sockets.add(webSocket);
    webSocket.on('close', () => this.#sockets.delete(webSocket));
  }

  /** Refuses the upgrade, or continues it with the client's query. */
  async #verifyLiveKit(
    request: IncomingMessage,
    socket: Duplex,
    proceed: (query: ConnectQuery) => void,
  ): Promise<void> {
    const timer = this.#o.clock.after(limits.authDeadlineMs, () => this.#refuse(socket, 'full'));
    this.#joining.add(socket);
    const queryCheck = await checkQuery(request, this.#o);
    this.#joining.delete(socket);
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

  #refusalOf({ headers: { origin } }: IncomingMessage): NamedRefusal | undefined {
    const { allowedOrigins } = this.#o;
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
    refuseUpgrade(socket, why === 'path' ? noSuchPath : refusalOf(errorFor(why, retryAfterMs), this.#o));
  }
}

/** A function of its own, so that it does not keep the request as long as the client. */
const proverOf = (connection: Pick<GatedConnection, 'prove'>, raiseFrameLimit: () => void) => (): boolean => {
  raiseFrameLimit();
  return connection.prove();
};

/** SDKs of LiveKit take a 404 for a path that this version does not have. */
const noSuchPath: HttpRefusal = { status: 404, text: 'REQUEST_INVALID: There is no such address.', retryAfterMs: 0 };

const errorFor = (why: NamedRefusal, retryAfterMs: number): MeridianError =>
  new MeridianError(...refusals[why], { retryAfterMs });

const upgraderFor = (maxPayload: number): WebSocketServer =>
  new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
