// Current quality of all sessions by place, node and pair of nodes. One query serves all readers.
import { type Strength, strengths } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import { strengthOfCode } from './core/records.ts';

/** Age of the last record from which on a session's quality is unknown: three records of 10 s. */
export const LIVE_WINDOW_MS = 30_000;
const CACHED_MS = 1500;

export type StrengthCounts = Record<Strength, number>;
export const noCounts = (): StrengthCounts => ({ strong: 0, medium: 0, weak: 0, unknown: 0 });

export interface LivePlace {
  place: string;
  countryCode: string;
  latitude: number;
  longitude: number;
  strength: StrengthCounts;
}
export interface LiveView {
  atMs: number;
  sessions: number;
  rooms: number;
  /** Places, without sessions whose place is unknown. */
  places: LivePlace[];
  nodes: ReadonlyMap<string, StrengthCounts>;
  /** Sessions on either node that receive from the other, by "FROM TO", the sorted node ids. */
  pairs: ReadonlyMap<string, number>;
}

export class LiveQuality {
  readonly #o: { readonly db: Database; readonly clock: Clock };
  #view: { readonly untilMs: number; readonly view: Promise<LiveView> } | undefined;

  constructor(o: { readonly db: Database; readonly clock: Clock }) {
    this.#o = o;
  }

  /** Returns a view at most 1.5 s old. Rejects with the database's error; then the next call queries again. */
  view(): Promise<LiveView> {
    const nowMs = this.#o.clock.nowMs();
    if (this.#view !== undefined && nowMs < this.#view.untilMs) return this.#view.view;
    const view = this.#query();
    this.#view = { untilMs: nowMs + CACHED_MS, view };
    view.catch(() => {
      if (this.#view?.view === view) this.#view = undefined;
    });
    return view;
  }

  async #query(): Promise<LiveView> {
    const { db, clock } = this.#o;
    const atMs = Math.floor(clock.wallMs());
    // A value for each of 20,000 rows costs a millisecond, so the columns of a place are joined.
    const { rows } = await sql<LiveRow>`
      select node_id, from_nodes, strength, sid,
        case place when '' then '' else
          country_code || ' ' || latitude_tenths || ' ' || longitude_tenths || ' ' || place end as place
      from quality_sessions
      where is_live = 1 and tenant <> '' and last_ms > ${atMs - LIVE_WINDOW_MS}`.execute(db);
    return viewOf(rows, atMs);
  }
}

interface LiveRow {
  readonly node_id: string;
  readonly from_nodes: string;
  readonly strength: number;
  readonly sid: string;
  /** Place as "COUNTRY LATITUDE LONGITUDE PLACE", in tenths of degrees; '' if unknown. */
  readonly place: string;
}

function viewOf(rows: readonly LiveRow[], atMs: number): LiveView {
  const places = new Map<string, StrengthCounts>();
  const nodes = new Map<string, StrengthCounts>();
  // Sessions of a node receive from the same nodes, so equal texts are parsed once.
  const received = new Map<string, Map<string, number>>();
  const sids = new Set<string>();
  for (const row of rows) {
    const strength = strengthOfCode(row.strength);
    sids.add(row.sid);
    if (row.place !== '') countsIn(places, row.place)[strength] += 1;
    if (row.node_id === '') continue;
    countsIn(nodes, row.node_id)[strength] += 1;
    if (row.from_nodes === '') continue;
    const from = received.get(row.node_id) ?? new Map<string, number>();
    received.set(row.node_id, from.set(row.from_nodes, (from.get(row.from_nodes) ?? 0) + 1));
  }
  const pairs = pairsOf(received);
  return { atMs, sessions: rows.length, rooms: sids.size, places: placesOf(places), nodes, pairs };
}

function pairsOf(received: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, number> {
  const pairs = new Map<string, number>();
  for (const [node, sessionsByNodes] of received)
    for (const [nodeIds, sessions] of sessionsByNodes)
      for (const from of nodeIds.split(' ')) {
        const pair = from < node ? `${from} ${node}` : `${node} ${from}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + sessions);
      }
  return pairs;
}

function countsIn(counts: Map<string, StrengthCounts>, key: string): StrengthCounts {
  const found = counts.get(key) ?? noCounts();
  counts.set(key, found);
  return found;
}

/** Merges names of the same city, ignoring case. An entry without a country belongs to the city of the same name. */
function placesOf(counts: ReadonlyMap<string, StrengthCounts>): LivePlace[] {
  const rows = [...counts].map(([text, strength]) => {
    const [countryCode = '', latitude, longitude, ...words] = text.split(' ');
    const place = words.join(' ');
    return { place, countryCode, latitude: Number(latitude) / 10, longitude: Number(longitude) / 10, strength };
  });
  const places = new Map<string, LivePlace>();
  const placesByName = new Map<string, LivePlace>();
  for (const row of rows.sort((a, b) => Number(a.countryCode === '') - Number(b.countryCode === ''))) {
    const name = row.place.toLowerCase();
    const key = `${row.countryCode} ${name}`;
    const found = places.get(key) ?? (row.countryCode === '' ? placesByName.get(name) : undefined);
    if (found !== undefined) for (const one of strengths) found.strength[one] += row.strength[one];
    else {
      places.set(key, row);
      placesByName.set(name, placesByName.get(name) ?? row);
    }
  }
  return [...places.values()];
}
