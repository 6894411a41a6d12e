// Tests how many sessions of a room an owner lets move at once.
import type { Participant } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { OwnerMoves, type OwnerMovesPorts } from '../../src/owner/moves.ts';

/** Makes a room whose participants are at the node `old`; a move's order is under way until it is released. */
function room() {
  const ordered = new Map<string, () => void>();
  const node = { nodeId: 'new', kind: 'sfu', region: 'eu', state: 'alive', isLinked: true };
  const ports: OwnerMovesPorts = {
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('moves'),
    fleet: () => ({ get: () => node }) as unknown as ReturnType<OwnerMovesPorts['fleet']>,
    fence: () => '',
    participant: () => ({ nodeId: 'old', signalingId: 'sig' }) as Participant,
    order: (_, { sessionId }) => new Promise<void>((resolve) => void ordered.set(sessionId, resolve)),
    changed: () => undefined,
    countMove: () => undefined,
  };
  const moves = new OwnerMoves(ports);
  const move = (sessionId: string): Promise<void> =>
    moves.move({ sessionId, toNodeId: 'new', decisionId: 'DE_1', reason: '' });
  return { moves, move, ordered };
}

test('a bounded number of sessions of a room moves at once; a further move is refused until another is done', async () => {
  const { moves, move, ordered } = room();
  const running = Array.from({ length: bounds.movesPerRoomMax }, (_, index) => move(`PA_${index}`));
  await expect(move('PA_more')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(ordered.has('PA_more')).toBe(false);
  expect(moves.size).toBe(bounds.movesPerRoomMax);
  ordered.get('PA_0')?.();
  await running[0];
  const more = move('PA_more');
  expect(ordered.has('PA_more')).toBe(true);
  for (const end of ordered.values()) end();
  await Promise.all([...running, more]);
  expect(moves.size).toBe(0);
});
