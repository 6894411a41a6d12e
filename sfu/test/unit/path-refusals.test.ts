// Known state of the forwarder after it has refused orders, and when refused orders are sent again.
import { describe, expect, test } from 'vitest';
import { commandOf } from '../../src/adapters/pathd.ts';
import {
  orderChanges,
  orderKey,
  type PathOrder,
  type PathOrders,
  PathRefusals,
  refusalPauseFirstMs,
  refusalPauseMaxMs,
} from '../../src/core/index.ts';

const flow = (port: number): PathOrder => ({ kind: 'flow', name: 'a', ip: '127.0.0.1', port, theirFlow: 0 });
const peer: PathOrder = { kind: 'peer', name: 'a', ip: '127.0.0.1', port: 9, sendKey: 'S', receiveKeys: ['R'] };
const route: PathOrder = { kind: 'route', name: 'a', primary: 'direct', standby: 'none' };
const ordersOf = (...orders: PathOrder[]): PathOrders => new Map(orders.map((order) => [orderKey(order), order]));
const firstOrders = ordersOf(peer, flow(1), route);
const laterOrders = ordersOf(peer, flow(2), route);
const refusal = 'too many flows, or a port of another one';

/** Sends the orders that are due, and answers each with the result of `answer` for its command. */
function send(
  refusals: PathRefusals,
  known: PathOrders,
  wanted: PathOrders,
  o: { nowMs?: number; answer?: (command: string) => string | undefined } = {},
) {
  const nowMs = o.nowMs ?? 0;
  const due = refusals.withoutRefused(known, wanted, nowMs);
  const changes = orderChanges(known, due);
  const commands = changes.map(({ order }) => commandOf(order));
  const answers = commands.map((command) => o.answer?.(command));
  const { kept, newRefusals } = refusals.record(known, changes, answers, nowMs);
  const after = new Map(due);
  for (const [key, order] of kept) order === undefined ? after.delete(key) : after.set(key, order);
  return { known: after, sent: commands, news: newRefusals.map(({ key }) => key) };
}
const refuseFlows = { answer: (command: string) => (command.startsWith('flow') ? refusal : undefined) };

describe('an order that is refused', () => {
  test('leaves the known state as it was: the flow still has its previous port', () => {
    const { known, news } = send(new PathRefusals(), firstOrders, laterOrders, refuseFlows);
    expect([known.get('flow a'), news]).toEqual([flow(1), ['flow a']]);
  });

  test('is sent again after a pause that doubles up to its limit, and the same refusal is reported once', () => {
    const refusals = new PathRefusals();
    let { known } = send(refusals, firstOrders, laterOrders, refuseFlows);
    const pauses: number[] = [];
    for (let nowMs = 0; pauses.length < 9; ) {
      const dueMs = refusals.nextDueMs(nowMs) ?? expect.unreachable('no pause');
      expect(send(refusals, known, laterOrders, { nowMs: dueMs - 1 }).sent).toEqual([]);
      const again = send(refusals, known, laterOrders, { ...refuseFlows, nowMs: dueMs });
      expect([again.sent, again.news]).toEqual([[commandOf(flow(2))], []]);
      known = again.known;
      pauses.push(dueMs - nowMs);
      nowMs = dueMs;
    }
    expect(pauses.slice(0, 3)).toEqual([refusalPauseFirstMs, 2 * refusalPauseFirstMs, 4 * refusalPauseFirstMs]);
    expect(pauses.slice(-2)).toEqual([refusalPauseMaxMs, refusalPauseMaxMs]);
  });

  test('does not delay a different order for the same flow', () => {
    const refusals = new PathRefusals();
    const { known } = send(refusals, firstOrders, laterOrders, refuseFlows);
    expect(send(refusals, known, ordersOf(peer, flow(3), route)).sent).toEqual([commandOf(flow(3))]);
  });

  test('is forgotten when it is no longer wanted', () => {
    const refusals = new PathRefusals();
    const { known } = send(refusals, new Map(), firstOrders, { answer: () => refusal });
    expect(send(refusals, known, new Map()).sent).toEqual([]);
    expect(refusals.nextDueMs(0)).toBeUndefined();
  });
});

describe('a removal', () => {
  test('is sent again when pathd did not run', () => {
    const refusals = new PathRefusals();
    const { known } = send(refusals, firstOrders, new Map(), { answer: () => 'pathd is not there' });
    const nowMs = refusalPauseFirstMs;
    expect(send(refusals, known, new Map(), { nowMs }).sent).toEqual(['unflow a', 'unpeer a']);
  });

  test('counts as done when the forwarder does not know its peer or flow', () => {
    const refusals = new PathRefusals();
    const { known } = send(refusals, firstOrders, new Map(), { answer: () => 'no such flow' });
    expect(known.size).toBe(0);
    expect(refusals.nextDueMs(0)).toBeUndefined();
  });
});
