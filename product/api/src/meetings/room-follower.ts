// A meeting's room follows its changes at once after the commit, and by a job of the same transaction in case this
// process dies in between. A sweep makes open rooms follow a new occurrence; any other room asks when it opens.
import type { Clock, Logger } from '@meridian/runtime';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { type BookedPolicy, OPENS_BEFORE_MS, OVERRUN_MS } from './core/policy.ts';
import type { MeetingChange, MeetingFollower } from './meetings.ts';
import { LONGEST_MS } from './reading.ts';

/** Delay after which the process that changed the meeting has finished, or died. */
const FOLLOWS_AFTER_MS = 5000;

export interface RoomsFollowOptions {
  readonly jobs: Pick<Jobs, 'register' | 'add'>;
  readonly log: Logger;
  readonly policies: { follow(tenant: string, room: string): Promise<void> };
  readonly db: Database;
  readonly clock: Clock;
}

/** Registers jobs, so it must be constructed before they start. */
export class RoomFollower implements MeetingFollower {
  readonly #o: RoomsFollowOptions;
  readonly #kind: JobKind<{ readonly room: string }> = {
    name: 'meeting-room',
    concurrency: 4,
    perTenant: 3,
    leaseMs: 60_000,
    run: ({ room }, { tenant }) => this.#followRoom(tenant, room),
  };

  constructor(o: RoomsFollowOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
    o.jobs.register({
      name: 'rooms of occurrences',
      concurrency: 1,
      leaseMs: 300_000,
      every: { ms: 60_000 },
      run: async () => {
        await this.sweep();
        return undefined;
      },
    });
  }

  /** Makes rooms follow that missed an occurrence, because this process or the room's owner was away when it opened. */
  async sweep(): Promise<void> {
    const { db, clock } = this.#o;
    const nowMs = clock.wallMs();
    const opened = await db
      .selectFrom('meeting_occurrences')
      .innerJoin('rooms', (on) =>
        on
          .onRef('rooms.tenant', '=', 'meeting_occurrences.tenant')
          .onRef('rooms.name', '=', 'meeting_occurrences.meeting'),
      )
      .select(['rooms.tenant', 'rooms.name', 'rooms.booked', 'original_start'])
      // Every running occurrence began later than this, so the index skips old rows.
      .where('starts_ms', '>', nowMs - OVERRUN_MS - LONGEST_MS)
      .where('starts_ms', '<=', nowMs + OPENS_BEFORE_MS)
      .where('ends_ms', '>', nowMs - OVERRUN_MS)
      .where('booked', 'is not', null)
      .orderBy('starts_ms')
      .execute();
    // The last of several running occurrences counts.
    const last = new Map(opened.map((row) => [`${row.tenant}/${row.name}`, row]));
    for (const { tenant, name, booked, original_start } of last.values()) {
      const { occurrence } = JSON.parse(booked ?? '{}') as Partial<BookedPolicy>;
      if (occurrence !== original_start) await this.#tryFollowing(tenant, name);
    }
  }

  /** Runs in the transaction of a change. The room of a new meeting has no owner yet. */
  async changed(db: Transaction, { before, after: { tenant, room } }: MeetingChange): Promise<void> {
    if (before !== undefined) await this.follow(db, { tenant, room });
  }

  /** Makes the room follow its meeting after the commit. */
  async follow(db: Transaction, { tenant, room }: { readonly tenant: string; readonly room: string }): Promise<void> {
    const { log } = this.#o;
    await this.#o.jobs.add(db, this.#kind, { payload: { room }, key: room, tenant, inMs: FOLLOWS_AFTER_MS });
    db.afterCommit({ key: `room ${tenant}/${room}`, log, run: () => this.#o.policies.follow(tenant, room) });
  }

  /** Makes the room follow now; if that fails, the next sweep does. */
  async #tryFollowing(tenant: string, room: string): Promise<void> {
    try {
      await this.#o.policies.follow(tenant, room);
    } catch (err) {
      this.#o.log.warn({ err, room }, 'a room could not follow its meeting yet');
    }
  }

  async #followRoom(tenant: string, room: string): Promise<undefined> {
    await this.#o.policies.follow(tenant, room);
    return undefined;
  }
}
