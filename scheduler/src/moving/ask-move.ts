// An administrator's request to move a session: impossible requests are refused at once, the rest become ordinary
// moves.
import { nodeKind } from '@meridian/protocol';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { ClientBook } from '../placing/core/client-book.ts';
import type { Moves } from './moves.ts';

interface Parts {
  readonly fleet: Fleet;
  readonly clients: ClientBook;
  readonly moves: Moves;
}

export interface MoveQueued {
  readonly sessionId: string;
  readonly roomKey: string;
  readonly fromNodeId: string;
  /** Remaining time of the rest after the session's last move. */
  readonly startsInMs: number;
}

type AskMoveResult =
  | { readonly ok: true; readonly queued: MoveQueued }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly message: string };

export function askMove(
  { fleet, clients, moves }: Parts,
  { sessionId, toNodeId, reason }: { sessionId: string; toNodeId: string | undefined; reason: string },
  nowMs: number,
): AskMoveResult {
  const roomKey = clients.get(sessionId)?.roomKey ?? fleet.roomOf(sessionId);
  const fromNodeId = roomKey === undefined ? undefined : moves.nodeOf(sessionId, roomKey);
  if (roomKey === undefined || fromNodeId === undefined) {
    return refused(404, 'SESSION_UNKNOWN', 'no media node has this session');
  }
  const target = toNodeId === undefined ? undefined : fleet.get(toNodeId);
  if (toNodeId !== undefined && target?.description.kind !== nodeKind.media) {
    return refused(404, 'NOT_FOUND', 'there is no such media node');
  }
  if (toNodeId === fromNodeId) return refused(409, 'REQUEST_INVALID', 'the session is there already');
  const toNodeIds = toNodeId === undefined ? [] : [toNodeId];
  const added = moves.request({ sessionId, roomKey, lane: 'admin', reason, toNodeIds });
  if (added === 'known')
    return refused(409, 'OUT_OF_ORDER', 'the session is being moved, or waits for an earlier request');
  if (added === 'full') return refused(503, 'RATE_LIMITED', 'too many moves wait');
  const startsInMs = Math.max(0, Math.round(moves.queue.restsUntilMs(sessionId) - nowMs));
  return { ok: true, queued: { sessionId, roomKey, fromNodeId, startsInMs } };
}

function refused(status: number, code: string, message: string): AskMoveResult {
  return { ok: false, status, code, message };
}
