// What a listener gives a connection before its peer has proved anything: a place that a newcomer may take, and so much
// time. The same for every listener of clients: HTTP, WebSockets, RTMP.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AddressRange, addressKey, isAmong } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Place, UnprovenPlaces } from './core/unproven-places.ts';

export interface ConnectionLimits {
  /** Connections of all addresses. */
  readonly total: number;
  /** Of these, proven ones: the rest is kept for newcomers. */
  readonly provenMax: number;
  /** The same for connections of trusted proxies, which are counted apart; without, as many again. */
  readonly proxied?: { readonly total: number; readonly provenMax: number };
  /**
   * Of one address (IPv6: one /64): unproven ones, and proven ones. A trusted proxy speaks for many: it may have all
   * of `proxied`.
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
export interface GatedConnection extends Omit<Place, 'leave'> {
  /**
   * An upgrade has come over it: it is one of this client address, also where a trusted proxy passed it on. It proves
   * nothing by that; how long it may take from here is the matter of what it has become. False: there is no place for
   * it, and its socket was destroyed.
   */
  upgraded(address: string): boolean;
  /**
   * Its request has shown that the other end asks for many, as an edge cache does: it is one of a trusted proxy from
   * here on, which no count of its address bounds. False: there is no place among these, and its socket was destroyed.
   */
  asksForMany(): boolean;
}

export class ConnectionGate {
  readonly #o: ConnectionGateOptions;
  readonly #direct: UnprovenPlaces;
  readonly #proxied: UnprovenPlaces;
  /** By the other end: a TLS connection is one socket when it is accepted and another when it asks. */
  readonly #byEnd = new Map<string, GatedConnection>();

  constructor(o: ConnectionGateOptions) {
    const { total, provenMax, perAddress, provenPerAddress, proxied = { total, provenMax } } = o.limits;
    this.#o = o;
    this.#direct = new UnprovenPlaces({ total, provenMax, perKey: perAddress, provenPerKey: provenPerAddress });
    this.#proxied = new UnprovenPlaces({ ...proxied, perKey: proxied.total, provenPerKey: proxied.total });
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
    const end = (why: 'evicted' | 'late' | 'full'): void => {
      if (socket.destroyed) return;
      onEnded?.(why);
      socket.destroy(); // without a word: an answer would cost
    };
    const placeAmong = (places: UnprovenPlaces, address: string): Place | undefined => {
      const entered = places.enter(addressKey(address), () => end('evicted'));
      if (entered === undefined) end('full');
      return entered;
    };
    const remoteAddress = socket.remoteAddress ?? '';
    const isProxied = isAmong(remoteAddress, trustedProxies);
    const first = placeAmong(isProxied ? this.#proxied : this.#direct, remoteAddress);
    if (first === undefined) return undefined;
    let place = first;
    let isMoved = false;
    const moveTo = (places: UnprovenPlaces, address: string): boolean => {
      place.leave();
      const next = placeAmong(places, address);
      place = next ?? place;
      return next !== undefined;
    };
    const timer = clock.after(limits.proofMs, () => end('late'));
    const connection: GatedConnection = {
      prove: () => {
        timer.cancel();
        return place.prove();
      },
      rest: () => place.rest(),
      get isProven() {
        return place.isProven;
      },
      upgraded: (clientAddress) => {
        timer.cancel();
        if (socket.destroyed) return false;
        if (!isProxied) return true;
        return moveTo(this.#direct, clientAddress);
      },
      asksForMany: () => {
        if (socket.destroyed) return false;
        if (isProxied || isMoved) return true;
        isMoved = true;
        if (!moveTo(this.#proxied, remoteAddress)) return false;
        place.prove();
        return true;
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
   * connection rests when it was answered. An upgrade is left to the caller: `of(request.socket)?.upgraded(…)`.
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
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Names a connection by its other end and this one: the same for a socket and for the TLS socket over it. */
const endOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;
