import { expect, test } from 'vitest';
import { version } from '../../../src/placing/core/filters/version.ts';
import { node, verdict, view, want } from '../fixtures.ts';

const rows = [
  {
    name: 'protocol two below',
    protocol: 1,
    router: 5,
    holder: undefined,
    expect: "speaks protocol 1, the room's signaling node 3",
  },
  {
    name: 'protocol two above',
    protocol: 5,
    router: 5,
    holder: undefined,
    expect: "speaks protocol 5, the room's signaling node 3",
  },
  { name: 'protocol one below', protocol: 2, router: 5, holder: undefined, expect: 'passes' },
  { name: 'protocol one above', protocol: 4, router: 5, holder: undefined, expect: 'passes' },
  { name: 'router one off for a new room', protocol: 3, router: 6, holder: undefined, expect: 'passes' },
  {
    name: 'router two off for a new room',
    protocol: 3,
    router: 7,
    holder: undefined,
    expect: 'has router version 7, wanted is 5',
  },
  { name: "the room's router", protocol: 3, router: 6, holder: 6, expect: 'passes' },
  {
    name: "the centre's router, but not the room's",
    protocol: 3,
    router: 5,
    holder: 6,
    expect: 'has router version 5, the room runs on 6',
  },
  {
    name: 'version 0 (not stated)',
    protocol: 0,
    router: 0,
    holder: undefined,
    expect: "speaks protocol 0, the room's signaling node 3",
  },
];

test.each(rows)('version judges $name: $expect', (row) => {
  const subject = node({ protocolVersion: row.protocol, routerVersion: row.router });
  const others = row.holder === undefined ? [] : [node({ nodeId: 'holder', routerVersion: row.holder })];
  const seen = view([subject, ...others], { holders: others.map((other) => other.nodeId) });
  const asked = want({ protocolVersion: 3, routerVersion: 5 });
  expect(verdict(version, subject, { view: seen, want: asked })).toBe(row.expect);
});

test('a holder outside the view sets no version', () => {
  const subject = node();
  expect(verdict(version, subject, { view: view([subject], { holders: ['gone'] }) })).toBe('passes');
});
