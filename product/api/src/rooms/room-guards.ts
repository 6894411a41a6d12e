// Sends policies of guarded rooms to signaling nodes, for rooms that open while no api answers.
import { createHash } from 'node:crypto';
import { isGuarding, policyFromWire, policyToWire, roomKeyOf, rpc, serve, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import { fairShares } from './core/fair-shares.ts';

/** Limit of the list, which nodes hold in memory. Beyond it, tenants get fair shares. */
export const GUARDS_MAX = 20_000;
const BYTES_MAX = 16 * 1024 * 1024;
/** Limit of a policy's size, so that it fits into a frame (`controlFrameBytesMax`). */
const ROOM_BYTES_MAX = 900_000;
/** Size of an answer as JSON; protobuf is shorter, and a frame has a megabyte. */
const PART_BYTES = 256 * 1024;
const KEPT_MS = 5000;
/**
 * Time that a list stays longer for each part, so that nodes can fetch it; readers that have begun the previous list
 * can finish it until the next renewal.
 */
const PART_MS = 500;
/** Policies per query, since each may have some hundred kilobytes. */
const STEP = 500;
const NAMED_MAX = 10;

interface Snapshot {
  readonly digest: string;
  readonly parts: readonly (readonly wire.RoomGuard.$Properties[])[];
}

interface Row {
  readonly tenant: string;
  readonly name: string;
  readonly bytes: number;
}

export class RoomGuards {
  readonly #o: { readonly db: Database; readonly clock: Clock; readonly log: Logger };
  #snapshots: readonly Snapshot[] = [];
  #snapshotting: Promise<Snapshot> | undefined;
  #staleMs = 0;
  #leftOut = '';

  constructor(o: { readonly db: Database; readonly clock: Clock; readonly log: Logger }) {
    this.#o = o;
  }

  /** Serves the list in parts of the same snapshot; starts over if the snapshot is unknown. */
  attach(link: Link): void {
    serve(link, rpc.roomGuards, async ({ digest, from }) => {
      const begun = from === 0 ? undefined : this.#snapshots.find((one) => one.digest === digest);
      const snapshot = begun ?? (await this.#current());
      if (from === 0 && digest === snapshot.digest) return { digest, isSame: true };
      const at = snapshot.digest === digest ? from : 0;
      const next = at + 1 < snapshot.parts.length ? at + 1 : 0;
      return { digest: snapshot.digest, rooms: [...(snapshot.parts[at] ?? [])], next };
    });
  }

  async #current(): Promise<Snapshot> {
    const [present] = this.#snapshots;
    if (present !== undefined && this.#o.clock.nowMs() < this.#staleMs) return present;
    this.#snapshotting ??= this.#renew().finally(() => {
      this.#snapshotting = undefined;
    });
    return await this.#snapshotting;
  }

  async #renew(): Promise<Snapshot> {
    const startMs = this.#o.clock.nowMs();
    const taken = await this.#take();
    this.#staleMs = startMs + KEPT_MS + taken.parts.length * PART_MS;
    const [present] = this.#snapshots;
    this.#snapshots = present === undefined ? [taken] : [taken, present];
    return taken;
  }

  async #take(): Promise<Snapshot> {
    const { clock } = this.#o;
    const nowMs = clock.wallMs();
    await this.#judge(nowMs);
    const rows = await this.#rows(nowMs);
    const fittingRows = rows.filter(({ bytes }) => bytes <= ROOM_BYTES_MAX);
    const chosenRows = fairShares(fittingRows, { count: GUARDS_MAX, bytes: BYTES_MAX });
    this.#warn(rows, chosenRows);
    const rooms: { readonly guard: wire.RoomGuard.$Properties; readonly text: string }[] = [];
    for (let at = 0; at < chosenRows.length; at += STEP) {
      for (const { tenant, name, version, policy: stored } of await this.#policies(chosenRows.slice(at, at + STEP))) {
        const roomKey = roomKeyOf(tenant, name);
        const policy = Object.assign(policyFromWire(JSON.parse(stored)), { version });
        if (roomKey === undefined || !isGuarding(policy, nowMs)) continue;
        const guard = { roomKey, policy: policyToWire(policy) };
        rooms.push({ guard, text: JSON.stringify(guard) });
      }
    }
    rooms.sort((a, b) => (a.text < b.text ? -1 : 1));
    return { digest: digestOf(rooms), parts: partsOfList(rooms) };
  }

  /** Updates `guards` of policies that an api without this column has changed. */
  async #judge(nowMs: number): Promise<void> {
    const { db } = this.#o;
    for (;;) {
      const rows = await db
        .selectFrom('rooms')
        .select(['tenant', 'name', 'version', 'policy'])
        .whereRef('guards_version', '<>', 'version')
        // The index has this order, so PostgreSQL uses it, however many rows there are.
        .orderBy('tenant')
        .orderBy('name')
        .limit(STEP)
        .execute();
      const rowsWithGuards = rows.map((row) => ({
        row,
        guards: isGuarding(policyFromWire(JSON.parse(row.policy)), nowMs),
      }));
      for (const guards of [false, true]) {
        const keys = rowsWithGuards
          .filter((one) => one.guards === guards)
          .map(({ row: { tenant, name, version } }) => sql`(${tenant}, ${name}, ${sql.lit(version)})`);
        if (keys.length === 0) continue;
        await db
          .updateTable('rooms')
          .set((eb) => ({ guards: guards ? 1 : 0, guards_version: eb.ref('version') }))
          // A row that changes again meanwhile is updated later.
          .where(sql<boolean>`(tenant, name, version) in (values ${sql.join(keys)})`)
          .execute();
      }
      if (rows.length < STEP) return;
    }
  }

  /** Returns each tenant's first room, then each tenant's second one, and so on. */
  async #rows(nowMs: number): Promise<readonly Row[]> {
    return await this.#o.db
      .selectFrom('rooms')
      .select(['tenant', 'name'])
      .select(sql<number>`octet_length(policy) + octet_length(tenant) + octet_length(name)`.as('bytes'))
      // A tenant's rooms without expiry come first, then those used last.
      .select(
        sql<number>`row_number() over (partition by tenant
          order by case when forget_ms is null then 0 else 1 end, forget_ms desc, name)`.as('turn'),
      )
      .where('guards', '=', 1)
      .where((eb) => eb.or([eb('forget_ms', 'is', null), eb('forget_ms', '>', nowMs)]))
      .orderBy('turn')
      .orderBy('tenant')
      .limit(GUARDS_MAX + 1)
      .execute();
  }

  async #policies(of: readonly Row[]) {
    const names = sql.join(of.map(({ tenant, name }) => sql`(${tenant}, ${name})`));
    return await this.#o.db
      .selectFrom('rooms')
      .select(['tenant', 'name', 'version', 'policy'])
      .where(sql<boolean>`(tenant, name) in (values ${names})`)
      .execute();
  }

  /** Warns about tenants with omitted rooms, once per change. */
  #warn(rows: readonly Row[], chosen: readonly Row[]): void {
    const sent = new Set(chosen);
    const missing = rows.filter((row) => !sent.has(row));
    const tenants = [...new Set(missing.map(({ tenant }) => tenant))].sort();
    const leftOut = tenants.join();
    if (leftOut !== '' && leftOut !== this.#leftOut) {
      const large = missing
        .filter(({ bytes }) => bytes > ROOM_BYTES_MAX)
        .map(({ tenant, name }) => `${tenant}/${name}`);
      this.#o.log.warn(
        { sent: chosen.length, tenants: tenants.slice(0, NAMED_MAX), tooLarge: large.slice(0, NAMED_MAX) },
        'there are more guarded rooms than nodes can be sent: without an api, the others open unguarded',
      );
    }
    this.#leftOut = leftOut;
  }
}

function digestOf(rooms: readonly { readonly text: string }[]): string {
  const hash = createHash('sha256');
  for (const { text } of rooms) hash.update(text).update('\n');
  return hash.digest('base64url');
}

function partsOfList(rooms: readonly { readonly guard: wire.RoomGuard.$Properties; readonly text: string }[]) {
  const parts: wire.RoomGuard.$Properties[][] = [];
  let leftBytes = 0;
  for (const { guard, text } of rooms) {
    const bytes = Buffer.byteLength(text);
    if (bytes > leftBytes) {
      parts.push([]);
      leftBytes = PART_BYTES;
    }
    leftBytes -= bytes;
    parts.at(-1)?.push(guard);
  }
  return parts;
}
