import { digestOf } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { blankRecord } from '../../src/fleet/core/node.ts';
import { type Listed, provesAbsence, SESSION_LEASE_MS, SessionLeases } from '../../src/placing/core/session-leases.ts';
import { description, noLoad } from './fixtures.ts';

const list = (...ids: string[]): Listed => ({
  decisions: new Map(ids.map((id) => [`DE_${id}`, 't/r'])),
  sessionIds: new Set(ids),
});

/** Returns the holdings after each list, reported at its time. */
function heldAfter(lists: readonly { atMs: number; ids: string[]; proves?: boolean }[], uncharged: string[] = []) {
  const leases = new SessionLeases();
  return lists.map(({ atMs, ids, proves = true }) => {
    const isCharged = (id: string): boolean => !uncharged.includes(id);
    const held = leases.held('n1', list(...ids), { provesAbsence: proves, nowMs: atMs, isCharged });
    return [[...held.sessionIds].sort().join(''), [...held.decisions.keys()].map((id) => id.slice(3)).join('')];
  });
}

describe('a session that has left the list', () => {
  test('is held until its lease has lapsed since it was last listed', () => {
    const lists = [0, 1000, SESSION_LEASE_MS - 1, SESSION_LEASE_MS].map((atMs) => ({
      atMs,
      ids: atMs === 0 ? ['a', 'b'] : ['b'],
    }));
    expect(heldAfter(lists)).toEqual([
      ['ab', 'ab'],
      ['ab', 'ba'],
      ['ab', 'ba'],
      ['b', 'b'],
    ]);
  });

  test('is not renewed by a list that does not name it, nor is a session that was never listed', () => {
    const leases = new SessionLeases();
    const o = { provesAbsence: true, isCharged: () => true };
    expect(leases.renew('n1', 0)).toBe(false);
    leases.held('n1', list('a', 'b'), { ...o, nowMs: 0 });
    expect(leases.renew('n1', 1000)).toBe(true);
    leases.held('n1', list('b'), { ...o, nowMs: 2000 });
    expect(leases.renew('n1', 3000)).toBe(false);
    const held = (nowMs: number) => [...leases.held('n1', list('b'), { ...o, nowMs }).sessionIds].sort().join('');
    expect([held(1000 + SESSION_LEASE_MS - 1), held(1000 + SESSION_LEASE_MS)]).toEqual(['ab', 'b']);
    leases.forget('n1');
    expect(leases.renew('n1', 4000)).toBe(false);
  });

  test('brings back no decision that its signaling node has released', () => {
    const lists = [
      { atMs: 0, ids: ['a'] },
      { atMs: 1000, ids: [] },
    ];
    expect(heldAfter(lists, ['DE_a'])[1]).toEqual(['a', '']);
  });
});

describe('a list proves the absence of unlisted sessions', () => {
  const hash = digestOf(['a', 'b']);
  const digest = { count: 2, hash };
  test.each([
    { name: 'when the digest confirms it and no more media is there', digest, sessions: 2, isFull: false, want: true },
    { name: 'not when the digest counts others', digest: { count: 3, hash }, sessions: 2, isFull: false, want: false },
    {
      name: 'not when the digest names others',
      digest: { count: 2, hash: 1 },
      sessions: 2,
      isFull: false,
      want: false,
    },
    { name: 'not before the first digest', digest: undefined, sessions: 2, isFull: false, want: false },
    { name: 'when it is a full list', digest: undefined, sessions: 2, isFull: true, want: true },
    { name: 'not when the node carries unlisted media', digest, sessions: 3, isFull: false, want: false },
    { name: 'not even as a full list, with unlisted media', digest, sessions: 3, isFull: true, want: false },
    { name: 'when the node lists more than it carries', digest, sessions: 1, isFull: false, want: true },
  ])('$name', ({ digest, sessions, isFull, want }) => {
    const node = blankRecord(description({ nodeId: 'n1' }), 0, 1);
    node.listed = { count: 2, hash };
    node.digest = digest;
    node.load = { ...noLoad, sessions };
    expect(provesAbsence(node, isFull)).toBe(want);
  });
});
