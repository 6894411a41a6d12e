// Divides the connections of the clients' listener among clients that have shown a token (proven), newcomers without
// one, and trusted proxies.

export interface ConnectionBounds {
  /** Clients that have shown a token, if the process may open so many files. */
  readonly clientsMax: number;
  /** Further connections that have shown no token. */
  readonly newcomersMax: number;
  /** Connections of trusted proxies before they belong to a client. */
  readonly proxiedMax: number;
  /** Files kept back for links and logs, at most a quarter of all. */
  readonly reserved: number;
}

interface Share {
  readonly total: number;
  readonly provenMax: number;
}

export interface ConnectionShares {
  readonly direct: Share;
  readonly proxied: Share;
}

/**
 * Returns the shares that fit under the number of files that the process may open. Proven clients never take the share
 * of newcomers and proxies; when that share would be more than half, proven clients get half.
 */
export function sharesOf(openFilesMax: number, o: ConnectionBounds): ConnectionShares {
  const fitting = openFilesMax - Math.min(o.reserved, Math.ceil(openFilesMax / 4));
  const othersMax = o.newcomersMax + o.proxiedMax;
  const all = Math.max(1, Math.min(o.clientsMax + othersMax, fitting));
  const clientsMax = Math.max(all - othersMax, Math.ceil(all / 2));
  const proxiedMax = Math.floor(((all - clientsMax) * o.proxiedMax) / othersMax);
  return {
    direct: { total: all - proxiedMax, provenMax: clientsMax },
    proxied: { total: proxiedMax, provenMax: Math.floor(proxiedMax / 2) },
  };
}
