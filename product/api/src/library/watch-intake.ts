// Stores playback reports. A repeated report changes nothing, and reports of a playback may arrive in any order.
import { MeridianError, nodeKind, type wire } from '@meridian/protocol';
import type { Clock, Identity, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import { FILE_LINK_S_MAX } from '../access/link-grants.ts';
import { addRows, type Value } from '../quality/add-rows.ts';
import type { Store } from '../store/store.ts';
import { type Transaction, transactUnforced } from '../store/transaction.ts';
import { hourOf } from './core/demand.ts';
import { viewsAt } from './core/heat.ts';
import { keyOf, type ValidWatch, validWatchesOf, WATCHES_MAX } from './core/watches.ts';
import { addViews } from './heats.ts';
import { COUNTED_MS } from './watch-rows.ts';
import { modesOf, type WatchingMode } from './watching.ts';

export interface WatchIntakeOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Time for which reports about an erased person can arrive: the life of a link, and a day of playback. */
const LINKS_MS = FILE_LINK_S_MAX * 1000 + 86_400_000;

interface PlaybackKey {
  readonly tenant: string;
  readonly id: string;
}
/** Report as the tenant keeps it; `viewer` is '' if the tenant keeps no persons. */
type WatchToStore = ValidWatch & { readonly mode: WatchingMode };

export class WatchIntake {
  readonly #o: WatchIntakeOptions;

  constructor(o: WatchIntakeOptions) {
    this.#o = o;
  }

  /** Stores a batch, all or nothing, except invalid reports. Rejects with REQUEST_INVALID or the database's error. */
  async take(
    { watches }: wire.LibraryWatches.$Properties,
    from: Pick<Identity, 'id' | 'kind' | 'region'>,
  ): Promise<Record<string, never>> {
    const reportedWatches = watches ?? [];
    if (from.kind !== nodeKind.library || reportedWatches.length === 0) return {};
    if (reportedWatches.length > WATCHES_MAX) throw new MeridianError('REQUEST_INVALID', 'too many playbacks');
    const { store, clock, log } = this.#o;
    const nowMs = clock.wallMs();
    const validWatches = validWatchesOf(reportedWatches, nowMs);
    if (validWatches.length === 0) return {};
    const stored = await transactUnforced(store, (trx) =>
      this.#store(trx, validWatches, { region: from.region, nowMs }),
    );
    log.debug({ library: from.id, said: reportedWatches.length, stored }, 'playbacks were reported');
    return {};
  }

  async #store(
    trx: Transaction,
    taken: readonly ValidWatch[],
    { region, nowMs }: { readonly region: string; readonly nowMs: number },
  ): Promise<number> {
    const presentTenants = await this.#lockTenants(trx, taken);
    const knownWatches = await ofContents(
      trx,
      taken.filter(({ tenant }) => presentTenants.has(tenant)),
    );
    if (knownWatches.length === 0) return 0;
    const watchesToStore = await wantedOf(trx, knownWatches, nowMs);
    await this.#count(trx, watchesToStore, nowMs);
    const rows = watchesToStore.filter(({ mode, item }) => mode !== 'counts' && item !== '');
    const changed = new Set((await this.#storeWatches(trx, rows, region)).map(({ tenant, id }) => keyOf(tenant, id)));
    const moved = rows.filter(({ tenant, id, viewer }) => viewer !== '' && changed.has(keyOf(tenant, id)));
    await this.#move(trx, moved);
    return watchesToStore.length;
  }

  /** Locks tenants until the transaction ends, against erasure, changes of the setting and loss of contents. */
  async #lockTenants(trx: Transaction, taken: readonly ValidWatch[]): Promise<ReadonlySet<string>> {
    const ids = [...new Set(taken.map(({ tenant }) => tenant))];
    const rows = trx.selectFrom('tenants').select('id').where('id', 'in', ids).orderBy('id');
    const locked = this.#o.store.kind === 'sqlite' ? rows : rows.forShare();
    return new Set((await locked.execute()).map(({ id }) => id));
  }

  /** Counts a playback in the hour in which it began, and once in the heat of its content. */
  async #count(trx: Transaction, watches: readonly WatchToStore[], nowMs: number): Promise<void> {
    const { store } = this.#o;
    const recent = watches.filter(({ startedMs }) => startedMs > nowMs - COUNTED_MS);
    const started = await addRows<PlaybackKey>(trx, store, {
      table: 'library_starts',
      columns: ['tenant', 'id', 'started_ms'],
      rows: recent.map(({ tenant, id, startedMs }) => [tenant, id, startedMs]),
      onConflict: '(tenant, id) do nothing returning tenant, id',
    });
    const counted = new Set(started.map(({ tenant, id }) => keyOf(tenant, id)));
    const newlyCounted = recent.filter(({ tenant, id }) => counted.has(keyOf(tenant, id)));
    const hours = Map.groupBy(newlyCounted, ({ tenant, content, item, startedMs }) =>
      keyOf(tenant, content, item, String(hourOf(startedMs))),
    );
    const rows = [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, startsOfHour]) => hourRow(startsOfHour));
    await addRows(trx, store, {
      table: 'library_demand',
      columns: ['tenant', 'content', 'item', 'hour_ms', 'starts'],
      rows,
      onConflict: '(tenant, content, item, hour_ms) do update set starts = library_demand.starts + excluded.starts',
    });
    // A report that comes late has decayed already.
    const views = newlyCounted.map(({ tenant, content, startedMs }) => {
      return { tenant, content, views: viewsAt({ views: 1, atMs: startedMs }, nowMs) };
    });
    await addViews(trx, views, nowMs);
  }

  #storeWatches(trx: Transaction, watches: readonly WatchToStore[], region: string): Promise<PlaybackKey[]> {
    return addRows<PlaybackKey>(trx, this.#o.store, {
      table: 'library_watches',
      columns: watchColumns,
      rows: watches.map((one) => watchValues(one, region)),
      onConflict: newerAlone,
    });
  }

  /** Updates positions; a finished playback has none. */
  async #move(trx: Transaction, watches: readonly WatchToStore[]): Promise<void> {
    if (watches.length === 0) return;
    const last = new Map<string, WatchToStore>();
    for (const one of watches) {
      const key = keyOf(one.tenant, one.item, one.viewer);
      if ((last.get(key)?.lastMs ?? 0) <= one.lastMs) last.set(key, one);
    }
    const latestWatches = [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, watch]) => watch);
    await addRows(trx, this.#o.store, {
      table: 'library_positions',
      columns: ['tenant', 'item', 'viewer', 'position_ms', 'updated_ms'],
      rows: latestWatches.map((one) => [
        one.tenant,
        one.item,
        one.viewer,
        one.hasEnded ? 0 : one.positionMs,
        one.lastMs,
      ]),
      onConflict: `(tenant, item, viewer) do update set position_ms = excluded.position_ms,
        updated_ms = excluded.updated_ms where excluded.updated_ms >= library_positions.updated_ms`,
    });
    const positionKeys = latestWatches.map(({ tenant, item, viewer }) => sql`(${tenant}, ${item}, ${viewer})`);
    await sql`delete from library_positions where position_ms = 0
      and (tenant, item, viewer) in (values ${sql.join(positionKeys)})`.execute(trx);
  }
}

const hourRow = (some: readonly WatchToStore[]): Value[] => {
  const [{ tenant, content, item, startedMs }] = some as [WatchToStore];
  return [tenant, content, item, hourOf(startedMs), some.length];
};

/** Returns reports that name a content of the tenant and, if they name an item, one that has this content. */
async function ofContents(trx: Transaction, taken: readonly ValidWatch[]): Promise<ValidWatch[]> {
  if (taken.length === 0) return [];
  const tenants = [...new Set(taken.map(({ tenant }) => tenant))];
  const contents = await trx
    .selectFrom('library_contents')
    .select(['tenant', 'id'])
    .where('tenant', 'in', tenants)
    .where('id', 'in', [...new Set(taken.map(({ content }) => content))])
    .where('state', '=', 'stored')
    .execute();
  const items = await trx
    .selectFrom('library_items')
    .select(['tenant', 'id', 'content'])
    .where('tenant', 'in', tenants)
    .where('id', 'in', [...new Set(taken.map(({ item }) => item))])
    .where('deleted_ms', 'is', null)
    .execute();
  const known = new Set([
    ...contents.map(({ tenant, id }) => keyOf(tenant, id, '')),
    ...items.map(({ tenant, id, content }) => keyOf(tenant, content, id)),
  ]);
  return taken.filter(({ tenant, content, item }) => known.has(keyOf(tenant, content, item)));
}

async function wantedOf(trx: Transaction, known: readonly ValidWatch[], nowMs: number): Promise<WatchToStore[]> {
  const modes = await modesOf(trx, [...new Set(known.map(({ tenant }) => tenant))]);
  const erased = await erasedViewers(trx, known, nowMs);
  return known.map((one) => {
    const mode = modes.get(one.tenant) ?? 'viewers';
    const isNamed = mode === 'viewers' && !erased.has(keyOf(one.tenant, one.viewer));
    return Object.assign({}, one, { mode, viewer: isNamed ? one.viewer : '' });
  });
}

/** Returns viewers that are revoked and belong to no user. */
async function erasedViewers(
  trx: Transaction,
  watches: readonly ValidWatch[],
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const viewers = [...new Set(watches.map(({ viewer }) => viewer).filter((viewer) => viewer !== ''))];
  if (viewers.length === 0) return new Set();
  const tenants = [...new Set(watches.map(({ tenant }) => tenant))];
  const revoked = await trx
    .selectFrom('revocations')
    .select(['tenant', 'id'])
    .where('tenant', 'in', tenants)
    .where(
      'id',
      'in',
      viewers.map((viewer) => `user:${viewer}`),
    )
    .where('before_ms', '>', Math.floor(nowMs - LINKS_MS))
    .execute();
  if (revoked.length === 0) return new Set();
  const users = await trx
    .selectFrom('users')
    .select(['tenant', 'id'])
    .where('tenant', 'in', tenants)
    .where('id', 'in', viewers)
    .execute();
  const there = new Set(users.map(({ tenant, id }) => keyOf(tenant, id)));
  const revokedKeys = revoked.map(({ tenant, id }) => keyOf(tenant, id.slice('user:'.length)));
  return new Set(revokedKeys.filter((key) => !there.has(key)));
}

const latestColumns = [
  'region',
  'seq',
  'last_ms',
  'startup_ms',
  'watched_ms',
  'position_ms',
  'stalls',
  'stalled_ms',
  'seeks',
  'switches',
  'qualities',
  'has_ended',
  'cache',
] as const;
const watchColumns = ['tenant', 'id', 'item', 'content', 'viewer', 'started_ms', ...latestColumns] as const;
const watchValues = (one: ValidWatch, region: string): Value[] => [
  ...[one.tenant, one.id, one.item, one.content, one.viewer, one.startedMs],
  ...[region, one.seq, one.lastMs, one.startupMs, one.watchedMs, one.positionMs, one.stalls, one.stalledMs],
  ...[one.seeks, one.switches, JSON.stringify(one.qualities), Number(one.hasEnded), one.cache],
];
// A report with the id of another item's or viewer's playback is ignored.
const newerAlone = `(tenant, id) do update set ${latestColumns.map((name) => `${name} = excluded.${name}`).join(', ')}
  where excluded.seq > library_watches.seq and excluded.item = library_watches.item
    and library_watches.viewer in ('', excluded.viewer)
  returning tenant, id`;
