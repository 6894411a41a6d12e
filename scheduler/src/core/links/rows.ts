// What hosts are told of their routes: a row per destination, each with the version it last changed at, so that a receiver who holds version v
// of its host's rows is sent what changed after v. A destination that has left is told as such (a tombstone) until nobody can miss it.
import { DIRECT, NO_PATH } from '../routes/index.ts';

export interface RouteRow {
  readonly toHostId: string;
  readonly isReachable: boolean;
  readonly primaryVia: string;
  readonly standbyVia: string | undefined;
  readonly primaryMs: number;
  readonly inUse: boolean;
  /** The destination has left the fleet. */
  readonly isGone: boolean;
}

export interface RouteRows {
  readonly version: number;
  /** 0: everything. */
  readonly since: number;
  readonly rows: readonly RouteRow[];
}

/** All routes of a fleet, by from × hosts + to. A path: the index of a host, DIRECT or NO_PATH. */
export interface RoutesNow {
  readonly hostIds: readonly string[];
  readonly primaryVia: Int16Array;
  readonly standbyVia: Int16Array;
  /** One way, by the path in use. */
  readonly delayMs: Float64Array;
}

/** What one host was told, by destination, in the order of change. */
type Told = Map<string, { readonly row: RouteRow; readonly version: number }>;

/** A delay is told again when it has moved by more than both: hosts compare paths by it, they do not plot it. */
const TELL_MS = 2;
const TELL_SHARE = 0.1;
/** Tombstones per host; beyond, the oldest goes, and whoever missed it keeps a row of a host that answers nothing. */
const GONE_MAX = 256;

/** Rows are made only of what has changed: what was told is kept beside them in flat arrays, numbered like the routes they are compared with. */
export class RowStore {
  readonly #told = new Map<string, Told>();
  #version = 0;
  #hostIds: readonly string[] = [];
  #primaryVia = new Int16Array(0);
  #standbyVia = new Int16Array(0);
  #delayMs = new Float64Array(0); // NaN: not told yet
  #isUsed = new Uint8Array(0);

  /** Of the newest row; 0 before the first. */
  get version(): number {
    return this.#version;
  }

  /** Replaces what hosts are told. `isUsed`: by from × hosts + to, 1 where media runs. True: something is new. */
  update(routes: RoutesNow, isUsed: Uint8Array): boolean {
    const version = this.#version + 1;
    const isFleetNew = routes.hostIds !== this.#hostIds && this.#renumber(routes.hostIds, version);
    const { primaryVia, standbyVia, delayMs } = routes;
    const hosts = routes.hostIds.length;
    let isNews = isFleetNew;
    for (let at = 0; at < primaryVia.length; at += 1) {
      const toldMs = this.#delayMs[at] as number;
      const nowMs = delayMs[at] as number;
      const isSame =
        Math.abs(toldMs - nowMs) <= Math.max(TELL_MS, TELL_SHARE * toldMs) && // never so of NaN
        primaryVia[at] === this.#primaryVia[at] &&
        standbyVia[at] === this.#standbyVia[at] &&
        isUsed[at] === this.#isUsed[at];
      if (isSame || at % (hosts + 1) === 0) continue; // the diagonal is nobody's route
      this.#primaryVia[at] = primaryVia[at] as number;
      this.#standbyVia[at] = standbyVia[at] as number;
      this.#delayMs[at] = nowMs;
      this.#isUsed[at] = isUsed[at] as number;
      this.#tell(routes.hostIds[Math.floor(at / hosts)] ?? '', this.#rowOf(at), version);
      isNews = true;
    }
    if (isNews) this.#version = version;
    return isNews;
  }

  /** What a receiver on `hostId` that holds `since` (0: nothing) lacks. */
  since(hostId: string, since: number): RouteRows {
    const told = this.#told.get(hostId);
    if (told === undefined || (since > 0 && since >= this.#version)) return { version: this.#version, since, rows: [] };
    const held = [...told.values()];
    const rows = held.filter(({ row, version }) => (since === 0 ? !row.isGone : version > since)).map(({ row }) => row);
    return { version: this.#version, since, rows };
  }

  #tell(hostId: string, row: RouteRow, version: number): void {
    const told = this.#told.get(hostId) ?? new Map<string, { row: RouteRow; version: number }>();
    this.#told.set(hostId, told);
    told.delete(row.toHostId); // to the end: the map is in the order of change
    told.set(row.toHostId, { row, version });
  }

  #rowOf(at: number): RouteRow {
    const primary = this.#primaryVia[at] as number;
    const standby = this.#standbyVia[at] as number;
    return {
      toHostId: this.#hostIds[at % this.#hostIds.length] ?? '',
      isReachable: primary !== NO_PATH,
      primaryVia: this.#hostIds[primary] ?? '',
      standbyVia: standby === NO_PATH ? undefined : (this.#hostIds[standby] ?? ''),
      primaryMs: this.#delayMs[at] as number,
      inUse: this.#isUsed[at] === 1,
      isGone: false,
    };
  }

  /** Another fleet: what stays was told already, who has left is told so. True: somebody has to hear of it. */
  #renumber(hostIds: readonly string[], version: number): boolean {
    this.#hostIds = hostIds;
    const indexOf = new Map(hostIds.map((hostId, index) => [hostId, index]));
    const pairs = hostIds.length * hostIds.length;
    this.#primaryVia = new Int16Array(pairs);
    this.#standbyVia = new Int16Array(pairs);
    this.#delayMs = new Float64Array(pairs).fill(Number.NaN);
    this.#isUsed = new Uint8Array(pairs);
    // A relay that has left is no host of this fleet any more: its row is told again, whatever takes its place.
    const viaOf = (hostId: string): number => (hostId === '' ? DIRECT : (indexOf.get(hostId) ?? LEFT));
    let isNews = false;
    for (const [fromHostId, told] of this.#told) {
      const from = indexOf.get(fromHostId);
      if (from === undefined) {
        this.#told.delete(fromHostId); // hosts that have left are told nothing any more
        continue;
      }
      for (const { row } of [...told.values()]) {
        const to = indexOf.get(row.toHostId);
        if (to === undefined) {
          if (row.isGone) continue;
          this.#tell(fromHostId, goneRow(row.toHostId), version);
          isNews = true;
        } else if (!row.isGone) {
          const at = from * hostIds.length + to;
          this.#primaryVia[at] = row.isReachable ? viaOf(row.primaryVia) : NO_PATH;
          this.#standbyVia[at] = row.standbyVia === undefined ? NO_PATH : viaOf(row.standbyVia);
          this.#delayMs[at] = row.primaryMs;
          this.#isUsed[at] = Number(row.inUse);
        }
      }
      dropOldestGone(told);
    }
    return isNews;
  }
}

/** No path of `RoutesNow`. */
const LEFT = -3;

function goneRow(toHostId: string): RouteRow {
  const blank = { isReachable: false, primaryVia: '', standbyVia: undefined, primaryMs: 0, inUse: false };
  return { toHostId, ...blank, isGone: true };
}

function dropOldestGone(held: Told): void {
  let left = [...held.values()].filter(({ row }) => row.isGone).length - GONE_MAX;
  for (const [toHostId, { row }] of held) {
    if (left <= 0) return;
    if (!row.isGone) continue;
    held.delete(toHostId);
    left -= 1;
  }
}
