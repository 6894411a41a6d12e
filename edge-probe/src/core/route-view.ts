// Routes of this host from the centre. A probe needs from them the key that it shares with each host, and whether media
// flows to that host (`isInUse`).

export interface RoutedHost {
  readonly key: Uint8Array;
  readonly isInUse: boolean;
}
export interface RouteRow {
  readonly toHostId: string;
  readonly key: Uint8Array;
  readonly isInUse: boolean;
}

const KEY_BYTES = 32;
/** The centre plans at most this many hosts; further rows are its error and are ignored. */
export const HOSTS_MAX = 256;

export class RouteView {
  #version = 0;
  readonly #hosts = new Map<string, RoutedHost>();

  get hosts(): ReadonlyMap<string, RoutedHost> {
    return this.#hosts;
  }

  /** Applies the centre's routes. Returns false when a message was missed, so that all routes must be requested. */
  apply(routes: { version: number; since: number; rows: readonly RouteRow[] }): boolean {
    if (routes.since !== 0 && routes.since !== this.#version) return false;
    if (routes.since === 0) this.#hosts.clear();
    this.#version = routes.version;
    for (const { toHostId, key, isInUse } of routes.rows) {
      if (key.length !== KEY_BYTES) this.#hosts.delete(toHostId);
      else if (this.#hosts.has(toHostId) || this.#hosts.size < HOSTS_MAX) this.#hosts.set(toHostId, { key, isInUse });
    }
    return true;
  }
}
