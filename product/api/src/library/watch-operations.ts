import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import { operation, operations } from '../http/operation.ts';
import { type PageRequest, Paging, pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { firstHourOf, startsOfLastHour } from './core/demand.ts';
import type { Quality } from './core/watches.ts';
import { visibleItem } from './item-rows.ts';
import type { ItemRow } from './rows.ts';
import type { WatchRow } from './watch-rows.ts';
import { type WatchingMode, type WatchSettings, watchingModes } from './watching.ts';

const DAY_MS = 86_400_000;
/** A quarter of a year. */
const DAYS_MAX = 92;
const DAYS_USUAL = 31;

const tag = 'Library';
const scope = 'library:read';
const params = Type.Object({ item: Type.String({ minLength: 1, maxLength: 64 }) });
const ms = (description: string) => Type.Integer({ description });
const watch = Type.Object(
  {
    id: Type.String(),
    viewer: Type.Optional(Type.String({ description: 'Person, as named by the link.' })),
    region: Type.String({ description: 'Region of the library node.' }),
    cache: Type.Optional(Type.String({ description: 'Edge cache that delivered last.' })),
    startedAt: Time,
    lastAt: Time,
    startupMs: ms('Time until the first picture.'),
    watchedMs: ms('Time that the item played.'),
    positionMs: ms('Last position in the item.'),
    stalls: Type.Integer({ description: 'Interruptions for lack of data.' }),
    stalledMs: ms('Total duration of the stalls.'),
    seeks: Type.Integer(),
    switches: Type.Integer({ description: 'Changes of quality.' }),
    qualities: Type.Array(Type.Object({ name: Type.String(), watchedMs: Type.Integer() }, { title: 'QualityWatched' })),
    ended: Type.Boolean({ description: 'The playback reached the end.' }),
  },
  { title: 'ItemWatch' },
);
const watchingOfDay = Type.Object(
  {
    day: Type.String({ format: 'date', description: 'Day in UTC.' }),
    starts: Type.Integer(),
    viewers: Type.Integer({ description: 'Number of different viewers that links name.' }),
    watchedMs: Type.Integer(),
    stalls: Type.Integer(),
    stalledMs: Type.Integer(),
    ended: Type.Integer({ description: 'Playbacks that reached the end.' }),
  },
  { title: 'WatchingOfDay' },
);

const reading = operations({ tag, scope });
export const listItemWatches = reading('listItemWatches', 'GET /library/items/{item}/watches', {
  summary: 'List playbacks of an item, the newest first.',
  description: 'A user who may not change the item sees only own playbacks.',
  params,
  query: pageQuery,
  answers: { 200: pageOf(watch, 'ItemWatchPage') },
});
export const getItemWatching = reading('getItemWatching', 'GET /library/items/{item}/watching', {
  summary: 'Get statistics of an item’s playbacks by day, the newest first.',
  description: 'For tenants that keep only counts: `starts` alone.',
  params,
  query: Type.Object({
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: DAYS_MAX, default: DAYS_USUAL, description: 'Number of days, up to today.' }),
    ),
  }),
  answers: {
    200: Type.Object(
      {
        startsToday: Type.Integer({ description: 'Starts today (UTC).' }),
        startsLastHour: Type.Integer(),
        days: Type.Array(watchingOfDay, { description: 'Days on which the item was started.' }),
      },
      { title: 'ItemWatching' },
    ),
  },
});

const settings = Type.Object(
  {
    watching: Type.Unsafe<WatchingMode>({
      type: 'string',
      enum: [...watchingModes],
      description:
        'What is stored of playbacks. `counts`: how often contents are started per hour; `watches`: also each playback, without a person; `viewers` (the default): with the person that the link names and the position where playback stopped.',
    }),
  },
  { title: 'LibrarySettings' },
);
const ofTenant = {
  path: '/tenant/library',
  tag: 'Tenant',
  scope: 'tenant:admin',
  answers: { 200: settings },
} as const;
export const getLibrarySettings = operation({
  ...ofTenant,
  id: 'getLibrarySettings',
  method: 'GET',
  summary: 'Get what is stored of the library’s playbacks.',
});
export const updateLibrarySettings = operation({
  ...ofTenant,
  id: 'updateLibrarySettings',
  method: 'PATCH',
  summary: 'Change what is stored of the library’s playbacks.',
  description: 'Data that may no longer be stored is deleted within a minute; millions of playbacks take longer.',
  body: settings,
});

export interface WatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly library: { readonly watching: Pick<WatchSettings, 'get' | 'change'> };
}

export function addWatchOperations(routes: Routes, { db, clock, library: { watching } }: WatchDeps): void {
  routes.add(listItemWatches, async ({ principal, params: { item }, query }) => ({
    body: await listedWatches(db, principal, await visibleItem(db, principal, item), query),
  }));
  routes.add(getItemWatching, async ({ principal, params: { item }, query: { days = DAYS_USUAL } }) => ({
    body: await watchingOf(db, await visibleItem(db, principal, item), { nowMs: clock.wallMs(), days }),
  }));
  routes.add(getLibrarySettings, async ({ principal }) => ({
    body: { watching: await watching.get(principal.tenant) },
  }));
  routes.add(updateLibrarySettings, ({ principal, body, atomically }) =>
    atomically(async (trx) => {
      await watching.change(trx, principal.tenant, body.watching);
      return { body };
    }),
  );
}

const byStart = new Paging(
  [
    { column: 'started_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);

async function listedWatches(db: Database, principal: Principal, item: ItemRow, pageRequest: PageRequest) {
  const me = ownerOnly(principal);
  let found = db
    .selectFrom('library_watches')
    .selectAll()
    .where((eb) => eb.and({ tenant: item.tenant, item: item.id }))
    .$call(byStart.ofPage(pageRequest));
  if (me !== undefined && item.owner !== me) found = found.where('viewer', '=', me);
  return byStart.page(pageRequest, await found.execute(), shownWatch);
}

const shownWatch = (row: WatchRow): Static<typeof watch> => ({
  id: row.id,
  ...(row.viewer !== '' && { viewer: row.viewer }),
  region: row.region,
  ...(row.cache !== '' && { cache: row.cache }),
  startedAt: timeText(row.started_ms),
  lastAt: timeText(row.last_ms),
  startupMs: row.startup_ms,
  watchedMs: row.watched_ms,
  positionMs: row.position_ms,
  stalls: row.stalls,
  stalledMs: row.stalled_ms,
  seeks: row.seeks,
  switches: row.switches,
  qualities: JSON.parse(row.qualities) as Quality[],
  ended: row.has_ended === 1,
});

type SumsOfDay = Omit<Static<typeof watchingOfDay>, 'day' | 'starts'>;
const noSums: SumsOfDay = { viewers: 0, watchedMs: 0, stalls: 0, stalledMs: 0, ended: 0 };

async function watchingOf(db: Database, item: ItemRow, o: { readonly nowMs: number; readonly days: number }) {
  const today = Math.floor(o.nowMs / DAY_MS);
  const firstDay = today - o.days + 1;
  // In a day's first hours, the last hour also needs hours of the day before.
  const hours = await hoursOf(db, item, Math.min(firstDay * DAY_MS, firstHourOf(o.nowMs)));
  const starts = new Map<number, number>();
  for (const { hourMs, starts: hourStarts } of hours) {
    const day = Math.floor(hourMs / DAY_MS);
    starts.set(day, (starts.get(day) ?? 0) + hourStarts);
  }
  const sums = await sumsOf(db, item, firstDay * DAY_MS);
  const days = [...new Set([...starts.keys(), ...sums.keys()])].filter((day) => day >= firstDay);
  return {
    startsToday: starts.get(today) ?? 0,
    startsLastHour: startsOfLastHour(hours, o.nowMs),
    days: days
      .toSorted((a, b) => b - a)
      .map((day) =>
        Object.assign(
          { day: timeText(day * DAY_MS).slice(0, 10), starts: starts.get(day) ?? 0 },
          sums.get(day) ?? noSums,
        ),
      ),
  };
}

async function hoursOf(db: Database, { tenant, content, id: item }: ItemRow, fromMs: number) {
  const rows = await db
    .selectFrom('library_demand')
    .select(['hour_ms', 'starts'])
    .where((eb) => eb.and({ tenant, content, item }))
    .where('hour_ms', '>=', fromMs)
    .execute();
  return rows.map(({ hour_ms: hourMs, starts }) => ({ hourMs, starts }));
}

/** Returns sums by day since 1970. */
async function sumsOf(
  db: Database,
  { tenant, id: item }: ItemRow,
  fromMs: number,
): Promise<ReadonlyMap<number, SumsOfDay>> {
  const rows = await db
    .selectFrom('library_watches')
    .select((eb) => [
      sql<number>`started_ms / ${sql.lit(DAY_MS)}`.as('day'),
      sql<number>`count(distinct nullif(viewer, ''))`.as('viewers'),
      eb.fn.sum<number>('watched_ms').as('watchedMs'),
      eb.fn.sum<number>('stalls').as('stalls'),
      eb.fn.sum<number>('stalled_ms').as('stalledMs'),
      eb.fn.sum<number>('has_ended').as('ended'),
    ])
    .where((eb) => eb.and({ tenant, item }))
    .where('started_ms', '>=', fromMs)
    .groupBy('day')
    .execute();
  // PostgreSQL returns sums of bigint as text.
  return new Map(
    rows.map(({ day, viewers, watchedMs, stalls, stalledMs, ended }) => [
      Number(day),
      {
        viewers: Number(viewers),
        watchedMs: Number(watchedMs),
        stalls: Number(stalls),
        stalledMs: Number(stalledMs),
        ended: Number(ended),
      },
    ]),
  );
}
