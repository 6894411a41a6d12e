// Limits connections whose peer has proved nothing: each gets a place that a newcomer may take, and a limited time. All
// listeners of clients use it: HTTP, WebSockets, RTMP.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AddressRange, addressKey, isAmong } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { type Place, UnprovenPlaces } from './core/unproven-places.ts';

export interface ConnectionLimits {
  /** Connections of all addresses. */
  readonly total: number;
  /** Proven connections among them; the other places are kept for newcomers. */
  readonly provenMax: number;
  /** The same for connections of trusted proxies, which are counted separately; default: the same numbers. */
  readonly proxied?: { readonly total: number; readonly provenMax: number };
  /** Connections of an address (IPv6: of a /64). A trusted proxy stands for many and may use all of `proxied`. */
  readonly perAddress: number;
  readonly provenPerAddress: number;
  readonly proofMs: number;
}

export interface ConnectionGateOptions {
  readonly limits: ConnectionLimits;
  readonly trustedProxies: readonly AddressRange[];
  readonly clock: Clock;
  /** Called when an unproven connection ended: for a newcomer, after `proofMs`, or since all places are proven. */
  onEnded?(why: 'evicted' | 'late' | 'full'): void;
}

/** Connection under the gate. It leaves by itself when its socket closes. */
export interface GatedConnection extends Omit<Place, 'leave'> {
  /**
   * Moves an upgraded connection to this client address, even when a trusted proxy passed it on. The upgrade proves
   * nothing, and the upgraded protocol sets its own time limit. Returns false when there is no place, after destroying
   * the socket.
   */
  moveToAddress(address: string): boolean;
  /**
   * Moves a connection whose request shows that the other end serves many clients, like an edge cache, to the places of
   * trusted proxies, without a limit per address. Returns false when there is no place, after destroying the socket.
   */
  moveToShared(): boolean;
}

export class ConnectionGate {
  readonly #o: ConnectionGateOptions;
  readonly #direct: UnprovenPlaces;
  readonly #proxied: UnprovenPlaces;
  readonly #ports: ConnectionPorts;
  /** By the other end, because a TLS connection has a different socket object at its accept and at its requests. */
  readonly #byPeer = new Map<string, GatedConnection>();

  constructor(o: ConnectionGateOptions) {
    const { total, provenMax, perAddress, provenPerAddress, proxied = { total, provenMax } } = o.limits;
    this.#o = o;
    this.#direct = new UnprovenPlaces({ total, provenMax, perKey: perAddress, provenPerKey: provenPerAddress });
    this.#proxied = new UnprovenPlaces({ ...proxied, perKey: proxied.total, provenPerKey: proxied.total });
    this.#ports = { ...o, direct: this.#direct, proxied: this.#proxied };
  }

  get total(): number {
    return this.#direct.total + this.#proxied.total;
  }
  get proven(): number {
    return this.#direct.proven + this.#proxied.proven;
  }

  /** Counts an accepted connection; returns undefined when there is no place, after destroying the socket. */
  enter(socket: Socket): GatedConnection | undefined {
    const remoteAddress = socket.remoteAddress ?? '';
    const isProxied = isAmong(remoteAddress, this.#o.trustedProxies);
    const connection = new Connection(this.#ports, socket, isProxied);
    if (!connection.begin(remoteAddress)) return undefined;
    const other = peerKeyOf(socket);
    this.#byPeer.set(other, connection);
    socket.once('close', () => {
      if (this.#byPeer.get(other) === connection) this.#byPeer.delete(other);
      connection.close();
    });
    return connection;
  }

  connectionOf(socket: Socket): GatedConnection | undefined {
    return this.#byPeer.get(peerKeyOf(socket));
  }

  /**
   * Gates all connections of an HTTP or HTTPS server. A complete request proves its connection, which rests after the
   * answer. The caller handles upgrades: `connectionOf(request.socket)?.moveToAddress(…)`.
   */
  guard(server: Server): void {
    server.on('connection', (socket: Socket) => void this.enter(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.connectionOf(request.socket);
      if (connection === undefined) return;
      if (hasBody(request)) request.once('end', () => connection.prove());
      else connection.prove();
      response.once('close', () => connection.rest());
    });
  }
}

type ConnectionPorts = ConnectionGateOptions & { readonly direct: UnprovenPlaces; readonly proxied: UnprovenPlaces };

/** A record with few functions of its own, since a node has tens of thousands of connections. */
class Connection implements GatedConnection {
  readonly #o: ConnectionPorts;
  readonly #socket: Socket;
  readonly #isProxied: boolean;
  #place: Place | undefined;
  /** Ends a connection that proves nothing in time. */
  #timer: Timer | undefined;
  #isShared = false;

  constructor(o: ConnectionPorts, socket: Socket, isProxied: boolean) {
    this.#o = o;
    this.#socket = socket;
    this.#isProxied = isProxied;
  }

  /** Takes the first place. Returns false when there is none, after destroying the socket. */
  begin(remoteAddress: string): boolean {
    const { proxied, direct, clock, limits } = this.#o;
    if (!this.#enter(this.#isProxied ? proxied : direct, remoteAddress)) return false;
    this.#timer = clock.after(limits.proofMs, () => this.#end('late'));
    return true;
  }

  get isProven(): boolean {
    return this.#place?.isProven === true;
  }

  prove(): boolean {
    this.#stopTimer();
    return this.#place?.prove() === true;
  }

  rest(): void {
    this.#place?.rest();
  }

  moveToAddress(address: string): boolean {
    this.#stopTimer();
    if (this.#socket.destroyed) return false;
    return !this.#isProxied || this.#moveTo(this.#o.direct, address);
  }

  moveToShared(): boolean {
    if (this.#socket.destroyed) return false;
    if (this.#isProxied || this.#isShared) return true;
    this.#isShared = true;
    if (!this.#moveTo(this.#o.proxied, this.#socket.remoteAddress ?? '')) return false;
    this.#place?.prove();
    return true;
  }

  /** Idempotent. */
  close(): void {
    this.#stopTimer();
    this.#place?.leave();
  }

  #moveTo(places: UnprovenPlaces, address: string): boolean {
    this.#place?.leave();
    return this.#enter(places, address);
  }

  #enter(places: UnprovenPlaces, address: string): boolean {
    const entered = places.enter(addressKey(address), () => this.#end('evicted'));
    this.#place = entered ?? this.#place;
    if (entered === undefined) this.#end('full');
    return entered !== undefined;
  }

  #end(why: 'evicted' | 'late' | 'full'): void {
    if (this.#socket.destroyed) return;
    this.#o.onEnded?.(why);
    this.#socket.destroy(); // no answer, since that would cost
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

/** Returns whether a request has a body: RFC 9112, 6 requires one of these fields. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Names a connection by both ends: the same for a socket and for the TLS socket over it. */
const peerKeyOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;
