import type { Strength } from '@meridian/protocol';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { timeText } from '../http/time.ts';
import { strengthCodes, strengthOfCode } from '../quality/core/records.ts';
import { LIVE_WINDOW_MS } from '../quality/live-quality.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { ConsolePerson, ConsoleRoom } from './schemas.ts';

export type SessionRow = Selectable<Tables['quality_sessions']>;

/** A session without a record for this long is over, even if no node reported its end. */
const SILENT_MS = 60_000;

/** Condition for live sessions. Rows without facts have no tenant, and appear in no list. */
export const isLive = (nowMs: number): RawBuilder<unknown> =>
  sql`is_live = 1 and tenant <> '' and last_ms > ${Math.floor(nowMs) - LIVE_WINDOW_MS}`;

interface LivePeopleQuery {
  readonly nowMs: number;
  readonly strength?: Strength | undefined;
  readonly limit: number;
}
const worstFirst = sql`case strength when 0 then 4 else strength end, key`;
const ofStrength = ({ strength }: Pick<LivePeopleQuery, 'strength'>): RawBuilder<unknown> =>
  strength === undefined ? sql`1 = 1` : sql`strength = ${sql.lit(strengthCodes[strength])}`;

/** Returns live sessions, the worst first. `where`: further condition. */
export async function livePeople(
  db: Database,
  o: LivePeopleQuery & { readonly where: RawBuilder<unknown> },
): Promise<ConsolePerson[]> {
  const { rows } = await sql<SessionRow>`
    select * from quality_sessions where ${isLive(o.nowMs)} and ${o.where} and ${ofStrength(o)}
    order by ${worstFirst} limit ${sql.lit(o.limit)}`.execute(db);
  return rows.map((row) => personOf(row, o.nowMs));
}

/** Returns keys of live sessions at one node of a pair that receive from the other, the worst first. */
export async function keysCrossing(
  db: Database,
  {
    pairs,
    nowMs,
    query,
  }: { pairs: readonly (readonly [string, string])[]; nowMs: number; query: Partial<LivePeopleQuery> },
): Promise<number[]> {
  if (pairs.length === 0) return [];
  const partnersOf = new Map<string, Set<string>>();
  for (const [one, other] of pairs) {
    partnersOf.set(one, (partnersOf.get(one) ?? new Set()).add(other));
    partnersOf.set(other, (partnersOf.get(other) ?? new Set()).add(one));
  }
  const { rows } = await sql<Pick<SessionRow, 'key' | 'node_id' | 'from_nodes'>>`
    select key, node_id, from_nodes from quality_sessions
    where ${isLive(nowMs)} and node_id in (${sql.join([...partnersOf.keys()])}) and ${ofStrength(query)}
    order by ${worstFirst}`.execute(db);
  const crossing = rows.filter(({ node_id, from_nodes }) =>
    nodesOf(from_nodes).some((from) => partnersOf.get(node_id)?.has(from)),
  );
  return crossing.slice(0, query.limit).map(({ key }) => key);
}

export function personOf(row: SessionRow, nowMs: number): ConsolePerson {
  const leftMs = row.left_ms ?? (row.last_ms < nowMs - SILENT_MS ? row.last_ms : null);
  const isMeasured = row.strength !== strengthCodes.unknown;
  return {
    sessionId: row.session_id,
    tenant: row.tenant,
    room: row.room,
    sid: row.sid,
    identity: row.identity,
    name: row.name,
    protocol: row.protocol,
    nodeId: row.node_id,
    fromNodeIds: nodesOf(row.from_nodes),
    place: row.place,
    countryCode: row.country_code,
    joinedAt: timeText(row.joined_ms),
    ...(leftMs !== null && { leftAt: timeText(leftMs) }),
    strength: strengthOfCode(row.strength),
    ...(row.rtt_us > 0 && { rttMs: row.rtt_us / 1000 }),
    ...(isMeasured && { loss: row.loss_ppm / 1e6, freezeShare: row.freeze_ppm / 1e6 }),
  };
}

/** Returns sessions of a life of a room, ended ones too, in order of joining. */
export async function peopleOfLife(
  db: Database,
  { sid, nowMs, limit }: { readonly sid: string; readonly nowMs: number; readonly limit: number },
): Promise<ConsolePerson[]> {
  const { rows } = await sql<SessionRow>`
    select * from quality_sessions where sid = ${sid} and tenant <> '' order by key limit ${sql.lit(limit)}`.execute(
    db,
  );
  return rows.map((row) => personOf(row, nowMs));
}

export const nodesOf = (text: string): string[] => (text === '' ? [] : text.split(' '));

/** Returns live rooms. `where`: further condition on sessions; `order`: order of the rooms. */
export async function liveRooms(
  db: Database,
  o: { nowMs: number; where: RawBuilder<unknown>; order: RawBuilder<unknown>; limit: number },
): Promise<ConsoleRoom[]> {
  const countOf = (name: Strength) =>
    sql`cast(sum(case strength when ${sql.lit(strengthCodes[name])} then 1 else 0 end) as bigint) as ${sql.ref(name)}`;
  const { rows } = await sql<RoomRow>`
    select tenant, room, max(sid) as sid, cast(count(*) as bigint) as sessions,
      cast(count(distinct nullif(node_id, '')) as bigint) as nodes,
      ${countOf('strong')}, ${countOf('medium')}, ${countOf('weak')}, ${countOf('unknown')}
    from quality_sessions where ${isLive(o.nowMs)} and ${o.where}
    group by tenant, room order by ${o.order} limit ${sql.lit(o.limit)}`.execute(db);
  return rows.map(({ tenant, room, sid, sessions, nodes, ...strength }) => ({
    tenant,
    room,
    sid,
    sessions,
    nodes,
    strength: { ...strength },
  }));
}

interface RoomRow extends Record<Strength, number> {
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly sessions: number;
  readonly nodes: number;
}
