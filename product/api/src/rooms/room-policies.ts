// Stored policies of rooms. A room with people is changed by its owner; of the two copies, the one with the higher
// version counts.
import {
  emptyPolicy,
  emptyRoomInfo,
  isGuarding,
  newBreakOutId,
  newId,
  partsOfRoomKey,
  policyFromWire,
  policyToWire,
  type RoomInfo,
  type RoomPolicy,
  rpc,
  serve,
  shownOfPolicy,
} from '@meridian/protocol';
import type { Clock, Link, Logger, Rng, Timer } from '@meridian/runtime';
import type { ExpressionBuilder } from 'kysely';
import { Problem } from '../http/problems.ts';
import { type BookedPolicy, policyAct } from '../meetings/core/policy.ts';
import type { Actor, Command, CommandDone, RoomOwners } from '../nodes/room-owners.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { type ActedRoom, policyAfter } from './core/stored-acts.ts';

declare module '../store/tables.ts' {
  interface NarrowedTables {
    rooms: {
      /** 1 if the policy keeps clients out (`isGuarding` of protocol), or did when it was stored. */
      guards: number;
      /** Version to which `guards` refers; if it is not `version`, an older api has changed the policy since. */
      guards_version: number;
    };
  }
}

/** Longest time, since the last change, for which bans and roles of a room that was never created are kept. */
const UNCREATED_IDLE_MS_MAX = 30 * 24 * 3600_000;
const SWEEP_MS = 600_000;
/** More than the callers that change the same room at once. */
const TRIES_MAX = 10;

export interface StoredRoom {
  readonly name: string;
  readonly policy: RoomPolicy;
  readonly createdWallMs: number | undefined;
  readonly idleMsMax: number;
  /** Id that the room's next life will have; '' if none is reserved. */
  readonly nextSid: string;
}

export interface RoomPoliciesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Pick<Rng, 'bytes'>;
  readonly log: Logger;
  readonly owners: Pick<RoomOwners, 'command'>;
  /** Returns the policy of the room's meeting; undefined for a room without one. */
  readonly bookedOf: (tenant: string, name: string) => Promise<BookedPolicy | undefined>;
  /** Runs in the transaction that stores an end which a host in the room has moved. */
  readonly endMoved: (db: Transaction, tenant: string, name: string, endsWallMs: number) => Promise<void>;
}

/** Returns the name as hexadecimal UTF-8, which sorts by code point in every locale. */
export const nameKeyOf = (name: string): string => Buffer.from(name).toString('hex');

const booking: Actor = { kind: 'service', id: 'meetings' };

export class RoomPolicies {
  readonly #o: RoomPoliciesOptions;
  #sweeping: Timer | undefined;

  constructor(o: RoomPoliciesOptions) {
    this.#o = o;
  }

  /** Returns the stored room. The room of a meeting always exists, in the form that `follow` would store. */
  async get(tenant: string, name: string): Promise<StoredRoom | undefined> {
    const row = await this.#row(tenant, name);
    const booked = await this.#o.bookedOf(tenant, name);
    if (booked === undefined || JSON.stringify(booked) === row?.booked) return row && roomOf(row);
    const { policy } = this.#bookedAct(name, row, booked);
    return { ...roomOf(row ?? this.#withoutCreation(tenant, name, columnsOf(emptyPolicy, 0))), policy };
  }

  /**
   * Applies the meeting's policy to its room. `isOwner`: the room's owner asks for it. Rejects with the owner's code.
   */
  async follow(tenant: string, name: string, { isOwner = false } = {}): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const row = await this.#row(tenant, name);
      const booked = await this.#o.bookedOf(tenant, name);
      if (booked === undefined || JSON.stringify(booked) === row?.booked) return;
      // A room without a row has no owner.
      await this.#book(tenant, name, booked, row, row !== undefined && !isOwner);
    }
    throw new Problem('VERSION_CONFLICT');
  }

  async of(tenant: string, names: readonly string[]): Promise<StoredRoom[]> {
    if (names.length === 0) return [];
    const rows = await this.#rows()
      .where('tenant', '=', tenant)
      .where('name', 'in', names)
      .where(this.#isNotForgotten())
      .execute();
    return rows.map(roomOf);
  }

  /** Returns created rooms with the prefix, by `nameKeyOf`, after `after`. */
  async created(
    tenant: string,
    o: { readonly after?: string; readonly prefix?: string; readonly rows: number },
  ): Promise<StoredRoom[]> {
    const prefix = nameKeyOf(o.prefix ?? '');
    const rows = await this.#rows()
      .where('tenant', '=', tenant)
      .where('created_ms', 'is not', null)
      .where(this.#isNotForgotten())
      .where('name_key', '>', o.after ?? '')
      .where('name_key', '>=', prefix)
      // `g` sorts after every hexadecimal digit.
      .where('name_key', '<', `${prefix}g`)
      .orderBy('name_key')
      .limit(o.rows)
      .execute();
    return rows.map(roomOf);
  }

  /**
   * Reserves the id of the next life of a room that is empty. Its owner adopts the id when that life begins; without
   * the api the owner chooses another, and the reserved one is that of the life after.
   */
  async reserveSid(tenant: string, room: string): Promise<void> {
    const sid = newId('RM_', (count) => this.#o.rng.bytes(count));
    const { db } = this.#o;
    await db
      .insertInto('reserved_room_sids')
      .values({ tenant, room, sid })
      .onConflict((on) => on.doNothing())
      .execute();
  }

  /** Creates a room, or marks it as created. `live`: policy of its owner. Returns false if it was already created. */
  async create(
    tenant: string,
    name: string,
    o: { readonly idleMsMax: number; readonly live?: RoomPolicy },
  ): Promise<boolean> {
    const { db, clock } = this.#o;
    const created_ms = clock.wallMs();
    const forget_ms = forgetMs(created_ms, o.idleMsMax);
    const policy = o.live ?? policyFromWire({});
    await this.#forgetIdle(db, tenant, name);
    const rows = await db
      .insertInto('rooms')
      .values({
        tenant,
        name,
        name_key: nameKeyOf(name),
        ...columnsOf(policy, created_ms),
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
   * Performs acts at the owner, or else on the stored policy. Rejects with NOT_FOUND, VERSION_CONFLICT or the owner's
   * code.
   */
  async act(tenant: string, name: string, o: Omit<Command, 'roomKey'>): Promise<CommandDone> {
    const done = await this.#byOwner(tenant, name, o);
    if (done !== undefined) return done;
    const { policy, isChanged } = await this.#change(tenant, name, o);
    // A new owner may have read the policy before this change, so the acts, which are idempotent, are repeated there.
    const late = isChanged ? await this.#byOwner(tenant, name, { actor: o.actor, acts: o.acts }) : undefined;
    return late ?? { info: infoOf(policy), policy, participant: undefined, affected: 0 };
  }

  /** Stores an owner's newer policy, and the end of its meeting. A repetition is not newer, and so has no effect. */
  async take(tenant: string, name: string, policy: RoomPolicy): Promise<void> {
    await transact(this.#o.db, async (db) => {
      await this.#forgetIdle(db, tenant, name);
      const taken = await this.#replace(db, tenant, name, policy);
      if (taken?.booked == null) return;
      const booked = JSON.parse(taken.booked) as BookedPolicy;
      if (policy.endsWallMs > booked.policy.endsWallMs) await this.#o.endMoved(db, tenant, name, policy.endsWallMs);
    });
  }

  /** Deletes a room. Returns false for an unknown room. */
  async forget(tenant: string, name: string): Promise<boolean> {
    await this.#o.db.deleteFrom('reserved_room_sids').where('tenant', '=', tenant).where('room', '=', name).execute();
    const { numDeletedRows } = await this.#o.db
      .deleteFrom('rooms')
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Serves owners on a link from a signaling node. */
  attach(link: Link): void {
    serve(link, rpc.policyExchange, async ({ roomKey, policy }) => {
      const parts = partsOfRoomKey(roomKey);
      if (parts === undefined) return {};
      const { tenant, room: name } = parts;
      if (policy) await this.take(tenant, name, policyFromWire(policy));
      // An owner that has a policy may be changing it, so its meeting's policy reaches it by an act.
      else await this.follow(tenant, name, { isOwner: true });
      const room = await this.#noteUse(tenant, name);
      return room === undefined ? {} : { policy: policyToWire(room.policy), nextSid: room.nextSid };
    });
  }

  start(): void {
    const { clock, log } = this.#o;
    this.#sweeping ??= clock.every(SWEEP_MS, () => {
      this.sweep().catch((err: unknown) => log.warn({ err }, 'unused rooms could not be deleted'));
    });
  }

  /** Deletes rooms that were unused for longer than their limit. */
  async sweep(): Promise<void> {
    const { db, clock } = this.#o;
    await db.deleteFrom('rooms').where('forget_ms', '<=', clock.wallMs()).execute();
    await db
      .deleteFrom('reserved_room_sids')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('rooms')
              .select('rooms.name')
              .whereRef('rooms.tenant', '=', 'reserved_room_sids.tenant')
              .whereRef('rooms.name', '=', 'reserved_room_sids.room'),
          ),
        ),
      )
      .execute();
  }

  close(): void {
    this.#sweeping?.cancel();
    this.#sweeping = undefined;
  }

  /** A room past its limit counts as deleted even before the sweep. */
  #isNotForgotten() {
    const nowMs = this.#o.clock.wallMs();
    return (eb: ExpressionBuilder<Tables, 'rooms'>) =>
      eb.or([eb('forget_ms', 'is', null), eb('forget_ms', '>', nowMs)]);
  }

  /** Deletes an expired row, so that it does not affect the next life. */
  async #forgetIdle(db: Database, tenant: string, name: string): Promise<void> {
    await db
      .deleteFrom('rooms')
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where('forget_ms', '<=', this.#o.clock.wallMs())
      .execute();
  }

  /** Returns undefined if the policy is not newer than the stored one. */
  async #replace(db: Transaction, tenant: string, name: string, policy: RoomPolicy) {
    const nowMs = this.#o.clock.wallMs();
    const changed = columnsOf(policy, nowMs);
    return await db
      .insertInto('rooms')
      .values(this.#withoutCreation(tenant, name, changed))
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
      .returning('booked')
      .executeTakeFirst();
  }

  /** Returns undefined if no node owns the room. */
  async #byOwner(tenant: string, name: string, o: Omit<Command, 'roomKey'>): Promise<CommandDone | undefined> {
    const done = await this.#o.owners.command({ roomKey: `${tenant}/${name}`, ...o });
    // The policy is stored here as well, so that the next request sees it.
    if (done !== undefined && done.policy.version > 0) await this.take(tenant, name, done.policy);
    return done;
  }

  async #change(
    tenant: string,
    name: string,
    { acts, expectedVersion }: Omit<Command, 'roomKey'>,
  ): Promise<{ readonly policy: RoomPolicy; readonly isChanged: boolean }> {
    const { db, clock } = this.#o;
    const room = this.#actedRoom(name);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      await this.follow(tenant, name);
      const before = await this.#row(tenant, name);
      if (before === undefined) throw new Problem('NOT_FOUND');
      const { policy, idleMsMax } = roomOf(before);
      if (expectedVersion !== undefined && expectedVersion !== policy.version) throw new Problem('VERSION_CONFLICT');
      const after = acts.reduce((last, act) => policyAfter(last, act, room), policy);
      if (JSON.stringify(after) === JSON.stringify(policy)) return { policy, isChanged: false };
      const changed = { ...after, version: policy.version + 1 };
      const { numUpdatedRows } = await db
        .updateTable('rooms')
        .set({
          ...columnsOf(changed, clock.wallMs()),
          forget_ms: forgetMs(clock.wallMs(), idleMsMax),
        })
        .where('tenant', '=', tenant)
        .where('name', '=', name)
        .where('version', '=', policy.version)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return { policy: changed, isChanged: true };
    }
    throw new Problem('VERSION_CONFLICT');
  }

  /** Applies the meeting's policy. It is marked as applied (`booked`) once the owner, if there is one, has it. */
  async #book(
    tenant: string,
    name: string,
    newPolicy: BookedPolicy,
    row: BookedRow | undefined,
    mayHaveOwner: boolean,
  ): Promise<void> {
    const { act, policy } = this.#bookedAct(name, row, newPolicy);
    const booked = JSON.stringify(newPolicy);
    const byOwner = () => this.#byOwner(tenant, name, { actor: booking, acts: [act] });
    const ownerAnswer = mayHaveOwner ? await byOwner() : undefined;
    if (ownerAnswer === undefined || ownerAnswer.policy.version === 0) {
      const appliedBooking = mayHaveOwner ? (row?.booked ?? null) : booked;
      const changed = { ...columnsOf(policy, this.#o.clock.wallMs()), booked: appliedBooking };
      if (!(await this.#write(tenant, name, changed, row)) || !mayHaveOwner) return;
      // A new owner may have read the old policy.
      await byOwner();
    }
    await this.#o.db
      .updateTable('rooms')
      .set({ booked })
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where('booked', row?.booked == null ? 'is' : '=', row?.booked ?? null)
      .execute();
  }

  /** Returns the act that applies the meeting's policy, and the policy after it. */
  #bookedAct(name: string, row: BookedRow | undefined, now: BookedPolicy) {
    const act = policyAct(row?.booked == null ? undefined : (JSON.parse(row.booked) as BookedPolicy), now);
    const stored = row === undefined ? emptyPolicy : roomOf(row).policy;
    const merged = policyAfter(stored, act, this.#actedRoom(name));
    const isSame = row !== undefined && JSON.stringify(merged) === JSON.stringify(stored);
    return { act, policy: isSame ? stored : { ...merged, version: stored.version + 1 } };
  }

  #actedRoom(name: string): ActedRoom {
    const { clock, rng } = this.#o;
    return { name, nowWallMs: clock.wallMs(), newBreakOutId: () => newBreakOutId((count) => rng.bytes(count)) };
  }

  /** Returns false if another instance was faster. Without `row`, inserts one. */
  async #write(
    tenant: string,
    name: string,
    changed: ReturnType<typeof columnsOf> & { readonly booked: string | null },
    row: RoomRow | undefined,
  ): Promise<boolean> {
    const { db, clock } = this.#o;
    if (row === undefined) await this.#forgetIdle(db, tenant, name);
    const insert = db
      .insertInto('rooms')
      .values(this.#withoutCreation(tenant, name, changed))
      .onConflict((on) => on.doNothing());
    const update = db
      .updateTable('rooms')
      .set({ ...changed, forget_ms: forgetMs(clock.wallMs(), row?.idle_ms_max ?? 0) })
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where('version', '=', row?.version ?? 0);
    const written = await (row === undefined ? insert.returning('name').execute() : update.returning('name').execute());
    return written.length > 0;
  }

  #withoutCreation<C extends object>(tenant: string, name: string, changed: C) {
    return {
      tenant,
      name,
      name_key: nameKeyOf(name),
      ...changed,
      created_ms: null,
      idle_ms_max: UNCREATED_IDLE_MS_MAX,
      forget_ms: forgetMs(this.#o.clock.wallMs(), UNCREATED_IDLE_MS_MAX),
    };
  }

  async #row(tenant: string, name: string): Promise<BookedRow | undefined> {
    return await this.#rows()
      .where('tenant', '=', tenant)
      .where('name', '=', name)
      .where(this.#isNotForgotten())
      .executeTakeFirst();
  }

  #rows() {
    return this.#o.db
      .selectFrom('rooms')
      .selectAll()
      .select((eb) =>
        eb
          .selectFrom('reserved_room_sids')
          .select('reserved_room_sids.sid')
          .whereRef('reserved_room_sids.tenant', '=', 'rooms.tenant')
          .whereRef('reserved_room_sids.room', '=', 'rooms.name')
          .as('next_sid'),
      );
  }

  /** Notes that an owner uses the room, which prolongs it. */
  async #noteUse(tenant: string, name: string): Promise<StoredRoom | undefined> {
    const row = await this.#row(tenant, name);
    if (row !== undefined && row.idle_ms_max > 0)
      await this.#o.db
        .updateTable('rooms')
        .set({ forget_ms: forgetMs(this.#o.clock.wallMs(), row.idle_ms_max) })
        .where('tenant', '=', tenant)
        .where('name', '=', name)
        .execute();
    return row && roomOf(row);
  }
}

const infoOf = (policy: RoomPolicy): RoomInfo => ({
  ...emptyRoomInfo,
  metadata: policy.metadata,
  ...shownOfPolicy(policy),
});

const forgetMs = (nowMs: number, idleMsMax: number): number | null => (idleMsMax === 0 ? null : nowMs + idleMsMax);

const columnsOf = (policy: RoomPolicy, nowMs: number) => ({
  version: policy.version,
  policy: JSON.stringify(policy),
  guards: isGuarding(policy, nowMs) ? 1 : 0,
  guards_version: policy.version,
});

interface RoomRow {
  readonly name: string;
  readonly version: number;
  readonly policy: string;
  readonly created_ms: number | null;
  readonly idle_ms_max: number;
  readonly next_sid?: string | null;
}

type BookedRow = RoomRow & { readonly booked: string | null };

const roomOf = (row: RoomRow): StoredRoom => ({
  name: row.name,
  // The wire's form can be read even if an older version wrote it.
  policy: { ...policyFromWire(JSON.parse(row.policy)), version: row.version },
  createdWallMs: row.created_ms ?? undefined,
  idleMsMax: row.idle_ms_max,
  nextSid: row.next_sid ?? '',
});
