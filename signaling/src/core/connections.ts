// How many connections the clients' listener may have, and which of them are whose.

export interface ConnectionBounds {
  /** Clients that have shown a token, if the process may open so many. */
  readonly clientsMax: number;
  /** Connections beside them that have proved nothing. */
  readonly newcomersMax: number;
  /** Connections of trusted proxies that are no client yet. */
  readonly proxiedMax: number;
  /** Files that no connection gets, at most a quarter of all: links, logs. */
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
 * What fits under the number of files that the process may have open. Proven ones never take what newcomers need to get
 * in, nor more than half when it is that few.
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
