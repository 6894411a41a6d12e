// Opens media sockets: on loopback for media nodes of the same host, in a configured port range for other hosts.
import type { SessionJoined } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { type RtpAddress, RtpSocket, type TransportSlot } from './rtp-socket.ts';

export interface RtpListen {
  readonly ip: string;
  /** Address at which media nodes reach `ip`; default: `ip`. */
  readonly announcedAddress?: string | undefined;
  readonly portMin: number;
  readonly portMax: number;
}

interface RemoteHostSocket {
  readonly socket: RtpSocket;
  readonly address: RtpAddress;
}

export class RtpSockets {
  readonly #listen: RtpListen | undefined;
  readonly #log: Logger;
  /** Offset from `portMin` at which the search begins, so that a released port is reused as late as possible. */
  #nextOffset = 0;

  /** Without `listen`, media nodes of other hosts cannot be reached. */
  constructor({ listen, log }: { readonly listen: RtpListen | undefined; readonly log: Logger }) {
    this.#listen = listen;
    this.#log = log;
  }

  /** Opens the sockets for sending, or for receiving. While all ports are taken, opens only the loopback socket. */
  async open(): Promise<RtpPair> {
    const localSocket = await RtpSocket.open();
    try {
      return new RtpPair(localSocket, await this.#openRemoteSocket());
    } catch (error) {
      localSocket.close();
      throw error;
    }
  }

  async #openRemoteSocket(): Promise<RemoteHostSocket | undefined> {
    if (this.#listen === undefined) return undefined;
    const { ip, announcedAddress = ip, portMin, portMax } = this.#listen;
    const ports = portMax - portMin + 1;
    for (let tried = 0; tried < ports; tried += 1) {
      const port = portMin + this.#nextOffset;
      this.#nextOffset = (this.#nextOffset + 1) % ports;
      const socket = await RtpSocket.open({ ip, port }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error;
      });
      if (socket !== undefined) return { socket, address: { ip: announcedAddress, port } };
    }
    this.#log.warn({ portMin, portMax }, 'all ports of plainListen are in use: only media nodes of this host remain');
    return undefined;
  }
}

interface Route {
  readonly socket: RtpSocket;
  readonly remote: RtpAddress;
}

/**
 * Sockets for sending, or for receiving: one for media nodes of this host, and perhaps one for nodes of other hosts. A
 * move between such nodes uses both.
 */
export class RtpPair {
  readonly localAddress: RtpAddress;
  readonly remoteHostAddress: RtpAddress | undefined;
  readonly #localSocket: RtpSocket;
  readonly #remoteSocket: RtpSocket | undefined;
  readonly #routes: Record<TransportSlot, Route | undefined> = { home: undefined, next: undefined };

  constructor(localSocket: RtpSocket, remoteHost: RemoteHostSocket | undefined) {
    this.#localSocket = localSocket;
    this.localAddress = localSocket.address;
    this.#remoteSocket = remoteHost?.socket;
    this.remoteHostAddress = remoteHost?.address;
  }

  usesRemoteSocket(side: TransportSlot): boolean {
    return this.#remoteSocket !== undefined && this.#routes[side]?.socket === this.#remoteSocket;
  }

  /** Exchanges datagrams with this transport of the present session. node-socket.ts seals those to other hosts. */
  setTransport(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#setRoute('next', undefined);
    this.#setRoute('home', this.#routeTo(o, transport));
  }

  /** Exchanges datagrams with the next transport too, until the move ends or another session begins. */
  beginMove(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#setRoute('next', this.#routeTo(o, transport));
  }

  /** Ends a move: the next transport becomes the home if the move is made, and is dropped otherwise. */
  endMove(isMade: boolean): void {
    const { next } = this.#routes;
    this.#setRoute('next', undefined);
    if (isMade) this.#setRoute('home', next);
  }

  listen(...handlers: Parameters<RtpSocket['listen']>): void {
    this.#localSocket.listen(...handlers);
    this.#remoteSocket?.listen(...handlers);
  }

  send(datagram: Uint8Array, to: TransportSlot = 'home'): void {
    this.#routes[to]?.socket.send(datagram, to);
  }

  close(): void {
    this.#localSocket.close();
    this.#remoteSocket?.close();
  }

  #routeTo({ isElsewhere }: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): Route {
    const { ip, port } = transport.plain ?? {};
    const socket = (isElsewhere ? this.#remoteSocket : undefined) ?? this.#localSocket;
    return { socket, remote: { ip: ip ?? '', port: port ?? 0 } };
  }

  #setRoute(side: TransportSlot, route: Route | undefined): void {
    this.#routes[side]?.socket.connect(undefined, side);
    this.#routes[side] = route;
    route?.socket.connect(route.remote, side);
  }
}
