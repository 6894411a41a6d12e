// Carries recordings of the release before into the library: their stints are still at their recorders, and are
// assembled as those of a recording that has just ended.
import type { Clock, Logger } from '@meridian/runtime';
import { type RecordingRow, recordersOf } from '../events/recording-body.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { RecordingCollecting } from './collecting.ts';
import type { Recorders } from './recorders.ts';

export interface CarryingOverOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorders: Pick<Recorders, 'linked'>;
  readonly collecting: Pick<RecordingCollecting, 'begin'>;
}

export interface CarriedOver {
  /** Recordings that this call began to carry over. */
  readonly begun: number;
  /** Recordings that are being assembled. */
  readonly working: number;
  /** Recordings whose recorders are not all there. */
  readonly waiting: number;
  /** Recorders that are missing, by id. */
  readonly missing: readonly string[];
}

/** Bounds the recordings that a call begins, so that it answers within seconds. */
const BEGUN_MAX = 200;
const MISSING_MAX = 100;

export class CarryingOver {
  readonly #o: CarryingOverOptions;

  constructor(o: CarryingOverOptions) {
    this.#o = o;
  }

  /**
   * Begins to carry over finished recordings without a version whose recorders are all linked; call it until none is
   * left. A recording without one of its recorders would lose that one's part.
   */
  async run(): Promise<CarriedOver> {
    const { db, recorders } = this.#o;
    const linked = new Set(recorders.linked(''));
    const rows = await db
      .selectFrom('recordings')
      .selectAll()
      .where((eb) => eb.and({ version: 0, state: 'finished' }))
      .where('deleted_ms', 'is', null)
      .execute();
    const missing = new Set<string>();
    let begun = 0;
    let waiting = 0;
    for (const row of rows) {
      const away = recordersOf(row).filter((id) => !linked.has(id));
      for (const id of away) missing.add(id);
      if (away.length > 0 || begun === BEGUN_MAX) waiting += 1;
      else if (await this.#begin(row)) begun += 1;
    }
    return { begun, waiting, working: await this.#working(), missing: [...missing].toSorted().slice(0, MISSING_MAX) };
  }

  async #begin(row: RecordingRow): Promise<boolean> {
    const { db, clock, collecting, log } = this.#o;
    const { tenant, id } = row;
    const isBegun = await transact(db, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('recordings')
        .set({ state: 'ended', settled_ms: clock.wallMs() })
        .where((eb) => eb.and({ tenant, id, version: 0, state: 'finished' }))
        .where('deleted_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await collecting.begin(trx, row);
      return numUpdatedRows > 0n;
    });
    if (isBegun) log.info({ tenant, recordingId: id }, 'a recording of an earlier release is carried over');
    return isBegun;
  }

  async #working(): Promise<number> {
    const { count } = await this.#o.db
      .selectFrom('recordings')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('version', '=', 0)
      .where('state', 'in', ['ended', 'finishing'])
      .where('deleted_ms', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(count);
  }
}
