// Finds the nodes that took part in a room or session, and so may have logged about it.
import type { Database } from '../store/store.ts';

/** Limit of sessions, the latest first; a room has few nodes. */
const SESSIONS_MAX = 500;
const EVENTS_MAX = 500;

export interface PartOf {
  readonly room?: { readonly tenant: string; readonly room: string } | undefined;
  readonly session?: string | undefined;
}

/** Returns node ids, those of signaling nodes first. */
export async function nodesOf(
  db: Database,
  { room, session }: PartOf,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<string[]> {
  if (room === undefined && session === undefined) return [];
  let sessionsQuery = db.selectFrom('quality_sessions').select(['key', 'signaling_id', 'node_id', 'from_nodes']);
  if (room !== undefined)
    sessionsQuery = sessionsQuery
      .where('tenant', '=', room.tenant)
      .where('room', '=', room.room)
      .where('last_ms', '>=', Math.floor(fromMs))
      .where('joined_ms', '<=', Math.floor(toMs));
  if (session !== undefined) sessionsQuery = sessionsQuery.where('session_id', '=', session);
  const sessions = await sessionsQuery.orderBy('key', 'desc').limit(SESSIONS_MAX).execute();
  if (sessions.length === 0) return [];
  const keys = sessions.map(({ key }) => key);
  const events = await db
    .selectFrom('session_events')
    .select(['from_node', 'to_node'])
    .distinct()
    .where('session', 'in', keys)
    .limit(EVENTS_MAX)
    .execute();
  const found = [
    ...sessions.map(({ signaling_id }) => signaling_id),
    ...sessions.map(({ node_id }) => node_id),
    ...events.flatMap(({ from_node, to_node }) => [from_node, to_node]),
    ...sessions.flatMap(({ from_nodes }) => from_nodes.split(' ')),
  ];
  return [...new Set(found)].filter((nodeId) => nodeId !== '');
}
