import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { type Credentials, type Identity, verifyCertificate } from '../pki/identity.ts';
import { FRAME_HEADER_BYTES_MAX } from './frame.ts';
import { HandshakeGuard } from './handshake-guard.ts';
import { answerHttp, type HttpHook } from './http-hook.ts';
import { SocketLink } from './link.ts';
import { defaultLinkLimits, LINK_PROTOCOL, type Link, type LinkLimits } from './types.ts';

const MAX_LINKS_DEFAULT = 1_024;
/**
 * Most open links of an identity: the link in use, a link that hangs at a dead address, and the next two tries. A
 * further link closes the oldest, so that a restarted node gets in and a single certificate cannot take every link.
 */
const NODE_LINKS_MAX = 4;
/** Most sockets of an identity, including closing links. Above it new links are refused until a socket is gone. */
const NODE_SOCKETS_MAX = 2 * NODE_LINKS_MAX;
/** Most connections that are not links (yet); further connections are closed on arrival. Links are not affected. */
const CONNECTIONS_BESIDE_LINKS = 256;
/** Our upgrade and enrolment requests have a few hundred bytes of headers. */
const HEADER_BYTES_MAX = 8_192;

export interface LinkServerOptions {
  host: string;
  /** 0 picks a free port. */
  port: number;
  credentials: Credentials;
  log: Logger;
  clock: Clock;
  limits?: Partial<LinkLimits>;
  accept(remote: Identity): boolean;
  onLink(link: Link): void;
  /** Bodies up to 64 KiB, the whole request within 5 s of connecting. */
  onHttp?: HttpHook;
  maxLinks?: number;
}

interface Accepted {
  readonly remote: Identity;
  readonly remoteNotAfterMs: number;
}

/**
 * The listening side: a TLS 1.3 port for links (certificate required) and, with `onHttp`, plain requests without a
 * certificate. An identity can have a few links; a newer link closes the oldest.
 */
export class LinkServer {
  readonly port: number;
  readonly #server: Server;
  readonly #upgrader: WebSocketServer;
  readonly #guard: HandshakeGuard;
  /** Links including closing links, oldest first. */
  readonly #links = new Set<SocketLink>();
  readonly #linksOf = new Map<string, Set<SocketLink>>();
  readonly #options: LinkServerOptions;
  readonly #limits: LinkLimits;
  readonly #maxLinks: number;
  #caPem: string;
  #closing: Promise<void> | undefined;
  #onLastGone: (() => void) | undefined;

  static async listen(o: LinkServerOptions): Promise<LinkServer> {
    const server = createServer({
      ...tlsOptions(o.credentials),
      requestCert: true,
      rejectUnauthorized: false,
      maxHeaderSize: HEADER_BYTES_MAX,
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(o.port, o.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new LinkServer(server, o);
  }

  private constructor(server: Server, o: LinkServerOptions) {
    this.#server = server;
    this.#options = o;
    this.#limits = { ...defaultLinkLimits, ...o.limits };
    this.#maxLinks = o.maxLinks ?? MAX_LINKS_DEFAULT;
    this.#caPem = o.credentials.caPem;
    this.#guard = new HandshakeGuard(o.clock);
    this.port = (server.address() as AddressInfo).port;
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#limits.maxPayloadBytes + FRAME_HEADER_BYTES_MAX,
      handleProtocols: () => LINK_PROTOCOL,
    });
    server.maxConnections = this.#maxLinks + CONNECTIONS_BESIDE_LINKS;
    server.on('connection', (socket: Socket) => this.#guard.watch(socket));
    server.on('tlsClientError', (error, socket) => {
      o.log.debug({ err: error }, 'TLS handshake failed');
      socket.destroy();
    });
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('error', (error) => o.log.error({ err: error }, 'listener failed'));
    server.on('request', (request, response) => {
      const { remoteAddress } = addressesOf(request.socket);
      void answerHttp(o.onHttp, { request, response, remoteAddress }, o.log);
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get linkCount(): number {
    return this.#links.size;
  }

  /** Replaces the certificate for new connections; open links stay as they are. */
  replaceCredentials(credentials: Credentials): void {
    this.#caPem = credentials.caPem;
    this.#server.setSecureContext(tlsOptions(credentials));
  }

  /** Closes the server and its links. Idempotent; resolves when the port is free and every link's socket is gone. */
  close(cause: string): Promise<void> {
    this.#closing ??= this.#closeAll(cause);
    return this.#closing;
  }

  async #closeAll(cause: string): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#guard.destroyAll();
    const socketsGone = new Promise<void>((resolve) => {
      if (this.#links.size === 0) resolve();
      else this.#onLastGone = resolve;
    });
    for (const link of [...this.#links]) link.close(cause);
    await Promise.all([stopped, socketsGone]);
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const socket = duplex as TLSSocket;
    socket.on('error', (error) => this.#options.log.debug({ err: error }, 'connection failed during upgrade'));
    const verdict = this.#judge(request, socket);
    if ('status' in verdict) {
      this.#options.log.warn({ remoteAddress: socket.remoteAddress, reason: verdict.reason }, 'link refused');
      // The socket is cut right after the answer, so that a refused side gets no time for anything else.
      socket.end(`HTTP/1.1 ${verdict.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
      return;
    }
    this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => this.#onOpen(webSocket, socket, verdict));
  }

  #judge(request: IncomingMessage, socket: TLSSocket): Accepted | { status: string; reason: string } {
    const unauthorized = (reason: string) => ({ status: '401 Unauthorized', reason });
    if (this.#closing !== undefined) return { status: '503 Service Unavailable', reason: 'closing' };
    if (!socket.authorized) return unauthorized(`certificate not verified: ${String(socket.authorizationError)}`);
    // We verify again ourselves: a resumed TLS session is not verified anew, and the chain must have exactly one step.
    const certificate = socket.getPeerX509Certificate();
    const remote = certificate && verifyCertificate(certificate.raw, this.#caPem, this.#options.clock.wallMs());
    if (remote === undefined) return unauthorized('certificate without identity, or not valid now');
    if (!this.#options.accept(remote))
      return unauthorized(`identity ${remote.kind}/${remote.region}/${remote.id} not accepted`);
    if (request.headers['sec-websocket-protocol'] !== LINK_PROTOCOL)
      return { status: '426 Upgrade Required', reason: 'another link protocol' };
    if (this.#links.size >= this.#maxLinks)
      return { status: '503 Service Unavailable', reason: `${this.#links.size} links are open` };
    if ((this.#linksOf.get(remote.id)?.size ?? 0) >= NODE_SOCKETS_MAX)
      return { status: '503 Service Unavailable', reason: `links of ${remote.id} are still closing` };
    return { remote, remoteNotAfterMs: certificate?.validToDate.getTime() ?? 0 };
  }

  #onOpen(webSocket: WebSocket, socket: TLSSocket, { remote, remoteNotAfterMs }: Accepted): void {
    this.#guard.release(socket);
    const { clock, log } = this.#options;
    const link = new SocketLink({
      socket: webSocket,
      connection: socket,
      remote,
      remoteNotAfterMs,
      ...addressesOf(socket),
      limits: this.#limits,
      isDialer: false,
      clock,
      log,
      onGone: () => this.#delete(link),
    });
    this.#add(link);
    try {
      this.#options.onLink(link);
    } catch (error) {
      log.error({ remote, err: error }, 'onLink failed; closing the link');
      link.close('the receiver failed');
    }
  }

  #add(link: SocketLink): void {
    const { id } = link.remote;
    const nodeLinks = this.#linksOf.get(id) ?? new Set();
    this.#linksOf.set(id, nodeLinks.add(link));
    this.#links.add(link);
    const openLinks = [...nodeLinks].filter(({ closed }) => !closed);
    for (const oldest of openLinks.slice(0, Math.max(0, openLinks.length - NODE_LINKS_MAX))) {
      this.#options.log.warn({ remote: oldest.remote, from: oldest.remoteAddress }, 'a node has too many links');
      oldest.close('too many links of the same node');
    }
  }

  #delete(link: SocketLink): void {
    const { id } = link.remote;
    const nodeLinks = this.#linksOf.get(id);
    nodeLinks?.delete(link);
    if (nodeLinks?.size === 0) this.#linksOf.delete(id);
    this.#links.delete(link);
    if (this.#links.size === 0) this.#onLastGone?.();
  }
}

/** Writes the IPv4 addresses of a dual-stack listener as IPv4. */
export function addressesOf(socket: Socket): { localAddress: string; remoteAddress: string } {
  const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return { localAddress: plain(socket.localAddress), remoteAddress: plain(socket.remoteAddress) };
}

function tlsOptions(credentials: Credentials) {
  // The CA certificate is sent along so that an enrolling process can find its pinned CA.
  return {
    key: credentials.keyPem,
    cert: credentials.certPem + credentials.caPem,
    ca: credentials.caPem,
    minVersion: 'TLSv1.3',
  } as const;
}
