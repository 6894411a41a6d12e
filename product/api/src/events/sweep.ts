// Closes lives whose owner is gone for good and has no successor, at an estimated end.
import type { Clock, Logger } from '@meridian/runtime';
import type { Jobs } from '../jobs/jobs.ts';
import type { RoomOwners } from '../nodes/room-owners.ts';
import type { Database } from '../store/store.ts';
import type { Intake } from './intake.ts';

/** Time without a report after which a life is checked. */
const SILENT_MS = 2 * 60_000;
/** Time for which all signaling nodes must deny that they own the room; a room changes hands within seconds. */
const UNOWNED_MS = 5 * 60_000;
const LIVES_PER_RUN = 5000;
const NAMES_PER_QUESTION = 200;

export interface SweepOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly intake: Intake;
  readonly owners: Pick<RoomOwners, 'list'>;
}

export function sweepLives(o: SweepOptions): void {
  o.jobs.register<object>({
    name: 'room lives sweep',
    concurrency: 1,
    leaseMs: 5 * 60_000,
    every: { ms: 2 * 60_000 },
    run: () => sweep(o),
  });
}

async function sweep({ db, clock, log, intake, owners }: SweepOptions): Promise<undefined> {
  const nowMs = clock.wallMs();
  const silentLives = await db
    .selectFrom('room_lives')
    .select(['sid', 'tenant', 'room', 'heard_ms', 'unowned_ms'])
    .where('ended_ms', 'is', null)
    .where('heard_ms', '<', nowMs - SILENT_MS)
    .orderBy('heard_ms')
    .limit(LIVES_PER_RUN)
    .execute();
  for (const [tenant, lives] of Map.groupBy(silentLives, (life) => life.tenant)) {
    for (let at = 0; at < lives.length; at += NAMES_PER_QUESTION) {
      const livesChunk = lives.slice(at, at + NAMES_PER_QUESTION);
      const found = await owners.list(tenant, [...new Set(livesChunk.map(({ room }) => room))]);
      // A node that does not answer may own these rooms.
      if (found.silent.length > 0) return undefined;
      const owned = new Set(found.rooms.map(({ info }) => info.sid));
      for (const { sid, heard_ms, unowned_ms } of livesChunk) {
        const isOwned = owned.has(sid);
        if (!isOwned && unowned_ms !== null && unowned_ms <= nowMs - UNOWNED_MS) {
          log.info({ sid, tenant }, 'a room has no owner any more: its end is estimated');
          await intake.abandon(sid, heard_ms);
        } else if (isOwned !== (unowned_ms === null)) {
          const update = db.updateTable('room_lives').set({ unowned_ms: isOwned ? null : nowMs });
          await update.where('sid', '=', sid).where('heard_ms', '=', heard_ms).execute();
        }
      }
    }
  }
  return undefined;
}
