// Pushes and pulls that users ordered, which survive the loss of a gateway. A sweep assigns a stream to another gateway
// if its gateway is gone, drains, or does not know the stream. A silent gateway keeps its streams, because two gateways
// that push to the same server would displace each other.
import { intersectFences, MeridianError, newId, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { Principal, Scope } from '../access/core/scopes.ts';
import type { ApiKeys, KeyPurpose } from '../access/keys.ts';
import { refuseChangedAccount } from '../access/link-grants.ts';
import { byOf } from '../access/made-links.ts';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Gateway, Gateways } from './gateways.ts';
import { sealingKey } from './stream-keys.ts';

export type StreamKind = 'push' | 'pull';
type Row = Selectable<Tables['room_streams']>;

export interface RoomStream {
  readonly row: Row;
  /** State at its gateway; undefined if no gateway has the stream, or its gateway does not answer. */
  readonly state: wire.RoomStreamState | undefined;
}

export interface NewRoomStream {
  readonly kind: StreamKind;
  readonly room: string;
  readonly url: string;
  readonly picture?: string | undefined;
  readonly identity?: string | undefined;
  readonly name?: string | undefined;
  readonly endsMs: number;
  /** Regions of the room's meeting; an empty list allows all. */
  readonly regions: readonly string[];
}

export const ORDER_SCOPE: Scope = 'live:admin';
/** Limit of pushes, and of pulls, per room, which gateways also have. */
const PER_ROOM_MAX = 10;
const PER_TENANT_MAX = 500;
/** Starting includes a name lookup and joining the room. */
const START_MS = 10_000;
const ANSWER_MS = 1500;
const END_MS = 2000;
/** Longer than a start takes, during which the stream has no row yet. */
const ORPHAN_MS = 30_000;
const SWEEP_MS = 5000;
/** A sweep stops after this time, and the next one continues. */
const SWEEP_MS_MAX = 30_000;
const LEASE_MS = 60_000;
const AT_ONCE = 20;

export interface RoomStreamsOptions {
  readonly db: Database;
  readonly gateways: Gateways;
  readonly keys: Pick<ApiKeys, 'find' | 'signing'>;
  readonly sealSecret: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

export class RoomStreams {
  readonly #o: RoomStreamsOptions;
  readonly #seal: Seal;

  constructor(o: RoomStreamsOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian room streams');
  }

  get job(): JobKind<unknown> {
    return {
      name: 'room streams',
      concurrency: 1,
      leaseMs: LEASE_MS,
      every: { ms: SWEEP_MS },
      run: async () => {
        await this.sweep();
        return undefined;
      },
    };
  }

  /**
   * Starts a stream and stores it with `save`, or ends it with `undo`. Rejects with ALREADY_EXISTS, QUOTA_EXCEEDED, or
   * a gateway's code.
   */
  async start(
    principal: Principal,
    newStream: NewRoomStream,
  ): Promise<{ readonly stream: RoomStream; save(db: Database): Promise<void>; undo(): Promise<void> }> {
    const { db, gateways, keys, clock, rng } = this.#o;
    const { tenant } = principal;
    const { kind, room, url, endsMs, picture = '', identity = '', name = '' } = newStream;
    const { apiKey: api_key, fence } = await sealingKey(keys, principal, newStream.regions);
    const id = newId('RS_', (count) => rng.bytes(count), 20);
    const streamFields = {
      id,
      tenant,
      room,
      kind,
      api_key,
      fence,
      picture,
      identity,
      name,
      sealed_url: this.#seal.close(url, id),
      created_by: byOf(principal),
      created_ms: clock.wallMs(),
      ends_ms: endsMs,
    };
    await this.#checkRoom(db, streamFields);
    const { nodeId, answer } = await gateways.ask(
      { fence, key: `${tenant}/${room}`, deadlineMs: START_MS, next: ['OVERLOADED', 'SHUTTING_DOWN'] },
      rpc.roomStream,
      orderOf(streamFields, url, false),
    );
    const row: Row = { ...streamFields, shown_url: answer.url, gateway: nodeId };
    return {
      stream: { row, state: answer },
      save: async (db) => {
        await lockTenant(db, tenant);
        await refuseChangedAccount(db, principal);
        // The key may have been revoked meanwhile, which ends its streams (`endOf`).
        if (await isRevoked(db, row)) throw new Problem('CONFLICT', 'the key of the stream was revoked');
        await this.#checkRoom(db, row);
        await db.insertInto('room_streams').values(row).execute();
      },
      undo: () => this.#endAt(nodeId, id).then(() => undefined),
    };
  }

  /** Returns streams, the oldest first. */
  async list(tenant: string, room: string, kind: StreamKind): Promise<RoomStream[]> {
    const { db, gateways } = this.#o;
    const rows = await db
      .selectFrom('room_streams')
      .selectAll()
      .where((eb) => eb.and({ tenant, room, kind }))
      .orderBy('created_ms')
      .orderBy('id')
      .execute();
    const states = new Map<string, wire.RoomStreamState>();
    await Promise.all(
      [...new Set(rows.map(({ gateway }) => gateway))].map(async (nodeId) => {
        const here = await this.#statesAt(nodeId);
        for (const [id, state] of here ?? []) states.set(`${nodeId} ${id}`, state);
      }),
    );
    const isLinked = new Set(gateways.all.filter((one) => one.isLinked).map(({ nodeId }) => nodeId));
    return rows.map((row) => ({
      row,
      state: isLinked.has(row.gateway) ? states.get(`${row.gateway} ${row.id}`) : undefined,
    }));
  }

  /** If the gateway is silent, a later sweep ends the stream there. Rejects with NOT_FOUND. */
  async remove(tenant: string, room: string, kind: StreamKind, id: string): Promise<void> {
    const row = await this.#o.db
      .deleteFrom('room_streams')
      .where((eb) => eb.and({ tenant, room, kind, id }))
      .returning('gateway')
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    await this.#endAt(row.gateway, id);
  }

  /**
   * Ends streams that a key ordered, or on whose rights they run. Gateways are called after the commit, silent ones by
   * a sweep.
   */
  async endOf(db: Transaction, { tenant, id }: { readonly tenant: string; readonly id: string }): Promise<void> {
    await lockTenant(db, tenant);
    const rows = await db
      .deleteFrom('room_streams')
      .where('tenant', '=', tenant)
      .where((eb) => eb.or([eb('api_key', '=', id), eb('created_by', '=', byOf({ kind: 'key', id }))]))
      .returning(['id', 'gateway'])
      .execute();
    this.#endAfterCommit(db, `streams of ${id}`, rows);
  }

  /** Ends streams that a user ordered, as `endOf` does. */
  async endOfUser(db: Transaction, { tenant, id }: { readonly tenant: string; readonly id: string }): Promise<void> {
    await lockTenant(db, tenant);
    const rows = await db
      .deleteFrom('room_streams')
      .where((eb) => eb.and({ tenant, created_by: byOf({ kind: 'user', id }) }))
      .returning(['id', 'gateway'])
      .execute();
    this.#endAfterCommit(db, `streams of user ${tenant}/${id}`, rows);
  }

  #endAfterCommit(db: Transaction, key: string, rows: readonly Pick<Row, 'id' | 'gateway'>[]): void {
    const { log } = this.#o;
    const run = () => Promise.all(rows.map((row) => this.#endAt(row.gateway, row.id)));
    if (rows.length > 0) db.afterCommit({ key, log, run });
  }

  /** Assigns and ends streams. Only one instance sweeps at a time. */
  async sweep(): Promise<void> {
    const { db, gateways, clock } = this.#o;
    const untilMs = clock.nowMs() + SWEEP_MS_MAX;
    // Rows are read before the gateways, so a stream with a row was started before.
    const rows = await db
      .selectFrom('room_streams')
      .innerJoin('api_keys', 'api_keys.id', 'room_streams.api_key')
      .selectAll('room_streams')
      .select(['api_keys.revoked_ms', 'api_keys.name as key_name', 'api_keys.purpose'])
      .execute();
    const found = new Map<string, ReadonlyMap<string, wire.RoomStreamState>>();
    await Promise.all(
      gateways.all.map(async ({ nodeId }) => {
        const here = await this.#statesAt(nodeId);
        if (here !== undefined) found.set(nodeId, here);
      }),
    );
    const wanted = new Map(rows.map((row) => [row.id, row]));
    const work = [...found].flatMap(([nodeId, states]) =>
      [...states.values()]
        .filter(({ id, ageMs }) => {
          const row = wanted.get(id);
          return row === undefined ? ageMs >= ORPHAN_MS : row.gateway !== nodeId;
        })
        .map(
          ({ id }) =>
            () =>
              this.#endAt(nodeId, id),
        ),
    );
    const settled = rows.map(({ revoked_ms, key_name, purpose, ...row }) => async () => {
      const state = found.get(row.gateway)?.get(row.id);
      const isRevoked = revoked_ms !== null;
      const successor = isRevoked ? await this.#successorOf(row, key_name, purpose) : undefined;
      const isOver = isRevoked ? successor === undefined : state?.state === 'over';
      if (isOver || row.ends_ms <= clock.wallMs()) await this.#forget(row, state);
      else if (successor !== undefined) await this.#moveToKey(row, successor, found);
      else await this.#reassignIfLost(row, found);
    });
    const tasks: (() => Promise<unknown>)[] = [...work, ...settled];
    for (let at = 0; at < tasks.length && clock.nowMs() < untilMs; at += AT_ONCE)
      await Promise.all(tasks.slice(at, at + AT_ONCE).map((one) => one()));
  }

  /** Returns another valid key of the same name (after a rotation) that may order streams in the same fence. */
  async #successorOf({ tenant, fence }: Row, name: string, purpose: KeyPurpose): Promise<string | undefined> {
    const keys = await this.#o.db
      .selectFrom('api_keys')
      .select(['id', 'regions', 'scopes'])
      .where((eb) => eb.and({ tenant, name, purpose }))
      .where('revoked_ms', 'is', null)
      .orderBy('created_ms', 'desc')
      .execute();
    // The tenant's signing key is allowed, since it acts for users whose own rights were checked.
    const mayOrder = (scopes: string) => purpose !== '' || scopes.split(' ').includes(ORDER_SCOPE);
    return keys.find(({ regions, scopes }) => mayOrder(scopes) && intersectFences(regions, fence) === fence)?.id;
  }

  /** Moves the stream to another key once its gateway has ended it, or is gone. */
  async #moveToKey(
    row: Row,
    apiKey: string,
    found: ReadonlyMap<string, ReadonlyMap<string, wire.RoomStreamState>>,
  ): Promise<void> {
    const { db, gateways } = this.#o;
    const { id, gateway, fence, tenant, room } = row;
    const isEnded = found.has(gateway) ? await this.#endAt(gateway, id) : gateways.isGone(gateway);
    if (!isEnded) return;
    const { numUpdatedRows } = await db
      .updateTable('room_streams')
      .set({ api_key: apiKey })
      .where((eb) => eb.and({ id, api_key: row.api_key }))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const usable = gateways.usable(fence, `${tenant}/${room}`).filter(({ nodeId }) => found.has(nodeId));
    await this.#assign({ ...row, api_key: apiKey }, usable);
  }

  async #forget({ id, gateway, kind }: Row, state: wire.RoomStreamState | undefined): Promise<void> {
    await this.#o.db.deleteFrom('room_streams').where('id', '=', id).execute();
    if (state !== undefined) await this.#endAt(gateway, id);
    this.#o.log.info({ streamId: id, kind, code: state?.code ?? '' }, 'a push or pull has ended');
  }

  /** Assigns a stream, given the streams of the gateways that answered. */
  async #reassignIfLost(
    row: Row,
    found: ReadonlyMap<string, ReadonlyMap<string, wire.RoomStreamState>>,
  ): Promise<void> {
    const { gateways } = this.#o;
    const { id, gateway, fence, tenant, room } = row;
    const usable = gateways.usable(fence, `${tenant}/${room}`).filter(({ nodeId }) => found.has(nodeId));
    const notDraining = usable.filter(({ isDraining }) => !isDraining);
    const foundHere = found.get(gateway);
    if (foundHere === undefined) {
      if (gateways.isGone(gateway)) await this.#assign(row, usable);
      return;
    }
    if (!foundHere.has(id)) return this.#assign(row, notDraining.length > 0 ? notDraining : usable);
    const isDraining = gateways.all.some((one) => one.nodeId === gateway && one.isDraining);
    if (isDraining && notDraining.length > 0 && (await this.#endAt(gateway, id))) await this.#assign(row, notDraining);
  }

  /** Stores the new gateway in the row before calling it, so that no other instance calls another one meanwhile. */
  async #assign(row: Row, to: readonly Gateway[]): Promise<void> {
    const { db, gateways, log } = this.#o;
    let before = row.gateway;
    for (const { nodeId } of to) {
      const { numUpdatedRows } = await db
        .updateTable('room_streams')
        .set({ gateway: nodeId })
        .where((eb) => eb.and({ id: row.id, gateway: before }))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return; // The stream was removed, or another instance assigns it.
      before = nodeId;
      const logFields = { streamId: row.id, kind: row.kind, from: row.gateway, gateway: nodeId };
      try {
        const order = orderOf(row, this.#seal.open(row.sealed_url, row.id), true);
        await gateways.call(nodeId, rpc.roomStream, order, START_MS);
        log.info(logFields, 'a push or pull continues at another gateway');
        return;
      } catch (err) {
        log.warn({ ...logFields, err }, 'a gateway did not accept a push or pull');
        const isRefused = err instanceof MeridianError && ['OVERLOADED', 'SHUTTING_DOWN'].includes(err.code);
        if (!isRefused) return; // The gateway may have the stream, as the next sweep will find out.
      }
    }
  }

  /** Returns undefined if the gateway does not answer. */
  async #statesAt(nodeId: string): Promise<ReadonlyMap<string, wire.RoomStreamState> | undefined> {
    try {
      const { streams } = await this.#o.gateways.call(nodeId, rpc.roomStreams, {}, ANSWER_MS);
      return new Map(streams.map((state) => [state.id ?? '', state as wire.RoomStreamState]));
    } catch {
      return undefined;
    }
  }

  /** Returns false if the gateway does not answer; then the next sweep ends the stream. */
  async #endAt(nodeId: string, id: string): Promise<boolean> {
    try {
      await this.#o.gateways.call(nodeId, rpc.roomStreamEnd, { id }, END_MS);
      return true;
    } catch (err) {
      this.#o.log.info({ err, streamId: id, gateway: nodeId }, 'a push or pull could not be ended at its gateway');
      return false;
    }
  }

  async #checkRoom(db: Database, row: Omit<Row, 'gateway' | 'shown_url'>): Promise<void> {
    const { tenant, room, kind } = row;
    const present = await db.selectFrom('room_streams').selectAll().where('tenant', '=', tenant).execute();
    const here = present.filter((one) => one.room === room && one.kind === kind);
    const url = this.#seal.open(row.sealed_url, row.id);
    if (here.some((one) => this.#seal.open(one.sealed_url, one.id) === url))
      throw new Problem('ALREADY_EXISTS', 'the room already has a push to this URL, or a pull from it');
    if (kind === 'pull' && here.some(({ identity }) => identity === row.identity))
      throw new Problem('ALREADY_EXISTS', 'the room already has a pull with this identity');
    if (here.length >= PER_ROOM_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a room has at most ${PER_ROOM_MAX} pushes, and as many pulls`);
    if (present.length >= PER_TENANT_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${PER_TENANT_MAX} pushes and pulls`);
  }
}

async function isRevoked(db: Database, { api_key }: Pick<Row, 'api_key'>): Promise<boolean> {
  const key = await db.selectFrom('api_keys').select('revoked_ms').where('id', '=', api_key).executeTakeFirst();
  return key === undefined || key.revoked_ms !== null;
}

type Order = Omit<Row, 'gateway' | 'shown_url' | 'sealed_url' | 'created_by' | 'created_ms' | 'tenant'>;
const orderOf = (row: Order, url: string, keep: boolean): wire.RoomStreamOrder.$Properties => ({
  id: row.id,
  kind: row.kind,
  apiKey: row.api_key,
  room: row.room,
  fence: row.fence,
  url,
  keep,
  picture: row.picture,
  identity: row.identity,
  name: row.name,
  endsWallMs: row.ends_ms,
});
