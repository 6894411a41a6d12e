// Contents of running orders that people watch now; their notices are sent first.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { demandsOf } from '../library/demand-rows.ts';
import type { Database } from '../store/store.ts';

/** Number of playback starts in the last hour that makes a content hot. */
const HOT_STARTS = 10;
const LOOK_EVERY_MS = 15_000;
/** Beyond this limit, only contents of the oldest orders are checked. */
const CONTENTS_MAX = 500;

export class HotContents {
  readonly #o: { readonly db: Database; readonly clock: Clock };
  #contents: readonly string[] = [];
  #lookedMs = -LOOK_EVERY_MS;

  constructor(o: { readonly db: Database; readonly clock: Clock }) {
    this.#o = o;
  }

  /** Returns the hot contents, as known at most 15 s ago. */
  async read(): Promise<readonly string[]> {
    const { db, clock } = this.#o;
    if (clock.nowMs() - this.#lookedMs < LOOK_EVERY_MS) return this.#contents;
    const rows = await db
      .selectFrom('distribution_orders')
      .select(['tenant', 'content'])
      .distinct()
      .where('state', '=', sql.lit('running'))
      .limit(CONTENTS_MAX)
      .execute();
    const demands = await demandsOf(
      db,
      rows.map(({ tenant, content }) => ({ id: '', tenant, lane: content })),
      clock.wallMs(),
    );
    this.#lookedMs = clock.nowMs();
    this.#contents = [...demands].flatMap(([content, { lastHour }]) => (lastHour >= HOT_STARTS ? [content] : []));
    return this.#contents;
  }
}
