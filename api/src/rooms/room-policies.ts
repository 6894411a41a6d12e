// The policies of rooms in the database: of rooms that were created, and of those whose owner has changed something.
// What is true of a room that somebody is in is with its owner; of two policies the one with the higher version counts.
import { note, partsOf, policyFromWire, policyToWire, type RoomPolicy, rpc, serve } from '@meridian/protocol';
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';
import type { ExpressionBuilder } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

declare module '../store/tables.ts' {
  interface Tables {
    rooms: {
      tenant: string;
      name: string;
      /** Of the name (`nameKeyOf`), so that both databases sort alike. */
      name_key: string;
      /** That of the policy. */
      version: number;
      policy: string;
      /** null: nobody created it, an owner has told of it. */
      created_ms: number | null;
      /** It is forgotten when it was not used for so long; 0: it is kept. */
      idle_ms_max: number;
      forget_ms: number | null;
    };
  }
}

/** A room that an owner has told of: its bans and roles are kept for so long after the last change. */
const UNCREATED_IDLE_MS_MAX = 30 * 24 * 3600_000;
const SWEEP_MS = 600_000;
/** Two who change the same room at once: more than these do not meet. */
const TRIES_MAX = 10;

export interface StoredRoom {
  readonly name: string;
  readonly policy: RoomPolicy;
  /** undefined: nobody created it. */
  readonly createdWallMs: number | undefined;
  readonly idleMsMax: number;
}

export type PolicyPatch =
  | Partial<Omit<RoomPolicy, 'version'>>
  /** The same object: nothing is changed. */
  | ((policy: RoomPolicy) => RoomPolicy);

export interface RoomPoliciesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells all signaling nodes, of which one may have opened the room just now. */
  readonly tell: (roomKey: string, policy: RoomPolicy) => void;
}

/** Hexadecimal, of UTF-8: sorts as code points do, in every locale. */
export const nameKeyOf = (name: string): string => Buffer.from(name).toString('hex');

/** For `tell`. */
export const tellSignaling =
  (nodes: Pick<NodeLinks, 'tell'>) =>
  (roomKey: string, policy: RoomPolicy): void =>
    nodes.tell('signaling', note.policyNewer, { roomKey, policy: policyToWire(policy) });

export class RoomPolicies {
  readonly #o: RoomPoliciesOptions;
  #sweeping: Timer | undefined;

  constructor(o: RoomPoliciesOptions) {
    this.#o = o;
  }

  async get(tenant: string, name: string): Promise<StoredRoom | undefined> {
    const row = await this.#o.db
      .selectFrom('rooms')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where(this.#isKept())
      .executeTakeFirst();
    return row && roomOf(row);
  }

  /** Those of `names` that are known. */
  async of(tenant: string, names: readonly string[]): Promise<StoredRoom[]> {
    if (names.length === 0) return [];
    const rows = await this.#o.db
      .selectFrom('rooms')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('name', 'in', names)
      .where(this.#isKept())
      .execute();
    return rows.map(roomOf);
  }

  /** Rooms that were created, by `nameKeyOf`: those behind `after` whose names begin with `prefix`, `rows` at most. */
  async created(
    tenant: string,
    o: { readonly after?: string; readonly prefix?: string; readonly rows: number },
  ): Promise<StoredRoom[]> {
    const prefix = nameKeyOf(o.prefix ?? '');
    const rows = await this.#o.db
      .selectFrom('rooms')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('created_ms', 'is not', null)
      .where(this.#isKept())
      .where('name_key', '>', o.after ?? '')
      .where('name_key', '>=', prefix)
      // Behind every hexadecimal digit.
      .where('name_key', '<', `${prefix}g`)
      .orderBy('name_key')
      .limit(o.rows)
      .execute();
    return rows.map(roomOf);
  }

  /**
   * Makes a room known, or one that is known created; `live`: the policy of its owner, when it has one. False: it was
   * created before, and is as it was.
   */
  async create(
    tenant: string,
    name: string,
    o: { readonly idleMsMax: number; readonly live?: RoomPolicy },
  ): Promise<boolean> {
    const { db, clock } = this.#o;
    const created_ms = clock.wallMs();
    const forget_ms = forgetMs(created_ms, o.idleMsMax);
    const policy = o.live ?? policyFromWire({});
    await this.#forgetIdle(tenant, name);
    const rows = await db
      .insertInto('rooms')
      .values({
        tenant,
        name,
        name_key: nameKeyOf(name),
        version: policy.version,
        policy: JSON.stringify(policy),
        created_ms,
        idle_ms_max: o.idleMsMax,
        forget_ms,
      })
      .onConflict((on) =>
        on
          .columns(['tenant', 'name'])
          .doUpdateSet({ created_ms, idle_ms_max: o.idleMsMax, forget_ms })
          .where('rooms.created_ms', 'is', null),
      )
      .returning('name')
      .execute();
    return rows.length === 1;
  }

  /**
   * Changes what is stored, and tells all signaling nodes. A room with an owner is changed by acts; what no act says
   * reaches its owner this way too. `expectedVersion`: only if it is at this one. Rejects with NOT_FOUND;
   * VERSION_CONFLICT.
   */
  async change(
    tenant: string,
    name: string,
    patch: PolicyPatch,
    o: { readonly expectedVersion?: number } = {},
  ): Promise<StoredRoom> {
    const { db, clock, tell } = this.#o;
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const before = await this.get(tenant, name);
      if (before === undefined) throw new Problem('NOT_FOUND');
      const { policy, idleMsMax } = before;
      if (o.expectedVersion !== undefined && o.expectedVersion !== policy.version)
        throw new Problem('VERSION_CONFLICT');
      const after = typeof patch === 'function' ? patch(policy) : { ...policy, ...patch };
      if (after === policy) return before;
      const changed = { ...after, version: policy.version + 1 };
      const { numUpdatedRows } = await db
        .updateTable('rooms')
        .set({
          version: changed.version,
          policy: JSON.stringify(changed),
          forget_ms: forgetMs(clock.wallMs(), idleMsMax),
        })
        .where('tenant', '=', tenant)
        .where('name', '=', name)
        .where('version', '=', policy.version)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) continue;
      tell(`${tenant}/${name}`, changed);
      return { ...before, policy: changed };
    }
    throw new Problem('VERSION_CONFLICT');
  }

  /** Stores an owner's policy if it is newer than what is stored. */
  async take(tenant: string, name: string, policy: RoomPolicy): Promise<void> {
    const { db, clock } = this.#o;
    const changed = { version: policy.version, policy: JSON.stringify(policy) };
    const nowMs = clock.wallMs();
    await this.#forgetIdle(tenant, name);
    await db
      .insertInto('rooms')
      .values({
        tenant,
        name,
        name_key: nameKeyOf(name),
        ...changed,
        created_ms: null,
        idle_ms_max: UNCREATED_IDLE_MS_MAX,
        forget_ms: forgetMs(nowMs, UNCREATED_IDLE_MS_MAX),
      })
      .onConflict((on) =>
        on
          .columns(['tenant', 'name'])
          .doUpdateSet((eb) => ({
            ...changed,
            forget_ms: eb
              .case()
              .when('rooms.idle_ms_max', '=', 0)
              .then(null)
              .else(eb('rooms.idle_ms_max', '+', nowMs))
              .end(),
          }))
          .where('rooms.version', '<', policy.version),
      )
      .execute();
  }

  /** False: it was not known. */
  async forget(tenant: string, name: string): Promise<boolean> {
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('rooms')
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Serves what owners ask and tell on a link from a signaling node. */
  attach(link: Link): void {
    serve(link, rpc.roomPolicy, async ({ roomKey }) => {
      const parts = partsOf(roomKey);
      const room = parts && (await this.#opened(parts.tenant, parts.room));
      return room === undefined ? { found: false } : { found: true, policy: policyToWire(room.policy) };
    });
    serve(link, rpc.policyChanged, async ({ roomKey, policy }) => {
      const parts = partsOf(roomKey);
      if (parts !== undefined && policy) await this.take(parts.tenant, parts.room, policyFromWire(policy));
      return {};
    });
  }

  /** From now on, rooms that were not used for long are forgotten. */
  start(): void {
    const { clock, log } = this.#o;
    this.#sweeping ??= clock.every(SWEEP_MS, () => {
      this.sweep().catch((err: unknown) => log.warn({ err }, 'rooms out of use were not taken away'));
    });
  }

  /** Forgets rooms that were not used for as long as they said. */
  async sweep(): Promise<void> {
    await this.#o.db.deleteFrom('rooms').where('forget_ms', '<=', this.#o.clock.wallMs()).execute();
  }

  /** Idempotent. */
  close(): void {
    this.#sweeping?.cancel();
    this.#sweeping = undefined;
  }

  /** Rooms that are to be forgotten are so before they are taken away. */
  #isKept() {
    const nowMs = this.#o.clock.wallMs();
    return (eb: ExpressionBuilder<Tables, 'rooms'>) =>
      eb.or([eb('forget_ms', 'is', null), eb('forget_ms', '>', nowMs)]);
  }

  /** Nothing of a room's life before stands in the way of the next. */
  async #forgetIdle(tenant: string, name: string): Promise<void> {
    await this.#o.db
      .deleteFrom('rooms')
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where('forget_ms', '<=', this.#o.clock.wallMs())
      .execute();
  }

  /** A room that opens is in use. */
  async #opened(tenant: string, name: string): Promise<StoredRoom | undefined> {
    const room = await this.get(tenant, name);
    if (room === undefined || room.idleMsMax === 0) return room;
    await this.#o.db
      .updateTable('rooms')
      .set({ forget_ms: forgetMs(this.#o.clock.wallMs(), room.idleMsMax) })
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .execute();
    return room;
  }
}

const forgetMs = (nowMs: number, idleMsMax: number): number | null => (idleMsMax === 0 ? null : nowMs + idleMsMax);

const roomOf = (row: {
  name: string;
  version: number;
  policy: string;
  created_ms: number | null;
  idle_ms_max: number;
}): StoredRoom => ({
  name: row.name,
  // What is stored has the shape of the wire: read as such, also when it was written by an older version.
  policy: { ...policyFromWire(JSON.parse(row.policy)), version: row.version },
  createdWallMs: row.created_ms ?? undefined,
  idleMsMax: row.idle_ms_max,
});
