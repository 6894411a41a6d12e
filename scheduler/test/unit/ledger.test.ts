import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeldByNode, Ledger } from '../../src/placing/core/ledger.ts';

const charge = (id: string, overrides = {}) => ({
  decisionId: id,
  nodeId: 'n1',
  roomKey: 't/r',
  sessionId: `S-${id}`,
  expiresAtMs: 1000,
  ...overrides,
});
const held = (decisions: string[], sessionIds: string[] = [], confirmed: string[] = []): HeldByNode => ({
  decisions: new Map(decisions.map((id) => [id, 't/r'])),
  sessionIds: new Set(sessionIds),
  confirmedDecisionIds: confirmed,
});
const ids = (charges: { decisionId: string }[]) => charges.map((row) => row.decisionId);

describe('a charge', () => {
  test('counts at once, until its expiry and no longer', () => {
    const ledger = new Ledger();
    ledger.assume(charge('d1'));
    expect(ledger.assumedOn('n1')).toBe(1);
    expect(ledger.expire(999)).toEqual([]);
    expect(ledger.assumedOn('n1')).toBe(1);
    expect(ids(ledger.expire(1000))).toEqual(['d1']);
    expect([ledger.assumedOn('n1'), ledger.size]).toEqual([0, 0]);
  });

  test('that was confirmed never lapses, and no longer counts on top of the node’s own sessions', () => {
    const ledger = new Ledger();
    ledger.assume(charge('d1'));
    expect(ids(ledger.reported('n1', held(['d1'])).confirmed)).toEqual(['d1']);
    expect([ledger.assumedOn('n1'), ledger.size]).toEqual([0, 1]);
    expect(ledger.expire(1e9)).toEqual([]);
    expect(ledger.get('d1')?.state).toBe('confirmed');
  });

  test.each([
    { name: 'its decision on the list', report: held(['d1']), state: 'confirmed' },
    { name: 'its session on the list', report: held([], ['S-d1']), state: 'confirmed' },
    { name: 'confirmed and on the list', report: held(['d1'], [], ['d1']), state: 'confirmed' },
    { name: 'confirmed, but not on the list (came and went)', report: held([], [], ['d1']), state: undefined },
    { name: 'other sessions', report: held(['x'], ['S-x']), state: 'assumed' },
    { name: 'nothing', report: held([]), state: 'assumed' },
  ])('after a report that shows $name is $state', (row) => {
    const ledger = new Ledger();
    ledger.assume(charge('d1'));
    ledger.reported('n1', row.report);
    expect(ledger.get('d1')?.state).toBe(row.state);
    ledger.validate();
  });

  test('can be taken back until its node confirms it, and then ends by the node’s report alone', () => {
    const ledger = new Ledger();
    ledger.assume(charge('d1'));
    ledger.assume(charge('d2'));
    expect(ledger.release('d1')?.decisionId).toBe('d1');
    ledger.reported('n1', held(['d2']));
    expect(ledger.release('d2')).toBeUndefined();
    expect(ids(ledger.list('n1'))).toEqual(['d2']);
    expect(ids(ledger.reported('n1', held([])).released)).toEqual(['d2']);
  });

  test('replaces an unconfirmed charge of the same session', () => {
    const ledger = new Ledger();
    ledger.assume(charge('d1', { sessionId: 'S' }));
    const second = ledger.assume(charge('d2', { sessionId: 'S', nodeId: 'n2' }));
    expect(second.dropped?.decisionId).toBe('d1');
    expect([ledger.assumedOn('n1'), ledger.assumedOn('n2'), ledger.size]).toEqual([0, 1, 1]);
  });
});

test('after a restart of the centre a node’s list brings confirmed charges for its unknown decisions, and changes no charge of another node', () => {
  const ledger = new Ledger();
  ledger.assume(charge('theirs', { nodeId: 'n2' }));
  expect(ids(ledger.reported('n1', held(['old', 'theirs'])).confirmed)).toEqual(['old']);
  expect(ledger.get('old')).toMatchObject({ nodeId: 'n1', state: 'confirmed', roomKey: 't/r' });
  expect(ledger.get('theirs')).toMatchObject({ nodeId: 'n2', state: 'assumed' });
  // The list is not whole: when it comes again after the other node's charge has gone, it brings the charge.
  expect(ledger.reported('n1', held(['old', 'theirs'])).isWhole).toBe(false);
  expect(ledger.reported('n1', held(['old'])).isWhole).toBe(true);
});

test('a dead node loses its confirmed charges; assumed ones lapse by themselves', () => {
  const ledger = new Ledger();
  ledger.assume(charge('d1'));
  ledger.assume(charge('d2'));
  ledger.reported('n1', held(['d1']));
  expect(ids(ledger.nodeGone('n1'))).toEqual(['d1']);
  expect(ids(ledger.list())).toEqual(['d2']);
});

test('a node’s charges have a new version after every change of its charges, and not after changes of other nodes’', () => {
  const ledger = new Ledger();
  const versions = [ledger.versionOf('n1')];
  const then = (): void => void versions.push(ledger.versionOf('n1'));
  ledger.assume(charge('d1'));
  then();
  ledger.reported('n1', held(['d1']));
  then();
  ledger.reported('n1', held([]));
  then();
  ledger.assume(charge('d2'));
  then();
  ledger.release('d2');
  then();
  ledger.keepTallies(new Set());
  ledger.assume(charge('d3'));
  then();
  expect(new Set(versions).size).toBe(versions.length);
  ledger.assume(charge('other', { nodeId: 'n2' }));
  ledger.reported('n1', held([]));
  then();
  expect(versions.at(-1)).toBe(versions.at(-2));
});

test('a full ledger takes no further charge, except one that replaces a charge of the same session', () => {
  const ledger = new Ledger({ chargesMax: 2 });
  ledger.assume(charge('d1'));
  ledger.assume(charge('d2'));
  expect(ledger.assume(charge('d3')).ok).toBe(false);
  expect(ledger.assume(charge('d4', { sessionId: 'S-d1' })).ok).toBe(true);
  expect(ids(ledger.list())).toEqual(['d2', 'd4']);
  const answer = ledger.reported('n1', held(['d2', 'd4', 'd5']));
  expect([answer.confirmed.length, answer.isWhole]).toEqual([2, false]);
});

test('charging one decision twice is a bug of the centre', () => {
  const ledger = new Ledger();
  ledger.assume(charge('d1'));
  expect(() => ledger.assume(charge('d1'))).toThrow('charged already');
  expect(() => ledger.assume(charge('d1', { sessionId: 'another' }))).toThrow('charged already');
});

test('after any events in any order, the indices agree and no assumed charge outlives its time', () => {
  const step = fc.record({ what: fc.nat(5), id: fc.nat(8), node: fc.nat(2), ms: fc.nat(40) });
  const run = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ledger = new Ledger({ chargesMax: 6 });
    let nowMs = 0;
    for (const { what, id, node, ms } of steps) {
      const decisionId = `d${id}`;
      const nodeId = `n${node}`;
      if (what === 0 && ledger.get(decisionId) === undefined) {
        ledger.assume(charge(decisionId, { nodeId, sessionId: `S${id % 4}`, expiresAtMs: nowMs + 50 }));
      } else if (what === 1) ledger.release(decisionId);
      else if (what === 2) nowMs += ms;
      else if (what === 3) ledger.reported(nodeId, held([decisionId, `d${id + 1}`]));
      else if (what === 4) ledger.reported(nodeId, held([], [`S${id % 4}`], [decisionId]));
      else ledger.nodeGone(nodeId);
      ledger.expire(nowMs);
      ledger.validate();
      expect(ledger.list().every((row) => row.expiresAtMs > nowMs)).toBe(true);
      expect(ledger.size).toBeLessThanOrEqual(6);
    }
  });
  fc.assert(run, { numRuns: 300 });
});

test('a tally shows its node’s assumed charges until it is left out of keepTallies, and a node with charges keeps it', () => {
  const ledger = new Ledger();
  const tally = ledger.tallyOf('n1');
  ledger.assume(charge('d1'));
  ledger.keepTallies(new Set());
  ledger.assume(charge('d2'));
  expect([tally.assumed, ledger.assumedOn('n1')]).toEqual([2, 2]);
  ledger.expire(1000);
  ledger.keepTallies(new Set(['n1']));
  ledger.assume(charge('d3'));
  expect([tally.assumed, ledger.tallyOf('n1') === tally]).toEqual([1, true]);
  ledger.release('d3');
  ledger.keepTallies(new Set());
  expect(ledger.tallyOf('n1')).not.toBe(tally);
});
