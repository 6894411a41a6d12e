import { note, wire } from '@meridian/protocol';
import { type Link, ManualClock } from '@meridian/runtime';
import { beforeEach, expect, test } from 'vitest';
import { boundedAuthorities, NodeAuthorities } from '../../../src/adapters/links/node-authorities.ts';

let clock: ManualClock;
let present: string[];
let asked: string[][];
let authorities: NodeAuthorities;
beforeEach(() => {
  clock = new ManualClock();
  present = ['B', 'A'];
  asked = [];
  authorities = new NodeAuthorities({ clock, present: () => present });
});

const link = {
  send(type: number, payload: Uint8Array) {
    expect(type).toBe(note.renewalRequest.number);
    asked.push(wire.RenewalRequest.decode(payload).authorities);
    return true;
  },
} as unknown as Link;
const session = (...fingerprints: string[]) => ({
  link,
  authorities: fingerprints as readonly string[],
  authoritiesAtMs: clock.nowMs(),
});

test.each([
  ['more authorities than there can be', ['A', 'B', 'C', 'D', 'E']],
  ['a text that is no fingerprint', ['A'.repeat(65)]],
])('a node that reports %s counts as reporting none, and is not asked to renew', (_what, said) => {
  expect(boundedAuthorities(said)).toEqual([]);
  const node = session('B', 'A');
  authorities.reported(node, said);
  expect(node.authorities).toEqual([]);
  expect(asked).toEqual([]);
});

test('a node of an older release, which reports no authorities, is not asked to renew', () => {
  authorities.reported(session(), []);
  expect(asked).toEqual([]);
});

test('a node is asked to renew at every report until it reports the present authorities in their order', () => {
  const node = session('A');
  authorities.reported(node, []);
  authorities.reported(node, ['A', 'B']);
  expect(asked).toEqual([present, present]);
  clock.advance(500);
  authorities.reported(node, ['B', 'A']);
  clock.advance(500);
  authorities.reported(node, []);
  expect([asked.length, node.authoritiesAtMs]).toEqual([2, clock.nowMs() - 500]);
  present = ['B'];
  authorities.reported(node, []);
  expect(asked.at(-1)).toEqual(['B']);
});

test('fifty nodes of a large fleet are asked to renew in a second, and the others later', () => {
  const fleet = Array.from({ length: 120 }, () => session('A'));
  for (const node of fleet) authorities.reported(node, []);
  expect(asked).toHaveLength(50);
  clock.advance(1000);
  for (const node of fleet) authorities.reported(node, []);
  expect(asked).toHaveLength(100);
});
