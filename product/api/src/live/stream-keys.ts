// A gateway seals the rights of a stream key into it; they are not stored here. Rows serve for listing and revoking.
import { intersectFences, MeridianError, newId, rpc, type wire } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { Principal } from '../access/core/scopes.ts';
import type { ApiKeys } from '../access/keys.ts';
import { refuseChangedAccount } from '../access/link-grants.ts';
import { byOf, streamKeyRevokedUntilMs } from '../access/made-links.ts';
import type { Revocations } from '../access/revocations.ts';
import { lockTenant } from '../access/tenants.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import type { Gateways } from './gateways.ts';

export type StreamUse = 'publish' | 'play' | 'both';

export interface StreamKey {
  readonly id: string;
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  readonly use: StreamUse;
  readonly createdBy: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export interface NewStreamKey {
  readonly room: string;
  readonly client: 'encoder' | 'miniprogram' | 'h5';
  /** Identity of the participant; absent for the key's id. */
  readonly identity?: string | undefined;
  /** Name of the participant; absent for the identity. */
  readonly name?: string | undefined;
  readonly picture?: string | undefined;
  readonly use: StreamUse;
  readonly expiresMs: number;
  readonly clientIp?: string | undefined;
  /** Regions of the room's meeting; an empty list allows all. */
  readonly regions: readonly string[];
}

export const STREAM_KEYS_MAX = 10_000;
const SEAL_MS = 3000;

export interface StreamKeysOptions {
  readonly db: Database;
  readonly gateways: Gateways;
  readonly keys: Pick<ApiKeys, 'find' | 'signing'>;
  readonly revocations: Pick<Revocations, 'add' | 'poll'>;
  readonly clock: Clock;
  readonly rng: Rng;
}

export class StreamKeys {
  readonly #o: StreamKeysOptions;

  constructor(o: StreamKeysOptions) {
    this.#o = o;
  }

  get job(): JobKind<unknown> {
    return {
      name: 'stream keys',
      concurrency: 1,
      leaseMs: 60_000,
      every: { ms: 600_000 },
      run: async () => {
        await this.#o.db.deleteFrom('stream_keys').where('expires_ms', '<=', this.#o.clock.wallMs()).execute();
        return undefined;
      },
    };
  }

  /** Makes a key and stores it with `save`. Rejects with CONFLICT (erasure), FENCE_CONFLICT, or a gateway's code. */
  async make(
    principal: Principal,
    newKey: NewStreamKey,
  ): Promise<{ readonly key: StreamKey; readonly ways: wire.StreamAddresses; save(db: Database): Promise<void> }> {
    const { gateways, clock, rng } = this.#o;
    const { tenant } = principal;
    const { room, use, expiresMs, client, picture = '', clientIp = '' } = newKey;
    const { apiKey, fence } = await sealingKey(this.#o.keys, principal, newKey.regions);
    const id = newId('SK_', (count) => rng.bytes(count), 20);
    const { identity = id } = newKey;
    const { name = identity } = newKey;
    const { answer: ways } = await gateways.ask(
      { fence, key: `${tenant}/${room}`, deadlineMs: SEAL_MS, next: ['NODE_UNREACHABLE', 'SHUTTING_DOWN'] },
      rpc.streamAddresses,
      {
        id,
        apiKey,
        room,
        fence,
        client,
        identity,
        name,
        picture,
        clientIp,
        expiresWallMs: expiresMs,
        canPublish: use !== 'play',
        canPlay: use !== 'publish',
      },
    );
    const row = {
      id,
      tenant,
      room,
      identity,
      name,
      uses: use,
      api_key: apiKey,
      created_by: byOf(principal),
      created_ms: clock.wallMs(),
      expires_ms: expiresMs,
    };
    return { key: keyOf(row), ways, save: (db) => this.#save(db, principal, row) };
  }

  /** Returns valid keys, the newest first. */
  async list(tenant: string, room: string, page: PageRequest): Promise<{ data: StreamKey[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('stream_keys')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('room', '=', room)
      .where('expires_ms', '>', this.#o.clock.wallMs())
      .$call(newestFirst.ofPage(page))
      .execute();
    return newestFirst.page(page, rows, keyOf);
  }

  /** Revokes a key, which ends its sessions within a second. Rejects with NOT_FOUND. */
  async revoke(tenant: string, room: string, id: string): Promise<void> {
    const { db, revocations, clock } = this.#o;
    await transact(db, async (db) => {
      const row = await db
        .deleteFrom('stream_keys')
        .where((eb) => eb.and({ tenant, room, id }))
        .returning('expires_ms')
        .executeTakeFirst();
      if (row === undefined) throw new Problem('NOT_FOUND');
      await revocations.add(db, { tenant, id, untilMs: streamKeyRevokedUntilMs(row.expires_ms, clock) });
    });
  }

  async #save(db: Database, principal: Principal, row: Selectable<Tables['stream_keys']>): Promise<void> {
    await lockTenant(db, row.tenant);
    await refuseChangedAccount(db, principal);
    const { n } = await db
      .selectFrom('stream_keys')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('tenant', '=', row.tenant)
      .where('expires_ms', '>', row.created_ms)
      .executeTakeFirstOrThrow();
    if (Number(n) >= STREAM_KEYS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${STREAM_KEYS_MAX} stream keys; revoke some`);
    await db.insertInto('stream_keys').values(row).execute();
  }
}

/**
 * Returns the caller's API key, or for other callers the tenant's signing key, and the remaining regions. Rejects with
 * CONFLICT or FENCE_CONFLICT.
 */
export async function sealingKey(
  keys: Pick<ApiKeys, 'find' | 'signing'>,
  { kind, id, tenant }: Principal,
  regions: readonly string[],
): Promise<{ readonly apiKey: string; readonly fence: string }> {
  const key = kind === 'key' ? await keys.find(id) : await keys.signing(tenant);
  if (key === undefined) throw new Problem('CONFLICT', 'gateways need a valid key of the tenant, and it has none');
  const fence = intersectFences(key.regions, regions.toSorted().join(','));
  if (fence === undefined) throw new MeridianError('FENCE_CONFLICT');
  return { apiKey: key.id, fence };
}

const keyOf = (row: Selectable<Tables['stream_keys']>): StreamKey => ({
  id: row.id,
  room: row.room,
  identity: row.identity,
  name: row.name,
  use: row.uses as StreamUse,
  createdBy: row.created_by,
  createdMs: row.created_ms,
  expiresMs: row.expires_ms,
});
