// Opens media sockets: on loopback for media nodes of the same host, in a configured port range for other hosts.
import type { SessionJoined } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { type NodeSide, type RtpAddress, RtpSocket } from './rtp-socket.ts';

export interface PlainListen {
  readonly ip: string;
  /** Address at which media nodes reach `ip`; default: `ip`. */
  readonly announcedAddress?: string | undefined;
  readonly portMin: number;
  readonly portMax: number;
}

interface Elsewhere {
  readonly socket: RtpSocket;
  readonly address: RtpAddress;
}

export class RtpSockets {
  readonly #listen: PlainListen | undefined;
  readonly #log: Logger;
  /** Offset from `portMin` at which the search begins, so that a released port is reused as late as possible. */
  #nextOffset = 0;

  /** Without `listen`, media nodes of other hosts cannot be reached. */
  constructor({ listen, log }: { readonly listen: PlainListen | undefined; readonly log: Logger }) {
    this.#listen = listen;
    this.#log = log;
  }

  /** Opens the sockets for sending, or for receiving. While all ports are taken, opens only the loopback socket. */
  async open(): Promise<RtpPair> {
    const here = await RtpSocket.open();
    try {
      return new RtpPair(here, await this.#elsewhere());
    } catch (error) {
      here.close();
      throw error;
    }
  }

  async #elsewhere(): Promise<Elsewhere | undefined> {
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
  readonly here: RtpAddress;
  readonly elsewhere: RtpAddress | undefined;
  readonly #here: RtpSocket;
  readonly #elsewhere: RtpSocket | undefined;
  readonly #routes: Record<NodeSide, Route | undefined> = { home: undefined, next: undefined };

  constructor(here: RtpSocket, elsewhere: Elsewhere | undefined) {
    this.#here = here;
    this.here = here.address;
    this.#elsewhere = elsewhere?.socket;
    this.elsewhere = elsewhere?.address;
  }

  isElsewhere(side: NodeSide): boolean {
    return this.#elsewhere !== undefined && this.#routes[side]?.socket === this.#elsewhere;
  }

  /** Exchanges datagrams with this transport of the present session. node-socket.ts seals those to other hosts. */
  joined(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#setRoute('next', undefined);
    this.#setRoute('home', this.#routeTo(o, transport));
  }

  /** Exchanges datagrams with the next transport too, until the move ends or another session begins. */
  beginMove(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#setRoute('next', this.#routeTo(o, transport));
  }

  /** Ends a move: the next transport becomes the home if the move is made, and is dropped otherwise. */
  settle(isMade: boolean): void {
    const { next } = this.#routes;
    this.#setRoute('next', undefined);
    if (isMade) this.#setRoute('home', next);
  }

  listen(...handlers: Parameters<RtpSocket['listen']>): void {
    this.#here.listen(...handlers);
    this.#elsewhere?.listen(...handlers);
  }

  send(datagram: Uint8Array, to: NodeSide = 'home'): void {
    this.#routes[to]?.socket.send(datagram, to);
  }

  close(): void {
    this.#here.close();
    this.#elsewhere?.close();
  }

  #routeTo({ isElsewhere }: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): Route {
    const { ip, port } = transport.plain ?? {};
    const socket = (isElsewhere ? this.#elsewhere : undefined) ?? this.#here;
    return { socket, remote: { ip: ip ?? '', port: port ?? 0 } };
  }

  #setRoute(side: NodeSide, way: Route | undefined): void {
    this.#routes[side]?.socket.connect(undefined, side);
    this.#routes[side] = way;
    way?.socket.connect(way.remote, side);
  }
}
