// Connections of the clients' listener: how many there may be at all, and how many of one address that are no WebSocket
// (yet).
import { AddressPlaces, type AddressRange, isAmong } from '@meridian/protocol';

export interface ConnectionLimits {
  /** Clients with a WebSocket, if the process may open so many. */
  readonly clientsMax: number;
  /** All other connections that are allowed: waiting sockets, plain HTTP. */
  readonly othersMax: number;
  /** Files that no connection gets, at most a quarter of all: links, logs. */
  readonly reserved: number;
}

export interface ConnectionShares {
  readonly connectionsMax: number;
  readonly clientsMax: number;
}

/**
 * What fits under the number of files that the process may have open. Clients never take what others need to get in,
 * nor more than half when it is that few.
 */
export function sharesOf(openFilesMax: number, o: ConnectionLimits): ConnectionShares {
  const fitting = openFilesMax - Math.min(o.reserved, Math.ceil(openFilesMax / 4));
  const connectionsMax = Math.max(1, Math.min(o.clientsMax + o.othersMax, fitting));
  return { connectionsMax, clientsMax: Math.max(connectionsMax - o.othersMax, Math.ceil(connectionsMax / 2)) };
}

/**
 * Connections that have not become a WebSocket: so many in total, so many per address. A trusted proxy speaks for many:
 * of these only the total counts.
 */
export class PlainConnections {
  readonly #trusted: readonly AddressRange[];
  readonly #direct: AddressPlaces;
  readonly #proxied: AddressPlaces;

  constructor(o: { total: number; perAddress: number; trustedProxies: readonly AddressRange[] }) {
    this.#trusted = o.trustedProxies;
    this.#direct = new AddressPlaces({ total: o.total, perAddress: o.perAddress });
    this.#proxied = new AddressPlaces({ total: o.total, perAddress: o.total });
  }

  /**
   * Counts one more, by the address of its socket; undefined when there are too many. The returned function takes it
   * back, once.
   */
  enter(remoteAddress: string): (() => void) | undefined {
    return (isAmong(remoteAddress, this.#trusted) ? this.#proxied : this.#direct).enter(remoteAddress);
  }
}
