// Requests of LiveKit's Egress calls. The row of a recording exists only once the recording runs.
import type { Selectable } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RecordingRow } from './recording-body.ts';

declare module '../store/tables.ts' {
  interface NarrowedTables {
    egresses: {
      source: 'room_composite' | 'participant' | 'web';
    };
  }
}

export type EgressRow = Selectable<Tables['egresses']>;

/** `own` is undefined if no Egress call started the recording. */
export interface EgressRows {
  /** Undefined if the recording has not begun. */
  readonly row: RecordingRow | undefined;
  readonly own: EgressRow | undefined;
}

export interface Filter {
  readonly room?: string | undefined;
  readonly isActive: boolean;
}

/**
 * Retention of rows, which back ends need to follow their egresses. Recordings have their own retention.
 */
const KEPT_MS = 30 * 86_400_000;
const ACTIVE = ['running', 'ended', 'finishing'] as const;

/** Stores an egress, and removes expired ones. */
export async function addEgress(db: Database, row: EgressRow): Promise<void> {
  await db
    .deleteFrom('egresses')
    .where('tenant', '=', row.tenant)
    .where('made_ms', '<', row.made_ms - KEPT_MS)
    .execute();
  // A repeated id has no effect.
  await db
    .insertInto('egresses')
    .values(row)
    .onConflict((on) => on.columns(['tenant', 'id']).doNothing())
    .execute();
}

/** Resolves with undefined if no Egress call started the recording. */
export const ownEgressOf = (db: Database, tenant: string, id: string): Promise<EgressRow | undefined> =>
  db
    .selectFrom('egresses')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();

/** Deleted egresses count as unknown. */
export async function egressOf(db: Database, tenant: string, id: string): Promise<EgressRows | undefined> {
  const [row, own] = await Promise.all([
    db
      .selectFrom('recordings')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst(),
    ownEgressOf(db, tenant, id),
  ]);
  const isGone = row === undefined ? own === undefined : row.deleted_ms !== null;
  return isGone ? undefined : { row, own };
}

/** Returns at most `rows` egresses that have begun, and at most `rows` others. */
export async function egressesOf(
  db: Database,
  tenant: string,
  { room, isActive, rows }: Filter & { readonly rows: number },
): Promise<EgressRows[]> {
  let begun = db.selectFrom('recordings').selectAll().where('tenant', '=', tenant).where('deleted_ms', 'is', null);
  if (room !== undefined) begun = begun.where('room', '=', room);
  if (isActive) begun = begun.where('state', 'in', ACTIVE);
  const found = await begun.orderBy('started_ms', 'desc').orderBy('id', 'desc').limit(rows).execute();
  const ids = found.map(({ id }) => id);
  const egressRows =
    ids.length === 0
      ? []
      : await db.selectFrom('egresses').selectAll().where('tenant', '=', tenant).where('id', 'in', ids).execute();
  const egressById = new Map(egressRows.map((own) => [own.id, own]));
  let pending = db
    .selectFrom('egresses')
    .selectAll()
    .where('tenant', '=', tenant)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('recordings')
            .select('recordings.id')
            .whereRef('recordings.tenant', '=', 'egresses.tenant')
            .whereRef('recordings.id', '=', 'egresses.id'),
        ),
      ),
    );
  if (room !== undefined) pending = pending.where('room', '=', room);
  if (isActive) pending = pending.where('stopped_ms', 'is', null);
  const waitingEgresses = await pending.orderBy('made_ms', 'desc').orderBy('id', 'desc').limit(rows).execute();
  const merged: EgressRows[] = [
    ...waitingEgresses.map((own) => ({ row: undefined, own })),
    ...found.map((row) => ({ row, own: egressById.get(row.id) })),
  ];
  const timeOf = ({ row, own }: EgressRows): number => row?.started_ms ?? own?.made_ms ?? 0;
  return merged.toSorted((a, b) => timeOf(b) - timeOf(a));
}

export async function markStopped(db: Database, tenant: string, ids: readonly string[], nowMs: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('egresses')
    .set({ stopped_ms: nowMs })
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .where('stopped_ms', 'is', null)
    .execute();
}
