// Rooms that are watched and judged for alarms whenever they are live.
import type { Clock } from '@meridian/runtime';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { tenantsOnWall } from '../tenant/wall.ts';
import type { RoomName } from './room-facts.ts';

/** Near the number that the recorders of a large cloud can watch; a job of 5 s requests all of them. */
export const KEPT_ROOMS_MAX = 200;

export interface KeptRoom extends RoomName {
  readonly addedBy: string;
  readonly addedMs: number;
}

export async function keptRooms(db: Database): Promise<KeptRoom[]> {
  const rows = await db
    .selectFrom('wall_rooms')
    .selectAll()
    .orderBy('tenant')
    .orderBy('room')
    .limit(KEPT_ROOMS_MAX)
    .execute();
  return rows.map(({ tenant, room, added_by, added_ms }) => ({
    tenant,
    room,
    addedBy: added_by,
    addedMs: Number(added_ms),
  }));
}

/**
 * Adds a room; has no effect on a room that is already kept. Rejects with NOT_FOUND, WALL_REFUSED or QUOTA_EXCEEDED.
 */
export async function keepRoom(
  db: Transaction,
  { tenant, room }: RoomName,
  { by, clock }: { readonly by: string; readonly clock: Clock },
): Promise<KeptRoom> {
  await lockTenant(db, tenant);
  if ((await tenantsOnWall(db, [tenant])).get(tenant) !== true) throw new Problem('WALL_REFUSED');
  const allKept = await keptRooms(db);
  const alreadyKept = allKept.find((one) => one.tenant === tenant && one.room === room);
  if (alreadyKept !== undefined) return alreadyKept;
  if (allKept.length >= KEPT_ROOMS_MAX)
    throw new Problem('QUOTA_EXCEEDED', `at most ${KEPT_ROOMS_MAX} rooms can be kept on the wall`);
  const addedMs = Math.floor(clock.wallMs());
  await db.insertInto('wall_rooms').values({ tenant, room, added_by: by, added_ms: addedMs }).execute();
  return { tenant, room, addedBy: by, addedMs };
}

/** Removes a room; has no effect on a room that is not kept. */
export async function dropRoom(db: Transaction, { tenant, room }: RoomName): Promise<void> {
  await db
    .deleteFrom('wall_rooms')
    .where((eb) => eb.and({ tenant, room }))
    .execute();
}
