// Effects of a report on charges, sessions and lists, and the shortcut for an unchanged report: a centre with the
// shortcut ends with the same state as a centre without.
import { digestOf } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Centre } from '../../src/centre/centre.ts';
import { SESSION_LEASE_MS } from '../../src/placing/core/session-leases.ts';
import { centreAt } from './centre-at.ts';
import { description, noLoad, report, room } from './fixtures.ts';

/** A media node that reports the same to several centres: sessions `PA_n`, the even ones under decisions `DE_n`. */
class Node {
  readonly nodeId: string;
  readonly #centres: readonly Centre[];
  readonly #rooms = new Map<string, Set<number>>();
  readonly #changed = new Set<string>();

  constructor(nodeId: string, ...centres: Centre[]) {
    this.nodeId = nodeId;
    this.#centres = centres;
  }

  get #ids(): string[] {
    return [...this.#rooms.values()].flatMap((ids) => [...ids].map((id) => `PA_${id}`));
  }

  #held(roomKey: string) {
    const ids = [...(this.#rooms.get(roomKey) ?? [])];
    return room(
      roomKey,
      ids.map((id) => `PA_${id}`),
      { decisionIds: ids.filter((id) => id % 2 === 0).map((id) => `DE_${id}`) },
    );
  }

  comes(id: number): void {
    const roomKey = `t/${id % 3}`;
    this.#rooms.set(roomKey, (this.#rooms.get(roomKey) ?? new Set()).add(id));
    this.#changed.add(roomKey);
  }

  goes(id: number): void {
    const roomKey = `t/${id % 3}`;
    if (this.#rooms.get(roomKey)?.delete(id) === true) this.#changed.add(roomKey);
  }

  register(): void {
    const rooms = [...this.#rooms.keys()].map((roomKey) => this.#held(roomKey));
    for (const centre of this.#centres)
      centre.register({ description: description({ nodeId: this.nodeId }), rooms, load: noLoad });
    this.#changed.clear();
  }

  /** `isDamaged`: changes are lost on the way, and only the digest shows them. */
  report(o: { confirmed?: string[]; isDamaged?: boolean } = {}): void {
    const ids = this.#ids;
    const said = report({
      sessionCount: ids.length,
      sessionHash: digestOf(ids),
      load: { ...noLoad, sessions: ids.length },
      roomsChanged: o.isDamaged === true ? [] : [...this.#changed].map((roomKey) => this.#held(roomKey)),
    });
    if (o.isDamaged !== true) this.#changed.clear();
    for (const centre of this.#centres) centre.report(this.nodeId, said, o.confirmed ?? []);
  }
}

const charge = (id: number, nodeId: string, nowMs: number) => ({
  decisionId: `DE_${id}`,
  nodeId,
  roomKey: `t/${id % 3}`,
  sessionId: `PA_${id}`,
  expiresAtMs: nowMs + 10_000,
});

describe('an unchanged report', () => {
  function two() {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    const node = new Node('n1', centre);
    node.comes(8);
    node.register();
    node.report();
    return { clock, centre, node, reported: vi.spyOn(centre.ledger, 'reported') };
  }

  test('is not compared with the charges again until the list or the charges have changed', () => {
    const { centre, node, reported } = two();
    node.report();
    node.report();
    expect(reported).not.toHaveBeenCalled();
    centre.ledger.assume(charge(2, 'n1', 0));
    node.report();
    expect(reported).toHaveBeenCalledTimes(1);
    node.comes(2);
    node.report();
    expect(centre.ledger.get('DE_2')?.state).toBe('confirmed');
    node.report({ confirmed: ['DE_9'] });
    expect(reported).toHaveBeenCalledTimes(3);
  });

  test('still renews the listed sessions, so that a session that is missing afterwards has a whole lease', () => {
    const { clock, centre, node } = two();
    clock.advance(SESSION_LEASE_MS);
    node.report();
    node.goes(8);
    clock.advance(SESSION_LEASE_MS - 1);
    node.report();
    expect(centre.ledger.get('DE_8')?.state).toBe('confirmed');
    clock.advance(1);
    node.report();
    expect(centre.ledger.get('DE_8')).toBeUndefined();
  });

  test('is compared with the charges as long as a decision on the list is charged to another node', () => {
    const { centre, node } = two();
    centre.ledger.assume(charge(6, 'n2', 0));
    node.comes(6);
    node.report();
    node.report();
    expect(centre.ledger.get('DE_6')?.nodeId).toBe('n2');
    centre.ledger.release('DE_6');
    node.report();
    expect(centre.ledger.get('DE_6')?.nodeId).toBe('n1');
  });
});

test('after any events in any order, charges and lists equal those of a centre without the shortcut', () => {
  const step = fc.record({ what: fc.nat(11), id: fc.nat(3), node: fc.nat(1), ms: fc.nat(2000) });
  const run = fc.property(fc.array(step, { minLength: 60, maxLength: 120 }), (steps) => {
    const clock = new ManualClock();
    const [quick, thorough] = [centreAt(clock), centreAt(clock)];
    // A report that confirms something is always worked through; this one confirms a decision of no node.
    const { report: heard } = thorough;
    vi.spyOn(thorough, 'report').mockImplementation((nodeId, said, confirmed) =>
      heard.call(thorough, nodeId, said, [...confirmed, 'DE_nobody']),
    );
    const nodes = [new Node('n0', quick, thorough), new Node('n1', quick, thorough)];
    for (const node of nodes) node.register();
    for (const { what, id, node: index, ms } of steps) {
      const node = nodes[index];
      if (node === undefined) throw new Error('there are two');
      for (const { ledger } of [quick, thorough]) {
        if (what === 0 && ledger.get(`DE_${id}`) === undefined) ledger.assume(charge(id, node.nodeId, clock.nowMs()));
        else if (what === 1) ledger.release(`DE_${id}`);
        else if (what === 2) ledger.expire(clock.nowMs());
      }
      if (what === 3) node.comes(id);
      else if (what === 4) node.goes(id);
      else if (what === 5) node.report({ confirmed: ms % 4 === 0 ? [`DE_${id}`] : [], isDamaged: ms % 5 === 0 });
      else if (what === 6) node.register();
      else if (what === 7) clock.advance(ms);
      else node.report();
      expect(quick.ledger.list()).toEqual(thorough.ledger.list());
    }
  });
  fc.assert(run, { numRuns: 300 });
});
