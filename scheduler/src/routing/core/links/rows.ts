// Route rows for hosts: a row per destination at first, then the changed rows (versioned-map.ts). Destinations that
// leave are sent as gone.

import { VersionedMap } from '../../../base/core/versioned-map.ts';
import { NO_PATH } from '../routes/index.ts';

export interface RouteRow {
  readonly toHostId: string;
  readonly primaryVia: string;
  readonly standbyVia: string | undefined;
  readonly inUse: boolean;
  readonly isGone: boolean;
}

export interface RouteRows {
  readonly version: number;
  /** 0: all rows. */
  readonly since: number;
  readonly rows: readonly RouteRow[];
}

/** All routes of a fleet, by from × hosts + to. A path is the index of a host, DIRECT or NO_PATH. */
export interface RouteTable {
  readonly hostIds: readonly string[];
  readonly primaryVia: Int16Array;
  readonly standbyVia: Int16Array;
  readonly delayMs: Float64Array;
}

/** Limit of remembered destinations that have left, for each host: as many as are planned. */
const GONE_MAX = 256;

/** Rows of each host by destination. A row is made only for a change. */
export class RowStore {
  readonly #rows = new Map<string, VersionedMap<RouteRow>>();
  #version = 0;
  #hostIds: readonly string[] = [];
  /** Last rows of the hosts, in the numbering of the routes with which they are compared. */
  #sent: (RouteRow | undefined)[] = [];

  /** Version of the newest row; 0 before the first. */
  get version(): number {
    return this.#version;
  }

  /** Returns whether any row has changed. `isUsed`: by from × hosts + to, 1 where media runs. */
  update(routes: RouteTable, isUsed: Uint8Array): boolean {
    const version = this.#version + 1;
    let isNews = routes.hostIds !== this.#hostIds && this.#renumber(routes.hostIds, version);
    const { hostIds, primaryVia, standbyVia } = routes;
    const hosts = hostIds.length;
    for (let at = 0; at < primaryVia.length; at += 1) {
      if (at % (hosts + 1) === 0) continue; // the diagonal is no route
      const primary = primaryVia[at] as number;
      const standby = standbyVia[at] as number;
      // DIRECT and NO_PATH are no indices: looking them up in the array would cost more than all the rest.
      const via = primary < 0 ? '' : (hostIds[primary] as string);
      const second = standby === NO_PATH ? undefined : standby < 0 ? '' : (hostIds[standby] as string);
      const inUse = isUsed[at] === 1;
      const sent = this.#sent[at];
      const isSame =
        sent !== undefined && sent.primaryVia === via && sent.standbyVia === second && sent.inUse === inUse;
      if (isSame) continue;
      const toHostId = hostIds[at % hosts] ?? '';
      const row = { toHostId, primaryVia: via, standbyVia: second, inUse, isGone: false };
      this.#sent[at] = row;
      this.#rows.get(hostIds[Math.floor(at / hosts)] ?? '')?.put(toHostId, row, version);
      isNews = true;
    }
    if (isNews) this.#version = version;
    return isNews;
  }

  /** Returns the rows that a receiver on `hostId` with version `since` (0: none) lacks. */
  since(hostId: string, since: number): RouteRows {
    const version = this.#version;
    const rowsOfHost = this.#rows.get(hostId);
    if (rowsOfHost === undefined || since >= version) return { version, since, rows: [] };
    const { since: from, changed, gone } = rowsOfHost.since(Math.min(since, rowsOfHost.version));
    return { version, since: from === 0 ? 0 : since, rows: [...gone.map(goneRow), ...changed.values()] };
  }

  /** Keeps sent rows and sends departed destinations as gone. Returns whether any host needs an update. */
  #renumber(hostIds: readonly string[], version: number): boolean {
    this.#hostIds = hostIds;
    const present = new Set(hostIds);
    // Departed hosts get no rows.
    for (const hostId of this.#rows.keys()) if (!present.has(hostId)) this.#rows.delete(hostId);
    let isNews = false;
    this.#sent = hostIds.flatMap((hostId) => {
      const rowsOfHost =
        this.#rows.get(hostId) ?? new VersionedMap<RouteRow>({ isSame: () => false, goneMax: GONE_MAX });
      this.#rows.set(hostId, rowsOfHost);
      for (const to of rowsOfHost.keys()) if (!present.has(to)) isNews = rowsOfHost.remove(to, version) || isNews;
      return hostIds.map((to) => rowsOfHost.get(to));
    });
    return isNews;
  }
}

function goneRow(toHostId: string): RouteRow {
  return { toHostId, primaryVia: '', standbyVia: undefined, inUse: false, isGone: true };
}
