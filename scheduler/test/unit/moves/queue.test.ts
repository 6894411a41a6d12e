import { InvariantError } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  ATTEMPTS_MAX,
  MOVE_REQUESTS_MAX,
  MOVES_PER_NODE_MAX,
  MOVES_RUNNING_MAX,
  MoveQueue,
  PAUSES_MS,
  type RunningMove,
  SESSION_REST_MS,
} from '../../../src/moving/core/queue.ts';
import type { MoveRequest } from '../../../src/moving/core/types.ts';

const request = (sessionId: string, o: Partial<MoveRequest> = {}): MoveRequest => ({
  sessionId,
  roomKey: `t/${sessionId}`,
  lane: 'admin',
  reason: 'a test',
  toNodeIds: [],
  ...o,
});
const at = (nodeId: string) => () => nodeId;
function started(queue: MoveQueue, nowMs: number, nodeId = 'n1'): RunningMove {
  const next = queue.next(nowMs, at(nodeId));
  if (next === undefined || 'gone' in next) throw new Error('nothing starts');
  return next;
}
const names = (queue: MoveQueue, nowMs: number, nodeOf: (name: string) => string = (name) => `n-${name}`): string[] => {
  const found: string[] = [];
  for (;;) {
    const next = queue.next(nowMs, ({ sessionId }) => nodeOf(sessionId));
    if (next === undefined) return found;
    if (!('gone' in next)) found.push(next.move.sessionId);
  }
};

describe('lanes (a queue of moves for each source)', () => {
  test('take turns, so that a long lane delays no other', () => {
    const queue = new MoveQueue();
    for (const name of ['a1', 'a2', 'a3', 'a4']) queue.add(request(name, { lane: 'drain a' }), 0);
    for (const name of ['b1', 'b2']) queue.add(request(name, { lane: 'drain b' }), 0);
    queue.add(request('x'), 0);
    expect(names(queue, 0)).toEqual(['a1', 'b1', 'x', 'a2', 'b2', 'a3', 'a4']);
  });

  test('forget their waiting moves when dropped, and keep their running moves', () => {
    const queue = new MoveQueue();
    for (const name of ['a1', 'a2', 'a3']) queue.add(request(name, { lane: 'drain a' }), 0);
    const running = started(queue, 0);
    expect(queue.dropLane('drain a')).toBe(2);
    expect([...queue.list()]).toEqual([running.move]);
    expect(queue.hasRoom('t/a2')).toBe(false);
    queue.validate();
  });
});

describe('the bounds of the queue', () => {
  test('allow one running move a room', () => {
    const queue = new MoveQueue();
    for (const name of ['a', 'b']) queue.add(request(name, { roomKey: 't/room' }), 0);
    const first = started(queue, 0);
    expect(queue.next(0, at('n2'))).toBeUndefined();
    queue.ended(first, 10, true);
    expect(started(queue, 10).move.sessionId).toBe('b');
  });

  test('limit the running moves that leave a node or come to it, and the running moves in all', () => {
    const queue = new MoveQueue();
    for (let count = 0; count < 3 * MOVES_RUNNING_MAX; count += 1) queue.add(request(`s${count}`), 0);
    for (let count = 0; count < MOVES_PER_NODE_MAX; count += 1) started(queue, 0);
    expect(queue.next(0, at('n1'))).toBeUndefined();
    for (let node = 2; queue.running.size < MOVES_RUNNING_MAX; node += 1) {
      const running = started(queue, 0, `n${node}`);
      const isFull = (node - 2) % 20 >= MOVES_PER_NODE_MAX;
      expect(queue.decided(running, 'target')).toBe(!isFull);
      if (isFull) queue.postponed(running, 0);
      if (isFull) break;
    }
    for (let node = 50; queue.running.size < MOVES_RUNNING_MAX; node += 1) started(queue, 0, `n${node}`);
    expect(queue.next(0, at('n99'))).toBeUndefined();
    queue.validate();
  });

  test('do not count a postponed move as failed', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    queue.postponed(started(queue, 0), 0);
    expect(queue.next(100, at('n1'))).toBeUndefined();
    expect(started(queue, 1000).move).toMatchObject({ attempts: 1, lastCode: '' });
  });

  test('allow one request a session; an administrator replaces a waiting request, not a running move', () => {
    const queue = new MoveQueue();
    queue.add(request('a', { lane: 'delay' }), 0);
    expect(queue.add(request('a', { lane: 'mode' }), 0)).toBe('known');
    expect(queue.add(request('a'), 0)).toBe('queued');
    const running = started(queue, 0);
    expect(running.move.lane).toBe('admin');
    expect(queue.add(request('a'), 0)).toBe('known');
    queue.validate();
  });

  test('let a session rest for a minute after a move, and only after a move', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    queue.ended(started(queue, 0), 1000, true);
    queue.add(request('a'), 2000);
    expect(queue.next(1000 + SESSION_REST_MS - 1, at('n1'))).toBeUndefined();
    queue.ended(started(queue, 1000 + SESSION_REST_MS), 70_000, false);
    queue.add(request('a'), 70_001);
    expect(started(queue, 70_001).move.sessionId).toBe('a');
  });

  test('a drain waits for no rest, and replaces a request that does', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    queue.ended(started(queue, 0), 1000, true);
    queue.add(request('a', { lane: 'delay' }), 2000);
    expect(queue.isKnown('a', 'mode')).toBe(true);
    expect(queue.isKnown('a', 'drain n1')).toBe(false);
    expect(queue.add(request('a', { lane: 'drain n1' }), 2000)).toBe('queued');
    queue.validate();
    expect(queue.isKnown('a', 'drain n1')).toBe(true);
    expect(started(queue, 2000).move.lane).toBe('drain n1');
    queue.validate();
  });

  test('refuse a request too many', () => {
    const queue = new MoveQueue();
    for (let count = 0; count < MOVE_REQUESTS_MAX; count += 1)
      expect(queue.add(request(`s${count}`), 0)).toBe('queued');
    expect(queue.add(request('one more'), 0)).toBe('full');
  });
});

describe('a failing move', () => {
  test('is retried after growing pauses, avoids a node that failed it twice, and is given up', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    let nowMs = 0;
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
      const running = started(queue, nowMs);
      queue.decided(running, attempt < 3 ? 'bad' : 'other');
      expect(queue.failed(running, 'NODE_UNREACHABLE', nowMs, 0)).toBe('again');
      expect([...running.move.avoid]).toEqual(attempt < 2 ? [] : ['bad']);
      const pauseMs = PAUSES_MS[attempt - 1] ?? 0;
      expect(queue.next(nowMs + pauseMs - 1, at('n1'))).toBeUndefined();
      nowMs += pauseMs;
    }
    expect(queue.failed(started(queue, nowMs), 'NODE_UNREACHABLE', nowMs, 0)).toBe('given up');
    expect(queue.has('a')).toBe(false);
    queue.validate();
  });

  test('has its pauses lengthened by chance, by half at most', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    queue.failed(started(queue, 0), 'X', 0, 1);
    expect(queue.next(1.5 * PAUSES_MS[0] - 1, at('n1'))).toBeUndefined();
    started(queue, 1.5 * PAUSES_MS[0]);
  });

  test('of a drain is never given up, and a named target is not avoided', () => {
    const queue = new MoveQueue();
    queue.add(request('a', { lane: 'drain n1', toNodeIds: ['n2'] }), 0);
    let nowMs = 0;
    for (let attempt = 0; attempt < 3 * ATTEMPTS_MAX; attempt += 1) {
      const running = started(queue, nowMs);
      queue.decided(running, 'n2');
      expect(queue.failed(running, 'X', nowMs, 0)).toBe('again');
      expect(running.move.avoid.size).toBe(0);
      nowMs += (PAUSES_MS.at(-1) ?? 0) + 1;
    }
  });

  test('of a session that has left is returned as gone, forgotten, and takes no place', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    expect(queue.next(0, () => undefined)).toMatchObject({ gone: { sessionId: 'a' } });
    expect(queue.next(0, () => undefined)).toBeUndefined();
    expect(queue.waiting).toBe(0);
  });

  test('ends once', () => {
    const queue = new MoveQueue();
    queue.add(request('a'), 0);
    const running = started(queue, 0);
    queue.ended(running, 0, true);
    expect(() => queue.ended(running, 0, true)).toThrow(InvariantError);
  });
});

test('after any events the bounds hold, and no move is lost or made twice, for 200 random histories', () => {
  for (let round = 0; round < 200; round += 1) {
    const seed = `move queue ${round}`;
    const rng = seededRng(seed);
    const queue = new MoveQueue();
    const open: RunningMove[] = [];
    const movedAtMs = new Map<string, number>();
    let nowMs = 0;
    let [added, over] = [0, 0];
    for (let step = 0; step < 300; step += 1) {
      nowMs += rng.int(1500);
      const dice = rng.int(10);
      if (dice < 4) {
        const sessionId = `s${rng.int(40)}`;
        const lane = (['admin', 'delay', 'drain n1', 'drain n2'] as const)[rng.int(4)] ?? 'admin';
        const room = `t/${Number(sessionId.slice(1)) % 9}`;
        const before = queue.has(sessionId);
        const taken = queue.add(request(sessionId, { lane, roomKey: room }), nowMs);
        if (taken === 'queued') added += before ? 0 : 1;
        expect(taken === 'known' ? before : true, seed).toBe(true);
      } else if (dice < 7) {
        const next = queue.next(nowMs, ({ sessionId }) =>
          rng.int(20) === 0 ? undefined : `n${Number(sessionId.slice(1)) % 3}`,
        );
        if (next !== undefined && 'gone' in next) over += 1;
        else if (next !== undefined) {
          const lastMs = movedAtMs.get(next.move.sessionId) ?? Number.NEGATIVE_INFINITY;
          const restMs = next.move.lane.startsWith('drain') ? 0 : SESSION_REST_MS;
          expect(nowMs - lastMs, `${seed}: rest of ${next.move.sessionId}`).toBeGreaterThanOrEqual(restMs);
          if (queue.decided(next, `n${rng.int(4)}`)) open.push(next);
          else queue.postponed(next, nowMs);
        }
      } else {
        const [running] = open.splice(rng.int(Math.max(1, open.length)), 1);
        if (running === undefined) continue;
        if (rng.int(2) === 0) over += queue.failed(running, 'X', nowMs, rng.next()) === 'given up' ? 1 : 0;
        else {
          queue.ended(running, nowMs, true);
          movedAtMs.set(running.move.sessionId, nowMs);
          over += 1;
        }
      }
      queue.validate();
    }
    expect(queue.waiting + queue.running.size, seed).toBe(added - over);
    expect(queue.running.size, seed).toBe(open.length);
  }
});
