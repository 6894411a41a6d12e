// What hosts are told of their ways: a row per destination, each with the version it last changed at, so that a receiver who holds version v
// of its host's rows is sent what changed after v. A destination that has left is told as such (a gravestone) until nobody can miss it.

export interface WayRow {
  readonly toHostId: string;
  readonly isReachable: boolean;
  readonly primaryVia: string;
  readonly standbyVia: string | undefined;
  readonly primaryMs: number;
  readonly inUse: boolean;
  /** The destination has left the fleet. */
  readonly isGone: boolean;
}

export interface WayRows {
  readonly version: number;
  /** 0: everything. */
  readonly since: number;
  readonly rows: readonly WayRow[];
}

interface Held {
  row: WayRow;
  version: number;
}

/** A delay is told again when it has moved by more than both: hosts compare ways by it, they do not plot it. */
const TELL_MS = 2;
const TELL_SHARE = 0.1;
/** Gravestones per host; beyond, the oldest goes, and whoever missed it keeps a row of a host that answers nothing. */
const GONE_MAX = 256;

export class RowStore {
  readonly #hosts = new Map<string, Map<string, Held>>();
  #version = 0;

  /** Of the newest row; 0 before the first. */
  get version(): number {
    return this.#version;
  }

  /** Replaces what `hostId` is told of others. True: something is new. */
  update(hostId: string, rows: readonly WayRow[]): boolean {
    const held = this.#hosts.get(hostId) ?? new Map<string, Held>();
    this.#hosts.set(hostId, held);
    const version = this.#version + 1;
    let isChanged = false;
    const put = (row: WayRow): void => {
      const before = held.get(row.toHostId)?.row;
      if (before !== undefined && isSame(before, row)) return;
      held.delete(row.toHostId); // to the end: the map is in the order of change
      held.set(row.toHostId, { row, version });
      isChanged = true;
    };
    for (const row of rows) put(row);
    if (held.size > rows.length) {
      const named = new Set(rows.map((row) => row.toHostId));
      for (const { row } of [...held.values()]) if (!named.has(row.toHostId) && !row.isGone) put(goneRow(row.toHostId));
      dropOldestGone(held);
    }
    if (isChanged) this.#version = version;
    return isChanged;
  }

  /** Hosts that have left are told nothing any more. */
  keepOnly(hostIds: ReadonlySet<string>): void {
    for (const hostId of this.#hosts.keys()) if (!hostIds.has(hostId)) this.#hosts.delete(hostId);
  }

  /** What a receiver on `hostId` that holds `since` (0: nothing) lacks. */
  since(hostId: string, since: number): WayRows {
    const held = [...(this.#hosts.get(hostId)?.values() ?? [])];
    const rows = held.filter(({ row, version }) => (since === 0 ? !row.isGone : version > since)).map(({ row }) => row);
    return { version: this.#version, since, rows };
  }
}

function goneRow(toHostId: string): WayRow {
  const blank = { isReachable: false, primaryVia: '', standbyVia: undefined, primaryMs: 0, inUse: false };
  return { toHostId, ...blank, isGone: true };
}

function isSame(a: WayRow, b: WayRow): boolean {
  const isMoved = Math.abs(a.primaryMs - b.primaryMs) > Math.max(TELL_MS, TELL_SHARE * a.primaryMs);
  return (
    !isMoved &&
    a.isReachable === b.isReachable &&
    a.primaryVia === b.primaryVia &&
    a.standbyVia === b.standbyVia &&
    a.inUse === b.inUse &&
    a.isGone === b.isGone
  );
}

function dropOldestGone(held: Map<string, Held>): void {
  let left = [...held.values()].filter(({ row }) => row.isGone).length - GONE_MAX;
  for (const [toHostId, { row }] of held) {
    if (left <= 0) return;
    if (!row.isGone) continue;
    held.delete(toHostId);
    left -= 1;
  }
}
