// Moves as the admin API shows them. Reads only.
import type { Centre } from '../centre/centre.ts';
import type { QueuedMove } from '../moving/core/queue.ts';

/** Returns the running moves, the waiting moves with their remaining wait, and the last finished moves. */
export function movesView({ moves }: Centre, nowMs: number) {
  const { queue } = moves;
  const running = [...queue.running.values()].map(({ move, fromNodeId, toNodeId, startedAtMs }) => ({
    ...requestOf(move),
    fromNodeId,
    toNodeId,
    runningMs: Math.round(nowMs - startedAtMs),
  }));
  const waiting = [...queue.list()]
    .filter((move) => !queue.running.has(move.sessionId))
    .map((move) => ({ ...requestOf(move), startsInMs: Math.max(0, Math.round(move.notBeforeMs - nowMs)) }));
  const ended = moves.ended().map(({ endedAtMs, tookMs, ...rest }) => {
    return { ...rest, tookMs: Math.round(tookMs), endedMsAgo: Math.round(nowMs - endedAtMs) };
  });
  return { running, waiting, ended };
}

export function requestOf({ sessionId, roomKey, lane, reason, toNodeIds, attempts, lastCode }: QueuedMove) {
  return { sessionId, roomKey, lane, reason, toNodeIds, attempts, lastCode };
}
