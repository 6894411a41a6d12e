// What a listener gives a connection before its peer has proved anything: a place that a newcomer may take, and so much
// time. The same for every listener of clients: HTTP, WebSockets, RTMP.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AddressRange, addressKey, isAmong } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { type Place, UnprovenPlaces } from './core/unproven-places.ts';

export interface ConnectionLimits {
  /** Connections of all addresses, and as many again of trusted proxies. */
  readonly total: number;
  /** Of these, proven ones: the rest is kept for newcomers. */
  readonly provenMax: number;
  /**
   * Of one address (IPv6: one /64): unproven ones, and proven ones. A trusted proxy speaks for many: only `total` and
   * `provenMax` count for it.
   */
  readonly perAddress: number;
  readonly provenPerAddress: number;
  /** A connection that has proved nothing so long after its begin is ended. */
  readonly proofMs: number;
}

export interface ConnectionGateOptions {
  readonly limits: ConnectionLimits;
  readonly trustedProxies: readonly AddressRange[];
  readonly clock: Clock;
  /**
   * A connection was ended before it had proved anything: for a newcomer, after `proofMs`, or at once because all
   * places are taken by proven ones.
   */
  onEnded?(why: 'evicted' | 'late' | 'full'): void;
}

/** A connection under the gate. It leaves by itself when its socket closes. */
export type GatedConnection = Omit<Place, 'leave'>;

export class ConnectionGate {
  readonly #o: ConnectionGateOptions;
  readonly #direct: UnprovenPlaces;
  readonly #proxied: UnprovenPlaces;
  /** By the other end: a TLS connection is one socket when it is accepted and another when it asks. */
  readonly #byEnd = new Map<string, GatedConnection>();

  constructor(o: ConnectionGateOptions) {
    const { total, provenMax, perAddress, provenPerAddress } = o.limits;
    this.#o = o;
    this.#direct = new UnprovenPlaces({ total, provenMax, perKey: perAddress, provenPerKey: provenPerAddress });
    this.#proxied = new UnprovenPlaces({ total, provenMax, perKey: total, provenPerKey: total });
  }

  get total(): number {
    return this.#direct.total + this.#proxied.total;
  }
  get proven(): number {
    return this.#direct.proven + this.#proxied.proven;
  }

  /** Counts a connection that was accepted just now; undefined: there is no place, and the socket was destroyed. */
  enter(socket: Socket): GatedConnection | undefined {
    const { limits, trustedProxies, clock, onEnded } = this.#o;
    const address = socket.remoteAddress ?? '';
    const places = isAmong(address, trustedProxies) ? this.#proxied : this.#direct;
    let timer: Timer | undefined;
    const end = (why: 'evicted' | 'late' | 'full'): void => {
      timer?.cancel();
      onEnded?.(why);
      socket.destroy(); // without a word: an answer would cost
    };
    const place = places.enter(addressKey(address), () => end('evicted'));
    if (place === undefined) {
      end('full');
      return undefined;
    }
    timer = clock.after(limits.proofMs, () => {
      if (!place.isProven) end('late');
    });
    const connection: GatedConnection = {
      prove: () => {
        timer.cancel();
        return place.prove();
      },
      rest: () => place.rest(),
      get isProven() {
        return place.isProven;
      },
    };
    const other = endOf(socket);
    this.#byEnd.set(other, connection);
    socket.once('close', () => {
      timer.cancel();
      if (this.#byEnd.get(other) === connection) this.#byEnd.delete(other);
      place.leave();
    });
    return connection;
  }

  /** The connection of a request or of an upgraded socket; undefined when it has closed. */
  of(socket: Socket): GatedConnection | undefined {
    return this.#byEnd.get(endOf(socket));
  }

  /**
   * Takes all connections of an HTTP or HTTPS server. A request proves its connection when it has come whole, and the
   * connection rests when it was answered. An upgrade is left to the caller: `of(request.socket)`.
   */
  guard(server: Server): void {
    server.on('connection', (socket: Socket) => void this.enter(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.of(request.socket);
      if (connection === undefined) return;
      if (hasBody(request)) request.once('end', () => connection.prove());
      else connection.prove();
      response.once('close', () => connection.rest());
    });
  }
}

/** RFC 9112, 6: a request has a body when it has one of these fields. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Names a connection by its other end and this one: the same for a socket and for the TLS socket over it. */
const endOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;
