// Where the gateway speaks with media nodes: with those of its own host on loopback, with those of other hosts at an
// address of the host, from a range of ports that firewalls know.
import type { SessionJoined } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { type NodeSide, type RtpAddress, RtpSocket } from './rtp-socket.ts';

export interface PlainListen {
  readonly ip: string;
  /** As media nodes reach that; default: `ip`. */
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
  /** Where the search for a free port begins: a port that was let go is used again as late as possible. */
  #next = 0;

  /** Without `listen` there is nothing for media nodes of other hosts. */
  constructor({ listen, log }: { readonly listen: PlainListen | undefined; readonly log: Logger }) {
    this.#listen = listen;
    this.#log = log;
  }

  /** For one direction of a session. For its own host alone while all ports for others are taken. */
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
      const port = portMin + this.#next;
      this.#next = (this.#next + 1) % ports;
      const socket = await RtpSocket.open({ ip, port }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error;
      });
      if (socket !== undefined) return { socket, address: { ip: announcedAddress, port } };
    }
    this.#log.warn({ portMin, portMax }, 'plainListen is used up: a session is for media nodes of this host alone');
    return undefined;
  }
}

/** A socket of the pair, and what it reaches. */
interface Way {
  readonly socket: RtpSocket;
  readonly remote: RtpAddress;
}

/**
 * Of one direction: a socket for media nodes of this host, and one for those of others. One of them is in use, or both
 * while the session moves.
 */
export class RtpPair {
  readonly here: RtpAddress;
  readonly elsewhere: RtpAddress | undefined;
  readonly #here: RtpSocket;
  readonly #elsewhere: RtpSocket | undefined;
  readonly #ways: Record<NodeSide, Way | undefined> = { home: undefined, next: undefined };

  constructor(here: RtpSocket, elsewhere: Elsewhere | undefined) {
    this.#here = here;
    this.here = here.address;
    this.#elsewhere = elsewhere?.socket;
    this.elsewhere = elsewhere?.address;
  }

  /** The media node is on another host. */
  isElsewhere(side: NodeSide): boolean {
    return this.#elsewhere !== undefined && this.#ways[side]?.socket === this.#elsewhere;
  }

  /** From now on datagrams go to this transport of the present session, and come from it; elsewhere they are sealed. */
  joined(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#turn('next', undefined);
    this.#turn('home', this.#wayTo(o, transport));
  }

  /** The same of where the session is to move, beside its home; until `settle`, or another session. */
  moving(o: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): void {
    this.#turn('next', this.#wayTo(o, transport));
  }

  /** The move is made, or not. */
  settle(isMade: boolean): void {
    const { next } = this.#ways;
    this.#turn('next', undefined);
    if (isMade) this.#turn('home', next);
  }

  /** As `RtpSocket.listen`, of both. */
  listen(...handlers: Parameters<RtpSocket['listen']>): void {
    this.#here.listen(...handlers);
    this.#elsewhere?.listen(...handlers);
  }

  /** Nothing is sent before `joined`. */
  send(datagram: Uint8Array, to: NodeSide = 'home'): void {
    this.#ways[to]?.socket.send(datagram, to);
  }

  /** Idempotent. */
  close(): void {
    this.#here.close();
    this.#elsewhere?.close();
  }

  #wayTo({ isElsewhere }: Pick<SessionJoined, 'isElsewhere'>, transport: wire.TransportInfo.$Properties): Way {
    const { ip, port } = transport.plain ?? {};
    const socket = (isElsewhere ? this.#elsewhere : undefined) ?? this.#here;
    return { socket, remote: { ip: ip ?? '', port: port ?? 0 } };
  }

  #turn(side: NodeSide, way: Way | undefined): void {
    this.#ways[side]?.socket.connect(undefined, side);
    this.#ways[side] = way;
    way?.socket.connect(way.remote, side);
  }
}
