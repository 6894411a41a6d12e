// What hosts are sent when routes changed: whole rows, versioned. A row is all a host needs of its own, 4 bytes a destination, so the diff is
// by row and not by pair. A delta applies to exactly one version; who has missed one asks for everything (`since` 0).
import { assert } from '@meridian/protocol';
import type { RouteChoice } from './route-choice.ts';

export interface RouteRow {
  readonly from: number;
  /** Relay in use by destination's index, DIRECT or NO_PATH; the host's own place is NO_PATH. */
  readonly primaryVia: Int16Array;
  readonly standbyVia: Int16Array;
}

export interface RouteDelta {
  /** Which numbering of the hosts the indices belong to; a fleet that changes gets a new one and a whole delta. */
  readonly fleetVersion: number;
  readonly since: number;
  readonly version: number;
  readonly rows: readonly RouteRow[];
}

/** What changed after `since`; everything when `since` is 0. The rows are copies. */
export function routeDelta(choice: RouteChoice, fleetVersion: number, since: number): RouteDelta {
  assert(since >= 0 && since <= choice.version, `a delta since ${since}, at version ${choice.version}`);
  const { hosts, version } = choice;
  const rows = choice.rowsSince(since).map(
    (from): RouteRow => ({
      from,
      primaryVia: choice.primaryVia.slice(from * hosts, (from + 1) * hosts),
      standbyVia: choice.standbyVia.slice(from * hosts, (from + 1) * hosts),
    }),
  );
  return { fleetVersion, since, version, rows };
}

/** What a receiver holds. */
export interface HeldRoutes {
  readonly fleetVersion: number;
  readonly version: number;
  readonly rows: ReadonlyMap<number, RouteRow>;
}

export const NO_ROUTES: HeldRoutes = { fleetVersion: 0, version: 0, rows: new Map() };

/** The receiver's state after a delta; undefined: it does not fit what is held (a delta was missed), ask for everything. */
export function applyDelta(held: HeldRoutes, delta: RouteDelta): HeldRoutes | undefined {
  const isWhole = delta.since === 0;
  if (!isWhole && (delta.fleetVersion !== held.fleetVersion || delta.since !== held.version)) return undefined;
  const rows = new Map(isWhole ? [] : held.rows);
  for (const row of delta.rows) rows.set(row.from, row);
  return { fleetVersion: delta.fleetVersion, version: delta.version, rows };
}
